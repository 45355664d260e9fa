-- Houses, their cells and who belongs to them: a pure function of `mention` (resource, record_id, item, text, as_of, cell, rank: what records
-- say; `cell` is a valid cell code or NULL) and `believed` (subject, kind, text, source, day: golden addresses). $MAJORITY is the city's.
-- Nothing depends on the order of rows: every choice among equals is by value.

CREATE OR REPLACE TEMP TABLE given AS SELECT DISTINCT text FROM (SELECT text FROM mention UNION ALL SELECT text FROM believed);
CREATE OR REPLACE TEMP TABLE taken_apart AS SELECT *, $HOUSE AS house FROM hm_addresses('given');

-- An address that leaves its district or its town open is that of the only house of the city with this door, if there is only one.
CREATE OR REPLACE TEMP TABLE completed AS
SELECT o.text, count(DISTINCT d.house) AS fitting, min(d.house) AS house, min(d.division) AS division, min(d.town) AS town
FROM (SELECT text, division, town, village, door FROM taken_apart WHERE depth IN ('room', 'house') AND house IS NULL) AS o
LEFT JOIN (SELECT DISTINCT house, division, town, village, door FROM taken_apart WHERE house IS NOT NULL) AS d
    ON d.door = o.door AND (o.division = '' OR o.division = d.division) AND (o.village = '' OR o.town IN ('', d.town))
GROUP BY o.text;

CREATE OR REPLACE TEMP TABLE address AS
SELECT * EXCLUDE (open_division, open_town), $BUILDING AS in_building FROM (
    SELECT a.text, coalesce(a.house, CASE WHEN c.fitting = 1 THEN c.house END) AS house,
           CASE WHEN c.fitting = 1 THEN c.division ELSE a.division END AS division,
           CASE WHEN c.fitting = 1 AND a.village <> '' THEN c.town ELSE a.town END AS town,
           a.division AS open_division, a.town AS open_town,
           CASE WHEN a.depth NOT IN ('room', 'house') OR a.house IS NOT NULL OR c.fitting = 1 THEN a.depth
                WHEN c.fitting > 1 THEN 'several' WHEN open_division = '' THEN 'no_district' ELSE 'no_town' END AS depth,
           community, road, number, estate, building, unit, room, village, team, door
    FROM taken_apart AS a LEFT JOIN completed AS c USING (text));

-- What is written of a house: how many records say so, so that the commonest town, community and estate of its road number stand for it.
CREATE OR REPLACE TEMP TABLE said AS
SELECT a.*, m.records FROM address AS a JOIN (
    SELECT text, count(*) AS records FROM (SELECT text FROM mention UNION ALL SELECT text FROM believed) GROUP BY text) AS m USING (text);

CREATE OR REPLACE TEMP TABLE surroundings AS
SELECT division, road, number, coalesce(arg_max(word, weight) FILTER (part = 'town'), '') AS town,
       coalesce(arg_max(word, weight) FILTER (part = 'community'), '') AS community,
       coalesce(arg_max(word, weight) FILTER (part = 'estate'), '') AS estate
FROM (
    SELECT division, road, number, part, word, {'records': sum(records), 'word': word} AS weight
    FROM (SELECT division, road, number, records, unnest(['town', 'community', 'estate']) AS part, unnest([town, community, estate]) AS word
          FROM said WHERE road <> '' AND division <> '')
    WHERE word <> '' GROUP BY division, road, number, part, word)
GROUP BY division, road, number;

-- Which cell records name: of a house the latest word of the resource believed first (several on one day: the commonest), of a building the
-- cell that more than $MAJORITY of its records name. A cell of another district is no answer.
CREATE OR REPLACE TEMP TABLE cell_word AS
SELECT a.house, a.in_building, m.cell, m.resource, m.rank, CAST(m.as_of AS DATE) AS day
FROM mention AS m JOIN address AS a USING (text)
WHERE m.cell IS NOT NULL AND a.division <> '' AND left(m.cell, 6) = a.division;

CREATE OR REPLACE TEMP TABLE own_cell AS
SELECT house, cell, resource AS source, day, records, voices FROM (
    SELECT *, dense_rank() OVER (PARTITION BY house ORDER BY rank, day DESC, on_day DESC) AS place,
           count(*) OVER (PARTITION BY house, rank, day, on_day) AS equals
    FROM (
        SELECT house, cell, resource, rank, day, count(*) AS on_day,
               sum(count(*)) OVER (PARTITION BY house, cell) AS records, sum(count(*)) OVER (PARTITION BY house) AS voices
        FROM cell_word WHERE house IS NOT NULL GROUP BY house, cell, resource, rank, day))
