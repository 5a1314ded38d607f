/* Taking a job, giving it up, saying that it is not for us, a note. */
#include "agent/review/deed.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/err.h"
#include "agent/base/token.h"
#include "agent/review/api.h"
#include "agent/review/desk.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"

/* What each button says. */
static const struct {
	const char *value;
	enum taker_word word;
} buttons[] = {
	{ "take", TAKER_TAKES },
	{ "release", TAKER_RELEASES },
	{ "not-for-us", TAKER_NOT_FOR_US },
	{ "note", TAKER_NOTE },
};

#define BUTTON_COUNT (sizeof buttons / sizeof buttons[0])

enum taker_word
deed_job_word(struct str value)
{
	for (size_t i = 0; i < BUTTON_COUNT; i++)
		if (str_is(value, buttons[i].value))
			return buttons[i].word;
	return (enum taker_word)0;
}

/* The last that was said. */
static void
keep_last(void *user, const struct taker_row *row)
{
	int64_t *last = user;

	*last = row->id;
}

int
deed_job_version(struct visit *v, int64_t incident_id,
    char version[DEED_VERSION_MAX], struct err *e)
{
	struct takers *t = v->desk->takers;
	struct taker_now now = { 0 };
	int64_t last = 0;

	if (takers_list(t, incident_id, keep_last, &last, e) < 0 ||
	    takers_now(t, incident_id, &now, e) < 0)
		return -1;
	(void)snprintf(version, DEED_VERSION_MAX,
	    "%" PRId64 ".%" PRId64 ".%" PRId64, incident_id, now.turns, last);
	return 0;
}

/* Is there such an incident, with all that was said seen?  1, 0 or -1. */
static int
is_current(struct visit *v, int64_t id, struct err *e)
{
	char version[DEED_VERSION_MAX];
	struct store_incident row;
	int r = id > 0 ? store_incident_find_id(
			     v->desk->store, id, v->desk->arena, &row, e)
		       : 0;

	if (r <= 0)
		return r;
	if (deed_job_version(v, id, version, e) < 0)
		return -1;
	return api_saw(v, version);
}

int
deed_job_say(void *user, struct visit *v, struct err *e)
{
	int64_t id = *(const int64_t *)user;
	char once[TOKEN_TEXT_MAX];
	struct str note = visit_field(v, "note");
	struct taker_press p = { .incident_id = id,
		.word = deed_job_word(visit_field(v, "word")),
		.actor = str_of(v->actor),
		.note = note.p ? note : str_of(""),
		.once = str_of(token_new(once)),
		.may_release = visit_may(v, ACCOUNT_REVIEWER),
		.now_ms = v->now_ms };
	int r = is_current(v, id, e);

	if (r <= 0)
		return r;
	if (p.word == 0)
		return visit_bad(v, "word",
		    "It is \"take\", \"release\", \"not-for-us\" or \"note\".",
		    e);
	v->bad = p.word == TAKER_NOTE ? "note" : NULL;
	return takers_press(v->desk->takers, &p, e);
}
