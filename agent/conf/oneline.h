/*
 * oneline: text that stays on its line and reads as it is written.
 *
 * Control characters, line and paragraph separators, and the marks that turn
 * the direction of writing (by which text can look like other text) do not.
 */
#ifndef CONF_ONELINE_H
#define CONF_ONELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

/*
 * The first character of s, which is not empty: returns its bytes (at least
 * 1) and sets *harmless to whether it may stand in one line of text.  A byte
 * that is not UTF-8 is one harmful character.
 */
size_t oneline_step(struct str s, bool *harmless);

/* True if all of s may stand in one line of text. */
bool oneline_is(struct str s);

/*
 * Append s to a line of text for people: what may not stand there (line ends
 * and tabs among it) comes as "?", one for a character.
 */
void oneline_add(struct buf *out, struct str s);

#endif /* CONF_ONELINE_H */
