"""Employment: declarations and rules.

For: services of employment and of agencies for human resources. Not for: social insurance (`social_security`).
"""
