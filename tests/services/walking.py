"""A scenario as a real case: the registry has its people, the applicant fills in and lodges, officials of the right posts decide, days pass."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from huimin.kernel.identifiers import Uscc
from huimin.kernel.identifiers.check_digits import citizen_check, credit_check, organisation_check
from huimin.kernel.workdays import mainland_calendar
from huimin.platform.cases import operations, queries
from huimin.platform.cases.models import Case, Draft
from huimin.platform.cases.queries.drafts import Readiness
from huimin.platform.cases.queries.parties import others_of, owner_of
from huimin.platform.cases.tests.factories import PDF, official
from huimin.platform.catalogue.declarations.forms import Party, Question
from huimin.platform.catalogue.declarations.scenarios import Doing, GivenFact, Scenario
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.library import department_of, licence_types
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.identity.models import Account, Delegation
from huimin.platform.journal.operations import deliver_due
from huimin.platform.journal.rules import Actor
from huimin.platform.licences.operations import Grant, grant_licence
from huimin.platform.process import operations as process
from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.queries import find_waiting_for_applicant
from huimin.platform.process.rules.clocks import BEIJING, day_of, end_of
from huimin.platform.process.rules.graph import NodeKind
from huimin.platform.registries.models import Organisation, Person
from huimin.platform.registries.tests.factories import SYSTEM, citizen, golden

CALENDAR = mainland_calendar([2026, 2027])
_serial = count(1)


def citizen_number(born: str) -> str:
    body = f"340202{born.replace('-', '')}{next(_serial) % 1000:03}"
    return body + citizen_check(body)


def credit_code() -> str:
    body = f"91340200MA{next(_serial):06}"
    body += organisation_check(body[8:])
    return str(Uscc.parse(body + credit_check(body)))


def registered(party: Party, facts: Mapping[str, str | GivenFact]) -> Person | Organisation:
    """A party as the registry holds it: the scenario's facts, a name, and the number by which it is found."""
    said = {name: (fact if isinstance(fact, str) else fact.value) for name, fact in facts.items()}
    disputed = {name for name, fact in facts.items() if isinstance(fact, GivenFact) and fact.disputed}
    number = credit_code() if party.kind == "organisation" else citizen_number(said.get("birth_date", "1985-05-05"))
    # The registry knows nobody without a number.
    said["uscc" if party.kind == "organisation" else "citizen_id"] = number
    said.setdefault("name", f"合成{party.names.zh}")
    values = {
        name: golden(value, disputes={"hrss.insured": "不一致"} if name in disputed else None)
        for name, value in said.items()
        # The registry says of nobody that he is not dead.
        if name != "division" and (name, value) != ("deceased", "false")
    }
    row = {
        "number": number,
        "name_key": said["name"],
        "division": said.get("division", "340202"),
        "values": json.dumps(values, ensure_ascii=False),
        "disputed": len(disputed),
    }
    if party.kind == "organisation":
        return Organisation.objects.create(key=f"E{next(_serial):09}", **row)
    return Person.objects.create(key=f"P{next(_serial):09}", household="H1", **row)


def reference_of(row: Person | Organisation) -> str:
    return f"{'person' if isinstance(row, Person) else 'organisation'}:{row.key}"


def name_of(row: Person | Organisation) -> str:
    return str(json.loads(row.values)["name"]["v"])


def acting_for(row: Person | Organisation, at: datetime) -> Actor:
    """Who speaks for a party: the person himself, or for a firm an agent who may do everything."""
    if isinstance(row, Person):
        return citizen(row.key, name_of(row))
    agent = registered(AGENT, {"phone": "13900000099"})
    actor = citizen(agent.key, "合成经办人")
    Delegation.objects.create(
        principal=reference_of(row),
        principal_name=name_of(row),
        agent=Account.objects.get(public_id=actor.ref),
        relation="firm",
        acts=["view", "apply", "sign"],
        state="active",
        basis="own account",
        offered_at=at - timedelta(days=1),
        until=at + timedelta(days=900),
    )
    return replace(actor, on_behalf_of=reference_of(row))


AGENT = Party.model_validate({"code": "agent", "kind": "person", "names": {"zh": "经办人", "en": "Agent"}})
SAMPLES: dict[str, Any] = {
    "text": "合成内容", "long_text": "合成内容", "truth": False, "month": "2026-09", "phone": "13900000001", "address": "芜湖市",
    "citizen_id": "34020219800101039X", "uscc": "91340281212552018X", "person_name": "合成甲", "organisation_name": "合成单位",
    "division": "340202", "bank_account": "6217000000000000001",
}  # fmt: skip


