"""`service.yaml`: a service item with the elements of the implementation list (GB/T 39554.2, GB/T 39046-2020).

Codes are those of the standard's appendix A, from the code lists of the kernel. What must agree between several elements is checked
by `rules.consistency`, which names the line.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from huimin.kernel.declarations import Declaration
from huimin.kernel.money import Fen
from huimin.platform.catalogue.declarations.words import Name, When, Words, in_list, local

Status = Literal["draft", "published", "withdrawn"]
Unit = Literal["working_days", "days"]
CaseKind = Annotated[str, AfterValidator(in_list("case_kind"))]
CertificateTrust = Annotated[str, AfterValidator(in_list("certificate_trust"))]
ExerciseLevel = Annotated[str, AfterValidator(in_list("exercise_level"))]
HandlingForm = Annotated[str, AfterValidator(in_list("handling_form"))]
HandlingRange = Annotated[str, AfterValidator(in_list("handling_range"))]
ImplementingBodyNature = Annotated[str, AfterValidator(in_list("implementing_body_nature"))]
MaterialForm = Annotated[str, AfterValidator(in_list("material_form"))]
MaterialKind = Annotated[str, AfterValidator(in_list("material_kind"))]
MaterialNecessity = Annotated[str, AfterValidator(in_list("material_necessity"))]
MaterialSource = Annotated[str, AfterValidator(in_list("material_source"))]
OnlineDepth = Annotated[str, AfterValidator(in_list("online_depth"))]
OrganisationTheme = Annotated[str, AfterValidator(in_list("organisation_theme"))]
OutcomeKind = Annotated[str, AfterValidator(in_list("outcome_kind"))]
PersonTheme = Annotated[str, AfterValidator(in_list("person_theme"))]
PowerSource = Annotated[str, AfterValidator(in_list("power_source"))]
ServedParty = Annotated[str, AfterValidator(in_list("served_party"))]
ServiceItemType = Annotated[str, AfterValidator(in_list("service_item_type"))]
ProcedureKind = Annotated[str, AfterValidator(in_list("special_procedure"))]


class EverydayWords(Declaration):
    """Words in which people ask for it, beside its name."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Codes(Declaration):
    """The item's codes: `basic` 12 characters; the implementation code is made of the body's credit code, the level and this."""

    basic: str = Field(pattern=r"^[0-9A-Z]{12}$")
    variant: str = Field(default="01", pattern=r"^[0-9]{2}$", description="业务办理项, two digits")


class Basis(Declaration):
    """One article of law: what it is called, where it stands, since when."""

    law: Words
    number: str = Field(default="", description="文号, such as 国务院令第709号")
    article: Words
    says: Words = Field(description="in short what it orders; the official text is the law's own")
    issued_by: str
    in_force_on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class Duration(Declaration):
    """A time limit; `amount: 0` is on the spot. `basis` is a code of the item's legal basis."""

    amount: int = Field(ge=0, le=3650)
    unit: Unit = "working_days"
    basis: Name | None = None
    note: Words | None = None


class Limits(Declaration):
    """The limit that the law sets and the one that the body promises."""

    statutory: Duration
    promised: Duration = local()


class Visits(Declaration):
    """How often one must come in person, and why."""

    count: int = Field(ge=0, le=9)
    reason: Words | None = None


class SpecialProcedure(Declaration):
    """Hearing, inspection, test, appraisal: the clock of the limit stands still while it lasts."""

    code: Name
    kind: ProcedureKind
    names: Words
    longest: Duration
    basis: Name


class FeeLine(Declaration):
    """One thing that is charged. `amount` in fen; `each` names the answer that says how many; `when` the case in which it is due."""

    code: Name
    names: Words
    amount: Fen
    each: Name | None = None
    when: When | None = None
    basis: Name


class Relief(Declaration):
    """A case in which a line is not charged, or only in part (`pays` in percent)."""

    code: Name
    of: Name
    names: Words
    pays: int = Field(default=0, ge=0, lt=100)
    when: When
    basis: Name


class Fee(Declaration):
    """What it costs; no lines: nothing."""

    lines: tuple[FeeLine, ...] = local(default=())
    relief: tuple[Relief, ...] = local(default=())
    pay_online: bool = False


