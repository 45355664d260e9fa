"""Definitions: which version a new process follows."""

from typing import Final

from django.db.models import QuerySet

from huimin.kernel.refusals import NotFound
from huimin.platform.identity.queries import Kept, slot
from huimin.platform.process.models import Definition, Process
from huimin.platform.process.rules.graph import Graph
from huimin.platform.process.rules.states import ProcessState


class DefinitionUnknown(NotFound):
    """No definition has been published under this code."""

    zh = "没有发布过流程定义“{code}”。"
    en = "No process definition “{code}” has been published."


def _versions() -> QuerySet[Definition]:
    return Definition.objects.order_by("-version").defer("text")


_NEWEST: Final = Kept(lambda: _versions().filter(code=slot("code"))[:1])


def get_definition(code: str, version: int | None = None) -> Definition:
    """The version asked for, or the newest; its text is read only where it is compiled. Raises DefinitionUnknown."""
    found = _NEWEST.first(code=code) if version is None else _versions().filter(code=code, version=version).first()
    if found is None:
        raise DefinitionUnknown(code=code)
    return found


def older_processes(code: str, version: int) -> list[str]:
    """The numbers of the running processes of a definition that began under an earlier version, oldest first."""
    running = Process.objects.filter(definition__code=code, definition__version__lt=version, state=ProcessState.RUNNING)
    return list(running.order_by("pk").values_list("number", flat=True))


def get_process_graph(number: str) -> Graph:
    """The drawing that a process follows. Raises Process.DoesNotExist for a number that nobody was given."""
    return Process.objects.select_related("definition").defer("definition__text").get(number=number).definition.graph
