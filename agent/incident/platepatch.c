/*
 * platepatch: a correction of single characters makes a mark of the last one
 * that it fits; one that names no place goes where its shape says.
 */
#include "agent/incident/platepatch.h"

#include <string.h>

#include "agent/incident/idunits.h"

#define ALIKE_READINGS 2 /* characters in which two readings differ, at most */

/* A correction of some characters of a mark. */
struct patch {
	struct idunit is, was;         /* was.len 0: not said */
	bool at_end, at_start, at_age; /* where it goes, if said */
	size_t first;                  /* token of is */
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
	if (patch->at_age)
		return p->kind == PLATEFORM_CURRENT ? 2 : p->mark.len;
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
    struct plateroll *roll, const struct idtext *t, const struct patch *patch)
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
		if (plateroll_find(roll, fit.mark) != NULL)
			return;
		made.mark = str_of(fit.mark);
		made.entry = roll->entry;
		made.start = t->tokens[patch->is.first].start;
		made.end = t->tokens[patch->is.last - 1].end;
		made.why = "put right by characters";
		p->is_gone = true;
		(void)plateroll_add(roll, &made);
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
	if (out->is_spoken && out->len == 2)
		return true; /* "sixteen" */
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

/* Three letters, letters and an age, an age: where such a piece goes. */
static bool
imply_place(struct patch *p)
{
	const char *s = p->is.sym;
	size_t letters = 0;

	while (letters < p->is.len && s[letters] >= 'A' && s[letters] <= 'Z')
		letters++;
	if (letters == 3 && p->is.len == 3)
		p->at_end = true;
	else if (letters == 2 && p->is.len == 4)
		p->at_start = true;
	else if (letters == 0 && p->is.len == 2)
		p->at_age = true;
	else
		return false;
	return true;
}

/* "no," that takes back what was just said. */
static bool
is_no(const struct idtext *t, size_t i)
{
	return idtext_is(t, i, "NO") && t->tokens[i].gap == IDTEXT_COMMA;
}

/* "last letter is S": one character, named by its place. */
static bool
is_named_place(const struct idtext *t, size_t i)
{
	return (idtext_flags(t, i) & (W_ENDS | W_STARTS)) &&
	       (idtext_flags(t, i + 1) & W_CHARACTER);
}

/* "it's five six, not five five". */
static bool
is_its(const struct idtext *t, size_t i)
{
	return idtext_is(t, i, "ITS") ||
	       (idtext_is(t, i, "IT") &&
		   (idtext_is(t, i + 1, "S") || idtext_is(t, i + 1, "IS")));
}

/* Read the correction that begins with token i, if one does. */
static bool
read_at(const struct plateroll *roll, const struct idtext *t, size_t i,
    struct patch *patch)
{
	bool fix = (idtext_flags(t, i) & W_FIX) != 0;

	if (is_its(t, i))
		return read_patch(t, i + 1, patch) && patch->was.len > 0 &&
		       patch->was.len == patch->is.len;

	if (idtext_flags(t, i + 1) & W_PLACE)
		return false;
	if (is_named_place(t, i))
		return read_patch(t, i, patch) && patch->is.len == 1;
	if (!fix && !is_no(t, i))
		return false;
	if (!read_patch(t, i + 1, patch))
		return false;
	if (patch->at_end || patch->at_start || patch->was.len > 0)
		return true;
	return roll->count > 0 &&
	       roll->plates[roll->count - 1].entry == roll->entry &&
	       imply_place(patch);
}

/* Corrections of characters in a text that has no whole mark after them. */
static void
take_patches(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	struct patch patch;
	size_t i;

	for (i = 0; i < t->count; i++) {
		while (count > 0 && marks->last <= i) {
			marks++;
			count--;
		}
		if (!read_at(roll, t, i, &patch))
			continue;
		if (count > 0 && !marks->is_partial)
			return;
		apply_patch(roll, t, &patch);
		return;
	}
}

