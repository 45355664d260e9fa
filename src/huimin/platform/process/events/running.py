"""What happens to a process as a whole. Subjects are `process:<number>`; `about` is the subject's own reference, as the
starter gave it."""

from dataclasses import dataclass
from typing import ClassVar

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class DefinitionPublished(Fact):
    """A version of a definition can be used from now on; the subject is `definition:<code>`."""

    version: int
    content: str

    zh: ClassVar[str] = "流程定义第 {version} 版已发布。"
    en: ClassVar[str] = "Version {version} of the definition was published."


@dataclass(frozen=True, kw_only=True)
class ProcessFact(Fact):
    """Something that happened in a process: the kind of process and what it is about. Published only as one of its
    subclasses.
    """

    about: str
    process_kind: str


@dataclass(frozen=True, kw_only=True)
class ProcessStarted(ProcessFact):
    """A process began; `opened` are the nodes at which somebody or something now has to act."""

    definition: str
    version: int
    opened: tuple[str, ...]
    ended: bool
    parent: str = ""

    zh: ClassVar[str] = "发起流程"
    en: ClassVar[str] = "Process started"


@dataclass(frozen=True, kw_only=True)
class ProcessEnded(ProcessFact):
    """A process came to its end; `end` is the end event that it reached."""

    end: str

    zh: ClassVar[str] = "流程办结"
    en: ClassVar[str] = "Process ended"


@dataclass(frozen=True, kw_only=True)
class StepDue(ProcessFact):
    """The machine has to take a step; it does so from the outbox."""

    item: str
    node: str

    zh: ClassVar[str] = "等待系统处理"
    en: ClassVar[str] = "A step of the machine is due"


@dataclass(frozen=True, kw_only=True)
class StepTaken(ProcessFact):
    """The machine took a step from the outbox; `opened` are the nodes reached by it."""

    item: str
    node: str
    opened: tuple[str, ...]
    ended: bool

    zh: ClassVar[str] = "系统处理完毕"
    en: ClassVar[str] = "The machine has taken its step"


@dataclass(frozen=True, kw_only=True)
class DecisionTaken(ProcessFact):
    """A rule decided; `rules` are the codes of those that led to the outcome."""

    node: str
    decision: str
    outcome: str
    rules: tuple[str, ...]

    zh: ClassVar[str] = "按规则作出决定"
    en: ClassVar[str] = "Decided by rule"


@dataclass(frozen=True, kw_only=True)
class TimerFired(ProcessFact):
    """A timer ran out and moved the process on; `interrupted` is the item that it ended, if any."""

    node: str
    interrupted: str
    opened: tuple[str, ...]
    ended: bool

    zh: ClassVar[str] = "时限届满，自动流转"
    en: ClassVar[str] = "A limit ran out; the process moved on"


@dataclass(frozen=True, kw_only=True)
class ProcessWithdrawn(ProcessFact):
    """Who started a process took it back."""

    called_off: int
    remark: str

    zh: ClassVar[str] = "撤回"
    en: ClassVar[str] = "Withdrawn"


@dataclass(frozen=True, kw_only=True)
class ProcessCancelled(ProcessFact):
    """A supervisor ended a process before its time."""

    called_off: int
    remark: str

    zh: ClassVar[str] = "终止"
    en: ClassVar[str] = "Cancelled"


@dataclass(frozen=True, kw_only=True)
class ProcessMoved(ProcessFact):
    """A running process was moved to another version of its definition."""

    from_version: int
    to_version: int

    zh: ClassVar[str] = "流程迁移：第 {from_version} 版到第 {to_version} 版"
    en: ClassVar[str] = "Moved from version {from_version} to version {to_version}"
