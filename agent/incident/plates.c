/*
 * plates: the marks of all texts in the order of the log, and what later marks
 * do to earlier ones.
 *
 * Which mark a correction is of: the one it denies by name, else the standing
 * one that it differs least from, else, where it says that it is about the
 * plate, the last; else the one right before it.
 */
#include "agent/incident/plates.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/incident/idscan.h"
#include "agent/incident/idtext.h"
#include "agent/incident/platefind.h"
#include "agent/incident/platepatch.h"
#include "agent/incident/plateroll.h"
#include "agent/incident/refs.h"

#define ALIKE_FIX     4 /* characters that a correction changes, at most */
#define ALIKE_CONFIRM 2
#define REREAD_MAX    24 /* tokens between two readings of one mark, at most */

/* Has the entry being read already put a mark out? */
static bool
has_denied(const struct platefind_mark *marks, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (marks[i].say == PLATESAY_DENIES)
			return true;
	return false;
}

/* The last standing mark that this entry gave before mark. */
static struct plate *
last_of_entry(struct plateroll *roll, struct str mark)
{
	size_t i;

	for (i = roll->count; i-- > roll->entry_from;) {
		struct plate *p = &roll->plates[i];

		if (!p->is_gone && !p->is_partial &&
		    !str_is_equal(p->mark, mark))
			return p;
	}
	return NULL;
}

/* What the mark p, just read as m, puts out. */
static void
put_out(struct plateroll *roll, const struct platefind_mark *m,
    const struct plate *p, bool denied)
{
	struct plate *target = NULL;
	struct str mark = p->mark;

	if (m->is_alternative || denied)
		return;
	if (m->say == PLATESAY_CORRECTS) {
		target = plateroll_alike(roll, roll->count, mark, ALIKE_FIX);
		/* Of another car, unless it is said to be of the plate. */
		if (target == NULL && m->says_plate)
			target = plateroll_alike(
			    roll, roll->count, mark, PLATEFORM_LEN_MAX);
		else if (target == NULL && !m->is_joined)
			target = last_of_entry(roll, mark);
	} else if (m->say == PLATESAY_CONFIRMS) {
		target = plateroll_alike(
		    roll, roll->entry_from, mark, ALIKE_CONFIRM);
	}
	if (target != NULL)
		target->is_gone = true;
}

/* Take one mark of the text being read. */
static void
take_mark(struct plateroll *roll, const struct platefind_mark *m, bool denied)
{
	const struct plate p = { .mark = str_of(m->mark),
		.entry = roll->entry,
		.start = m->start,
		.end = m->end,
		.kind = m->kind,
		.is_partial = m->is_partial,
		.is_gone = m->say == PLATESAY_DENIES && !m->is_partial,
		.score = m->score,
		.why = m->why };
	struct plate *known = plateroll_find(roll, m->mark);

	if (known != NULL && !m->is_partial) {
		if (m->say == PLATESAY_DENIES)
			known->is_gone = true;
		else if (m->say == PLATESAY_CORRECTS)
			known->is_gone = false;
	} else if (known == NULL) {
		known = plateroll_add(roll, &p);
	}
	if (known != NULL && !m->is_partial)
		put_out(roll, m, known, denied);
}

/* "no," or "not an L" between two marks: the first was misread. */
static bool
is_taken_back(const struct idtext *t, size_t from, size_t to)
{
	size_t i;

	for (i = from; i < to; i++) {
		if (idtext_is(t, i, "NO") && t->tokens[i].gap == IDTEXT_COMMA)
			return true;
		if ((idtext_flags(t, i) & W_NOT) && i + 2 < to &&
		    (idtext_is(t, i + 1, "A") || idtext_is(t, i + 1, "AN")) &&
		    idtext_str(t, i + 2).len == 1)
			return true;
	}
	return false;
}

/* A mark read once more, all but alike, after a "no": it puts the first right. */
static void
note_rereadings(
    const struct idtext *t, struct platefind_mark *marks, size_t count)
{
	size_t i;

	for (i = 1; i < count; i++) {
		const struct platefind_mark *was = &marks[i - 1];
		struct platefind_mark *m = &marks[i];

		if (m->say == PLATESAY_GIVES && !m->is_alternative &&
		    !m->is_partial && !was->is_partial && !m->is_joined &&
		    m->first - was->last <= REREAD_MAX &&
		    plateroll_distance(str_of(was->mark), str_of(m->mark)) <=
			ALIKE_CONFIRM &&
		    is_taken_back(t, was->last, m->first))
			m->say = PLATESAY_CORRECTS;
	}
}

