"""Requests for another department's data: asked, decided, ended. A grant of `identity` is all that one becomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from huimin.kernel.public_numbers import random_number
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.exchange.answering import decider_of, office
from huimin.platform.exchange.declarations import Resource, resources, sources
from huimin.platform.exchange.events import (
    DataRequested,
    DataRequestGranted,
    DataRequestRefused,
    SharingEnded,
)
from huimin.platform.exchange.models import DataRequest, RequestDecided
from huimin.platform.exchange.operations.deliveries import ReasonMissing
from huimin.platform.exchange.permissions import READ_SHARED
from huimin.platform.exchange.reach import Reach
from huimin.platform.exchange.requests import REFERENCE, access_request, may_end
from huimin.platform.exchange.rules import LONGEST_GRANT_DAYS, Way, strictest
from huimin.platform.exchange.sharing import granted_as
from huimin.platform.identity import operations as identity
from huimin.platform.identity.declarations import duties, this_city
from huimin.platform.identity.queries import get_client, get_grant, get_post
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor
from huimin.platform.process import operations as process

DEFINITION = "data_request"
KIND = "data_request"
RULE = Actor(kind="system", ref="share_types")
"""Who grants what the catalogue shares with everybody: nobody in person."""


class OwnResource(Refusal):
    """A department asks for what it provides itself."""

    zh = "这个资源就是本部门提供的，不用申请。"
    en = "Your own department provides this resource; there is nothing to ask for."


class NotProvided(Refusal):
    """Nobody delivers the resource in this city."""

    zh = "本市还没有部门提供这个资源，请联系数据资源管理局。"
    en = "No department of this city provides this resource yet; please contact the data office."


class NoItems(BadInput):
    """A request without an item, or with one that the resource does not have."""

    zh = "请至少选一个信息项，而且都是这个资源里有的。"
    en = "Choose at least one item, and only items that the resource has."


class NotAReader(BadInput):
    """The post or system is not of the asking department, or its duty does not read shared data."""

    zh = "只能为本部门的岗位或系统申请，而且这个岗位（系统）有读取共享数据的职责。"
    en = "Ask for a post or a system of your own department, and for one whose duty it is to read shared data."


class NoDistrict(BadInput):
    """Rows of a district were asked for where there are none, or for a reader who has no district."""

    zh = "按辖区取数，须资源里有地址，读取的岗位管某个辖区；系统和全市的岗位请选“全部记录”。"
    en = "Rows of a district need a resource with addresses and a post that answers for a district; others ask for all records."


class NoSuchPurpose(BadInput):
    """A purpose that the city does not declare."""

    zh = "本市没有登记过这个用途。"
    en = "The city declares no such purpose."


class BasisMissing(BadInput):
    """A request without the law or the reason."""

    zh = "请写明法律依据（至少四个字）和为什么需要。"
    en = "Give the legal basis (at least four characters) and why the data are needed."


class TermNotFit(BadInput):
    """A term that is over, or longer than is granted at once."""

    zh = "期限须在今天以后，最长 {days} 天；到期还需要的，届时再申请。"
    en = "The term ends after today and lasts at most {days} days; ask again when it ends."


class AlreadyAsked(Refusal):
    """The same reader's request for this resource in this way is being decided."""

    zh = "同样的申请正在审核，请等答复。"
    en = "The same request is being decided; please wait for the answer."


