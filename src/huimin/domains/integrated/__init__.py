"""The integrated pilot: declarations and rules.

For: resources that belong to no single domain: population, telecom subscribers,
market entities, taxpayers, institutions. Not for: rules of any one field.
"""
