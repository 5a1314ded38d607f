/*
 * The check of passages finds the text by the field's name, as a reader of the
 * answer would, and never by the pointer that the rules left.
 */
#include "agent/evidence.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/corpus.h"
#include "rules/fold.h"

/* When a word is common. */
#define COMMON_MIN   3
#define COMMON_SHARE 50

/* ---- Passages ---- */

/* The text that a passage stands in; absent if there is none. */
static struct str
text_of(const struct incident *in, const struct rules_evidence *ev)
{
	const struct {
		const char *name;
		struct str text;
	} fields[] = {
		{ "location_text", in->location_text },
		{ "opening_code", in->opening_code },
		{ "closing_code", in->closing_code },
		{ "district", in->district },
	};

	if (str_is(ev->field, "log"))
		return ev->entry >= 0 && (size_t)ev->entry < in->log_count
			   ? in->log[ev->entry].text
			   : (struct str){ 0 };
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (str_is(ev->field, fields[i].name))
			return fields[i].text;
	return (struct str){ 0 };
}

static const char *
passage_fault(const struct rules_hit *hit, const struct rules_evidence *ev,
    const struct incident *in, struct arena *arena)
{
	struct str text = text_of(in, ev);

	if (!str_is_given(text))
		return arena_strf(arena,
		    "rule %.*s has words in %.*s[%d], which the incident has "
		    "not",
		    STR_ARG(hit->rule), STR_ARG(ev->field), ev->entry)
		    .p;
	if (ev->start >= ev->end || ev->end > text.len ||
	    !str_is_equal(
		str_make(text.p + ev->start, ev->end - ev->start), ev->text))
		return arena_strf(arena,
		    "rule %.*s says \"%.*s\" at %zu to %zu of %.*s[%d], and "
		    "it does not stand there",
		    STR_ARG(hit->rule), STR_ARG(ev->text), ev->start, ev->end,
		    STR_ARG(ev->field), ev->entry)
		    .p;
	return NULL;
}

static const char *
hit_fault(
    const struct rules_hit *hit, const struct incident *in, struct arena *arena)
{
	const char *fault = NULL;
	bool gave = false;

	for (size_t i = 0; i < hit->evidence_count && !fault; i++) {
		const struct rules_evidence *ev = &hit->evidence[i];

		gave = gave || ev->points > 0;
		if (ev->has_span)
			fault = passage_fault(hit, ev, in, arena);
	}
	if (!fault && !gave)
		fault = arena_strf(arena,
		    "rule %.*s stands and shows nothing that gave points",
		    STR_ARG(hit->rule))
			    .p;
	return fault;
}

const char *
evidence_fault(
    const struct rules_tag *tag, const struct incident *in, struct arena *arena)
{
	const char *fault = NULL;

	if (tag->hit_count == 0)
		return arena_strf(arena, "no rule is behind the tag").p;
	for (size_t i = 0; i < tag->hit_count && !fault; i++)
		fault = hit_fault(&tag->hits[i], in, arena);
	return fault;
}

/* ---- Single words ---- */

/* The one word of text, folded, in word; false if there are more or none. */
static bool
fold_one(struct str text, struct fold *word)
{
	struct fold next;

	fold_init(word, text);
	if (!fold_next(word))
		return false;
	next = *word;
	return !fold_next(&next);
}

/* All words that gave points are the same one: it, folded. */
static bool
find_single(const struct rules_tag *tag, struct fold *only)
{
	bool any = false;

	for (size_t h = 0; h < tag->hit_count; h++) {
		const struct rules_hit *hit = &tag->hits[h];

		for (size_t i = 0; i < hit->evidence_count; i++) {
			const struct rules_evidence *ev = &hit->evidence[i];
			struct fold word;

			if (!ev->has_span || ev->points <= 0)
				continue;
			if (!fold_one(ev->text, &word) ||
			    (any && !str_is_equal(
					fold_word(only), fold_word(&word))))
				return false;
			*only = word;
			any = true;
		}
	}
	return any;
}

void
evidence_add_single(struct evidence_words *words, const struct rules_tag *tag,
    const struct corpus_item *item, struct arena *arena)
{
	struct evidence_word *w = NULL;
	struct fold only;

	if (!find_single(tag, &only))
		return;
	for (size_t i = 0; i < words->count && !w; i++)
		if (str_is_equal(words->items[i].word, fold_word(&only)) &&
		    str_is_equal(words->items[i].theme, tag->theme))
			w = &words->items[i];
	if (!w) {
		words->items = alloc_resize(
		    words->items, words->count + 1, sizeof *words->items);
		w = &words->items[words->count++];
		*w = (struct evidence_word){ .theme = tag->theme,
			.word = arena_str(arena, fold_word(&only)),
			.first_id = item->incident.id };
	}
	w->tags++;
	w->right += corpus_has_theme(item, tag->theme);
}

/* Note in has which of words stand in text. */
static void
look_for(const struct evidence_words *words, struct str text, bool *has)
{
	struct fold f;

	fold_init(&f, text);
	while (fold_next(&f))
		for (size_t i = 0; i < words->count; i++)
			has[i] = has[i] || str_is_equal(words->items[i].word,
					       fold_word(&f));
}

static void
count_words(
    struct evidence_words *words, const struct corpus_item *item, bool *has)
{
	const struct incident *in = &item->incident;

	memset(has, 0, words->count * sizeof *has);
	for (size_t i = 0; i < in->log_count; i++)
		look_for(words, in->log[i].text, has);
	look_for(words, in->location_text, has);
	look_for(words, in->opening_code, has);
	look_for(words, in->closing_code, has);
	for (size_t i = 0; i < words->count; i++) {
		struct evidence_word *w = &words->items[i];
		bool other = !corpus_has_theme(item, w->theme);

		w->others += other;
		w->others_with += other && has[i];
	}
}

void
evidence_keep_common(struct evidence_words *words, const struct corpus *corpus)
{
	bool *has = alloc_zero(words->count + 1, sizeof *has);
	size_t kept = 0;

	for (size_t i = 0; i < corpus->count; i++)
		count_words(words, &corpus->items[i], has);
	free(has);
	for (size_t i = 0; i < words->count; i++) {
		const struct evidence_word *w = &words->items[i];

		if (w->others_with >= COMMON_MIN &&
		    w->others_with * COMMON_SHARE >= w->others)
			words->items[kept++] = *w;
	}
	words->count = kept;
}

void
evidence_words_release(struct evidence_words *words)
{
	free(words->items);
	*words = (struct evidence_words){ 0 };
}
