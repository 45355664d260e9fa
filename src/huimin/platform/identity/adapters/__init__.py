"""The outside world of identity behind its ports, and how secrets are kept."""
