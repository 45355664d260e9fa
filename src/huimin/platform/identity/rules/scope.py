"""The one scope: which rows and fields, for what purpose, until when.

A scope is a union of grounds. A ground is one reason to see something (a grant, one's own data, a delegation, taking
part
in a case, supervising a department) and gives its fields only on its own rows: two grounds never lend each other
fields.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol, Self, TypeVar

from huimin.platform.identity.rules.masks import Mask, mask_value

EVERY_FIELD: Final = "*"
OWN: Final = "self"
"""The purpose of looking at one's own data."""

PERSON: Final = "person"
ORGANISATION: Final = "organisation"
DIVISION: Final = "division"
Dialect = Literal["duckdb", "sqlite", "postgresql"]
FieldMap = Mapping[str, str]
"""Where a table keeps what a scope speaks of: `{"person": column, "organisation": column, "division": column}`, any
of them.
What a table does not keep gives no rows of it."""
_PLACEHOLDER: Final[Mapping[str, str]] = {"duckdb": "?", "sqlite": "?", "postgresql": "%s"}


def _milder(one: Mask, other: Mask) -> Mask:
    """The mask that shows more."""
    return min(one, other, key=list(Mask).index)


class Predicate(Protocol):
    """What `Scope.as_q` needs of the ORM's predicate: that two can be joined by or."""

    def __or__(self, other: Self, /) -> Self:
        """Rows of either."""
        ...


P = TypeVar("P", bound=Predicate)


