-- Candidates among the people of `fresh`(subject), by every block that says something.
DELETE FROM parent_home;
INSERT INTO parent_home
SELECT id, list(DISTINCT value) FROM (SELECT id, unnest(parent_ids) AS number FROM stray WHERE len(parent_ids) > 0)
JOIN people_subject USING (number) JOIN trait USING (subject) WHERE kind = 'f' GROUP BY id;

CREATE OR REPLACE TEMP TABLE stray_key AS SELECT DISTINCT id, key FROM (
    SELECT id, unnest([
        hm_key(1, name, birth), hm_key(2, name, masked_id), hm_key(3, name, place), hm_key(3, name, building), hm_key(5, name, id_tail),
        hm_key(5, name, right(damaged_id, 4)), hm_key(6, name, substr(damaged_id, 7, 8)), hm_key(7, name, left(damaged_id, 10)),
        hm_key(8, name, right(damaged_id, 8)), hm_key(9, phone, 0), hm_key(9, former_phone, 0), hm_key(9, contact_phone, 0),
        hm_key(10, place, 0), hm_key(11, sounded, 0), hm_key(12, name, 0), hm_key(13, sounded, birth), hm_key(14, hukou, birth),
        hm_key(15, masked_id, 0), hm_key(16, sounded, building), hm_key(16, sounded, place), hm_key(17, building, hm_key(0, birth, sex))]) AS key
    FROM stray
    UNION ALL SELECT id, hm_key(18, sounded, year(as_of) - age + unnest([-2, -1, 0, 1])) FROM stray WHERE age IS NOT NULL
    UNION ALL SELECT id, hm_key(19, unnest(households), birth) FROM parent_home JOIN stray USING (id))
WHERE key IS NOT NULL;

INSERT INTO hit SELECT subject, key, FALSE FROM (
    SELECT subject, unnest([
        hm_key(1, name, hash(born)), hm_key(2, name, hm_mask(number)), hm_key(5, name, right(number, 4)), hm_key(6, name, substr(number, 7, 8)),
        hm_key(7, name, left(number, 10)), hm_key(8, name, right(number, 8)), hm_key(13, a.sound, hash(born)), hm_key(15, hm_mask(number), 0),
        hm_key(18, a.sound, year(born))]) AS key
    FROM alias AS a JOIN people_subject USING (subject) WHERE subject IN (SELECT subject FROM fresh)
    UNION ALL
    SELECT subject, unnest(CASE
        WHEN kind IN ('h', 'l') THEN [hm_key(3, name, value), hm_key(3, name, wider), hm_key(16, sound, value), hm_key(16, sound, wider)]
        WHEN kind = 'b' THEN [hm_key(1, name, value)] END)
    FROM alias JOIN trait USING (subject) WHERE kind IN ('h', 'l', 'b') AND subject IN (SELECT subject FROM fresh)
    UNION ALL
    SELECT subject, unnest(CASE
        WHEN kind IN ('p', 'c') THEN [hm_key(9, value, 0)]
        WHEN kind = 'h' THEN [hm_key(10, value, 0), hm_key(14, value, hash(born)), hm_key(17, wider, hm_key(0, hash(born), sex_of))]
        WHEN kind = 'l' THEN [hm_key(10, value, 0)]
        WHEN kind = 'f' THEN [hm_key(19, value, hash(born))] END)
    FROM trait JOIN people_subject USING (subject) WHERE kind IN ('p', 'c', 'h', 'l', 'f') AND subject IN (SELECT subject FROM fresh))
WHERE key IN (SELECT key FROM stray_key);
INSERT INTO hit SELECT subject, key, TRUE FROM (
    SELECT subject, unnest([hm_key(11, sound, 0), hm_key(12, name, 0)]) AS key FROM alias WHERE subject IN (SELECT subject FROM fresh))
WHERE key IN (SELECT key FROM stray_key);
