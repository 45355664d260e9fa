"""The outcomes of steps in words: as the desk says them, and as the applicant reads them on his own buttons."""

from typing import Final

from django.utils.translation import gettext_lazy

from huimin.platform.process import ports

OUTCOMES: Final = (
    ports.Outcome("accepted", gettext_lazy("予以受理")),
    ports.Outcome("forwarded", gettext_lazy("收件，转办理部门")),
    ports.Outcome("returned", gettext_lazy("不予受理，退回申请人"), needs_reason=True),
    ports.Outcome("agreed", gettext_lazy("同意")),
    ports.Outcome("objected", gettext_lazy("不同意"), needs_reason=True),
    ports.Outcome("supplement", gettext_lazy("要求一次补正"), needs_reason=True),
    ports.Outcome("passed", gettext_lazy("核查合格")),
    ports.Outcome("failed", gettext_lazy("核查不合格"), needs_reason=True),
    ports.Outcome("granted", gettext_lazy("准予")),
    ports.Outcome("refused", gettext_lazy("不予准许"), needs_reason=True),
    ports.Outcome("confirmed", gettext_lazy("核对无误")),
    ports.Outcome("rejected", gettext_lazy("不符合"), needs_reason=True),
    ports.Outcome("consented", gettext_lazy("本人同意")),
    ports.Outcome("declined", gettext_lazy("本人不需要")),
    ports.Outcome("made", gettext_lazy("已制证")),
    ports.Outcome("handed_out", gettext_lazy("已发证")),
    ports.Outcome("kept", gettext_lazy("承诺属实")),
    ports.Outcome("broken", gettext_lazy("承诺不实"), needs_reason=True),
    ports.Outcome("human", gettext_lazy("转人工")),
    ports.Outcome("settled", gettext_lazy("已结清")),
    ports.Outcome("opened", gettext_lazy("已开通")),
    ports.Outcome("registered", gettext_lazy("已登记")),
    ports.Outcome("insured", gettext_lazy("已参保")),
    ports.Outcome("issued", gettext_lazy("已发放")),
    ports.Outcome("cancelled", gettext_lazy("已注销")),
    ports.Outcome("revoked", gettext_lazy("撤销许可")),
    ports.Outcome("warned", gettext_lazy("责令改正")),
    ports.Outcome("unknown", gettext_lazy("联系不上")),
    ports.Outcome("not_concerned", gettext_lazy("不涉及本部门")),
    ports.Outcome("hearing", gettext_lazy("需要听证")),
    ports.Outcome("held", gettext_lazy("听证已举行")),
    ports.Outcome("done_here", gettext_lazy("当场办结")),
    ports.Outcome("early", gettext_lazy("提前办理")),
    ports.Outcome("withdrawn", gettext_lazy("申请人撤回")),
    ports.Outcome("done", gettext_lazy("办结")),
)
"""The outcomes that steps of services have, in the words of the desk; a code that is not here reads as it is drawn."""
ADVERSE: Final = frozenset(outcome.code for outcome in OUTCOMES if outcome.needs_reason)
"""Those that an official gives a reason for: it is the applicant's to read."""

CHECKED: Final = (
    ports.Outcome("right", gettext_lazy("判定正确")),
    ports.Outcome("wrong", gettext_lazy("判定有误"), needs_reason=True),
    ports.Outcome("mended", gettext_lazy("已改正"), needs_reason=True),
    ports.Outcome("stands", gettext_lazy("维持原决定"), needs_reason=True),
)
"""What a human may find of a decision by rule."""

PRE_REVIEWED: Final = (
    ports.Outcome("ready", gettext_lazy("预审通过，可以提交")),
    ports.Outcome("missing", gettext_lazy("需要修改或补充"), needs_reason=True),
)
"""What a window may find of a draft."""

OWN: Final = {
    "supplied": gettext_lazy("材料已补齐，请继续办理"),
    "consented": gettext_lazy("确认领取"),
    "declined": gettext_lazy("不需要，谢谢"),
    "confirmed": gettext_lazy("确认办理"),
    "requested": gettext_lazy("申请听证"),
    "stops_trading": gettext_lazy("不再经营，不续了"),
    "withdrawn": gettext_lazy("撤回申请"),
}
"""What the applicant's own steps offer him."""


def own_word(code: str) -> str:
    """An outcome on the applicant's button; as the desk says it where he has no words of his own."""
    return str(OWN.get(code)) if code in OWN else outcome_word(code)


def outcome_word(code: str) -> str:
    """An outcome as the desk says it; the code itself where nobody gave it words."""
    return str(next((one.label for one in OUTCOMES if one.code == code), code))
