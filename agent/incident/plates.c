/*
 * plates: the marks of all texts in the order of the log, and what later words
 * do to earlier marks.
 *
 * Which mark a correction is of: the one it denies by name, else the standing
 * one that it differs least from, else, where it says that it is about the
 * plate, the last.  A correction of single characters ("last letter is S")
 * makes a mark of the last one that it fits.
 */
#include "agent/incident/plates.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/incident/idscan.h"
#include "agent/incident/idtext.h"
#include "agent/incident/idunits.h"
#include "agent/incident/platefind.h"
#include "agent/incident/refs.h"

#define ALIKE_FIX     4 /* characters that a correction changes, at most */
#define ALIKE_CONFIRM 2

/* The marks so far. */
struct roll {
	struct arena *arena;
	struct plate *plates;
	size_t count, cap;
	int entry;         /* being read */
	size_t entry_from; /* the first plate that it added */
};

static struct plate *
find_mark(struct roll *roll, const char *mark)
{
	size_t i;

	for (i = 0; i < roll->count; i++)
		if (str_is(roll->plates[i].mark, mark))
			return &roll->plates[i];
	return NULL;
}

static struct plate *
add_plate(struct roll *roll, const struct plate *p)
{
	struct plate *grown;

	if (roll->count == PLATES_MAX)
		return NULL;
	if (roll->count == roll->cap) {
		roll->cap = roll->cap == 0 ? 8 : 2 * roll->cap;
		grown = arena_alloc(roll->arena, roll->cap, sizeof(*grown));
		if (roll->count > 0)
			memcpy(
			    grown, roll->plates, roll->count * sizeof(*grown));
		roll->plates = grown;
	}
	roll->plates[roll->count] = *p;
	roll->plates[roll->count].mark = arena_str(roll->arena, p->mark);
	return &roll->plates[roll->count++];
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Characters to change, drop or add to make b of a. */
static size_t
distance(struct str a, struct str b)
{
	size_t row[PLATEFORM_LEN_MAX + 1];
	size_t i, k, corner, above;

	for (k = 0; k <= b.len; k++)
		row[k] = k;
	for (i = 1; i <= a.len; i++) {
		corner = row[0];
		row[0] = i;
		for (k = 1; k <= b.len; k++) {
			above = row[k];
			row[k] = least(least(row[k], row[k - 1]) + 1,
			    corner + (a.p[i - 1] != b.p[k - 1]));
			corner = above;
		}
	}
	return row[b.len];
}

/* The standing whole mark among the first n that is most like mark. */
static struct plate *
find_alike(struct roll *roll, size_t n, struct str mark, size_t most)
{
	struct plate *best = NULL;
	size_t i, d;

	for (i = n; i-- > 0;) {
		struct plate *p = &roll->plates[i];

		if (p->is_gone || p->is_partial || str_is_equal(p->mark, mark))
			continue;
		d = distance(p->mark, mark);
		if (d <= most) {
			best = p;
			most = d > 0 ? d - 1 : 0;
		}
	}
	return best;
}

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

/* What the mark p, just read as m, puts out. */
static void
put_out(struct roll *roll, const struct platefind_mark *m,
    const struct plate *p, bool denied)
{
	struct plate *target = NULL;
	struct str mark = p->mark;

	if (m->is_alternative || denied)
		return;
	if (m->say == PLATESAY_CORRECTS) {
		target = find_alike(roll, roll->count, mark, ALIKE_FIX);
		if (target == NULL && m->says_plate)
			target = find_alike(
			    roll, roll->count, mark, PLATEFORM_LEN_MAX);
	} else if (m->say == PLATESAY_CONFIRMS) {
		target =
		    find_alike(roll, roll->entry_from, mark, ALIKE_CONFIRM);
	}
	if (target != NULL)
		target->is_gone = true;
}

/* Take one mark of the text being read. */
static void
take_mark(struct roll *roll, const struct platefind_mark *m, bool denied)
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
	struct plate *known = find_mark(roll, m->mark);

	if (known != NULL && !m->is_partial) {
		if (m->say == PLATESAY_DENIES)
			known->is_gone = true;
		else if (m->say == PLATESAY_CORRECTS)
			known->is_gone = false;
	} else if (known == NULL) {
		known = add_plate(roll, &p);
	}
	if (known != NULL && !m->is_partial)
		put_out(roll, m, known, denied);
}

/* A correction of some characters of a mark. */
struct patch {
	struct idunit is, was; /* was.len 0: not said */
	bool at_end, at_start;
	size_t first; /* token of is */
};

/* p with the characters of the patch; false if that is no mark of its form. */
static bool
apply_at(const struct plate *p, const struct patch *patch, size_t at,
    struct plateform_fit *fit)
{
	char raw[PLATEFORM_LEN_MAX];

	if (at + patch->is.len > p->mark.len)
		return false;
	memcpy(raw, p->mark.p, p->mark.len);
	memcpy(raw + at, patch->is.sym, patch->is.len);
	return plateform_find(raw, p->mark.len, fit) && fit->kind == p->kind;
}

/* Does p say at that place what the patch says it said? */
static bool
has_was(const struct plate *p, const struct patch *patch, size_t at)
{
	return patch->was.len == 0 ||
	       (patch->was.len == patch->is.len &&
		   at + patch->was.len <= p->mark.len &&
		   memcmp(p->mark.p + at, patch->was.sym, patch->was.len) == 0);
}

