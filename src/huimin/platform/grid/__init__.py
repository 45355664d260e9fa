"""The grid 网格: the one base map, who walks which cell, what stands there.

For: the map that every page draws, workers and their cells and shifts, components (部件) with their owners, what a cell holds; handsets,
patrols, visits and rounds. Not for: the cells themselves and houses (registries), and what is reported and done about it (incidents).
"""
