"""Public numbers: what stands in URLs, facts and on paper instead of a primary key."""

from huimin.kernel.public_numbers import random_number


def new_public_id() -> str:
    """Twelve characters of base 32: 60 random bits, not to be guessed and not to be counted."""
    return random_number(12)
