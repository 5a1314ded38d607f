/*
 * retention: one question says how an incident stands; the walk, the page and
 * the transaction that erases ask the same one, so that they cannot disagree.
 *
 * Decided against: an index on the time of the last message.  It would move
 * with each message; the walk is once a day, and since rows are numbered as
 * they come it ends at the first that are too young for any rule.
 */
#include "agent/store/retention.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/store/audit.h"
#include "agent/store/certificates.h"
#include "agent/store/stmts.h"
#include "agent/store/store.h"

#define DAY_MS INT64_C(86400000)

/* Looked at in one step, and written in one transaction, at most. */
#define STEP_LOOKS  500
#define STEP_WRITES 16
#define STEP_BYTES  50 /* of quarantine */

enum {
	ST_ONE,
	ST_WALK,
	ST_REVIEWS,
	ST_REVIEW_COUNT,
	ST_ASK,
	ST_DECIDE,
	ST_STALE,
	ST_LAPSE,
	ST_STATE_BEGIN,
	ST_STATE_END,
	ST_STATE,
	ST_QUARANTINE,
	ST_DECISIONS,
	ST_FORGET_NAMES,
	ST_ERASE_ATTEMPTS,
	ST_ERASE_OUTBOX,
	ST_ERASE_TOLD,
	ST_ERASE_SHADOW,
	ST_ERASE_TAGS,
	ST_ERASE_MESSAGES,
	ST_ERASE_HOLDS,
	ST_ERASE_INCIDENT,
	ST_COUNT
};

/*
 * How an incident stands at $1.  The columns are read by read_row().  A tag
 * that a person rejected does not stand.  What people did about it happened to
 * it: decisions, contact, follow-up, taking it on, the
 * encampment that it reports.
 */
#define SELECT_ITEM                                                       \
	"SELECT i.id, f.name, i.ref, i.first_ms, i.last_ms,"              \
	" (SELECT max(at) FROM ("                                         \
	"SELECT max(max(d.at_ms, coalesce(d.undone_ms, 0))) AS at"        \
	" FROM decision d WHERE d.incident_id = i.id UNION ALL"           \
	" SELECT max(c.at_ms) FROM contact c WHERE c.incident_id = i.id"  \
	" UNION ALL SELECT max(l.at_ms) FROM followup u"                  \
	" JOIN followup_line l ON l.followup_id = u.id"                   \
	" WHERE u.incident_id = i.id UNION ALL"                           \
	" SELECT max(max(k.at_ms, coalesce(k.ended_ms, 0))) FROM taker k" \
	" WHERE k.incident_id = i.id UNION ALL"                           \
	" SELECT max(g.made_ms) FROM camp_incident b"                     \
	" JOIN camp_line g ON g.camp_id = b.camp_id"                      \
	" WHERE b.incident_id = i.id AND b.parted_ms IS NULL)),"          \
	" (SELECT group_concat(t.theme, ',') FROM tag t"                  \
	" WHERE t.incident_id = i.id AND t.ended_ms IS NULL),"            \
	" EXISTS (SELECT 1 FROM hold h WHERE h.incident_id = i.id"        \
	" AND h.ended_ms IS NULL AND coalesce(h.until_ms, $1 + 1) > $1)," \
	" EXISTS (SELECT 1 FROM outbox o WHERE o.incident_id = i.id"      \
	" AND o.state < 2) OR EXISTS (SELECT 1 FROM followup u"           \
	" WHERE u.incident_id = i.id AND u.ended_ms IS NULL)"             \
	" OR EXISTS (SELECT 1 FROM camp_incident b"                       \
	" JOIN camp a ON a.id = b.camp_id WHERE b.incident_id = i.id"     \
	" AND b.parted_ms IS NULL AND a.left_ms IS NULL),"                \
	" v.incident_id IS NOT NULL, v.verdict, v.why,"                   \
	" v.at_ms, v.until_ms, v.actor FROM incident i"                   \
	" JOIN feed f ON f.id = i.feed_id"                                \
	" LEFT JOIN retention_review v ON v.incident_id = i.id"

