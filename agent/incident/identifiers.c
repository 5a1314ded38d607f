/* identifiers: cut, scan, then plates; all in the order of the text. */
#include "agent/incident/identifiers.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/incident/idscan.h"
#include "agent/incident/platefind.h"
#include "agent/incident/plates.h"

/* How sure a plate of that score is. */
static int
plate_certainty(int score)
{
	int certainty = 60 + 8 * (score - PLATEFIND_SCORE_MIN);

	return certainty > 98 ? 98 : certainty;
}

static void
add_plates(struct idscan_list *list, const struct plate *plates, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct plate *p = &plates[i];
		struct finding f = finding_make(
		    p->is_partial ? FINDING_PLATE_PART : FINDING_PLATE,
		    p->start, p->end, p->why);

		f.value = p->mark;
		f.entry = p->entry;
		f.is_gone = p->is_gone;
		f.certainty = plate_certainty(p->score);
		idscan_add(list, &f);
	}
}

static int
compare_place(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/* Three words need another word for the place before anybody goes there. */
static void
check_words(struct idscan_list *list)
{
	size_t i, cues = 0;

	for (i = 0; i < list->count; i++) {
		enum finding_kind k = list->findings[i].kind;

		cues += k == FINDING_GRID || k == FINDING_DEGREES ||
			k == FINDING_POSTCODE || k == FINDING_DISTRICT ||
			k == FINDING_ROAD;
	}
	for (i = 0; i < list->count; i++) {
		struct finding *f = &list->findings[i];

		if (f->kind != FINDING_WHAT3WORDS || cues > 0)
			continue;
		f->certainty -= 20;
		if (!f->is_doubtful)
			f->why = "three words, and no other word for the place";
		f->is_doubtful = true;
	}
}

void
identifiers_find(const struct incident *in,
    const struct refs_patterns *patterns, struct arena *arena,
    struct identifiers *out)
{
	struct idscan_list list = { arena, NULL, 0, 0, IDENTIFIERS_MAX };
	const struct plate *plates;
	size_t i, n = in->log_count + 1;

	if (patterns == NULL)
		patterns = refs_default_patterns();
	out->texts = arena_alloc(arena, n, sizeof(*out->texts));
	out->text_count = n;
	for (i = 0; i < n; i++) {
		idtext_make(i == 0 ? in->location_text : in->log[i - 1].text,
		    arena, &out->texts[i]);
		idscan_text(&out->texts[i],
		    i == 0 ? FINDING_IN_LOCATION : (int)i - 1, patterns, &list);
	}
	n = plates_find_all(in, out->texts, arena, &plates);
	add_plates(&list, plates, n);
	check_words(&list);
	if (list.count > 1)
		qsort(list.findings, list.count, sizeof(*list.findings),
		    compare_place);
	out->findings = list.findings;
	out->count = list.count;
}

size_t
identifiers_find_text(struct str text, const struct refs_patterns *patterns,
    struct arena *arena, const struct finding **out)
{
	struct idscan_list list = { arena, NULL, 0, 0, IDENTIFIERS_MAX };
	struct idtext t;

	idtext_make(text, arena, &t);
	idscan_text(
	    &t, 0, patterns ? patterns : refs_default_patterns(), &list);
	check_words(&list);
	*out = list.findings;
	return list.count;
}
