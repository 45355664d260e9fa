"""How many subjects stand at once, for lists: the clock of each whole, and who has it now."""

from collections.abc import Collection
from dataclasses import dataclass, field

from huimin.platform.process.models import Process, WorkItem
from huimin.platform.process.rules.states import ItemKind


@dataclass(frozen=True, kw_only=True)
class Stand:
    """`process` is the subject's own, not one that it called; `departments` have a live step of it, in the order in which those opened;
    `waits_for_applicant`: so has the applicant himself.
    """

    process: Process
    departments: list[str] = field(default_factory=list)
    waits_for_applicant: bool = False


def stands_of(subjects: Collection[str]) -> dict[str, Stand]:
    """The stand of each of these subjects that has a process, in two reads however many there are."""
    if not subjects:
        return {}
    # A sub-case's own process has a parent too, so not that tells it, but that it began before whatever it called.
    rows = Process.objects.filter(subject__in=subjects).order_by("started_at", "pk")
    found: dict[str, Process] = {}
    for process in rows:
        found.setdefault(process.subject, process)
    live = WorkItem.objects.live().filter(process__subject__in=subjects, parent=None).order_by("opened_at", "pk")
    departments: dict[str, list[str]] = {}
    applicants = set()
    for subject, kind, department in live.values_list("process__subject", "kind", "post__department__code"):
        if kind == ItemKind.APPLICANT:
            applicants.add(subject)
        elif department and department not in departments.setdefault(subject, []):
            departments[subject].append(department)
    return {
        subject: Stand(
            process=process,
            departments=departments.get(subject, []),
            waits_for_applicant=subject in applicants,
        )
        for subject, process in found.items()
    }
