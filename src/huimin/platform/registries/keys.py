"""Person and organisation keys: minted once, kept through re-linking, redirected on a merge, never reused.

A cluster of records is named by its number (citizen number, credit code). The keys that may become its own are those of this number, and
those whose number is no more and most of whose records are now in the cluster: a number was corrected, or two turned out to be one. Of
these the oldest stays and the others redirect to it. Less than most of its records never carries a key along: a single stray must not
lead from one person to another. When a merge is undone each half has the key again that it had before.
"""

import duckdb

from huimin.platform.exchange.lake.engine import one


def assign(connection: duckdb.DuckDBPyConnection, *, linked: str, letter: str, next_serial: int) -> int:
    """Make the tables `<linked>_key`(number, key, is_new) and `<linked>_ever`(key, number, merged_into) on the connection: the key of
    every cluster, and every key ever minted with what became of it.

    Needs `known`(key, number, merged_into): every key ever minted, with its latest number and, of a merged one, the key that stands for
    it ('' otherwise); and `before`(resource, record_id, key): the links of the last build. `letter` begins a key, `next_serial` is the
    first free serial. Returns the next free serial. Serials grow with age, so the smallest key is the oldest.
    """
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE cluster AS SELECT DISTINCT number FROM {linked};
        CREATE OR REPLACE TEMP TABLE went AS
        SELECT key, number, records FROM (
            SELECT key, number, count(*) AS records FROM before JOIN {linked} USING (resource, record_id) GROUP BY ALL)
        JOIN (SELECT key, count(*) AS had FROM before GROUP BY key) USING (key) WHERE records * 2 > had;
        CREATE OR REPLACE TEMP TABLE parted AS
        SELECT live.key AS lent, other.number AS lent_to
        FROM known AS live JOIN cluster USING (number)
        JOIN (SELECT DISTINCT merged_into AS key, number FROM known WHERE merged_into <> '') AS own USING (key, number)
        JOIN (
            SELECT b.key, l.number, count(*) AS records FROM before AS b JOIN {linked} AS l USING (resource, record_id)
            WHERE l.number NOT IN (SELECT number FROM known) GROUP BY ALL) AS other USING (key)
        WHERE live.merged_into = ''
        QUALIFY row_number() OVER (PARTITION BY live.key ORDER BY other.records DESC, other.number) = 1
            AND row_number() OVER (PARTITION BY other.number ORDER BY live.key) = 1;
        CREATE OR REPLACE TEMP TABLE claimed AS
        SELECT number, key FROM cluster JOIN known USING (number)
        WHERE key NOT IN (SELECT lent FROM parted)
        UNION ALL SELECT lent_to, lent FROM parted
        UNION ALL
        SELECT went.number, went.key FROM went JOIN known USING (key)
        WHERE known.number NOT IN (SELECT number FROM cluster) AND known.merged_into = '';
        CREATE OR REPLACE TEMP TABLE {linked}_key AS
        SELECT number, min(key) AS key, FALSE AS is_new FROM claimed GROUP BY number
        UNION ALL
        SELECT number, '{letter}' || lpad(CAST({next_serial} - 1 + row_number() OVER (ORDER BY hash(number), number)
            AS VARCHAR), 9, '0'), TRUE
        FROM cluster WHERE number NOT IN (SELECT number FROM claimed);
        CREATE OR REPLACE TEMP TABLE {linked}_gone AS
        SELECT c.key, min(k.key) AS merged_into FROM claimed AS c JOIN {linked}_key AS k USING (number)
        WHERE c.key NOT IN (SELECT key FROM {linked}_key) GROUP BY c.key;
        CREATE OR REPLACE TEMP TABLE {linked}_ever AS
        SELECT key, number, '' AS merged_into FROM {linked}_key
        UNION ALL
        SELECT k.key, k.number, coalesce(g.merged_into, further.merged_into, k.merged_into) FROM known AS k
        LEFT JOIN {linked}_gone AS g USING (key) LEFT JOIN {linked}_gone AS further ON further.key = k.merged_into
        WHERE k.key NOT IN (SELECT key FROM {linked}_key)""")
    (minted,) = one(connection, f"SELECT count(*) FROM {linked}_key WHERE is_new")
    return next_serial + int(minted)
