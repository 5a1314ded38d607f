/*
 * schema_review: the text of the steps that the review service brought.  For
 * schema.c alone.
 */
#ifndef STORE_SCHEMA_REVIEW_H
#define STORE_SCHEMA_REVIEW_H

/*
 * Dead deliveries that a person set aside (alerts/outbox_desk.c), and what was
 * sent about an incident.
 */
#define ASIDE_COLUMNS                                      \
	"ALTER TABLE outbox ADD COLUMN aside_ms INTEGER;"  \
	"ALTER TABLE outbox ADD COLUMN aside_why INTEGER;" \
	"CREATE INDEX outbox_incident ON outbox (incident_id);"

/*
 * What each feed brought on each day (feedday.c), and quarantine by state, by
 * kind of fault and by when it changed.
 */
#define FEED_DAY_TABLES                                             \
	"CREATE TABLE feed_day ("                                   \
	"  feed      TEXT    NOT NULL,"                             \
	"  day       INTEGER NOT NULL,"                             \
	"  messages  INTEGER NOT NULL,"                             \
	"  repeated  INTEGER NOT NULL,"                             \
	"  incidents INTEGER NOT NULL,"                             \
	"  faults    INTEGER NOT NULL,"                             \
	"  last_ms   INTEGER NOT NULL,"                             \
	"  file      TEXT    NOT NULL,"                             \
	"  behind_ms INTEGER NOT NULL,"                             \
	"  PRIMARY KEY (feed, day)"                                 \
	") STRICT, WITHOUT ROWID;"                                  \
	"CREATE INDEX quarantine_state ON quarantine (state, id);"  \
	"CREATE INDEX quarantine_kind ON quarantine (feed, reason)" \
	"  WHERE state = 0;"                                        \
	"CREATE INDEX quarantine_changed ON quarantine (changed_ms);"

/*
 * Who has an incident and what was said of it (takers.c), and who was told
 * (told.c).
 */
#define TAKER_TABLES                                           \
	"CREATE TABLE taker ("                                 \
	"  id          INTEGER PRIMARY KEY,"                   \
	"  incident_id INTEGER NOT NULL"                       \
	"    REFERENCES incident(id) ON DELETE CASCADE,"       \
	"  word        INTEGER NOT NULL,"                      \
	"  actor       TEXT    NOT NULL,"                      \
	"  at_ms       INTEGER NOT NULL,"                      \
	"  ended_ms    INTEGER,"                               \
	"  note        TEXT    NOT NULL,"                      \
	"  once        TEXT    NOT NULL,"                      \
	"  told        INTEGER NOT NULL,"                      \
	"  CHECK (word BETWEEN 1 AND 5),"                      \
	"  CHECK (ended_ms IS NULL OR word = 1)"               \
	") STRICT;"                                            \
	"CREATE UNIQUE INDEX taker_once ON taker"              \
	"  (incident_id, once);"                               \
	"CREATE UNIQUE INDEX taker_stands ON taker"            \
	"  (incident_id) WHERE word = 1 AND ended_ms IS NULL;" \
	"CREATE INDEX taker_untold ON taker (incident_id)"     \
	"  WHERE told = 0;"                                    \
	"CREATE TABLE told_taker ("                            \
	"  incident_id INTEGER NOT NULL"                       \
	"    REFERENCES incident(id) ON DELETE CASCADE,"       \
	"  recipient   TEXT    NOT NULL,"                      \
	"  actor       TEXT    NOT NULL,"                      \
	"  PRIMARY KEY (incident_id, recipient)"               \
	") STRICT, WITHOUT ROWID;"

/*
 * More of accounts: changes counts them, by which two who change one see each
 * other; must_change: somebody else made its password.  refused is one row, of
 * log-ins that no account had (accounts.c).
 */
#define ACCOUNT_COLUMNS                                           \
	"ALTER TABLE account ADD COLUMN changes INTEGER NOT NULL" \
	"  DEFAULT 0;"                                            \
	"ALTER TABLE account ADD COLUMN must_change INTEGER"      \
	"  NOT NULL DEFAULT 0;"                                   \
	"ALTER TABLE account ADD COLUMN used_ms INTEGER;"         \
	"CREATE TABLE refused ("                                  \
	"  id      INTEGER PRIMARY KEY CHECK (id = 1),"           \
	"  count   INTEGER NOT NULL,"                             \
	"  last_ms INTEGER NOT NULL"                              \
	") STRICT;"

/* What people did, as it is asked for (audit_pages.c). */
#define AUDIT_INDEXES                                             \
	"CREATE INDEX audit_people_at ON audit (at_ms)"           \
	"  WHERE actor <> 'agent';"                               \
	"CREATE INDEX audit_people_actor ON audit (actor, at_ms)" \
	"  WHERE actor <> 'agent';"                               \
	"CREATE INDEX audit_people_event ON audit (event, at_ms)" \
	"  WHERE actor <> 'agent';"                               \
	"CREATE INDEX audit_people_incident"                      \
	"  ON audit (incident_id, at_ms) WHERE actor <> 'agent';"

/*
 * Contact with informants (contacts.c) and what was promised them
 * (followups.c).  A follow-up's due_ms, falls_to, holder_id and ended_ms are
 * those of its last line.
 */
#define CONTACT_TABLES                                                      \
	"CREATE TABLE contact ("                                            \
	"  id           INTEGER PRIMARY KEY,"                               \
	"  incident_id  INTEGER NOT NULL"                                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                    \
	"  at_ms        INTEGER NOT NULL,"                                  \
	"  account_id   INTEGER NOT NULL REFERENCES account(id),"           \
	"  corrects     INTEGER UNIQUE"                                     \
	"    REFERENCES contact(id) ON DELETE CASCADE,"                     \
	"  happened_ms  INTEGER NOT NULL,"                                  \
	"  way          INTEGER NOT NULL CHECK (way BETWEEN 1 AND 7),"      \
	"  outcome      INTEGER NOT NULL CHECK (outcome BETWEEN 0 AND 7),"  \
	"  advice       INTEGER NOT NULL,"                                  \
	"  visit_by     INTEGER NOT NULL CHECK (visit_by BETWEEN 0 AND 2)," \
	"  visit        INTEGER NOT NULL CHECK (visit BETWEEN 0 AND 5),"    \
	"  visit_ms     INTEGER,"                                           \
	"  intelligence INTEGER NOT NULL"                                   \
	"    CHECK (intelligence BETWEEN 0 AND 2),"                         \
	"  card         INTEGER NOT NULL CHECK (card IN (0, 1)),"           \
	"  told         TEXT,"                                              \
	"  told_text    TEXT,"                                              \
	"  note         TEXT    NOT NULL"                                   \
	") STRICT;"                                                         \
	"CREATE INDEX contact_incident ON contact (incident_id);"           \
	"CREATE INDEX contact_told ON contact (incident_id)"                \
	"  WHERE told IS NOT NULL;"                                         \
	"CREATE TABLE followup ("                                           \
	"  id           INTEGER PRIMARY KEY,"                               \
	"  incident_id  INTEGER NOT NULL"                                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                    \
	"  contact_id   INTEGER REFERENCES contact(id) ON DELETE CASCADE,"  \
	"  kind         INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),"     \
	"  cause        TEXT,"                                              \
	"  made_ms      INTEGER NOT NULL,"                                  \
	"  account_id   INTEGER REFERENCES account(id),"                    \
	"  note         TEXT    NOT NULL,"                                  \
	"  due_ms       INTEGER NOT NULL,"                                  \
	"  falls_to     INTEGER NOT NULL CHECK (falls_to BETWEEN 1 AND 3)," \
	"  holder_id    INTEGER REFERENCES account(id),"                    \
	"  ended_ms     INTEGER,"                                           \
	"  last_line    INTEGER NOT NULL"                                   \
	") STRICT;"                                                         \
	"CREATE INDEX followup_incident ON followup (incident_id);"         \
	"CREATE INDEX followup_contact ON followup (contact_id);"           \
	"CREATE UNIQUE INDEX followup_by_itself ON followup (incident_id)"  \
	"  WHERE cause IS NOT NULL;"                                        \
	"CREATE INDEX followup_due ON followup (due_ms, id)"                \
	"  WHERE ended_ms IS NULL;"                                         \
	"CREATE INDEX followup_held ON followup (holder_id, due_ms, id)"    \
	"  WHERE ended_ms IS NULL;"                                         \
	"CREATE TABLE followup_line ("                                      \
	"  id          INTEGER PRIMARY KEY,"                                \
	"  followup_id INTEGER NOT NULL"                                    \
	"    REFERENCES followup(id) ON DELETE CASCADE,"                    \
	"  at_ms       INTEGER NOT NULL,"                                   \
	"  account_id  INTEGER REFERENCES account(id),"                     \
	"  what        INTEGER NOT NULL CHECK (what BETWEEN 1 AND 5),"      \
	"  due_ms      INTEGER NOT NULL,"                                   \
	"  falls_to    INTEGER NOT NULL,"                                   \
	"  holder_id   INTEGER REFERENCES account(id),"                     \
	"  ending      INTEGER NOT NULL CHECK (ending BETWEEN 0 AND 6),"    \
	"  note        TEXT    NOT NULL"                                    \
	") STRICT;"                                                         \
	"CREATE INDEX followup_line_of ON followup_line (followup_id);"

