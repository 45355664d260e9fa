"""Tables of identity, with the promises that the database itself keeps."""

from huimin.platform.identity.models.accounts import Account, Administrator, BorrowedPower, Proof
from huimin.platform.identity.models.posts import ApiClient, Department, Post, PostHolding
from huimin.platform.identity.models.rights import Delegation, Grant

__all__ = [
    "Account",
    "Administrator",
    "ApiClient",
    "BorrowedPower",
    "Delegation",
    "Department",
    "Grant",
    "Post",
    "PostHolding",
    "Proof",
]
