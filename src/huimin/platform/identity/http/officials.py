"""Officials' accounts (system administrator) and who holds which post (security administrator): never the same hand."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huimin.platform.identity import operations, queries
from huimin.platform.identity.http.asking import ask
from huimin.platform.identity.http.forms import FirstSignInForm, HoldingForm, OfficialForm
from huimin.platform.identity.models import Account
from huimin.platform.identity.permissions import MANAGE_ACCOUNTS, MANAGE_POSTS, needs, public


@needs(MANAGE_ACCOUNTS)
def officials(request: HttpRequest) -> HttpResponse:
    """Open an official's account: it holds no post yet and sees nothing; the code of its first sign-in is shown once."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        account, code = operations.open_official(**answers, actor=queries.actor_of(request), at=timezone.now())
        return _code_page(request, account, code)

    context = {"officials": queries.officials(after=request.GET.get("after", ""))}
    return ask(request, OfficialForm, template="identity/officials.html", act=act, context=context)


@require_POST
@needs(MANAGE_ACCOUNTS)
def close_official(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let an official sign in no more."""
    account = queries.get_account(public_id)
    operations.close_official(account=account, actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:officials")


@require_POST
@needs(MANAGE_ACCOUNTS)
def first_code(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new code for an official who holds no post; what he signed in with before ends."""
    account = queries.get_account(public_id)
    code = operations.issue_first_code(account=account, actor=queries.actor_of(request), at=timezone.now())
    return _code_page(request, account, code)


@public
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """An official chooses his password with the code that was handed to him, then signs in with it."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.set_first_password(**answers, at=timezone.now())
        return redirect("account_login")

    return ask(request, FirstSignInForm, template="identity/first_sign_in.html", act=act)


def _code_page(request: HttpRequest, account: Account, code: str) -> HttpResponse:
    response = render(request, "identity/first_code.html", {"account": account, "code": code})
    response["Cache-Control"] = "no-store"
    return response


@needs(MANAGE_POSTS)
def holdings(request: HttpRequest) -> HttpResponse:
    """Let an official hold a post."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.assign_post(
            account=queries.get_account_named(answers["username"].lower()),
            post=queries.get_post(answers["post"]),
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:holdings")

    context = {"holdings": queries.holdings(timezone.now(), after=request.GET.get("after", ""))}
    return ask(request, HoldingForm, template="identity/holdings.html", act=act, context=context)


@require_POST
@needs(MANAGE_POSTS)
def end_holding(request: HttpRequest, public_id: str, post: str) -> HttpResponse:
    """End a holding."""
    account = queries.get_account(public_id)
    operations.leave_post(
        account=account, post=queries.get_post(post), actor=queries.actor_of(request), at=timezone.now()
    )
    return redirect("identity:holdings")
