"""Indicators: figures of the whole city, computed ahead from the registries and published so that no row can be reached.

For: statistical releases with a declared smallest cell, the shares and ratios read off them, their open-data files.
Not for: lists or counts that a person asks for in his own scope; those belong to the app that holds the rows.
"""
