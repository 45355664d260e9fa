"""Health: declarations and rules.

For: health records, certificates of birth and of death. Not for: medical records inside hospitals.
"""
