"""Numbers of organisations: the unified social credit code and the organisation code inside it."""

import re
from typing import Final

from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, credit_check, organisation_check
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.refusals import BadInput
from huimin.kernel.text import as_typed_code

_CREDIT_SHAPE: Final = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}", re.ASCII)
_ORGANISATION_SHAPE: Final = re.compile(r"[0-9A-Z]{8}[0-9X]", re.ASCII)
_DASHES: Final = dict.fromkeys(map(ord, "-‐‑‒–—−"))


class NotAnOrganisationCode(BadInput):
    """The text is not an organisation code."""

    zh = "组织机构代码应为 9 位，且校验位相符。"
    en = "An organisation code has 9 characters, the last of which must fit."


class NotAUscc(BadInput):
    """The text is not a unified social credit code at all."""

    zh = "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"
    en = "A unified social credit code has 18 digits or capital letters (never I, O, S, V or Z)."


class UsccMistyped(NotAUscc):
    """A check character does not fit: a character is wrong or two are swapped."""

    zh = "统一社会信用代码的校验位不符，请核对是否有一位录错或两位颠倒。"
    en = "The unified social credit code's check character does not fit: one may be wrong, or two may be swapped."


class OrganisationCode(Identifier):
    """An organisation code of 8 characters and a check character (GB 11714-1997), written without the dash."""

    __slots__ = ()

    example = "M000100Y4"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotAnOrganisationCode`."""
        if not _ORGANISATION_SHAPE.fullmatch(text) or organisation_check(text[:8]) != text[8]:
            raise NotAnOrganisationCode

    @classmethod
    def recover(cls, text: str) -> str:
        """Undo spaces, full width, small letters and the customary dash before the check character."""
        return as_typed_code(text).translate(_DASHES)

    @property
    def written(self) -> str:
        """As printed on certificates: `M000100Y-4`."""
        return f"{self[:8]}-{self[8:]}"


class Uscc(Identifier):
    """A unified social credit code 统一社会信用代码 of 18 characters (GB 32100-2015).

    Registering authority 1, kind 1, division 6, organisation code 9 (with its own check), check 1.
    """

    __slots__ = ()

    example = "91350100M000100Y43"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotAUscc` or `UsccMistyped`; the organisation code inside is held to its own check."""
        if not _CREDIT_SHAPE.fullmatch(text):
            raise NotAUscc
        if credit_check(text[:17]) != text[17] or organisation_check(text[8:16]) != text[16]:
            raise UsccMistyped

    @property
    def authority(self) -> str:
        """The character of the registering authority: 1 establishment, 5 civil affairs, 9 market, Y other, …."""
        return str(self[0])

    @property
    def division_hint(self) -> str:
        """The six digits of the registering authority's division at the time."""
        return str(self[2:8])

    @property
    def organisation_code(self) -> OrganisationCode:
        """The organisation code inside (characters 9 to 17)."""
        return OrganisationCode(self[8:17])

    @property
    def tax_number(self) -> str:
        """The 15-character taxpayer number of old accounts: characters 3 to 17."""
        return str(self[2:17])
