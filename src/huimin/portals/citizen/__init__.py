"""The citizens' portal: the home page, and the menu that other apps fill.

For: the first thing anybody sees, signed in or not. Not for: any page about a person; those belong to the app that answers
for the data and come here as menu entries.
"""
