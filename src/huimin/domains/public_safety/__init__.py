"""Public safety: declarations and rules.

For: identity documents, fire safety, dangerous goods. Not for: emergencies and incidents (`incidents`).
"""
