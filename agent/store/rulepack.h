/*
 * rulepack: a directory of rule files from disk into a rule set.
 *
 * All *.rules and *.list files of the directory together are one rule set, or
 * none; nothing is kept of a directory with an error in it.
 *
 * A force's own files, which are changed from the pages (rulebook.h), lie over
 * it: one stands in the place of the directory's file of the same name, others
 * beside them.  So each of a pack's rules can be changed, made a shadow or left
 * out by a copy of its file, and the pack's own files stay as they came.
 */
#ifndef STORE_RULEPACK_H
#define STORE_RULEPACK_H

#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct ruleset;
struct ruleset_file;

/* The folder of the force's own files in the state folder. */
#define RULEPACK_OWN "rules.d"

/* The files of a directory as they were read; texts end in a NUL. */
struct rulepack {
	struct ruleset_file *files; /* owned, as are names and texts */
	char **names, **texts;
	size_t count;
};

/*
 * Read the rule files in dir, rules first and each kind by name, without
 * compiling them.  A folder that changes meanwhile is read again, some times
 * with a short pause, until two readings are the same; else ERR_TEMPORARY.  *p is released
 * (rulepack_release) in any case.
 */
NODISCARD int rulepack_read(struct rulepack *p, const char *dir, struct err *e);

/*
 * Lay the files of the folder own over those of p; a folder that is not there
 * has none.
 */
NODISCARD int rulepack_lay_over(
    struct rulepack *p, const char *own, struct err *e);

/* The file of that name, or NULL. */
const struct ruleset_file *rulepack_find(
    const struct rulepack *p, struct str name);

/* Put a file among those of p, in the place of one of that name; copies. */
void rulepack_put(struct rulepack *p, struct str name, struct str text);

/* Leave the file of that name out, if there is one. */
void rulepack_leave_out(struct rulepack *p, struct str name);

/* Compile what p has, which outlives *out; as rulepack_load(). */
NODISCARD int rulepack_compile(const struct rulepack *p, const char *dir,
    struct buf *diag, struct ruleset **out, struct err *e);

/* Give up what p has; it is then empty. */
void rulepack_release(struct rulepack *p);

/*
 * Compile the rule files in dir.  What the compiler has to say, warnings too,
 * is appended to diag.  Returns 0 and sets *out (ruleset_free), or -1: a file
 * cannot be read, there is none, or the rules are wrong (ERR_INVALID).
 */
NODISCARD int rulepack_load(
    const char *dir, struct buf *diag, struct ruleset **out, struct err *e);

/* The same with the files of own, NULL for none, over those of dir. */
NODISCARD int rulepack_load_over(const char *dir, const char *own,
    struct buf *diag, struct ruleset **out, struct err *e);

/* As rulepack_load() with one more file beside those in dir; extra outlives *out. */
NODISCARD int rulepack_load_with(const char *dir,
    const struct ruleset_file *extra, struct buf *diag, struct ruleset **out,
    struct err *e);

/*
 * The packs that came with this program: the installed data folder, or
 * rules/packs/essex of the source tree, found from the executable's folder
 * upwards.  The caller frees *out.
 */
NODISCARD int rulepack_default_dir(char **out, struct err *e);

/* The folder of the force's own files below a state folder; the caller frees. */
char *rulepack_own_dir(const char *state);

#endif /* STORE_RULEPACK_H */
