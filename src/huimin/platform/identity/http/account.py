"""A reader's own account: overview, preferences, proving who one is, recovery, the post one acts in."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from huimin.platform.identity import operations, queries
from huimin.platform.identity.http.asking import ask
from huimin.platform.identity.http.forms import CodeForm, PersonForm, PreferencesForm, RecoverForm, RestoreForm
from huimin.platform.identity.models import Account, Proof
from huimin.platform.identity.permissions import OWN_ACCOUNT, needs, public, who_of
from huimin.platform.identity.ports import SentCode

PROOF: Final = "identity.proof"
SHOWN: Final = "identity.simulated"


def own(request: HttpRequest) -> Account:
    """The reader's account; `needs` has made sure that there is one."""
    account = who_of(request).account
    if account is None:
        raise queries.NoSuchAccount()
    return account


@needs(OWN_ACCOUNT)
def overview(request: HttpRequest) -> HttpResponse:
    """What this account is, and everything that can be done with it."""
    return render(request, "identity/account.html", {"account": own(request), "who": who_of(request)})


@needs(OWN_ACCOUNT)
def preferences(request: HttpRequest) -> HttpResponse:
    """Language and elder mode."""
    account = own(request)

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        actor = queries.actor_of(request)
        operations.change_preferences(account=account, actor=actor, at=timezone.now(), **answers)
        return redirect("identity:account")

    initial = {"language": account.language, "elder_mode": account.elder_mode}
    return ask(request, PreferencesForm, template="identity/preferences.html", act=act, initial=initial)


@needs(OWN_ACCOUNT)
def prove(request: HttpRequest) -> HttpResponse:
    """First step of becoming this very person: number and name."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        proof, sent = operations.send_code(
            account=own(request), actor=queries.actor_of(request), at=timezone.now(), **answers
        )
        _remember(request, proof, sent)
        return redirect("identity:prove_code")

    return ask(request, PersonForm, template="identity/prove.html", act=act)


@needs(OWN_ACCOUNT)
def prove_code(request: HttpRequest) -> HttpResponse:
    """Second step: the code from the registered telephone."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        proof = queries.get_proof(request.session.get(PROOF, ""), Proof.Purpose.BIND)
        operations.prove_by_code(proof=proof, actor=queries.actor_of(request), at=timezone.now(), **answers)
        _forget(request)
        return redirect("identity:account")

    return ask(request, CodeForm, template="identity/code.html", act=act, context=_shown(request))


@public
def recover(request: HttpRequest) -> HttpResponse:
    """First step back into a lost account: sign-in name, number and name."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        proof, sent = operations.send_recovery_code(at=timezone.now(), **answers)
        _remember(request, proof, sent)
        return redirect("identity:recover_code")

    return ask(request, RecoverForm, template="identity/recover.html", act=act)


@public
def recover_code(request: HttpRequest) -> HttpResponse:
    """Second step: the code and a new password."""

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        proof = queries.get_proof(request.session.get(PROOF, ""), Proof.Purpose.RECOVER)
        operations.restore_access_by_code(proof=proof, at=timezone.now(), **answers)
        _forget(request)
        return redirect("account_login")

    return ask(request, RestoreForm, template="identity/recover_code.html", act=act, context=_shown(request))


@needs(OWN_ACCOUNT)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why two steps are needed, and how to set them up."""
    return render(request, "identity/second_factor.html", status=403)


@require_POST
@needs(OWN_ACCOUNT)
def choose_post(request: HttpRequest) -> HttpResponse:
    """Act in another of one's posts from now on, in this session."""
    held = {post.code for post in who_of(request).posts}
    chosen = held & {request.POST.get("post", "")}
    request.session[queries.POST_IN_SESSION] = next(iter(chosen), "")
    return redirect("identity:account")


def _remember(request: HttpRequest, proof: Proof, sent: SentCode) -> None:
    request.session[PROOF] = proof.public_id
    request.session[SHOWN] = sent.shown


def _shown(request: HttpRequest) -> dict[str, str]:
    return {"simulated": request.session.get(SHOWN, "")}


def _forget(request: HttpRequest) -> None:
    request.session.pop(PROOF, None)
    request.session.pop(SHOWN, None)
