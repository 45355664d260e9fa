"""The city's memory of what was done, by whom and when: append-only, hash-chained, anchored outside the database.

`operations.publish(fact, actor=…, at=…)` in the writer's own transaction is the only way to announce anything. One
call gives the audit trail (an entry that cannot be changed unseen), the reaction (receivers, run after the commit
from an outbox that survives a crash) and the answer to the citizen's question who has looked at his data.

Retention: an entry is never erased, so it may hold nothing that has to be. Facts name people by minted references and
keyed digests, never by values; erasing what a reference leads to, or the key of a digest, leaves an entry that says
only that something was done.

Not for: logs of the program, measurements, or data that anybody will want to correct.
"""
