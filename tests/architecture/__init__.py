"""The laws of the house as functions over a tree, and the proof that each one catches what breaks it.

A checker takes the root of a tree laid out like this repository and gives its findings, each naming the place.
`rules.py` is the table of all of them; `test_house.py` holds this repository to it, `test_broken.py` shows every sample
under `broken/` to the checker of the same name.
"""