/*
 * What incidents are found by (wordindex.c, sightings.c).  All of it is about
 * an incident and goes with it.  Incidents up to build_id are taken in by the
 * agent in small pieces, the newest first; triggers see to those that come.
 */
#define WORD_TABLES                                                          \
	"CREATE TABLE search_text ("                                         \
	"  id    INTEGER PRIMARY KEY"                                        \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                     \
	"  refs  TEXT NOT NULL,"                                             \
	"  place TEXT NOT NULL,"                                             \
	"  log   TEXT NOT NULL"                                              \
	") STRICT;"                                                          \
	"CREATE VIRTUAL TABLE search_words USING fts5 ("                     \
	"  refs, place, log, content='search_text', content_rowid='id',"     \
	"  tokenize='unicode61 remove_diacritics 2'"                         \
	");"                                                                 \
	"CREATE VIRTUAL TABLE search_terms USING fts5vocab"                  \
	"  (search_words, instance);"                                        \
	"CREATE TRIGGER search_text_added AFTER INSERT ON search_text"       \
	" BEGIN"                                                             \
	"  INSERT INTO search_words (rowid, refs, place, log)"               \
	"   VALUES (new.id, new.refs, new.place, new.log);"                  \
	" END;"                                                              \
	"CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text"     \
	" BEGIN"                                                             \
	"  INSERT INTO search_words (search_words, rowid, refs, place, log)" \
	"   VALUES ('delete', old.id, old.refs, old.place, old.log);"        \
	"  INSERT INTO search_words (rowid, refs, place, log)"               \
	"   VALUES (new.id, new.refs, new.place, new.log);"                  \
	" END;"                                                              \
	"CREATE TRIGGER search_text_erased AFTER DELETE ON search_text"      \
	" BEGIN"                                                             \
	"  INSERT INTO search_words (search_words, rowid, refs, place, log)" \
	"   VALUES ('delete', old.id, old.refs, old.place, old.log);"        \
	"  UPDATE search_state SET erased = 1;"                              \
	" END;"                                                              \
	"CREATE TABLE search_state ("                                        \
	"  id       INTEGER PRIMARY KEY CHECK (id = 1),"                     \
	"  first_id INTEGER NOT NULL,"                                       \
	"  build_id INTEGER NOT NULL,"                                       \
	"  erased   INTEGER NOT NULL CHECK (erased BETWEEN 0 AND 2),"        \
	"  secret   BLOB    NOT NULL CHECK (length(secret) = 32)"            \
	") STRICT;"                                                          \
	"INSERT INTO search_state"                                           \
	"  SELECT 1, coalesce(max(id), 0), coalesce(max(id), 0), 0,"         \
	"    randomblob(32) FROM incident;"

/* Where and when, in 100,000ths of a degree and seconds since 2020. */
#define SPOT_TABLES                                                      \
	"CREATE VIRTUAL TABLE incident_spot USING rtree_i32 ("           \
	"  id, west, east, south, north, first_s, last_s"                \
	");"                                                             \
	"CREATE VIEW incident_spot_new AS"                               \
	"  SELECT id,"                                                   \
	"    CAST(round(lon * 100000) AS INTEGER) AS x,"                 \
	"    CAST(round(lat * 100000) AS INTEGER) AS y,"                 \
	"    max(-2000000000, min(2000000000,"                           \
	"      coalesce(opened_ms, first_ms) / 1000 - 1577836800)) AS s" \
	"  FROM incident WHERE lat IS NOT NULL AND lon IS NOT NULL;"     \
	"CREATE TRIGGER incident_spot_added AFTER INSERT ON incident"    \
	" BEGIN"                                                         \
	"  INSERT INTO incident_spot"                                    \
	"   SELECT id, x, x, y, y, s, s FROM incident_spot_new"          \
	"   WHERE id = new.id;"                                          \
	" END;"                                                          \
	"CREATE TRIGGER incident_spot_moved"                             \
	" AFTER UPDATE OF lat, lon, opened_ms ON incident"               \
	" WHEN new.lat IS NOT old.lat OR new.lon IS NOT old.lon"         \
	"  OR new.opened_ms IS NOT old.opened_ms"                        \
	" BEGIN"                                                         \
	"  DELETE FROM incident_spot WHERE id = old.id;"                 \
	"  INSERT INTO incident_spot"                                    \
	"   SELECT id, x, x, y, y, s, s FROM incident_spot_new"          \
	"   WHERE id = new.id;"                                          \
	" END;"                                                          \
	"CREATE TRIGGER incident_spot_erased AFTER DELETE ON incident"   \
	" BEGIN"                                                         \
	"  DELETE FROM incident_spot WHERE id = old.id;"                 \
	" END;"                                                          \
	"CREATE INDEX decision_added ON decision (theme, incident_id)"   \
	"  WHERE verdict = 3 AND undone_ms IS NULL;"

/*
 * Registration marks and the incidents that have them, found by any part: the
 * tails of a mark begin with each of its characters that was read.
 */
#define MARK_TABLES                                                   \
	"CREATE TABLE mark ("                                         \
	"  id         INTEGER PRIMARY KEY,"                           \
	"  text       TEXT    NOT NULL UNIQUE,"                       \
	"  is_partial INTEGER NOT NULL"                               \
	") STRICT;"                                                   \
	"CREATE TABLE mark_tail ("                                    \
	"  is_partial INTEGER NOT NULL,"                              \
	"  tail       TEXT    NOT NULL,"                              \
	"  mark_id    INTEGER NOT NULL,"                              \
	"  PRIMARY KEY (is_partial, tail, mark_id)"                   \
	") STRICT, WITHOUT ROWID;"                                    \
	"CREATE TABLE sighting ("                                     \
	"  mark_id     INTEGER NOT NULL REFERENCES mark(id),"         \
	"  incident_id INTEGER NOT NULL"                              \
	"    REFERENCES incident(id) ON DELETE CASCADE,"              \
	"  entry       INTEGER NOT NULL,"                             \
	"  PRIMARY KEY (mark_id, incident_id)"                        \
	") STRICT, WITHOUT ROWID;"                                    \
	"CREATE INDEX sighting_incident ON sighting (incident_id);"   \
	"CREATE TRIGGER mark_added AFTER INSERT ON mark"              \
	" BEGIN"                                                      \
	"  INSERT INTO mark_tail"                                     \
	"   SELECT new.is_partial, substr(new.text, column1), new.id" \
	"   FROM (VALUES (1), (2), (3), (4), (5), (6), (7))"          \
	"   WHERE column1 <= length(new.text)"                        \
	"    AND substr(new.text, column1, 1) <> '?';"                \
	" END;"                                                       \
	"CREATE TRIGGER mark_gone AFTER DELETE ON mark"               \
	" BEGIN"                                                      \
	"  DELETE FROM mark_tail WHERE is_partial = old.is_partial"   \
	"   AND mark_id = old.id AND tail IN ("                       \
	"    substr(old.text, 1), substr(old.text, 2),"               \
	"    substr(old.text, 3), substr(old.text, 4),"               \
	"    substr(old.text, 5), substr(old.text, 6),"               \
	"    substr(old.text, 7));"                                   \
	" END;"                                                       \
	"CREATE TRIGGER sighting_gone AFTER DELETE ON sighting"       \
	" WHEN NOT EXISTS"                                            \
	"  (SELECT 1 FROM sighting WHERE mark_id = old.mark_id)"      \
	" BEGIN"                                                      \
	"  DELETE FROM mark WHERE id = old.mark_id;"                  \
	" END;"                                                       \
	"CREATE TABLE caller ("                                       \
	"  incident_id INTEGER PRIMARY KEY"                           \
	"    REFERENCES incident(id) ON DELETE CASCADE,"              \
	"  digest      BLOB NOT NULL CHECK (length(digest) = 16)"     \
	") STRICT;"                                                   \
	"CREATE INDEX caller_digest ON caller (digest, incident_id);"

