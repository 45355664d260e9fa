"""What is asked of a person: eligibility, evidence, check your answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huimin.platform.ui.pieces.values import Text, Value


class Verdict(StrEnum):
    """Yes, no, or maybe: cannot tell yet."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


VERDICT_WORDS: Final[dict[Verdict, Promise]] = {
    Verdict.YES: gettext_lazy("符合"),
    Verdict.NO: gettext_lazy("不符合"),
    Verdict.MAYBE: gettext_lazy("还不能确定"),
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition of the rule in its own words, with the fact it was held against, and for maybe what to show."""

    sentence: Text
    verdict: Verdict
    fact: Value | None = None
    show: Text = ""

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return str(VERDICT_WORDS[self.verdict])


@dataclass(frozen=True, kw_only=True)
class Eligibility:
    """Yes, no because …, maybe: show X (`{% eligibility e %}`)."""

    what: Text
    verdict: Verdict
    conditions: Sequence[Condition]
    legal_basis: Text = ""

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return str(VERDICT_WORDS[self.verdict])

    @property
    def because(self) -> Sequence[Condition]:
        """The conditions that made the verdict: those not met for no, those not known for maybe, none for yes."""
        return [one for one in self.conditions if one.verdict is self.verdict and self.verdict is not Verdict.YES]


class EvidenceBy(StrEnum):
    """What satisfies a material."""

    LICENCE = "licence"
    REGISTRY = "registry"
    UPLOAD = "upload"
    PROMISE = "promise"
    MISSING = "missing"


EVIDENCE_WORDS: Final[dict[EvidenceBy, Promise]] = {
    EvidenceBy.LICENCE: gettext_lazy("免提交：电子证照"),
    EvidenceBy.REGISTRY: gettext_lazy("免提交：登记数据"),
    EvidenceBy.UPLOAD: gettext_lazy("已上传"),
    EvidenceBy.PROMISE: gettext_lazy("告知承诺"),
    EvidenceBy.MISSING: gettext_lazy("还缺"),
}


class Trust(StrEnum):
    """How far a piece of evidence can be relied on."""

    ISSUED = "issued"
    CHECKED = "checked"
    CLAIMED = "claimed"


TRUST_WORDS: Final[dict[Trust, Promise]] = {
    Trust.ISSUED: gettext_lazy("签发机关可验"),
    Trust.CHECKED: gettext_lazy("工作人员已核对"),
    Trust.CLAIMED: gettext_lazy("本人提供，未核对"),
}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One material and what satisfies it (`{% evidence e %}`): its trust grade, a preview, or what to do when missing."""

    material: Text
    by: EvidenceBy
    detail: Text = ""
    trust: Trust | None = None
    url: str = ""
    act: Text = ""

    @property
    def word(self) -> str:
        """What satisfies it, in words."""
        return str(EVIDENCE_WORDS[self.by])

    @property
    def trust_word(self) -> str:
        """The trust grade in words, or nothing."""
        return str(TRUST_WORDS[self.trust]) if self.trust else ""

    @property
    def link_word(self) -> str:
        """What its link says."""
        return str(self.act) or _("查看")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One line of check-your-answers (`{% answers list %}`): the question, the answer, where to change it."""

    question: Text
    answer: Text
    change_url: str = ""
