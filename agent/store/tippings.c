/*
 * tippings: the lists of words, and the records.
 */
#include "agent/store/tippings.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/base/err.h"
#include "agent/store/stmts.h"

#define MINUTE_MS INT64_C(60000)

enum {
	ST_STANDS,
	ST_REPLACE,
	ST_ADD,
	ST_FIND,
	ST_HISTORY,
	ST_LIST,
	ST_MONTHS,
	ST_COUNT
};

#define SELECT_RECORD                                                    \
	"SELECT t.id, t.incident_id, t.made_ms, a.name, t.body, t.size," \
	" t.waste, t.land, t.witnessed, t.evidence,"                     \
	" json_extract(t.body, '$.referred'),"                           \
	" json_extract(t.body, '$.reference'), t.referred_ms,"           \
	" t.cleared_ms, t.opened_ms, i.ref, i.district FROM tipping t"   \
	" JOIN account a ON a.id = t.account_id"                         \
	" JOIN incident i ON i.id = t.incident_id"

static const char *const sql[ST_COUNT] = {
	[ST_STANDS] = "SELECT id FROM tipping WHERE incident_id = $1"
		      " AND replaced_ms IS NULL",
	[ST_REPLACE] = "UPDATE tipping SET replaced_ms = $1"
		       " WHERE incident_id = $2 AND replaced_ms IS NULL",
	[ST_ADD] =
	    "INSERT INTO tipping (incident_id, made_ms, account_id, body,"
	    " size, waste, land, witnessed, evidence, referred_ms,"
	    " cleared_ms, opened_ms) SELECT id, $1, $2, $3,"
	    " json_extract($3, '$.size'), json_extract($3, '$.waste'),"
	    " json_extract($3, '$.land'), json_extract($3, '$.witnessed'),"
	    " json_extract($3, '$.evidence'), $4, $5,"
	    " coalesce(opened_ms, first_ms) FROM incident WHERE id = $6",
	[ST_FIND] = SELECT_RECORD " WHERE t.incident_id = $1"
				  " AND t.replaced_ms IS NULL",
	[ST_HISTORY] =
	    SELECT_RECORD " WHERE t.incident_id = $1 ORDER BY t.id DESC",
	[ST_LIST] = SELECT_RECORD
	" WHERE t.replaced_ms IS NULL AND (t.opened_ms, t.id) < ($1, $2)"
	" AND t.opened_ms >= $3 AND ($4 IS NULL OR t.size = $4)"
	" AND ($5 IS NULL OR t.waste = $5) AND ($6 IS NULL OR t.land = $6)"
	" ORDER BY t.opened_ms DESC, t.id DESC LIMIT $7",
	[ST_MONTHS] = "SELECT opened_ms, size, witnessed, evidence,"
		      " json_extract(body, '$.referred') IS NOT NULL,"
		      " cleared_ms IS NOT NULL FROM tipping"
		      " WHERE replaced_ms IS NULL AND opened_ms >= $1",
};

struct tippings {
	struct db *db; /* borrowed */
	struct db_stmt *st[ST_COUNT];
};

/* --- the lists --- */

#define CHOICES(name) static const struct campword_choice name[]
#define END                \
	{                  \
		NULL, NULL \
	}

CHOICES(sizes) = { { "bag", "Single black bag" }, { "item", "Single item" },
	{ "boot", "Car boot or less" }, { "van", "Small van load" },
	{ "transit", "Transit van load" }, { "tipper", "Tipper lorry load" },
	{ "multi", "Significant, or several loads" }, END };
_Static_assert(
    sizeof sizes / sizeof sizes[0] <= TIPPING_SIZES, "all are counted");

CHOICES(wastes) = { { "carcass", "Animal carcass" }, { "green", "Green" },
	{ "vehicle", "Vehicle parts" }, { "white", "White goods" },
	{ "electrical", "Other electrical" }, { "tyres", "Tyres" },
	{ "asbestos", "Asbestos" }, { "clinical", "Clinical" },
	{ "construction", "Construction, demolition, excavation" },
	{ "bags-house", "Black bags, household" },
	{ "bags-trade", "Black bags, commercial" },
	{ "chemical", "Chemical drums, oil or fuel" },
	{ "house", "Other household" }, { "trade", "Other commercial" },
	{ "other", "Other, not identified" }, END };

CHOICES(lands) = { { "highway", "Highway" },
	{ "path", "Footpath or bridleway" }, { "alley", "Back alley" },
	{ "railway", "Railway" }, { "council", "Council land" },
	{ "farm", "Agricultural" }, { "private", "Private or residential" },
	{ "trade", "Commercial or industrial" }, { "water", "Watercourse" },
	{ "other", "Other, not identified" }, END };

CHOICES(witnesses) = { { "yes", "Yes, and will say so" },
	{ "unwilling", "Yes, and would rather not say so" }, { "no", "No" },
	{ "unknown", "Not known" }, END };

CHOICES(evidences) = { { "found", "Found" }, { "none", "Looked for, none" },
	{ "unseen", "Not looked for" }, END };

