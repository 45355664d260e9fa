"""What pages may load: the content security policy, the same for every answer that does not ask for another."""

from typing import Final

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase

OF_ITS_OWN: Final = frozenset(
    (
        "_csp_config",
        "_csp_update",
        "_csp_replace",
        "_csp_exempt",
        "_csp_config_ro",
        "_csp_update_ro",
        "_csp_replace_ro",
    )
)
"""What the decorators of django-csp leave on an answer that has a policy of its own."""


class StandingPolicy(CSPMiddleware):  # type: ignore[misc] # the library has no types
    """django-csp puts the policy together for every answer; the city's is put together once, at the start.

    An answer that a decorator gave a policy of its own, or a page that asked for a nonce, goes the library's way.
    """

    standing: str | None = None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header, unless the answer has one."""
        if getattr(request, "_csp_nonce", None) or not OF_ITS_OWN.isdisjoint(response.__dict__):
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        if self.standing is None:
            self.standing = build_policy()
        response.headers.setdefault(HEADER, self.standing)
        return response