class MetBy(Declaration):
    """What makes a material needless to bring: a licence held, a registry fact, a signed promise, an upload, an original shown.

    `of` is the party whose it is. `licence` names a licence type, `fact` a registry field. `trust` is the grade of 国办函〔2016〕108号.
    """

    how: Literal["licence", "fact", "promise", "upload", "original"]
    of: Name = "applicant"
    licence: Name | None = None
    fact: Name | None = None
    trust: CertificateTrust


class Material(Declaration):
    """What the decision needs as evidence, in which case, and in which ways it may be met, the easiest for the applicant first."""

    code: Name
    names: Words
    kind: MaterialKind
    source: MaterialSource
    necessity: MaterialNecessity
    form: MaterialForm
    copies: int = Field(default=1, ge=0, le=9)
    when: When | None = Field(default=None, description="the situation in which it is needed; without it, always")
    met_by: tuple[MetBy, ...] = Field(min_length=1)
    because: Words | None = Field(
        default=None, description="why something a government body issues must be brought all the same"
    )
    supply_within: Duration | None = Field(default=None, description="容缺: how long it may be supplied later")
    note: Words | None = None
    basis: Name


class Promise(Declaration):
    """告知承诺: what the applicant promises, when it is checked, and what follows a breach."""

    code: Name
    text: Words
    check_within: Duration
    breach: Words
    basis: Name


class Returned(Declaration):
    """What goes back as the body's own record: a resource, and where each of its items comes from.

    `succeeds` are items and their sources by which the current record is found whose place this one takes: that one ends and is history
    from then on. Where there is none, or nothing is said, a record of its own begins.
    """

    resource: str
    items: dict[Name, str] = Field(min_length=1)
    succeeds: dict[Name, str] = {}


class Ended(Declaration):
    """What ends with the decision (注销): a party's licences of a type, of which the fields `where` say what their sources do."""

    licence: Name
    of: Name
    where: dict[Name, str] = {}


class CodeKind(Declaration):
    """The kind of organisation in a code, and the situation in which it is this one; the first that holds is taken."""

    kind: str = Field(pattern=r"^[1-9A-Z]$")
    when: When | None = None


class Issued(Declaration):
    """统一社会信用代码 (GB 32100-2015): the decision gives somebody new his code, by the registration authority's sequence.

    `authority` and `kinds` are its first two characters: 9 and 1 an enterprise, 9 and 2 a self-employed household. Sources name it
    `gives.uscc`.
    """

    authority: str = Field(pattern=r"^[1-9A-Z]$")
    kinds: tuple[CodeKind, ...] = Field(min_length=1)


class Outcome(Declaration):
    """What one gets.

    `licence` is a licence type of a domain's `licences/` and `fields` where each of its fields comes from; `records` go back through
    exchange. A source is `answers.<question>`, `<party>.<registry field>`, `gives.<result of the table>`, `case.number`,
    `case.decided_on`, `licence.<type>.<field>` or `=text`, the same for everybody.
    """

    kind: OutcomeKind
    names: Words
    licence: Name | None = None
    fields: dict[Name, str] = {}
    records: tuple[Returned, ...] = ()
    issues: Issued | None = None
    ends: tuple[Ended, ...] = ()
    delivery: tuple[Literal["wallet", "courier", "pickup", "account"], ...] = Field(min_length=1)


class Review(Declaration):
    """Administrative reconsideration: before whom and within how many days."""

    before: Words
    days: int = 60
    basis: Name


class Litigation(Declaration):
    """Administrative litigation: before which court and within how many months."""

    before: Words
    months: int = 6
    basis: Name


class Remedies(Declaration):
    """How to disagree: by law, where the item says nothing else (`catalogue/common_basis.yaml` has both articles)."""

    review: Review = local(
        default=Review(
            before=Words(zh="本级人民政府", en="The people's government of the same level"), basis="reconsideration"
        )
    )
    litigation: Litigation = local(
        default=Litigation(
            before=Words(zh="有管辖权的人民法院", en="The people's court with jurisdiction"), basis="litigation"
        )
    )


class Place(Declaration):
    """A counter where it is handed in; `when` the situation in which it is this one. Synthetic contacts say so."""

    code: Name
    names: Words
    address: Words
    hours: Words
    phone: str
    division: str = Field(default="", pattern=r"^(\d{6})?$")
    when: When | None = None
    synthetic: bool = Field(description="an invented contact of the demonstration")


class Contacts(Declaration):
    """Where to go and whom to call."""

    places: tuple[Place, ...] = ()
    consult: str = ""
    complain: str = "12345"


