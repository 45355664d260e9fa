"""`{% load frame %}`: what stands around a page."""

from django import template
from django.template.context import Context

from huimin.platform.ui.frame import Frame, frame_of
from huimin.platform.ui.toasts import Toast, toasts_for

register = template.Library()


@register.simple_tag(takes_context=True)
def frame(context: Context) -> Frame:
    """The frame for this reader; a view that passes `portal` says whose menu is shown."""
    return frame_of(context["request"], context.get("portal") or "")


@register.simple_tag(takes_context=True)
def toasts(context: Context) -> list[Toast]:
    """The messages waiting for this reader."""
    return toasts_for(context["request"])
