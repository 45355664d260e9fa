"""What indicators put on other apps' pages: how satisfied people are, on every service's guide."""

from django.utils import timezone
from django.utils.translation import gettext as _

from huimin.platform.catalogue.ports import guide_figures
from huimin.platform.indicators.queries import satisfaction_with
from huimin.platform.ui.pieces import Figure


def satisfaction_figure(code: str) -> Figure | None:
    """The share of satisfied people of a year of whole months, with how many rated; None where too few did."""
    published = satisfaction_with(code, on=timezone.localdate())
    if published is None:
        return None
    found, until = published
    share = {"share": found.share}
    return Figure(
        label=_("办过的人满意的"),
        number=_("至少 %(share)d%%") % share if found.at_least else _("%(share)d%% 的人") % share,
        compared=_("一年内 %(rated)d 多条评价") % {"rated": found.rated},
        as_of=until,
    )


guide_figures.register("indicators.satisfaction", satisfaction_figure)
