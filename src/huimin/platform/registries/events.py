"""What the registries announce: builds, looks at people, corrections asked for and answered. No personal values."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact
from huimin.platform.journal.rules import Digest


@dataclass(frozen=True, kw_only=True)
class RegistriesReconciled(Fact):
    """The registries were rebuilt from the lake; counts only."""

    people: int
    organisations: int
    records: int
    unresolved: int
    changed: int

    zh = "核对完成：{people} 人，{organisations} 家单位，{records} 条记录，{unresolved} 条未能归属，变动 {changed}"
    en = "Reconciled: {people} people, {organisations} organisations, {records} records, {unresolved} unresolved, {changed} changed"


@dataclass(frozen=True, kw_only=True)
class RegistriesRefreshed(Fact):
    """A delivery's records were brought into the serving registries at once; those of nobody known wait for the next build."""

    known: int
    unknown: int
    changed: int

    zh = "随到随更：涉及 {known} 个对象，变动 {changed}；{unknown} 条待下次核对归属"
    en = "Refreshed at once: {known} known, {changed} changed; {unknown} records wait for the next build"


@dataclass(frozen=True, kw_only=True)
class LookFact(Fact):
    """Somebody looked at a person's or organisation's data, or asked about them. Published only as one of its subclasses."""

    purpose: str
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LookedUp(LookFact):
    """An official, a department's system or somebody acting for the person saw these fields; published before they are shown.

    `by` says how the subject was found: `number`, `name_birth`, `uscc`, `correction`, `delegation`, `house`, `visit`.
    """

    fields: tuple[str, ...]
    by: str

    zh = "查看了信息"
    en = "Looked at the data"


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(LookFact):
    """A question about the subject was answered with yes, no or cannot tell; no value was shown. The answer is not kept."""

    question: str

    zh = "询问了一个是否问题，没有看到具体信息"
    en = "Asked a yes/no question; no value was shown"


@dataclass(frozen=True, kw_only=True)
class LookedForNobody(Fact):
    """A query found nobody, or nobody whom the asker may see; `asked` is the keyed digest of what was asked."""

    purpose: str
    by: str
    asked: Digest

    zh = "查询没有结果"
    en = "The query found nobody"


@dataclass(frozen=True, kw_only=True)
class PlacesSettled(Fact):
    """The registry of houses was brought to what current records and golden addresses say; counts only."""

    houses: int
    in_cells: int
    addresses: int
    placed: int
    changed: int

    zh = "房屋库更新：{houses} 处房屋，{in_cells} 处有网格，{addresses} 条地址中 {placed} 条落到房屋，变动 {changed}"
    en = "Places: {houses} houses, {in_cells} in a grid cell, {placed} of {addresses} addresses name a house, {changed} changed"


@dataclass(frozen=True, kw_only=True)
class GridTaken(Fact):
    """The city's grid was taken over from a file; the subject is the edition."""

    cells: int
    file: Digest

    zh = "载入网格：{cells} 个"
    en = "Took the grid: {cells} cells"


@dataclass(frozen=True, kw_only=True)
class PlacesSearched(Fact):
    """Somebody searched for an address; `asked` is the keyed digest of what was asked. No house and nobody was shown but addresses."""

    purpose: str
    asked: Digest
    found: int

    zh = "查找地址，找到 {found} 处"
    en = "Searched for an address: {found} found"


@dataclass(frozen=True, kw_only=True)
class HouseSeen(Fact):
    """Somebody opened a house: how many people and organisations of it were shown. Each of them has a look of its own."""

    purpose: str
    people: int
    organisations: int

    zh = "查看房屋，看到 {people} 人、{organisations} 家单位"
    en = "Opened a house: {people} people and {organisations} organisations shown"


@dataclass(frozen=True, kw_only=True)
class OwnDataDownloaded(Fact):
    """A person, or who acts for him, downloaded his data; `form` is json or pdf."""

    form: str

    zh = "下载了自己的信息（{form}）"
    en = "Downloaded the data ({form})"


@dataclass(frozen=True, kw_only=True)
class CorrectionFact(Fact):
    """Something that happened to a correction; the subject is the person. Published only as one of its subclasses."""

    correction: str
    field: str


@dataclass(frozen=True, kw_only=True)
class CorrectionAsked(CorrectionFact):
    """A person asked for a value to be corrected, appealed against a refusal, or the data office opened a ticket for a dispute."""

    cause: str
    resource: str
    decider: str

    zh = "提出更正，交数源部门核实"
    en = "Asked for a correction; sent to the department that answers for the value"


@dataclass(frozen=True, kw_only=True)
class CorrectionValueChosen(CorrectionFact):
    """The official who holds the ticket chose the value as it will stand; the value is with the ticket."""

    zh = "核定更正后的内容"
    en = "Settled what the value will be"


@dataclass(frozen=True, kw_only=True)
class CorrectionGranted(CorrectionFact):
    """The department that answers for the value agreed to correct it; its record follows."""

    zh = "同意更正"
    en = "Agreed to correct it"


@dataclass(frozen=True, kw_only=True)
class CorrectionRefused(CorrectionFact):
    """The correction was refused; the reason is with the ticket."""

    zh = "未予更正"
    en = "Did not correct it"


@dataclass(frozen=True, kw_only=True)
class CorrectionLanded(CorrectionFact):
    """The corrected value came in as a new version of the department's own record, and the registry shows it."""

    resource: str
    delivery: str

    zh = "已更正，数源部门的记录已更新"
    en = "Corrected: the department's own record was updated"


@dataclass(frozen=True, kw_only=True)
class CorrectionAwaited(CorrectionFact):
    """The value has no place in the department's files where it alone could be put right: its next delivery will bring it."""

    resource: str

    zh = "同意更正，等数源部门在本系统更正后重新交付"
    en = "Agreed; the department corrects it in its own system and delivers it again"
