"""Allowed: a command imports the apps when it runs."""


def run() -> object:
    """Run it."""
    from huimin.platform.process import operations

    return operations
