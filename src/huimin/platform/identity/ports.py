"""What others plug into identity: the registry that knows people and firms, the gateway that sends codes, more grounds to see
something."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar

from huimin.kernel.refusals import Refusal
from huimin.kernel.registry import Registry
from huimin.platform.identity.rules import Ground
from huimin.platform.journal.rules import Actor


class NotConnected(Refusal):
    """Nothing is plugged into a port that is needed for this."""

    zh = "此项功能尚未接通，请到办事窗口办理。"
    en = "This is not connected yet; please come to a service window."
    status = 503


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A person as the registry knows him: his key, his name, and the telephone registered for him (digits; may be
    blank)."""

    person_key: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SentCode:
    """What became of a code: `shown` is the text that a simulated gateway puts on the screen instead of sending it."""

    simulated: bool
    shown: str = ""


class PersonMatcher(Protocol):
    """Finds the one living person of the registry whose number and name are both these; None when there is none or
    no certainty."""

    def __call__(self, *, citizen_id: str, name: str) -> RegisteredPerson | None:
        """The person, or None."""
        ...


@dataclass(frozen=True, slots=True)
class RegisteredFirm:
    """A firm as the registry knows it: its key and its name."""

    organisation_key: str
    name: str


class FirmFinder(Protocol):
    """Finds the firms of which people are the legal representatives, by the number in the register of firms, never by name."""

    def __call__(self, person_keys: Collection[str], /) -> Mapping[str, Sequence[RegisteredFirm]]:
        """Person key → firms; who represents none is left out."""
        ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an electronic seal left: a short mark by which its maker knows it again, and whether it was simulated."""

    mark: str
    simulated: bool


class FirmSeals(Protocol):
    """Puts a firm's electronic seal on the digest of something."""

    def __call__(self, *, principal: str, sealed: str) -> Stamp:
        """The stamp. The same firm and digest give the same mark."""
        ...


class PersonaChooser(Protocol):
    """Resolves a rule of personas.yaml, such as `first resident with a disputed field`, to a synthetic person,
    always the same."""

    def __call__(self, rule: str, /) -> RegisteredPerson | None:
        """The person, or None while the registry has nobody like that."""
        ...


class CodeGateway(Protocol):
    """Sends a short code to a telephone. It must not keep or log either."""

    def __call__(self, *, phone: str, code: str) -> SentCode:
        """Send it, or simulate it and say so."""
        ...


class GroundSource(Protocol):
    """Another app's reasons to see something: taking part in a case, supervising a department."""

    def __call__(self, actor: Actor, *, resource: str, purpose: str, at: datetime) -> Iterable[Ground]:
        """The grounds this actor has; an empty iterable for none."""
        ...


T = TypeVar("T")


class Port(Generic[T]):
    """A place for exactly one plug: plugging twice is a mistake in the start-up, not a choice."""

    def __init__(self) -> None:
        self._plug: T | None = None

    def plug(self, plug: T) -> T:
        """Connect it (usable as a decorator). Raises ValueError when something else is connected already."""
        if self._plug is not None and self._plug is not plug:
            raise ValueError("something is plugged in here already")
        self._plug = plug
        return plug

    def unplug(self) -> None:
        """Disconnect it: for tests."""
        self._plug = None

    def find(self) -> T | None:
        """What is connected, if anything."""
        return self._plug

    def get(self) -> T:
        """What is connected. Raises `NotConnected`."""
        if self._plug is None:
            raise NotConnected()
        return self._plug


person_matcher: Final[Port[PersonMatcher]] = Port()
persona_chooser: Final[Port[PersonaChooser]] = Port()
firm_finder: Final[Port[FirmFinder]] = Port()
firm_seals: Final[Port[FirmSeals]] = Port()
code_gateway: Final[Port[CodeGateway]] = Port()
ground_sources: Final[Registry[GroundSource]] = Registry("grounds")
"""More reasons to see something: `@ground_sources.registering("cases")` on a `GroundSource`."""
start_pages: Final[Registry[str]] = Registry("start pages")
"""Where somebody begins who now acts for a firm: `start_pages.register("organisation", "enterprise:home")`, a URL name."""
