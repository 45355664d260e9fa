"""Sentences in Python."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def words(count: int) -> list[str]:
    """Allowed: the first three. Forbidden: no English, a detail lost, no Chinese."""
    return [
        _("提交"),
        pgettext("一个月", "月"),
        ngettext("%(count)d 件", "%(count)d 件", count),
        _("撤回"),
        _("还有 %(days)s 天"),
        _("Submit"),
        _("存疑"),
    ]
