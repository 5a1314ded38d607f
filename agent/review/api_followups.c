/*
 * What is promised and due, one with its history, the contact log of an
 * incident, and how many informants were told the outcome.  All of it is read
 * here and changed on the pages.
 */
#include <inttypes.h>
#include <stdio.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/desk.h"
#include "agent/review/toldshare.h"
#include "agent/review/visit.h"
#include "agent/store/contacts.h"
#include "agent/store/contactwords.h"
#include "agent/store/duties.h"
#include "agent/store/followups.h"
#include "agent/store/store.h"

static const char *const no_params[] = { NULL };

/* The word of a number; absent for 0. */
static struct str
word_of(enum contactwords_list list, int number)
{
	struct str none = { 0 };

	if (number == 0)
		return none;
	return str_of(contactwords_of(list, number)->word);
}

/* --- what is due --- */

static const char *const params[] = { "who", NULL };

static const char *const columns[] = { "id", "incident_id", "ref", "themes",
	"district", "kind", "due_at", "falls_to", "holder", "cause",
	"opened_at", "opened_by", "note", NULL };

static const struct apilist_kind kind = {
	.name = "follow-ups",
	.look = "v1/follow-ups",
	.params = params,
	.columns = columns,
	.place_count = 2,
};

static void
write_row(void *user, const struct followup *one)
{
	struct apilist *l = user;
	const int64_t place[] = { one->due_ms, one->id };

	if (!apilist_has_room(l))
		return;
	apilist_int(l, one->id);
	apilist_int(l, one->incident_id);
	apilist_str(l, one->ref);
	apilist_words(l, one->themes);
	apilist_str(l, one->district);
	apilist_str(l, word_of(CONTACTWORDS_KINDS, one->kind));
	apilist_time_ms(l, one->due_ms);
	apilist_str(l, word_of(CONTACTWORDS_FUNCTIONS, one->falls_to));
	apilist_str(l, one->holder);
	apilist_str(l, one->cause);
	apilist_time_ms(l, one->made_ms);
	apilist_str(l, one->by);
	apilist_str(l, one->note);
	apilist_row(l, place);
}