def sample(question: Question, on: date) -> Any:
    """An answer that the question takes."""
    if question.type in ("choice", "choices"):
        first = question.options("zh")[0][0]
        return first if question.type == "choice" else [first]
    if question.type in ("number", "money"):
        return question.least or 1
    if question.type == "date":
        return (on + timedelta(days=question.most if question.most is not None else question.least or 0)).isoformat()
    if question.type == "list":
        row = {column.code: sample(column, on) for column in question.questions}
        return [row] * max(question.least or 1, 1)
    return SAMPLES[question.type]


@dataclass
class Walk:
    """One scenario of one service, walked from the guide to the result."""

    service: Service
    scenario: Scenario
    case: Case
    draft: Draft
    applicant: Actor
    ready: Readiness
    put_to_them: frozenset[str]
    """Questions that had to be answered beside those that the scenario answers."""
    begun: date

    def at(self, doing: Doing) -> datetime:
        """Ten in the morning of the working day; what runs out does so when its day has ended."""
        day = CALENDAR.add(self.begun, doing.on_day)
        if doing.waited:
            return end_of(day) + timedelta(minutes=1)
        return datetime.combine(day, time(10, 30), tzinfo=BEIJING)

    def follow(self) -> None:
        """Every step of the path, done by who has to do it."""
        for number, doing in enumerate(self.scenario.path):
            at = self.at(doing) + timedelta(minutes=number)
            for turn in range(doing.times):
                self._do(doing, at + timedelta(seconds=turn))
            settle(at + timedelta(seconds=30))
        self.case.refresh_from_db()

    def _do(self, doing: Doing, at: datetime) -> None:
        root = Process.objects.get(number=self.case.process)
        node = root.definition.graph.nodes[doing.task]
        if node.kind is NodeKind.DECISION:
            assert self.case.rulings.latest("decided_at").outcome == doing.outcome
        elif doing.waited:
            fired = process.fire_due_timers(at=at)
            assert fired.moved >= 1, f"{doing.task} has not run out on day {doing.on_day}"
            assert not fired.refused, f"{doing.task} has not run out on day {doing.on_day}: {fired}"
        elif node.id in {item.node for item in find_waiting_for_applicant(self.case.reference)}:
            operations.answer_offer(self.case.number, outcome=doing.outcome, actor=self.applicant, at=at)
        elif node.kind is NodeKind.CALL:
            part = self.part_at(doing.task)
            item = WorkItem.objects.get(process__subject=part.reference, closed_at=None)
            self._decide(item, doing, at)
        else:
            item = WorkItem.objects.filter(process__subject=self.case.reference, node=doing.task, closed_at=None)
            self._decide(item.order_by("pk")[0], doing, at)

    def part_at(self, task: str) -> Case:
        """The case of its own that a call of the whole's process opened."""
        event = self.service.item.life_event
        part = event.part_at(task) if event else None
        assert part is not None
        return self.case.parts.get(service=f"{self.service.code}.{part.code}")

    def _decide(self, item: WorkItem, doing: Doing, at: datetime) -> None:
        """An official of the item's post, another one each time, claims and finishes it."""
        actor = official(item.post.code, at)
        process.claim(number=item.number, actor=actor, at=at)
        if doing.finds:
            operations.find_facts(self.case.number, doing.finds, actor=actor, at=at)
        process.complete(number=item.number, outcome=doing.outcome, note="合成意见", actor=actor, at=at)

    def days(self) -> int:
        """Working days that the clock of the whole ran."""
        root = Process.objects.get(number=self.case.process)
        assert root.ended_at is not None
        ended = day_of(root.ended_at - timedelta(hours=1))
        clock = root.deadlines.filter(purpose="process").first()
        pauses = clock.pauses.all() if clock else []
        stood = sum(CALENDAR.between(day_of(one.stopped_at), day_of(one.resumed_at or root.ended_at)) for one in pauses)
        return CALENDAR.between(self.begun, ended) - stood


def settle(at: datetime) -> None:
    """What follows by itself."""
    while deliver_due(at=at).done:
        pass


