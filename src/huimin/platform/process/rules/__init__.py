"""Pure decisions of the process engine: what may be drawn, where the tokens go next, what a clock says, how a
number is formed.

Nothing here knows Django, a database or the time of day: values in, value out.
"""
