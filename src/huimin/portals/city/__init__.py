"""The city's public page: figures of its people and businesses, how fresh each department's data are, and open data.

For: everybody, signed in or not. Not for: counting anything; it shows what `indicators` has published.
"""