/*
 * The queue as reviews_queue.c lists it: what a line shows, the themes each in
 * an order of their own, and how many wait.  The triggers go last, so that
 * what is there already is counted at once.
 */
#define OPEN_TAGS_OF_QUEUE                                                 \
	" FROM tag t WHERE t.incident_id = queue.incident_id"              \
	" AND t.ended_ms IS NULL AND NOT EXISTS (SELECT 1 FROM decision d" \
	" WHERE d.incident_id = t.incident_id AND d.theme = t.theme"       \
	" AND d.undone_ms IS NULL)"
#define QUEUE_COLUMNS                                                          \
	"ALTER TABLE queue ADD COLUMN district TEXT COLLATE NOCASE;"           \
	"ALTER TABLE queue ADD COLUMN themes TEXT NOT NULL DEFAULT '';"        \
	"ALTER TABLE queue ADD COLUMN why TEXT NOT NULL DEFAULT '';"           \
	"UPDATE queue SET"                                                     \
	"  district = (SELECT i.district FROM incident i"                      \
	"    WHERE i.id = queue.incident_id),"                                 \
	"  themes = coalesce((SELECT group_concat(theme, ',') FROM"            \
	"    (SELECT t.theme" OPEN_TAGS_OF_QUEUE                               \
	"    ORDER BY t.level DESC, t.score DESC, t.theme)), ''),"             \
	"  why = coalesce((SELECT json_extract(p.value, '$.why')"              \
	"    || coalesce(': “' || json_extract(p.value, '$.text') || '”'," \
	"    '') FROM (SELECT t.*" OPEN_TAGS_OF_QUEUE                          \
	"    ORDER BY t.level DESC, t.score DESC, t.theme LIMIT 1) best,"      \
	"    json_each(best.evidence, '$[0].evidence') p"                      \
	"    ORDER BY json_extract(p.value, '$.points') DESC LIMIT 1),"        \
	"    '');"                                                             \
	"CREATE INDEX queue_district ON queue"                                 \
	"  (district, rank, since_ms, incident_id);"
#define QUEUE_TABLES                                                      \
	"CREATE TABLE queue_theme ("                                      \
	"  theme       TEXT    NOT NULL,"                                 \
	"  rank        INTEGER NOT NULL,"                                 \
	"  since_ms    INTEGER NOT NULL,"                                 \
	"  incident_id INTEGER NOT NULL"                                  \
	"    REFERENCES queue(incident_id) ON DELETE CASCADE,"            \
	"  district    TEXT COLLATE NOCASE,"                              \
	"  PRIMARY KEY (theme, rank, since_ms, incident_id)"              \
	") STRICT, WITHOUT ROWID;"                                        \
	"CREATE INDEX queue_theme_incident ON queue_theme (incident_id);" \
	"CREATE INDEX queue_theme_district ON queue_theme"                \
	"  (theme, district, rank, since_ms, incident_id);"               \
	"INSERT INTO queue_theme (theme, rank, since_ms, incident_id,"    \
	"    district)"                                                   \
	"  SELECT t.theme, queue.rank, queue.since_ms, t.incident_id,"    \
	"    queue.district FROM queue JOIN tag t"                        \
	"    ON t.incident_id = queue.incident_id"                        \
	"  WHERE t.ended_ms IS NULL AND NOT EXISTS (SELECT 1"             \
	"    FROM decision d WHERE d.incident_id = t.incident_id"         \
	"    AND d.theme = t.theme AND d.undone_ms IS NULL);"             \
	"CREATE TABLE queue_tally ("                                      \
	"  theme    TEXT    NOT NULL,"                                    \
	"  district TEXT    NOT NULL COLLATE NOCASE,"                     \
	"  rank     INTEGER NOT NULL,"                                    \
	"  count    INTEGER NOT NULL,"                                    \
	"  PRIMARY KEY (theme, rank, district)"                           \
	") STRICT, WITHOUT ROWID;"                                        \
	"INSERT INTO queue_tally SELECT '', coalesce(district, ''),"      \
	"  rank, count(*) FROM queue GROUP BY 2, 3;"                      \
	"INSERT INTO queue_tally SELECT theme, coalesce(district, ''),"   \
	"  rank, count(*) FROM queue_theme GROUP BY 1, 2, 3;"
/* A row more or less of a theme; '' is all of the queue. */
#define QUEUE_TRIGGERS                                                               \
	"CREATE TRIGGER queue_tally_add AFTER INSERT ON queue BEGIN "                \
	"INSERT INTO queue_tally VALUES ('', coalesce(new.district, ''),"            \
	"  new.rank, 1) ON CONFLICT DO UPDATE SET count = count + 1;"                \
	"END;"                                                                       \
	"CREATE TRIGGER queue_tally_remove AFTER DELETE ON queue BEGIN "             \
	"UPDATE queue_tally SET count = count - 1 WHERE theme = ''"                  \
	"  AND district = coalesce(old.district, '') AND rank = old.rank;"           \
	"END;"                                                                       \
	"CREATE TRIGGER queue_tally_move"                                            \
	" AFTER UPDATE OF rank, district ON queue BEGIN "                            \
	"UPDATE queue_tally SET count = count - 1 WHERE theme = ''"                  \
	"  AND district = coalesce(old.district, '') AND rank = old.rank;"           \
	"INSERT INTO queue_tally VALUES ('', coalesce(new.district, ''),"            \
	"  new.rank, 1) ON CONFLICT DO UPDATE SET count = count + 1;"                \
	"END;"                                                                       \
	"CREATE TRIGGER queue_theme_tally_add AFTER INSERT ON queue_theme BEGIN "    \
	"INSERT INTO queue_tally VALUES (new.theme, coalesce(new.district, ''),"     \
	"  new.rank, 1) ON CONFLICT DO UPDATE SET count = count + 1;"                \
	"END;"                                                                       \
	"CREATE TRIGGER queue_theme_tally_remove AFTER DELETE ON queue_theme BEGIN " \
	"UPDATE queue_tally SET count = count - 1 WHERE theme = old.theme"           \
	"  AND district = coalesce(old.district, '') AND rank = old.rank;"           \
	"END;"

/* Looks go by the message that was seen. */
#define LOOKED_COLUMNS                                     \
	"ALTER TABLE looked ADD COLUMN message_id INTEGER" \
	"  NOT NULL DEFAULT 0;"                            \
	"UPDATE looked SET message_id = coalesce("         \
	"  (SELECT max(m.id) FROM message m"               \
	"  WHERE m.incident_id = looked.incident_id"       \
	"  AND m.received_ms <= looked.at_ms), 0);"

/*
 * What an incident gives people to see to (duties.c).  What is tagged already
 * has its informants put there, as agent/aftercare.c does.
 */
