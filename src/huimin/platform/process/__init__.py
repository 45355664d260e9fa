"""Work that passes from hand to hand: versioned definitions, work items, clocks in working days, one inbox for
every official.

An app that needs a decision by officials draws it as BPMN 2.0 (the subset in `rules.bpmn`), publishes it, and calls
`operations.start` with a reference to its subject; it says through `ports` how that subject looks and which steps
the machine takes, and hears through facts what was decided.

Not for: what is decided about (that stays with the app whose subject it is), personal values (the data of a process
are codes and counts), or telling people (receivers of the facts do that).
"""
