"""Cases from the draft to their end: lodging, parties, signatures, materials, letters, the window."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class CaseFact(Fact):
    """Something happened to a case. Published only as one of its subclasses; `service` is the code of its service."""

    service: str
    applicant: str


@dataclass(frozen=True, kw_only=True)
class CaseLodged(CaseFact):
    """Somebody applied. `answers` is the keyed digest of what he said, `known` how many answers nobody asked him for."""

    version: int
    revision: int
    channel: str
    answers: str
    asked: int
    known: int
    materials: int

    zh = "提交申请：{asked} 项填写，{known} 项由系统预填，{materials} 份材料"
    en = "Application lodged: {asked} answers given, {known} known already, {materials} materials"


@dataclass(frozen=True, kw_only=True)
class PartOpened(CaseFact):
    """A part of a life event became a case of its own: `whole` is the case that it is a part of, `department` the body that decides it."""

    whole: str
    department: str

    zh = "一件事的一个部分转给承办部门办理，单独计时"
    en = "A part of a life event went to the department that decides it, under a clock of its own"


@dataclass(frozen=True, kw_only=True)
class CaseOffered(CaseLodged):
    """Nobody applied: the registry, or a licence about to expire, began it. `asked` answers are put for him to confirm."""

    zh = "系统发起，无需申请：{known} 项由系统预填，{materials} 份材料"
    en = "Begun without an application: {known} answers known already, {materials} materials"


@dataclass(frozen=True, kw_only=True)
class BenefitsOffered(Fact):
    """A scan of the registry for a benefit (`service:<code>`) ended, in numbers of people.

    `qualified` had no condition against them, `offered` have a new case, `standing` had been offered or granted it before,
    `maybe` cannot be told and are offered nothing, `refused` could not be offered, `stopped` had it and do not qualify any more.
    """

    scanned: int
    qualified: int
    offered: int
    standing: int
    maybe: int
    refused: int
    stopped: int

    zh = "免申即享扫描 {scanned} 人：符合 {qualified}，新发起 {offered}，停止 {stopped}"
    en = "Scanned {scanned} people for a benefit: {qualified} qualify, {offered} offered, {stopped} stopped"


@dataclass(frozen=True, kw_only=True)
class CaseMoved(CaseFact):
    """A case came to another state: accepted, granted, refused, not accepted, withdrawn, lapsed, stopped."""

    state: str

    zh = "办件状态：{state}"
    en = "Case is {state}"


@dataclass(frozen=True, kw_only=True)
class MaterialSupplied(CaseFact):
    """The applicant gave a material that was asked for, or owed."""

    material: str

    zh = "补交材料"
    en = "Material supplied"


@dataclass(frozen=True, kw_only=True)
class OriginalChecked(CaseFact):
    """An official saw the original of a material at a counter."""

    material: str

    zh = "核验原件"
    en = "Original checked"


@dataclass(frozen=True, kw_only=True)
class LetterSent(CaseFact):
    """A letter of the service's own templates went to the applicant: `granted`, `refused`, `supplement`, …"""

    letter: str

    zh = "发出通知"
    en = "Letter sent"


@dataclass(frozen=True, kw_only=True)
class CaseLookedAt(CaseFact):
    """An official opened the case's page, which shows the applicant's data; published before they are shown."""

    zh = "查看办件"
    en = "Case looked at"


@dataclass(frozen=True, kw_only=True)
class PartyNamed(CaseFact):
    """The applicant said who a party is, by number and name or credit code: `named` is a reference. The subject is `draft:<number>`."""

    party: str
    named: str

    zh = "申请人填写了另一方"
    en = "The applicant named another party"


@dataclass(frozen=True, kw_only=True)
class SignatureFact(CaseFact):
    """Something about a signature beside the applicant's. Published only as one of its subclasses; the subject is `draft:<number>`."""

    party: str
    signer: str


@dataclass(frozen=True, kw_only=True)
class SignatureAsked(SignatureFact):
    """The applicant asked another party to sign."""

    zh = "请另一方签署"
    en = "Another party was asked to sign"


@dataclass(frozen=True, kw_only=True)
class PartySigned(SignatureFact):
    """Another party signed, with his own account or before a clerk; `answers` is the keyed digest of what he signed."""

    answers: str

    zh = "另一方已签署"
    en = "Another party signed"


@dataclass(frozen=True, kw_only=True)
class PartyDeclined(SignatureFact):
    """Another party did not sign."""

    zh = "另一方不同意签署"
    en = "Another party declined to sign"


@dataclass(frozen=True, kw_only=True)
class IntakeBegun(CaseFact):
    """A window began to take in an application for somebody who stands there. The subject is `draft:<number>`."""

    zh = "窗口开始收件"
    en = "A window began to take it in"


@dataclass(frozen=True, kw_only=True)
class IntakeHandedOver(CaseFact):
    """A half-taken application went to another window: the code of its post. The subject is `draft:<number>`."""

    to_post: str

    zh = "收到一半的件转交同事"
    en = "The half-taken application went to a colleague"


@dataclass(frozen=True, kw_only=True)
class IntakeTakenBack(CaseFact):
    """A window took back what it had lodged the same day, before anybody had gone on with it."""

    zh = "窗口撤回当日收件"
    en = "The window took back the day's intake"


@dataclass(frozen=True, kw_only=True)
class ReceiptPrinted(CaseFact):
    """A receipt was printed; those before it no longer hold. `edition` counts from 1."""

    edition: int

    zh = "打印受理回执（第 {edition} 份）"
    en = "Receipt printed (number {edition})"


@dataclass(frozen=True, kw_only=True)
class ReceiptVoided(CaseFact):
    """A receipt was made void."""

    edition: int

    zh = "受理回执作废（第 {edition} 份）"
    en = "Receipt voided (number {edition})"
