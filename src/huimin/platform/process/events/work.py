"""What officials and applicants do with work items."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from huimin.platform.journal.events import Fact
from huimin.platform.process.events.running import ProcessFact


@dataclass(frozen=True, kw_only=True)
class WorkFact(ProcessFact):
    """Something that was done with one work item. Published only as one of its subclasses."""

    item: str
    node: str
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkClaimed(WorkFact):
    """Somebody took a work item into his hands."""

    zh: ClassVar[str] = "领取"
    en: ClassVar[str] = "Claimed"


@dataclass(frozen=True, kw_only=True)
class WorkReleased(WorkFact):
    """The holder put a work item back to his post."""

    zh: ClassVar[str] = "放回岗位"
    en: ClassVar[str] = "Put back to the post"


@dataclass(frozen=True, kw_only=True)
class WorkTransferred(WorkFact):
    """A work item was passed on to another post, or to a colleague (`to` is an account's public id, empty when to
    the post).
    """

    from_post: str
    to_post: str
    to: str = ""

    zh: ClassVar[str] = "转办"
    en: ClassVar[str] = "Transferred"


@dataclass(frozen=True, kw_only=True)
class WorkHandedOver(WorkFact):
    """A work item of somebody who leaves a post went to his successor (`to`), or back to the post when `to` is
    empty.
    """

    post: str
    giver: str
    to: str = ""

    zh: ClassVar[str] = "离岗交接"
    en: ClassVar[str] = "Handed over on leaving the post"


@dataclass(frozen=True, kw_only=True)
class WorkReturned(WorkFact):
    """A work item was sent back to an earlier step; `called_off` other items of the same parallel block ended with
    it.
    """

    back_to: str
    reopened: str
    called_off: int

    zh: ClassVar[str] = "退回"
    en: ClassVar[str] = "Sent back"


@dataclass(frozen=True, kw_only=True)
class WorkTakenBack(WorkFact):
    """Who had finished a step undid that while nobody had gone on; `called_off` items that it had opened ended."""

    called_off: int

    zh: ClassVar[str] = "撤销办理结果"
    en: ClassVar[str] = "Took the completion back"


@dataclass(frozen=True, kw_only=True)
class WorkUrged(WorkFact):
    """Somebody asked for a work item to be done soon; `count` is how often that has happened."""

    post: str
    holder: str
    count: int

    zh: ClassVar[str] = "催办（第 {count} 次）"
    en: ClassVar[str] = "Urged ({count})"


@dataclass(frozen=True, kw_only=True)
class WorkCompleted(WorkFact):
    """A work item was done with an outcome; `opened` are the nodes reached by it, `ended` says that the process
    ended with it.
    """

    outcome: str
    opened: tuple[str, ...]
    ended: bool

    zh: ClassVar[str] = "办理完毕"
    en: ClassVar[str] = "Completed"


@dataclass(frozen=True, kw_only=True)
class WorkDelegated(WorkFact):
    """The holder of a step asked somebody to do it for him; `beside` is that work item, whose answer comes back."""

    beside: str
    to_post: str
    to: str = ""

    zh: ClassVar[str] = "委派"
    en: ClassVar[str] = "Delegated"


@dataclass(frozen=True, kw_only=True)
class SignerAdded(WorkFact):
    """Somebody more has to sign: `added` is his work item."""

    added: str
    to_post: str
    to: str = ""

    zh: ClassVar[str] = "加签"
    en: ClassVar[str] = "Signer added"


@dataclass(frozen=True, kw_only=True)
class SignerDropped(WorkFact):
    """Somebody who had not signed yet need not; `dropped` is what was his work item."""

    dropped: str

    zh: ClassVar[str] = "减签"
    en: ClassVar[str] = "Signer dropped"


@dataclass(frozen=True, kw_only=True)
class OpinionGiven(WorkFact):
    """Who was asked by the holder of a step has answered; `of` is the holder's item."""

    of: str
    outcome: str

    zh: ClassVar[str] = "反馈意见"
    en: ClassVar[str] = "Opinion given"


@dataclass(frozen=True, kw_only=True)
class CopySent(WorkFact):
    """A step was shown to other posts."""

    posts: tuple[str, ...]

    zh: ClassVar[str] = "抄送"
    en: ClassVar[str] = "Copies sent"


@dataclass(frozen=True, kw_only=True)
class CopyRead(WorkFact):
    """A copy was read."""

    zh: ClassVar[str] = "已阅"
    en: ClassVar[str] = "Copy read"


@dataclass(frozen=True, kw_only=True)
class OverdueHandled(WorkFact):
    """The limit of a step ran out, and what is declared for that happened by itself: it ended with `outcome`, or went up
    to the post `to_post`.
    """

    act: str
    outcome: str = ""
    to_post: str = ""
    opened: tuple[str, ...] = ()
    ended: bool = False

    zh: ClassVar[str] = "超时自动处理"
    en: ClassVar[str] = "Handled by itself when the limit ran out"


@dataclass(frozen=True, kw_only=True)
class AbsenceDeclared(Fact):
    """An official is away and a colleague stands in for him until an instant; the subject is his account."""

    deputy: str
    until: datetime

    zh: ClassVar[str] = "请假委托"
    en: ClassVar[str] = "A deputy was named"


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(Fact):
    """An official is back before his time; the subject is his account."""

    deputy: str

    zh: ClassVar[str] = "委托结束"
    en: ClassVar[str] = "The deputy's time ended"
