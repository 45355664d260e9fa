"""The check character systems that the national identifiers use.

Each function takes the characters before the check character, known to be of its alphabet,
and gives the check character.
"""

from typing import Final

_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE: Final = {character: value for value, character in enumerate(_ALPHANUMERIC)}

_CITIZEN_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS: Final = "10X98765432"

_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS: Final = "0X987654321"

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUE: Final = {character: value for value, character in enumerate(CREDIT_ALPHABET)}
_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))


def citizen_check(body: str) -> str:
    """ISO 7064 MOD 11-2 over 17 digits (GB 11643-1999)."""
    return _CITIZEN_CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _CITIZEN_WEIGHTS, strict=True)) % 11]


def organisation_check(body: str) -> str:
    """Weighted modulo 11 over 8 digits or letters (GB 11714-1997)."""
    total = sum(_VALUE[sign] * weight for sign, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return _ORGANISATION_CHECKS[total % 11]


def credit_check(body: str) -> str:
    """Weighted modulo 31 over 17 characters of `CREDIT_ALPHABET` (GB 32100-2015)."""
    total = sum(_CREDIT_VALUE[sign] * weight for sign, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def mod_37_36(body: str) -> str:
    """ISO 7064 MOD 37,36 over any number of digits and capital letters (GB/T 36904-2018 uses it)."""
    product = 36
    for sign in body:
        product = ((product + _VALUE[sign]) % 36 or 36) * 2 % 37
    return _ALPHANUMERIC[(37 - product) % 36]