void
api_followups(struct visit *v)
{
	struct followup_filter f = { .after_due_ms = INT64_MIN,
		.before_ms = INT64_MAX };
	struct err e = { 0 };
	struct apilist l;
	struct str who;

	if (apilist_read(&l, v, &kind) < 0)
		return;
	who = apilist_param(&l, "who");
	if (str_is_given(who) && !str_is(who, "mine")) {
		api_problem_of(v, 400, "who", "It is \"mine\", or left out.");
		return;
	}
	f.holder_id = str_is_given(who) ? v->account.id : 0;
	f.limit = apilist_wanted(&l);
	if (l.is_begun) {
		f.after_due_ms = l.after[0];
		f.after_id = l.after[1];
	}
	apilist_begin(&l);
	if (followups_list(v->desk->followups, &f, write_row, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- one of them --- */

static void
write_word(struct jsonw *w, const char *name, struct str text)
{
	jsonw_key(w, name);
	jsonw_str(w, text);
}

static void
write_time(struct jsonw *w, const char *name, int64_t ms)
{
	jsonw_key(w, name);
	jsonw_time(w, ms);
}

static void
write_one(void *user, const struct followup *one)
{
	struct jsonw *w = user;
	bool is_open = one->ended_ms == CLOCK_NONE;

	jsonw_key(w, "id");
	jsonw_int(w, one->id);
	jsonw_key(w, "incident_id");
	jsonw_int(w, one->incident_id);
	write_word(w, "ref", one->ref);
	write_word(w, "kind", word_of(CONTACTWORDS_KINDS, one->kind));
	write_time(w, "due_at", one->due_ms);
	write_word(
	    w, "falls_to", word_of(CONTACTWORDS_FUNCTIONS, one->falls_to));
	write_word(w, "holder", one->holder);
	write_word(w, "cause", one->cause);
	write_time(w, "opened_at", one->made_ms);
	write_word(w, "opened_by", one->by);
	write_word(w, "note", one->note);
	write_time(w, "ended_at", one->ended_ms);
	write_word(w, "ending",
	    word_of(CONTACTWORDS_ENDINGS, is_open ? 0 : one->ending));
}

static void
write_line(void *user, const struct followup_line *line)
{
	struct jsonw *w = user;

	jsonw_object(w);
	write_time(w, "at", line->at_ms);
	write_word(w, "by", line->by);
	write_word(w, "what", word_of(CONTACTWORDS_WHATS, line->what));
	write_time(w, "due_at", line->due_ms);
	write_word(
	    w, "falls_to", word_of(CONTACTWORDS_FUNCTIONS, line->falls_to));
	write_word(w, "holder", line->holder);
	write_word(w, "ending", word_of(CONTACTWORDS_ENDINGS, line->ending));
	write_word(w, "note", line->note);
	jsonw_close(w);
}

/* What is needed before it is shown. */
struct known {
	int64_t incident_id, version;
};

static void
know(void *user, const struct followup *one)
{
	struct known *k = user;

	k->incident_id = one->incident_id;
	k->version = one->version;
}

static int
print_followup(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	struct followups *f = v->desk->followups;
	int64_t id = visit_number(v->arg);
	struct known k = { 0, 0 };
	char version[48];
	int r = id > 0 ? followups_find(f, id, know, &k, e) : 0;

	(void)user;
	if (r <= 0)
		return r;
	if (visit_record_part(v, k.incident_id, "v1/follow-up", e) < 0)
		return -1;
	(void)snprintf(
	    version, sizeof version, "%" PRId64 ".%" PRId64, id, k.version);
	api_etag(v, version);
	jsonw_object(w);
	if (followups_find(f, id, write_one, w, e) < 0)
		return -1;
	jsonw_key(w, "lines");
	jsonw_array(w);
	if (followups_lines(f, id, write_line, w, e) < 0)
		return -1;
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

void
api_followup(struct visit *v)
{
	api_record(v, print_followup, NULL);
}

/* --- the contact log of an incident --- */

static const char *const contact_columns[] = { "id", "at", "way", "outcome",
	"told", "told_text", "card", "intelligence", "advice", "visit",
	"visit_by", "visit_at", "note", "recorded_at", "recorded_by",
	"corrects", "corrected_by", NULL };

static const struct apilist_kind contact_kind = {
	.name = "contacts",
	.params = no_params,
	.columns = contact_columns,
	.place_count = 1,
};

/* The list, and how many entries stand before the next. */
struct contact_rows {
	struct apilist *l;
	int64_t at;
};

static void
write_known(struct apilist *l, int64_t id)
{
	if (id == 0)
		apilist_none(l);
	else
		apilist_int(l, id);
}

static void
write_advice(struct apilist *l, int64_t given)
{
	size_t count;
	const struct contactword *rows =
	    contactwords_all(CONTACTWORDS_ADVICE, &count);
	struct buf words = { 0 };

	for (size_t i = 0; i < count; i++)
		if ((given >> (rows[i].number - 1) & 1) != 0)
			buf_addf(&words, "%s%s", words.len > 0 ? "," : "",
			    rows[i].word);
	apilist_words(l, buf_str(&words));
	buf_clear(&words);
}

static void
write_contact(void *user, const struct contact_entry *n)
{
	struct contact_rows *rows = user;
	struct apilist *l = rows->l;
	int64_t place = ++rows->at;

	if ((l->is_begun && place <= l->after[0]) || !apilist_has_room(l))
		return;
	apilist_int(l, n->id);
	apilist_time_ms(l, n->happened_ms);
	apilist_str(l, word_of(CONTACTWORDS_WAYS, n->way));
	apilist_str(l, word_of(CONTACTWORDS_OUTCOMES, n->outcome));
	apilist_str(l, n->told);
	apilist_str(l, n->told_text);
	apilist_bool(l, n->card);
	apilist_str(l, word_of(CONTACTWORDS_PASSED, n->intelligence));
	write_advice(l, n->advice);
	apilist_str(l, word_of(CONTACTWORDS_VISITS, n->visit));
	apilist_str(l, word_of(CONTACTWORDS_VISITORS, n->visit_by));
	apilist_time_ms(l, n->visit_ms);
	apilist_str(l, n->note);
	apilist_time_ms(l, n->at_ms);
	apilist_str(l, n->by);
	write_known(l, n->corrects);
	write_known(l, n->corrected_by);
	apilist_row(l, &place);
}

void
api_contacts(struct visit *v)
{
	int64_t id = visit_number(v->arg);
	struct store_incident row;
	struct apilist l;
	struct contact_rows rows = { .l = &l };
	struct err e = { 0 };
	int r;

	if (apilist_read(&l, v, &contact_kind) < 0)
		return;
	r = id > 0 ? store_incident_find_id(
			 v->desk->store, id, v->desk->arena, &row, &e)
		   : 0;
	if (r == 0) {
		api_problem(v, 404, "There is no such incident.");
		return;
	}
	if (r < 0 || visit_record_part(v, id, "v1/contacts", &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	apilist_begin(&l);
	if (contacts_list(v->desk->contacts, id, write_contact, &rows, &e) <
	    0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- who was told --- */

#define MONTHS 13

static const char *const told_columns[] = { "month", "theme", "informants",
	"told", "unreachable", NULL };

static const struct apilist_kind told_kind = {
	.name = "informants-told",
	.params = no_params,
	.columns = told_columns,
	.place_count = 1,
};

/* The list, and the month that is counted. */
struct told_rows {
	struct apilist *l;
	int64_t from_ms, at;
};

static void
write_told(void *user, const struct duties_told *told)
{
	struct told_rows *rows = user;
	struct apilist *l = rows->l;
	struct clock_local t = clock_to_local(rows->from_ms);
	int64_t place = ++rows->at;
	char month[16];

	if ((l->is_begun && place <= l->after[0]) || !apilist_has_room(l))
		return;
	(void)snprintf(month, sizeof month, "%04d-%02d", t.year, t.month);
	apilist_text(l, month);
	apilist_str(l, told->theme);
	apilist_int(l, told->informants);
	apilist_int(l, told->told);
	apilist_int(l, told->unreachable);
	apilist_row(l, &place);
}

void
api_told(struct visit *v)
{
	struct apilist l;
	struct told_rows rows = { .l = &l };
	struct err e = { 0 };

	if (apilist_read(&l, v, &told_kind) < 0)
		return;
	apilist_begin(&l);
	for (int ago = 0; ago < MONTHS; ago++) {
		rows.from_ms = toldshare_month(v->now_ms, ago);
		if (duties_count_told(v->desk->duties, rows.from_ms,
			toldshare_month(v->now_ms, ago - 1), write_told, &rows,
			&e) < 0) {
			visit_fail(v, &e);
			return;
		}
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}
