/* Answers before they are asked for: see ahead.h. */
#include "agent/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/feeds/feed.h"
#include "agent/geo/geo.h"
#include "agent/incident/merge.h"

struct ahead {
	const struct geo *geo;       /* borrowed; the loop thread's */
	const struct ruleset *rules; /* borrowed */
	struct geo *share;           /* owned; this thread's way into geo */
	struct rules_scratch *scratch;
};

int
ahead_new(const struct geo *geo, const struct ruleset *rules,
    struct ahead **out, struct err *e)
{
	struct ahead *a = alloc_zero(1, sizeof(*a));

	a->geo = geo;
	a->rules = rules;
	a->scratch = ruleset_scratch_new();
	ruleset_scratch_set_brief(a->scratch);
	if (geo_share(geo, &a->share, e) < 0) {
		ahead_free(&a);
		return -1;
	}
	*out = a;
	return 0;
}

void
ahead_free(struct ahead **a)
{
	if (!*a)
		return;
	ruleset_scratch_free(&(*a)->scratch);
	geo_free(&(*a)->share);
	free(*a);
	*a = NULL;
}

static const struct ahead_answer *
answer(struct ahead *a, const struct feed_item *item, struct arena *arena)
{
	struct ahead_answer *out = arena_alloc(arena, 1, sizeof(*out));
	struct merge_message only = { .incident = &item->incident };

	memcpy(only.hash, item->hash, sizeof(only.hash));
	out->geo = a->geo;
	out->rules = a->rules;
	merge_fold(&only, 1, arena, &out->record);
	geo_locate(a->share, &out->record, arena, &out->place);
	ruleset_tag(a->rules, &out->record, &out->place, a->scratch, arena,
	    &out->result);
	return out;
}

void
ahead_batch(struct ahead *a, struct feed_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		if (!b->items[i].is_fault)
			b->items[i].ahead = answer(a, &b->items[i], b->arena);
}
