-- What is common in the city, in bits: names, and characters in their places of a name.
CREATE OR REPLACE TEMP TABLE common AS SELECT called, log2(sum(count(*)) OVER () / count(*)) AS rarity FROM people_subject GROUP BY called;
CREATE OR REPLACE TEMP TABLE letter AS
SELECT spot, letter, log2((SELECT count(called) FROM people_subject) / count(*)) AS rarity FROM (
    SELECT spot, substr(called, CAST(spot AS INTEGER), 1) AS letter FROM (SELECT called, unnest(range(1, length(called) + 1)) AS spot FROM people_subject WHERE called IS NOT NULL))
GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE hit (subject INTEGER, key UBIGINT, is_bare BOOLEAN);
CREATE OR REPLACE TEMP TABLE parent_home (id INTEGER, households UBIGINT[]);
CREATE OR REPLACE MACRO hm_key(kind, a, b) AS CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN hash(CAST(kind AS UTINYINT), a, b) END;
CREATE OR REPLACE MACRO hm_mask(number) AS left(number, 6) || '********' || right(number, 4);
