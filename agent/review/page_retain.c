/*
 * Holding an incident, ending a hold, and reviewing one whose time has come:
 * the forms of sheet_retention.c, done by deed_retention.c.
 */
#include <inttypes.h>

#include "agent/base/err.h"
#include "agent/review/deed.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"

static void
change(struct visit *v, int (*how)(void *user, struct visit *v, struct err *e))
{
	int64_t id = visit_number(v->arg);
	struct buf path = { 0 };
	struct err e = { 0 };
	int r = id > 0 ? visit_change(v, how, &id, &e) : 0;

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/incident/%" PRId64 "#kept", id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

void
page_hold(struct visit *v)
{
	change(v, deed_hold_put);
}

void
page_release(struct visit *v)
{
	change(v, deed_hold_end);
}

void
page_keep(struct visit *v)
{
	change(v, deed_retention_review);
}
