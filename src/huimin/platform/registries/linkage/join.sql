-- The strays of `decided` join their people, who are now known by the strays' telephones, addresses and names as well.
INSERT INTO people_link SELECT source, record_id, subject, 'evidence', score FROM decided JOIN stray USING (id);
CREATE OR REPLACE TEMP TABLE joined AS
SELECT s.*, d.subject, p.born, p.sex_of, p.called FROM decided AS d JOIN stray AS s USING (id) JOIN people_subject AS p USING (subject);
INSERT INTO alias SELECT DISTINCT subject, name, sounded FROM joined WHERE named AND name_key IS DISTINCT FROM called;
INSERT INTO trait SELECT DISTINCT * FROM (
    SELECT subject, CASE WHEN is_home THEN 'h' ELSE 'l' END, place, building, street FROM joined WHERE place IS NOT NULL
    UNION ALL SELECT subject, 'h', hukou, hukou_building, hukou_street FROM joined WHERE hukou IS NOT NULL
    UNION ALL SELECT subject, 'p', phone, NULL, NULL FROM joined WHERE phone IS NOT NULL
    UNION ALL SELECT subject, 'p', former_phone, NULL, NULL FROM joined WHERE former_phone IS NOT NULL
    UNION ALL SELECT subject, 'c', contact_phone, NULL, NULL FROM joined WHERE contact_phone IS NOT NULL
    UNION ALL SELECT subject, 'f', household, NULL, NULL FROM joined WHERE household IS NOT NULL
    UNION ALL SELECT subject, 'b', birth, NULL, NULL FROM joined WHERE birth_date <> born
    UNION ALL SELECT subject, 's', hash(sex), NULL, NULL FROM joined WHERE sex <> sex_of);
CREATE OR REPLACE TEMP TABLE fresh AS SELECT DISTINCT subject FROM decided;
DELETE FROM stray WHERE id IN (SELECT id FROM decided);