static const char *const sql[ST_COUNT] = {
	[ST_ONE] = SELECT_ITEM " WHERE i.id = $2",
	[ST_WALK] = SELECT_ITEM " WHERE i.id > $2 ORDER BY i.id LIMIT $3",
	[ST_REVIEWS] = SELECT_ITEM " WHERE v.verdict = 0"
				   " AND (v.due_ms, v.incident_id) > ($2, $3)"
				   " ORDER BY v.due_ms, v.incident_id LIMIT $4",
	[ST_REVIEW_COUNT] =
	    "SELECT count(*) FROM retention_review WHERE verdict = 0",
	[ST_ASK] = "INSERT INTO retention_review (incident_id, class, due_ms,"
		   " asked_ms, verdict) VALUES ($1, $2, $3, $4, 0)"
		   " ON CONFLICT DO UPDATE SET class = excluded.class,"
		   " due_ms = excluded.due_ms, asked_ms = excluded.asked_ms,"
		   " verdict = 0, why = NULL, at_ms = NULL, actor = NULL,"
		   " until_ms = NULL",
	[ST_DECIDE] = "UPDATE retention_review SET verdict = $1, why = $2,"
		      " at_ms = $3, actor = $4, until_ms = $5"
		      " WHERE incident_id = $6 AND verdict = 0",
	/* Something happened to it since: its time begins anew. */
	[ST_STALE] = "DELETE FROM retention_review WHERE incident_id = $1",
	[ST_LAPSE] = "UPDATE hold SET ended_ms = until_ms, ended_by = 'until'"
		     " WHERE ended_ms IS NULL AND until_ms <= $1",
	[ST_STATE_BEGIN] =
	    "INSERT INTO retention_state (id, begun_ms, ended_ms, looked,"
	    " erased, asked, held) VALUES (1, $1, NULL, 0, 0, 0, 0)"
	    " ON CONFLICT DO UPDATE SET begun_ms = excluded.begun_ms,"
	    " ended_ms = NULL, looked = 0, erased = 0, asked = 0, held = 0",
	[ST_STATE_END] = "UPDATE retention_state SET ended_ms = $1,"
			 " looked = $2, erased = $3, asked = $4, held = $5",
	[ST_STATE] = "SELECT begun_ms, ended_ms, looked, erased, asked, held"
		     " FROM retention_state",
	[ST_QUARANTINE] =
	    "DELETE FROM quarantine WHERE id IN (SELECT q.id FROM quarantine q"
	    " WHERE q.changed_ms < $1 AND q.state <> 1 AND NOT EXISTS"
	    " (SELECT 1 FROM hold h JOIN incident i ON i.id = h.incident_id"
	    " WHERE h.ended_ms IS NULL AND coalesce(h.until_ms, $2 + 1) > $2"
	    " AND instr(CAST(q.bytes AS TEXT), i.ref) > 0)"
	    " ORDER BY q.changed_ms LIMIT $3)",
	[ST_DECISIONS] = "SELECT count(*) FROM decision WHERE incident_id = $1",
	/* Others whose series counted it name it in their reasons. */
	[ST_FORGET_NAMES] =
	    "UPDATE tag SET evidence = replace(replace(evidence, $1, $2),"
	    " $3, $4) WHERE incident_id IN (SELECT incident_id"
	    " FROM series_link WHERE other_id = $5)",
	[ST_ERASE_ATTEMPTS] = "DELETE FROM attempt WHERE outbox_id IN"
			      " (SELECT id FROM outbox WHERE incident_id = $1)",
	[ST_ERASE_OUTBOX] = "DELETE FROM outbox WHERE incident_id = $1",
	[ST_ERASE_TOLD] = "DELETE FROM told WHERE incident_id = $1",
	[ST_ERASE_SHADOW] = "DELETE FROM shadow WHERE incident_id = $1",
	[ST_ERASE_TAGS] = "DELETE FROM tag WHERE incident_id = $1",
	[ST_ERASE_MESSAGES] = "DELETE FROM message WHERE incident_id = $1",
	/* One that stands stays, and with it the incident. */
	[ST_ERASE_HOLDS] = "DELETE FROM hold WHERE incident_id = $1"
			   " AND (ended_ms IS NOT NULL OR until_ms <= $2)",
	[ST_ERASE_INCIDENT] = "DELETE FROM incident WHERE id = $1",
};

