"""What became of handsets. No token and no key stands here."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class HandsetFact(Fact):
    """Something happened to a handset. Published only as one of its subclasses; its subject is `handset:<number>`."""

    worker: str


@dataclass(frozen=True, kw_only=True)
class EnrolmentOffered(Fact):
    """The command post gave a worker a one-time code; its subject is `account:<public number>` of the worker."""

    zh = "发放终端绑定码"
    en = "Gave a code to take up a handset"


@dataclass(frozen=True, kw_only=True)
class HandsetEnrolled(HandsetFact):
    """A worker took up a handset with a one-time code."""

    zh = "绑定了终端"
    en = "Took up the handset"


@dataclass(frozen=True, kw_only=True)
class HandsetOpened(HandsetFact):
    """The key of what the handset holds was released to it, for a session of its worker."""

    zh = "登录后开启了终端"
    en = "Opened the handset after signing in"


@dataclass(frozen=True, kw_only=True)
class HandsetRevoked(HandsetFact):
    """A handset is trusted no more; its keys are erased."""

    zh = "停用了终端，密钥已销毁"
    en = "Revoked the handset; its keys are destroyed"


@dataclass(frozen=True, kw_only=True)
class HandsetWiped(HandsetFact):
    """A revoked handset answered that it has emptied itself."""

    zh = "终端已自行清空"
    en = "The handset has emptied itself"
