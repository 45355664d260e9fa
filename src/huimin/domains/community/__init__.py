"""Community: disputes that are mediated, and declarations of the field.

For: people's mediation (人民调解法) of disputes between neighbours, in families, over wages and land; house visits by grid workers and
what communities know of their residents. Not for: dispatching incidents (`incidents`), which may lead here.
"""