WHERE place = 1 AND equals = 1;

CREATE OR REPLACE TEMP TABLE building_cell AS
SELECT in_building, cell, records, voices, day FROM (
    SELECT in_building, cell, count(*) AS records, sum(count(*)) OVER (PARTITION BY in_building) AS voices, max(day) AS day
    FROM cell_word WHERE in_building IS NOT NULL GROUP BY in_building, cell)
WHERE records > $MAJORITY * voices;

-- Relations: golden addresses that reach a house.
CREATE OR REPLACE TEMP TABLE related AS
SELECT b.subject, b.kind, a.house, b.source, b.day FROM believed AS b JOIN address AS a USING (text) WHERE a.house IS NOT NULL;

CREATE OR REPLACE TEMP TABLE house AS
SELECT h.house AS number, h.in_building AS building_number, h.door,
       hm_standard_address(h.division, h.town, h.community, h.road, h.number, h.estate, h.building, h.unit, h.room, h.village, h.team) AS address,
       h.division, h.town, h.community, h.road, h.number AS street_number, h.estate, h.building, h.unit, h.room, h.village, h.team,
       coalesce(own.cell, near.cell, '') AS cell,
       CASE WHEN own.cell IS NOT NULL THEN own.source WHEN near.cell IS NOT NULL THEN 'building' WHEN heard.house IS NOT NULL THEN 'contested'
            WHEN around.in_building IS NOT NULL THEN 'no_majority' ELSE 'no_word' END AS cell_source,
       coalesce(own.day, near.day) AS cell_as_of, CAST(coalesce(own.records, near.records, 0) AS INTEGER) AS cell_records,
       CAST(coalesce(own.voices, near.voices, 0) AS INTEGER) AS cell_voices,
       CAST(coalesce(r.residents, 0) AS INTEGER) AS residents, CAST(coalesce(r.registered, 0) AS INTEGER) AS registered,
       CAST(coalesce(r.organisations, 0) AS INTEGER) AS organisations, CAST(h.records AS INTEGER) AS records
FROM (
    SELECT house, any_value(in_building) AS in_building, any_value(door) AS door, any_value(division) AS division,
           CASE WHEN any_value(village) <> '' THEN any_value(s.town) ELSE coalesce(any_value(w.town), '') END AS town,
           coalesce(any_value(w.community), '') AS community, any_value(road) AS road, any_value(number) AS number,
           CASE WHEN any_value(building) <> '' THEN coalesce(any_value(w.estate), '') ELSE '' END AS estate,
           any_value(building) AS building, any_value(unit) AS unit, any_value(room) AS room, any_value(village) AS village,
           any_value(team) AS team, sum(records) AS records
    FROM said AS s LEFT JOIN surroundings AS w USING (division, road, number) WHERE house IS NOT NULL GROUP BY house) AS h
LEFT JOIN own_cell AS own USING (house)
LEFT JOIN building_cell AS near ON near.in_building = h.in_building
LEFT JOIN (SELECT DISTINCT house FROM cell_word WHERE house IS NOT NULL) AS heard USING (house)
LEFT JOIN (SELECT DISTINCT in_building FROM cell_word WHERE in_building IS NOT NULL) AS around ON around.in_building = h.in_building
LEFT JOIN (
    SELECT house, count(*) FILTER (kind = 'lives_at') AS residents, count(*) FILTER (kind = 'registered_at') AS registered,
           count(*) FILTER (kind = 'located_at') AS organisations FROM related GROUP BY house) AS r USING (house);

-- What the data office counts: how deep the addresses of each resource's item reach, and which records name no house.
CREATE OR REPLACE TEMP TABLE coverage AS
SELECT m.resource, m.item, a.depth, count(*) AS records FROM mention AS m JOIN address AS a USING (text) GROUP BY ALL;
CREATE OR REPLACE TEMP TABLE unplaced AS
SELECT m.resource, m.record_id, m.item, a.depth AS reason, m.text FROM mention AS m JOIN address AS a USING (text) WHERE a.house IS NULL;
