"""What indicators announces: statistics were released. Counts only."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class StatisticsReleased(Fact):
    """The figures of a build of the registries were published; the subject is the build."""

    releases: int
    published: int
    withheld: int

    zh = "发布统计表 {releases} 张，公布数字 {published} 个，因数值过小不公布 {withheld} 个"
    en = "Released {releases} tables: {published} figures published, {withheld} withheld as too small or guarding a small one"
