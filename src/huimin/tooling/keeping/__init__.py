"""Keeping a city well: what to keep of it and how to prove that it came back, what is wrong with it and what to do.

For: backup, restore, the doctor, the upgrade of a city with data, the rotation of keys. Not for: what the data mean; of the platform
it asks only what its doors tell (queries, operations) and what every store has (tables, rows, files).
"""
