/*
 * schema_core: the text of the steps for incidents, alerts, input, audit, series,
 * tracks, units, areas and accounts.  For schema.c alone.
 */
#ifndef STORE_SCHEMA_CORE_H
#define STORE_SCHEMA_CORE_H

/* Incidents, their messages and tags (store.c, tags.c). */
#define INCIDENT_TABLES                                              \
	"CREATE TABLE feed ("                                        \
	"  id   INTEGER PRIMARY KEY,"                                \
	"  name TEXT NOT NULL UNIQUE"                                \
	") STRICT;"                                                  \
	"CREATE TABLE rule_set ("                                    \
	"  id   INTEGER PRIMARY KEY,"                                \
	"  hash TEXT NOT NULL UNIQUE"                                \
	") STRICT;"                                                  \
	"CREATE TABLE incident ("                                    \
	"  id            INTEGER PRIMARY KEY,"                       \
	"  feed_id       INTEGER NOT NULL REFERENCES feed(id),"      \
	"  ref           TEXT    NOT NULL,"                          \
	"  first_ms      INTEGER NOT NULL,"                          \
	"  last_ms       INTEGER NOT NULL,"                          \
	"  opened_ms     INTEGER,"                                   \
	"  updated_ms    INTEGER,"                                   \
	"  closed_ms     INTEGER,"                                   \
	"  message_count INTEGER NOT NULL,"                          \
	"  rural_crime   INTEGER NOT NULL,"                          \
	"  in_progress   INTEGER NOT NULL,"                          \
	"  targeted      INTEGER NOT NULL,"                          \
	"  basis         TEXT    NOT NULL,"                          \
	"  rule_set_id   INTEGER REFERENCES rule_set(id),"           \
	"  tagged_ms     INTEGER,"                                   \
	"  place         INTEGER NOT NULL,"                          \
	"  lat           REAL,"                                      \
	"  lon           REAL,"                                      \
	"  uncertainty_m REAL,"                                      \
	"  source        TEXT,"                                      \
	"  edition       TEXT,"                                      \
	"  area          TEXT,"                                      \
	"  district      TEXT,"                                      \
	"  grid_ref      TEXT,"                                      \
	"  near_name     TEXT,"                                      \
	"  near_m        REAL,"                                      \
	"  near_bearing  TEXT,"                                      \
	"  status        TEXT,"                                      \
	"  grade         TEXT,"                                      \
	"  UNIQUE (feed_id, ref),"                                   \
	"  CHECK (place BETWEEN 0 AND 3)"                            \
	") STRICT;"                                                  \
	"CREATE INDEX incident_opened ON incident (opened_ms);"      \
	"CREATE TABLE message ("                                     \
	"  id          INTEGER PRIMARY KEY,"                         \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id),"    \
	"  hash        BLOB    NOT NULL CHECK (length(hash) = 32),"  \
	"  revision    INTEGER,"                                     \
	"  received_ms INTEGER NOT NULL,"                            \
	"  file        TEXT,"                                        \
	"  line        INTEGER NOT NULL,"                            \
	"  bytes       BLOB    NOT NULL,"                            \
	"  UNIQUE (incident_id, hash)"                               \
	") STRICT;"                                                  \
	"CREATE TABLE tag ("                                         \
	"  id          INTEGER PRIMARY KEY,"                         \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id),"    \
	"  theme       TEXT    NOT NULL,"                            \
	"  level       INTEGER NOT NULL CHECK (level IN (1, 2)),"    \
	"  score       INTEGER NOT NULL,"                            \
	"  rule_set_id INTEGER NOT NULL REFERENCES rule_set(id),"    \
	"  edition     TEXT,"                                        \
	"  made_ms     INTEGER NOT NULL,"                            \
	"  ended_ms    INTEGER,"                                     \
	"  evidence    TEXT    NOT NULL"                             \
	") STRICT;"                                                  \
	"CREATE INDEX tag_incident ON tag (incident_id, theme);"     \
	"CREATE UNIQUE INDEX tag_stands ON tag (theme, incident_id)" \
	"  WHERE ended_ms IS NULL;"

/* What people are told (alerts/outbox.c, alerts/told.c). */
#define ALERT_TABLES                                              \
	"CREATE TABLE outbox ("                                   \
	"  id          INTEGER PRIMARY KEY,"                      \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id)," \
	"  channel     TEXT    NOT NULL,"                         \
	"  recipient   TEXT    NOT NULL,"                         \
	"  theme       TEXT    NOT NULL,"                         \
	"  level       INTEGER NOT NULL,"                         \
	"  reason      INTEGER NOT NULL,"                         \
	"  alert_id    TEXT    NOT NULL,"                         \
	"  key         TEXT    NOT NULL UNIQUE,"                  \
	"  state       INTEGER NOT NULL,"                         \
	"  attempts    INTEGER NOT NULL DEFAULT 0,"               \
	"  created_ms  INTEGER NOT NULL,"                         \
	"  due_ms      INTEGER NOT NULL,"                         \
	"  expires_ms  INTEGER NOT NULL,"                         \
	"  lease_ms    INTEGER,"                                  \
	"  done_ms     INTEGER,"                                  \
	"  last_error  TEXT,"                                     \
	"  body        BLOB    NOT NULL,"                         \
	"  CHECK (state BETWEEN 0 AND 3),"                        \
	"  CHECK ((state = 1) = (lease_ms IS NOT NULL)),"         \
	"  CHECK ((state >= 2) = (done_ms IS NOT NULL))"          \
	") STRICT;"                                               \
	"CREATE INDEX outbox_due ON outbox (channel, due_ms)"     \
	"  WHERE state = 0;"                                      \
	"CREATE INDEX outbox_expires ON outbox (expires_ms)"      \
	"  WHERE state = 0;"                                      \
	"CREATE INDEX outbox_lease ON outbox (lease_ms)"          \
	"  WHERE state = 1;"                                      \
	"CREATE INDEX outbox_order ON outbox"                     \
	"  (incident_id, recipient, channel) WHERE state < 2;"    \
	"CREATE INDEX outbox_done ON outbox (state, done_ms)"     \
	"  WHERE state >= 2;"                                     \
	"CREATE TABLE attempt ("                                  \
	"  outbox_id INTEGER NOT NULL REFERENCES outbox(id),"     \
	"  n         INTEGER NOT NULL,"                           \
	"  begun_ms  INTEGER NOT NULL,"                           \
	"  ended_ms  INTEGER,"                                    \
	"  verdict   INTEGER,"                                    \
	"  reply     TEXT,"                                       \
	"  PRIMARY KEY (outbox_id, n)"                            \
	") STRICT, WITHOUT ROWID;"                                \
	"CREATE TABLE told ("                                     \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id)," \
	"  theme       TEXT    NOT NULL,"                         \
	"  recipient   TEXT    NOT NULL,"                         \
	"  level       INTEGER NOT NULL,"                         \
	"  alert_id    TEXT    NOT NULL,"                         \
	"  PRIMARY KEY (incident_id, theme, recipient)"           \
	") STRICT, WITHOUT ROWID;"

/* What comes in (quarantine.c, position.c). */
#define INPUT_TABLES                                       \
	"CREATE TABLE quarantine ("                        \
	"  id          INTEGER PRIMARY KEY,"               \
	"  feed        TEXT    NOT NULL,"                  \
	"  file        TEXT    NOT NULL,"                  \
	"  line        INTEGER NOT NULL,"                  \
	"  col         INTEGER NOT NULL,"                  \
	"  byte_offset INTEGER NOT NULL,"                  \
	"  hash        BLOB    NOT NULL,"                  \
	"  size_bytes  INTEGER NOT NULL,"                  \
	"  reason      TEXT    NOT NULL,"                  \
	"  first_ms    INTEGER NOT NULL,"                  \
	"  changed_ms  INTEGER NOT NULL,"                  \
	"  state       INTEGER NOT NULL,"                  \
	"  bytes       BLOB    NOT NULL,"                  \
	"  replacement BLOB,"                              \
	"  UNIQUE (feed, line, col, hash),"                \
	"  CHECK (state BETWEEN 0 AND 3)"                  \
	") STRICT;"                                        \
	"CREATE INDEX quarantine_asked ON quarantine (id)" \
	"  WHERE state = 1;"                               \
	"CREATE TABLE feed_position ("                     \
	"  feed        TEXT    NOT NULL,"                  \
	"  file        TEXT    NOT NULL,"                  \
	"  dev         INTEGER NOT NULL,"                  \
	"  inode       INTEGER NOT NULL,"                  \
	"  size_bytes  INTEGER NOT NULL,"                  \
	"  mtime_ns    INTEGER NOT NULL,"                  \
	"  byte_offset INTEGER NOT NULL,"                  \
	"  line        INTEGER NOT NULL,"                  \
	"  in_array    INTEGER NOT NULL,"                  \
	"  at_end      INTEGER NOT NULL,"                  \
	"  PRIMARY KEY (feed, file)"                       \
	") STRICT, WITHOUT ROWID;"

/* The log of who did what (audit.c). */
#define AUDIT_TABLES                         \
	"CREATE TABLE audit ("               \
	"  id          INTEGER PRIMARY KEY," \
	"  at_ms       INTEGER NOT NULL,"    \
	"  actor       TEXT    NOT NULL,"    \
	"  event       INTEGER NOT NULL,"    \
	"  incident_id INTEGER,"             \
	"  detail      TEXT    NOT NULL,"    \
	"  prev        BLOB    NOT NULL,"    \
	"  hash        BLOB    NOT NULL,"    \
	"  CHECK (event BETWEEN 1 AND 6),"   \
	"  CHECK (length(prev) = 32),"       \
	"  CHECK (length(hash) = 32)"        \
	") STRICT;"

/*
 * What shadow rules said (store_tags.c), shaped as tag is; and the flags that
 * stand, by their names, for numbers of flags are not kept anywhere.
 */
#define SHADOW_TABLES                                                    \
	"CREATE TABLE shadow ("                                          \
	"  id          INTEGER PRIMARY KEY,"                             \
	"  incident_id INTEGER NOT NULL REFERENCES incident(id),"        \
	"  subject     TEXT    NOT NULL,"                                \
	"  level       INTEGER NOT NULL CHECK (level IN (1, 2)),"        \
	"  score       INTEGER NOT NULL,"                                \
	"  rule_set_id INTEGER NOT NULL REFERENCES rule_set(id),"        \
	"  edition     TEXT,"                                            \
	"  made_ms     INTEGER NOT NULL,"                                \
	"  ended_ms    INTEGER,"                                         \
	"  evidence    TEXT    NOT NULL"                                 \
	") STRICT;"                                                      \
	"CREATE INDEX shadow_incident ON shadow (incident_id, subject);" \
	"CREATE UNIQUE INDEX shadow_stands"                              \
	"  ON shadow (subject, incident_id) WHERE ended_ms IS NULL;"     \
	"ALTER TABLE incident ADD COLUMN flags TEXT NOT NULL DEFAULT '';"

/*
 * What series read of incidents, and what they made of them (digests.c).  All
 * of it is about an incident and goes with it.
 */
#define SERIES_TABLES                                      \
	"CREATE TABLE series_digest ("                     \
	"  incident_id   INTEGER PRIMARY KEY"              \
	"    REFERENCES incident(id) ON DELETE CASCADE,"   \
	"  at_ms         INTEGER,"                         \
	"  lat           REAL,"                            \
	"  lon           REAL,"                            \
	"  uncertainty_m REAL,"                            \
	"  rule_set_id   INTEGER NOT NULL"                 \
	"    REFERENCES rule_set(id),"                     \
	"  turns         INTEGER NOT NULL,"                \
	"  plates        TEXT    NOT NULL,"                \
	"  signs         TEXT    NOT NULL"                 \
	") STRICT;"                                        \
	"CREATE TABLE series_sign ("                       \
	"  sign        TEXT    NOT NULL,"                  \
	"  at_ms       INTEGER NOT NULL,"                  \
	"  ref         TEXT    NOT NULL,"                  \
	"  feed        TEXT    NOT NULL,"                  \
	"  incident_id INTEGER NOT NULL"                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"   \
	"  PRIMARY KEY (sign, at_ms, ref, feed)"           \
	") STRICT, WITHOUT ROWID;"                         \
	"CREATE INDEX series_sign_incident ON series_sign" \
	"  (incident_id);"                                 \
	"CREATE TABLE series_link ("                       \
	"  incident_id INTEGER NOT NULL"                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"   \
	"  series      TEXT    NOT NULL,"                  \
	"  other_id    INTEGER NOT NULL"                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"   \
	"  PRIMARY KEY (incident_id, series, other_id)"    \
	") STRICT, WITHOUT ROWID;"                         \
	"CREATE INDEX series_link_other ON series_link (other_id);"

