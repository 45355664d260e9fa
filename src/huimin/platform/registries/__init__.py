"""Registries of people, organisations and places: which records are the same one, and which value of a field is believed.

For: linkage, golden values with their sources, real-name quick query, one's own data, corrections at the source.
Not for: taking in data (`exchange`) or deciding cases.
"""