static const char *const state_names[] = {
	[RETENTION_KEPT] = "kept",
	[RETENTION_HELD] = "held",
	[RETENTION_BUSY] = "something is open",
	[RETENTION_REVIEW] = "for review",
	[RETENTION_DUE] = "due",
};
_Static_assert(sizeof(state_names) / sizeof(*state_names) == RETENTION_DUE + 1,
    "every state has its word");

static const struct {
	const char *name, *words;
	enum retention_verdict verdict;
} whys[RETENTION_WHY_COUNT] = {
	{ "risk", "A risk of harm goes on", RETENTION_KEEP },
	{ "case", "An investigation or a court needs it", RETENTION_KEEP },
	{ "inquiry", "A complaint or an inquiry needs it", RETENTION_KEEP },
	{ "pattern", "It is part of a series that goes on", RETENTION_KEEP },
	{ "done", "No policing purpose is left", RETENTION_ERASE },
};
_Static_assert(
    RETENTION_WHY_DONE == RETENTION_WHY_COUNT, "every reason has its words");

/* What stands for a class where the configuration has none. */
static const struct conf_class tagged_preset = {
	.name = "tagged",
	.group = 3,
	.keep_days = 2192,
	.then = CONF_THEN_REVIEW,
	.again_days = 365,
};

struct retention {
	struct store *store;               /* borrowed */
	struct db *db;                     /* its own */
	struct certificates *certificates; /* owned */
	struct arena *arena;               /* of one step */
	struct db_stmt *st[ST_COUNT];
};

int
retention_open(struct store *store, struct retention **out, struct err *e)
{
	struct retention *r = alloc_zero(1, sizeof *r);

	r->store = store;
	r->db = store_db(store);
	r->arena = arena_new();
	if (stmts_prepare(r->db, sql, ST_COUNT, r->st, e) < 0 ||
	    certificates_open(store, &r->certificates, e) < 0) {
		retention_close(&r);
		return -1;
	}
	*out = r;
	return 0;
}

void
retention_close(struct retention **r)
{
	if (!*r)
		return;
	certificates_close(&(*r)->certificates);
	stmts_finish((*r)->st, ST_COUNT);
	arena_free(&(*r)->arena);
	free(*r);
	*r = NULL;
}

struct certificates *
retention_certificates(struct retention *r)
{
	return r->certificates;
}

/* --- words --- */

const char *
retention_state_name(enum retention_state state)
{
	CHECK(state >= RETENTION_KEPT && state <= RETENTION_DUE);
	return state_names[state];
}

const char *
retention_why_name(enum retention_why why)
{
	CHECK(why >= RETENTION_WHY_RISK && why <= RETENTION_WHY_DONE);
	return whys[why - 1].name;
}

const char *
retention_why_words(enum retention_why why)
{
	CHECK(why >= RETENTION_WHY_RISK && why <= RETENTION_WHY_DONE);
	return whys[why - 1].words;
}

enum retention_verdict
retention_why_verdict(enum retention_why why)
{
	CHECK(why >= RETENTION_WHY_RISK && why <= RETENTION_WHY_DONE);
	return whys[why - 1].verdict;
}

int
retention_why_find(struct str name, enum retention_why *out)
{
	for (int i = 0; i < RETENTION_WHY_COUNT; i++)
		if (str_is(name, whys[i].name)) {
			*out = (enum retention_why)(i + 1);
			return 1;
		}
	return 0;
}

/* --- the rules --- */

const struct conf_class *
retention_preset(void)
{
	return &tagged_preset;
}

static bool
has_theme(const struct conf_class *c, struct str theme)
{
	for (size_t i = 0; i < c->theme_count; i++)
		if (str_is(theme, c->themes[i]))
			return true;
	return false;
}

/* The class of a theme: its own, else that for all others. */
static const struct conf_class *
class_of(const struct conf *conf, struct str theme)
{
	const struct conf_class *rest = NULL;

	for (size_t i = 0; i < conf->class_count; i++) {
		if (has_theme(&conf->classes[i], theme))
			return &conf->classes[i];
		if (conf->classes[i].theme_count == 0)
			rest = &conf->classes[i];
	}
	return rest ? rest : &tagged_preset;
}