#define DUTY_TABLES                                                      \
	"CREATE TABLE informant ("                                       \
	"  incident_id INTEGER PRIMARY KEY"                              \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                 \
	"  reach       INTEGER NOT NULL CHECK (reach IN (1, 2)),"        \
	"  closed_ms   INTEGER"                                          \
	") STRICT;"                                                      \
	"CREATE INDEX informant_closed ON informant (closed_ms);"        \
	"CREATE TABLE attend_watch ("                                    \
	"  incident_id INTEGER PRIMARY KEY"                              \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                 \
	"  due_ms      INTEGER NOT NULL"                                 \
	") STRICT;"                                                      \
	"CREATE INDEX attend_watch_due ON attend_watch (due_ms);"        \
	"INSERT INTO informant (incident_id, reach, closed_ms)"          \
	"  SELECT id, CASE WHEN max(way) AND min(ok) THEN 1 ELSE 2 END," \
	"    closed_ms FROM ("                                           \
	"    SELECT i.id, i.closed_ms,"                                  \
	"      coalesce(length(json_extract(j, '$.informant.phone'))"    \
	"        OR length(json_extract(j, '$.informant.address')), 0)"  \
	"        AS way,"                                                \
	"      coalesce(json_extract(j, '$.informant.contact_ok'), 1)"   \
	"        AS ok"                                                  \
	"    FROM (SELECT DISTINCT incident_id FROM tag) t"              \
	"    CROSS JOIN incident i ON i.id = t.incident_id"              \
	"    CROSS JOIN (SELECT incident_id, CASE WHEN"                  \
	"      json_valid(CAST(bytes AS TEXT)) THEN CAST(bytes AS TEXT)" \
	"      END AS j FROM message) m ON m.incident_id = i.id"         \
	"    WHERE json_type(j, '$.informant') = 'object')"              \
	"  GROUP BY id;"

/*
 * The encampment register (camps.c).  An entry lives as long as one of the
 * incidents that belong to it: the trigger ends it with the last.  Lines are
 * never changed; what is derived of them stands in camp and camp_deadline.
 */
#define CAMP_TABLES                                                          \
	"CREATE TABLE camp ("                                                \
	"  id            INTEGER PRIMARY KEY AUTOINCREMENT,"                 \
	"  reported_ms   INTEGER NOT NULL,"                                  \
	"  opened_ms     INTEGER NOT NULL,"                                  \
	"  account_id    INTEGER NOT NULL REFERENCES account(id),"           \
	"  district      TEXT,"                                              \
	"  lat           REAL,"                                              \
	"  lon           REAL,"                                              \
	"  rule_version  INTEGER NOT NULL,"                                  \
	"  rule_text     TEXT    NOT NULL,"                                  \
	"  return_days   INTEGER NOT NULL,"                                  \
	"  move_m        INTEGER NOT NULL,"                                  \
	"  moved_from    INTEGER REFERENCES camp(id) ON DELETE SET NULL,"    \
	"  turns         INTEGER NOT NULL DEFAULT 0,"                        \
	"  place         TEXT    NOT NULL DEFAULT '',"                       \
	"  land          TEXT    NOT NULL DEFAULT '',"                       \
	"  visited_ms    INTEGER,"                                           \
	"  visits        INTEGER NOT NULL DEFAULT 0,"                        \
	"  caravans_most INTEGER,"                                           \
	"  vehicles_most INTEGER,"                                           \
	"  left_ms       INTEGER,"                                           \
	"  away_ms       INTEGER NOT NULL DEFAULT 0,"                        \
	"  outcome       TEXT,"                                              \
	"  CHECK ((left_ms IS NULL) = (outcome IS NULL))"                    \
	") STRICT;"                                                          \
	"CREATE INDEX camp_reported ON camp (reported_ms, id);"              \
	"CREATE INDEX camp_open ON camp (reported_ms, id)"                   \
	"  WHERE left_ms IS NULL;"                                           \
	"CREATE INDEX camp_closed ON camp (reported_ms, id)"                 \
	"  WHERE left_ms IS NOT NULL;"                                       \
	"CREATE INDEX camp_left ON camp (left_ms)"                           \
	"  WHERE left_ms IS NOT NULL;"                                       \
	"CREATE INDEX camp_lat ON camp (lat);"                               \
	"CREATE INDEX camp_moved ON camp (moved_from)"                       \
	"  WHERE moved_from IS NOT NULL;"                                    \
	"CREATE TABLE camp_incident ("                                       \
	"  id          INTEGER PRIMARY KEY,"                                 \
	"  camp_id     INTEGER NOT NULL REFERENCES camp(id)"                 \
	"    ON DELETE CASCADE,"                                             \
	"  incident_id INTEGER NOT NULL"                                     \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                     \
	"  joined_ms   INTEGER NOT NULL,"                                    \
	"  joined_by   INTEGER NOT NULL REFERENCES account(id),"             \
	"  parted_ms   INTEGER,"                                             \
	"  parted_by   INTEGER REFERENCES account(id),"                      \
	"  CHECK ((parted_ms IS NULL) = (parted_by IS NULL))"                \
	") STRICT;"                                                          \
	"CREATE INDEX camp_incident_camp ON camp_incident (camp_id);"        \
	"CREATE INDEX camp_incident_all ON camp_incident (incident_id);"     \
	"CREATE UNIQUE INDEX camp_incident_once"                             \
	"  ON camp_incident (incident_id) WHERE parted_ms IS NULL;"          \
	"CREATE TRIGGER camp_ends AFTER DELETE ON camp_incident"             \
	"  WHEN NOT EXISTS (SELECT 1 FROM camp_incident"                     \
	"    WHERE camp_id = OLD.camp_id AND parted_ms IS NULL)"             \
	"  BEGIN DELETE FROM camp WHERE id = OLD.camp_id; END;"              \
	"CREATE TABLE camp_line ("                                           \
	"  id          INTEGER PRIMARY KEY AUTOINCREMENT,"                   \
	"  camp_id     INTEGER NOT NULL REFERENCES camp(id)"                 \
	"    ON DELETE CASCADE,"                                             \
	"  kind        INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 12),"      \
	"  at_ms       INTEGER NOT NULL,"                                    \
	"  made_ms     INTEGER NOT NULL,"                                    \
	"  account_id  INTEGER NOT NULL REFERENCES account(id),"             \
	"  corrects_id INTEGER UNIQUE REFERENCES camp_line(id)"              \
	"    ON DELETE CASCADE,"                                             \
	"  refers_id   INTEGER REFERENCES camp_line(id)"                     \
	"    ON DELETE CASCADE,"                                             \
	"  body        TEXT    NOT NULL"                                     \
	") STRICT;"                                                          \
	"CREATE INDEX camp_line_camp ON camp_line (camp_id, id);"            \
	"CREATE INDEX camp_line_refers ON camp_line (refers_id)"             \
	"  WHERE refers_id IS NOT NULL;"                                     \
	"CREATE TABLE camp_deadline ("                                       \
	"  line_id INTEGER PRIMARY KEY REFERENCES camp_line(id)"             \
	"    ON DELETE CASCADE,"                                             \
	"  camp_id INTEGER NOT NULL REFERENCES camp(id) ON DELETE CASCADE,"  \
	"  due_ms  INTEGER NOT NULL"                                         \
	") STRICT;"                                                          \
	"CREATE INDEX camp_deadline_due ON camp_deadline (due_ms, line_id);" \
	"CREATE INDEX camp_deadline_camp ON camp_deadline (camp_id);"

/*
 * Where and when the incidents are that were ever tagged (mapstore.c).  The
 * triggers keep it, in the transaction that tags or moves an incident.
 */
#define PUT_TAGGED_SPOT                                                     \
	"INSERT OR REPLACE INTO tagged_spot (incident_id, at_ms, lat, lon)" \
	" SELECT id, coalesce(opened_ms, first_ms), lat, lon FROM incident" \
	" WHERE lat IS NOT NULL AND lon IS NOT NULL AND "