/* How a position was come by, and what says otherwise. */
#define PLACE_COLUMNS                               \
	"ALTER TABLE incident ADD COLUMN how TEXT;" \
	"ALTER TABLE incident ADD COLUMN doubt TEXT;"

/*
 * Tracks (trackstore.c).  Times are by the track's own clock; correction_ms
 * added to them is UTC.  track_box alone is in UTC, in seconds since 2020: its
 * numbers have 24 bits.
 */
#define TRACK_TABLES                                                          \
	"CREATE TABLE track ("                                                \
	"  id             INTEGER PRIMARY KEY,"                               \
	"  class          INTEGER NOT NULL CHECK (class BETWEEN 1 AND 4),"    \
	"  name           TEXT    NOT NULL,"                                  \
	"  unit           TEXT,"                                              \
	"  format         TEXT    NOT NULL,"                                  \
	"  sha256         BLOB    UNIQUE CHECK (length(sha256) = 32),"        \
	"  size_bytes     INTEGER NOT NULL,"                                  \
	"  origin         TEXT,"                                              \
	"  is_kept        INTEGER NOT NULL,"                                  \
	"  clip           TEXT,"                                              \
	"  clock          INTEGER NOT NULL CHECK (clock BETWEEN 0 AND 4),"    \
	"  correction_ms  INTEGER,"                                           \
	"  uncertainty_ms INTEGER NOT NULL,"                                  \
	"  clock_why      TEXT    NOT NULL,"                                  \
	"  fixes          INTEGER NOT NULL,"                                  \
	"  timed          INTEGER NOT NULL,"                                  \
	"  kept           INTEGER NOT NULL,"                                  \
	"  skipped        INTEGER NOT NULL,"                                  \
	"  first_ms       INTEGER,"                                           \
	"  last_ms        INTEGER,"                                           \
	"  imported_ms    INTEGER NOT NULL,"                                  \
	"  actor          TEXT    NOT NULL,"                                  \
	"  hold           INTEGER NOT NULL"                                   \
	") STRICT;"                                                           \
	"CREATE INDEX track_unit ON track (unit, class);"                     \
	"CREATE TABLE track_chunk ("                                          \
	"  id       INTEGER PRIMARY KEY,"                                     \
	"  track_id INTEGER NOT NULL REFERENCES track(id) ON DELETE CASCADE," \
	"  seq      INTEGER NOT NULL,"                                        \
	"  count    INTEGER NOT NULL,"                                        \
	"  first_ms INTEGER,"                                                 \
	"  last_ms  INTEGER,"                                                 \
	"  marks    BLOB,"                                                    \
	"  bytes    BLOB    NOT NULL,"                                        \
	"  UNIQUE (track_id, seq)"                                            \
	") STRICT;"                                                           \
	"CREATE VIRTUAL TABLE track_box USING rtree ("                        \
	"  id, west, east, south, north, first_s, last_s"                     \
	");"
