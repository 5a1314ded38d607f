/*
 * The search.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/searchform.h"
#include "agent/review/visit.h"

static const char *const search_params[] = { "q", "plate", "near", "km", "from",
	"to", "theme", "level", "district", "progress", "order", NULL };

static const char *const search_columns[] = { "id", "ref", "themes",
	"opened_at", "in_progress", "grade", "status", "district", "near",
	"near_m", "near_bearing", "distance_m", "snippet", NULL };

/* The store's cursor is a letter and three numbers. */
static const struct apilist_kind search_kind = {
	.name = "search",
	.look = "v1/search",
	.is_of_incidents = true,
	.params = search_params,
	.columns = search_columns,
	.place_count = 4,
};

/* Text without the marks round what was found. */
static struct str
unmarked(struct visit *v, struct str text)
{
	struct buf plain = { 0 };
	struct str kept;

	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != SEARCH_MARK_BEGIN &&
		    text.p[i] != SEARCH_MARK_END)
			buf_add_char(&plain, text.p[i]);
	kept = arena_str(v->desk->arena, buf_str(&plain));
	buf_clear(&plain);
	return kept;
}

static void
write_found(void *user, const struct search_row *row)
{
	static const int64_t nowhere[4] = { 0 }; /* the answer says where */
	struct apilist *l = user;

	apilist_int(l, row->incident_id);
	apilist_str(l, row->ref);
	apilist_words(l, row->themes);
	apilist_time_ms(l, row->opened_ms);
	apilist_bool(l, row->in_progress);
	apilist_str(l, row->grade);
	apilist_str(l, row->status);
	apilist_str(l, row->district);
	apilist_str(l, row->near_name);
	apilist_real(l, row->near_m, 0);
	apilist_str(l, row->near_bearing);
	apilist_real(l, row->distance_m, 0);
	apilist_str(l, unmarked(l->v, row->snippet));
	apilist_row(l, nowhere);
}

/* Where the page begins, as the store has it. */
static struct str
read_cursor(struct apilist *l)
{
	if (!l->is_begun || l->after[0] < 'a' || l->after[0] > 'z')
		return (struct str){ 0 };
	return arena_strf(l->v->desk->arena,
	    "%c%" PRId64 ".%" PRId64 ".%" PRId64, (char)l->after[0],
	    l->after[1], l->after[2], l->after[3]);
}

/* And where the next one does. */
static void
write_cursor(struct apilist *l, const struct search_answer *answer)
{
	const char *at = answer->next;

	if (*at == '\0')
		return;
	l->has_more = true;
	l->last[0] = (unsigned char)*at;
	for (size_t i = 0; i < 3; i++) {
		char *end = NULL;

		l->last[1 + i] = *at ? strtoll(at + 1, &end, 10) : 0;
		at = end ? end : at;
	}
}

/* 0, or -1 if it was answered what is wrong. */
static int
read_form(struct visit *v, struct searchform *f)
{
	searchform_read(v, f);
	for (size_t i = 0; i < SEARCHFORM_COUNT; i++)
		if (f->mistake[i]) {
			api_problem_of(
			    v, 400, searchform_names[i], f->mistake[i]);
			return -1;
		}
	if (f->is_asked)
		return 0;
	api_problem(v, 400,
	    "Say what to search: q, plate, near or another "
	    "parameter.");
	return -1;
}

static void
answer_search(struct apilist *l, struct searchform *f)
{
	struct search_answer answer;
	struct err e = { 0 };
	struct jsonw *more;

	f->query.cursor = read_cursor(l);
	f->query.limit = l->limit;
	apilist_begin(l);
	if (search_find(l->v->desk->search, &f->query, l->v->desk->arena,
		write_found, l, &answer, &e) < 0) {
		visit_fail(l->v, &e);
		return;
	}
	write_cursor(l, &answer);
	more = apilist_end_rows(l);
	if (more) {
		jsonw_member_bool(
		    more, "is_capped", answer.is_capped || answer.is_mark_cut);
	}
	apilist_end(l);
}

void
api_search(struct visit *v)
{
	struct searchform *f = arena_alloc(v->desk->arena, 1, sizeof *f);
	struct apilist l;

	if (apilist_read(&l, v, &search_kind) < 0 || read_form(v, f) < 0)
		return;
	answer_search(&l, f);
}
