-- Anchors: of the share of records in `evidence`, those whose own valid number the row itself does not contradict. Output: rows of
-- `people_link`, `people_subject`, `alias`, `trait` and, for what is no anchor, `stray`. Every choice among equals is by value.

-- Each row with a valid number claims it (unless an organisation's name says that the number is no person's), and where it is a former
-- number also the number that replaced it.
CREATE OR REPLACE TEMP TABLE claim AS
SELECT *, CASE WHEN birth_date IS NOT NULL THEN birth_date = hm_born(number)
               WHEN age IS NOT NULL THEN abs(date_diff('year', hm_born(number), CAST(as_of AS DATE)) - age) <= 3 END AS agrees
FROM (
    SELECT e.rowid AS place, source, e.citizen_id AS number, FALSE AS by_former, f.number IS NOT NULL AS twice, named, name_key, birth_date, age, as_of, sex
    FROM evidence AS e LEFT JOIN former AS f ON f.number = e.citizen_id WHERE e.citizen_id IS NOT NULL AND organisation_key IS NULL
    UNION ALL
    SELECT e.rowid, source, f.current, TRUE, TRUE, named, name_key, birth_date, age, as_of, sex
    FROM evidence AS e JOIN former AS f ON f.number = e.citizen_id WHERE organisation_key IS NULL);

CREATE OR REPLACE TEMP TABLE called AS
SELECT number, arg_max(name_key, {'votes': votes, 'name': name_key}) AS called FROM (
    SELECT number, name_key, sum(CASE WHEN source IN ($authorities) AND NOT by_former THEN 1000 ELSE 0 END
                               + CASE WHEN by_former THEN 1 WHEN agrees THEN 20 WHEN agrees IS NULL THEN 10 ELSE 1 END) AS votes
    FROM claim WHERE named GROUP BY ALL) GROUP BY number;

CREATE OR REPLACE TEMP TABLE anchored AS
WITH held AS (SELECT claim.*, called, coalesce(named AND name_key = called, FALSE) AS is_same FROM claim LEFT JOIN called USING (number)),
believed AS (
    SELECT place, number, by_former, twice, TRUE AS is_close FROM held WHERE is_same
    UNION ALL
    SELECT place, number, by_former, twice, relation IN ('same', 'sounds', 'written') FROM (
        SELECT h.*, hm_name_relation(h.name_key, h.named, s.sound, h.called, c.sound) AS relation
        FROM held AS h LEFT JOIN sound AS s ON s.name_key = h.name_key LEFT JOIN sound AS c ON c.name_key = h.called WHERE NOT is_same)
    WHERE CASE WHEN by_former THEN relation IN ('same', 'sounds', 'near', 'written')
               WHEN relation = 'other' THEN birth_date = hm_born(number) AND coalesce(sex, hm_sex_of(number)) = hm_sex_of(number)
               WHEN relation IN ('addressed', 'none', 'near') THEN agrees IS NOT FALSE
               ELSE TRUE END)
SELECT place, number, by_former FROM believed WHERE NOT twice
UNION ALL
SELECT place, number, by_former FROM believed WHERE twice
QUALIFY row_number() OVER (PARTITION BY place ORDER BY is_close DESC, by_former DESC, number) = 1;

CREATE OR REPLACE TEMP TABLE arrived AS
SELECT CAST((SELECT count(*) FROM people_subject) + row_number() OVER () AS INTEGER) AS subject, number, hm_born(number) AS born,
       hm_sex_of(number) AS sex_of, coalesce(called, written) AS called, called IS NOT NULL AS is_named, CAST($share AS UTINYINT) AS share
FROM (SELECT DISTINCT number FROM anchored) LEFT JOIN called USING (number)
-- Whom nobody gives a name that can stand is called what is written, if anything.
LEFT JOIN (SELECT a.number, max(e.name_key) AS written FROM anchored AS a JOIN evidence AS e ON e.rowid = a.place
           WHERE a.number NOT IN (SELECT number FROM called) GROUP BY a.number) USING (number);
INSERT INTO people_subject SELECT a.*, s.sound FROM arrived AS a LEFT JOIN sound AS s ON s.name_key = a.called;

CREATE OR REPLACE TEMP TABLE member AS
SELECT a.subject, a.born, a.sex_of, a.called, anchored.by_former, e.*
FROM anchored JOIN evidence AS e ON e.rowid = anchored.place JOIN arrived AS a USING (number);
INSERT INTO people_link SELECT source, record_id, subject, CASE WHEN by_former THEN 'former_number' ELSE 'number' END, 100 FROM member;

INSERT INTO alias SELECT subject, hash(name_key), hash(sound) FROM (
    SELECT subject, called AS name_key FROM arrived WHERE is_named
    UNION SELECT subject, name_key FROM member WHERE named AND name_key <> called) LEFT JOIN sound USING (name_key);
INSERT INTO trait SELECT subject, kind, hash(value), hm_wider(value), hm_wider(regexp_replace(value, '-[^-]*$', '')) FROM (
    SELECT subject, 'h' AS kind, residence_key AS value FROM member WHERE residence_key IS NOT NULL
    UNION SELECT subject, 'h', hukou_key FROM member WHERE hukou_key IS NOT NULL
    UNION SELECT subject, 'l', place_key FROM member WHERE place_key IS NOT NULL);
INSERT INTO trait SELECT DISTINCT *, NULL, NULL FROM (
    SELECT subject, 'p', hash(phone) FROM member WHERE phone IS NOT NULL
    UNION ALL SELECT subject, 'p', hash(former_phone) FROM member WHERE former_phone IS NOT NULL
    UNION ALL SELECT subject, 'c', hash(contact_phone) FROM member WHERE contact_phone IS NOT NULL
    UNION ALL SELECT subject, 'f', hash(household) FROM member WHERE household IS NOT NULL
    UNION ALL SELECT subject, 'b', hash(birth_date) FROM member WHERE birth_date <> born
    UNION ALL SELECT subject, 's', hash(sex) FROM member WHERE sex <> sex_of);

INSERT INTO stray
SELECT (SELECT count(*) FROM stray) + row_number() OVER (), e.source, record_id, named, e.name_key, s.sound, birth_date, sex, age, CAST(as_of AS DATE),
       masked_id, upper(id_tail), CASE WHEN citizen_id IS NULL THEN id_token END, parent_ids,
       hm_hash(e.name_key), hm_hash(s.sound), hm_hash(phone), hm_hash(former_phone), hm_hash(contact_phone),
       hm_hash(coalesce(residence_key, place_key)), hm_wider(coalesce(residence_key, place_key)),
       hm_wider(regexp_replace(coalesce(residence_key, place_key), '-[^-]*$', '')), residence_key IS NOT NULL,
       hm_hash(hukou_key), hm_wider(hukou_key), hm_wider(regexp_replace(hukou_key, '-[^-]*$', '')), hm_hash(household), hm_hash(birth_date)
FROM evidence AS e LEFT JOIN sound AS s ON s.name_key = e.name_key
WHERE e.rowid NOT IN (SELECT place FROM anchored) AND organisation_key IS NULL AND (uscc IS NULL OR named);
