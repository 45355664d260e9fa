"""`huimin registry`: reconcile the registries, export them and the links."""

import argparse
import sys
from pathlib import Path

from huimin.cli import Commands
from huimin.cli.words import either

GROUP = "data"
SUMMARY = (
    "人口、法人、房屋登记库：核对、导出、网格",
    "the registries of people, organisations and places: reconcile, export, grid",
)


def add_parser(commands: Commands) -> None:
    """`reconcile`, `export people|organisations|places --out F`, `links --out F`, `cells --from F`."""
    parser = commands.add_parser("registry", description=either(*SUMMARY))
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    reconcile = verbs.add_parser("reconcile", help=either("核对：归人、定值", "link records and choose golden values"))
    reconcile.set_defaults(run=run_reconcile)
    export = verbs.add_parser("export", help=either("导出登记库", "export a registry"))
    export.add_argument("registry", choices=["people", "organisations", "places"])
    links = verbs.add_parser("links", help=either("导出记录与人、单位的对应", "export which record speaks of whom"))
    for verb, run in ((export, run_export), (links, run_links)):
        verb.add_argument(
            "--out",
            type=Path,
            required=True,
            help=either("目标文件（.csv 或 .parquet）", "target file (.csv or .parquet)"),
        )
        verb.set_defaults(run=run)
    cells = verbs.add_parser("cells", help=either("载入网格", "take over the city's grid"))
    cells.add_argument(
        "--from",
        dest="file",
        type=Path,
        required=True,
        help=either("网格的 GeoJSON 文件（属性 code、name）", "GeoJSON file of the cells (properties code, name)"),
    )
    cells.set_defaults(run=run_cells)


def run_reconcile(args: argparse.Namespace) -> None:
    """Rebuild the registries from the lake."""
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import reconcile, settle_places

    def report(step: str) -> None:
        if sys.stderr.isatty():
            print(step, file=sys.stderr)

    actor = Actor(kind="system", ref="reconcile")
    made = reconcile(actor=actor, at=timezone.now(), report=report)
    report("places")
    places = settle_places(actor=actor, at=timezone.now())
    print(
        either(
            f"{made.people} 人，{made.organisations} 家单位，{made.records} 条记录，{made.unresolved} 条未能归属",
            f"{made.people} people, {made.organisations} organisations, {made.records} records, {made.unresolved} unresolved",
        )
    )
    if places is not None:
        print(
            either(
                f"{places.houses} 处房屋，{places.in_cells} 处有网格；{places.addresses} 条地址中 {places.placed} 条落到房屋",
                f"{places.houses} houses, {places.in_cells} in a grid cell; {places.placed} of {places.addresses} addresses name a house",
            )
        )


def run_export(args: argparse.Namespace) -> None:
    """Write a registry to a file."""
    from huimin.platform.registries.exports import export_places, export_registry

    rows = export_places(args.out) if args.registry == "places" else export_registry(args.registry, args.out)
    print(f"{rows} → {args.out}")


def run_cells(args: argparse.Namespace) -> None:
    """Take the grid over from a file."""
    from django.utils import timezone

    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import take_grid

    taken = take_grid(args.file, actor=Actor(kind="system", ref="grid"), at=timezone.now())
    print(either(f"网格 {taken.cells} 个", f"{taken.cells} grid cells"))


def run_links(args: argparse.Namespace) -> None:
    """Write the links to a file."""
    from huimin.platform.registries.exports import export_links

    print(f"{export_links(args.out)} → {args.out}")
