/* Expectations: what has arrived, what is stored, what was said. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/store/store.h"
#include "alerts/alert.h"
#include "play.h"
#include "sim.h"

/* The answer to a question that has one number. */
static int64_t
ask(struct play *p, const char *sql, const char *a, const char *b)
{
	struct db_stmt *st = NULL;
	struct err e = { 0 };
	int64_t n = -1;

	if (db_prepare(store_db(p->store), sql, &st, &e) == 0) {
		if (strstr(sql, "$1"))
			db_bind_text(st, 1, str_of(a));
		if (strstr(sql, "$2"))
			db_bind_text(st, 2, str_of(b));
		if (db_step(st, &e) > 0)
			n = db_col_int(st, 0);
	}
	db_finish(&st);
	return n;
}

static void
name_of(struct play *p, int64_t incident_id, char out[SIM_NAME_MAX])
{
	struct store_incident row;
	struct err e = { 0 };

	snprintf(out, SIM_NAME_MAX, "?");
	if (store_incident_find_id(p->store, incident_id, p->arena, &row, &e) ==
	    1)
		snprintf(out, SIM_NAME_MAX, "%.*s", STR_ARG(row.ref));
}

/* Was the same delivery attempted before, or has it even arrived? */
static const char *
say_repeat(const struct sim_attempt *all, const struct sim_attempt *a)
{
	const char *said = "";

	for (; all < a; all++)
		if (strcmp(all->key, a->key) == 0) {
			if (all->is_arrived)
				return " twice";
			said = " again";
		}
	return said;
}

static void
describe(struct play *p, const struct sim_attempt *all,
    const struct sim_attempt *a, char out[400])
{
	char ref[SIM_NAME_MAX];

	name_of(p, a->incident_id, ref);
	snprintf(out, 400, "alert %s %s %s on %s to %s about %s%s",
	    alert_reason_name((enum alert_reason)a->reason), a->theme,
	    rules_level_name((enum rules_level)a->level), a->channel,
	    a->recipient, ref, say_repeat(all, a));
}

/* The first that arrived on channel (NULL: any) and nobody has expected. */
static struct sim_attempt *
next_arrival(const char *channel)
{
	size_t count;
	struct sim_attempt *all = sim_attempts(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].is_arrived && !all[i].is_claimed &&
		    (!channel || strcmp(all[i].channel, channel) == 0))
			return &all[i];
	return NULL;
}

/*
 * expect alert REASON THEME LEVEL on CHANNEL to RECIPIENT about REF [again]:
 * the next on that channel is this; what is left out may be anything, but what
 * has arrived before must not arrive "twice" unless that is said.
 */
static bool
expect_alert(struct play *p, const struct play_words *w)
{
	static const char *const named[] = { "on", "to", "about" };
	struct sim_attempt *a;
	char is[400];
	size_t count;

	if (w->count < 7 || !play_is_word(w, 5, "on"))
		return play_wrong(
		    p, "expect alert REASON THEME LEVEL on CHANNEL …");
	a = next_arrival(w->w[6]);
	if (!a)
		return play_wrong(p, "nothing has arrived on %s", w->w[6]);
	describe(p, sim_attempts(&count), a, is);
	for (size_t i = 2; i < w->count; i++) {
		char part[SIM_NAME_MAX + 8];
		bool is_named = false;

		if (play_is_word(w, i, "any"))
			continue;
		for (size_t k = 0; k < sizeof(named) / sizeof(*named); k++)
			is_named |= strcmp(w->w[i], named[k]) == 0;
		snprintf(part, sizeof(part), " %s%s%s", w->w[i],
		    is_named ? " " : "",
		    is_named && i + 1 < w->count ? w->w[i + 1] : "");
		i += is_named;
		if (!strstr(is, part))
			return play_wrong(p, "it is: %s", is);
	}
	if (strstr(is, " twice") && !play_is_word(w, w->count - 1, "twice"))
		return play_wrong(p, "it is: %s", is);
	a->is_claimed = true;
	p->expected = a;
	return true;
}

bool
play_expect_nothing(struct play *p, const struct play_words *w)
{
	const char *channel =
	    w->count == 4 && play_is_word(w, 2, "on") ? w->w[3] : NULL;
	const struct sim_attempt *a = next_arrival(channel);
	char is[400];
	size_t count;

	if (!a)
		return true;
	describe(p, sim_attempts(&count), a, is);
	return play_wrong(p, "there is: %s", is);
}

/* expect [no] text "…": of the alert that was expected last. */
static bool
expect_text(struct play *p, const struct play_words *w)
{
	bool is_no = play_is_word(w, 1, "no");
	const char *text = w->w[w->count - 1];

	if (w->count != (is_no ? 4U : 3U) || !p->expected)
		return play_wrong(p, "expect text wants an alert before it");
	if ((strstr(p->expected->body, text) != NULL) == !is_no)
		return true;
	return play_wrong(p, "the text is:\n%s", p->expected->body);
}

/* expect log "…" */
static bool
expect_log(struct play *p, const struct play_words *w)
{
	if (w->count == 3 && p->log.p && strstr(p->log.p, w->w[2]))
		return true;
	return play_wrong(p, "the log is:\n%s", p->log.p ? p->log.p : "");
}

/*
 * expect waits on CHANNEL 5s 10s …: between its attempts since the last such
 * expectation, each within the quarter by which chance may move it.
 */
