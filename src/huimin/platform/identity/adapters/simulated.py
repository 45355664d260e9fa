"""The outside world as a demonstration has it: nothing is sent, nobody vouches for a seal, and both say so."""

from huimin.platform.identity.ports import SentCode, Stamp
from huimin.platform.identity.rules import Mask, mask_value
from huimin.platform.journal.rules import digest


def send_on_screen(*, phone: str, code: str) -> SentCode:
    """Give the message back instead of sending it."""
    return SentCode(simulated=True, shown=f"【模拟短信 · simulated SMS → {mask_value(phone, Mask.PHONE)}】{code}")


def stamp_simulated(*, principal: str, sealed: str) -> Stamp:
    """A mark that only this installation can make; a city connects its seal service (GB/T 38540) at `ports.firm_seals` instead."""
    return Stamp(mark=digest(f"{principal}\x1f{sealed}")[-16:], simulated=True)
