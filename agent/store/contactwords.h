/*
 * contactwords: the fixed lists that contact with informants is recorded in.
 *
 * A row has the number that is stored, a word for addresses, CSV and JSON, and
 * what people read.  Numbers are never changed or used again, only added.
 */
#ifndef STORE_CONTACTWORDS_H
#define STORE_CONTACTWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/str.h"

/* The lists; the enums are those of contacts.h and followups.h. */
enum contactwords_list {
	CONTACTWORDS_WAYS,
	CONTACTWORDS_OUTCOMES,
	CONTACTWORDS_ADVICE, /* numbers are places of bits, from 1 */
	CONTACTWORDS_VISITORS,
	CONTACTWORDS_VISITS,
	CONTACTWORDS_PASSED,
	CONTACTWORDS_KINDS,
	CONTACTWORDS_FUNCTIONS,
	CONTACTWORDS_ENDINGS,
	CONTACTWORDS_WHATS,
	CONTACTWORDS_LISTS /* their number */
};

/* A row. */
struct contactword {
	int number;
	const char *word, *label;
};

/* All rows of a list; *count is their number. */
const struct contactword *contactwords_all(
    enum contactwords_list list, size_t *count);

/* The number of a word, or 0 if it is none of the list. */
int contactwords_number(enum contactwords_list list, struct str word);

/* The row of a stored number; one that says "not known" if it is none. */
const struct contactword *contactwords_of(
    enum contactwords_list list, int number);

/* Is the way a call? */
bool contactwords_is_call(int way);

#endif /* STORE_CONTACTWORDS_H */