/* Of two, the one that keeps for longer, and asks rather than erases. */
static const struct conf_class *
stricter(const struct conf_class *a, const struct conf_class *b)
{
	if (a->keep_days != b->keep_days)
		return a->keep_days > b->keep_days ? a : b;
	return a->then == CONF_THEN_REVIEW ? a : b;
}

/* The rule for an incident with those themes, separated by commas. */
static struct conf_class
rule_of(const struct conf *conf, struct str themes)
{
	const struct conf_class *rule = NULL;

	while (themes.len > 0) {
		const char *comma = memchr(themes.p, ',', themes.len);
		size_t len = comma ? (size_t)(comma - themes.p) : themes.len;
		const struct conf_class *c =
		    class_of(conf, str_make(themes.p, len));

		rule = rule ? stricter(rule, c) : c;
		len += comma ? 1 : 0;
		themes = str_make(themes.p + len, themes.len - len);
	}
	return rule ? *rule
		    : (struct conf_class){ .name = RETENTION_UNTAGGED,
			      .group = 4,
			      .keep_days = conf->untagged_keep_days,
			      .then = CONF_THEN_ERASE };
}

/* The fewest days that any rule keeps an incident for. */
static int64_t
least_days(const struct conf *conf)
{
	int64_t least = conf->untagged_keep_days;

	if (tagged_preset.keep_days < least)
		least = tagged_preset.keep_days;
	for (size_t i = 0; i < conf->class_count; i++)
		if (conf->classes[i].keep_days < least)
			least = conf->classes[i].keep_days;
	return least;
}

/* --- how one stands --- */

