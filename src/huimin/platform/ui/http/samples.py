"""Synthetic samples for the style page: nobody's data."""

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from huimin.kernel.money import Fen
from huimin.platform.ui import pieces as p
from huimin.platform.ui.charts import Band, Bar, BarChart, LineChart, Pyramid, Series

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
TOKENS: Final = (
    "ink", "ink-soft", "line", "paper", "ground", "brand", "brand-soft", "accent", "good", "due", "due-soft", "late", "late-soft", "info",
)  # fmt: skip
AGES: Final = (
    ("90+", 21, 38), ("80–89", 118, 157), ("70–79", 402, 431), ("60–69", 688, 702), ("50–59", 871, 853), ("40–49", 780, 762),
    ("30–39", 842, 821), ("20–29", 655, 630), ("10–19", 512, 468), ("0–9", 433, 401),
)  # fmt: skip


def everything(page_url: str, progress_url: str, *, after: str) -> dict[str, Any]:
    """All samples by name; `after` is the cursor of the sample queue."""
    return {
        "tokens": TOKENS,
        "values": values(page_url),
        "clocks": clocks(),
        "steps": steps(),
        "trail": trail(),
        "verdicts": verdicts(),
        "evidence": evidence(page_url),
        "queue": queue(page_url, after),
        "empty_queue": p.Queue(rows=[], label=_("没有待办的列表"), empty=_nothing(page_url)),
        "figures": figures(page_url),
        "table": table(),
        "charts": charts(page_url),
        "progresses": progresses(progress_url, page_url),
        "answers": answers(),
        "money": Fen(123450),
        "day": date(2026, 7, 9),
    }


def values(url: str) -> list[p.Value]:
    """A value in each standing."""
    police, health = _("市公安局"), _("市医保局")
    day = date(2026, 5, 25)
    other = p.Dispute(source=health, text=_("镜湖区中山路5号"), as_of=date(2026, 3, 2))
    return [
        p.Value(
            label=_("住址"),
            text=_("高新区黄山路12号3幢2单元501室"),
            source=police,
            as_of=day,
            agreeing=2,
            trail_url=url,
            correct_url=url,
        ),
        p.Value(
            label=_("户籍地址"),
            text=_("弋江区九华南路8号"),
            source=police,
            as_of=day,
            disputes=[other],
            trail_url=url,
            correct_url=url,
        ),
        p.Value(
            label=_("公民身份号码"),
            text="340204********947X",
            source=police,
            as_of=day,
            unmask_by=_("本人和户籍民警"),
            tabular=True,
        ),
        p.Value(label=_("参保状态"), text=_("正常缴费"), source=_("市人社局"), as_of=day, trail_url=url),
        p.Value(label=_("婚姻状况"), text="", correct_url=url),
    ]


def clocks() -> list[p.Clock]:
    """A clock in each state."""
    return [
        p.Clock(left=8, total=10, until=date(2026, 7, 16)),
        p.Clock(left=2, total=10, until=date(2026, 7, 8)),
        p.Clock(left=0, total=10, until=date(2026, 7, 6)),
        p.Clock(left=-2, total=10, until=date(2026, 7, 2)),
        p.Clock(left=6, total=10, stopped=_("补正中")),
        p.Clock(left=3, total=10, done_on=date(2026, 7, 2)),
    ]


def steps() -> p.Steps:
    """A path with four parallel steps in four states."""
    state, at = p.StepState, datetime(2026, 6, 3, 14, 5, tzinfo=SHANGHAI)
    waiting = _("申请人补交排烟图")
    return p.Steps(
        stages=[
            [p.Step(name=_("受理"), state=state.DONE, holder=_("弋江区窗口"))],
            [
                p.Step(name=_("消防检查"), state=state.LATE, holder=_("消防救援支队 李某"), since=at),
                p.Step(name=_("经营许可"), state=state.NOW, holder=_("市场监管局 王某"), since=at),
                p.Step(name=_("卫生许可"), state=state.DONE, holder=_("卫生健康委")),
                p.Step(
                    name=_("油烟排放"), state=state.STOPPED, holder=_("城市管理局 赵某"), since=at, waiting_for=waiting
                ),
            ],
            [p.Step(name=_("合并决定"), state=state.NEXT, holder=_("市场监管局"))],
            [p.Step(name=_("送达"), state=state.NEXT)],
        ],
    )


