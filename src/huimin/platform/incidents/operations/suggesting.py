"""Learn classes from closed incidents, and write down what people made of a suggestion."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from huimin.kernel.files import write_whole
from huimin.kernel.refusals import Refusal
from huimin.platform.incidents.events import ClassesLearned, SuggestionJudged
from huimin.platform.incidents.learning import TooLittle, digest_of, learn, measured
from huimin.platform.incidents.models import JudgedSuggestion, LearnedEdition
from huimin.platform.incidents.queries import get_incident
from huimin.platform.incidents.queries.suggesting import path_of, suggest_for, what_may_be_taught
from huimin.platform.journal.operations import publish
from huimin.platform.journal.rules import Actor

KEPT: Final = 3
"""Files of models that stay: the one in force and those before it."""


class NothingToLearn(Refusal):
    """There are too few closed incidents with words and a class."""

    zh = "可学的结案案件太少（至少要有 100 件，且至少两类各 5 件），仍按声明的关键词给建议。"
    en = "There are too few closed incidents to learn from (100 at least, two classes with 5 each); keywords go on serving."


def learn_classes(*, actor: Actor, at: datetime) -> LearnedEdition:
    """Learn from the city's closed incidents, measured on the latest month which it has not seen. Raises NothingToLearn.

    The file is written and synced first, under the digest of its content; the row makes it the model in force.
    """
    taught = what_may_be_taught(on=timezone.localdate(at))
    try:
        model = learn(taught.texts, taught.codes)
    except TooLittle as too_little:
        raise NothingToLearn from too_little
    hits = measured(model, taught.held_texts, taught.held_codes)
    content = model.to_bytes()
    digest = digest_of(content)
    write_whole(path_of(digest), content)
    with transaction.atomic():
        newest = LearnedEdition.objects.aggregate(newest=Max("number"))["newest"] or 0
        edition = LearnedEdition.objects.create(
            number=newest + 1,
            digest=digest,
            learned_at=at,
            texts=len(taught.texts),
            classes=len(model.codes),
            tested_from=taught.held_from,
            tested=hits.texts,
            first=hits.first,
            three=hits.three,
        )
        fact = ClassesLearned(
            subject=f"learned:{edition.number}",
            texts=edition.texts,
            tested=hits.texts,
            first=hits.first,
            three=hits.three,
        )
        publish(fact, actor=actor, at=at)
    _forget_old_files()
    return edition


def _forget_old_files() -> None:
    kept = set(LearnedEdition.objects.order_by("-number").values_list("digest", flat=True)[:KEPT])
    for old in LearnedEdition.objects.order_by("-number").values_list("digest", flat=True)[KEPT : KEPT + 20]:
        if old not in kept:
            path_of(old).unlink(missing_ok=True)


@transaction.atomic
def judge_suggestion(number: str, *, actor: Actor, at: datetime) -> JudgedSuggestion | None:
    """Hold the class that a person settled on for an incident against what was suggested for its words; None where nothing was.

    The last word counts: a class that is changed later is judged anew. Raises NoSuchIncident.
    """
    incident = get_incident(number)
    suggested = suggest_for(incident)
    if not incident.class_code or not suggested.best:
        return None
    offered = [one.code for one in suggested.best]
    place = offered.index(incident.class_code) + 1 if incident.class_code in offered else 0
    judged, _made = JudgedSuggestion.objects.update_or_create(
        incident=incident,
        defaults={
            "edition": suggested.edition,
            "offered": offered,
            "confidence": suggested.best[0].confidence,
            "chosen": incident.class_code,
            "place": place,
            "judged_at": at,
        },
    )
    publish(SuggestionJudged(subject=incident.reference, edition=suggested.edition, place=place), actor=actor, at=at)
    return judged
