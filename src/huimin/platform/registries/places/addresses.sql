-- Addresses taken apart, GB/T 23705: district, town, community, road, number, estate, building, unit, room; or district, town, village,
-- village group, number. The grammar of doors and villages is that of landing (hm_urban, hm_rural); here the district, the town and the
-- community before it are read as well. $HEAD is this city's province and name as people write them before the district, $DISTRICTS its
-- districts' present and former names, $CODES which district bears each of them today, $PRESENT the districts' present names.

-- Column `text` of the table called `given`, one row a distinct text → its parts. `depth` says how far down an address reaches: room, house
-- (of a village group), unit, building, number (of a road), group; or why it was not read: damaged, elsewhere, unreadable.
CREATE OR REPLACE MACRO hm_addresses(given) AS TABLE
SELECT text, depth, division, town, community, road, number, estate, building, unit, room, village, team,
       CASE WHEN village <> '' THEN hm_rural_key({'town': '', 'village': village, 'team': team, 'number': number})
            WHEN road <> '' THEN hm_urban_key({'road': road, 'number': number, 'building': building, 'unit': unit, 'room': room}) END AS door
FROM (
    SELECT text, division,
           CASE WHEN damaged THEN 'damaged' WHEN elsewhere THEN 'elsewhere'
                WHEN r.village <> '' THEN CASE WHEN r.number <> '' THEN 'house' ELSE 'group' END
                WHEN u.road = '' THEN 'unreadable' WHEN u.room <> '' THEN 'room' WHEN u.unit <> '' THEN 'unit'
                WHEN u.building <> '' THEN 'building' ELSE 'number' END AS depth,
           depth NOT IN ('damaged', 'elsewhere', 'unreadable') AS is_read,
           CASE WHEN NOT is_read THEN '' WHEN r.village <> '' THEN r.town ELSE street END AS town,
           CASE WHEN is_read AND r.village = '' THEN substr(area, length(street) + 1) ELSE '' END AS community,
           CASE WHEN is_read AND r.village = '' THEN u.road ELSE '' END AS road,
           CASE WHEN NOT is_read THEN '' WHEN r.village <> '' THEN ltrim(r.number, '0') ELSE ltrim(u.number, '0') END AS number,
           CASE WHEN is_read AND r.village = '' THEN u.estate ELSE '' END AS estate,
           CASE WHEN is_read AND r.village = '' THEN ltrim(u.building, '0') ELSE '' END AS building,
           CASE WHEN is_read AND r.village = '' THEN ltrim(u.unit, '0') ELSE '' END AS unit,
           CASE WHEN is_read AND r.village = '' THEN u.room ELSE '' END AS room,
           CASE WHEN is_read THEN r.village ELSE '' END AS village,
           CASE WHEN is_read THEN ltrim(r.team, '0') ELSE '' END AS team
    FROM (
        SELECT *, left(rest, greatest(position(u.road || u.number || '号' IN rest) - 1, 0)) AS area,
               coalesce(nullif(regexp_extract(area, '^[一-龥]{1,8}?街道'), ''), regexp_extract(area, '^[一-龥]{1,8}?(?:镇镇|镇|乡)')) AS street,
               regexp_matches(t, '[<>=?*\x{FFFD}]') AS damaged,
               division = '' AND regexp_matches(rest, '^[一-龥]{2,9}?(?:省|自治区|特别行政区|市|自治州|县)') AS elsewhere
        FROM (SELECT *, coalesce(hm_rural(rest), {'town': '', 'village': '', 'team': '', 'number': ''}) AS r,
               coalesce(hm_urban(rest), {'road': '', 'number': '', 'estate': '', 'building': '', 'unit': '', 'room': ''}) AS u
        FROM (
            SELECT text, t, named, CASE WHEN named = '' THEN '' ELSE map_extract_value($CODES, named) END AS division,
                   substr(t, length(CASE WHEN named = '' THEN regexp_extract(t, '^$HEAD') ELSE head END) + 1) AS rest
            FROM (
                SELECT text, hm_simplified(hm_address_text(text)) AS t, regexp_extract(t, '^$HEAD($DISTRICTS)') AS head,
                       regexp_extract(t, '^$HEAD($DISTRICTS)', 1) AS named
                FROM query_table(given))))));

-- What identifies a house: its district, in the country its town, and its door; NULL where one of them is missing or it is no house.
CREATE OR REPLACE MACRO hm_house(depth, division, town, village, door) AS CASE
  WHEN depth IN ('room', 'house') AND division <> '' AND (village = '' OR town <> '') THEN concat_ws('-', division, CASE WHEN village <> ''
       THEN town || door ELSE door END) END;

-- What identifies a building, or a village group: the houses in it lie together.
CREATE OR REPLACE MACRO hm_building(division, town, road, number, building, village, team) AS CASE
  WHEN division = '' THEN NULL
  WHEN village <> '' THEN CASE WHEN town <> '' THEN concat_ws('-', division, town || village, team) END
  WHEN building <> '' THEN concat_ws('-', division, road || number, building) END;

-- The standard form of an address with these parts; a part that is '' is left out.
CREATE OR REPLACE MACRO hm_standard_address(division, town, community, road, number, estate, building, unit, room, village, team) AS
  '$CITY' || coalesce(map_extract_value($PRESENT, division), '') || town || CASE WHEN village <> ''
    THEN village || team || '组' || CASE WHEN number <> '' THEN number || '号' ELSE '' END
    ELSE community || road || number || '号' || estate || CASE WHEN building <> '' THEN building || '幢' ELSE '' END
      || CASE WHEN unit <> '' THEN unit || '单元' ELSE '' END || CASE WHEN room <> '' THEN room || '室' ELSE '' END END;