#define MAP_TABLES                                                      \
	"CREATE TABLE tagged_spot ("                                    \
	"  incident_id INTEGER PRIMARY KEY"                             \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                \
	"  at_ms       INTEGER NOT NULL,"                               \
	"  lat         REAL    NOT NULL,"                               \
	"  lon         REAL    NOT NULL"                                \
	") STRICT;"                                                     \
	"CREATE INDEX tagged_spot_time ON tagged_spot"                  \
	"  (at_ms, incident_id, lat, lon);"                             \
	"CREATE TRIGGER tagged_spot_tag AFTER INSERT ON tag"            \
	" BEGIN " PUT_TAGGED_SPOT "id = new.incident_id; END;"          \
	"CREATE TRIGGER tagged_spot_added AFTER INSERT ON decision"     \
	" WHEN new.verdict = 3"                                         \
	" BEGIN " PUT_TAGGED_SPOT "id = new.incident_id; END;"          \
	"CREATE TRIGGER tagged_spot_moved"                              \
	" AFTER UPDATE OF lat, lon, opened_ms ON incident"              \
	" WHEN new.lat IS NOT old.lat OR new.lon IS NOT old.lon"        \
	"  OR new.opened_ms IS NOT old.opened_ms"                       \
	" BEGIN DELETE FROM tagged_spot WHERE incident_id = new.id;"    \
	" " PUT_TAGGED_SPOT "id = new.id AND (EXISTS (SELECT 1"         \
	"  FROM tag WHERE incident_id = new.id) OR EXISTS (SELECT 1"    \
	"  FROM decision WHERE incident_id = new.id AND verdict = 3));" \
	" END;" PUT_TAGGED_SPOT "(id IN (SELECT incident_id FROM tag)"  \
	" OR id IN (SELECT incident_id FROM decision WHERE verdict = 3))"

/* What officers leave for those who come next (handover.c). */
#define HANDOVER_TABLES                                           \
	"CREATE TABLE handover_note ("                            \
	"  id         INTEGER PRIMARY KEY,"                       \
	"  at_ms      INTEGER NOT NULL,"                          \
	"  account_id INTEGER NOT NULL REFERENCES account(id),"   \
	"  note       TEXT    NOT NULL"                           \
	") STRICT;"                                               \
	"CREATE INDEX handover_note_at ON handover_note (at_ms);" \
	"CREATE INDEX decision_at ON decision (at_ms);"           \
	"CREATE INDEX decision_theme ON decision (theme)"         \
	"  WHERE undone_ms IS NULL;"
/*
 * What is erased by age (retention.c): holds, reviews that fell due,
 * certificates and what they cover, files in done folders.  A hold has no
 * cascade: while it stands, erasing its incident fails.
 */
#define RETENTION_TABLES                                                  \
	"CREATE TABLE hold ("                                             \
	"  id          INTEGER PRIMARY KEY,"                              \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id),"         \
	"  at_ms       INTEGER NOT NULL,"                                 \
	"  actor       TEXT    NOT NULL,"                                 \
	"  until_ms    INTEGER,"                                          \
	"  ended_ms    INTEGER,"                                          \
	"  ended_by    TEXT,"                                             \
	"  why         TEXT    NOT NULL,"                                 \
	"  CHECK ((ended_ms IS NULL) = (ended_by IS NULL))"               \
	") STRICT;"                                                       \
	"CREATE INDEX hold_incident ON hold (incident_id);"               \
	"CREATE UNIQUE INDEX hold_stands ON hold (incident_id)"           \
	"  WHERE ended_ms IS NULL;"                                       \
	"CREATE TABLE retention_review ("                                 \
	"  incident_id INTEGER PRIMARY KEY"                               \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                  \
	"  class       TEXT    NOT NULL,"                                 \
	"  due_ms      INTEGER NOT NULL,"                                 \
	"  asked_ms    INTEGER NOT NULL,"                                 \
	"  verdict     INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2)," \
	"  why         INTEGER,"                                          \
	"  at_ms       INTEGER,"                                          \
	"  actor       TEXT,"                                             \
	"  until_ms    INTEGER"                                           \
	") STRICT;"                                                       \
	"CREATE INDEX retention_review_open ON retention_review (due_ms)" \
	"  WHERE verdict = 0;"                                            \
	"CREATE TABLE certificate ("                                      \
	"  id          INTEGER PRIMARY KEY,"                              \
	"  class       TEXT    NOT NULL,"                                 \
	"  rule        TEXT    NOT NULL,"                                 \
	"  actor       TEXT    NOT NULL,"                                 \
	"  begun_ms    INTEGER NOT NULL,"                                 \
	"  ended_ms    INTEGER,"                                          \
	"  incidents   INTEGER NOT NULL DEFAULT 0,"                       \
	"  messages    INTEGER NOT NULL DEFAULT 0,"                       \
	"  tags        INTEGER NOT NULL DEFAULT 0,"                       \
	"  deliveries  INTEGER NOT NULL DEFAULT 0,"                       \
	"  decisions   INTEGER NOT NULL DEFAULT 0,"                       \
	"  quarantined INTEGER NOT NULL DEFAULT 0,"                       \
	"  files       INTEGER NOT NULL DEFAULT 0,"                       \
	"  salt        BLOB    NOT NULL CHECK (length(salt) = 16),"       \
	"  digest      BLOB    NOT NULL CHECK (length(digest) = 32),"     \
	"  audit_id    INTEGER,"                                          \
	"  audit_hash  BLOB"                                              \
	") STRICT;"                                                       \
	"CREATE UNIQUE INDEX certificate_open ON certificate (class)"     \
	"  WHERE ended_ms IS NULL;"                                       \
	"CREATE TABLE erased ("                                           \
	"  n              INTEGER PRIMARY KEY,"                           \
	"  incident_id    INTEGER NOT NULL UNIQUE,"                       \
	"  certificate_id INTEGER NOT NULL REFERENCES certificate(id),"   \
	"  digest         BLOB    NOT NULL CHECK (length(digest) = 32)"   \
	") STRICT;"                                                       \
	"CREATE INDEX erased_digest ON erased (certificate_id, digest);"

#define RETENTION_STATE_TABLES                           \
	"CREATE TABLE retention_state ("                 \
	"  id       INTEGER PRIMARY KEY CHECK (id = 1)," \
	"  begun_ms INTEGER NOT NULL,"                   \
	"  ended_ms INTEGER,"                            \
	"  looked   INTEGER NOT NULL,"                   \
	"  erased   INTEGER NOT NULL,"                   \
	"  asked    INTEGER NOT NULL,"                   \
	"  held     INTEGER NOT NULL"                    \
	") STRICT;"                                      \
	"CREATE TABLE copy ("                            \
	"  feed    TEXT    NOT NULL,"                    \
	"  name    TEXT    NOT NULL,"                    \
	"  seen_ms INTEGER NOT NULL,"                    \
	"  there_ms INTEGER NOT NULL,"                   \
	"  erasing INTEGER NOT NULL DEFAULT 0,"          \
	"  PRIMARY KEY (feed, name)"                     \
	") STRICT, WITHOUT ROWID;"

/* What is recorded of fly-tipping (tippings.c). */
#define TIPPING_TABLES                                                \
	"CREATE TABLE tipping ("                                      \
	"  id          INTEGER PRIMARY KEY,"                          \
	"  incident_id INTEGER NOT NULL"                              \
	"    REFERENCES incident(id) ON DELETE CASCADE,"              \
	"  made_ms     INTEGER NOT NULL,"                             \
	"  account_id  INTEGER NOT NULL REFERENCES account(id),"      \
	"  body        TEXT    NOT NULL,"                             \
	"  size        TEXT    NOT NULL,"                             \
	"  waste       TEXT    NOT NULL,"                             \
	"  land        TEXT    NOT NULL,"                             \
	"  witnessed   TEXT    NOT NULL,"                             \
	"  evidence    TEXT    NOT NULL,"                             \
	"  referred_ms INTEGER,"                                      \
	"  cleared_ms  INTEGER,"                                      \
	"  opened_ms   INTEGER NOT NULL,"                             \
	"  replaced_ms INTEGER"                                       \
	") STRICT;"                                                   \
	"CREATE INDEX tipping_incident ON tipping (incident_id, id);" \
	"CREATE UNIQUE INDEX tipping_stands ON tipping (incident_id)" \
	"  WHERE replaced_ms IS NULL;"                                \
	"CREATE INDEX tipping_opened ON tipping (opened_ms, id)"      \
	"  WHERE replaced_ms IS NULL;"

