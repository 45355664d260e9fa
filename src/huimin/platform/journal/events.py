"""Facts: what happened, in the past tense, as every app announces it; and the journal's own."""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from string import Formatter
from typing import Any, ClassVar, Final, Literal, Self, Union, get_args, get_origin, get_type_hints

import orjson

from huimin.kernel.identifiers import CitizenId, MaskedCitizenId
from huimin.platform.journal.rules import canonical, is_case_ref, is_code

_REFERENCE: Final = re.compile(r"[a-z][a-z0-9_]*:[!-~]+")
_COLUMNS: Final = frozenset({"subject", "restricted_until"})
"""Fields that are columns of the entry, so that the database can search them; the others are its body."""


class NotAFact(TypeError):
    """A class that breaks the rules of facts; raised when the class is made or first used, so that no city starts with it."""


class UnknownKind(LookupError):
    """No fact of this kind is declared here: its app is gone, or was renamed."""


class PersonalValue(ValueError):
    """A field of a fact that holds more than a reference, code, count, date or digest; the message names the field, not the value."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. Subclasses are frozen keyword-only dataclasses in the `events` room of an app, with a docstring.

    Fields are references, codes (`str`: printable ASCII, no spaces), counts (`int`, `bool`), `date`, `datetime`,
    `rules.Digest`, tuples of these, or None: never personal values. `subject` is a reference such as `person:7Q…`,
    what the trail is asked for. `restricted_until` hides the entry from its subject until that day (an
    investigation). `case_ref` is the official's own reference to the case at hand: up to 64 characters of any script,
    but no personal number.

    A subclass may say what happened in `zh` and `en`, format strings over its fields. Raises NotAFact when a class
    breaks these rules, PersonalValue when a value does.
    """

    subject: str
    restricted_until: date | None = None
    case_ref: str = ""

    kind: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Hold every kind of fact to the rules and register it as `app.ClassName`."""
        super().__init_subclass__(**kwargs)
        if not (cls.__dict__.get("__doc__") or "").strip():
            raise NotAFact(f"{cls.__qualname__} needs a docstring: what happened, and when it is published")
        if "__post_init__" in cls.__dict__:
            raise NotAFact(f"{cls.__qualname__} must leave the check of its fields to Fact")
        cls.kind = f"{_app_of(cls)}.{cls.__name__}"
        hints = {name: hint for name, hint in get_type_hints(cls).items() if get_origin(hint) is not ClassVar}
        for name, hint in hints.items():
            _reader_of(cls, name, hint)
        said = [{name.split(".")[0] for _, name, _, _ in Formatter().parse(text) if name} for text in (cls.zh, cls.en)]
        if said[0] != said[1] or not said[0] <= hints.keys() or bool(cls.zh) != bool(cls.en):
            raise NotAFact(f"{cls.__qualname__}: zh and en must both be there and name the same fields")
        known = _kinds.setdefault(cls.kind, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise NotAFact(f"two facts are called {cls.kind}")
        _kinds[cls.kind] = cls

    def __post_init__(self) -> None:
        _readers(type(self))
        if not (_REFERENCE.fullmatch(self.subject) and is_code(self.subject)):
            raise PersonalValue(f"{self.kind}.subject must be a reference such as person:7Q…")
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if field.name == "case_ref":
                if not is_case_ref(value):
                    raise PersonalValue(f"{self.kind}.case_ref must be short and hold no personal number")
            elif not _is_plain(value):
                raise PersonalValue(f"{self.kind}.{field.name} must be a reference, code, count, date or digest")

    def body(self) -> str:
        """The fields that have no column of their own, as canonical JSON."""
        fields = (field.name for field in dataclasses.fields(self) if field.name not in _COLUMNS)
        return canonical({name: _written(getattr(self, name)) for name in fields}).decode()

    @classmethod
    def revived(cls, *, subject: str, restricted_until: date | None, body: str) -> Self:
        """The fact that an entry was made of; a field that the class has lost is left out, one that it has gained takes its default."""
        readers, stored = _readers(cls), orjson.loads(body)
        fields = {name: readers[name](value) for name, value in stored.items() if name in readers}
        return cls(subject=subject, restricted_until=restricted_until, **fields)

    def sentence(self, language: str = "zh") -> str:
        """What happened, in words; the kind's name where its class gives none."""
        template = self.en if language.lower().startswith("en") else self.zh
        return (
            template.format(**{field.name: getattr(self, field.name) for field in dataclasses.fields(self)})
            or self.kind
        )


_kinds: Final[dict[str, type[Fact]]] = {}


def kinds() -> Mapping[str, type[Fact]]:
    """Every declared fact by its kind."""
    return types.MappingProxyType(_kinds)


