"""How passwords and clients' secrets are kept."""

import hmac
import secrets
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane (OWASP's floor; about 70 ms), so that signing in stays affordable."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class ClientSecretHasher(BasePasswordHasher):
    """HMAC-SM3 (GB/T 15852.2) under the installation's key: right for secrets of 256 random bits only, never for
    passwords.

    A slow hash protects what people choose; a random secret cannot be guessed at any speed, and a token must be
    quick to draw.
    Old keys (`SECRET_KEY_FALLBACKS`) still recognise what they made.
    """

    algorithm: Final = "hmac_sm3"  # type: ignore[misc]

    def salt(self) -> str:
        """Sixteen random characters."""
        return secrets.token_hex(8)

    def encode(self, password: str, salt: str) -> str:
        """`hmac_sm3$salt$hex`."""
        return self._encoded(password, salt, settings.SECRET_KEY)

    def _encoded(self, secret: str, salt: str, key: str) -> str:
        mac = HMAC(f"identity.client:{key}".encode(), SM3())
        mac.update(f"{salt}:{secret}".encode())
        return f"{self.algorithm}${salt}${mac.finalize().hex()}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """The parts of an encoded secret."""
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        """Whether the secret is the one that was kept, compared in constant time."""
        salt = self.decode(encoded)["salt"]
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return any(hmac.compare_digest(encoded, self._encoded(password, salt, str(key))) for key in keys)

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """What may be shown of it."""
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: its time does not depend on a number of rounds."""
