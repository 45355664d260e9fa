"""The code gateway of a demonstration: nothing is sent, the message stands on the screen and says so."""

from huimin.platform.identity.ports import SentCode
from huimin.platform.identity.rules import Mask, mask_value


def send_on_screen(*, phone: str, code: str) -> SentCode:
    """Give the message back instead of sending it."""
    return SentCode(simulated=True, shown=f"【模拟短信 · simulated SMS → {mask_value(phone, Mask.PHONE)}】{code}")