def trail() -> p.Trail:
    """Seven facts, five shown."""
    office, day = _("弋江区窗口 李某"), 3
    acts = (
        (_("收件，一次性告知缺1项"), _("缺：食品安全管理制度")),
        (_("补交材料"), ""),
        (_("受理"), _("材料齐全，符合法定形式")),
        (_("分送四个部门同时办理"), ""),
        (_("消防检查要求整改"), _("安全出口宽度不足")),
        (_("整改后复查"), ""),
        (_("复查合格"), ""),
    )
    return p.Trail(
        entries=[
            p.TrailEntry(at=datetime(2026, 6, day + n, 14, 5, tzinfo=SHANGHAI), who=office, act=act, why=why)
            for n, (act, why) in enumerate(acts)
        ]
    )


def verdicts() -> list[p.Eligibility]:
    """Yes, no because, maybe."""
    yes, no, maybe = p.Verdict.YES, p.Verdict.NO, p.Verdict.MAYBE
    what, basis = _("高龄津贴"), _("《芜湖市高龄津贴发放办法》第三条（演示用，非真实条文）")
    born = p.Value(text="1944-03-12", source=_("市公安局"), as_of=date(2026, 5, 25), agreeing=1, tabular=True)
    old = p.Condition(sentence=_("年满80周岁"), verdict=yes, fact=born)
    young = p.Condition(
        sentence=_("年满80周岁"),
        verdict=no,
        fact=p.Value(text="1951-08-30", source=_("市公安局"), as_of=date(2026, 5, 25)),
    )
    here = p.Condition(sentence=_("本市户籍"), verdict=yes)
    unknown = p.Condition(sentence=_("在本市居住"), verdict=maybe, show=_("居住证，或社区开具的居住说明"))
    return [
        p.Eligibility(what=what, verdict=yes, conditions=[old, here], legal_basis=basis),
        p.Eligibility(what=what, verdict=no, conditions=[young, here], legal_basis=basis),
        p.Eligibility(what=what, verdict=maybe, conditions=[old, here, unknown], legal_basis=basis),
    ]


def evidence(url: str) -> list[p.Evidence]:
    """A material by each means."""
    by, trust = p.EvidenceBy, p.Trust
    return [
        p.Evidence(
            material=_("营业执照"), by=by.LICENCE, detail=_("市场监管局签发，有效"), trust=trust.ISSUED, url=url
        ),
        p.Evidence(material=_("户籍证明"), by=by.REGISTRY, detail=_("市公安局登记"), trust=trust.ISSUED, url=url),
        p.Evidence(
            material=_("房屋租赁合同"),
            by=by.UPLOAD,
            detail=_("6 页，6月3日上传"),
            trust=trust.CHECKED,
            url=url,
            act=_("预览"),
        ),
        p.Evidence(material=_("从业人员健康证明"), by=by.PROMISE, detail=_("30 日内补交"), trust=trust.CLAIMED),
        p.Evidence(
            material=_("排烟设施示意图"), by=by.MISSING, detail=_("手绘也可以，标出排烟口位置"), url=url, act=_("上传")
        ),
    ]


def queue(url: str, after: str) -> p.Queue:
    """Rows with each clock; the second helping ends the list."""
    what, who = (
        (_("餐饮开业一件事"), _("更正住址"), _("高龄津贴")),
        (_("陈某（个体户）"), _("王某某"), _("弋江区 刘某")),
    )
    first = 4 if after else 1
    rows = [
        p.QueueRow(
            number=f"3402-26-{first + n:07d}",
            url=url,
            what=what[n % 3],
            who=who[n % 3],
            clock=clock,
            next_act=_("核对"),
        )
        for n, clock in enumerate(clocks()[:5])
    ]
    chips = [
        p.Chip(label=_("今天到期"), url=url, chosen=True, count=7),
        p.Chip(label=_("超期"), url=url, count=1),
        p.Chip(label=_("补正中"), url=url),
    ]
    views = [p.Chip(label=_("全部"), url=url, chosen=True), p.Chip(label=_("我经手的"), url=url)]
    return p.Queue(rows=rows, label=_("待办"), chips=chips, views=views, more_url="" if after else f"{url}?after=4")


