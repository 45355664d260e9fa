"""At a service window: a clerk sees the person and the document."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from huimin.platform.identity import operations, queries
from huimin.platform.identity.http.asking import ask
from huimin.platform.identity.http.forms import AccountNameForm, WindowDelegationForm, WindowForm, WindowRestoreForm
from huimin.platform.identity.permissions import CHECK_DOCUMENTS, REGISTER_DELEGATIONS, needs
from huimin.platform.identity.ports import person_matcher


@needs(CHECK_DOCUMENTS)
def find(request: HttpRequest) -> HttpResponse:
    """Find the account by the name that its holder gives."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        account = queries.find_account_named(answers["username"].lower())
        if account is None:
            raise queries.NoSuchAccount()
        return redirect("identity:window_prove", public_id=account.public_id)

    return ask(request, AccountNameForm, template="identity/window_find.html", act=act)


@needs(CHECK_DOCUMENTS)
def prove(request: HttpRequest, public_id: str) -> HttpResponse:
    """Bind the account to the person in front of the clerk."""
    account = queries.get_account(public_id)

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.prove_at_window(
            account=account,
            citizen_id=answers["citizen_id"],
            name=answers["name"],
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:window_prove", public_id=public_id)

    return ask(request, WindowForm, template="identity/window_prove.html", act=act, context={"account": account})


@needs(CHECK_DOCUMENTS)
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let the person in front of the clerk back into his own account."""
    account = queries.get_account(public_id)

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        operations.restore_access_at_window(
            account=account,
            citizen_id=answers["citizen_id"],
            name=answers["name"],
            password=answers["password"],
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:window_prove", public_id=public_id)

    template = "identity/window_restore.html"
    return ask(request, WindowRestoreForm, template=template, act=act, context={"account": account})


@needs(REGISTER_DELEGATIONS)
def register(request: HttpRequest) -> HttpResponse:
    """Enter a delegation whose papers the clerk saw."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        principal = person_matcher.get()(citizen_id=answers["citizen_id"], name=answers["name"])
        agent = queries.find_account_named(answers["agent"].lower())
        if principal is None:
            raise operations.NotFoundInRegistry()
        if agent is None:
            raise queries.NoSuchAccount()
        operations.register_delegation(
            principal=f"{queries.PERSON}{principal.person_key}",
            principal_name=principal.name,
            agent=agent,
            relation=answers["relation"],
            acts=answers["acts"],
            basis=answers["basis"],
            until=answers["until"],
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:window_delegation")

    return ask(request, WindowDelegationForm, template="identity/window_delegation.html", act=act)
