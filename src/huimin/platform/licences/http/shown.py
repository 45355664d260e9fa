"""From licences and their uses to what the pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.catalogue.declarations.licences import LicenceType
from huimin.platform.catalogue.library import licence_types
from huimin.platform.identity.rules.masks import masked_name
from huimin.platform.licences import queries
from huimin.platform.licences.events import (
    CopyAnnotated,
    LicenceChecked,
    LicenceFact,
    LicenceGranted,
    LicenceLookedAt,
    LicenceMoved,
    LicencePresented,
    LicenceReissued,
    LicenceUsed,
)
from huimin.platform.licences.models import Licence
from huimin.platform.licences.ports import seals
from huimin.platform.licences.rules import State
from huimin.platform.registries.fields import department_name, post_name
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Trail, TrailEntry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from huimin.platform.journal.models import Entry

MARKS: Final = {State.VALID: "good", State.EXPIRED: "due", State.SUSPENDED: "due"}
SAID: "Final[dict[type[LicenceFact], _StrPromise]]" = {
    LicenceGranted: gettext_lazy("颁发了这张证照"),
    LicenceMoved: gettext_lazy("改变了证照的状态"),
    LicenceReissued: gettext_lazy("换发了新版证照"),
    LicencePresented: gettext_lazy("出示了证照"),
    LicenceChecked: gettext_lazy("核验了证照"),
    LicenceUsed: gettext_lazy("办事时用它代替了纸质材料"),
    LicenceLookedAt: gettext_lazy("在发证机关的证照库里查看了这张证照"),
    CopyAnnotated: gettext_lazy("制作了加注件"),
}
ANYBODY: Final = "check"
"""The name of the actor when somebody who is not signed in checks a licence."""


@dataclass(frozen=True)
class Line:
    """One thing that a licence says."""

    label: str
    text: str


@dataclass(frozen=True)
class Face:
    """A licence as a page shows it."""

    licence: Licence
    name: str
    holder: str
    department: str
    state: State
    mark: str
    lines: list[Line]
    simulated: bool
    untouched: bool

    @property
    def is_valid(self) -> bool:
        """Whether it holds today."""
        return self.state is State.VALID

    @property
    def state_name(self) -> str:
        """Its standing in words."""
        return str(Licence.States(self.state.value).label)


def type_name(code: str) -> str:
    """What a type of licence is called; its code when no domain declares it any more."""
    declared = licence_types().get(code)
    return declared.names.text(reader_language()) if declared else code


def face_of(licence: Licence, *, on: date, to_anybody: bool = False) -> Face:
    """The licence as its holder sees it; `to_anybody`: only what its type shows to whoever checks it, the name masked."""
    declared = licence_types().get(licence.type)
    state = licence.standing(on)
    return Face(
        licence=licence,
        name=type_name(licence.type),
        holder=masked_name(licence.holder_name) if to_anybody else licence.holder_name,
        department=department_name(licence.department, reader_language()),
        state=state,
        mark=MARKS.get(state, "late"),
        lines=list(_lines(licence, declared, to_anybody)) if declared else [],
        simulated=seals.get().simulated,
        untouched=queries.is_untouched(licence),
    )


def _lines(licence: Licence, declared: LicenceType, to_anybody: bool) -> Iterable[Line]:
    said = queries.content_of(licence)["fields"]
    for name, field in declared.fields.items():
        if said.get(name) and (field.shown or not to_anybody):
            yield Line(field.names.text(reader_language()), str(said[name]))


def line_of(licence: Licence, *, on: date) -> dict[str, str]:
    """A licence as one line of a list that is no look yet: a person's name is masked, a firm's is public."""
    state = licence.standing(on)
    is_person = licence.holder.startswith(queries.PERSON)
    return {
        "name": type_name(licence.type),
        "holder": masked_name(licence.holder_name) if is_person else licence.holder_name,
        "state_name": str(Licence.States(state.value).label),
        "mark": MARKS.get(state, "late"),
    }


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What its department did to a licence and why, as its holder is told."""

    title: str
    at: datetime
    department: str
    post: str
    basis: str
    reason: str


def changes(licence: Licence) -> list[Notice]:
    """What was done to a licence, newest first."""
    language = reader_language()
    return [
        Notice(
            title=str(change.get_state_display()),
            at=change.made_at,
            department=department_name(licence.department, language),
            post=post_name(change.post, language) if change.post else "",
            basis=change.basis,
            reason=change.reason,
        )
        for change in queries.changes_of(licence)
    ]


def uses(entries: Iterable["Entry"]) -> Trail:
    """Who did what with a licence, newest first."""
    return Trail(
        label=_("这张证照的使用记录"),
        entries=[
            TrailEntry(at=entry.at, who=_who(entry), act=SAID[type(entry.fact)], why=getattr(entry.fact, "case", ""))
            for entry in entries
            if isinstance(entry.fact, LicenceFact)
        ],
    )


def _who(entry: "Entry") -> str:
    if entry.actor.post:
        return post_name(entry.actor.post, reader_language())
    if entry.actor.kind == "system":
        return _("未登录的核验人") if entry.actor.ref == ANYBODY else _("系统")
    return _("部门系统") if entry.actor.kind == "client" else _("持证人")
