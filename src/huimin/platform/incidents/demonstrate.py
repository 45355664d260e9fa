"""Living incidents for a demonstration, made by the operations that everybody uses, over the last sixty days; synthetic throughout."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any, Final

import shapely
from django.utils import timezone
from PIL import Image

from huimin.kernel.refusals import Refusal
from huimin.platform.grid import operations as grid
from huimin.platform.identity.declarations import this_city
from huimin.platform.identity.operations import Recruit, open_workforce
from huimin.platform.incidents import operations
from huimin.platform.incidents.demonstrate_calls import take_some_calls
from huimin.platform.incidents.models import Incident
from huimin.platform.incidents.queries.handling import handling_of
from huimin.platform.incidents.rules import Channel, NewPhoto, NewReport
from huimin.platform.incidents.rules.states import State
from huimin.platform.journal.rules import Actor
from huimin.platform.registries.queries import places

SEED: Final = 20260622
INCIDENTS: Final = 130
DAYS: Final = 60
SERVED: Final = timedelta(days=90)
"""How long ago the officials of the demonstration took their posts."""
CELLS: Final = {"340202": 14}
OTHER_CELLS: Final = 4
"""So many cells of a district have incidents: some of them turn into hot spots."""
SEEN: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "01002": (16, ("小区门口垃圾堆了一地，没人清", "垃圾桶旁边全是暴露垃圾，有异味", "路边堆着生活垃圾袋")),
    "01003": (6, ("空地上堆了很多建筑渣土", "拆迁后渣土一直没运走", "墙角积存装修垃圾")),
    "01004": (10, ("路面有大片油污", "早市散场后路面全是菜叶", "道路泥浆没冲洗，车过扬尘")),
    "01010": (14, ("路面有个大坑，骑车容易摔", "人行道地砖破损松动", "机动车道路面开裂塌边")),
    "01016": (5, ("饭店油烟直排居民楼", "烧烤店油烟熏得没法开窗")),
    "02002": (5, ("店招违规挂到人行道上方", "墙上违章张贴大幅广告")),
    "03001": (7, ("工地夜里十一点还在打桩", "施工噪音影响孩子中考复习")),
    "03002": (5, ("工地没洒水，扬尘很大", "渣土车出门不冲洗")),
    "04004": (5, ("下水道堵了，污水往外冒", "雨水井堵塞返臭")),
    "04006": (5, ("下穿通道积水过不去", "雨后路口积水没过脚踝")),
    "05001": (9, ("流动摊贩无照卖熟食", "路口有人无照经营早点")),
    "05004": (6, ("超市把货摆到店外占了人行道", "水果店店外经营")),
    "05005": (12, ("消防通道口停了机动车", "人行道上停满汽车", "学校门口乱停车")),
    "05006": (6, ("共享单车堆在地铁口", "电动车停在盲道上")),
    "21001": (1, ("租屋里每天几十人听课，疑似传销",)),
    "21003": (3, ("楼道消防通道被杂物堵死", "小区消防车道被石墩拦住")),
}
"""Classes, how often each is reported, and in which words."""
ENDS: Final = ("closed",) * 12 + (
    "checking", "disposing", "disposing", "disposing", "dispatched", "dispatched", "filed", "reported", "verifying",
    "not_filed", "returned", "reworked", "void", "joined", "shelved", "extended", "reopened",
)  # fmt: skip
"""How far an incident is taken."""
RESTING: Final = frozenset(
    {"checking", "disposing", "dispatched", "filed", "reported", "verifying", "returned", "joined"}
)
"""Ends that are not the last: these were reported not long ago."""


@dataclass(frozen=True)
class Staff:
    """The officials of the demonstration by post, and the cells with a place in each."""

    by_post: Mapping[str, Actor]
    spots: Sequence[tuple[str, float, float]]


def demonstrate(*, actor: Actor, at: datetime) -> int:
    """Report incidents over the last sixty days and take each as far as ENDS says; gives how many. Done once in a city."""
    if Incident.objects.exists():
        return 0
    staff = _staff(actor=actor, at=at)
    if not staff.spots:
        return 0
    draw = Random(SEED)  # noqa: S311 - a demonstration's chance, no secret
    made = [_Story(staff, draw, place, at).tell() for place in range(INCIDENTS)]
    take_some_calls(at=at)
    return sum(made)


def _staff(*, actor: Actor, at: datetime) -> Staff:
    declared = this_city().departments
    districts = {one.division: one.code for one in declared.departments if one.kind == "district"}
    cells: dict[str, list[Any]] = {division: [] for division in districts}
    for cell in places.grid_cells():
        if cell.code[:6] in cells and len(cells[cell.code[:6]]) < 20 * OTHER_CELLS:
            cells[cell.code[:6]].append(cell)
    chosen = {
        division: own[:: max(1, len(own) // CELLS.get(division, OTHER_CELLS))][: CELLS.get(division, OTHER_CELLS)]
        for division, own in cells.items()
    }
    posts = [
        f"{one.code}.{post.code}"
        for one in declared.departments
        for post in declared.posts_of(one)
        if post.duty in ("command_operator", "incident_handler", "grid_worker")
    ]
    recruits = [
        Recruit(username=f"demo.{post}", name=f"演示{number:03}", post=post) for number, post in enumerate(posts, 1)
    ]
    accounts = open_workforce(recruits, actor=actor, at=at - SERVED)
    by_post = {one.post: Actor(kind="account", ref=accounts[one.username].public_id, post=one.post) for one in recruits}
    since = timezone.localdate(at - SERVED)
    spots = []
    for division, own in chosen.items():
        for cell in own:
            with suppress(Refusal):
                worker = f"demo.{districts[division]}.grid"
                grid.assign_cell(cell=cell.code, worker=worker, since_on=since, actor=actor, at=at)
            point = shapely.from_geojson(cell.outline).representative_point()
            spots.append((cell.code, point.x, point.y))
    return Staff(by_post, spots)


class _Story:
    """One incident from its report as far as it is taken."""

    def __init__(self, staff: Staff, draw: Random, place: int, at: datetime) -> None:
        self.staff, self.draw, self.place, self.now = staff, draw, place, at
        self.end = ENDS[place % len(ENDS)]
        hours = draw.uniform(1, 30) if self.end in RESTING else draw.uniform(30, 24 * DAYS)
        self.at = at - timedelta(hours=hours)
        self.number = ""

    def tell(self) -> bool:
        """Whether it could be told; what a rule refuses on the way ends it where it stands."""
        try:
            self._report()
        except Refusal:
            return False
        with suppress(Refusal):
            self._go()
        return True

    def _pass(self, least: float, most: float) -> datetime:
        """Some minutes later, never in the future."""
        self.at = min(self.now, self.at + timedelta(minutes=self.draw.uniform(least, most)))
        return self.at

    def _report(self) -> None:
        draw = self.draw
        code = draw.choices(list(SEEN), [weight for weight, _ in SEEN.values()])[0]
        cell, longitude, latitude = draw.choice(self.staff.spots)
        channel = draw.choices(
            [Channel.WORKER, Channel.CITIZEN, Channel.HOTLINE], [1 if self.end == "verifying" else 6, 3, 1]
        )[0]
        if self.end in ("verifying", "joined", "void", "not_filed"):
            # What a worker reports may go by itself.
            channel = Channel.CITIZEN
        worker = self._by(f"{_district(cell)}.grid")
        seen = channel is Channel.WORKER
        report = NewReport(
            key=f"demonstration-{self.place:05}",
            channel=channel,
            description=draw.choice(SEEN[code][1]),
            class_code=code,
            longitude=longitude + draw.uniform(-0.0004, 0.0004),
            latitude=latitude + draw.uniform(-0.0004, 0.0004),
            photos=[PHOTO] if draw.random() < 0.5 else [],
            urgent=code.startswith(("04", "21")) and draw.random() < 0.5,
            observed_at=self.at - timedelta(minutes=5),
        )
        actor = worker if seen else Actor(kind="system", ref="demonstration")
        sender = f"demonstration:{self.place}" if not seen else f"account:{worker.ref}"
        self.number = operations.report_incident(report=report, sender=sender, actor=actor, at=self.at).incident.number

    def _go(self) -> None:
        for step in ("verify", "file", "dispatch", "dispose", "check", "close"):
            if self._rests_before(step):
                return
            getattr(self, f"_{step}")()
            if self.end in ("not_filed", "void", "joined", "shelved", "returned") and self._is_over(step):
                return
        self._afterwards()

    def _rests_before(self, step: str) -> bool:
        return {
            "verifying": "verify", "reported": "file", "filed": "dispatch", "dispatched": "dispose", "checking": "check",
        }.get(self.end) == step  # fmt: skip

    def _is_over(self, step: str) -> bool:
        return {"not_filed": "file", "void": "file", "joined": "file", "shelved": "dispose", "returned": "dispose"}[
            self.end
        ] == step

    def _incident(self) -> Incident:
        return Incident.objects.get(number=self.number)

    def _by(self, post: str) -> Actor:
        return self.staff.by_post[post]

    def _at(self, role: str) -> Actor:
        return self._by(f"{_district(self._incident().cell)}.{role}")

    def _verify(self) -> None:
        if self._incident().state == State.VERIFYING:
            operations.verify_incident(self.number, found=True, actor=self._at("grid"), at=self._pass(10, 60))

    def _file(self) -> None:
        incident, command = self._incident(), self._at("command")
        if incident.state != State.REPORTED:
            return
        if self.end == "not_filed":
            operations.decline_incident(self.number, reason="现场已自行清理", actor=command, at=self._pass(5, 30))
        elif self.end == "void":
            operations.void_incident(self.number, reason="重复录入", actor=command, at=self._pass(5, 30))
        elif self.end == "joined" and (into := incident.resembles or self._beside(incident)):
            operations.join_incident(self.number, into=into, actor=command, at=self._pass(5, 30))
        else:
            operations.file_incident(self.number, actor=command, at=self._pass(3, 40))

    @staticmethod
    def _beside(incident: Incident) -> str:
        """The number of an open incident of the same district; empty where there is none."""
        others = Incident.objects.open().filter(division=incident.division).exclude(pk=incident.pk)
        return others.values_list("number", flat=True).first() or ""

    def _dispatch(self) -> None:
        if self._incident().state == State.FILED:
            operations.dispatch_incident(self.number, actor=self._at("command"), at=self._pass(3, 40))

    def _dispose(self) -> None:
        departments = [one.department.code for one in self._incident().disposals.select_related("department")]
        for code in departments:
            actor = self._by(f"{code}.dispose")
            if self.end == "returned":
                reason = "不属于本部门职责"
                operations.return_incident(self.number, reason=reason, actor=actor, at=self._pass(10, 60))
                return
            if self.end in ("shelved", "extended"):
                self._ask(actor)
                if self.end == "shelved":
                    return
            if self.end == "disposing":
                operations.begin_disposing(self.number, actor=actor, at=self._pass(5, 60))
                return
            operations.dispose_incident(
                self.number, said="已处置完毕", photos=[PHOTO_AFTER], actor=actor, at=self._pass(20, 600)
            )

    def _ask(self, actor: Actor) -> None:
        what = "shelving" if self.end == "shelved" else "extension"
        asking = operations.ask(
            self.number, what=what, amount=1, reason="等待管线单位配合", actor=actor, at=self._pass(10, 60)
        )
        operations.decide_asking(asking.public_id, granted=True, actor=self._at("command"), at=self._pass(10, 40))

    def _check(self) -> None:
        if self._incident().state != State.CHECKING:
            return
        worker = self._at("grid")
        if self.end == "reworked":
            operations.check_incident(
                self.number, passed=False, said="现场还没有清理干净", actor=worker, at=self._pass(20, 120)
            )
            self._dispose()
        operations.check_incident(self.number, passed=True, actor=worker, at=self._pass(20, 120))

    def _close(self) -> None:
        command = self._at("command")
        if "close" in handling_of(self._incident(), command, at=self.at).mine:
            operations.close_incident(self.number, actor=command, at=self._pass(5, 60))

    def _afterwards(self) -> None:
        incident = self._incident()
        if incident.state != State.CLOSED:
            return
        report, system = incident.reports.get(is_first=True), Actor(kind="system", ref="demonstration")
        if self.end == "reopened":
            operations.reopen_incident(report.token, reason="没过两天又出现了", actor=system, at=self._pass(600, 2000))
        elif incident.channel != Channel.WORKER:
            rating = self.draw.choices([1, 2, 3, 4, 5], [8, 8, 3, 1, 1])[0]
            operations.rate_incident(report.token, rating=rating, actor=system, at=self._pass(60, 600))


def _district(cell: str) -> str:
    return next(one.code for one in this_city().departments.departments if one.division == cell[:6])


def _photo(colour: tuple[int, int, int]) -> NewPhoto:
    out = BytesIO()
    Image.new("RGB", (160, 120), colour).save(out, "JPEG")
    return NewPhoto(content=out.getvalue())


PHOTO: Final = _photo((150, 140, 120))
PHOTO_AFTER: Final = _photo((120, 160, 120))
