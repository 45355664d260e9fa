"""The three administrators: borrowing power, departments' systems, grants."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huimin.platform.identity import operations, queries
from huimin.platform.identity.http.account import own
from huimin.platform.identity.http.asking import ask
from huimin.platform.identity.http.forms import ClientForm, GrantForm, PowerForm
from huimin.platform.identity.permissions import BORROW_POWER, MANAGE_CLIENTS, MANAGE_GRANTS, needs, who_of

PAGE: Final = 50


@needs(BORROW_POWER)
def power(request: HttpRequest) -> HttpResponse:
    """Borrow power for a reason and a while."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.borrow_power(
            account=own(request),
            reason=answers["reason"],
            wanted=timedelta(minutes=answers["minutes"]),
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:power")

    return ask(request, PowerForm, template="identity/power.html", act=act, context={"who": who_of(request)})


@require_POST
@needs(BORROW_POWER)
def give_back(request: HttpRequest) -> HttpResponse:
    """Return borrowed power before its end."""
    operations.return_power(account=own(request), actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:power")


@needs(MANAGE_CLIENTS)
def clients(request: HttpRequest) -> HttpResponse:
    """Departments' systems, and a form to register one; its secret is shown on the answer and never again."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        client, secret = operations.register_client(
            department=queries.get_department(answers["department"]),
            name=answers["name"],
            duty=answers["duty"],
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return _secret_page(request, client, secret)

    context = {"clients": queries.open_clients()[:200], "departments": queries.departments()}
    return ask(request, ClientForm, template="identity/clients.html", act=act, context=context)


@require_POST
@needs(MANAGE_CLIENTS)
def replace_secret(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new secret for a system; the old one ends."""
    client = queries.get_client(public_id)
    secret = operations.replace_client_secret(client=client, actor=queries.actor_of(request), at=timezone.now())
    return _secret_page(request, client, secret)


@require_POST
@needs(MANAGE_CLIENTS)
def close_client(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a system call no more."""
    client = queries.get_client(public_id)
    operations.close_client(client=client, actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:clients")


@needs(MANAGE_GRANTS)
def grants(request: HttpRequest) -> HttpResponse:
    """Who may see what, for what, until when, by code, more on the next page; and a form to give a grant to a post."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        given = {**answers, "post": queries.get_post(answers["post"])}
        operations.give_access(**given, actor=queries.actor_of(request), at=timezone.now())
        return redirect("identity:grants")

    after = request.GET.get("after", "")
    found = list(queries.grants_in_force(timezone.now()).filter(code__gt=after)[: PAGE + 1])
    more = found[PAGE - 1].code if len(found) > PAGE else ""
    context = {"grants": found[:PAGE], "more": more}
    return ask(request, GrantForm, template="identity/grants.html", act=act, context=context)


@require_POST
@needs(MANAGE_GRANTS)
def end_grant(request: HttpRequest, code: str) -> HttpResponse:
    """End a grant before its time."""
    operations.end_grant(grant=queries.get_grant(code), actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:grants")


def _secret_page(request: HttpRequest, client: Any, secret: str) -> HttpResponse:
    response = render(request, "identity/client_secret.html", {"client": client, "secret": secret})
    response["Cache-Control"] = "no-store"
    return response
