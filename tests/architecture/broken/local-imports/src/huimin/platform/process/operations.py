"""Own imports that hide in functions."""

from huimin.kernel import money


def pay() -> object:
    """Forbidden: absolute."""
    from huimin.platform.ledger import operations

    return operations


class Desk:
    """Forbidden: relative, in a method."""

    async def open(self) -> object:
        """Open it."""
        from . import queries

        return queries


def render() -> object:
    """Allowed: a slow library, loaded late."""
    import weasyprint

    return weasyprint, money
