/*
 * value: what is written in the file, turned into what the option holds.
 *
 * Strict: numbers are plain decimal digits, durations are a whole number and a
 * unit, text is one line, words are exactly one of those listed.  What is not
 * so is reported with what to write instead.
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "agent/conf/option.h"
#include "agent/conf/yaml.h"

struct arena;

/* Where values go while one file is read. */
struct value_reader {
	struct arena *arena;   /* borrowed; values are copied into it */
	struct confdiag *diag; /* borrowed; where faults are reported */
	const char *folder;    /* relative paths start here; "" the present */
};

/*
 * Read n as the value of o and store it in the struct at base.  Returns 0, or
 * -1 with the fault reported and the struct untouched;
 * a caller who reads on may leave it at that.
 */
int value_store(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base);

/* Store o's default.  Nothing to do if it has none. */
void value_store_preset(
    const struct value_reader *r, const struct option *o, void *base);

/*
 * Append the value that o has in the struct at base, as it would be written
 * in the file; nothing and false if it is not set.
 */
bool value_print(const struct option *o, const void *base, struct buf *out);

#endif /* CONF_VALUE_H */