def class_of(kind: str) -> type[Fact]:
    """The class of a kind; raises UnknownKind."""
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def _app_of(cls: type) -> str:
    """The app that declares the class: `huimin.platform.exchange.events` → `exchange`. Tests may declare facts of their own."""
    rooms = cls.__module__.split(".")
    if "tests" in rooms or rooms[-1].startswith("test_"):
        return "tests"
    if "events" not in rooms[1:]:
        raise NotAFact(f"{cls.__qualname__}: facts are declared in the events room of an app")
    return rooms[rooms.index("events", 1) - 1]


# --- fields: what may stand in them, and how they cross JSON -------------------------------------------------------------


def _is_plain(value: object) -> bool:
    match value:
        case None | int() | date():
            return True
        case str():
            return is_code(value)
        case tuple():
            return all(map(_is_plain, value))
        case _:
            return False


def _written(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case int() if not isinstance(value, bool):
            return int(value)
        case tuple():
            return [_written(part) for part in value]
        case _:
            return value


Reader = Callable[[Any], Any]

_readers_by_class: Final[dict[type[Fact], Mapping[str, Reader]]] = {}


def _readers(cls: type[Fact]) -> Mapping[str, Reader]:
    """For each field of the body, what turns its JSON back into its value; raises NotAFact for an undecorated class."""
    known = _readers_by_class.get(cls)
    if known is None:
        if "__dataclass_fields__" not in cls.__dict__ or not cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
            raise NotAFact(f"{cls.__qualname__} must be decorated with @dataclass(frozen=True, kw_only=True)")
        hints = get_type_hints(cls)
        names = [field.name for field in dataclasses.fields(cls) if field.name not in _COLUMNS]
        known = _readers_by_class[cls] = {name: _reader_of(cls, name, hints[name]) for name in names}
    return known


def _reader_of(cls: type, name: str, hint: Any) -> Reader:
    """What turns JSON into a value of the type; raises NotAFact for a type that could hold personal values."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        inner = [part for part in parts if part is not type(None)]
        if len(inner) == 1:
            read = _reader_of(cls, name, inner[0])
            return lambda value: None if value is None else read(value)
    elif origin is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        read = _reader_of(cls, name, parts[0])
        return lambda value: tuple(read(part) for part in value)
    elif origin is Literal and all(isinstance(part, str | int) for part in parts):
        return lambda value: value
    elif isinstance(hint, type):
        if issubclass(hint, datetime | date):
            return hint.fromisoformat
        if issubclass(hint, str | int) and not issubclass(hint, CitizenId | MaskedCitizenId):
            return hint
    raise NotAFact(f"{cls.__qualname__}.{name}: a fact holds references, codes, counts, dates and digests, not {hint}")


# --- the journal's own ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class KeyRotated(Fact):
    """A key of the journal was replaced; the subject is `key:digest` or `key:anchor`. Published by `operations.rotate_key`."""

    key_id: str

    zh: ClassVar[str] = "密钥已轮换，启用新密钥 {key_id}。"
    en: ClassVar[str] = "The key was rotated; key {key_id} is now in use."


@dataclass(frozen=True, kw_only=True)
class BackupMade(Fact):
    """A backup of the city was finished; the subject is `city:<slug>`. It stands in the city, after the moment that the backup holds.

    `fingerprint` is that of the manifest, by which the backup is known when it is restored; `lost` counts lake files that were gone.
    """

    fingerprint: str
    files: int
    size: int
    lost: int

    zh: ClassVar[str] = "已备份 {files} 个文件，共 {size} 字节，缺失 {lost} 个；指纹 {fingerprint}"
    en: ClassVar[str] = "Backed up: {files} files, {size} bytes, {lost} lost; fingerprint {fingerprint}"


@dataclass(frozen=True, kw_only=True)
class CityRestored(Fact):
    """The city was restored from a backup and proven to be as it was then; what happened after `made_at` is not in it.

    The subject is `city:<slug>`; published in the restored city, by `huimin restore`, only when nothing is otherwise than it was.
    """

    fingerprint: str
    made_at: datetime

    zh: ClassVar[str] = "已从 {made_at:%Y-%m-%d %H:%M} 的备份恢复并核验；指纹 {fingerprint}"
    en: ClassVar[str] = "Restored and proven, from the backup of {made_at:%Y-%m-%d %H:%M}; fingerprint {fingerprint}"


@dataclass(frozen=True, kw_only=True)
class DeliveryResumed(Fact):
    """A parked delivery was put back in the queue by a person; the subject is `delivery:<number>`."""

    receiver: str

    zh: ClassVar[str] = "已将搁置的通知重新排队：{receiver}。"
    en: ClassVar[str] = "A parked delivery was queued again: {receiver}."