/* Who may look and decide (accounts.c). */
#define ACCOUNT_TABLES                                  \
	"CREATE TABLE account ("                        \
	"  id              INTEGER PRIMARY KEY,"        \
	"  name            TEXT    NOT NULL UNIQUE,"    \
	"  roles           INTEGER NOT NULL,"           \
	"  password        TEXT    NOT NULL,"           \
	"  made_ms         INTEGER NOT NULL,"           \
	"  failures        INTEGER NOT NULL DEFAULT 0," \
	"  locked_until_ms INTEGER,"                    \
	"  disabled_ms     INTEGER"                     \
	") STRICT;"                                     \
	"CREATE TABLE session ("                        \
	"  hash       BLOB    PRIMARY KEY,"             \
	"  account_id INTEGER NOT NULL"                 \
	"    REFERENCES account(id) ON DELETE CASCADE," \
	"  made_ms    INTEGER NOT NULL,"                \
	"  seen_ms    INTEGER NOT NULL,"                \
	"  CHECK (length(hash) = 32)"                   \
	") STRICT, WITHOUT ROWID;"                      \
	"CREATE INDEX session_account ON session (account_id);"

/*
 * What people decide (reviews.c).  What is tagged already is put in the queue:
 * its rank is worked out as reviews.c does.
 */
