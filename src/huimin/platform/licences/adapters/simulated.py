"""Seals of this installation's own making: a city authority and a certificate for each issuing department, kept in the data folder.

They are technically whole (PAdES, SM2) and vouch for nobody outside, so every page that shows one says that it is simulated. A city
connects its seal service (GB/T 38540) at `ports.seals` instead.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from io import BytesIO
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from huimin.platform.journal.keyfiles import KeyFile, Secret, is_sm2_signed, sm2_pair, sm2_signed

CONTENT: Final = KeyFile("licence-content.json", sm2_pair)
BITS: Final = 3072
DAYS: Final = 3650
EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
AUTHORITY: Final = "惠民平台模拟签章机构 Huimin simulated seal authority"


class OwnSeals:
    """See `ports.Seals`."""

    simulated = True

    def sign(self, content: bytes) -> tuple[str, str]:
        """See `ports.Seals.sign`."""
        return sm2_signed(CONTENT, content)

    def is_signed(self, content: bytes, *, key: str, signature: str) -> bool:
        """See `ports.Seals.is_signed`."""
        return is_sm2_signed(CONTENT, content, key_id=key, signature=signature)

    def public_keys(self) -> dict[str, str]:
        """See `ports.Seals.public_keys`."""
        return {name: secret["public"] for name, secret in CONTENT.read()["keys"].items()}

    def seal_paper(self, pdf: bytes, *, department: str, name: str, reason: str) -> bytes:
        """See `ports.Seals.seal_paper`. The signing library takes seconds to load and is loaded when first needed."""
        fields = import_module("pyhanko.sign.fields")
        signers = import_module("pyhanko.sign.signers")
        writer = import_module("pyhanko.pdf_utils.incremental_writer").IncrementalPdfFileWriter(BytesIO(pdf))
        metadata = signers.PdfSignatureMetadata(
            field_name="Seal",
            name=name,
            reason=reason,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        sealed: bytes = signers.sign_pdf(writer, metadata, signer=_signer(department, name)).getvalue()
        return sealed


def _department_secret(name: str, authority: "_Issuer") -> Secret:
    """A key and its certificate, issued by the installation's own authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    certificate = _certificate(
        f"{name}（模拟）", key.public_key(), authority.subject, authority.key, is_authority=False
    )
    return {"private": _pem(key), "public": certificate.public_bytes(serialization.Encoding.PEM).decode()}


def _authority_secret() -> Secret:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    subject = _named(AUTHORITY)
    certificate = _certificate(AUTHORITY, key.public_key(), subject, key, is_authority=True)
    return {"private": _pem(key), "public": certificate.public_bytes(serialization.Encoding.PEM).decode()}


class _Issuer:
    """The installation's own certificate authority."""

    file: Final = KeyFile("licence-authority.json", _authority_secret)

    def __init__(self, subject: x509.Name, key: rsa.RSAPrivateKey, certificate: str) -> None:
        self.subject, self.key, self.certificate = subject, key, certificate

    @classmethod
    def read(cls) -> "_Issuer":
        kept = cls.file.read()
        secret = kept["keys"][kept["active"]]
        key = serialization.load_pem_private_key(secret["private"].encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        subject = x509.load_pem_x509_certificate(secret["public"].encode()).subject
        return cls(subject, key, secret["public"])


def _named(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]
    )


def _certificate(
    name: str, public: rsa.RSAPublicKey, issuer: x509.Name, key: rsa.RSAPrivateKey, *, is_authority: bool
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(EPOCH)
        .not_valid_after(EPOCH + timedelta(days=DAYS * 2))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(key, hashes.SHA256())


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _signer(department: str, name: str) -> Any:
    # The authority first: key files are made one at a time.
    authority = _Issuer.read()
    kept = KeyFile(f"licence-seal-{department}.json", lambda: _department_secret(name, authority)).read()
    secret = kept["keys"][kept["active"]]
    return _loaded(secret["private"], secret["public"], authority.certificate)


@cache
def _loaded(private: str, certificate: str, authority: str) -> Any:
    keys = import_module("asn1crypto.keys")
    pem = import_module("asn1crypto.pem")
    certificates = import_module("asn1crypto.x509")
    registry = import_module("pyhanko_certvalidator.registry").SimpleCertificateStore()
    registry.register(certificates.Certificate.load(pem.unarmor(authority.encode())[2]))
    return import_module("pyhanko.sign.signers").SimpleSigner(
        signing_cert=certificates.Certificate.load(pem.unarmor(certificate.encode())[2]),
        signing_key=keys.PrivateKeyInfo.load(pem.unarmor(private.encode())[2]),
        cert_registry=registry,
    )
