"""From houses, their parts and coverage to the pieces of the page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from huimin.kernel.identifiers import find_division
from huimin.platform.exchange.declarations import resources
from huimin.platform.journal.rules import Actor
from huimin.platform.registries import operations
from huimin.platform.registries.fields import is_english, source_name
from huimin.platform.registries.http import shown
from huimin.platform.registries.models import GridEdition, Place, PlaceRelation, PlacesBuild
from huimin.platform.registries.places.addresses import DEPTHS as DEEPEST_FIRST
from huimin.platform.registries.places.addresses import Parts, parse
from huimin.platform.registries.queries import places
from huimin.platform.registries.queries.cards import Card, CardValue
from huimin.platform.ui.languages import reader_language
from huimin.platform.ui.pieces import Chip, Column, Empty, Figure, Table, Value

NAMES: Final[Mapping[str, Promise]] = {
    "division": gettext_lazy("区县"),
    "town": gettext_lazy("街道、镇"),
    "community": gettext_lazy("社区"),
    "village": gettext_lazy("村"),
    "team": gettext_lazy("村民组"),
    "road": gettext_lazy("路"),
    "number": gettext_lazy("门牌号"),
    "estate": gettext_lazy("小区"),
    "building": gettext_lazy("幢"),
    "unit": gettext_lazy("单元"),
    "room": gettext_lazy("室"),
}
"""What each part of an address is called, in the order of an address."""
DEPTHS: Final[Mapping[str, Promise]] = {
    "room": gettext_lazy("到室"),
    "house": gettext_lazy("到户（村民组门牌）"),
    "unit": gettext_lazy("只到单元"),
    "building": gettext_lazy("只到楼幢"),
    "number": gettext_lazy("只到门牌号"),
    "group": gettext_lazy("只到村民组"),
    "no_district": gettext_lazy("没写区县，认不出在哪里"),
    "no_town": gettext_lazy("没写镇，认不出是哪个村"),
    "several": gettext_lazy("不止一处能对上"),
    "elsewhere": gettext_lazy("在外地"),
    "unreadable": gettext_lazy("读不出门牌或村组"),
    "damaged": gettext_lazy("文字损坏"),
}
"""How far an address reaches, or why it names no house."""
NO_CELL: Final[Mapping[str, Promise]] = {
    "contested": gettext_lazy("走访记录说法不一，未定"),
    "no_majority": gettext_lazy("同一幢楼的走访记录没有多数，未定"),
    "no_word": gettext_lazy("没有走访过这幢楼，未定"),
}
OWN_ADDRESSES: Final = frozenset({"residence_address", "hukou_address"})
"""Fields of a person that are addresses."""
KINDS: Final[Mapping[str, Promise]] = {
    PlaceRelation.Kind.LIVES_AT: gettext_lazy("住在这里的人"),
    PlaceRelation.Kind.REGISTERED_AT: gettext_lazy("户籍在这里的人"),
    PlaceRelation.Kind.LOCATED_AT: gettext_lazy("住所在这里的单位"),
}


def parts(said: Parts) -> list[tuple[str, str]]:
    """The parts that an address states: what each is called, and how it reads."""
    own = asdict(said)
    division = find_division(said.division) if said.division else None
    own["division"] = division.name(reader_language()) if division else ""
    names = {**NAMES, "number": gettext_lazy("户号")} if said.village else dict(NAMES)
    return [(str(label), own[name]) for name, label in names.items() if own[name]]


def kept(reason: operations.Reason) -> dict[str, str]:
    """Why one looks, as the hidden fields of what can be opened from a page."""
    own = {"purpose": reason.purpose, "case_ref": reason.case_ref}
    until = {"restricted_until": reason.restricted_until.isoformat()} if reason.restricted_until else {}
    return own | until


def houses_of(card: Card, *, reason: operations.Reason, actor: Actor, at: datetime) -> dict[str, Any]:
    """What leads from a card to the houses of its addresses."""
    found = operations.houses_of(card, reason=reason, actor=actor, at=at)
    houses = [
        {"label": _("看%(address)s的房屋") % {"address": shown.label_of(field, card.registry)}, "key": place.key}
        for field, place in found
    ]
    return {"houses": houses, "kept": kept(reason)}


def own_address(value: CardValue) -> dict[str, Any] | None:
    """What one's own address was read as, and the grid cell that it lies in; None for what is no address or was not read."""
    if value.field not in OWN_ADDRESSES or not value.value or value.mask is not None:
        return None
    said = parse(value.value)
    place = places.house_of(said)
    found = parts(said.parts) if said.depth in DEEPEST_FIRST else []
    return {"parts": found, "cell": cell(place, places.cell_names([place.cell])) if place else None} if found else None


