"""The page of personas: exists in demonstrations only, says that everybody on it is synthetic, signs in with a
click."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from huimin.platform.identity import operations, queries
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.operations.cities import PERSONA_PREFIX
from huimin.platform.identity.permissions import public
from huimin.platform.journal.rules import Actor

DEMONSTRATION = Actor(kind="system", ref="demonstration")


def _only_in_a_demonstration() -> None:
    if not settings.DEMO:
        raise Http404


@require_http_methods(["GET"])
@public
def personas(request: HttpRequest) -> HttpResponse:
    """Whom one may be."""
    _only_in_a_demonstration()
    declared = this_city().personas.personas
    known = queries.accounts_named([f"{PERSONA_PREFIX}{persona.code}" for persona in declared])
    shown = [{"persona": persona, "account": known.get(f"{PERSONA_PREFIX}{persona.code}")} for persona in declared]
    return render(request, "identity/personas.html", {"personas": shown})


@require_http_methods(["POST"])
@public
def become(request: HttpRequest, code: str) -> HttpResponse:
    """Sign in as a persona."""
    _only_in_a_demonstration()
    # Citizens are chosen when the registry first has somebody who fits: perhaps only now.
    operations.load_personas(city=this_city(), actor=DEMONSTRATION, at=timezone.now())
    account = queries.find_account_named(f"{PERSONA_PREFIX}{code}")
    if account is None:
        raise Http404
    request.session.flush()
    response: HttpResponse = perform_login(request, account, email_verification="none", redirect_url="/")
    request.session[queries.DEMO_IN_SESSION] = True
    return response