def figures(url: str) -> list[p.Figure]:
    """Numbers that stand alone."""
    at = datetime(2026, 6, 4, 8, 0, tzinfo=SHANGHAI)
    return [
        p.Figure(
            label=_("常住人口"),
            number="20,000",
            unit=_("人"),
            as_of=at,
            source=_("人口库"),
            source_url=url,
            compared=_("比上月多 31 人"),
        ),
        p.Figure(label=_("办件按期办结"), number="98.6", unit="%", as_of=at, compared=_("目标 95%")),
        p.Figure(label=_("本月发放津贴"), number=str(Fen(123_450_000)), as_of=at, source=_("资金监管"), source_url=url),
    ]


def table() -> p.Table:
    """Texts, numbers, and a value with its source."""
    value = values("")[0]
    return p.Table(
        caption=_("各部门交付情况"),
        columns=[
            p.Column(heading=_("部门")),
            p.Column(heading=_("住址样例")),
            p.Column(heading=_("行数"), numeric=True),
        ],
        rows=[
            [_("市人社局"), p.Value(text=value.text, source=value.source, as_of=value.as_of), "5,489"],
            [_("市民政局"), None, "12"],
        ],
    )


def charts(url: str) -> list[BarChart | Pyramid | LineChart]:
    """Each kind of chart."""
    at, source, person = date(2026, 6, 4), _("人口库"), _("人")
    months = [f"{month}" for month in range(1, 13)]
    landed: list[float | None] = [120, 260, 410, 530, 640, 720, None, 905, 990, 1080, 1150, 1240]
    met: list[float | None] = [90, 210, 350, 490, 600, 700, 790, 890, 940, 1010, 1120, 1190]
    districts = ((_("镜湖区"), 6120), (_("弋江区"), 4388), (_("鸠江区"), 3870), (_("三山片区"), None))
    return [
        BarChart(
            title=_("各区常住人口"),
            summary=_("镜湖区最多。"),
            unit=person,
            as_of=at,
            source=source,
            source_url=url,
            heading=_("区"),
            bars=[Bar(label=label, value=value) for label, value in districts],
        ),
        Pyramid(
            title=_("人口年龄结构"),
            summary=_("50 到 59 岁的人最多。"),
            unit=person,
            as_of=at,
            source=source,
            bands=[Band(label=label, left=left, right=right) for label, left, right in AGES],
        ),
        LineChart(
            title=_("按月办结的办件"),
            summary=_("全年逐月上升；7 月的收件数没有交来。"),
            unit=_("件"),
            as_of=at,
            source=_("监督"),
            heading=_("月份"),
            points=months,
            series=[Series(label=_("收件"), values=landed), Series(label=_("办结"), values=met)],
        ),
    ]


def progresses(poll_url: str, page_url: str) -> list[p.Progress]:
    """Long work in each state; the first one moves."""
    broken = _("第 1207 行读不出来。已经收到的行都保留着，可以改好后接着来。")
    state, label, unit = p.ProgressState, _("接收市人社局交付的文件"), _("行")
    return [
        p.Progress(
            name="landing",
            label=label,
            state=state.RUNNING,
            done=1080,
            total=5400,
            unit=unit,
            poll_url=poll_url,
            page_url=page_url,
        ),
        p.Progress(name="waiting", label=_("导出我的信息"), state=state.WAITING),
        p.Progress(name="finished", label=_("导出我的信息"), state=state.DONE, done=1, total=1, unit=_("份")),
        p.Progress(
            name="failed",
            label=_("试映射"),
            state=state.FAILED,
            detail=broken,
        ),
    ]


def answers() -> list[p.Answer]:
    """Check your answers."""
    return [
        p.Answer(question=_("姓名"), answer=_("王某某"), change_url="#empty_name"),
        p.Answer(question=_("怎样领取结果"), answer=_("邮寄到家"), change_url="#empty_delivery"),
        p.Answer(question=_("情况说明"), answer=""),
    ]


def _nothing(url: str) -> p.Empty:
    return p.Empty(what=_("没有待办"), do=_("分给您的办件会出现在这里。"), url=url, act=_("看看全科室的待办"))
