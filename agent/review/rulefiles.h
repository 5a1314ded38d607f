/* rulefiles: the files of a folder of rules, as they are there now. */
#ifndef REVIEW_RULEFILES_H
#define REVIEW_RULEFILES_H

#include <stddef.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"

struct err;

/* One file; borrowed for the call. */
struct rulefile {
	const char *name;
	size_t bytes;
	char digest[HASH_TEXT_MAX]; /* "": it cannot be read */
};

/* Call each for them, by name: 0, or -1 if the folder cannot be read. */
NODISCARD int rulefiles_each(const char *dir,
    void (*each)(void *user, const struct rulefile *file), void *user,
    struct err *e);

#endif /* REVIEW_RULEFILES_H */