static void
take_text(struct plateroll *roll, const struct idtext *t, int entry, int newest)
{
	struct platefind_mark *marks;
	size_t i, count;
	bool denied;

	count = platefind_text(
	    t, newest, PLATES_MAX - roll->count, roll->arena, &marks);
	note_rereadings(t, marks, count);
	denied = has_denied(marks, count);
	roll->entry = entry;
	roll->entry_from = roll->count;
	for (i = 0; i < count; i++)
		take_mark(roll, &marks[i], denied);
	if (roll->count > 0)
		platepatch_take(roll, t, marks, count);
}

/* text without spaces, hyphens and full stops; its length, 0 if too long. */
static size_t
squeeze(struct str text, char out[PLATEFORM_LEN_MAX])
{
	size_t i, len = 0;

	for (i = 0; i < text.len; i++) {
		if (text.p[i] == ' ' || text.p[i] == '-' || text.p[i] == '.')
			continue;
		if (len == PLATEFORM_LEN_MAX)
			return 0;
		out[len++] = idtext_upper(text.p[i]);
	}
	return len;
}

static bool
normalise(struct str text, struct plateform_fit *fit)
{
	char raw[PLATEFORM_LEN_MAX] = { 0 };

	return plateform_find(raw, squeeze(text, raw), fit) &&
	       !plateform_is_head(fit);
}

struct str
plates_normalise(struct str text, struct arena *arena)
{
	struct plateform_fit fit;

	if (!normalise(text, &fit))
		return str_make(NULL, 0);
	return arena_str(arena, str_of(fit.mark));
}

static void
take_members(struct plateroll *roll, const struct incident *in)
{
	struct plateform_fit fit;
	size_t i;

	for (i = 0; i < in->vehicle_count; i++) {
		struct plate p = { .entry = PLATES_MEMBER,
			.end = in->vehicles[i].len,
			.score = PLATES_GIVEN,
			.why = "given as a vehicle" };

		if (!normalise(in->vehicles[i], &fit) ||
		    plateroll_find(roll, fit.mark) != NULL)
			continue;
		p.mark = str_of(fit.mark);
		p.kind = fit.kind;
		(void)plateroll_add(roll, &p);
	}
}

/* The newest age that was issued when the incident was opened, or -1. */
static int
newest_age(const struct incident *in)
{
	int64_t ms = incident_first_ms(in);
	struct clock_local local;
	int year;

	if (ms == CLOCK_NONE)
		return -1;
	local = clock_to_local(ms);
	year = local.year - 2000;
	if (year < 2)
		return -1; /* no time that can be */
	if (local.month >= 9)
		return platefind_half_year(50 + year);
	return platefind_half_year(local.month >= 3 ? year : 49 + year);
}

size_t
plates_find_all(const struct incident *in, const struct idtext *texts,
    struct arena *arena, const struct plate **out)
{
	struct plateroll roll = { .arena = arena };
	int newest = newest_age(in);
	size_t i;

	take_members(&roll, in);
	take_text(&roll, &texts[0], PLATES_LOCATION, newest);
	for (i = 0; i < in->log_count && roll.count < PLATES_MAX; i++)
		take_text(&roll, &texts[1 + i], (int)i, newest);
	*out = roll.plates;
	return roll.count;
}

size_t
plates_find(
    const struct incident *in, struct arena *arena, const struct plate **out)
{
	struct idscan_list list = { arena, NULL, 0, 0, 0 };
	struct idtext *texts;
	const struct plate *all;
	struct plate *kept;
	size_t i, n, count = 0;

	texts = arena_alloc(arena, in->log_count + 1, sizeof(*texts));
	for (i = 0; i <= in->log_count; i++) {
		idtext_make(i == 0 ? in->location_text : in->log[i - 1].text,
		    arena, &texts[i]);
		idscan_text(&texts[i], 0, refs_default_patterns(), &list);
	}
	n = plates_find_all(in, texts, arena, &all);
	kept = arena_alloc(arena, n + 1, sizeof(*kept));
	for (i = 0; i < n; i++)
		if (!all[i].is_gone && !all[i].is_partial)
			kept[count++] = all[i];
	*out = kept;
	return count;
}