class Part(Declaration):
    """A service that a life event joins, where `when` holds, with its own body and clock.

    Where `task` is a call of the whole's process it is a case of its own, with its own decision, letters and result, and its item is the
    whole's in everything that is not said here; where it is a user task it is a step of the one case.
    """

    code: Name
    names: Words
    body: Name
    when: When | None = None
    after: tuple[Name, ...] = Field(default=(), description="parts that must be done first")
    task: Name = Field(description="the call of the whole's process that opens this part's case, or its user task")
    post: Literal["window", "review", "head"] = Field(default="review", description="the post of its body that decides")
    limit: Duration = Field(description="from the day on which it is opened: what was taken in once counts as accepted")
    materials: tuple[Name, ...] = Field(default=(), description="those of the whole's materials that its body sees")
    outcome: Outcome | None = Field(default=None, description="its own licence and records, where it has any")


class LifeEvent(Declaration):
    """一件事一次办: one form, one status, one delivery over several services."""

    code: Name
    names: Words
    parts: tuple[Part, ...] = Field(min_length=2)

    def part_at(self, task: str) -> Part | None:
        """The part whose case this call of the process opens."""
        return next((part for part in self.parts if part.task == task), None)


class Proactive(Declaration):
    """What starts it without an application: a nightly scan by the conditions, or a licence that is about to expire."""

    trigger: Literal["scan", "licence_expiring", "registry_change"]
    licence: Name | None = None
    days_before: int | None = Field(default=None, ge=1, le=365)
    fields: tuple[Name, ...] = Field(default=(), description="registry fields whose change is looked at")
    stops_when: tuple[Name, ...] = Field(
        default=(), description="conditions of eligibility.yaml that end what was granted"
    )


class Parameter(Declaration):
    """A number that a city sets: conditions, fees and decision tables name it."""

    names: Words
    value: int
    unit: Literal["fen", "years", "days", "months", "percent", "square_metres", "count"]
    basis: Name | None = None


class ServiceItem(Declaration):
    """A service item. Everything is the same in every city but what the schema marks local."""

    version: int = Field(ge=1)
    status: Status
    names: Words
    abstract: Words = Field(description="what one gets, in one sentence of everyday words")
    everyday: EverydayWords = EverydayWords()
    codes: Codes
    item_type: ServiceItemType
    level: ExerciseLevel
    power_source: PowerSource = "1"
    body: Name = Field(description="the function that decides; the city's bodies.yaml says which department it is")
    body_nature: ImplementingBodyNature
    joint_bodies: tuple[Name, ...] = Field(default=(), description="联办机构: functions that take part")
    serves: tuple[ServedParty, ...] = Field(min_length=1)
    forms_of_handling: tuple[HandlingForm, ...] = Field(min_length=1)
    case_kind: CaseKind
    online_depth: OnlineDepth
    handling_range: HandlingRange
    limits: Limits
    visits: Visits
    special_procedures: tuple[SpecialProcedure, ...] = ()
    tacit_approval: bool = Field(
        default=False, description="no decision in time counts as granted, where the law says so"
    )
    fee: Fee = Fee()
    materials: tuple[Material, ...] = ()
    promises: tuple[Promise, ...] = ()
    basis: dict[Name, Basis] = Field(min_length=1)
    conditions: tuple[Words, ...] = Field(
        min_length=1, description="受理条件, in words; eligibility.yaml says them to the engine"
    )
    outcome: Outcome
    remedies: Remedies = Remedies()
    contacts: Contacts = local(default=Contacts())
    person_themes: tuple[PersonTheme, ...] = ()
    organisation_themes: tuple[OrganisationTheme, ...] = ()
    life_event: LifeEvent | None = None
    proactive: Proactive | None = None
    parameters: dict[Name, Parameter] = local(default={})
    bookable: bool = local(default=False)
    quantity_limit: int | None = local(default=None)
    process: Name | None = Field(default=None, description="a process template in place of a process.bpmn of its own")
    questions_answered: tuple["FrequentQuestion", ...] = ()

    @property
    def is_instant(self) -> bool:
        """Whether it is decided on the spot (即办件)."""
        return bool(self.case_kind == "1")


class FrequentQuestion(Declaration):
    """常见问答."""

    asked: Words
    answered: Words


ServiceItem.model_rebuild()