/*
 * Series that people make, and what they say of links that the program
 * proposes (linksets.c).
 */
#define LINKSET_TABLES                                                      \
	"CREATE TABLE linkset ("                                            \
	"  id         INTEGER PRIMARY KEY,"                                 \
	"  name       TEXT    NOT NULL,"                                    \
	"  made_ms    INTEGER NOT NULL,"                                    \
	"  account_id INTEGER NOT NULL REFERENCES account(id)"              \
	") STRICT;"                                                         \
	"CREATE TABLE linkset_member ("                                     \
	"  id          INTEGER PRIMARY KEY,"                                \
	"  linkset_id  INTEGER NOT NULL"                                    \
	"    REFERENCES linkset(id) ON DELETE CASCADE,"                     \
	"  incident_id INTEGER NOT NULL"                                    \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                    \
	"  kind        INTEGER NOT NULL,"                                   \
	"  reason      TEXT    NOT NULL,"                                   \
	"  at_ms       INTEGER NOT NULL,"                                   \
	"  account_id  INTEGER NOT NULL REFERENCES account(id),"            \
	"  undone_ms   INTEGER,"                                            \
	"  undone_by   INTEGER REFERENCES account(id)"                      \
	") STRICT;"                                                         \
	"CREATE UNIQUE INDEX linkset_member_stands ON linkset_member"       \
	"  (linkset_id, incident_id) WHERE undone_ms IS NULL;"              \
	"CREATE INDEX linkset_member_set ON linkset_member (linkset_id);"   \
	"CREATE INDEX linkset_member_incident ON linkset_member"            \
	"  (incident_id);"                                                  \
	"CREATE TRIGGER linkset_gone AFTER DELETE ON linkset_member"        \
	" WHEN NOT EXISTS (SELECT 1 FROM linkset_member"                    \
	"  WHERE linkset_id = old.linkset_id)"                              \
	" BEGIN"                                                            \
	"  DELETE FROM linkset WHERE id = old.linkset_id;"                  \
	" END;"                                                             \
	"CREATE TABLE link_verdict ("                                       \
	"  id          INTEGER PRIMARY KEY,"                                \
	"  incident_id INTEGER NOT NULL"                                    \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                    \
	"  other_id    INTEGER NOT NULL"                                    \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                    \
	"  kind        INTEGER NOT NULL,"                                   \
	"  verdict     INTEGER NOT NULL CHECK (verdict IN (1, 2)),"         \
	"  at_ms       INTEGER NOT NULL,"                                   \
	"  account_id  INTEGER NOT NULL REFERENCES account(id),"            \
	"  undone_ms   INTEGER,"                                            \
	"  undone_by   INTEGER REFERENCES account(id),"                     \
	"  CHECK (incident_id < other_id)"                                  \
	") STRICT;"                                                         \
	"CREATE UNIQUE INDEX link_verdict_stands ON link_verdict"           \
	"  (incident_id, other_id, kind) WHERE undone_ms IS NULL;"          \
	"CREATE INDEX link_verdict_incident ON link_verdict (incident_id);" \
	"CREATE INDEX link_verdict_other ON link_verdict (other_id);"

/*
 * A delivery can be about what a unit did in an area (alerts/areatell.c): then
 * incident_id is NULL.  It outlives the event, of which it then names nothing.
 * SQLite takes no NOT NULL back, so both tables are made anew; attempt goes
 * with outbox, to which it refers.
 */
#define AREA_OUTBOX                                                     \
	"CREATE TABLE outbox_new ("                                     \
	"  id            INTEGER PRIMARY KEY,"                          \
	"  incident_id   INTEGER REFERENCES incident(id),"              \
	"  area_event_id INTEGER REFERENCES area_event(id)"             \
	"    ON DELETE SET NULL,"                                       \
	"  channel       TEXT    NOT NULL,"                             \
	"  recipient     TEXT    NOT NULL,"                             \
	"  theme         TEXT    NOT NULL,"                             \
	"  level         INTEGER NOT NULL,"                             \
	"  reason        INTEGER NOT NULL,"                             \
	"  alert_id      TEXT    NOT NULL,"                             \
	"  key           TEXT    NOT NULL UNIQUE,"                      \
	"  state         INTEGER NOT NULL,"                             \
	"  attempts      INTEGER NOT NULL DEFAULT 0,"                   \
	"  created_ms    INTEGER NOT NULL,"                             \
	"  due_ms        INTEGER NOT NULL,"                             \
	"  expires_ms    INTEGER NOT NULL,"                             \
	"  lease_ms      INTEGER,"                                      \
	"  done_ms       INTEGER,"                                      \
	"  last_error    TEXT,"                                         \
	"  aside_ms      INTEGER,"                                      \
	"  aside_why     INTEGER,"                                      \
	"  body          BLOB    NOT NULL,"                             \
	"  CHECK (state BETWEEN 0 AND 3),"                              \
	"  CHECK ((state = 1) = (lease_ms IS NOT NULL)),"               \
	"  CHECK ((state >= 2) = (done_ms IS NOT NULL)),"               \
	"  CHECK (incident_id IS NULL OR area_event_id IS NULL)"        \
	") STRICT;"                                                     \
	"CREATE TABLE attempt_new ("                                    \
	"  outbox_id INTEGER NOT NULL REFERENCES outbox_new(id),"       \
	"  n         INTEGER NOT NULL,"                                 \
	"  begun_ms  INTEGER NOT NULL,"                                 \
	"  ended_ms  INTEGER,"                                          \
	"  verdict   INTEGER,"                                          \
	"  reply     TEXT,"                                             \
	"  PRIMARY KEY (outbox_id, n)"                                  \
	") STRICT, WITHOUT ROWID;"                                      \
	"INSERT INTO outbox_new SELECT id, incident_id, NULL, channel," \
	" recipient, theme, level, reason, alert_id, key, state,"       \
	" attempts, created_ms, due_ms, expires_ms, lease_ms, done_ms," \
	" last_error, aside_ms, aside_why, body FROM outbox;"           \
	"INSERT INTO attempt_new SELECT outbox_id, n, begun_ms,"        \
	" ended_ms, verdict, reply FROM attempt;"                       \
	"DROP TABLE attempt;"                                           \
	"DROP TABLE outbox;"                                            \
	"ALTER TABLE outbox_new RENAME TO outbox;"                      \
	"ALTER TABLE attempt_new RENAME TO attempt;"                    \
	"CREATE INDEX outbox_due ON outbox (channel, due_ms)"           \
	"  WHERE state = 0;"                                            \
	"CREATE INDEX outbox_expires ON outbox (expires_ms)"            \
	"  WHERE state = 0;"                                            \
	"CREATE INDEX outbox_lease ON outbox (lease_ms)"                \
	"  WHERE state = 1;"                                            \
	"CREATE INDEX outbox_order ON outbox"                           \
	"  (incident_id, recipient, channel) WHERE state < 2;"          \
	"CREATE INDEX outbox_done ON outbox (state, done_ms)"           \
	"  WHERE state >= 2;"                                           \
	"CREATE INDEX outbox_incident ON outbox (incident_id);"         \
	"CREATE INDEX outbox_area_event ON outbox (area_event_id)"      \
	"  WHERE area_event_id IS NOT NULL;"

/*
 * What happened at one place, by time: in cells of some 550 m, which links.c
 * reckons in the same way.  It has the position too, so that no row is read.
 */