class NotNarrowed(Refusal):
    """The answer says that the request was narrowed, and it was not."""

    zh = "请点这一页上的“缩小范围后同意”，写明提供哪一部分；提交后这一步就办结。"
    en = "Follow “Agree in part” on this page and say which part is shared; submitting that finishes this step."


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a department needs: `items` of a resource, `plain` of them shown whole, in which way, on which `rows`, for what and until when.

    `reader` is the code of a post (`rsj.query`) or the public number of a system; `until` the first day without.
    """

    resource: str
    reader: str
    items: Sequence[str]
    plain: Sequence[str]
    rows: str
    way: Way
    purpose: str
    legal_basis: str
    reason: str
    until: date


def ask_for_data(need: Need, *, department: str, actor: Actor, at: datetime) -> DataRequest:
    """Ask for data of another department, for a post or a system of one's own `department`.

    What the catalogue shares with everybody is granted at once. Anything else starts a process: an item that is not shared at all goes
    straight back to who asked, who may let the data office settle it. Raises the refusals above, AlreadyAsked, NobodyAnswers.
    """
    resource = _checked(need, department, at)
    request = _drafted(need, resource, department, actor, at)
    share = strictest(resource.share_of(item) for item in request.items)
    try:
        with transaction.atomic():
            request.save(force_insert=True)
            fact = DataRequested(
                subject=request.reference,
                resource=request.resource,
                items=tuple(request.items),
                way=request.way,
                rows=request.rows,
                purpose=request.purpose,
                reader=request.reader,
                until=request.until,
            )
            publish(fact, actor=actor, at=at)
            if share == "open":
                _grant(request, actor=RULE, at=at)
            else:
                _begin(request, withheld=share == "withheld", actor=actor, at=at)
            request.save()
    except IntegrityError as clash:
        raise AlreadyAsked from clash
    return request


def _begin(request: DataRequest, *, withheld: bool, actor: Actor, at: datetime) -> None:
    posts = {"office": office(), "decider": decider_of(request.resource), "asker": actor.post}
    started = process.start(
        DEFINITION,
        subject=request.reference,
        kind=KIND,
        department=sources()[request.resource].department,
        data={**posts, "withheld": withheld, "narrowed": False},
        actor=actor,
        at=at,
    )
    request.process = started.number


def _checked(need: Need, department: str, at: datetime) -> Resource:
    source, resource = sources().get(need.resource), resources().get(need.resource)
    if resource is None or source is None:
        raise NotProvided
    if source.department == department:
        raise OwnResource
    if not need.items or {*need.items, *need.plain} - set(resource.items):
        raise NoItems(field="items")
    if need.purpose not in this_city().grants.purposes:
        raise NoSuchPurpose(field="purpose")
    if len(need.legal_basis.strip()) < 4:
        raise BasisMissing(field="legal_basis")
    if not need.reason.strip():
        raise BasisMissing(field="reason")
    today = timezone.localdate(at)
    if not today < need.until <= today + timedelta(days=LONGEST_GRANT_DAYS):
        raise TermNotFit(field="until", days=LONGEST_GRANT_DAYS)
    divisions = divisions_of_reader(need.reader, department)
    if need.rows == DataRequest.Rows.POST_DIVISIONS and not (divisions and resource.address_item):
        raise NoDistrict(field="rows")
    return resource


def divisions_of_reader(reader: str, department: str) -> Sequence[str]:
    """The districts of the post that is to read; none of a system. Raises NotAReader, NotFound."""
    if "." in reader:
        post = get_post(reader)
        own, duty, divisions = post.department.code, post.duty, post.divisions
    else:
        client = get_client(reader)
        own, duty, divisions = client.department.code, client.duty, []
    if own != department or duty not in duties() or not duties()[duty].allows(READ_SHARED):
        raise NotAReader(field="reader")
    return list(divisions)


def _drafted(need: Need, resource: Resource, department: str, actor: Actor, at: datetime) -> DataRequest:
    is_post = "." in need.reader
    items = [item for item in resource.items if item in {*need.items, *need.plain}]
    return DataRequest(
        number=random_number(10),
        resource=need.resource,
        department=department,
        reader_post=need.reader if is_post else "",
        reader_client="" if is_post else need.reader,
        items=items,
        plain=[item for item in items if item in set(need.plain) or resource.mask_of(item) is None],
        rows=need.rows,
        way=need.way,
        purpose=need.purpose,
        legal_basis=need.legal_basis.strip(),
        reason=need.reason.strip(),
        until=need.until,
        asked_by=actor.ref,
        asked_at=at,
    )


def settle_request(*, reference: str, granted: bool, narrowed: bool = False, actor: Actor, at: datetime) -> None:
    """Record the answer, in the transaction of the step that gave it. Raises RequestDecided, TermNotFit, NotNarrowed, identity's
    NotToOneself.
    """
    request = DataRequest.objects.select_for_update().get(number=reference.removeprefix(REFERENCE))
    if narrowed and request.asked_for is None:
        raise NotNarrowed
    if granted or narrowed:
        if request.until <= timezone.localdate(at):
            raise TermNotFit(days=LONGEST_GRANT_DAYS)
        _grant(request, actor=actor, at=at)
    else:
        request.move(DataRequest.State.REFUSED)
        request.answered_at = at
        publish(DataRequestRefused(subject=request.reference, resource=request.resource), actor=actor, at=at)
    request.save()


def _grant(request: DataRequest, *, actor: Actor, at: datetime) -> None:
    request.move(DataRequest.State.GRANTED)
    resource = resources()[request.resource]
    masks = {item: resource.mask_of(item) for item in request.items if item not in request.plain}
    given = identity.give_access(
        post=get_post(request.reader_post) if request.reader_post else None,
        client=get_client(request.reader_client) if request.reader_client else None,
        resource=granted_as(request.resource, Way(request.way)),
        plain=request.plain,
        masked={item: str(mask) for item, mask in masks.items() if mask is not None},
        rows=request.rows,
        purposes=[request.purpose],
        legal_basis=request.legal_basis,
        until=timezone.make_aware(datetime.combine(request.until, time.min)),
        actor=actor,
        at=at,
    )
    request.grant, request.answered_at = given.code, at
    fact = DataRequestGranted(subject=request.reference, resource=request.resource, grant=f"grant:{given.code}")
    publish(fact, actor=actor, at=at)


@transaction.atomic
def end_sharing(*, number: str, reason: str, reach: Reach, actor: Actor, at: datetime) -> DataRequest:
    """Stop what was granted before its term, by the department that provides, by the one that asked, or by the data office.

    The very next look finds nothing. Raises NotFound, RequestDecided, ReasonMissing.
    """
    seen = access_request(reach, number)
    request = DataRequest.objects.select_for_update().get(pk=seen.pk)
    if not may_end(reach, request):
        raise RequestDecided(number=number, state=request.get_state_display())
    if not reason.strip():
        raise ReasonMissing(field="reason")
    request.move(DataRequest.State.ENDED)
    identity.end_grant(grant=get_grant(request.grant), actor=actor, at=at)
    request.ended_at, request.ended_because = at, reason.strip()
    request.save(update_fields=["state", "ended_at", "ended_because"])
    fact = SharingEnded(subject=request.reference, resource=request.resource, grant=f"grant:{request.grant}")
    publish(fact, actor=actor, at=at)
    return request
