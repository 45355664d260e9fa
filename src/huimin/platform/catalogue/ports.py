"""What other apps offer on a service's guide: apply, book a window, how satisfied people are. The catalogue knows none of them.

guide_acts.register("cases.apply", GuideAct(_("我要办"), "cases:begin"))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse

from huimin.kernel.registry import Registry
from huimin.platform.catalogue.declarations.items import ServiceItem
from huimin.platform.ui.pieces import Figure

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class GuideAct:
    """A button on the guide: `url_name` takes the service's code as its only argument; `posts` says that it begins something.

    `offered` says for which services.
    """

    label: "str | _StrPromise"
    url_name: str
    posts: bool
    offered: Callable[[ServiceItem], bool] = lambda item: True

    def url(self, code: str) -> str:
        """Where it leads for a service."""
        return reverse(self.url_name, args=[code])


guide_acts: Final[Registry[GuideAct]] = Registry("guide acts")

GuideFigure = Callable[[str], Figure | None]
"""A published figure about the service of this code; None where there is nothing that may be shown."""

guide_figures: Final[Registry[GuideFigure]] = Registry("guide figures")
"""Figures that stand on every guide. Its page is public, so what they read is published: no row can be reached from it."""
