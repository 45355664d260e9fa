"""An incident from the report to its close."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class IncidentFact(Fact):
    """Something happened to an incident. Published only as one of its subclasses."""

    class_code: str
    division: str


@dataclass(frozen=True, kw_only=True)
class IncidentReported(IncidentFact):
    """Somebody reported something new. `resembles` is the number of an open one of the same class close by."""

    standard_ref: str
    channel: str
    cell: str
    state: str
    urgent: bool
    edition: int
    photos: int
    resembles: str = ""

    zh = "上报案件（{channel}），照片 {photos} 张"
    en = "Incident reported ({channel}), {photos} photos"


@dataclass(frozen=True, kw_only=True)
class ReportAdded(IncidentFact):
    """Another voice confirmed an open incident."""

    channel: str
    voices: int

    zh = "又有人反映（第 {voices} 人）"
    en = "Reported again (voice number {voices})"


@dataclass(frozen=True, kw_only=True)
class IncidentMoved(IncidentFact):
    """An incident came from one state to another."""

    before: str
    state: str

    zh = "案件状态：{before} → {state}"
    en = "Incident: {before} → {state}"


@dataclass(frozen=True, kw_only=True)
class IncidentDispatched(IncidentFact):
    """The command centre, or the routing table by itself, sent it to departments, leading one first. `suggested`: what the table said."""

    departments: tuple[str, ...]
    suggested: tuple[str, ...]
    by_itself: bool
    limit: str
    round: int

    zh = "派遣责任部门（第 {round} 轮）"
    en = "Dispatched to the departments (round {round})"


@dataclass(frozen=True, kw_only=True)
class IncidentReturned(IncidentFact):
    """A department sent it back: it is another's."""

    department: str
    returned: int

    zh = "{department} 退件（第 {returned} 次）"
    en = "{department} sent it back (time number {returned})"


@dataclass(frozen=True, kw_only=True)
class IncidentCheckFailed(IncidentFact):
    """The worker found that it has not been dealt with; it goes back to the departments."""

    reworked: int

    zh = "核查不通过，返工（第 {reworked} 次）"
    en = "The check failed; to be done again (time number {reworked})"


@dataclass(frozen=True, kw_only=True)
class IncidentUrged(IncidentFact):
    """Somebody asked to hurry."""

    urged: int

    zh = "催办（第 {urged} 次）"
    en = "Asked to hurry (time number {urged})"


@dataclass(frozen=True, kw_only=True)
class IncidentsJoined(IncidentFact):
    """It was joined to a parent (`into`), and goes with it."""

    into: str

    zh = "并入 {into}"
    en = "Joined to {into}"


@dataclass(frozen=True, kw_only=True)
class PhotosAdded(IncidentFact):
    """Photos of a stage were added."""

    stage: str
    photos: int

    zh = "补充照片 {photos} 张（{stage}）"
    en = "{photos} photos added ({stage})"


@dataclass(frozen=True, kw_only=True)
class AskingMade(IncidentFact):
    """A department asked for more time, or that the incident be shelved."""

    department: str
    what: str
    amount: int

    zh = "{department} 申请（{what}）"
    en = "{department} asks ({what})"


@dataclass(frozen=True, kw_only=True)
class AskingDecided(IncidentFact):
    """The command centre decided what a department asked for."""

    department: str
    what: str
    granted: bool

    zh = "对 {department} 的申请（{what}）作出决定：{granted}"
    en = "Decided on what {department} asked ({what}): {granted}"


@dataclass(frozen=True, kw_only=True)
class AppealMade(IncidentFact):
    """A reporter appealed against its not being filed, or its close."""

    against: str

    zh = "上报人申诉（{against}）"
    en = "The reporter appeals ({against})"


@dataclass(frozen=True, kw_only=True)
class AppealDecided(IncidentFact):
    """The city's command centre decided on an appeal."""

    against: str
    upheld: bool

    zh = "申诉（{against}）结果：{upheld}"
    en = "Appeal ({against}) decided: {upheld}"


@dataclass(frozen=True, kw_only=True)
class VerdictGiven(IncidentFact):
    """A reporter said how content he is with the close: 1 (very) to 5."""

    rating: int

    zh = "上报人评价：{rating}"
    en = "The reporter's verdict: {rating}"


@dataclass(frozen=True, kw_only=True)
class ReporterShown(IncidentFact):
    """An official was shown how a reporter can be reached."""

    reports: int

    zh = "查看上报人联系方式（{reports} 份）"
    en = "Contacts of reporters shown ({reports})"


@dataclass(frozen=True, kw_only=True)
class RoutingPublished(Fact):
    """An edition of the routing table (`routing:<number>`) is in force. `same`, `other`, `nowhere`: how past incidents would go by it."""

    rows: int
    same: int
    other: int
    nowhere: int

    zh = "发布派遣规则：{rows} 条；对照历史案件：相同 {same}，不同 {other}，无处可派 {nowhere}"
    en = "Routing table published: {rows} rows; of past incidents {same} the same, {other} otherwise, {nowhere} nowhere"


@dataclass(frozen=True, kw_only=True)
class IncidentLinked(IncidentFact):
    """An official said that it has to do with another thing: `to` is its reference."""

    to: str

    zh = "关联 {to}"
    en = "Linked to {to}"


@dataclass(frozen=True, kw_only=True)
class IncidentUnlinked(IncidentFact):
    """An official took such a relation back."""

    to: str

    zh = "取消关联 {to}"
    en = "No longer linked to {to}"


@dataclass(frozen=True, kw_only=True)
class IncidentsExported(Fact):
    """An official (`account:…`) took a list of so many incidents away as a file."""

    rows: int

    zh = "导出案件 {rows} 件"
    en = "{rows} incidents exported"
