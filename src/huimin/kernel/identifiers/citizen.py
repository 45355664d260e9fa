"""The citizen identity number 公民身份号码 (GB 11643-1999) and its masked form."""

import re
from datetime import date
from typing import Final

from huimin.kernel.identifiers.check_digits import citizen_check
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.refusals import BadInput
from huimin.kernel.text import as_typed_code

_SHAPE: Final = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_OLD_SHAPE: Final = re.compile(r"[1-9][0-9]{14}", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.ASCII)
_MASKED_SHAPE: Final = re.compile(r"[1-9][0-9]{5}\*{8}[0-9]{3}[0-9X]", re.ASCII)
_CENTURIES: Final = range(1800, 2100)
# The Roman numeral ten, which the standard's X stands for, and the asterisks of other keyboards.
_SIGNS: Final = str.maketrans({"Ⅹ": "X", "ⅹ": "X", "＊": "*", "×": "X", "•": "*", "●": "*"})


class NotACitizenId(BadInput):
    """The text is not a citizen identity number at all."""

    zh = "身份号码应为 18 位数字，末位可以是 X。"
    en = "An identity number has 18 digits; the last may be X."


class CitizenIdMistyped(NotACitizenId):
    """The check digit does not fit: a digit is wrong or two are swapped."""

    zh = "身份号码的校验位不符，请核对是否有一位录错或两位颠倒。"
    en = "The identity number's check digit does not fit: a digit may be wrong, or two may be swapped."


class CitizenIdBirthImpossible(NotACitizenId):
    """Digits 7 to 14 are no day of the calendar."""

    zh = "身份号码第 7 至 14 位不是真实的出生日期。"
    en = "Digits 7 to 14 of the identity number are not a real date of birth."


class CitizenIdDigitsLost(NotACitizenId):
    """A spreadsheet has turned the number into a rounded one; its last digits are gone."""

    zh = "身份号码已变成科学计数法，末几位已丢失，须由原部门更正。"
    en = "A spreadsheet rounded this identity number and its last digits are lost; its department must send it again."


class NotAMaskedCitizenId(BadInput):
    """The text is not a masked identity number."""

    zh = "脱敏身份号码应为前 6 位、8 个星号、末 4 位。"
    en = "A masked identity number has the first 6 digits, 8 asterisks and the last 4."


def _birth_date(digits: str) -> date | None:
    """The day that YYYYMMDD names, or None."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born.year in _CENTURIES else None


class CitizenId(Identifier):
    """A citizen identity number of 18 characters: division 6, birth date 8, serial 3, check 1 (GB 11643-1999).

    Holds the check digit (ISO 7064 MOD 11-2) and a real birth date to the standard. The division is
    that of the first issue, which may long be merged away: it is a hint and never a reason to refuse.
    Residence permits for Hong Kong, Macao and Taiwan residents (81, 82, 83) and the permanent residence
    card of foreigners (9) have the same shape.
    Its `repr` is masked, so that a traceback or a log of a structure does not disclose it.
    """

    __slots__ = ()

    example = "11010519491231002X"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotACitizenId`, `CitizenIdBirthImpossible` or `CitizenIdMistyped`."""
        if not _SHAPE.fullmatch(text):
            raise NotACitizenId
        if _birth_date(text[6:14]) is None:
            raise CitizenIdBirthImpossible
        if citizen_check(text[:17]) != text[17]:
            raise CitizenIdMistyped

    @classmethod
    def recover(cls, text: str) -> str:
        """Undo spaces, full width, a leading quote and a small x; give a 15-digit number its 18 digits.

        Numbers of 15 digits were given to people born in the 1900s, without century and check digit.
        Raises `CitizenIdDigitsLost` for `3.40202E+17`.
        """
        typed = as_typed_code(text).translate(_SIGNS)
        if _SCIENTIFIC.fullmatch(typed):
            raise CitizenIdDigitsLost
        if _OLD_SHAPE.fullmatch(typed):
            return cls.completed(f"{typed[:6]}19{typed[6:]}")
        return typed

    @staticmethod
    def completed(body: str) -> str:
        """Seventeen digits with their check digit."""
        return body + citizen_check(body)

    @property
    def sex(self) -> str:
        """Code of GB/T 2261.1: "1" male, "2" female, by whether the serial number is odd."""
        return "1" if int(self[16]) % 2 else "2"

    @property
    def birth_date(self) -> date:
        """The date of birth that the number states."""
        return date(int(self[6:10]), int(self[10:12]), int(self[12:14]))

    @property
    def division_hint(self) -> str:
        """The six digits of the division at first issue, which may be unknown to today's tables."""
        return str(self[:6])

    @property
    def masked(self) -> "MaskedCitizenId":
        """The first six and last four characters: `110105********002X`."""
        return MaskedCitizenId(f"{self[:6]}********{self[14:]}")

    def __repr__(self) -> str:
        return f"CitizenId({str(self.masked)!r})"


class MaskedCitizenId(Identifier):
    """A citizen number of which only the first six and the last four characters are told."""

    __slots__ = ()

    example = "110105********002X"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotAMaskedCitizenId`."""
        if not _MASKED_SHAPE.fullmatch(text):
            raise NotAMaskedCitizenId

    @classmethod
    def recover(cls, text: str) -> str:
        """Undo spaces, full width, a small x and other keyboards' asterisks."""
        return as_typed_code(text).translate(_SIGNS)

    def matches(self, number: CitizenId) -> bool:
        """Whether this may be the masked form of that number (others share it)."""
        return self[:6] == number[:6] and self[14:] == number[14:]
