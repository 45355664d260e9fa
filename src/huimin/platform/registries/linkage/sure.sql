-- Candidates of the first round: the same name, and one thing more that hardly two people share.
CREATE OR REPLACE TEMP TABLE stray_key AS SELECT id, key FROM (
    SELECT id, unnest([
        hm_key(1, name, birth), hm_key(2, name, masked_id), hm_key(3, name, place), hm_key(4, name, phone), hm_key(4, name, former_phone),
        hm_key(5, name, id_tail), hm_key(5, name, right(damaged_id, 4)), hm_key(6, name, substr(damaged_id, 7, 8)),
        hm_key(7, name, left(damaged_id, 10)), hm_key(8, name, right(damaged_id, 8))]) AS key
    FROM stray WHERE named)
WHERE key IS NOT NULL;
DELETE FROM hit;
INSERT INTO hit SELECT subject, key, FALSE FROM (
    SELECT subject, unnest([
        hm_key(1, name, hash(born)), hm_key(2, name, hm_mask(number)), hm_key(5, name, right(number, 4)), hm_key(6, name, substr(number, 7, 8)),
        hm_key(7, name, left(number, 10)), hm_key(8, name, right(number, 8))]) AS key
    FROM alias JOIN people_subject USING (subject)
    UNION ALL
    SELECT subject, hm_key(CASE kind WHEN 'b' THEN 1 WHEN 'p' THEN 4 ELSE 3 END, name, value) FROM alias JOIN trait USING (subject) WHERE kind IN ('b', 'p', 'h', 'l'))
WHERE key IN (SELECT key FROM stray_key);
