-- `pair` of strays and people, the evidence of each added up in bits; the best of each stray if it has enough ($enough) and no other comes near ($lead).

CREATE OR REPLACE TEMP TABLE profile AS
SELECT s.subject, s.number, s.born, s.sex_of, s.called, s.sound, coalesce(c.rarity, 0) AS rarity, t.* EXCLUDE (subject), a.names
FROM people_subject AS s SEMI JOIN pair USING (subject)
LEFT JOIN (
    SELECT subject, list(value) FILTER (kind = 'p') AS phones, list(value) FILTER (kind = 'c') AS contact_phones, list(value) FILTER (kind = 'h') AS homes,
           list(value) FILTER (kind = 'l') AS places, list(wider) FILTER (kind IN ('h', 'l')) || list(widest) FILTER (kind IN ('h', 'l')) AS buildings,
           list(value) FILTER (kind = 'f') AS households, list(value) FILTER (kind = 'b') AS births, list(value) FILTER (kind = 's') AS sexes
    FROM trait WHERE subject IN (SELECT subject FROM pair) GROUP BY subject) AS t ON t.subject = s.subject
LEFT JOIN (SELECT subject, list(name) AS names FROM alias WHERE subject IN (SELECT subject FROM pair) GROUP BY subject HAVING count(*) > 1) AS a ON a.subject = s.subject
LEFT JOIN common AS c ON c.called = s.called;

CREATE OR REPLACE TEMP TABLE held AS
SELECT s.id, p.subject, s.name_key, p.called, p.rarity,
  hm_name_relation(s.name_key, s.named, s.sound, p.called, p.sound) AS stands,
  CASE WHEN stands = 'other' AND list_contains(p.names, s.name) THEN 'also' ELSE stands END AS relation,
  CASE WHEN s.birth_date IS NULL THEN
         CASE WHEN s.age IS NULL THEN 0
              WHEN abs(date_diff('year', p.born, s.as_of) - s.age) <= 1 THEN $age_same
              WHEN abs(date_diff('year', p.born, s.as_of) - s.age) <= 3 THEN $age_near ELSE $age_other END
       WHEN s.birth_date = p.born OR list_contains(p.births, s.birth) THEN $birth_same
       WHEN hm_births_near(s.birth_date, p.born) THEN $birth_near ELSE $birth_other END
+ CASE WHEN s.sex IS NULL THEN 0 WHEN s.sex = p.sex_of OR list_contains(p.sexes, hash(s.sex)) THEN $sex_same ELSE $sex_other END
+ CASE WHEN list_contains(p.phones, s.phone) OR list_contains(p.phones, s.former_phone) THEN $phone_same
       WHEN list_contains(p.contact_phones, s.contact_phone) OR list_contains(p.phones, s.contact_phone) OR list_contains(p.contact_phones, s.phone) THEN $phone_contact
       ELSE 0 END
+ CASE WHEN list_contains(p.homes, s.place) OR list_contains(p.homes, s.hukou) THEN $home_same WHEN list_contains(p.places, s.place) THEN $place_same
       WHEN list_contains(p.buildings, s.building) THEN $building_same ELSE 0 END
+ CASE WHEN s.damaged_id IS NULL THEN 0 WHEN damerau_levenshtein(s.damaged_id, p.number) <= 1 THEN $id_one_slip
       WHEN damerau_levenshtein(s.damaged_id, p.number) <= 2 THEN $id_two_slips
       WHEN length(s.damaged_id) >= 15 AND damerau_levenshtein(s.damaged_id, p.number) > 5 THEN $id_other ELSE 0 END
+ CASE WHEN s.masked_id IS NULL THEN 0 WHEN s.masked_id = left(p.number, 6) || '********' || right(p.number, 4) THEN $mask_same ELSE $mask_other END
+ CASE WHEN s.id_tail IS NULL THEN 0 WHEN s.id_tail = right(p.number, 4) THEN $tail_same ELSE $tail_other END
+ CASE WHEN h.households IS NOT NULL AND list_has_any(h.households, p.households) THEN $parent_household ELSE 0 END AS bits
FROM pair JOIN stray AS s USING (id) JOIN profile AS p USING (subject) LEFT JOIN parent_home AS h USING (id);

-- Of a partly written name only what is written tells people apart: each character that agrees, by how rare it is in its place.
CREATE OR REPLACE TEMP TABLE written AS
SELECT name_key, called, sum(l.rarity) AS rarity FROM (
    SELECT name_key, called, unnest(range(1, length(called) + 1)) AS spot FROM (SELECT DISTINCT name_key, called FROM held WHERE relation = 'written')) AS parts
JOIN letter AS l ON l.spot = parts.spot AND l.letter = substr(called, CAST(parts.spot AS INTEGER), 1) AND contains(name_key, l.letter) GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE decided AS
SELECT id, subject, score FROM (
    SELECT id, subject, score, coalesce(lead(score) OVER ranked, -1000) AS runner_up, row_number() OVER ranked AS rank FROM (
        SELECT id, subject, bits + CASE relation
            WHEN 'same' THEN $name_same + least($rarity_cap, h.rarity) WHEN 'also' THEN $name_also + least($rarity_cap, h.rarity)
            WHEN 'sounds' THEN $name_sounds + least($rarity_cap, h.rarity) WHEN 'near' THEN $name_near + least($rarity_cap, h.rarity)
            WHEN 'written' THEN $name_written + least($rarity_cap, h.rarity, coalesce(w.rarity, 0))
            WHEN 'addressed' THEN $name_addressed WHEN 'none' THEN $name_none ELSE $name_other END AS score
        FROM held AS h LEFT JOIN written AS w USING (name_key, called))
    WINDOW ranked AS (PARTITION BY id ORDER BY score DESC))
WHERE rank = 1 AND score >= $enough AND score - runner_up >= $lead;
