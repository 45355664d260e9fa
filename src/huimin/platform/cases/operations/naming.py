"""Name who else takes part: a spouse, a seller, an employer, somebody who has died. He is found or not; nothing else of him is told.

Number and name must both agree, as at a window; every search is in the journal, and an account may make a few a day.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from huimin.kernel.identifiers import CitizenId, Uscc
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.cases.events import PartyNamed
from huimin.platform.cases.models import Channel, Draft, PartySearch
from huimin.platform.cases.queries.drafts import access_draft, lock_draft
from huimin.platform.cases.queries.files import service_of_draft
from huimin.platform.cases.queries.known import REGISTRY
from huimin.platform.cases.queries.parties import KIND, others_of
from huimin.platform.cases.queries.relatives import relatives_for
from huimin.platform.catalogue.declarations.forms import Party
from huimin.platform.identity.ports import person_matcher
from huimin.platform.journal.operations import publish, publish_alone
from huimin.platform.journal.rules import Actor, digest
from huimin.platform.registries.events import LookedForNobody
from huimin.platform.registries.queries import find_row, match_anybody, wanted_uscc

PURPOSE: Final = "co_application"
SEARCHES_A_DAY: Final = 10
DECEASED: Final = "deceased"


class NotAParty(BadInput):
    """The service has no such party, or it is not the applicant's to name."""

    zh = "这个事项不需要再填这一方。"
    en = "This service asks for nobody of that kind."


class DoesNotAgree(BadInput):
    """Number and name are not those of one person whom the registry knows, or no firm has this code."""

    zh = "身份号码（或信用代码）与登记不一致，请与对方再核对。这次查询已记录。"
    en = (
        "Number and name do not agree with the registry. Check them with the other person. The query has been recorded."
    )


class NoSuchRelative(BadInput):
    """Nobody is offered under this code any more: the power has ended, or the certificate is not in force."""

    zh = "这位亲属现在不能直接选用，请填写号码和姓名。"
    en = "This relative cannot be taken up now; please give number and name."


class SameParty(BadInput):
    """One person cannot stand on two sides."""

    zh = "对方不能是已经在这份申请里的人。"
    en = "The other cannot be somebody who takes part already."


class TooManySearches(Refusal):
    """So many searches in a day look like somebody guessing."""

    zh = "今天核对对方信息的次数已用完，请明天再试，或与对方一起到办事窗口办理。"
    en = "No more searches today; please try again tomorrow, or come to a service window together."
    status = 429


def name_party(
    public_id: str, party: str, *, citizen_id: str = "", name: str = "", uscc: str = "", actor: Actor, at: datetime
) -> Draft:
    """Say who a party of a draft is: a person by number and name, a firm by its credit code. Who was named before is forgotten.

    Raises NoSuchDraft, NotAParty, TooManySearches, DoesNotAgree, SameParty and the kernel's refusals of numbers that are none.
    """
    draft = access_draft(public_id, actor, at=at)
    declared = _party(draft, party)
    asked = str(CitizenId.parse(citizen_id)) if declared.kind == "person" else str(Uscc.parse(uscc))
    if draft.channel != Channel.WINDOW:
        _count_search(draft, at)
    found = _person(asked, name, declared) if declared.kind == "person" else _firm(asked)
    if not found:
        registry = REGISTRY[declared.kind]
        fact = LookedForNobody(subject=f"registry:{registry}", purpose=PURPOSE, by="number", asked=digest(asked))
        publish_alone(fact, actor=actor, at=at)
        raise DoesNotAgree(field="uscc" if declared.kind == "organisation" else "citizen_id")
    return _name(public_id, party, found, actor=actor, at=at)


def name_relative(public_id: str, party: str, relative: str, *, actor: Actor, at: datetime) -> Draft:
    """Say that a party is a relative whom the applicant's own pages show, by the code under which he was offered (`relatives_for`).

    Nothing is searched, so no search is counted. Raises NoSuchDraft, NotAParty, NoSuchRelative, SameParty.
    """
    draft = access_draft(public_id, actor, at=at)
    offered = {one.code: one.reference for one in relatives_for(draft, _party(draft, party), at=at)}
    if relative not in offered:
        raise NoSuchRelative
    return _name(public_id, party, offered[relative], actor=actor, at=at)


def _name(public_id: str, party: str, found: str, *, actor: Actor, at: datetime) -> Draft:
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        if found in {reference for code, reference in draft.parties.items() if code != party}:
            raise SameParty(field="citizen_id")
        if draft.parties.get(party) != found:
            _put(draft, {**draft.parties, party: found}, party, at)
        fact_of_naming = PartyNamed(
            subject=f"draft:{draft.public_id}",
            service=draft.service,
            applicant=draft.applicant,
            party=party,
            named=found,
        )
        publish(fact_of_naming, actor=actor, at=at)
    return draft


def forget_party(public_id: str, party: str, *, actor: Actor, at: datetime) -> Draft:
    """Take a party out of a draft again, with what it had signed. Raises NoSuchDraft, NotAParty."""
    with transaction.atomic():
        draft = lock_draft(public_id, actor, at=at)
        _party(draft, party)
        _put(draft, {code: one for code, one in draft.parties.items() if code != party}, party, at)
    return draft


def _put(draft: Draft, parties: dict[str, str], party: str, at: datetime) -> None:
    draft.parties, draft.touched_at = parties, at
    draft.save(update_fields=["parties", "touched_at"])
    draft.signatures.filter(party=party).delete()


def _party(draft: Draft, code: str) -> Party:
    found = next((party for party in others_of(service_of_draft(draft)) if party.code == code), None)
    if found is None:
        raise NotAParty
    return found


def _count_search(draft: Draft, at: datetime) -> None:
    """One search more of the draft's account, which stays counted whatever comes of it. Raises TooManySearches."""
    with transaction.atomic():
        # The account's row is held, so that searches at the same moment are counted one after the other.
        account = type(draft.account).objects.select_for_update().get(pk=draft.account_id)
        searches = PartySearch.objects.filter(account=account)
        searches.filter(searched_at__lte=at - timedelta(days=1)).delete()
        if len(searches[:SEARCHES_A_DAY]) == SEARCHES_A_DAY:
            raise TooManySearches
        PartySearch.objects.create(account=account, searched_at=at)


def _person(citizen_id: str, name: str, declared: Party) -> str:
    match = match_anybody if declared.relation == DECEASED else person_matcher.get()
    found = match(citizen_id=citizen_id, name=name)
    return f"{KIND['person']}{found.person_key}" if found else ""


def _firm(uscc: str) -> str:
    row = find_row(wanted_uscc(uscc))
    return row.reference if row else ""