#define CELL_INDEX                                     \
	"CREATE INDEX incident_cell ON incident ("     \
	"  CAST((lat + 90) * 200 AS INTEGER) * 100000" \
	"    + CAST((lon + 180) * 125 AS INTEGER),"    \
	"  opened_ms, lat, lon)"                       \
	"  WHERE lat IS NOT NULL AND lon IS NOT NULL;"

/* What a track's clock was held to be, in its order (judgements.c). */
#define JUDGEMENT_TABLES                              \
	"CREATE TABLE track_judgement ("              \
	"  track_id       INTEGER NOT NULL"           \
	"    REFERENCES track(id) ON DELETE CASCADE," \
	"  number         INTEGER NOT NULL,"          \
	"  kind           INTEGER NOT NULL"           \
	"    CHECK (kind BETWEEN 1 AND 4),"           \
	"  clock          INTEGER NOT NULL"           \
	"    CHECK (clock BETWEEN 0 AND 4),"          \
	"  correction_ms  INTEGER,"                   \
	"  uncertainty_ms INTEGER NOT NULL,"          \
	"  made_ms        INTEGER NOT NULL,"          \
	"  former         INTEGER NOT NULL,"          \
	"  restates       INTEGER NOT NULL,"          \
	"  lat            REAL,"                      \
	"  lon            REAL,"                      \
	"  within_m       REAL,"                      \
	"  known_ms       INTEGER,"                   \
	"  spread_ms      INTEGER NOT NULL,"          \
	"  from_ms        INTEGER,"                   \
	"  to_ms          INTEGER,"                   \
	"  actor          TEXT    NOT NULL,"          \
	"  clock_why      TEXT    NOT NULL,"          \
	"  note           TEXT,"                      \
	"  PRIMARY KEY (track_id, number)"            \
	") STRICT, WITHOUT ROWID;"

/* What a position was found to be as it came (leap.h): enum track_mark. */
#define POSITION_MARK \
	"ALTER TABLE position ADD COLUMN mark INTEGER NOT NULL DEFAULT 0;"

/*
 * Incidents decided together (joint.c).  A batch goes with the last of its
 * incidents.
 */
#define BATCH_TABLES                                                     \
	"CREATE TABLE batch ("                                           \
	"  id         INTEGER PRIMARY KEY,"                              \
	"  at_ms      INTEGER NOT NULL,"                                 \
	"  account_id INTEGER NOT NULL REFERENCES account(id),"          \
	"  verdict    INTEGER NOT NULL CHECK (verdict BETWEEN 1 AND 3)," \
	"  theme      TEXT,"                                             \
	"  once       TEXT    NOT NULL,"                                 \
	"  decided    INTEGER NOT NULL DEFAULT 0,"                       \
	"  left_out   INTEGER NOT NULL DEFAULT 0,"                       \
	"  undone_ms  INTEGER,"                                          \
	"  undone_by  INTEGER REFERENCES account(id),"                   \
	"  restored   INTEGER NOT NULL DEFAULT 0,"                       \
	"  CHECK ((verdict = 3) = (theme IS NOT NULL)),"                 \
	"  CHECK ((undone_ms IS NULL) = (undone_by IS NULL))"            \
	") STRICT;"                                                      \
	"CREATE UNIQUE INDEX batch_once ON batch (account_id, once);"    \
	"CREATE TABLE batch_item ("                                      \
	"  batch_id    INTEGER NOT NULL"                                 \
	"    REFERENCES batch(id) ON DELETE CASCADE,"                    \
	"  incident_id INTEGER NOT NULL"                                 \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                 \
	"  outcome     INTEGER NOT NULL,"                                \
	"  act_id      INTEGER,"                                         \
	"  back        INTEGER,"                                         \
	"  PRIMARY KEY (batch_id, incident_id),"                         \
	"  CHECK ((outcome = 1) = (act_id IS NOT NULL))"                 \
	") STRICT, WITHOUT ROWID;"                                       \
	"CREATE INDEX batch_item_incident ON batch_item"                 \
	"  (incident_id);"                                               \
	"CREATE TRIGGER batch_gone AFTER DELETE ON batch_item"           \
	" WHEN NOT EXISTS (SELECT 1 FROM batch_item"                     \
	"  WHERE batch_id = old.batch_id)"                               \
	" BEGIN"                                                         \
	"  DELETE FROM batch WHERE id = old.batch_id;"                   \
	" END;"

/* Names for filters of the queue (views.c), and where an account starts. */
#define VIEW_TABLES                                                  \
	"CREATE TABLE saved_view ("                                  \
	"  id         INTEGER PRIMARY KEY,"                          \
	"  account_id INTEGER NOT NULL"                              \
	"    REFERENCES account(id) ON DELETE CASCADE,"              \
	"  name       TEXT    NOT NULL,"                             \
	"  query      TEXT    NOT NULL,"                             \
	"  is_shared  INTEGER NOT NULL CHECK (is_shared IN (0, 1))," \
	"  made_ms    INTEGER NOT NULL,"                             \
	"  turns      INTEGER NOT NULL"                              \
	") STRICT;"                                                  \
	"CREATE UNIQUE INDEX view_name ON saved_view"                \
	"  (account_id, name COLLATE NOCASE);"                       \
	"CREATE INDEX view_shared ON saved_view (is_shared)"         \
	"  WHERE is_shared = 1;"                                     \
	"CREATE TABLE view_start ("                                  \
	"  account_id INTEGER PRIMARY KEY"                           \
	"    REFERENCES account(id) ON DELETE CASCADE,"              \
	"  view_id    INTEGER NOT NULL"                              \
	"    REFERENCES saved_view(id) ON DELETE CASCADE"            \
	") STRICT;"                                                  \
	"CREATE INDEX view_start_view ON view_start (view_id);"

/*
 * Changes of the force's own rule files, and the versions that came of them
 * (rulebook.c).  No person approves what they proposed, but for a suspension
 * (kind 3).  One change at a time is approved and not yet in force.
 */
#define RULEBOOK_TABLES                                                          \
	"CREATE TABLE rule_change ("                                             \
	"  id            INTEGER PRIMARY KEY,"                                   \
	"  file          TEXT    NOT NULL,"                                      \
	"  state         INTEGER NOT NULL CHECK (state BETWEEN 1 AND 8),"        \
	"  kind          INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),"         \
	"  changes       INTEGER NOT NULL DEFAULT 1,"                            \
	"  account_id    INTEGER NOT NULL REFERENCES account(id),"               \
	"  made_ms       INTEGER NOT NULL,"                                      \
	"  decided_by    INTEGER REFERENCES account(id),"                        \
	"  decided_ms    INTEGER,"                                               \
	"  restores_id   INTEGER REFERENCES rule_change(id),"                    \
	"  version       INTEGER,"                                               \
	"  effected_ms   INTEGER,"                                               \
	"  ended_ms      INTEGER,"                                               \
	"  base          BLOB CHECK (length(base) = 32),"                        \
	"  digest        BLOB CHECK (length(digest) = 32),"                      \
	"  checked_set   TEXT,"                                                  \
	"  errors        INTEGER NOT NULL,"                                      \
	"  warnings      INTEGER NOT NULL,"                                      \
	"  tests         INTEGER NOT NULL,"                                      \
	"  failed        INTEGER NOT NULL,"                                      \
	"  preview_state INTEGER NOT NULL DEFAULT 0"                             \
	"    CHECK (preview_state BETWEEN 0 AND 5),"                             \
	"  preview_done  INTEGER NOT NULL DEFAULT 0,"                            \
	"  preview_of    INTEGER NOT NULL DEFAULT 0,"                            \
	"  preview_days  INTEGER NOT NULL DEFAULT 0,"                            \
	"  preview_ms    INTEGER,"                                               \
	"  preview_set   TEXT,"                                                  \
	"  preview_live  TEXT,"                                                  \
	"  reason        TEXT    NOT NULL,"                                      \
	"  answer        TEXT,"                                                  \
	"  report        TEXT    NOT NULL,"                                      \
	"  preview       TEXT,"                                                  \
	"  text          TEXT,"                                                  \
	"  CHECK (decided_by IS NULL OR decided_by <> account_id OR kind = 3),"  \
	"  CHECK (state NOT IN (3, 4, 5, 7) OR decided_by IS NOT NULL),"         \
	"  CHECK ((state IN (4, 5)) = (version IS NOT NULL)),"                   \
	"  CHECK ((text IS NULL) = (digest IS NULL))"                            \
	") STRICT;"                                                              \
	"CREATE INDEX rule_change_state ON rule_change (state, id);"             \
	"CREATE UNIQUE INDEX rule_change_approved ON rule_change (state)"        \
	"  WHERE state = 3;"                                                     \
	"CREATE UNIQUE INDEX rule_change_in_force ON rule_change (file)"         \
	"  WHERE state = 4;"                                                     \
	"CREATE UNIQUE INDEX rule_change_version ON rule_change (file, version)" \
	"  WHERE version IS NOT NULL;"                                           \
	"CREATE INDEX rule_change_preview ON rule_change (id)"                   \
	"  WHERE preview_state IN (1, 2);"                                       \
	"CREATE TABLE rule_example ("                                            \
	"  id          INTEGER PRIMARY KEY,"                                     \
	"  change_id   INTEGER NOT NULL"                                         \
	"    REFERENCES rule_change(id) ON DELETE CASCADE,"                      \
	"  incident_id INTEGER NOT NULL"                                         \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                         \
	"  theme       TEXT    NOT NULL,"                                        \
	"  kind        TEXT    NOT NULL,"                                        \
	"  live        TEXT    NOT NULL,"                                        \
	"  candidate   TEXT    NOT NULL"                                         \
	") STRICT;"                                                              \
	"CREATE INDEX rule_example_change ON rule_example (change_id);"          \
	"CREATE INDEX rule_example_incident ON rule_example (incident_id);"

