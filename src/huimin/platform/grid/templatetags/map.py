"""`{% load map %}`: the one base map, drawn from its dataclass (see `grid.mapping`)."""

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from huimin.platform.grid.drawing import DISTRICTS
from huimin.platform.grid.mapping import Map
from huimin.platform.grid.queries import map_edition

register = template.Library()


@register.inclusion_tag("grid/map.html", name="map")
def base_map(piece: Map) -> dict[str, Any]:
    """The map, the script that draws it, and the list beside it."""
    districts = reverse("grid:outlines", args=[map_edition(), DISTRICTS])
    words = {
        "looking": _("正在找您的位置…"),
        "here": _("您在这里，误差约 {metres} 米。"),
        "noPosition": _("设备没有给出位置。可以在地图上点一下，或填写地址。"),
        "noOutlines": _("地图没有取到，请看下面的列表，或稍后再试。"),
        "noPoints": _("地图上的内容没有取到，请稍后再试。"),
        "chosen": _("已选：{place}"),
        "inView": _("图中 {n} 处"),
        "others": _("还有 {n} 处，放大后可见。"),
        "more": _("还有更多，放大地图可以看到。"),
        "none": _("这个范围内没有。"),
    }
    return {
        "map": piece,
        "outlines": districts.removesuffix(f"{DISTRICTS}.json"),
        "at": ",".join(str(part) for part in piece.at),
        "words": json.dumps(words, ensure_ascii=False),
    }
