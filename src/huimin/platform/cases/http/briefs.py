"""Cases in a line each, for the official who decides several in one go: the facts that decide, and how they stand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from huimin.platform.cases import queries
from huimin.platform.cases.events import CaseLookedAt
from huimin.platform.cases.models import Case
from huimin.platform.cases.queries.known import REGISTRY
from huimin.platform.catalogue.declarations.whole import Service
from huimin.platform.catalogue.queries.eligibility import applying_party
from huimin.platform.journal.operations import publish_many
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.fields import FieldWords, fields_of
from huimin.platform.registries.queries import Row, find_rows_of
from huimin.platform.registries.rules import GoldenValue, golden_values
from huimin.platform.ui.languages import reader_language

NAME: Final = "name"


def briefs_of(subjects: Sequence[str], *, actor: Actor, at: datetime) -> Mapping[str, str]:
    """A line for each case, by reference: three reads however many they are; one look of each is journalled."""
    cases = queries.numbered(list(subjects))
    with transaction.atomic():
        looks = [
            CaseLookedAt(subject=case.reference, service=case.service, applicant=case.applicant, case_ref=case.number)
            for case in cases.values()
        ]
        publish_many(looks, actor=actor, at=at)
    rows = _rows(list(cases.values()))
    return {reference: _line(case, rows.get(case.applicant)) for reference, case in cases.items()}


def _rows(cases: Sequence[Case]) -> dict[str, Row]:
    """The applicants' rows, by the reference that the case has."""
    found: dict[str, Row] = {}
    for kind, registry in REGISTRY.items():
        keys = {case.applicant.partition(":")[2] for case in cases if case.applicant.startswith(f"{kind}:")}
        found |= {f"{kind}:{key}": row for key, row in find_rows_of(registry, sorted(keys)).items()}
    return found


def deciding_fields(service: Service) -> list[str]:
    """The registry fields of the applicant by which the service is decided: those of its conditions and of its table."""
    party = applying_party(service).code
    conditions = service.eligibility.about(party) if service.eligibility else ()
    inputs = service.decision.inputs if service.decision else ()
    wanted = {column for condition in conditions for column in condition.columns}
    wanted |= {given.fact for given in inputs if given.fact and given.of == party}
    return [name for name in fields_of(applying_party(service).registry) if name in wanted and name != NAME]


def _line(case: Case, row: Row | None) -> str:
    if row is None:
        return _("登记库里没有这个人，请逐件查看。")
    golden, words = golden_values(row.stored), fields_of(row.registry)
    name = golden[NAME].value if NAME in golden else case.applicant_name
    shown = [_fact(words[field], golden.get(field)) for field in deciding_fields(queries.service_of(case))]
    return " · ".join([name, *shown])


def _fact(words: FieldWords, golden: GoldenValue | None) -> str:
    language = reader_language()
    label = words.label(language)
    if golden is None or not golden.value:
        return _("{label}：没有记录").format(label=label)
    text = words.text(golden.value, language)
    if golden.is_disputed:
        return _("{label}：{text}（部门之间不一致，请逐件查看）").format(label=label, text=text)
    agreeing = 1 + len({claim.source for claim in golden.confirmed_by})
    return _("{label}：{text}（{count} 个部门一致）").format(label=label, text=text, count=agreeing)
