"""Places: standard addresses taken apart, houses with keys minted once, the grid's cells, and which house lies in which cell.

A house is a dwelling or a firm's door down to its room, or a farmhouse down to its number in the village group (GB/T 23705). Its
identity is made of its parts alone, so that every spelling of one address meets at one house, whoever writes it and whenever it comes.
What an address does not say is completed only where the city's other addresses leave one answer; else it stays undecided, and visible.
"""
