"""The board of electronic supervision: how the city's cases stand now, what each month came to, the five rates, the cards.

It arranges what cases, process and indicators say; it decides nothing, and reads nobody's data.
"""