@dataclass(frozen=True, slots=True)
class Rows:
    """A set of rows: everything, or the union of these persons', these organisations' and these divisions' rows.

    Divisions are GB/T 2260 code prefixes (digits): 340202 covers every street and community under it. Nothing is
    `Rows()`.
    """

    everything: bool = False
    persons: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if wrong := [code for code in self.divisions if not (code.isascii() and code.isdigit())]:
            raise ValueError(f"division prefixes are digits: {wrong}")

    def __bool__(self) -> bool:
        return bool(self.everything or self.persons or self.organisations or self.divisions)

    def __or__(self, other: Self) -> Self:
        """Rows of either."""
        return type(self)(
            self.everything or other.everything,
            self.persons | other.persons,
            self.organisations | other.organisations,
            self.divisions | other.divisions,
        )

    def holds(self, row: Mapping[str, object], field_map: FieldMap) -> bool:
        """Whether this row is among them; the same answer as the two compiled predicates give."""
        if self.everything:
            return True
        keys = ((PERSON, self.persons), (ORGANISATION, self.organisations))
        if any(kind in field_map and row.get(field_map[kind]) in wanted for kind, wanted in keys):
            return True
        code = row.get(field_map[DIVISION]) if DIVISION in field_map else None
        return isinstance(code, str) and any(code.startswith(prefix) for prefix in self.divisions)

    def terms(self, field_map: FieldMap) -> list[tuple[str, Literal["in", "startswith"], list[str]]]:
        """The union as (column, how, values), in a fixed order; empty when these rows are nothing or everything."""
        keys = [(PERSON, self.persons), (ORGANISATION, self.organisations)]
        found: list[tuple[str, Literal["in", "startswith"], list[str]]] = [
            (field_map[kind], "in", sorted(wanted)) for kind, wanted in keys if wanted and kind in field_map
        ]
        if DIVISION in field_map:
            found += [(field_map[DIVISION], "startswith", [prefix]) for prefix in sorted(self.divisions)]
        return found


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason to see something: these fields plain and these masked, on these rows, for these purposes, until then.

    `basis` says why in a short code (`grant:…`, `own`, `delegation:…`); it is what the trail shows. `until` is
    exclusive.
    """

    basis: str
    rows: Rows
    plain: frozenset[str] = frozenset()
    masked: frozenset[tuple[str, Mask]] = frozenset()
    purposes: frozenset[str] = frozenset()
    until: datetime | None = None

    def shows_plain(self, name: str) -> bool:
        """Whether this ground alone shows the field unmasked."""
        return name in self.plain or EVERY_FIELD in self.plain

    def masks_of(self, name: str) -> list[Mask]:
        """The masks this ground puts on the field; empty when it says nothing of it."""
        return [mask for masked, mask in self.masked if masked in {name, EVERY_FIELD}]

    def serves(self, purpose: str, at: datetime) -> bool:
        """Whether it may be used for this purpose at this instant."""
        return purpose in self.purposes and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one actor may see of one resource for one purpose: a union of grounds. `Scope()` is nothing."""

    grounds: frozenset[Ground] = field(default_factory=frozenset)

    @classmethod
    def of(cls, grounds: Iterable[Ground], *, purpose: str, at: datetime) -> Self:
        """The union of those grounds that serve the purpose at this instant and give any row at all."""
        return cls(frozenset(ground for ground in grounds if ground.rows and ground.serves(purpose, at)))

    def __bool__(self) -> bool:
        return bool(self.grounds)

    def __or__(self, other: Self) -> Self:
        """What either gives."""
        return type(self)(self.grounds | other.grounds)

    @property
    def rows(self) -> Rows:
        """Every row that any ground gives."""
        found = Rows()
        for ground in self.grounds:
            found |= ground.rows
        return found

    @property
    def until(self) -> datetime | None:
        """When the first ground ends, so how long this value may be kept; None when no ground ends."""
        return min((ground.until for ground in self.grounds if ground.until), default=None)

    @property
    def plain(self) -> frozenset[str]:
        """Fields that some row shows unmasked; which row decides is `visible`'s to say."""
        return frozenset().union(*(ground.plain for ground in self.grounds))

    @property
    def bases(self) -> tuple[str, ...]:
        """The reasons, sorted, for the trail."""
        return tuple(sorted(ground.basis for ground in self.grounds))

    def showing(self, *names: str) -> Self:
        """Only the grounds that show all these fields plain: search and sort by a field must go through this."""
        return type(self)(frozenset(g for g in self.grounds if all(g.shows_plain(name) for name in names)))

    def asking(self, *names: str) -> Self:
        """Only the grounds that let these fields be asked about with a yes/no question: plain or under any mask."""
        return type(self)(
            frozenset(g for g in self.grounds if all(g.shows_plain(name) or g.masks_of(name) for name in names))
        )

    def visible(self, row: Mapping[str, object], names: Iterable[str], field_map: FieldMap) -> dict[str, Mask | None]:
        """Of these fields, those that this row shows: None for plain, else the mask; plain wins, then the milder
        mask."""
        covering = [ground for ground in self.grounds if ground.rows.holds(row, field_map)]
        plain = frozenset().union(*(ground.plain for ground in covering))
        masks: dict[str, Mask] = {}
        for name, mask in (pair for ground in covering for pair in ground.masked):
            masks[name] = mask if name not in masks else _milder(mask, masks[name])
        seen: dict[str, Mask | None] = {}
        for name in names:
            if name in plain or EVERY_FIELD in plain:
                seen[name] = None
            elif found := [masks[one] for one in (name, EVERY_FIELD) if one in masks]:
                seen[name] = _milder(*found) if len(found) > 1 else found[0]
        return seen

    def shown(self, row: Mapping[str, object], names: Iterable[str], field_map: FieldMap) -> dict[str, object]:
        """The row as this scope shows it: fields it does not give are left out, masked ones are masked."""
        fields = self.visible(row, names, field_map)
        return {
            name: row.get(name) if mask is None else mask_value(row.get(name), mask) for name, mask in fields.items()
        }

    def as_q(self, field_map: FieldMap, q: Callable[..., P]) -> P:
        """The rows as an ORM predicate; `q` is `django.db.models.Q` (given by the caller: rules know no Django).

        Columns are lookup paths. To be joined with `&` only: everything is the empty predicate.
        """
        rows = self.rows
        if rows.everything:
            return q()
        found: P | None = None
        for column, how, values in rows.terms(field_map):
            term = q(**{f"{column}__in": values}) if how == "in" else q(**{f"{column}__startswith": values[0]})
            found = term if found is None else found | term
        return q(pk__in=[]) if found is None else found

    def as_sql(self, field_map: FieldMap, dialect: Dialect = "duckdb") -> tuple[str, list[str]]:
        """The rows as one SQL boolean expression with its parameters; columns are put in as given (never reader's
        text)."""
        rows, mark = self.rows, _PLACEHOLDER[dialect]
        if rows.everything:
            return "TRUE", []
        parts: list[str] = []
        parameters: list[str] = []
        for column, how, values in rows.terms(field_map):
            if how == "in":
                parts.append(f"{column} IN ({', '.join([mark] * len(values))})")
                parameters += values
            else:
                # Prefixes are digits only, so the pattern holds no wildcard of anybody's making.
                parts.append(f"{column} LIKE {mark}")
                parameters.append(f"{values[0]}%")
        return (f"({' OR '.join(parts)})" if parts else "FALSE"), parameters