def cell(place: Place, names: Mapping[str, str]) -> Value:
    """The grid cell of a house, with who says so."""
    if not place.cell:
        return Value(label=_("网格"), text=str(NO_CELL.get(place.cell_source, _("未定"))))
    source = (
        ngettext("随同幢多数走访记录（%(n)s/%(m)s 条）", "随同幢多数走访记录（%(n)s/%(m)s 条）", place.cell_voices)
        % {"n": place.cell_records, "m": place.cell_voices}
        if place.cell_source == "building"
        else source_name(place.cell_source, reader_language())
    )
    called = names.get(place.cell)
    text = f"{called}（{place.cell}）" if called else _("%(code)s（不在现行网格表中）") % {"code": place.cell}
    return Value(label=_("网格"), text=text, source=source, as_of=place.cell_as_of)


def house(seen: operations.House) -> dict[str, Any]:
    """What the page of a house shows."""
    place = seen.place
    groups = []
    for kind, label in KINDS.items():
        members = [one for one in seen.members if one.kind == kind]
        if members or kind in seen.withheld:
            groups.append(
                {
                    "label": label,
                    "withheld": kind in seen.withheld,
                    "members": [shown.card_values(one.card) for one in members],
                }
            )
    counts = [
        (_("居住"), place.residents, _("人")),
        (_("户籍"), place.registered, _("人")),
        (_("单位"), place.organisations, _("家")),
    ]
    return {
        "parts": parts(parse(place.address).parts),
        "cell": cell(place, places.cell_names([place.cell])) if "cell" in seen.shown else None,
        "figures": [
            Figure(label=label, number=number_format(count, force_grouping=True), unit=unit)
            for label, count, unit in counts
        ]
        if "residents" in seen.shown
        else [],
        "groups": groups,
    }


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def coverage(found: Sequence[places.Reach], run: PlacesBuild | None, grid: GridEdition | None) -> dict[str, Any]:
    """What the data office's page shows: figures, reasons with their lists, and each resource's reach."""
    by_depth = Counter[str]()
    by_item: dict[tuple[str, str], Counter[str]] = {}
    for one in found:
        by_depth[one.depth] += one.records
        by_item.setdefault((one.resource, one.item), Counter())[one.depth] += one.records
    houses, in_cells = (run.houses, run.in_cells) if run else (0, 0)
    addresses, placed = (run.addresses, run.placed) if run else (0, 0)
    at = run.built_at if run else None
    return {
        "figures": [
            _figure(_("落到房屋的地址"), placed, _("条"), _of(placed, addresses), at),
            _figure(_("房屋"), houses, _("处"), "", at),
            _figure(_("知道网格的房屋"), in_cells, _("处"), _of(in_cells, houses), at),
            _figure(
                _("网格"),
                grid.cells if grid else 0,
                _("个"),
                _("合成") if grid and grid.is_synthetic else "",
                grid and grid.taken_at,
            ),
        ],
        "reasons": [
            Chip(label=label, url=reverse("registries:unplaced", args=[depth]), count=by_depth[depth])
            for depth, label in DEPTHS.items()
            if by_depth[depth] and depth not in DEEPEST_FIRST[:2]
        ],
        "table": _table(by_item),
    }


def _of(part: int, whole: int) -> str:
    return _("占 %(share)s") % {"share": _share(part, whole)} if whole else ""


def _figure(label: str, count: int, unit: str, compared: str, at: Any) -> Figure:
    return Figure(label=label, number=number_format(count, force_grouping=True), unit=unit, compared=compared, as_of=at)


def _table(by_item: Mapping[tuple[str, str], Counter[str]]) -> Table:
    rows = []
    for (resource, item), depths in sorted(by_item.items(), key=lambda one: (_placed(one[1]) / one[1].total(), one[0])):
        whole = depths.total()
        rows.append(
            [
                _resource_name(resource),
                _item_name(resource, item),
                number_format(whole, force_grouping=True),
                _share(_placed(depths), whole),
                _share(sum(depths[depth] for depth in DEEPEST_FIRST[2:]), whole),
                _share(depths["elsewhere"], whole),
            ]
        )
    return Table(
        caption=_("各资源的地址认到哪一级（差的在前）"),
        columns=[
            Column(heading=_("资源")),
            Column(heading=_("项目")),
            Column(heading=_("地址"), numeric=True),
            Column(heading=_("落到房屋"), numeric=True),
            Column(heading=_("只到楼、门牌、组"), numeric=True),
            Column(heading=_("在外地"), numeric=True),
        ],
        rows=rows,
        empty=Empty(
            what=_("还没有核对过地址。"), do=_("各部门的数据入库、核对之后，这里显示每个资源的地址认到哪一级。")
        ),
    )


def _resource_name(resource: str) -> str:
    names = resources()[resource].names
    return names.en if is_english(reader_language()) else names.zh


def _item_name(resource: str, item: str) -> str:
    declared = resources()[resource].items[item]
    return declared.en if is_english(reader_language()) else declared.zh


def _placed(depths: Counter[str]) -> int:
    return depths["room"] + depths["house"]


def unplaced_row(row: places.Unplaced) -> dict[str, str]:
    """An address that names no house, as the list shows it."""
    spoken = reader_language()
    return {
        "resource": _resource_name(row.resource),
        "department": source_name(row.resource, spoken),
        "record": row.record_id,
        "item": _item_name(row.resource, row.item),
        "text": row.text,
    }
