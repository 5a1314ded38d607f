/* batch: an array that doubles. */
#include "agent/live/batch.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/live/posfeed.h"

struct ledger_report *
batch_add(struct batch *b, const struct posfeed *s, struct str unit)
{
	struct ledger_report *r;

	if (b->count >= BATCH_MAX && !s->kind->settled)
		return NULL;
	if (b->count == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 256;
		b->reports =
		    alloc_resize(b->reports, b->cap, sizeof(b->reports[0]));
	}
	r = &b->reports[b->count++];
	memset(r, 0, sizeof(*r));
	memcpy(r->unit, unit.p, unit.len);
	r->source = s->conf->name;
	return r;
}

void
batch_release(struct batch *b)
{
	free(b->reports);
	*b = (struct batch){ 0 };
}
