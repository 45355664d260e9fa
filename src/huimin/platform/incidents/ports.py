"""What stands behind the outside world: the endpoints of neighbouring cities (Open311)."""

from dataclasses import dataclass
from typing import Final, Protocol

from huimin.platform.identity.ports import Port


@dataclass(frozen=True, kw_only=True)
class Handed:
    """An incident as a neighbour is told of it: its class in the neighbour's own code, what it is, where it is; never who reported it.

    `reference` is the same at every attempt. `number` and `token` are the neighbour's own, empty until it has given one.
    """

    neighbour: str
    reference: str
    service_code: str
    description: str
    longitude: float | None
    latitude: float | None
    address: str
    number: str = ""
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a neighbour said. `problem` is a short code where it said nothing useful, `is_final` where asking again will not help."""

    number: str = ""
    token: str = ""
    is_closed: bool = False
    notes: str = ""
    problem: str = ""
    is_final: bool = False


class Neighbours(Protocol):
    """Speaks with neighbours' endpoints. Raises nothing: what went wrong is part of what was heard."""

    def send(self, handed: Handed) -> Heard:
        """Hand it over."""
        ...

    def ask(self, handed: Handed) -> Heard:
        """How it stands there."""
        ...


neighbours: Final[Port[Neighbours]] = Port()
