/*
 * One statement for each index, so that a page costs the same wherever it
 * stands; the narrowest that the filter has is asked.
 */
#include "agent/store/audit_pages.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/clock.h"
#include "agent/base/db.h"
#include "agent/store/audit.h"
#include "agent/store/stmts.h"

enum {
	ST_INCIDENT,
	ST_ACTOR,
	ST_EVENT,
	ST_AT,
	ST_COUNT
};

#define ANY(column, n) "(" n " IS NULL OR " column " = " n ")"

#define LINES(index, actor, event, incident)                      \
	"SELECT id, at_ms, actor, event, incident_id, detail"     \
	" FROM audit INDEXED BY " index " WHERE actor <> 'agent'" \
	" AND " actor " AND " event " AND " incident              \
	" AND at_ms >= $4 AND at_ms < $5 AND (at_ms, id) < ($6, " \
	"$7) ORDER BY at_ms DESC, id DESC LIMIT $8"

static const char *const sql[] = {
	[ST_INCIDENT] = LINES("audit_people_incident", ANY("actor", "$1"),
	    ANY("event", "$2"), "incident_id = $3"),
	[ST_ACTOR] = LINES("audit_people_actor", "actor = $1",
	    ANY("event", "$2"), ANY("incident_id", "$3")),
	[ST_EVENT] = LINES("audit_people_event", ANY("actor", "$1"),
	    "event = $2", ANY("incident_id", "$3")),
	[ST_AT] = LINES("audit_people_at", ANY("actor", "$1"),
	    ANY("event", "$2"), ANY("incident_id", "$3")),
};
_Static_assert(sizeof sql / sizeof sql[0] == ST_COUNT, "a text for each");

struct audit_pages {
	struct db_stmt *st[ST_COUNT];
};

int
audit_pages_open(struct db *db, struct audit_pages **out, struct err *e)
{
	struct audit_pages *p = alloc_zero(1, sizeof *p);

	if (stmts_prepare(db, sql, ST_COUNT, p->st, e) < 0) {
		free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void
audit_pages_close(struct audit_pages **p)
{
	if (!*p)
		return;
	stmts_finish((*p)->st, ST_COUNT);
	free(*p);
	*p = NULL;
}

static struct db_stmt *
narrowest(struct audit_pages *p, const struct audit_pages_filter *f)
{
	if (f->incident_id != 0)
		return p->st[ST_INCIDENT];
	if (str_is_given(f->actor))
		return p->st[ST_ACTOR];
	return p->st[f->event != 0 ? ST_EVENT : ST_AT];
}

static void
bind(struct db_stmt *st, const struct audit_pages_filter *f)
{
	db_bind_text(st, 1, f->actor);
	if (f->event != 0)
		db_bind_int(st, 2, f->event);
	if (f->incident_id != 0)
		db_bind_int(st, 3, f->incident_id);
	/* No time is before INT64_MIN, which CLOCK_NONE is. */
	db_bind_int(st, 4, f->since_ms);
	db_bind_int(
	    st, 5, f->before_ms == CLOCK_NONE ? INT64_MAX : f->before_ms);
	db_bind_int(st, 6, f->after_id ? f->after_ms : INT64_MAX);
	db_bind_int(st, 7, f->after_id ? f->after_id : INT64_MAX);
	db_bind_int(st, 8, f->limit);
}

int
audit_pages_list(struct audit_pages *p, const struct audit_pages_filter *filter,
    void (*each)(void *user, const struct audit_row *row), void *user,
    struct err *e)
{
	struct db_stmt *st = narrowest(p, filter);
	int r;

	CHECK(filter->limit > 0);
	bind(st, filter);
	while ((r = db_step(st, e)) > 0) {
		const struct audit_row row = {
			.id = db_col_int(st, 0),
			.at_ms = db_col_int(st, 1),
			.actor = db_col_text(st, 2),
			.event = (enum audit_event)db_col_int(st, 3),
			.incident_id = db_col_int(st, 4),
			.detail = db_col_text(st, 5),
		};

		each(user, &row);
	}
	db_reset(st);
	return r;
}

void
audit_pages_actor(struct str words, struct buf *out)
{
	if (words.len > 0 && !memchr(words.p, ':', words.len) &&
	    !str_is(words, "watch") && !str_is(words, "sign-on"))
		buf_add_text(out, "account:");
	buf_add_str(out, words);
}
