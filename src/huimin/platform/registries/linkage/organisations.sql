-- Linking records to organisations. Input: `org_evidence`; output `organisations_link`, and `organisations_subject`, who has a credit code for a number.
-- An old 15-place tax number is places 3 to 17 of the credit code.

CREATE OR REPLACE TEMP TABLE org_known AS
SELECT uscc AS number, arg_min(name_key, {'rank': CASE WHEN name_key IS NULL THEN 9 WHEN source IN ($authorities) THEN 0 ELSE 1 END, 'key': name_key}) AS name_key,
       list_distinct(list(name_key) FILTER (name_key IS NOT NULL)) AS names,
       list_distinct(list(coalesce(address_key, place_key)) FILTER (coalesce(address_key, place_key) IS NOT NULL)) AS places,
       list_distinct(list(legal_representative) FILTER (legal_representative IS NOT NULL)) AS representatives
FROM org_evidence WHERE uscc IS NOT NULL AND organisation_key IS NULL GROUP BY uscc;

CREATE OR REPLACE TEMP TABLE org_joined AS
SELECT source, record_id, e.uscc AS number, 'number' AS method, CAST(100 AS DOUBLE) AS score
FROM org_evidence AS e
WHERE e.uscc IS NOT NULL AND (organisation_key IS NULL OR e.uscc IN (SELECT number FROM org_known))
UNION ALL
SELECT source, record_id, k.number, 'tax_number', 100
FROM org_evidence AS e JOIN org_known AS k ON substr(k.number, 3, 15) = e.uscc_token
WHERE e.uscc IS NULL AND length(e.uscc_token) = 15;

-- What is left is compared by name, address and representative: damaged codes, accounts held under the organisation's name.
CREATE OR REPLACE TEMP TABLE org_scored AS
SELECT e.source, e.record_id, k.number,
       CASE WHEN list_contains(k.names, coalesce(e.organisation_key, e.name_key)) THEN 12 ELSE 0 END
     + CASE WHEN list_contains(k.places, coalesce(e.address_key, e.place_key)) THEN 8 ELSE 0 END
     + CASE WHEN list_contains(k.representatives, e.legal_representative) THEN 8 ELSE 0 END
     + CASE WHEN damerau_levenshtein(e.uscc_token, k.number) <= 2 THEN 16 ELSE 0 END AS score
FROM org_evidence AS e
JOIN (SELECT DISTINCT source, record_id, number FROM (
        SELECT e.source, e.record_id, k.number FROM org_evidence AS e JOIN (SELECT number, unnest(names) AS n FROM org_known) AS k ON k.n = coalesce(e.organisation_key, e.name_key)
        UNION ALL
        SELECT e.source, e.record_id, k.number FROM org_evidence AS e JOIN org_known AS k ON substr(k.number, 9, 10) = substr(e.uscc_token, 9, 10) WHERE e.uscc IS NULL
        UNION ALL
        SELECT e.source, e.record_id, k.number FROM org_evidence AS e JOIN org_known AS k ON left(k.number, 12) = left(e.uscc_token, 12) WHERE e.uscc IS NULL
        UNION ALL
        SELECT e.source, e.record_id, k.number FROM org_evidence AS e JOIN (SELECT number, unnest(places) AS p, representatives FROM org_known) AS k
            ON k.p = e.address_key AND list_contains(k.representatives, e.legal_representative))) AS pair USING (source, record_id)
JOIN org_known AS k ON k.number = pair.number
WHERE NOT EXISTS (SELECT 1 FROM org_joined AS l WHERE l.source = e.source AND l.record_id = e.record_id);

INSERT INTO org_joined
SELECT source, record_id, number, 'evidence', score FROM (
    SELECT *, coalesce(lead(score) OVER ranked, -1000) AS runner_up, row_number() OVER ranked AS place
    FROM org_scored WINDOW ranked AS (PARTITION BY source, record_id ORDER BY score DESC, number))
WHERE place = 1 AND score >= 12 AND score - runner_up >= 4;

CREATE OR REPLACE TEMP TABLE organisations_subject AS
SELECT CAST(row_number() OVER () AS INTEGER) AS subject, number, CAST(0 AS UTINYINT) AS share FROM (SELECT DISTINCT number FROM org_joined);
CREATE OR REPLACE TEMP TABLE organisations_link AS
SELECT source, record_id, subject, CAST(method AS hm_method) AS method, CAST(score AS FLOAT) AS score FROM org_joined JOIN organisations_subject USING (number);
