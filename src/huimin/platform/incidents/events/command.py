"""What the command centre announces. No words that somebody wrote stand here."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class AlarmFact(Fact):
    """Something happened to the alarm of an urgent incident, its subject. Published only as one of its subclasses."""

    division: str


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(AlarmFact):
    """An urgent incident sounds at its district's command post until somebody on duty takes it."""

    zh = "紧急案件拉响警报"
    en = "Raised the alarm of an urgent incident"


@dataclass(frozen=True, kw_only=True)
class AlarmTaken(AlarmFact):
    """Somebody on duty took the alarm."""

    zh = "接警"
    en = "Took the alarm"


@dataclass(frozen=True, kw_only=True)
class AlarmPassedOn(AlarmFact):
    """Nobody of the district took the alarm in time: the city's command centre hears it too."""

    zh = "警报无人接警，已上报市级指挥中心"
    en = "Nobody took the alarm; the city's command centre hears it now"


@dataclass(frozen=True, kw_only=True)
class RoomFact(Fact):
    """Something happened in the joint room of an incident, its subject. Published only as one of its subclasses."""

    department: str


@dataclass(frozen=True, kw_only=True)
class DepartmentCalled(RoomFact):
    """A department was called into the joint room (吹哨)."""

    zh = "吹哨，召集部门会商"
    en = "Called a department into the joint room"


@dataclass(frozen=True, kw_only=True)
class DepartmentCheckedIn(RoomFact):
    """A called department came in (报到); `in_time` by when it was asked to."""

    in_time: bool

    zh = "部门报到"
    en = "The department checked in"


@dataclass(frozen=True, kw_only=True)
class CheckInScored(RoomFact):
    """Who called a department scored what it did, 1 to 5."""

    score: int

    zh = "为报到部门评分"
    en = "Scored the department that came"


@dataclass(frozen=True, kw_only=True)
class RoomNoteSaid(RoomFact):
    """Something was said in the joint room; what was said stays there."""

    zh = "在会商室发言"
    en = "Wrote in the joint room"


@dataclass(frozen=True, kw_only=True)
class DutyWritten(Fact):
    """A turn of duty was written down or taken back; its subject is `post:<code>`."""

    taken_back: bool = False

    zh = "排定或撤回值班"
    en = "Wrote or took back a turn of duty"


@dataclass(frozen=True, kw_only=True)
class ThemeFact(Fact):
    """Something happened to the theme of a week. Published only as one of its subclasses; its subject is `theme:<number>`."""

    place: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class ThemeChosen(ThemeFact):
    """A place and topic was taken up as the theme of a week; `before` incidents had led to it."""

    before: int

    zh = "确定每周一题"
    en = "Chose the theme of the week"


@dataclass(frozen=True, kw_only=True)
class ThemeClosed(ThemeFact):
    """A theme was closed on evidence; `after` incidents came in the last week."""

    after: int

    zh = "每周一题办结"
    en = "Closed the theme of the week"
