"""Care of the elderly: declarations and rules.

For: benefits for the elderly. Not for: care orders, which come with their own platform app.
"""