/* Where in p the patch goes; its length if nowhere. */
static size_t
find_patch_place(const struct plate *p, const struct patch *patch)
{
	size_t last = p->mark.len >= patch->is.len ? p->mark.len - patch->is.len
						   : p->mark.len;
	size_t at;

	if (patch->at_end)
		return has_was(p, patch, last) ? last : p->mark.len;
	if (patch->at_start)
		return has_was(p, patch, 0) ? 0 : p->mark.len;
	if (patch->was.len == 0)
		return p->mark.len;
	for (at = last + 1; at-- > 0;)
		if (has_was(p, patch, at))
			return at;
	return p->mark.len;
}

/* Put the last mark that the patch fits right. */
static void
apply_patch(
    struct roll *roll, const struct idtext *t, const struct patch *patch)
{
	struct plateform_fit fit;
	size_t i, at;

	for (i = roll->count; i-- > 0;) {
		struct plate *p = &roll->plates[i];
		struct plate made = *p;

		if (p->is_gone || p->is_partial || p->mark.len < 5)
			continue;
		at = find_patch_place(p, patch);
		if (at == p->mark.len || !apply_at(p, patch, at, &fit))
			continue;
		if (find_mark(roll, fit.mark) != NULL)
			return;
		made.mark = str_of(fit.mark);
		made.entry = roll->entry;
		made.start = t->tokens[patch->is.first].start;
		made.end = t->tokens[patch->is.last - 1].end;
		made.why = "put right by characters";
		p->is_gone = true;
		(void)add_plate(roll, &made);
		return;
	}
}

/* Units that follow each other, up to four characters, as one. */
static bool
read_piece(const struct idtext *t, size_t i, struct idunit *out)
{
	struct idunit next;

	if (!idunits_read(t, i, out) || out->is_common || out->len > 4 ||
	    memchr(out->sym, '?', out->len) != NULL)
		return false;
	while (out->len < 4 && idunits_next(t, out, &next) &&
	       out->len + next.len <= 4 && !next.is_common &&
	       t->tokens[next.first].kind != IDTEXT_SIGNS) {
		memcpy(out->sym + out->len, next.sym, next.len);
		out->len += next.len;
		out->last = next.last;
	}
	return true;
}

/* A letter by itself, which "it's" does not have. */
static bool
is_single_letter(const struct idtext *t, size_t i)
{
	return idtext_str(t, i).len == 1 &&
	       t->tokens[i].kind == IDTEXT_LETTERS &&
	       idtext_gap_before(t, i) != IDTEXT_OTHER;
}

/* "last letter is S", "EA18 not EA19", from token i. */
static bool
read_patch(const struct idtext *t, size_t i, struct patch *out)
{
	size_t k = i;

	memset(out, 0, sizeof(*out));
	while (k < t->count && k < i + 9) {
		uint32_t flags = idtext_flags(t, k);
		const struct idword *w = t->tokens[k].word;
		bool counted = w && w->digits && k > i &&
			       (idtext_flags(t, k - 1) & (W_ENDS | W_STARTS));

		if (flags & W_ENDS)
			out->at_end = true;
		if (flags & W_STARTS)
			out->at_start = true;
		if (!counted && !(flags & (W_LINK | W_FIX | W_ENDS | W_STARTS |
					      W_CHARACTER | W_REG | W_FIXWEAK)))
			break;
		if (is_single_letter(t, k))
			break;
		k++;
	}
	if (!read_piece(t, k, &out->is))
		return false;
	if (idtext_flags(t, out->is.last) & W_NOT)
		(void)read_piece(t, out->is.last + 1, &out->was);
	return true;
}

/* Corrections of characters in a text that has no whole mark after them. */
static void
take_patches(struct roll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	struct patch patch;
	size_t i;

	for (i = 0; i < t->count; i++) {
		if (!(idtext_flags(t, i) & W_FIX) ||
		    (idtext_flags(t, i + 1) & W_PLACE))
			continue;
		while (count > 0 && marks->last <= i) {
			marks++;
			count--;
		}
		if (count > 0 && !marks->is_partial)
			return;
		if (read_patch(t, i + 1, &patch) &&
		    (patch.at_end || patch.at_start || patch.was.len > 0)) {
			apply_patch(roll, t, &patch);
			return;
		}
	}
}

static void
take_text(struct roll *roll, const struct idtext *t, int entry, int newest)
{
	struct platefind_mark *marks;
	size_t i, count;
	bool denied;

	count = platefind_text(
	    t, newest, PLATES_MAX - roll->count, roll->arena, &marks);
	denied = has_denied(marks, count);
	roll->entry = entry;
	roll->entry_from = roll->count;
	for (i = 0; i < count; i++)
		take_mark(roll, &marks[i], denied);
	if (roll->count > 0)
		take_patches(roll, t, marks, count);
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
take_members(struct roll *roll, const struct incident *in)
{
	struct plateform_fit fit;
	size_t i;

	for (i = 0; i < in->vehicle_count; i++) {
		struct plate p = { .entry = PLATES_MEMBER,
			.end = in->vehicles[i].len,
			.score = PLATES_GIVEN,
			.why = "given as a vehicle" };

		if (!normalise(in->vehicles[i], &fit) ||
		    find_mark(roll, fit.mark) != NULL)
			continue;
		p.mark = str_of(fit.mark);
		p.kind = fit.kind;
		(void)add_plate(roll, &p);
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
	struct roll roll = { .arena = arena };
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