static int64_t
col_time(struct db_stmt *st, int i)
{
	return db_col_is_null(st, i) ? CLOCK_NONE : db_col_int(st, i);
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A review that was decided before the last that happened is none any more. */
static void
read_review(struct db_stmt *st, struct retention_item *item)
{
	item->is_asked = db_col_int(st, 9) != 0;
	item->verdict = (enum retention_verdict)db_col_int(st, 10);
	item->why = (enum retention_why)db_col_int(st, 11);
	item->decided_ms = col_time(st, 12);
	item->until_ms = col_time(st, 13);
	item->decided_by = db_col_text(st, 14);
	if (item->decided_ms == CLOCK_NONE ||
	    item->decided_ms >= item->since_ms)
		return;
	item->verdict = RETENTION_OPEN;
	item->until_ms = CLOCK_NONE;
}

static enum retention_state
state_of(const struct retention_item *item, bool is_busy, int64_t now_ms)
{
	if (now_ms < item->due_ms)
		return RETENTION_KEPT;
	if (item->is_held)
		return RETENTION_HELD;
	if (is_busy)
		return RETENTION_BUSY;
	if (item->rule.then == CONF_THEN_ERASE ||
	    item->verdict == RETENTION_ERASE)
		return RETENTION_DUE;
	return RETENTION_REVIEW;
}

/* Column i of a row of SELECT_ITEM, as how it stands at now_ms. */
static void
read_row(struct db_stmt *st, const struct conf *conf, int64_t now_ms,
    struct retention_item *out)
{
	*out = (struct retention_item){ .incident_id = db_col_int(st, 0),
		.feed = db_col_text(st, 1),
		.ref = db_col_text(st, 2),
		.rule = rule_of(conf, db_col_text(st, 6)),
		.since_ms = later(db_col_int(st, 3), db_col_int(st, 4)),
		.is_held = db_col_int(st, 7) != 0 };
	out->since_ms = later(out->since_ms, col_time(st, 5));
	read_review(st, out);
	out->due_ms = out->since_ms + out->rule.keep_days * DAY_MS;
	if (out->verdict == RETENTION_KEEP && out->until_ms != CLOCK_NONE)
		out->due_ms = later(out->due_ms, out->until_ms);
	out->state = state_of(out, db_col_int(st, 8) != 0, now_ms);
}

/* Call each for what st gives: how many; *last is the last one's id. */
static int
give_rows(struct db_stmt *st, const struct conf *conf, int64_t now_ms,
    void (*each)(void *user, const struct retention_item *item), void *user,
    int64_t *last, struct err *e)
{
	struct retention_item item;
	int count = 0;
	int r;

	while ((r = db_step(st, e)) > 0) {
		read_row(st, conf, now_ms, &item);
		*last = item.incident_id;
		each(user, &item);
		count++;
	}
	db_reset(st);
	return r < 0 ? -1 : count;
}

int
retention_find(struct retention *r, const struct conf *conf, int64_t id,
    int64_t now_ms, void (*each)(void *user, const struct retention_item *item),
    void *user, struct err *e)
{
	struct db_stmt *st = r->st[ST_ONE];
	int64_t last;

	db_bind_int(st, 1, now_ms);
	db_bind_int(st, 2, id);
	return give_rows(st, conf, now_ms, each, user, &last, e);
}

int
retention_walk(struct retention *r, const struct retention_page *page,
    void (*each)(void *user, const struct retention_item *item), void *user,
    int64_t *last, struct err *e)
{
	struct db_stmt *st = r->st[ST_WALK];

	*last = page->after_id;
	db_bind_int(st, 1, page->now_ms);
	db_bind_int(st, 2, page->after_id);
	db_bind_int(st, 3, page->limit);
	return give_rows(st, page->conf, page->now_ms, each, user, last, e);
}

int
retention_reviews(struct retention *r, const struct retention_page *page,
    void (*each)(void *user, const struct retention_item *item), void *user,
    struct err *e)
{
	struct db_stmt *st = r->st[ST_REVIEWS];
	int64_t last;

	db_bind_int(st, 1, page->now_ms);
	db_bind_int(st, 2, page->after_id > 0 ? page->after_ms : INT64_MIN);
	db_bind_int(st, 3, page->after_id);
	db_bind_int(st, 4, page->limit);
	return give_rows(st, page->conf, page->now_ms, each, user, &last, e) < 0
		   ? -1
		   : 0;
}

int
retention_review_count(struct retention *r, int64_t *out, struct err *e)
{
	struct db_stmt *st = r->st[ST_REVIEW_COUNT];

	if (db_step(st, e) < 0)
		return -1;
	*out = db_col_int(st, 0);
	db_reset(st);
	return 0;
}

int
retention_last_run(
    struct retention *r, struct retention_last *out, struct err *e)
{
	struct db_stmt *st = r->st[ST_STATE];
	int found = db_step(st, e);

	if (found > 0)
		*out = (struct retention_last){ .begun_ms = db_col_int(st, 0),
			.ended_ms = col_time(st, 1),
			.counts = { db_col_int(st, 2), db_col_int(st, 3),
			    db_col_int(st, 4), db_col_int(st, 5) } };
	db_reset(st);
	return found;
}

/* --- a person decides --- */

static void
keep_item(void *user, const struct retention_item *item)
{
	struct retention_item *kept = user;

	*kept = *item;
	kept->feed = kept->ref = kept->decided_by = (struct str){ 0 };
}

static int
log_decision(
    struct retention *r, const struct retention_decision *d, struct err *e)
{
	char detail[96];
	struct audit_row row = { .at_ms = d->now_ms,
		.actor = str_of(d->actor),
		.event = AUDIT_ALTERATION,
		.incident_id = d->incident_id };

	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"retention review\",\"verdict\":\"%s\","
	    "\"why\":\"%s\"}",
	    d->verdict == RETENTION_KEEP ? "keep" : "erase",
	    retention_why_name(d->why));
	row.detail = str_of(detail);
	return audit_add(store_audit(r->store), &row, e);
}

int
retention_decide(struct retention *r, const struct conf *conf,
    const struct retention_decision *d, struct err *e)
{
	struct db_stmt *st = r->st[ST_DECIDE];
	struct retention_item item;
	int found;

	CHECK(db_is_in_transaction(r->db));
	CHECK(d->verdict != RETENTION_OPEN);
	found = retention_find(
	    r, conf, d->incident_id, d->now_ms, keep_item, &item, e);
	if (found <= 0 || item.state != RETENTION_REVIEW || !item.is_asked)
		return found < 0 ? -1 : 0;
	db_bind_int(st, 1, d->verdict);
	db_bind_int(st, 2, d->why);
	db_bind_int(st, 3, d->now_ms);
	db_bind_text(st, 4, str_of(d->actor));
	if (d->verdict == RETENTION_KEEP)
		db_bind_int(st, 5, d->now_ms + item.rule.again_days * DAY_MS);
	db_bind_int(st, 6, d->incident_id);
	if (db_run(st, e) < 0)
		return -1;
	if (db_changes(r->db) == 0)
		return 0;
	return log_decision(r, d, e) < 0 ? -1 : 1;
}

