/*
 * rulepack: a directory of rule files from disk into a rule set.
 *
 * All *.rules and *.list files of the directory together are one rule set, or
 * none; nothing is kept of a directory with an error in it.
 */
#ifndef AGENT_RULEPACK_H
#define AGENT_RULEPACK_H

#include <stddef.h>

#include "agent/base/files.h"
#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct ruleset;
struct ruleset_file;

/* The files of a directory as they were read; texts end in a NUL. */
struct rulepack {
	struct files_list names[2]; /* of rules and of lists */
	struct ruleset_file *files; /* owned */
	char **texts;               /* owned, as are they */
	size_t count;
};

/*
 * Read the rule files in dir, rules first and each kind by name, without
 * compiling them.  A folder that changes meanwhile is read again, some times
 * with a short pause, until two readings are the same.  *p is released
 * (rulepack_release) in any case.
 */
NODISCARD int rulepack_read(struct rulepack *p, const char *dir, struct err *e);

/* Give up what p has; it is then empty. */
void rulepack_release(struct rulepack *p);
struct ruleset_file;

/*
 * Compile the rule files in dir.  What the compiler has to say, warnings too,
 * is appended to diag.  Returns 0 and sets *out (ruleset_free), or -1: a file
 * cannot be read, there is none, or the rules are wrong (ERR_INVALID).
 */
NODISCARD int rulepack_load(
    const char *dir, struct buf *diag, struct ruleset **out, struct err *e);

/* The same with one more file beside those in dir; extra outlives *out. */
NODISCARD int rulepack_load_with(const char *dir,
    const struct ruleset_file *extra, struct buf *diag, struct ruleset **out,
    struct err *e);

/*
 * The packs that came with this program: the installed data folder, or
 * rules/packs/essex of the source tree, found from the executable's folder
 * upwards.  The caller frees *out.
 */
NODISCARD int rulepack_default_dir(char **out, struct err *e);

#endif /* AGENT_RULEPACK_H */