#define REVIEW_TABLES                                                      \
	"CREATE TABLE decision ("                                          \
	"  id          INTEGER PRIMARY KEY,"                               \
	"  incident_id INTEGER NOT NULL"                                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                   \
	"  act_id      INTEGER NOT NULL,"                                  \
	"  theme       TEXT    NOT NULL,"                                  \
	"  verdict     INTEGER NOT NULL,"                                  \
	"  at_ms       INTEGER NOT NULL,"                                  \
	"  account_id  INTEGER NOT NULL REFERENCES account(id),"           \
	"  undone_ms   INTEGER,"                                           \
	"  undone_by   INTEGER REFERENCES account(id),"                    \
	"  told        INTEGER NOT NULL DEFAULT 0,"                        \
	"  note        TEXT    NOT NULL,"                                  \
	"  CHECK (verdict BETWEEN 1 AND 3)"                                \
	") STRICT;"                                                        \
	"CREATE INDEX decision_incident ON decision (incident_id);"        \
	"CREATE INDEX decision_act ON decision (act_id);"                  \
	"CREATE UNIQUE INDEX decision_stands ON decision"                  \
	"  (incident_id, theme) WHERE undone_ms IS NULL;"                  \
	"CREATE INDEX decision_untold ON decision (incident_id)"           \
	"  WHERE told = 0;"                                                \
	"CREATE TABLE queue ("                                             \
	"  incident_id INTEGER PRIMARY KEY"                                \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                   \
	"  rank        INTEGER NOT NULL,"                                  \
	"  since_ms    INTEGER NOT NULL"                                   \
	") STRICT;"                                                        \
	"CREATE INDEX queue_order ON queue (rank, since_ms, incident_id);" \
	"CREATE TABLE looked ("                                            \
	"  account_id  INTEGER NOT NULL"                                   \
	"    REFERENCES account(id) ON DELETE CASCADE,"                    \
	"  incident_id INTEGER NOT NULL"                                   \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                   \
	"  at_ms       INTEGER NOT NULL,"                                  \
	"  PRIMARY KEY (account_id, incident_id)"                          \
	") STRICT, WITHOUT ROWID;"                                         \
	"CREATE INDEX looked_incident ON looked (incident_id);"            \
	"CREATE INDEX audit_people ON audit (id)"                          \
	"  WHERE actor <> 'agent';"                                        \
	"INSERT INTO queue (incident_id, rank, since_ms)"                  \
	"  SELECT t.incident_id,"                                          \
	"    min((t.level < 2) * 2 + (i.in_progress = 0)),"                \
	"    coalesce(i.opened_ms, i.first_ms)"                            \
	"  FROM tag t JOIN incident i ON i.id = t.incident_id"             \
	"  WHERE t.ended_ms IS NULL GROUP BY t.incident_id;"

