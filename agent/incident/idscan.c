/*
 * idscan: the order of the finders is the order of trust: what is longest and
 * least like anything else comes first.
 */
#include "agent/incident/idscan.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/incident/gridrefs.h"
#include "agent/incident/latlons.h"
#include "agent/incident/phones.h"
#include "agent/incident/postcodes.h"
#include "agent/incident/roads.h"
#include "agent/incident/threewords.h"

typedef size_t reader(
    struct idtext *t, size_t i, struct arena *arena, struct finding *out);

static reader *const readers[] = { latlons_read, gridrefs_read, phones_read,
	threewords_read, postcodes_read, roads_read };

void
idscan_add(struct idscan_list *list, const struct finding *f)
{
	struct finding *grown;

	if (list->count == list->max)
		return;
	if (list->count == list->cap) {
		list->cap = list->cap == 0 ? 8 : 2 * list->cap;
		grown = arena_alloc(list->arena, list->cap, sizeof(*grown));
		if (list->count > 0)
			memcpy(grown, list->findings,
			    list->count * sizeof(*grown));
		list->findings = grown;
	}
	list->findings[list->count++] = *f;
}

/* Does a name of the three-word system end before token i? */
static bool
is_after_system(const struct idtext *t, size_t i)
{
	return i > 0 && (idtext_is(t, i - 1, "W3W") ||
			    idtext_is(t, i - 1, "WHAT3WORDS") ||
			    idtext_is(t, i - 1, "WORDS"));
}

/* A word that spells nothing, and with which no finder begins: most tokens. */
static bool
is_plain(const struct idtext *t, size_t i)
{
	const struct idtext_token *token = &t->tokens[i];
	const struct idword *w = token->word;

	return token->kind == IDTEXT_LETTERS && token->end - token->start > 2 &&
	       token->gap != IDTEXT_DOT &&
	       (w == NULL || (w->letter == '\0' && w->digits == NULL &&
				 !(w->flags & (W_TWICE | W_THRICE)))) &&
	       (token->start == 0 || t->text.p[token->start - 1] != '/') &&
	       !idtext_is(t, i, "PCSO") && !idtext_is(t, i, "SGT") &&
	       !is_after_system(t, i);
}

static size_t
read_token(struct idtext *t, size_t i, const struct refs_patterns *patterns,
    struct arena *arena, struct finding *f)
{
	size_t k, n = refs_read(t, i, patterns, arena, f);

	for (k = 0; n == 0 && k < sizeof(readers) / sizeof(*readers); k++)
		n = readers[k](t, i, arena, f);
	return n;
}

void
idscan_text(struct idtext *t, int entry, const struct refs_patterns *patterns,
    struct idscan_list *list)
{
	struct finding f;
	size_t i = 0, n;

	while (i < t->count) {
		if (is_plain(t, i)) {
			i++;
			continue;
		}
		n = read_token(t, i, patterns, list->arena, &f);
		if (n > 0) {
			f.entry = entry;
			idscan_add(list, &f);
		}
		i += n > 0 ? n : 1;
	}
}
