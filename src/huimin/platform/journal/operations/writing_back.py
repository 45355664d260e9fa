"""Housekeeping of the embedded store, done beside the requests."""

from django.db import connection


def write_back() -> None:
    """Bring what the embedded store's log holds into its file, without stopping readers or the writer; other stores see to it themselves.

    Left alone, SQLite does this inside a commit each time its log has grown by some 200 looks, and everybody who is in that commit waits
    for it. The log starts again from its beginning when a commit finds all of it written back (`wal_autocheckpoint` in the settings).
    """
    # Inside a transaction there is nothing to write back that others may see yet.
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