/*
 * Recordings that could show an incident (matches.c).  The triggers note which
 * tracks the finder has to look at, in the transaction that makes it so.
 */
#define MATCH_TABLES                                                     \
	"CREATE TABLE track_match ("                                     \
	"  id            INTEGER PRIMARY KEY,"                           \
	"  incident_id   INTEGER NOT NULL"                               \
	"    REFERENCES incident(id) ON DELETE CASCADE,"                 \
	"  track_id      INTEGER NOT NULL"                               \
	"    REFERENCES track(id) ON DELETE CASCADE,"                    \
	"  word          INTEGER NOT NULL CHECK (word BETWEEN 1 AND 4)," \
	"  view          INTEGER NOT NULL CHECK (view BETWEEN 0 AND 3)," \
	"  distance_m    REAL,"                                          \
	"  least_m       REAL,"                                          \
	"  most_m        REAL,"                                          \
	"  at_ms         INTEGER,"                                       \
	"  at_clip_ms    INTEGER,"                                       \
	"  in_range_ms   INTEGER NOT NULL,"                              \
	"  lat           REAL    NOT NULL,"                              \
	"  lon           REAL    NOT NULL,"                              \
	"  uncertainty_m REAL,"                                          \
	"  correction_ms INTEGER,"                                       \
	"  clock_ms      INTEGER NOT NULL,"                              \
	"  made_ms       INTEGER NOT NULL,"                              \
	"  ended_ms      INTEGER,"                                       \
	"  detail        TEXT    NOT NULL"                               \
	") STRICT;"                                                      \
	"CREATE INDEX track_match_incident ON track_match"               \
	"  (incident_id, track_id);"                                     \
	"CREATE INDEX track_match_track ON track_match (track_id);"      \
	"CREATE UNIQUE INDEX track_match_stands ON track_match"          \
	"  (incident_id, track_id) WHERE ended_ms IS NULL;"              \
	"CREATE TABLE match_due ("                                       \
	"  track_id INTEGER PRIMARY KEY"                                 \
	"    REFERENCES track(id) ON DELETE CASCADE"                     \
	") STRICT;"                                                      \
	"CREATE TABLE match_position ("                                  \
	"  id       INTEGER PRIMARY KEY CHECK (id = 1),"                 \
	"  audit_id INTEGER NOT NULL"                                    \
	") STRICT;"                                                      \
	"CREATE TRIGGER match_due_chunk AFTER INSERT ON track_chunk"     \
	" BEGIN INSERT OR IGNORE INTO match_due VALUES (new.track_id);"  \
	" END;"                                                          \
	"CREATE TRIGGER match_due_clock AFTER UPDATE OF correction_ms,"  \
	" uncertainty_ms ON track"                                       \
	" BEGIN INSERT OR IGNORE INTO match_due VALUES (new.id); END;"   \
	"INSERT INTO match_due SELECT id FROM track"