/* --- a run --- */

int
retention_begin(struct retention *r, struct retention_run *run, struct err *e)
{
	if (store_begin(r->store, e) < 0)
		return -1;
	run->begun_ms = run->now_ms;
	/* Holds whose day came stand for nobody any more, tracks neither. */
	db_bind_int(r->st[ST_LAPSE], 1, run->now_ms);
	db_bind_int(r->st[ST_STATE_BEGIN], 1, run->now_ms);
	if (db_run(r->st[ST_LAPSE], e) < 0 ||
	    db_run(r->st[ST_STATE_BEGIN], e) < 0) {
		store_rollback(r->store);
		return -1;
	}
	return store_commit(r->store, e);
}

/* What a step found: those to write of, and where it got to. */
struct findings {
	struct retention_run *run;
	int64_t ids[STEP_WRITES];
	size_t count;
	int64_t last_id;  /* the last that is done with */
	int64_t young_ms; /* made after this, none's time can have come */
	int64_t young;    /* how many such, one after the other */
	bool is_full;
};

static bool
is_to_write(const struct retention_item *item)
{
	bool is_stale = item->is_asked && item->state == RETENTION_KEPT &&
			item->verdict == RETENTION_OPEN;

	return is_stale || item->state == RETENTION_DUE ||
	       (item->state == RETENTION_REVIEW &&
		   (!item->is_asked || item->verdict != RETENTION_OPEN));
}

static void
note_finding(void *user, const struct retention_item *item)
{
	struct findings *f = user;

	if (f->is_full)
		return;
	if (is_to_write(item)) {
		if (f->count == STEP_WRITES) {
			f->is_full = true;
			return;
		}
		f->ids[f->count++] = item->incident_id;
	}
	f->last_id = item->incident_id;
	f->run->counts.looked++;
	f->run->counts.held += item->state == RETENTION_HELD;
	f->young = item->since_ms > f->young_ms ? f->young + 1 : 0;
}

/* The rule as it is written in a certificate. */
static struct str
rule_text(struct arena *arena, const struct conf_class *c)
{
	return arena_strf(arena,
	    "{\"class\":\"%s\",\"group\":%" PRId64 ",\"keep_days\":%" PRId64
	    ",\"then\":\"%s\"}",
	    c->name, c->group, c->keep_days,
	    c->then == CONF_THEN_REVIEW ? "review" : "erase");
}

/* "erasure": which incident, by which rule, under which certificate. */
static int
log_erasure(struct retention *r, const struct retention_run *run,
    const struct retention_item *item, int64_t certificate, struct err *e)
{
	char detail[160];
	struct audit_row row = { .at_ms = run->now_ms,
		.actor = str_of(run->actor),
		.event = AUDIT_ERASURE,
		.incident_id = item->incident_id };

	(void)snprintf(detail, sizeof detail,
	    "{\"rule\":\"%s\",\"keep_days\":%" PRId64 ",\"reviewed\":%s,"
	    "\"certificate\":%" PRId64 "}",
	    item->rule.name, item->rule.keep_days,
	    item->rule.then == CONF_THEN_REVIEW ? "true" : "false",
	    certificate);
	row.detail = str_of(detail);
	return audit_add(store_audit(r->store), &row, e);
}

/* Run a statement about one incident; how many rows it deleted is added. */
static int
erase_rows(
    struct retention *r, int which, int64_t id, int64_t *count, struct err *e)
{
	struct db_stmt *st = r->st[which];

	db_bind_int(st, 1, id);
	if (db_run(st, e) < 0)
		return -1;
	if (count)
		*count += db_changes(r->db);
	return 0;
}

/*
 * In the reasons of others, the reference as tagjson.c writes it: "id":"REF"
 * and "REF of FEED, …".
 */
static int
forget_names(
    struct retention *r, const struct retention_item *item, struct err *e)
{
	struct db_stmt *st = r->st[ST_FORGET_NAMES];

