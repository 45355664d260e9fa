"""Who may do what: permissions by the duties of the post one acts in; every view names the one it needs, and what is
not
named is refused.

`needs("app.permission")` and `public` decorate functions, classes and ninja handlers alike and set `view.permission`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.decorators import method_decorator

from huimin.kernel.refusals import NotFound, NotPermitted, Refusal
from huimin.platform.identity.declarations import DutyDeclaration, duties
from huimin.platform.identity.models import Account, Administrator, ApiClient, BorrowedPower, Delegation, Post

PUBLIC: Final = "public"
OWN_ACCOUNT: Final = "identity.own_account"
ACT_FOR_OTHERS: Final = "identity.act_for_others"
CHECK_DOCUMENTS: Final = "identity.check_documents"
REGISTER_DELEGATIONS: Final = "identity.register_delegations"
BORROW_POWER: Final = "identity.borrow_power"
MANAGE_ACCOUNTS: Final = "identity.manage_accounts"
MANAGE_CLIENTS: Final = "identity.manage_clients"
MANAGE_GRANTS: Final = "identity.manage_grants"
MANAGE_POSTS: Final = "identity.manage_posts"

V = TypeVar("V", bound=Callable[..., Any])


class SignInNeeded(Refusal):
    """A program asked without, or with a worthless, token."""

    zh = "请先登录。"
    en = "Please sign in first."
    status = 401


class MayNot(NotPermitted, PermissionDenied):
    """The reader is known and holds no duty that allows this; shown as the 403 page."""

    zh = "您现在的岗位没有办理此事的权限。"
    en = "The post you are acting in does not allow this."


class NoSuchThing(NotFound, Http404):
    """There is nothing here that the reader may know of; shown as the 404 page."""


class SecondFactorNeeded(NotPermitted, PermissionDenied):
    """The duty allows it only after a second factor."""

    zh = "办理此事需要两步验证。请先启用并用它登录。"
    en = "This needs two-step verification. Please set it up and sign in with it."


class PowerNeeded(NotPermitted, PermissionDenied):
    """The administrator has not borrowed power."""

    zh = "请先说明理由，借用管理权限。"
    en = "Please state a reason and borrow administrator power first."


@dataclass(frozen=True, slots=True)
class Who:
    """Who is asking in this request, found out once: `account` or `client` or neither (not signed in)."""

    at: datetime
    account: Account | None = None
    client: ApiClient | None = None
    bad_token: bool = False
    post: Post | None = None
    posts: tuple[Post, ...] = ()
    acting: Delegation | None = None
    administrator: Administrator | None = None
    loan: BorrowedPower | None = None
    second_factor: bool = False
    duties: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_known(self) -> bool:
        """Whether anybody is signed in at all."""
        return self.account is not None or self.client is not None


class Verdict(StrEnum):
    """What `judge` says of a request."""

    ALLOWED = "allowed"
    SIGN_IN = "sign in"
    SECOND_FACTOR = "second factor"
    BORROW = "borrow"
    REFUSED = "refused"


def _verdict(duty: DutyDeclaration, who: Who) -> Verdict:
    if duty.second_factor and not who.second_factor:
        return Verdict.SECOND_FACTOR
    return Verdict.BORROW if duty.borrowed and who.loan is None else Verdict.ALLOWED


_KINDEST: Final = (Verdict.ALLOWED, Verdict.BORROW, Verdict.SECOND_FACTOR, Verdict.REFUSED)


def judge(who: Who, permission: str) -> Verdict:
    """Whether this reader holds the permission now, and if not, what would help: the kindest that any of the duties
    says."""
    if not who.is_known:
        return Verdict.SIGN_IN
    table = duties()
    verdicts = {
        _verdict(table[code], who) for code in who.duties if code in table and table[code].allows(permission)
    } | {Verdict.REFUSED}
    return next(verdict for verdict in _KINDEST if verdict in verdicts)


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the reader of this request holds the permission now: for menus and buttons, never instead of `needs`."""
    return permission == PUBLIC or judge(who_of(request), permission) is Verdict.ALLOWED


def who_of(request: HttpRequest) -> Who:
    """Who is asking. The middleware `WhoIsAsking` finds it out; without it every request fails, none passes."""
    return cast(Who, request.who)  # type: ignore[attr-defined]


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the answer goes to a program, which cannot be led to a sign-in page."""
    return request.path.startswith("/api/") or "HTTP_AUTHORIZATION" in request.META


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    if is_for_programs(request):
        raise SignInNeeded()
    # What was being sent cannot be sent again after signing in: come back to the start instead.
    return redirect_to_login(
        request.get_full_path() if request.method in {"GET", "HEAD"} else "/", resolve_url("account_login")
    )


def _second_factor(request: HttpRequest) -> HttpResponseBase:
    if is_for_programs(request):
        raise SecondFactorNeeded()
    return redirect("identity:second_factor")


def _borrow(request: HttpRequest) -> HttpResponseBase:
    if is_for_programs(request):
        raise PowerNeeded()
    return redirect("identity:power")


def _refuse(request: HttpRequest) -> HttpResponseBase:
    raise MayNot()


def _hide(request: HttpRequest) -> HttpResponseBase:
    raise NoSuchThing()


_ANSWERS: Final[Mapping[Verdict, Callable[[HttpRequest], HttpResponseBase]]] = {
    Verdict.SIGN_IN: _sign_in,
    Verdict.SECOND_FACTOR: _second_factor,
    Verdict.BORROW: _borrow,
    Verdict.REFUSED: _refuse,
}


def needs(permission: str, *, hidden: bool = False) -> Callable[[V], V]:
    """Let only holders of the permission in.

    Who is not signed in is led to the sign-in page and back (a program gets 401 `SignInNeeded`); who may not is
    refused with
    403 `MayNot`, or with 404 `NoSuchThing` when `hidden` (the reader may not know that the page exists).
    """
    answers = {**_ANSWERS, Verdict.REFUSED: _hide} if hidden else _ANSWERS

    def decorate(view: V) -> V:
        if isinstance(view, type):
            # View.as_view() copies what stands on dispatch to the function that it makes.
            method_decorator(needs(permission, hidden=hidden), name="dispatch")(view)
            view.permission = permission  # type: ignore[attr-defined]
            return view

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            verdict = judge(who_of(request), permission)
            return view(request, *args, **kwargs) if verdict is Verdict.ALLOWED else answers[verdict](request)

        guarded.permission = permission  # type: ignore[attr-defined]
        return cast(V, guarded)

    return decorate


def public(view: V) -> V:
    """Mark one of the few views that anybody may open."""
    if isinstance(view, type):
        method_decorator(public, name="dispatch")(view)
        view.permission = PUBLIC  # type: ignore[attr-defined]
        return view

    @wraps(view)
    def open_to_all(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    open_to_all.permission = PUBLIC  # type: ignore[attr-defined]
    return cast(V, open_to_all)
