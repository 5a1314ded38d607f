#include "agent/review/lineform.h"

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/camp.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"

struct str
lineform_value(void *user, const char *name)
{
	const struct lineform *f = user;
	const struct campword_field *field = campwords_kind(f->kind)->fields;

	if (f->v->rq->is_post)
		return visit_field(f->v, name);
	if (!f->was)
		return http_query(f->v->rq, name);
	for (; field->name; field++)
		if (str_is(str_of(name), field->name) &&
		    field->type == CAMP_COUNT)
			return campwords_show(
			    f->v->desk->arena, field, f->was->body);
	return dossier_line_word(f->was, name);
}

/* A number that is asked for; the API calls it as what it answers. */
static int64_t
number(struct visit *v, const char *name, const char *member)
{
	if (v->is_api)
		return visit_number(visit_field(v, member));
	return visit_number(
	    v->rq->is_post ? visit_field(v, name) : http_query(v->rq, name));
}

static struct str
kind_word(struct visit *v)
{
	return v->rq->is_post ? visit_field(v, "kind")
			      : http_query(v->rq, "kind");
}

int
lineform_read(struct lineform *f, struct visit *v, struct err *e)
{
	int64_t line = number(v, "line", "corrects");
	int r;

	*f = (struct lineform){ .v = v, .at_ms = v->now_ms };
	r = dossier_load(&f->d, v, visit_number(v->arg),
	    v->is_api ? "v1/encampment line" : "encampment line", e);
	if (r <= 0)
		return r;
	f->turns = f->d.camp.turns;
	f->kind = campwords_find(kind_word(v));
	f->refers_id = number(v, "of", "deadline");
	f->was = line ? dossier_find(&f->d, line) : NULL;
	if (line && !f->was)
		return 0;
	if (f->was) {
		f->corrects_id = line;
		f->at_ms = f->was->line.at_ms;
		if (f->kind != CAMP_WITHDRAWN)
			f->kind = f->was->line.kind;
	} else if (f->kind == CAMP_DEADLINE)
		f->at_ms = CLOCK_NONE;
	return f->kind != 0 && f->kind != CAMP_WITHDRAWN ? 1 : f->was != NULL;
}

/* A form's time is London's; the API says of which zone. */
static bool
read_at(struct visit *v, int64_t *ms)
{
	struct str text = visit_field(v, "at");

	return v->is_api ? clock_parse(text, ms) : camp_read_time(text, ms);
}

int
lineform_check(struct lineform *f, struct err *e)
{
	f->bad = "at";
	if (f->kind == CAMP_WITHDRAWN)
		f->at_ms = f->v->now_ms;
	else if (!read_at(f->v, &f->at_ms)) {
		f->at_ms = CLOCK_NONE;
		return err_set(e, ERR_INVALID,
		    "Fill in “%s” as a date and time, for example "
		    "2026-11-14T10:42%s.",
		    campwords_kind(f->kind)->when, f->v->is_api ? ":00Z" : "");
	}
	f->bad = NULL;
	return campwords_read(campwords_kind(f->kind)->fields, lineform_value,
	    f, f->v->desk->arena, &f->body, &f->bad, e);
}

int
lineform_add(void *user, struct visit *v, struct err *e)
{
	struct lineform *f = user;
	const struct camp_entry w = { .camp_id = f->d.camp.id,
		.turns = f->turns,
		.kind = f->kind,
		.at_ms = f->at_ms,
		.corrects_id = f->corrects_id,
		.refers_id = f->refers_id,
		.body = buf_str(&f->body),
		.account_id = v->account.id,
		.now_ms = v->now_ms };

	f->line_id = camps_add(v->desk->camps, &w, e);
	if (f->line_id <= 0)
		return (int)f->line_id;
	return camp_record_change(
	    v, campwords_kind(f->kind)->word, f->d.camp.id, f->line_id, 0, e);
}
