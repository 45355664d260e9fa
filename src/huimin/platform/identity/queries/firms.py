"""Acting for a firm: which one, and who else may."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.models import Delegation
from huimin.platform.identity.permissions import who_of
from huimin.platform.identity.ports import start_pages
from huimin.platform.identity.queries.registers import NoSuchDelegation
from huimin.platform.identity.rules import DelegationState


class NoSuchFirm(NotFound):
    """The reader acts for no firm now."""

    zh = "您现在没有代企业办理。请在“家人和委托”里选择企业。"
    en = "You are not acting for a firm now. Choose one under “Family and authority”."


def firm_of(request: HttpRequest) -> Delegation:
    """The power under which the reader of this request acts for a firm. Raises NoSuchFirm."""
    acting = who_of(request).acting
    if acting is None or not acting.is_for_a_firm:
        raise NoSuchFirm
    return acting


def start_page(request: HttpRequest) -> str:
    """The URL name of the page where whoever acts for a firm begins; blank for everybody else."""
    acting = who_of(request).acting
    kind = acting.principal.partition(":")[0] if acting is not None else ""
    return start_pages.get(kind) if kind in start_pages else ""


def offers_to(public_id: str, at: datetime) -> QuerySet[Delegation]:
    """The powers that somebody was offered and has not answered, while they could still be taken up; newest first."""
    offered = Delegation.objects.filter(agent__public_id=public_id, state=DelegationState.OFFERED)
    return offered.filter(Q(until=None) | Q(until__gt=at)).order_by("-offered_at", "-pk")


def powers_of(principal: str) -> QuerySet[Delegation]:
    """Everybody who may act, might have, or could once act for a firm, the newest first."""
    return Delegation.objects.filter(principal=principal).select_related("agent").order_by("-offered_at", "-pk")


def access_power(principal: str, public_id: str) -> Delegation:
    """One of the powers that a firm gave. Raises NoSuchDelegation."""
    if found := powers_of(principal).filter(public_id=public_id).first():
        return found
    raise NoSuchDelegation
