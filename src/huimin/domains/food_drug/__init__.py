"""Food and drugs: declarations and rules.

For: licences of food businesses. Not for: tracing and recalls, which come with their own platform app.
"""