CHOICES(authorities) = { { "district", "District or borough council" },
	{ "county", "County council" }, { "highways", "Highway authority" },
	{ "environment", "Environment Agency" },
	{ "railway", "Railway undertaking" },
	{ "owner", "Landowner, to clear it" }, { "police", "Police lead" },
	END };

static const struct campword_field fields[] = { { "size", "Size", CAMP_CHOICE,
						    sizes, 0, true },
	{ "waste", "Mostly", CAMP_CHOICE, wastes, 0, true },
	{ "land", "On what land", CAMP_CHOICE, lands, 0, true },
	{ "witnessed", "Was it seen being left", CAMP_CHOICE, witnesses, 0,
	    true },
	{ "evidence", "Evidence of who left it", CAMP_CHOICE, evidences, 0,
	    true },
	{ "referred", "Referred to", CAMP_CHOICE, authorities, 0, false },
	{ "reference", "Their reference", CAMP_TEXT, NULL, 40, false },
	{ NULL, NULL, CAMP_TEXT, NULL, 0, false } };

const struct campword_field *
tippings_fields(void)
{
	return fields;
}

const struct campword_choice *
tippings_choices(const char *field)
{
	const struct campword_field *f = fields;

	while (f->name && strcmp(f->name, field) != 0)
		f++;
	CHECK(f->choices);
	return f->choices;
}

/* --- opening --- */

int
tippings_open(struct db *db, struct tippings **out, struct err *e)
{
	struct tippings *t = alloc_zero(1, sizeof *t);

	t->db = db;
	if (stmts_prepare(db, sql, ST_COUNT, t->st, e) < 0) {
		tippings_close(&t);
		return -1;
	}
	*out = t;
	return 0;
}

void
tippings_close(struct tippings **t)
{
	if (!*t)
		return;
	stmts_finish((*t)->st, ST_COUNT);
	free(*t);
	*t = NULL;
}

/* --- recording --- */

static void
bind_time(struct db_stmt *st, int i, int64_t ms)
{
	if (ms == CLOCK_NONE)
		db_bind_null(st, i);
	else
		db_bind_int(st, i, ms);
}

static int
check_times(const struct tipping_entry *w, struct err *e)
{
	bool is_referred =
	    memmem(w->body.p, w->body.len, "\"referred\":", 11) != NULL;
	int64_t latest_ms = w->now_ms + 5 * MINUTE_MS;

	if (is_referred != (w->referred_ms != CLOCK_NONE))
		return err_set(e, ERR_INVALID,
		    is_referred ? "Say when it was referred."
				: "Say to whom it was referred, or leave the "
				  "time empty.");
	if (w->referred_ms > latest_ms || w->cleared_ms > latest_ms)
		return err_set(e, ERR_INVALID,
		    "That time has not come yet: look at the date.");
	return 0;
}

/* The record that stands: its number; 0: none; or -1. */
static int64_t
standing(struct tippings *t, int64_t incident_id, struct err *e)
{
	struct db_stmt *st = t->st[ST_STANDS];
	int64_t id = 0;
	int r;

	db_bind_int(st, 1, incident_id);
	r = db_step(st, e);
	if (r > 0)
		id = db_col_int(st, 0);
	db_reset(st);
	return r < 0 ? -1 : id;
}

static int
replace(struct tippings *t, const struct tipping_entry *w, struct err *e)
{
	struct db_stmt *st = t->st[ST_REPLACE];

	db_bind_int(st, 1, w->now_ms);
	db_bind_int(st, 2, w->incident_id);
	return db_run(st, e);
}

static int
add(struct tippings *t, const struct tipping_entry *w, struct err *e)
{
	struct db_stmt *st = t->st[ST_ADD];

	db_bind_int(st, 1, w->now_ms);
	db_bind_int(st, 2, w->account_id);
	db_bind_text(st, 3, w->body);
	bind_time(st, 4, w->referred_ms);
	bind_time(st, 5, w->cleared_ms);
	db_bind_int(st, 6, w->incident_id);
	return db_run(st, e);
}

int64_t
tippings_put(struct tippings *t, const struct tipping_entry *w, struct err *e)
{
	int64_t stands;

	if (check_times(w, e) < 0)
		return -1;
	stands = standing(t, w->incident_id, e);
	if (stands < 0 || stands != w->seen_id)
		return stands < 0 ? -1 : 0;
	if (replace(t, w, e) < 0 || add(t, w, e) < 0)
		return -1;
	return db_last_id(t->db);
}

/* --- reading --- */

static int64_t
time_of(struct db_stmt *st, int column)
{
	return db_col_is_null(st, column) ? CLOCK_NONE : db_col_int(st, column);
}

static void
read_record(struct db_stmt *st, struct tipping *r)
{
	*r = (struct tipping){ .id = db_col_int(st, 0),
		.incident_id = db_col_int(st, 1),
		.made_ms = db_col_int(st, 2),
		.by = db_col_text(st, 3),
		.body = db_col_text(st, 4),
		.size = db_col_text(st, 5),
		.waste = db_col_text(st, 6),
		.land = db_col_text(st, 7),
		.witnessed = db_col_text(st, 8),
		.evidence = db_col_text(st, 9),
		.referred = db_col_text(st, 10),
		.reference = db_col_text(st, 11),
		.referred_ms = time_of(st, 12),
		.cleared_ms = time_of(st, 13),
		.opened_ms = db_col_int(st, 14),
		.ref = db_col_text(st, 15),
		.district = db_col_text(st, 16) };
}

