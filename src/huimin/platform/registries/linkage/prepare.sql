-- What the steps of linkage share: how numbers, names and addresses are read, and the tables that they fill.
-- Values that are only ever compared are kept as their hashes.

CREATE OR REPLACE MACRO hm_hash(x) AS CASE WHEN x IS NOT NULL THEN hash(x) END;
-- An address without its last part: the house of a flat, the street of a house.
CREATE OR REPLACE MACRO hm_wider(address) AS CASE WHEN address IS NOT NULL THEN hash(regexp_replace(address, '-[^-]*$', '')) END;
CREATE OR REPLACE MACRO hm_born(number) AS make_date(CAST(substr(number, 7, 4) AS INTEGER), CAST(substr(number, 11, 2) AS INTEGER), CAST(substr(number, 13, 2) AS INTEGER));
CREATE OR REPLACE MACRO hm_sex_of(number) AS CASE WHEN substr(number, 17, 1) IN ('1', '3', '5', '7', '9') THEN '1' ELSE '2' END;
-- Two births that one slip of the pen could explain: two of year, month and day agree, or month and day are exchanged.
CREATE OR REPLACE MACRO hm_births_near(a, b) AS (CAST(year(a) = year(b) AS INTEGER) + CAST(month(a) = month(b) AS INTEGER) + CAST(day(a) = day(b) AS INTEGER)) >= 2
  OR (year(a) = year(b) AND month(a) = day(b) AND day(a) = month(b));
-- Written names with what could not be typed: ? and * stand for one character, Latin letters for some.
CREATE OR REPLACE MACRO hm_is_partly_written(k) AS regexp_matches(k, '[?*？A-Za-z]');
CREATE OR REPLACE MACRO hm_name_pattern(k) AS regexp_replace(regexp_replace(regexp_replace(k, '[^㐀-鿿𠀀-𳎟?*？A-Za-z]', '', 'g'), '[?*？]', '.', 'g'), '[A-Za-z]+', '.{1,2}', 'g');
CREATE OR REPLACE MACRO hm_surname(k) AS CASE WHEN regexp_matches(k, '^(欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|夏侯|东方|端木|司徒|宇文|长孙|轩辕)') THEN substr(k, 1, 2) ELSE substr(k, 1, 1) END;
-- How a row's name (`named`: one that can stand) stands to a person's: same, sounds the same, one character off, partly written, a way of addressing, other.
CREATE OR REPLACE MACRO hm_name_relation(row_key, named, row_sound, other_key, other_sound) AS CASE
    WHEN row_key IS NULL OR other_key IS NULL THEN 'none'
    WHEN named AND row_key = other_key THEN 'same'
    WHEN named THEN CASE
        WHEN row_sound = other_sound THEN 'sounds'
        WHEN length(row_key) > 2 AND length(row_key) = length(other_key) AND levenshtein(row_key, other_key) = 1 THEN 'near'
        ELSE 'other' END
    WHEN regexp_matches(row_key, '[<>=@|&;]') OR NOT regexp_matches(row_key, '[㐀-鿿𠀀-𳎟]') THEN 'none'
    WHEN row_key = other_key THEN 'same'
    WHEN hm_is_partly_written(row_key) THEN CASE WHEN regexp_full_match(other_key, hm_name_pattern(row_key)) THEN 'written' ELSE 'other' END
    WHEN starts_with(row_key, hm_surname(other_key)) OR (regexp_matches(row_key, '^[老小]') AND substr(row_key, 2, 1) = hm_surname(other_key)) THEN 'addressed'
    ELSE 'other' END;

CREATE OR REPLACE TEMP TABLE sound (name_key VARCHAR, sound VARCHAR);
-- Whom records may speak of. `share`: which share of the lake his anchors lie in.
CREATE OR REPLACE TEMP TABLE people_subject (
    subject INTEGER, number VARCHAR, born DATE, sex_of VARCHAR, called VARCHAR, is_named BOOLEAN, share UTINYINT, sound VARCHAR);
CREATE OR REPLACE TEMP TABLE people_link (source UTINYINT, record_id VARCHAR, subject INTEGER, method hm_method, score FLOAT);
CREATE OR REPLACE TEMP TABLE alias (subject INTEGER, name UBIGINT, sound UBIGINT);
-- kind: h home · l other place · p phone · c contact's phone · f household · b another birth date, s another sex than the number says.
CREATE OR REPLACE TEMP TABLE trait (subject INTEGER, kind VARCHAR, value UBIGINT, wider UBIGINT, widest UBIGINT);
CREATE OR REPLACE TEMP TABLE stray (
    id INTEGER, source UTINYINT, record_id VARCHAR, named BOOLEAN, name_key VARCHAR, sound VARCHAR, birth_date DATE, sex VARCHAR, age BIGINT, as_of DATE,
    masked_id VARCHAR, id_tail VARCHAR, damaged_id VARCHAR, parent_ids VARCHAR[],
    name UBIGINT, sounded UBIGINT, phone UBIGINT, former_phone UBIGINT, contact_phone UBIGINT,
    place UBIGINT, building UBIGINT, street UBIGINT, is_home BOOLEAN, hukou UBIGINT, hukou_building UBIGINT, hukou_street UBIGINT, household UBIGINT, birth UBIGINT);