/*
 * Units and their positions that are not packed yet (unitstore.c), areas
 * (areastore.c).  held_… is struct motion.
 */
#define UNIT_TABLES                                          \
	"CREATE TABLE unit ("                                \
	"  id            INTEGER PRIMARY KEY,"               \
	"  name          TEXT    NOT NULL UNIQUE,"           \
	"  source        TEXT    NOT NULL,"                  \
	"  time_ms       INTEGER,"                           \
	"  lat           REAL,"                              \
	"  lon           REAL,"                              \
	"  altitude_m    REAL,"                              \
	"  speed_mps     REAL,"                              \
	"  course_deg    REAL,"                              \
	"  uncertainty_m REAL,"                              \
	"  received_ms   INTEGER NOT NULL,"                  \
	"  gone_ms       INTEGER,"                           \
	"  held_ms       INTEGER NOT NULL,"                  \
	"  stands_ms     INTEGER NOT NULL,"                  \
	"  held_lat      REAL    NOT NULL,"                  \
	"  held_lon      REAL    NOT NULL,"                  \
	"  held_uncertainty_m REAL NOT NULL,"                \
	"  held_count    INTEGER NOT NULL,"                  \
	"  is_parked     INTEGER NOT NULL"                   \
	") STRICT;"                                          \
	"CREATE TABLE position ("                            \
	"  unit_id     INTEGER NOT NULL REFERENCES unit(id)" \
	"    ON DELETE CASCADE,"                             \
	"  time_ms     INTEGER NOT NULL,"                    \
	"  received_ms INTEGER NOT NULL,"                    \
	"  lat         REAL    NOT NULL,"                    \
	"  lon         REAL    NOT NULL,"                    \
	"  altitude_m  REAL,"                                \
	"  speed_mps   REAL,"                                \
	"  course_deg  REAL,"                                \
	"  uncertainty_m REAL,"                              \
	"  PRIMARY KEY (unit_id, time_ms)"                   \
	") STRICT, WITHOUT ROWID;"

