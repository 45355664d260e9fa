"""Service items: what the city does for whom, under which law, with which materials, in how long and at what price.

For: the declarations of services (`domains/<domain>/services/<code>/`) and of licence types, their published versions, search,
guides, the rules of forms, eligibility and decision tables. Not for: cases (`cases`), licences held (`licences`), money (`ledger`).
"""
