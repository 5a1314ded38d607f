/* rulefigures: what a preview came to, as it is kept with its change. */
#ifndef AGENT_RULEFIGURES_H
#define AGENT_RULEFIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

struct preview;

/* What was looked at. */
struct rulefigures_span {
	int64_t days, messages, unread;
	bool is_cut; /* to the newest messages */
};

/*
 * Append as JSON, of themes and rules only those with a difference, and themes
 * that people decided about:
 *
 *     {"days","messages","cut","unread","incidents","different",
 *      "themes":[{"theme","live":[review,alert],"candidate":[…],"gained",
 *                 "lost","raised","lowered","rescored","right":[live,
 *                 candidate],"wrong":[…],"added","found":[…]}],
 *      "rules":[{"theme","rule","live","candidate","gained","lost"}]}
 */
void rulefigures_print(const struct preview *p,
    const struct rulefigures_span *span, struct buf *out);

#endif /* AGENT_RULEFIGURES_H */
