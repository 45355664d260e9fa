-- Candidates: `stray_key`(id, key, is_bare) and `hit`(subject, key, is_bare) become `pair`(id, subject). A block that too many share says nothing; a bare name
-- must be rarer than the rest.
CREATE OR REPLACE TEMP TABLE pair AS
SELECT DISTINCT s.id, h.subject FROM hit AS h JOIN stray_key AS s USING (key)
WHERE key NOT IN (SELECT key FROM hit GROUP BY key HAVING count(DISTINCT subject) > CASE WHEN any_value(is_bare) THEN $crowd_bare ELSE $crowd END);
