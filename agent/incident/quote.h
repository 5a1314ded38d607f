/*
 * quote: a bad value, fit to be said in a message.
 *
 * What is said of a fault stands in the log, so it may hold no personal data: a
 * value that could be somebody's name or number is masked, and shows its form
 * alone.
 */
#ifndef INCIDENT_QUOTE_H
#define INCIDENT_QUOTE_H

#include "agent/base/str.h"

#define QUOTE_TEXT_MAX 44 /* with "..." and the NUL */

/*
 * s in one line, cut at a character; letters as "x" and digits as "9" if it has
 * letters that stand in no time or figure, or a run of nine digits.  Returns
 * out.
 */
const char *quote_value(struct str s, char out[QUOTE_TEXT_MAX]);

#endif /* INCIDENT_QUOTE_H */
