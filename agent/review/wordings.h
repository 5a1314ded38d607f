/*
 * wordings: the approved texts that informants are told, by theme and outcome,
 * and those of their reference card.
 *
 * Read from a file of the force's own, or the set that came with the program
 * (packaging/wordings.txt, which says how such a file is written).  Never
 * changed once read; any thread may read it.
 */
#ifndef REVIEW_WORDINGS_H
#define REVIEW_WORDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct wordings; /* opaque */

/* One text; all borrowed from its set. */
struct wording {
	struct str theme;   /* "any": of all */
	struct str outcome; /* "attended" */
	struct str title, text;
};

/* The outcomes that are for the card, not for telling. */
#define WORDINGS_CARD "card"
#define WORDINGS_RING "ring"

/*
 * Read the file at path, NULL being the set that came with the program.  The
 * caller owns *out (wordings_free).  Refused with ERR_INVALID, naming file and
 * line, are: text before the first heading, a heading that is none, a theme
 * that does not exist, a wording that is there twice, has no title or text or
 * too much of it, bytes that are no UTF-8 text, and a set without any/card and
 * any/ring.
 */
NODISCARD int wordings_load(
    const char *path, struct wordings **out, struct err *e);

/* Release *w and set it NULL.  NULL is fine. */
void wordings_free(struct wordings **w);

/* The wording for theme and outcome, else that for any theme, else NULL. */
const struct wording *wordings_find(
    const struct wordings *w, struct str theme, struct str outcome);

/*
 * The one that key "theme/outcome" names, exactly, if it is for telling; else
 * NULL.
 */
const struct wording *wordings_named(const struct wordings *w, struct str key);

/*
 * Call each for all that can be told of theme, in the order of the file: those
 * of the theme, and those for any that it has none of its own for.
 */
void wordings_each(const struct wordings *w, struct str theme,
    void (*each)(void *user, const struct wording *one), void *user);

#endif /* REVIEW_WORDINGS_H */