/* The cells of CELL_INDEX again, for what may be farther off than it is. */
#define UNSURE_INDEX                                   \
	"CREATE INDEX incident_unsure ON incident ("   \
	"  CAST((lat + 90) * 200 AS INTEGER) * 100000" \
	"    + CAST((lon + 180) * 125 AS INTEGER),"    \
	"  opened_ms, lat, lon, uncertainty_m)"        \
	"  WHERE lat IS NOT NULL AND lon IS NOT NULL"  \
	"  AND uncertainty_m > 0;"

/*
 * Who has what waits: who took it, decided last of it, or holds a follow-up of
 * it.  Account 0 has all that anybody has, by whatever way.  The update goes
 * last: by it the triggers take in what is there already.
 */
#define QUEUE_MINE_TABLE                                          \
	"CREATE TABLE queue_mine ("                               \
	"  account_id  INTEGER NOT NULL,"                         \
	"  rank        INTEGER NOT NULL,"                         \
	"  since_ms    INTEGER NOT NULL,"                         \
	"  incident_id INTEGER NOT NULL"                          \
	"    REFERENCES queue(incident_id) ON DELETE CASCADE,"    \
	"  PRIMARY KEY (account_id, rank, since_ms, incident_id)" \
	") STRICT, WITHOUT ROWID;"                                \
	"CREATE INDEX queue_mine_incident ON queue_mine (incident_id);"
/*
 * To write an incident into the view is to find out who has it.  A link in an
 * alert takes for no account: it is somebody for all that.
 */
#define QUEUE_MINE_FOUND                                                \
	"CREATE VIEW queue_mine_of AS"                                  \
	"  SELECT incident_id FROM queue WHERE 0;"                      \
	"CREATE TRIGGER queue_mine_found"                               \
	" INSTEAD OF INSERT ON queue_mine_of BEGIN"                     \
	"  DELETE FROM queue_mine WHERE incident_id = new.incident_id;" \
	"  INSERT INTO queue_mine"                                      \
	"   SELECT DISTINCT has.account_id * own.column1, q.rank,"      \
	"    q.since_ms, q.incident_id"                                 \
	"   FROM queue q CROSS JOIN ("                                  \
	"    SELECT coalesce((SELECT id FROM account"                   \
	"      WHERE name = substr(t.actor, 9)"                         \
	"      AND t.actor = 'account:' || name), 0) AS account_id"     \
	"     FROM taker t WHERE t.incident_id = new.incident_id"       \
	"     AND t.word = 1 AND t.ended_ms IS NULL"                    \
	"    UNION ALL SELECT account_id FROM decision WHERE id ="      \
	"     (SELECT max(id) FROM decision"                            \
	"      WHERE incident_id = new.incident_id"                     \
	"      AND undone_ms IS NULL)"                                  \
	"    UNION ALL SELECT holder_id FROM followup"                  \
	"     WHERE incident_id = new.incident_id"                      \
	"     AND ended_ms IS NULL AND holder_id IS NOT NULL) has"      \
	"   CROSS JOIN (VALUES (0), (1)) own"                           \
	"   WHERE q.incident_id = new.incident_id;"                     \
	" END;"
#define QUEUE_MINE_AGAIN \
	" BEGIN INSERT INTO queue_mine_of VALUES (new.incident_id); END;"
#define QUEUE_MINE_TRIGGERS                                                            \
	"CREATE TRIGGER queue_mine_waits AFTER INSERT ON queue" QUEUE_MINE_AGAIN       \
	"CREATE TRIGGER queue_mine_moves"                                              \
	" AFTER UPDATE OF rank, since_ms ON queue" QUEUE_MINE_AGAIN                    \
	"CREATE TRIGGER queue_mine_taken AFTER INSERT ON taker"                        \
	" WHEN new.word = 1" QUEUE_MINE_AGAIN                                          \
	"CREATE TRIGGER queue_mine_released"                                           \
	" AFTER UPDATE OF ended_ms ON taker" QUEUE_MINE_AGAIN                          \
	"CREATE TRIGGER queue_mine_decided AFTER INSERT ON decision" QUEUE_MINE_AGAIN  \
	"CREATE TRIGGER queue_mine_undone"                                             \
	" AFTER UPDATE OF undone_ms ON decision" QUEUE_MINE_AGAIN                      \
	"CREATE TRIGGER queue_mine_promised AFTER INSERT ON followup" QUEUE_MINE_AGAIN \
	"CREATE TRIGGER queue_mine_given"                                              \
	" AFTER UPDATE OF holder_id, ended_ms ON followup" QUEUE_MINE_AGAIN            \
	"UPDATE queue SET rank = rank;"

/*
 * What a track's clock was judged by: enum track_clock as its reader said,
 * other clocks of it, and the same journey in another track (trackjudge.h).
 */
#define TWIN_COLUMNS                                             \
	"ALTER TABLE track ADD COLUMN stated INTEGER;"           \
	"ALTER TABLE track ADD COLUMN created_ms INTEGER;"       \
	"ALTER TABLE track"                                      \
	"  ADD COLUMN is_by_name INTEGER NOT NULL DEFAULT 0;"    \
	"ALTER TABLE track ADD COLUMN twin_id INTEGER"           \
	"  REFERENCES track(id) ON DELETE SET NULL;"             \
	"ALTER TABLE track"                                      \
	"  ADD COLUMN twin_ahead_ms INTEGER NOT NULL DEFAULT 0;" \
	"CREATE INDEX track_twin ON track (twin_id)"             \
	"  WHERE twin_id IS NOT NULL;"

/*
 * How often an incident that series had counted was erased: what the agent
 * keeps of them in memory goes by it (correlate.c).
 */
#define SERIES_ERASURE                                                 \
	"CREATE TABLE series_erasure (count INTEGER NOT NULL) STRICT;" \
	"INSERT INTO series_erasure VALUES (0);"                       \
	"CREATE TRIGGER series_erased AFTER DELETE ON series_digest"   \
	" BEGIN UPDATE series_erasure SET count = count + 1; END;"

#endif /* STORE_SCHEMA_REVIEW_H */
