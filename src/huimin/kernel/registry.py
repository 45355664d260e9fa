"""A registry: things that plug in, each under a name of its own."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from huimin.kernel.refusals import NotFound

Thing = TypeVar("Thing")


class NotRegistered(NotFound):
    """Nothing is registered under the name."""

    zh = "{registry} 中没有登记 {name}。"
    en = "Nothing is registered in {registry} as {name}."


class RegisteredTwice(Exception):
    """Two things claim one name: a mistake of the program, found when it starts."""


class Registry(Generic[Thing]):
    """Things by name, in the order in which they were registered.

    `kind` is what the registry holds, in the plural, for its messages: "steps".
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, Thing] = {}

    def register(self, name: str, thing: Thing) -> Thing:
        """Enter the thing and give it back; raises `RegisteredTwice` if the name is taken."""
        if name in self._things:
            raise RegisteredTwice(f"{self.kind} already holds {name!r}: {self._things[name]!r}")
        self._things[name] = thing
        return thing

    def registering(self, name: str) -> Callable[[Thing], Thing]:
        """`register` as a decorator."""
        return lambda thing: self.register(name, thing)

    def get(self, name: str) -> Thing:
        """The thing of that name; raises `NotRegistered`."""
        try:
            return self._things[name]
        except KeyError:
            raise NotRegistered(registry=self.kind, name=name) from None

    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._things)

    def items(self) -> tuple[tuple[str, Thing], ...]:
        """All names with their things, in order."""
        return tuple(self._things.items())

    def __iter__(self) -> Iterator[Thing]:
        return iter(tuple(self._things.values()))

    def __contains__(self, name: object) -> bool:
        return name in self._things

    def __len__(self) -> int:
        return len(self._things)
