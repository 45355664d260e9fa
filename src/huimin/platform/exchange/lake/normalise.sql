-- What a delivered text says, as engine macros: one definition each, used by landing, linkage and golden values alike.
-- Text in, text (or NULL for "says nothing") out. The kernel's identifier types say the same for single values; a property test holds both to it.

-- Two of them are made from tables of signs (engine.py): hm_half (full width to half width, every kind of blank to a plain space, as the
-- kernel's half_width) and hm_simplified (traditional characters to simplified ones).

-- As delivered, without the blanks around it; empty is not a value.
CREATE OR REPLACE MACRO hm_text(s) AS nullif(trim(s, ' 　' || chr(160) || chr(9) || chr(10) || chr(13)), '');

-- An identifier as typed: no blanks, no quotes around it, upper case.
CREATE OR REPLACE MACRO hm_token(s) AS nullif(upper(trim(replace(hm_half(s), ' ', ''), '''"`‘’“”')), '');

-- ── Citizen identity number, GB 11643-1999 ─────────────────────────────────────────────────────────────────────────────
-- Check character of 17 digits given as an integer (ISO 7064 MOD 11-2).
CREATE OR REPLACE MACRO hm_id_check(n) AS substr('10X98765432', 1 + CAST((
    n // 10000000000000000 * 7 + n // 1000000000000000 % 10 * 9 + n // 100000000000000 % 10 * 10 + n // 10000000000000 % 10 * 5
  + n // 1000000000000 % 10 * 8 + n // 100000000000 % 10 * 4 + n // 10000000000 % 10 * 2 + n // 1000000000 % 10
  + n // 100000000 % 10 * 6 + n // 10000000 % 10 * 3 + n // 1000000 % 10 * 7 + n // 100000 % 10 * 9
  + n // 10000 % 10 * 10 + n // 1000 % 10 * 5 + n // 100 % 10 * 8 + n // 10 % 10 * 4 + n % 10 * 2) % 11 AS BIGINT), 1);
-- Fifteen digits (until 1999) gain the century 19; what is not 15 or 18 long is no number. Of other keyboards' signs for the last place,
-- the Roman numeral ten and the sign of multiplication mean X.
CREATE OR REPLACE MACRO hm_id_wide(token) AS CASE length(token)
  WHEN 18 THEN CASE WHEN ascii(substr(token, 18)) < 128 THEN token ELSE substr(token, 1, 17) || translate(substr(token, 18), 'Ⅹⅹ×', 'XXX') END
  WHEN 15 THEN substr(token, 1, 6) || '19' || substr(token, 7) END;
CREATE OR REPLACE MACRO hm_id_digits(wide) AS CASE WHEN regexp_full_match(wide, '[1-9]\d{16}[0-9X]?') THEN CAST(substr(wide, 1, 17) AS BIGINT) END;
-- The number, if its check character is right (or was not yet in use) and its date of birth is a day.
CREATE OR REPLACE MACRO hm_id_valid(wide, digits) AS CASE
  WHEN substr(wide, 18, 1) IN ('', hm_id_check(digits))
   AND TRY_CAST(substr(wide, 7, 4) || '-' || substr(wide, 11, 2) || '-' || substr(wide, 13, 2) AS DATE) BETWEEN DATE '1800-01-01' AND DATE '2099-12-31'
  THEN substr(wide, 1, 17) || hm_id_check(digits) END;

-- ── Unified social credit code, GB 32100-2015; a 15-digit tax number is its places 3 to 17 ────────────────────────────
CREATE OR REPLACE MACRO hm_uscc_place(t, i) AS (position(substr(t, i, 1) IN '0123456789ABCDEFGHJKLMNPQRTUWXY') - 1);
CREATE OR REPLACE MACRO hm_uscc_check(t) AS substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (31 - (
    hm_uscc_place(t, 1) + hm_uscc_place(t, 2) * 3 + hm_uscc_place(t, 3) * 9 + hm_uscc_place(t, 4) * 27 + hm_uscc_place(t, 5) * 19
  + hm_uscc_place(t, 6) * 26 + hm_uscc_place(t, 7) * 16 + hm_uscc_place(t, 8) * 17 + hm_uscc_place(t, 9) * 20
  + hm_uscc_place(t, 10) * 29 + hm_uscc_place(t, 11) * 25 + hm_uscc_place(t, 12) * 13 + hm_uscc_place(t, 13) * 8
  + hm_uscc_place(t, 14) * 24 + hm_uscc_place(t, 15) * 10 + hm_uscc_place(t, 16) * 30 + hm_uscc_place(t, 17) * 28) % 31) % 31, 1);
-- The organisation code inside (places 9 to 17, GB 11714) has its own check character: without it one citizen number in thirty would pass.
CREATE OR REPLACE MACRO hm_code_place(t, i) AS (position(substr(t, i, 1) IN '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ') - 1);
CREATE OR REPLACE MACRO hm_code_check(t) AS substr('0123456789X0', 12 - (
    hm_code_place(t, 9) * 3 + hm_code_place(t, 10) * 7 + hm_code_place(t, 11) * 9 + hm_code_place(t, 12) * 10 + hm_code_place(t, 13) * 5
  + hm_code_place(t, 14) * 8 + hm_code_place(t, 15) * 4 + hm_code_place(t, 16) * 2) % 11, 1);
CREATE OR REPLACE MACRO hm_uscc_valid(t) AS CASE
  WHEN regexp_full_match(t, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN
    CASE WHEN substr(t, 18, 1) = hm_uscc_check(t) AND substr(t, 17, 1) = hm_code_check(t) THEN t END END;

-- ── Names ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
-- The comparable form: simplified script, no separators or blanks.
CREATE OR REPLACE MACRO hm_name_key(s) AS nullif(hm_simplified(translate(hm_half(s), ' ·•.‧．・∙⋅•', '')), '');

-- A way of addressing somebody is no name: 王女士, 李某, 张某某, 刘老师, 陈佳之子.
CREATE OR REPLACE MACRO hm_is_appellation(k) AS regexp_matches(k, '(先生|女士|小姐|师傅|老师|大爷|大妈|阿姨|叔叔|奶奶|爷爷|某|某某|之子|之女|之长子|之次子|之长女|之次女|业主|租户|住户)$|^(老|小)[一-龥]$');

-- A person's name that can stand, by its comparable form: Chinese characters only, two to thirty.
CREATE OR REPLACE MACRO hm_person_name(s, key) AS CASE
  WHEN regexp_full_match(key, '[㐀-鿿𠀀-𳎟〇]{2,30}') AND NOT hm_is_appellation(key) THEN hm_text(s) END;

-- An organisation's name: at least four characters with Chinese in them, no markup or formula.
CREATE OR REPLACE MACRO hm_org_name(s) AS CASE
  WHEN length(hm_text(s)) >= 4 AND regexp_matches(s, '[㐀-鿿]') AND NOT regexp_matches(s, '[<>=?*|\x{FFFD}]|^[+\-@]') THEN hm_text(s) END;
CREATE OR REPLACE MACRO hm_org_key(s) AS nullif(hm_simplified(translate(hm_half(s), ' ()[]（）【】', '')), '');

-- Does this account holder look like an organisation?
CREATE OR REPLACE MACRO hm_names_an_organisation(key) AS regexp_matches(key,
  '(公司|厂|店|部|社|行|中心|局|委|委员会|学校|小学|中学|幼儿园|医院|院|所|站|馆|超市|合作社|工作室|政府|街道办事处|银行|酒店|宾馆|会所|协会|坊|铺|摊|馆子|餐厅|饭店|网吧|农场|基地|商行|经营部|处)$') AND length(key) >= 5;

-- ── Telephone: an own mobile number of the mainland, eleven digits ─────────────────────────────────────────────────────
CREATE OR REPLACE MACRO hm_phone(s) AS nullif(regexp_extract(regexp_replace(translate(hm_half(s), ' -()''‘’', ''), '\.0$', ''), '^(?:\+?0?086|\+?86)?(1[3-9]\d{9})$', 1), '');

-- ── Dates in every form in which departments write them; a day that is none is no value ──────────────────────────────
CREATE OR REPLACE MACRO hm_date_parts(y, m, d) AS TRY_CAST(y || '-' || lpad(m, 2, '0') || '-' || lpad(d, 2, '0') AS DATE);
CREATE OR REPLACE MACRO hm_date_words(half) AS regexp_extract(half, '^(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})(?:\D.*)?$', ['y', 'm', 'd']);
CREATE OR REPLACE MACRO hm_date(half) AS CASE
  WHEN regexp_full_match(half, '\d{8}') THEN hm_date_parts(substr(half, 1, 4), substr(half, 5, 2), substr(half, 7, 2))
  WHEN regexp_full_match(half, '\d{5}') THEN DATE '1899-12-30' + CAST(half AS INTEGER)
  ELSE hm_date_parts(hm_date_words(half).y, hm_date_words(half).m, hm_date_words(half).d) END;
-- An instant as the department's clock shows it (ISO 8601 with its offset left out, or a day).
CREATE OR REPLACE MACRO hm_moment(half) AS coalesce(
  TRY_CAST(regexp_replace(half, '([+-]\d\d:\d\d|Z)$', '') AS TIMESTAMP), CAST(hm_date(half) AS TIMESTAMP));

-- ── Addresses, GB/T 23705 parts: road or village, number or group, building, unit, room ──────────────────────────────
CREATE OR REPLACE MACRO hm_address_text(s) AS replace(hm_half(s), ' ', '');
CREATE OR REPLACE MACRO hm_urban(t) AS regexp_extract(t,
  '^(?:.*(?:省|自治区|市|区|县|街道|镇|乡|社区|居委会))?([一-龥]{1,12}?(?:大道|路|街|巷|弄|道))(\d+)号(?:([^\d#]*)(\d+)(?:幢|栋|号楼|座|#))?(?:-?(\d+)(?:单元|-))?-?(\d*)室?$',
  ['road', 'number', 'estate', 'building', 'unit', 'room']);
CREATE OR REPLACE MACRO hm_rural(t) AS CASE WHEN contains(t, '组') THEN regexp_extract(t,
  '^(?:.*(?:省|自治区|市|区|县))?([一-龥]{1,8}(?:镇|乡|街道))?([一-龥]{1,8}?村)(\d+)(?:村民组|组)(?:(\d+)号)?$', ['town', 'village', 'team', 'number']) END;
-- The comparable form: road, number, building, unit, room; or town, village, team, number. NULL where neither reading fits.
CREATE OR REPLACE MACRO hm_urban_key(u) AS CASE WHEN u.road <> '' THEN concat_ws('-', u.road || u.number, u.building, u.unit, u.room) END;
CREATE OR REPLACE MACRO hm_rural_key(r) AS CASE WHEN r.village <> '' THEN concat_ws('-', r.town || r.village, r.team, r.number) END;
CREATE OR REPLACE MACRO hm_address_key(t) AS coalesce(hm_rural_key(hm_rural(t)), hm_urban_key(hm_urban(t)));
-- An address can stand as somebody's when it reaches the room, or the house of a village team.
CREATE OR REPLACE MACRO hm_is_complete(key) AS regexp_matches(key, '-\d+$') AND (NOT key LIKE '%村-%' OR regexp_matches(key, '村-\d+-\d+$'));
CREATE OR REPLACE MACRO hm_address(s, key) AS CASE WHEN hm_is_complete(key) AND NOT regexp_matches(s, '[<>=\x{FFFD}]') THEN hm_text(s) END;