static int
give(struct db_stmt *st, void (*each)(void *user, const struct tipping *r),
    void *user, struct err *e)
{
	struct tipping record;
	int r;

	while ((r = db_step(st, e)) > 0) {
		read_record(st, &record);
		each(user, &record);
	}
	db_reset(st);
	return r;
}

/* Where tippings_find() puts what it finds. */
struct found {
	struct arena *arena;
	struct tipping *out;
	int count;
};

static void
keep(void *user, const struct tipping *r)
{
	struct found *f = user;
	struct str *texts[] = { &f->out->by, &f->out->body, &f->out->size,
		&f->out->waste, &f->out->land, &f->out->witnessed,
		&f->out->evidence, &f->out->referred, &f->out->reference,
		&f->out->ref, &f->out->district };

	*f->out = *r;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		*texts[i] = arena_str(f->arena, *texts[i]);
	f->count++;
}

int
tippings_find(struct tippings *t, int64_t incident_id, struct arena *arena,
    struct tipping *out, struct err *e)
{
	struct found f = { arena, out, 0 };

	db_bind_int(t->st[ST_FIND], 1, incident_id);
	return give(t->st[ST_FIND], keep, &f, e) < 0 ? -1 : f.count;
}

int
tippings_history(struct tippings *t, int64_t incident_id,
    void (*each)(void *user, const struct tipping *r), void *user,
    struct err *e)
{
	db_bind_int(t->st[ST_HISTORY], 1, incident_id);
	return give(t->st[ST_HISTORY], each, user, e);
}

int
tippings_list(struct tippings *t, const struct tipping_filter *f,
    void (*each)(void *user, const struct tipping *r), void *user,
    struct err *e)
{
	struct db_stmt *st = t->st[ST_LIST];

	db_bind_int(st, 1, f->after_id ? f->after_ms : f->to_ms);
	db_bind_int(st, 2, f->after_id);
	db_bind_int(st, 3, f->from_ms);
	db_bind_text(st, 4, f->size);
	db_bind_text(st, 5, f->waste);
	db_bind_text(st, 6, f->land);
	db_bind_int(st, 7, f->limit);
	return give(st, each, user, e);
}

/* --- the figures --- */

/* The first moment of a month in London. */
static int64_t
month_begins(int year, int month)
{
	return clock_from_local(clock_from_utc(year, month, 1, 0, 0, 0));
}

static void
begin(struct tipping_month *months, size_t count, int64_t now_ms)
{
	struct clock_local now = clock_to_local(now_ms);
	int year = now.year, month = now.month;

	for (size_t i = count; i > 0; i--) {
		int next_year = month == 12 ? year + 1 : year;

		months[i - 1] = (struct tipping_month){ .year = year,
			.month = month,
			.from_ms = month_begins(year, month),
			.to_ms = month_begins(next_year, month % 12 + 1) };
		year = month == 1 ? year - 1 : year;
		month = month == 1 ? 12 : month - 1;
	}
}

static void
count_in(struct tipping_month *m, struct db_stmt *st)
{
	struct str size = db_col_text(st, 1), seen = db_col_text(st, 2);

	m->recorded++;
	for (size_t i = 0; sizes[i].word; i++)
		m->sizes[i] += str_is(size, sizes[i].word);
	m->witnessed += str_is(seen, "yes") || str_is(seen, "unwilling");
	m->evidence += str_is(db_col_text(st, 3), "found");
	m->referred += db_col_int(st, 4) != 0;
	m->cleared += db_col_int(st, 5) != 0;
}

int
tippings_months(struct tippings *t, struct tipping_month *months, size_t count,
    int64_t now_ms, struct err *e)
{
	struct db_stmt *st = t->st[ST_MONTHS];
	int r;

	begin(months, count, now_ms);
	db_bind_int(st, 1, months[0].from_ms);
	while ((r = db_step(st, e)) > 0)
		for (size_t i = 0; i < count; i++)
			if (db_col_int(st, 0) >= months[i].from_ms &&
			    db_col_int(st, 0) < months[i].to_ms)
				count_in(&months[i], st);
	db_reset(st);
	return r;
}

bool
tippings_read_month(struct str text, int64_t *from_ms, int64_t *to_ms)
{
	int n[6];

	if (text.len != sizeof "2026-11" - 1 || text.p[4] != '-')
		return false;
	for (size_t i = 0, k = 0; i < text.len; i++) {
		if (i == 4)
			continue;
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n[k++] = text.p[i] - '0';
	}
	int year = n[0] * 1000 + n[1] * 100 + n[2] * 10 + n[3];
	int month = n[4] * 10 + n[5];

	if (year < 1990 || year > 2199 || month < 1 || month > 12)
		return false;
	*from_ms = month_begins(year, month);
	*to_ms = month_begins(month == 12 ? year + 1 : year, month % 12 + 1);
	return true;
}
