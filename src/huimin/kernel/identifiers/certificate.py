"""The identifier of an electronic certificate 电子证照标识 (GB/T 36904-2018)."""

import re
from typing import Final, Self

from huimin.kernel.identifiers.check_digits import CREDIT_ALPHABET, mod_37_36
from huimin.kernel.identifiers.identifier import Identifier
from huimin.kernel.identifiers.organisation import Uscc
from huimin.kernel.refusals import BadInput
from huimin.kernel.text import as_typed_code

ROOT: Final = "1.2.156.3005.2"
_PARTS: Final = re.compile(
    rf"{re.escape(ROOT)}\.([{CREDIT_ALPHABET}]{{18}})([0-9]{{3}})\.([{CREDIT_ALPHABET}]{{18}})"
    r"\.([0-9A-Z]{1,64})\.([0-9A-Z]{3})\.([0-9A-Z])",
    re.ASCII,
)


class NotACertificateId(BadInput):
    """The text is not the identifier of an electronic certificate."""

    zh = "电子证照标识的格式不符，请照证照上的标识原样填写。"
    en = "This is not an electronic certificate identifier; please copy it exactly from the certificate."


class CertificateIdMistyped(NotACertificateId):
    """The check character, or a credit code inside, does not fit."""

    zh = "电子证照标识的校验位不符，请核对是否有一位录错或两位颠倒。"
    en = "The certificate identifier's check character does not fit: one may be wrong, or two may be swapped."


class CertificateId(Identifier):
    """An electronic certificate identifier: root, type 21, issuer 18, serial, version 3, check 1, dots between.

    The check is ISO 7064 MOD 37,36 over the four parts after the root, without dots. The type begins
    with the credit code of the body that defined it, the issuer is one: both are held to their checks.
    """

    __slots__ = ()

    example = f"{ROOT}.11100000000013338W011.11430000006122244L.20230000403.001.U"

    @classmethod
    def check(cls, text: str) -> None:
        """Raise `NotACertificateId` or `CertificateIdMistyped`."""
        parts = _PARTS.fullmatch(text)
        if parts is None:
            raise NotACertificateId
        *body, check = parts.groups()
        if mod_37_36("".join(body)) != check or Uscc.recognise(body[0]) is None or Uscc.recognise(body[2]) is None:
            raise CertificateIdMistyped

    @classmethod
    def recover(cls, text: str) -> str:
        """Undo spaces, full width and small letters; add the root where it was left out."""
        typed = as_typed_code(text).lstrip("…").lstrip(".")
        return typed if typed.startswith(f"{ROOT}.") else f"{ROOT}.{typed}"

    @classmethod
    def compose(cls, *, certificate_type: str, issuer: Uscc, serial: str, version: str = "001") -> Self:
        """The identifier of these parts, with its check character; raises `NotACertificateId`."""
        body = f"{certificate_type}{issuer}{serial}{version}"
        try:
            check = mod_37_36(body)
        except KeyError:
            raise NotACertificateId from None
        return cls(f"{ROOT}.{certificate_type}.{issuer}.{serial}.{version}.{check}")

    def _part(self, place: int) -> str:
        return self.rsplit(".", 5)[place]

    @property
    def certificate_type(self) -> str:
        """The 21 characters of the type: defining body's credit code and a sequence of three digits."""
        return self._part(1)

    @property
    def defined_by(self) -> Uscc:
        """The body that defined the type of certificate."""
        return Uscc(self._part(1)[:18])

    @property
    def issuer(self) -> Uscc:
        """The body that issued the certificate."""
        return Uscc(self._part(2))

    @property
    def serial(self) -> str:
        """The serial number that the issuer gave."""
        return self._part(3)

    @property
    def version(self) -> str:
        """The version of the certificate, from `001`."""
        return self._part(4)