static bool
expect_waits(struct play *p, const struct play_words *w)
{
	size_t count, k = 4;
	struct sim_attempt *all = sim_attempts(&count);
	const struct sim_attempt *last = NULL;

	for (size_t i = p->waits_from; i < count; i++) {
		int64_t wanted, was;

		if (w->count < 5 || strcmp(all[i].channel, w->w[3]) != 0)
			continue;
		if (!last) {
			last = &all[i];
			continue;
		}
		was = all[i].at_ms - last->at_ms;
		last = &all[i];
		if (k >= w->count || !play_parse_duration(w->w[k], &wanted))
			return play_wrong(
			    p, "another attempt after %" PRId64 " ms", was);
		k++;
		if (was < wanted * 3 / 4 || was > wanted * 5 / 4 + 200)
			return play_wrong(p, "it waited %" PRId64 " ms, not %s",
			    was, w->w[k - 1]);
	}
	p->waits_from = count;
	return k == w->count || play_wrong(p, "there were %zu waits", k - 4);
}

/* expect waiting|sent|dead N on CHANNEL ["last reply"] */
static bool
expect_rows(struct play *p, const struct play_words *w)
{
	static const struct {
		const char *name, *sql;
	} states[] = {
#define COUNT_ROWS "SELECT count(*) FROM outbox WHERE channel = $1 AND "
		{ "waiting", COUNT_ROWS "state < 2" },
		{ "sent", COUNT_ROWS "state = 2" },
		{ "dead", COUNT_ROWS "state = 3" },
	};
	int64_t is = -1;
	long n;

	if (w->count < 5 || !play_parse_count(w->w[2], &n) ||
	    !play_is_word(w, 3, "on"))
		return play_wrong(p, "expect %s N on CHANNEL", w->w[1]);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (play_is_word(w, 1, states[i].name))
			is = ask(p, states[i].sql, w->w[4], NULL);
	if (is != n)
		return play_wrong(p, "%" PRId64 " are %s", is, w->w[1]);
	if (w->count == 6 &&
	    ask(p,
		"SELECT count(*) FROM outbox WHERE channel = $1 AND"
		" instr(last_error, $2) > 0",
		w->w[4], w->w[5]) < n)
		return play_wrong(p, "not all say \"%s\"", w->w[5]);
	return true;
}

static bool
expect_quarantined(struct play *p, const struct play_words *w)
{
	int64_t is = ask(
	    p, "SELECT count(*) FROM quarantine WHERE state = 0", NULL, NULL);
	long n;

	if (w->count == 3 && play_parse_count(w->w[2], &n) && is == n)
		return true;
	return play_wrong(p, "%" PRId64 " are quarantined", is);
}

/* expect tag THEME LEVEL on REF | expect no tag on REF */
static bool
expect_tag(struct play *p, const struct play_words *w)
{
	bool is_no = play_is_word(w, 1, "no");
	const char *ref = w->w[w->count - 1];
	int64_t n;

	if (w->count != (is_no ? 5U : 6U))
		return play_wrong(p, "expect tag THEME LEVEL on REF");
#define STANDING                                        \
	"SELECT count(*) FROM tag t JOIN incident i ON" \
	" i.id = t.incident_id WHERE t.ended_ms IS NULL AND "
	n = ask(p, STANDING "i.ref = $1", ref, NULL);
	if (is_no)
		return n == 0 || play_wrong(p, "%" PRId64 " tags stand", n);
	n = ask(p,
	    play_is_word(w, 3, "alert")
		? STANDING "i.ref = $1 AND t.theme = $2 AND t.level = 2"
		: STANDING "i.ref = $1 AND t.theme = $2 AND t.level = 1",
	    ref, w->w[2]);
	return n == 1 || play_wrong(p, "it does not stand");
}

/*
 * expect follow-up THEME open|withdrawn on REF | expect no follow-up on REF:
 * the visit that the agent opened by itself.
 */
static bool
expect_follow_up(struct play *p, const struct play_words *w)
{
	bool is_no = play_is_word(w, 1, "no");
	const char *ref = w->w[w->count - 1];
	int64_t n;

	if (w->count != (is_no ? 5U : 6U))
		return play_wrong(
		    p, "expect follow-up THEME open|withdrawn on REF");
#define VISITS                                               \
	"SELECT count(*) FROM followup f JOIN incident i ON" \
	" i.id = f.incident_id WHERE i.ref = $1"
	n = ask(p, VISITS, ref, NULL);
	if (is_no)
		return n == 0 || play_wrong(p, "there is a follow-up");
	if (n != 1)
		return play_wrong(p, "there are %" PRId64, n);
	n = ask(p,
	    play_is_word(w, 3, "open")
		? VISITS " AND f.cause = $2 AND f.ended_ms IS NULL"
		: VISITS " AND f.cause = $2 AND f.ended_ms IS NOT NULL",
	    ref, w->w[2]);
	return n == 1 || play_wrong(p, "it is another one");
}

static const struct {
	const char *name;
	bool (*run)(struct play *p, const struct play_words *w);
} expectations[] = {
	{ "alert", expect_alert },
	{ "nothing", play_expect_nothing },
	{ "text", expect_text },
	{ "log", expect_log },
	{ "waits", expect_waits },
	{ "waiting", expect_rows },
	{ "sent", expect_rows },
	{ "dead", expect_rows },
	{ "quarantined", expect_quarantined },
	{ "tag", expect_tag },
	{ "follow-up", expect_follow_up },
};

/* "expect no text" and "expect no tag" go by the word after "no". */
bool
play_expect(struct play *p, const struct play_words *w)
{
	size_t at = play_is_word(w, 1, "no") ? 2 : 1;

	for (size_t i = 0; i < sizeof(expectations) / sizeof(*expectations);
	     i++)
		if (play_is_word(w, at, expectations[i].name))
			return expectations[i].run(p, w);
	return play_wrong(p, "nothing of that name can be expected");
}
