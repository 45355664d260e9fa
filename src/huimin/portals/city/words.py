"""Names as the city page writes them."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huimin.platform.exchange.rules import Punctuality
from huimin.platform.indicators.declarations import UNKNOWN, Names
from huimin.platform.indicators.rules import AgeingStage

STAGES: Final[dict[AgeingStage, Promise]] = {
    AgeingStage.NOT_YET: gettext_lazy("未进入老龄化"),
    AgeingStage.MILD: gettext_lazy("轻度老龄化"),
    AgeingStage.MODERATE: gettext_lazy("中度老龄化"),
    AgeingStage.SEVERE: gettext_lazy("重度老龄化"),
}
PUNCTUALITY: Final[dict[Punctuality, Promise]] = {
    Punctuality.ON_TIME: gettext_lazy("按时"),
    Punctuality.OVERDUE: gettext_lazy("逾期"),
    Punctuality.NEVER: gettext_lazy("尚未交付"),
}


def known_first(categories: dict[str, Names]) -> list[str]:
    """The codes of the categories in order, `unknown` last."""
    return sorted(categories, key=lambda code: code == UNKNOWN)


def tenth(value: float | None) -> float | None:
    """To one decimal."""
    return None if value is None else round(value, 1)
