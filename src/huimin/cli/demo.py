"""`huimin demo`: a running city of synthetic people, landed from messy extracts like anybody's."""

import argparse
import os
import shutil
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from huimin.cli.serve import serve
from huimin.cli.standing import demonstrate, establish, said, stand_up
from huimin.cli.synth import add_as_of
from huimin.cli.words import either

if TYPE_CHECKING:
    from huimin.cli import Commands
    from huimin.platform.exchange.operations import Progress

GROUP: Final = "start"
SUMMARY: Final = ("立起一座合成城市并启动服务", "stand up a synthetic city and serve it")


class ChosenCity(argparse.Action):
    """The city is a setting: it is chosen before the settings are read."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Put it into the environment that the command asks for."""
        namespace.environment = {**namespace.environment, "HUIMIN_CITY": str(values)}


class ChosenPort(argparse.Action):
    """The port, which links in messages name too: their address is a setting."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Keep it, and put the address into the environment that the command asks for."""
        namespace.port = values
        namespace.environment = {**namespace.environment, "HUIMIN_URL": f"http://localhost:{values}"}


def add_parser(commands: "Commands") -> None:
    """`huimin demo [--city C] [--people N] [--seed S] [--as-of DAY] [--port P] [--no-serve]`."""
    parser = commands.add_parser("demo", description=either(*SUMMARY))
    parser.add_argument("--city", action=ChosenCity, help=either("城市（默认 wuhu）", "city (default: wuhu)"))
    parser.add_argument(
        "--people",
        type=int,
        default=20_000,
        help=either("人数（默认 20000；0 为空城，只有声明和演示身份）", "people (default 20000; 0: an empty city)"),
    )
    parser.add_argument("--seed", type=int, default=1, help=either("随机种子", "random seed"))
    add_as_of(parser)
    parser.add_argument("--host", default="127.0.0.1", help=either("监听地址", "address to listen on"))
    parser.add_argument(
        "--port", action=ChosenPort, type=int, default=8000, help=either("端口（默认 8000）", "port (default 8000)")
    )
    parser.add_argument("--no-serve", action="store_true", help=either("准备好即退出", "prepare only, then exit"))
    parser.set_defaults(run=run, environment={"HUIMIN_MODE": "demo"})


def run(args: argparse.Namespace) -> int:
    """Stand the city up, land its synthetic extracts, reconcile, bring in the personas, serve."""
    began = time.monotonic()
    stand_up()
    if args.people:
        _fill(people=args.people, seed=args.seed, as_of=args.as_of)
        establish()  # the personas find their residents only now
        demonstrate()
    seconds = time.monotonic() - began
    said(
        f"城市已就绪，用时 {seconds:.0f} 秒。全部人物均为合成。",
        f"The city is ready in {seconds:.0f} s. All its people are synthetic.",
    )
    if args.no_serve:
        return 0
    address = f"http://{args.host}:{args.port}"
    said(f"演示身份：{address}/demo/", f"Personas: {address}/demo/")
    serve(host=args.host, port=args.port)
    return 0


def _fill(*, people: int, seed: int, as_of: date | None) -> None:
    """Make the extracts once, land what has not been landed, reconcile if that changed anything."""
    from django.conf import settings
    from django.utils import timezone

    from huimin.platform.exchange.operations import land_inbox
    from huimin.platform.indicators.operations import release_statistics
    from huimin.platform.indicators.queries import find_standing_build
    from huimin.platform.journal.rules import Actor
    from huimin.platform.registries.operations import settle, settle_places, take_grid
    from huimin.tooling.synth import vocabulary
    from huimin.tooling.synth.block import Plan
    from huimin.tooling.synth.delivery import make_city
    from huimin.tooling.synth.grid import write_grid

    actor = Actor(kind="system", ref="demo")
    extracts = _extracts(people, seed, as_of or timezone.localdate(), keeps=as_of is None)
    if not extracts.exists():
        said(
            f"生成 {people} 名合成居民的部门数据…", f"Making the departments' extracts of {people} synthetic residents…"
        )
        unfinished = extracts.with_name(f"{extracts.name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_city(
            Plan(settings.CITY, people, seed, as_of=date.fromisoformat(extracts.name[-10:])),
            unfinished,
            workers=os.cpu_count() or 1,
        )
        unfinished.rename(extracts)
    grid = extracts.parent / f"{settings.CITY}-grid.geojson"
    if not grid.exists():
        write_grid(vocabulary.places(settings.CITY), grid)
    take_grid(grid, actor=actor, at=timezone.now())
    said("各部门数据入库…", "Landing the departments' files…")
    progress = land_inbox(extracts, actor=actor, clock=timezone.now, report=_counted)
    rows = sum(delivery.delivered for delivery in progress.deliveries)
    back = sum(delivery.quarantined for delivery in progress.deliveries)
    said(
        f"收到 {rows} 行，退回 {back} 行。归人、定值…",
        f"{rows} rows received, {back} sent back. Linking and choosing values…",
    )
    made = settle(actor=actor, at=timezone.now())
    if made is not None:
        release_statistics(build=find_standing_build(), actor=actor, at=timezone.now())
        said(
            f"{made.people} 人，{made.organisations} 家单位，{made.unresolved} 条记录未能归属。",
            f"{made.people} people, {made.organisations} organisations, {made.unresolved} records unresolved.",
        )
    houses = settle_places(actor=actor, at=timezone.now())
    if houses is not None:
        said(
            f"{houses.houses} 处房屋，{houses.in_cells} 处知道在哪个网格。",
            f"{houses.houses} houses, {houses.in_cells} of them in a known grid cell.",
        )


def _extracts(people: int, seed: int, as_of: date, *, keeps: bool) -> Path:
    """The folder of the extracts, its name ending in their day. A city that was made before `keeps` its day: its people are of that day."""
    from django.conf import settings

    folder = Path(settings.HOME) / "demo"
    name = f"{settings.CITY}-{people}-{seed}"
    made = sorted(folder.glob(f"{name}-????-??-??")) if keeps else []
    return made[-1] if made else folder / f"{name}-{as_of}"


def _counted(progress: "Progress") -> None:
    if sys.stderr.isatty():
        end = "\n" if progress.done == progress.total else ""
        print(f"\r{progress.done}/{progress.total}", end=end, file=sys.stderr, flush=True)
