"""Who seals: the body that signs a licence's content and its paper. A city with a seal service of its own plugs that in here."""

from typing import Protocol

from huimin.platform.identity.ports import Port


class Seals(Protocol):
    """Signs in the name of an issuing department."""

    @property
    def simulated(self) -> bool:
        """Whether the seals are of this installation's own making and vouch for nobody outside."""
        ...

    def sign(self, content: bytes) -> tuple[str, str]:
        """(key id, hex of the DER signature): SM2 with SM3 (GB/T 32918)."""
        ...

    def is_signed(self, content: bytes, *, key: str, signature: str) -> bool:
        """Whether the key of that id signed the content."""
        ...

    def public_keys(self) -> dict[str, str]:
        """The public half of every key, in hex, by id: with them anybody verifies without asking us."""
        ...

    def seal_paper(self, pdf: bytes, *, department: str, name: str, reason: str) -> bytes:
        """The PDF with a PAdES signature (ETSI EN 319 142) of the department."""
        ...


seals: Port[Seals] = Port()
