"""Components: taking over a survey from a CSV file, and changes of state."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from huimin.kernel.coordinates import to_cgcs2000
from huimin.kernel.refusals import BadInput, Refusal
from huimin.platform.grid import queries
from huimin.platform.grid.declarations import standard_of_code
from huimin.platform.grid.events import ComponentMoved, ComponentsTaken
from huimin.platform.grid.models import Component
from huimin.platform.grid.rules import Refused, Taken, day_said, read_rows
from huimin.platform.identity.queries import departments
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor, digest

if TYPE_CHECKING:
    from huimin.platform.identity.models import Department

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("*部件标识码", "*标识码", "*code"),
    "name": ("部件名称", "名称", "name"),
    "longitude": ("*经度", "*longitude"),
    "latitude": ("*纬度", "*latitude"),
    "datum": ("坐标系", "datum"),
    "authority": ("*主管部门代码", "*authority"),
    "owner": ("权属单位代码", "owner"),
    "maintainer": ("养护单位代码", "maintainer"),
    "state": ("状态", "state"),
    "installed": ("初始日期", "installed_on"),
    "changed": ("变更日期", "changed_on"),
    "source": ("数据来源", "source"),
    "note": ("备注", "note"),
}
WRITTEN: Final = (
    "name",
    "cell",
    "division",
    "longitude",
    "latitude",
    "authority",
    "owner",
    "maintainer",
    "state",
    "installed_on",
    "changed_on",
    "source",
    "note",
)
"""What a survey may change of a component that is known."""
BATCH: Final = 500


class PlaceUnreadable(BadInput):
    """Longitude or latitude is no number."""

    zh = "经度、纬度不是数字。"
    en = "Longitude or latitude is no number."


class OutsideTheCells(BadInput):
    """The point lies in no cell of the grid in force."""

    zh = "这个位置不在任何网格内。"
    en = "This place lies in no cell of the grid."


class DepartmentUnknown(BadInput):
    """A row names a department that the city does not have."""

    zh = "没有代码为“{code}”的部门。"
    en = "There is no department “{code}”."


class StateUnknown(BadInput):
    """A row names a state that the standard does not have."""

    zh = "没有“{state}”这种状态，应为：完好、破损、丢失、废弃、移除。"
    en = "There is no state “{state}”: write 完好, 破损, 丢失, 废弃 or 移除."


class CodeTwice(BadInput):
    """The same component a second time."""

    zh = "部件标识码重复。"
    en = "The component's code stands there twice."


class NotYours(Refusal):
    """The state of a component is changed by whoever answers for it, or by the command post of its cell."""

    zh = "这个部件不归您的部门或辖区管。"
    en = "This component is not your department's, nor of your district."


class ReasonMissing(BadInput):
    """A change of state has a reason."""

    zh = "请写明原因。"
    en = "Say why."


class _Reader:
    """Reads rows against what the city has: its departments, its grid, the standards, and what the rows before said."""

    def __init__(self) -> None:
        self.departments = {one.code: one for one in departments()}
        self.states = {str(state.label): state for state in Component.State} | {
            state.value: state for state in Component.State
        }
        # Labels are written in the language of the process; a file is written in Chinese.
        self.states |= dict(zip(("完好", "破损", "丢失", "废弃", "移除"), Component.State, strict=True))
        self.cell_at = queries.locator().cell_at
        self.seen: set[str] = set()

    def read(self, said: Mapping[str, str], source: str) -> Component:
        """The component that a row describes. Raises a refusal with what is wrong."""
        code = said["code"]
        declared = standard_of_code(code)
        class_code = declared.class_in(code)
        if code in self.seen:
            raise CodeTwice
        try:
            degrees = float(said["longitude"]), float(said["latitude"])
        except ValueError:
            raise PlaceUnreadable from None
        point = to_cgcs2000(*degrees, said["datum"].lower() or "cgcs2000")
        cell = self.cell_at(point.longitude, point.latitude)
        if cell is None:
            raise OutsideTheCells
        if (state := self.states.get(said["state"] or "完好")) is None:
            raise StateUnknown(state=said["state"][:10])
        made = Component(
            code=code,
            standard_ref=declared.standard_ref,
            class_code=class_code,
            name=(said["name"] or declared.names_of(class_code).zh)[:100],
            cell=cell,
            division=cell[:6],
            longitude=round(point.longitude, 7),
            latitude=round(point.latitude, 7),
            authority=self._department(said["authority"], needed=True),
            owner=self._department(said["owner"]),
            maintainer=self._department(said["maintainer"]),
            state=state,
            installed_on=day_said(said["installed"], None),
            changed_on=day_said(said["changed"], None),
            source=(said["source"] or source)[:60],
            note=said["note"][:200],
        )
        self.seen.add(code)
        return made

    def _department(self, code: str, *, needed: bool = False) -> "Department | None":
        if not code and not needed:
            return None
        if code not in self.departments:
            raise DepartmentUnknown(code=code[:16])
        return self.departments[code]


def take_components(content: bytes, *, actor: Actor, at: datetime, source: str = "普查") -> Taken:
    """Take a survey over: components that are new are entered, known ones brought to what it says; wrong rows are told and left out.

    GCJ-02 points are converted. The same survey again changes nothing. Raises NotATable.
    """
    rows = read_rows(content, COLUMNS)
    taken, reader, right = Taken(rows=len(rows)), _Reader(), list[Component]()
    for line, said in rows:
        try:
            right.append(reader.read(said, source))
        except Refusal as refusal:
            taken.refused.append(Refused(line, refusal.sentence("zh"), refusal.sentence("en")))
    enter_components(right, taken, file=digest(sha256(content).hexdigest()), actor=actor, at=at)
    return taken


@transaction.atomic
def enter_components(right: list[Component], taken: Taken, *, file: str, actor: Actor, at: datetime) -> None:
    """Write components set by set; counts in `taken` what is new and what changed."""
    known: dict[str, Component] = {}
    codes = [one.code for one in right]
    for start in range(0, len(codes), BATCH):
        found = Component.objects.filter(code__in=codes[start : start + BATCH])
        known |= {one.code: one for one in found}
    fresh = [one for one in right if one.code not in known]
    changed = []
    for one in right:
        before = known.get(one.code)
        if before is not None and any(_said(one, name) != _said(before, name) for name in WRITTEN):
            one.pk = before.pk
            changed.append(one)
    Component.objects.bulk_create(fresh, batch_size=BATCH)
    if changed:
        Component.objects.bulk_update(changed, WRITTEN, batch_size=BATCH)
    taken.made, taken.changed = len(fresh), len(changed)
    fact = ComponentsTaken(
        subject="grid:components",
        rows=taken.rows,
        refused=len(taken.refused),
        made=taken.made,
        changed=taken.changed,
        file=file,
    )
    publish(fact, actor=actor, at=at)


def _said(component: Component, name: str) -> Any:
    """A field as stored: of a department its key."""
    return getattr(component, f"{name}_id" if name in {"authority", "owner", "maintainer"} else name)


@transaction.atomic
def move_component(*, code: str, state: str, reason: str, actor: Actor, at: datetime) -> Component:
    """Say in which state a component is now, and why. Raises NoSuchComponent, NotYours, ReasonMissing, StateUnknown, ComponentBound."""
    component = Component.objects.select_for_update().filter(code=code).first()
    if component is None:
        raise queries.NoSuchComponent(code=code[:20])
    own = actor.post.partition(".")[0]
    answers = {one.code for one in departments().filter(pk__in=_answerable(component))}
    if own not in answers and not queries.is_within(queries.reach_of(actor), component.cell):
        raise NotYours
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if state not in Component.State.values:
        raise StateUnknown(state=state[:10], field="state")
    before = component.state
    component.move(Component.State(state))
    component.changed_on, component.note = timezone.localdate(at), reason.strip()[:200]
    component.save(update_fields=["state", "changed_on", "note"])
    fact = ComponentMoved(subject=component.reference, before=before, after=state, cell=component.cell)
    publish(fact, actor=actor, at=at)
    return component


def _answerable(component: Component) -> list[int]:
    return [key for key in (component.authority_id, component.owner_id, component.maintainer_id) if key is not None]
