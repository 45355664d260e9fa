"""Allowed: Django calls `ready` when the apps can be imported."""


class Process:
    """The app."""

    def ready(self) -> None:
        """Start."""
        from huimin.platform.process import receivers

        receivers.start()
