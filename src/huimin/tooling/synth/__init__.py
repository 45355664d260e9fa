"""The synthetic city: people, households, dwellings and firms that nobody is, and what each department's files say of them.

For: `huimin synth`, the demo, tests and benchmarks, so that none of them needs anybody's data.
Not for: statistics about a real place; the shapes are plausible, the figures are nobody's.

A city is made in blocks of people, each from its own random stream, so that its size is bounded by the disk and not by memory,
and the same seed gives the same bytes however many processes made them. The pages of this package, in the order of the work:
`vocabulary` (words) → `draws` (chance) → `identifiers` → `households`, `dwellings`, `firms`, `population` (what is so)
→ `cells`, `noise` (how it is written down) → `extracts` (which department writes what) → `damage` (what goes wrong on the way)
→ `delivery` (files and their manifest) → `truth`, `golden` (labels).
"""