#define AREA_TABLES                                                      \
	"CREATE TABLE area ("                                            \
	"  id       INTEGER PRIMARY KEY,"                                \
	"  name     TEXT    NOT NULL UNIQUE,"                            \
	"  geojson  TEXT    NOT NULL,"                                   \
	"  dwell_ms INTEGER NOT NULL,"                                   \
	"  made_ms  INTEGER NOT NULL,"                                   \
	"  actor    TEXT    NOT NULL"                                    \
	") STRICT;"                                                      \
	"CREATE TABLE area_state ("                                      \
	"  area_id   INTEGER NOT NULL REFERENCES area(id)"               \
	"    ON DELETE CASCADE,"                                         \
	"  unit_id   INTEGER NOT NULL REFERENCES unit(id)"               \
	"    ON DELETE CASCADE,"                                         \
	"  side      INTEGER NOT NULL CHECK (side BETWEEN 0 AND 2),"     \
	"  since_ms  INTEGER NOT NULL,"                                  \
	"  has_dwelt INTEGER NOT NULL,"                                  \
	"  has_doubt INTEGER NOT NULL,"                                  \
	"  lat       REAL    NOT NULL,"                                  \
	"  lon       REAL    NOT NULL,"                                  \
	"  clear_ms  INTEGER NOT NULL,"                                  \
	"  PRIMARY KEY (area_id, unit_id)"                               \
	") STRICT, WITHOUT ROWID;"                                       \
	"CREATE INDEX area_state_unit ON area_state (unit_id);"          \
	"CREATE TABLE area_event ("                                      \
	"  id            INTEGER PRIMARY KEY,"                           \
	"  area_id       INTEGER NOT NULL REFERENCES area(id)"           \
	"    ON DELETE CASCADE,"                                         \
	"  unit_id       INTEGER NOT NULL REFERENCES unit(id)"           \
	"    ON DELETE CASCADE,"                                         \
	"  kind          INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4)," \
	"  time_ms       INTEGER NOT NULL,"                              \
	"  lat           REAL    NOT NULL,"                              \
	"  lon           REAL    NOT NULL,"                              \
	"  uncertainty_m REAL    NOT NULL,"                              \
	"  is_passing    INTEGER NOT NULL,"                              \
	"  made_ms       INTEGER NOT NULL"                               \
	") STRICT;"                                                      \
	"CREATE INDEX area_event_area ON area_event (area_id);"          \
	"CREATE INDEX area_event_unit ON area_event (unit_id);"

#endif /* STORE_SCHEMA_CORE_H */
