"""The one import rule that import-linter's stock contracts cannot say: some rooms are private to their app."""

from collections.abc import Iterator
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PrivateRooms(Contract):
    """A private room may be imported only from inside its own app; every other room is the app's door.

    `houses` are the packages whose children are apps (`huimin.platform`), `rooms` the names of the private rooms
    (`models`). A room that is a package is private with everything in it. Tests may enter every room: they set the
    scene for what they test.
    """

    # import-linter puts the parsed lists where its fields stand.
    houses: list[str] = cast(list[str], fields.ListField(subfield=fields.StringField()))
    rooms: list[str] = cast(list[str], fields.ListField(subfield=fields.StringField()))

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Hold every import into a private room against the app that it comes from."""
        intrusions = sorted(set(self._intrusions(graph)))
        return ContractCheck(kept=not intrusions, metadata={"intrusions": intrusions})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each importer, the room it entered, and the way it should have gone."""
        for importer, entered in check.metadata["intrusions"]:
            output.print_error(f"{importer} reaches into {entered}: go through its operations or queries.")

    def _intrusions(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for app, module in self._private_modules(graph):
            for importer in graph.find_modules_that_directly_import(module):
                if importer != app and not importer.startswith(f"{app}.") and ".tests." not in importer:
                    yield importer, module

    def _private_modules(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for house in self.houses:
            if house not in graph.modules:
                continue
            for app in graph.find_children(house):
                for room in (f"{app}.{name}" for name in self.rooms):
                    if room in graph.modules:
                        yield app, room
                        yield from ((app, inside) for inside in graph.find_descendants(room))
