"""Pure Python that everything may use: identifiers, code lists, money, periods, working days, refusals, declarations.

Not for: anything that knows Django, a database, a clock or a city.
"""
