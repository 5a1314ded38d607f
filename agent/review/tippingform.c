#include "agent/review/tippingform.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/base/json.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/reviews.h"

#define THEME "fly-tipping"

/* --- what stands --- */

static void
see_tag(void *user, const struct store_tag *tag)
{
	struct tippingform *f = user;

	f->is_theme |= str_is(tag->theme, THEME);
}

static void
see_decision(void *user, const struct review_decision *d)
{
	struct tippingform *f = user;

	if (d->undone_ms == CLOCK_NONE && str_is(d->theme, THEME))
		f->is_theme = d->verdict != REVIEW_REJECTED;
}

int
tippingform_load(struct tippingform *f, struct visit *v, struct err *e)
{
	struct desk *d = v->desk;
	struct err why = { 0 };
	int64_t id = visit_number(v->arg);
	int r;

	*f = (struct tippingform){
		.v = v, .referred_ms = CLOCK_NONE, .cleared_ms = CLOCK_NONE
	};
	r = id > 0 ? store_incident_find_id(d->store, id, d->arena, &f->row, e)
		   : 0;
	if (r <= 0)
		return r;
	if (store_tags_list(d->store, id, false, see_tag, f, e) < 0 ||
	    reviews_list(d->reviews, id, see_decision, f, e) < 0)
		return -1;
	r = tippings_find(d->tippings, id, d->arena, &f->was, e);
	if (r <= 0)
		return r < 0 ? -1 : f->is_theme;
	f->seen_id = f->was.id;
	f->referred_ms = f->was.referred_ms;
	f->cleared_ms = f->was.cleared_ms;
	if (json_parse(f->was.body, &f->was_body, NULL, &why) < 0)
		f->was_body = NULL;
	return 1;
}

void
tippingform_clear(struct tippingform *f)
{
	json_free(&f->was_body);
	buf_clear(&f->body);
}

struct str
tippingform_value(void *user, const char *name)
{
	const struct tippingform *f = user;

	if (f->v->rq->is_post)
		return visit_field(f->v, name);
	return json_text(json_member(f->was_body, name));
}

/* --- what was sent --- */

/* A time: empty is CLOCK_NONE.  The API says of which zone. */
static int
read_time(struct tippingform *f, const char *name, const char *label,
    int64_t *ms, struct err *e)
{
	struct str text = visit_field(f->v, name);

	*ms = CLOCK_NONE;
	if (text.len == 0 ||
	    (f->v->is_api ? clock_parse(text, ms) : camp_read_time(text, ms)))
		return 0;
	f->bad = name;
	return err_set(e, ERR_INVALID,
	    "“%s” is a date and time, for example 2026-11-14T10:42%s, or "
	    "empty.",
	    label, f->v->is_api ? ":00Z" : "");
}

/* In the API If-Match says it. */
static int
read_seen(struct tippingform *f, struct err *e)
{
	struct str seen = visit_field(f->v, "seen");

	if (f->v->is_api)
		return 0;
	f->seen_id = visit_number(seen);
	if (f->seen_id == 0 && !str_is(seen, "0"))
		return err_set(e, ERR_INVALID, "The form is incomplete.");
	return 0;
}

int
tippingform_check(struct tippingform *f, struct err *e)
{
	if (read_seen(f, e) < 0 ||
	    read_time(f, "referred-at", "Referred when", &f->referred_ms, e) <
		0 ||
	    read_time(f, "cleared-at", "Cleared by", &f->cleared_ms, e) < 0)
		return -1;
	return campwords_read(tippings_fields(), tippingform_value, f,
	    f->v->desk->arena, &f->body, &f->bad, e);
}

int
tippingform_put(void *user, struct visit *v, struct err *e)
{
	struct tippingform *f = user;
	const struct tipping_entry w = { .incident_id = f->row.id,
		.seen_id = f->seen_id,
		.body = buf_str(&f->body),
		.referred_ms = f->referred_ms,
		.cleared_ms = f->cleared_ms,
		.account_id = v->account.id,
		.now_ms = v->now_ms };
	char detail[96];
	int64_t id = tippings_put(v->desk->tippings, &w, e);

	if (id <= 0)
		return (int)id;
	(void)snprintf(detail, sizeof detail,
	    "{\"change\":\"fly-tipping\",\"record\":%" PRId64 "}", id);
	return visit_record_change(v, f->row.id, detail, e) < 0 ? -1 : 1;
}