def lodged(service: Service, scenario: Scenario, *, at: datetime | None = None) -> Walk:
    """Everybody is registered, the applicant fills in, names and asks the others, they sign, and it is lodged; where no instant is given,
    at nine on the scenario's day.
    """
    begun = day_of(at) if at else CALENDAR.add(date.fromisoformat(scenario.on) - timedelta(days=1), 1)
    at = at or datetime.combine(begun, time(9), tzinfo=BEIJING)
    own = applying_party(service)
    taking_part = {own.code: own} | {party.code: party for party in others_of(service)}
    rows = {code: registered(party, scenario.facts.get(code, {})) for code, party in taking_part.items()}
    actor = acting_for(rows[own.code], at)
    agent = service.form.party("applicant")
    if agent is not None and agent.code not in rows:
        person = Person.objects.get(key=Account.objects.get(public_id=actor.ref).person_key)
        facts = scenario.facts.get(agent.code, {})
        person.values = json.dumps(
            {"name": golden("合成经办人")} | {name: golden(str(value)) for name, value in facts.items()},
            ensure_ascii=False,
        )
        person.save()
    for kind, fields in scenario.licences.items():
        hold(service, kind, fields, rows, begun, at)
    draft = operations.start_draft(service.code, actor=actor, at=at)
    put = fill_in(service, scenario, draft, rows, actor, at)
    ready = queries.readiness(Draft.objects.get(pk=draft.pk), on=begun)
    return Walk(
        service=service,
        scenario=scenario,
        case=operations.lodge_case(draft.public_id, actor=actor, at=at),
        draft=draft,
        applicant=actor,
        ready=ready,
        put_to_them=frozenset(put),
        begun=begun,
    )


def hold(
    service: Service, kind: str, fields: Mapping[str, str], rows: Mapping[str, Any], on: date, at: datetime
) -> None:
    """The licence is held by the party whose material or question it is."""
    declared = licence_types()[kind]
    ways = [way.of for material in service.item.materials for way in material.met_by if way.licence == kind]
    holder = rows[ways[0]] if ways else next(iter(rows.values()))
    grant = Grant(
        type=kind,
        holder=reference_of(holder),
        holder_name=name_of(holder),
        holder_number=holder.number,
        department=department_of(declared.body, "340202"),
        fields={name: fields.get(name, "") for name in declared.fields},
        valid_from=on - timedelta(days=30),
        valid_until=on + timedelta(days=400),
    )
    grant_licence(grant, actor=SYSTEM, at=at)


def fill_in(
    service: Service, scenario: Scenario, draft: Draft, rows: Mapping[str, Any], actor: Actor, at: datetime
) -> list[str]:
    """Answers, parties, files, signatures; gives the questions to which the scenario has no answer."""
    form, on = service.form, day_of(at)
    signers = {party.code for party in others_of(service) if party.signs}
    theirs = {question.code for question in form.questions if owner_of(question, form) in signers}
    given = {code: value for code, value in scenario.answers.items() if code not in theirs}
    put: list[str] = []

    def ready() -> Readiness:
        return queries.readiness(Draft.objects.get(pk=draft.pk), on=on)

    def answer(answers: Mapping[str, Any]) -> None:
        wrong = operations.answer_questions(draft.public_id, answers, actor=actor, at=at)
        assert not wrong, {code: refusal.sentence("en") for code, refusal in wrong.items()}

    answer(given)
    while left := {question.code: sample(question, on) for question in ready().missing}:
        put += left
        answer(left)
    for other in ready().unnamed:
        row = rows[other.party.code]
        asked = (
            {"uscc": row.number} if isinstance(row, Organisation) else {"citizen_id": row.number, "name": name_of(row)}
        )
        operations.name_party(draft.public_id, other.party.code, **asked, actor=actor, at=at)
    for met in ready().materials:
        if not met.is_open and (not met.later or scenario.answers.get("deferred") or met.way):
            continue
        code, ways = met.need.material.code, {way.how for way in met.need.material.met_by}
        if "promise" in ways:
            operations.sign_promise(draft.public_id, code, signed=True, actor=actor, at=at)
        elif "upload" in ways:
            operations.give_file(draft.public_id, code, name=f"{code}.pdf", content=PDF, actor=actor, at=at)
    if ready().unsigned:
        for signature in operations.ask_signatures(draft.public_id, actor=actor, at=at):
            signer = acting_for(rows[signature.party], at)
            (request,) = queries.open_requests(signer, at=at)
            own = {one.code: one for one in request.own_questions(on=on)}
            said = {code: scenario.answers.get(code, sample(question, on)) for code, question in own.items()}
            put += [code for code, question in own.items() if code not in scenario.answers and question.required]
            operations.sign(signature.public_id, seen=signature.digest, answers=said, actor=signer, at=at)
    # What only came to light when the others had signed.
    for met in ready().open_materials:
        code = met.need.material.code
        operations.give_file(draft.public_id, code, name=f"{code}.pdf", content=PDF, actor=actor, at=at)
    return put
