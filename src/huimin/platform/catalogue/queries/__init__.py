"""Reads: services as published and as declared, search, eligibility. See `items`, `search`, `eligibility`."""