	db_bind_text(
	    st, 1, arena_strf(r->arena, "\"id\":\"%.*s\"", STR_ARG(item->ref)));
	db_bind_text(st, 2, str_of("\"id\":\"(erased)\""));
	db_bind_text(st, 3,
	    arena_strf(r->arena, "\"%.*s of %.*s, ", STR_ARG(item->ref),
		STR_ARG(item->feed)));
	db_bind_text(st, 4,
	    arena_strf(r->arena, "\"(erased) of %.*s, ", STR_ARG(item->feed)));
	db_bind_int(st, 5, item->incident_id);
	return db_run(st, e);
}

static int
count_decisions(struct retention *r, int64_t id, int64_t *count, struct err *e)
{
	struct db_stmt *st = r->st[ST_DECISIONS];

	db_bind_int(st, 1, id);
	if (db_step(st, e) < 0)
		return -1;
	*count += db_col_int(st, 0);
	db_reset(st);
	return 0;
}

/* All that is about the incident, but what goes with its row by itself. */
static int
erase_all_of(struct retention *r, const struct retention_run *run, int64_t id,
    struct certificate_counts *n, struct err *e)
{
	const struct {
		int which;
		int64_t *count;
	} parts[] = {
		{ ST_ERASE_ATTEMPTS, NULL },
		{ ST_ERASE_OUTBOX, &n->deliveries },
		{ ST_ERASE_TOLD, NULL },
		{ ST_ERASE_SHADOW, NULL },
		{ ST_ERASE_TAGS, &n->tags },
		{ ST_ERASE_MESSAGES, &n->messages },
		{ ST_ERASE_HOLDS, NULL },
		{ ST_ERASE_INCIDENT, &n->incidents },
	};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].which == ST_ERASE_HOLDS)
			db_bind_int(r->st[ST_ERASE_HOLDS], 2, run->now_ms);
		if (erase_rows(r, parts[i].which, id, parts[i].count, e) < 0)
			return -1;
	}
	return 0;
}

static int
erase_one(struct retention *r, struct retention_run *run,
    const struct retention_item *item, struct err *e)
{
	struct certificate_counts n = { 0 };
	int64_t certificate = 0;

	if (certificates_begin(r->certificates, str_of(item->rule.name),
		rule_text(r->arena, &item->rule), run->actor, run->now_ms,
		&certificate, e) < 0 ||
	    certificates_add_incident(r->certificates, certificate,
		item->incident_id, item->feed, item->ref, e) < 0 ||
	    log_erasure(r, run, item, certificate, e) < 0 ||
	    count_decisions(r, item->incident_id, &n.decisions, e) < 0 ||
	    forget_names(r, item, e) < 0 ||
	    erase_all_of(r, run, item->incident_id, &n, e) < 0 ||
	    certificates_count(r->certificates, certificate, &n, e) < 0)
		return err_wrap(
		    e, "incident %" PRId64 " is not erased", item->incident_id);
	run->counts.erased++;
	return 0;
}

static int
ask(struct retention *r, struct retention_run *run,
    const struct retention_item *item, struct err *e)
{
	struct db_stmt *st = r->st[ST_ASK];

	db_bind_int(st, 1, item->incident_id);
	db_bind_text(st, 2, str_of(item->rule.name));
	db_bind_int(st, 3, item->due_ms);
	db_bind_int(st, 4, run->now_ms);
	run->counts.asked++;
	return db_run(st, e);
}

/* A copy of an item whose texts are the arena's. */
struct copied {
	struct arena *arena;
	struct retention_item item;
};

static void
copy_item(void *user, const struct retention_item *item)
{
	struct copied *c = user;

	c->item = *item;
	c->item.feed = arena_str(c->arena, item->feed);
	c->item.ref = arena_str(c->arena, item->ref);
}

/* What is to be done of incident id, as it stands in this transaction. */
static int
write_one(
    struct retention *r, struct retention_run *run, int64_t id, struct err *e)
{
	struct copied c = { .arena = r->arena };
	int found =
	    retention_find(r, run->conf, id, run->now_ms, copy_item, &c, e);

	if (found <= 0 || !is_to_write(&c.item))
		return found < 0 ? -1 : 0;
	switch (c.item.state) {
	case RETENTION_DUE: return erase_one(r, run, &c.item, e);
	case RETENTION_REVIEW: return ask(r, run, &c.item, e);
	case RETENTION_KEPT: return erase_rows(r, ST_STALE, id, NULL, e);
	case RETENTION_HELD:
	case RETENTION_BUSY: break;
	}
	return 0;
}

