"""Education: declarations and rules.

For: the school roll. Not for: teaching itself.
"""
