"""Community: declarations and rules.

For: house visits by grid workers and what communities know of their residents. Not for: dispatching incidents (`incidents`).
"""
