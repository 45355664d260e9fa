"""Public numbers: what stands in URLs, facts and on paper instead of a primary key."""

import secrets
from typing import Final

# Crockford's base 32: no I, L, O, U, so that a number read aloud or from paper comes back the same.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_number(length: int) -> str:
    """So many characters of base 32, five random bits each: not to be guessed and not to be counted."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
