"""Departments' data on its way in: the resource catalogue, deliveries landed into the lake, quarantine, withdrawal.

For: everything between a department's file (or API push) and immutable records in the lake.
Not for: saying which records are the same person or which value is right; that is `registries`.
"""
