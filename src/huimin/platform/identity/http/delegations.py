"""Acting for somebody else: offers, answers, and the switch in the frame."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from huimin.platform.identity import operations, queries
from huimin.platform.identity.http.account import own
from huimin.platform.identity.http.asking import ask
from huimin.platform.identity.http.forms import OfferForm
from huimin.platform.identity.permissions import ACT_FOR_OTHERS, needs, who_of

ANSWERS: Final[Mapping[str, tuple[Callable[..., None], bool]]] = {
    "accept": (operations.accept_delegation, True),
    "decline": (operations.decline_delegation, True),
    "revoke": (operations.revoke_delegation, False),
}
"""What can be answered to a delegation: the operation, and whether only the agent may say it."""


@needs(ACT_FOR_OTHERS)
def delegations(request: HttpRequest) -> HttpResponse:
    """Whom I act for, who acts for me, and a form to ask somebody."""
    account = own(request)

    def act(answers: Mapping[str, Any]) -> HttpResponse:
        agent = queries.find_account_named(answers["agent"].lower())
        if agent is None:
            # The same sentence as for an account that is not proven: names of accounts are not to be tried out.
            raise operations.MayNotDelegate()
        operations.offer_delegation(
            principal=account,
            agent=agent,
            relation=answers["relation"],
            acts=answers["acts"],
            until=answers["until"],
            actor=queries.actor_of(request),
            at=timezone.now(),
        )
        return redirect("identity:delegations")

    found = list(queries.delegations_about(account)[:100])
    context = {
        "for_others": [delegation for delegation in found if delegation.agent_id == account.pk],
        "for_me": [delegation for delegation in found if delegation.agent_id != account.pk],
        "acting": who_of(request).acting,
    }
    return ask(request, OfferForm, template="identity/delegations.html", act=act, context=context)


@require_POST
@needs(ACT_FOR_OTHERS)
def answer_delegation(request: HttpRequest, public_id: str, answer: str) -> HttpResponse:
    """Accept, decline or revoke."""
    if answer not in ANSWERS:
        raise Http404
    operation, as_agent = ANSWERS[answer]
    delegation = queries.access_delegation(own(request), public_id, as_agent=as_agent)
    operation(delegation=delegation, actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:delegations")


@require_POST
@needs(ACT_FOR_OTHERS)
def act_for(request: HttpRequest, public_id: str) -> HttpResponse:
    """From now on, in this session, act for this principal."""
    account = own(request)
    delegation = queries.access_delegation(account, public_id, as_agent=True)
    operations.begin_acting(account=account, delegation=delegation, actor=queries.actor_of(request), at=timezone.now())
    request.session[queries.DELEGATION_IN_SESSION] = delegation.public_id
    return redirect("/")


@require_POST
@needs(ACT_FOR_OTHERS)
def find_firms(request: HttpRequest) -> HttpResponse:
    """Take up the firms of which I am the legal representative by the register."""
    operations.represent_firms(account=own(request), actor=queries.actor_of(request), at=timezone.now())
    return redirect("identity:delegations")


@require_POST
@needs(ACT_FOR_OTHERS)
def act_for_myself(request: HttpRequest) -> HttpResponse:
    """Act for nobody but oneself again."""
    request.session.pop(queries.DELEGATION_IN_SESSION, None)
    return redirect("/")
