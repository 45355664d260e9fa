"""A till, couriers and a registrar that move neither money nor parcels and register nobody. Every page that shows one of their papers says
that it is simulated.
"""

import hashlib

from huimin.kernel.identifiers import Uscc
from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, organisation_check
from huimin.kernel.money import Fen
from huimin.platform.cases.ports import Paper


def _paper(kind: str, key: str) -> Paper:
    """The same key gives the same number, as a real counterpart does for a repeated order."""
    return Paper(f"SIM-{kind}-{hashlib.sha256(key.encode()).hexdigest()[:12].upper()}", simulated=True)


class SimulatedTill:
    """See `ports.Payments`."""

    def order(self, *, key: str, payee: str, amount: Fen, purpose: str) -> Paper:
        """See `ports.Payments.order`."""
        return _paper("PAY", f"{key} {payee} {amount.amount} {purpose}")

    def charge(self, *, key: str, payer: str, amount: Fen, purpose: str) -> Paper:
        """See `ports.Payments.charge`."""
        return _paper("FEE", f"{key} {payer} {amount.amount} {purpose}")

    def give_back(self, *, key: str, paper: str, amount: Fen) -> Paper:
        """See `ports.Payments.give_back`."""
        return _paper("BACK", f"{key} {paper} {amount.amount}")


class SimulatedCouriers:
    """See `ports.Couriers`."""

    def send(self, *, key: str, receiver: str, address: str) -> Paper:
        """See `ports.Couriers.send`."""
        return _paper("EXP", f"{key} {receiver}")


class SimulatedRegistrar:
    """See `ports.Registrars`. Its codes are well formed and begin their organisation code with MAX, which it keeps for itself."""

    def issue(self, *, key: str, authority: str, kind: str, division: str, serial: int) -> Paper:
        """See `ports.Registrars.issue`."""
        body, rest = "", serial
        for _ in range(5):
            rest, place = divmod(rest, len(CREDIT_ALPHABET))
            body = CREDIT_ALPHABET[place] + body
        organisation = f"MAX{body}"
        code = f"{authority}{kind}{division[:6]}{organisation}{organisation_check(organisation)}"
        return Paper(str(Uscc.parse(code + credit_check(code))), simulated=True)