/* Take back the last whole mark before token i. */
static void
disregard(struct plateroll *roll, const struct platefind_mark *marks,
    size_t count, size_t i)
{
	struct plate *p = NULL;

	for (; count > 0 && marks->last <= i; marks++, count--)
		if (!marks->is_partial)
			p = plateroll_find(roll, marks->mark);
	if (p != NULL)
		p->is_gone = true;
}

/* "Disregard that." */
static void
take_disregards(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	size_t i;

	for (i = 0; i + 1 < t->count; i++)
		if ((idtext_is(t, i, "DISREGARD") ||
			idtext_is(t, i, "IGNORE")) &&
		    (idtext_is(t, i + 1, "THAT") || idtext_is(t, i + 1, "IT")))
			disregard(roll, marks, count, i);
}

/* p is the one of two readings: those like it are not. */
static void
choose(struct plateroll *roll, struct plate *p)
{
	struct plate *other;
	struct str mark = p->mark;

	while ((other = plateroll_alike(
		    roll, roll->count, mark, ALIKE_READINGS)) != NULL)
		other->is_gone = true;
}

/* The nth whole mark of the text. */
static struct plate *
nth_mark(struct plateroll *roll, const struct platefind_mark *marks,
    size_t count, size_t n)
{
	for (; count > 0; marks++, count--)
		if (!marks->is_partial && n-- == 0)
			return plateroll_find(roll, marks->mark);
	return NULL;
}

static bool
ends_with(const struct plate *p, const struct idunit *u)
{
	return p->mark.len > u->len &&
	       memcmp(p->mark.p + p->mark.len - u->len, u->sym, u->len) == 0;
}

/* The last standing mark that ends with the unit. */
static struct plate *
find_ending(struct plateroll *roll, const struct idunit *u)
{
	size_t i;

	for (i = roll->count; i-- > 0;) {
		struct plate *p = &roll->plates[i];

		if (!p->is_gone && !p->is_partial && ends_with(p, u))
			return p;
	}
	return NULL;
}

/* "KYT confirmed", with the unit read. */
static bool
is_confirmed(const struct idtext *t, size_t i, struct idunit *u)
{
	return idunits_read(t, i, u) && u->len >= 2 && !u->is_common &&
	       idtext_is(t, u->last, "CONFIRMED") &&
	       !(i > 0 && (idtext_flags(t, i - 1) & W_NOT));
}

/* "First one", "second one", "go with HPD", "HPD confirmed". */
static void
take_choices(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	struct plate *p;
	struct idunit u;
	size_t i;

	for (i = 0; i + 1 < t->count; i++) {
		p = NULL;
		if (idtext_is(t, i + 1, "ONE") && idtext_is(t, i, "FIRST"))
			p = nth_mark(roll, marks, count, 0);
		else if (idtext_is(t, i + 1, "ONE") &&
			 idtext_is(t, i, "SECOND"))
			p = nth_mark(roll, marks, count, 1);
		else if ((idtext_is(t, i, "GO") &&
			     idtext_is(t, i + 1, "WITH") &&
			     idunits_read(t, i + 2, &u) && u.len >= 2) ||
			 is_confirmed(t, i, &u))
			p = find_ending(roll, &u);
		if (p == NULL || p->is_gone)
			continue;
		choose(roll, p);
		return; /* one choice is all that a text makes */
	}
}

/* "… YGD not YGB": the mark like it that ends so is not the one. */
static void
take_denied_tails(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	struct plate *p;
	struct idunit u;

	for (; count > 0; marks++, count--) {
		if (marks->is_partial ||
		    !(idtext_flags(t, marks->last) & W_NOT) ||
		    !idunits_read(t, marks->last + 1, &u) || u.len > 3 ||
		    u.is_common)
			continue;
		p = plateroll_alike(
		    roll, roll->count, str_of(marks->mark), ALIKE_READINGS);
		if (p != NULL && ends_with(p, &u))
			p->is_gone = true;
	}
}

void
platepatch_take(struct plateroll *roll, const struct idtext *t,
    const struct platefind_mark *marks, size_t count)
{
	if (roll->count == 0)
		return;
	take_patches(roll, t, marks, count);
	take_disregards(roll, t, marks, count);
	take_choices(roll, t, marks, count);
	take_denied_tails(roll, t, marks, count);
}
