/*
 * What is promised and due, one with its history, the contact log of an
 * incident, and how many informants were told the outcome; changing the first
 * and adding to the second.
 */
#include <inttypes.h>

#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/http.h"
#include "agent/review/api.h"
#include "agent/review/apilist.h"
#include "agent/review/deed.h"
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

static const char *const params[] = { "who", "before", NULL };

static const char *const columns[] = { "id", "incident_id", "ref", "themes",
	"district", "kind", "due_at", "falls_to", "holder", "cause",
	"opened_at", "opened_by", "note", NULL };

static const struct apilist_kind kind = {
	.name = "follow-ups",
	.look = "v1/follow-ups",
	.is_of_incidents = true,
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
	if (apilist_time(&l, "before", &f.before_ms) < 0)
		return;
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
write_one(void *user, const struct followup *one)
{
	struct jsonw *w = user;
	bool is_open = one->ended_ms == CLOCK_NONE;

	jsonw_member_int(w, "id", one->id);
	jsonw_member_int(w, "incident_id", one->incident_id);
	jsonw_member_str(w, "ref", one->ref);
	jsonw_member_str(w, "kind", word_of(CONTACTWORDS_KINDS, one->kind));
	jsonw_member_time(w, "due_at", one->due_ms);
	jsonw_member_str(
	    w, "falls_to", word_of(CONTACTWORDS_FUNCTIONS, one->falls_to));
	jsonw_member_str(w, "holder", one->holder);
	jsonw_member_str(w, "cause", one->cause);
	jsonw_member_time(w, "opened_at", one->made_ms);
	jsonw_member_str(w, "opened_by", one->by);
	jsonw_member_str(w, "note", one->note);
	jsonw_member_time(w, "ended_at", one->ended_ms);
	jsonw_member_str(w, "ending",
	    word_of(CONTACTWORDS_ENDINGS, is_open ? 0 : one->ending));
}

static void
write_line(void *user, const struct followup_line *line)
{
	struct jsonw *w = user;

	jsonw_object(w);
	jsonw_member_time(w, "at", line->at_ms);
	jsonw_member_str(w, "by", line->by);
	jsonw_member_str(w, "what", word_of(CONTACTWORDS_WHATS, line->what));
	jsonw_member_time(w, "due_at", line->due_ms);
	jsonw_member_str(
	    w, "falls_to", word_of(CONTACTWORDS_FUNCTIONS, line->falls_to));
	jsonw_member_str(w, "holder", line->holder);
	jsonw_member_str(
	    w, "ending", word_of(CONTACTWORDS_ENDINGS, line->ending));
	jsonw_member_str(w, "note", line->note);
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
	char version[DEED_VERSION_MAX];
	int r = id > 0 ? followups_find(f, id, know, &k, e) : 0;

	(void)user;
	if (r <= 0)
		return r;
	if (visit_record_part(v, k.incident_id, "v1/follow-up", e) < 0)
		return -1;
	deed_followup_version(id, k.version, version);
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

void
api_followup_change(struct visit *v)
{
	static const char *const members[] = { "what", "due_at", "falls_to",
		"holder", "ending", "note", NULL };
	static const struct api_change c = { .members = members,
		.make = deed_followup_change,
		.print = print_followup };
	struct deed_followup f = { .id = visit_number(v->arg) };

	api_change(v, &c, &f);
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
	struct apilist *l = user;

	if (!apilist_counts(l))
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
	apilist_id(l, n->corrects);
	apilist_id(l, n->corrected_by);
	apilist_row_counted(l);
}

void
api_contacts(struct visit *v)
{
	int64_t id = visit_number(v->arg);
	struct store_incident row;
	struct apilist l;
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
	if (contacts_list(v->desk->contacts, id, write_contact, &l, &e) < 0) {
		visit_fail(v, &e);
		return;
	}
	(void)apilist_end_rows(&l);
	apilist_end(&l);
}

/* --- adding to it --- */

/* The latest entry, which is the first of the list. */
struct latest {
	int64_t id;
};

static void
keep_latest(void *user, const struct contact_entry *n)
{
	struct latest *l = user;

	if (l->id == 0)
		l->id = n->id;
}

/* What was added; with 412, the entry that is the latest now. */
static int
print_contact(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	int64_t incident_id = *(const int64_t *)user;
	struct latest l = { 0 };
	struct store_incident row;
	int r = incident_id > 0 ? store_incident_find_id(v->desk->store,
				      incident_id, v->desk->arena, &row, e)
				: 0;

	if (r <= 0)
		return r;
	if (contacts_list(v->desk->contacts, incident_id, keep_latest, &l, e) <
	    0)
		return -1;
	jsonw_object(w);
	jsonw_member_int(w, "incident_id", incident_id);
	jsonw_member_id(w, "latest", l.id);
	jsonw_close(w);
	return 1;
}

void
api_contact_add(struct visit *v)
{
	static const char *const members[] = { "way", "outcome", "at", "told",
		"card", "intelligence", "advice", "visit", "visit_by",
		"visit_at", "note", "corrects", "promise", "due_at", "falls_to",
		"mine", "done", NULL };
	static const char *const lists[] = { "advice", "done", NULL };
	static const struct api_change c = { .members = members,
		.lists = lists,
		.make = deed_contact,
		.print = print_contact };
	int64_t id = visit_number(v->arg);

	api_add(v, &c, &id);
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
	int64_t from_ms;
};

static void
write_told(void *user, const struct duties_told *told)
{
	struct told_rows *rows = user;
	struct apilist *l = rows->l;
	struct clock_local t = clock_to_local(rows->from_ms);

	if (!apilist_counts(l))
		return;
	apilist_month(l, t.year, t.month);
	apilist_str(l, told->theme);
	apilist_int(l, told->informants);
	apilist_int(l, told->told);
	apilist_int(l, told->unreachable);
	apilist_row_counted(l);
}

static int
fill_told(void *user, struct apilist *l, struct err *e)
{
	struct told_rows rows = { .l = l };

	(void)user;
	for (int ago = 0; ago < MONTHS; ago++) {
		rows.from_ms = toldshare_month(l->v->now_ms, ago);
		if (duties_count_told(l->v->desk->duties, rows.from_ms,
			toldshare_month(l->v->now_ms, ago - 1), write_told,
			&rows, e) < 0)
			return -1;
	}
	return 0;
}

void
api_told(struct visit *v)
{
	apilist_answer(v, &told_kind, NULL, fill_told, NULL);
}
