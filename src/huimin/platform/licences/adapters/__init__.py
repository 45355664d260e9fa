"""The outside world of licences: seals."""
