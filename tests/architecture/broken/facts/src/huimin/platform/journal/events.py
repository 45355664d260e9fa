"""The root of all facts."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened."""

    subject: str