/* One short transaction. */
static int
write_findings(struct retention *r, struct findings *f, struct err *e)
{
	const struct retention_counts before = f->run->counts;

	if (store_begin(r->store, e) < 0)
		return -1;
	for (size_t i = 0; i < f->count; i++) {
		if (write_one(r, f->run, f->ids[i], e) < 0) {
			f->run->counts = before;
			store_rollback(r->store);
			return -1;
		}
		FAILPOINT("retention-one");
	}
	FAILPOINT("retention-before-commit");
	if (store_commit(r->store, e) < 0) {
		f->run->counts = before;
		return -1;
	}
	FAILPOINT("retention-after-commit");
	return 0;
}

int
retention_step(struct retention *r, struct retention_run *run, struct err *e)
{
	struct findings f = { .run = run,
		.last_id = run->after_id,
		.young_ms = run->now_ms - least_days(run->conf) * DAY_MS };
	const struct retention_page page = { .conf = run->conf,
		.now_ms = run->now_ms,
		.after_id = run->after_id,
		.limit = STEP_LOOKS };
	int64_t last;
	int n;

	arena_reset(r->arena);
	n = retention_walk(r, &page, note_finding, &f, &last, e);
	if (n < 0 || (f.count > 0 && write_findings(r, &f, e) < 0))
		return -1;
	run->after_id = f.last_id;
	/* A whole step of what is too young: so is all that came after. */
	return f.is_full || (n == STEP_LOOKS && f.young < STEP_LOOKS);
}

int
retention_copies_certificate(struct retention *r,
    const struct retention_run *run, int64_t *id, struct err *e)
{
	const struct conf_class rule = { .name = RETENTION_COPIES,
		.group = 4,
		.keep_days = run->conf->copies_keep_days,
		.then = CONF_THEN_ERASE };

	return certificates_begin(r->certificates, str_of(rule.name),
	    rule_text(r->arena, &rule), run->actor, run->now_ms, id, e);
}

/* Some of quarantine, in the caller's transaction: how many. */
static int
erase_quarantine(
    struct retention *r, const struct retention_run *run, struct err *e)
{
	struct db_stmt *st = r->st[ST_QUARANTINE];
	struct certificate_counts n = { 0 };
	int64_t id = 0;

	db_bind_int(st, 1, run->now_ms - run->conf->copies_keep_days * DAY_MS);
	db_bind_int(st, 2, run->now_ms);
	db_bind_int(st, 3, STEP_BYTES);
	if (db_run(st, e) < 0)
		return -1;
	n.quarantined = db_changes(r->db);
	if (n.quarantined == 0)
		return 0;
	if (retention_copies_certificate(r, run, &id, e) < 0 ||
	    certificates_count(r->certificates, id, &n, e) < 0)
		return -1;
	return (int)n.quarantined;
}

int
retention_step_quarantine(
    struct retention *r, const struct retention_run *run, struct err *e)
{
	int n;

	arena_reset(r->arena);
	if (store_begin(r->store, e) < 0)
		return -1;
	n = erase_quarantine(r, run, e);
	if (n <= 0) {
		store_rollback(r->store);
		return n;
	}
	FAILPOINT("retention-quarantine");
	if (store_commit(r->store, e) < 0)
		return -1;
	return n == STEP_BYTES;
}

int
retention_end(
    struct retention *r, const struct retention_run *run, struct err *e)
{
	struct db_stmt *st = r->st[ST_STATE_END];

	if (store_begin(r->store, e) < 0)
		return -1;
	db_bind_int(st, 1, run->now_ms);
	db_bind_int(st, 2, run->counts.looked);
	db_bind_int(st, 3, run->counts.erased);
	db_bind_int(st, 4, run->counts.asked);
	db_bind_int(st, 5, run->counts.held);
	if (certificates_end(r->certificates, run->actor, run->now_ms, e) < 0 ||
	    db_run(st, e) < 0) {
		store_rollback(r->store);
		return -1;
	}
	FAILPOINT("retention-before-end");
	return store_commit(r->store, e);
}
