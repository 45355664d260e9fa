"""What comes of a case and before it: money, parcels, public notice and what is said against it."""

from dataclasses import dataclass

from huimin.platform.cases.events.applications import CaseFact


@dataclass(frozen=True, kw_only=True)
class PaymentOrdered(CaseFact):
    """A payment to the applicant, or by him, was ordered at the (simulated) till: `amount` in fen."""

    amount: int
    direction: str

    zh = "生成支付单 {amount} 分"
    en = "Payment of {amount} fen ordered"


@dataclass(frozen=True, kw_only=True)
class FeeGivenBack(CaseFact):
    """The till gave the fee back, since the case ended before it was accepted: `amount` in fen."""

    amount: int

    zh = "退还费用 {amount} 分"
    en = "Fee of {amount} fen given back"


@dataclass(frozen=True, kw_only=True)
class ResultSent(CaseFact):
    """The paper result was given to the courier; `simulated`: no parcel went anywhere."""

    parcel: str
    simulated: bool

    zh = "结果已交寄 {parcel}"
    en = "Result sent, parcel {parcel}"


@dataclass(frozen=True, kw_only=True)
class CodeIssued(CaseFact):
    """Who was registered has a unified social credit code, which is public; `simulated`: no register outside this platform knows it."""

    code: str
    simulated: bool

    zh = "赋统一社会信用代码 {code}"
    en = "Unified social credit code {code} issued"


@dataclass(frozen=True, kw_only=True)
class CasePublicised(CaseFact):
    """The case stands in public for objections until a day (exclusive, ISO); `notice` is the notice's public id."""

    notice: str
    until: str

    zh = "公示，{until} 止"
    en = "On public notice until {until}"


@dataclass(frozen=True, kw_only=True)
class ObjectionMade(CaseFact):
    """Somebody proven objected to a case on public notice. Who he is stands with the objection, not here."""

    notice: str

    zh = "收到一条异议"
    en = "An objection was made"


@dataclass(frozen=True, kw_only=True)
class ObjectionAnswered(CaseFact):
    """The deciding department answered an objection, which has its own public number."""

    notice: str
    objection: str

    zh = "答复了一条异议"
    en = "An objection was answered"
