"""The outside world: a mail server, and what stands in for it in a demonstration."""
