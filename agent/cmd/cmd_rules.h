/*
 * cmd_rules: the verbs of "buzzard rules", one file each (cmd_rules_VERB.c),
 * and what they share.
 *
 * A verb takes argc and argv with argv[0] its own name, reads its options by a
 * table and returns an exit code of cmd.h.  A new one is a prototype here and
 * a row in cmd_rules.c; the manual page names its options.
 */
#ifndef CMD_CMD_RULES_H
#define CMD_CMD_RULES_H

#include "agent/base/str.h"

struct conf;
struct ruleset;

/* The verbs; see the table in cmd_rules.c for what each is for. */
int cmd_rules_bench(int argc, char **argv);
int cmd_rules_check(int argc, char **argv);
int cmd_rules_eval(int argc, char **argv);
int cmd_rules_explain(int argc, char **argv);
int cmd_rules_fairness(int argc, char **argv);
int cmd_rules_fmt(int argc, char **argv);
int cmd_rules_history(int argc, char **argv);
int cmd_rules_preview(int argc, char **argv);
int cmd_rules_show(int argc, char **argv);
int cmd_rules_test(int argc, char **argv);

/* A directory of rules, and what came of compiling it. */
struct cmd_rules_dir {
	char *path;            /* owned */
	struct ruleset *rules; /* owned; NULL if they are wrong */
	struct buf diag;       /* owned: what the compiler had to say */
};

/*
 * Compile the rules in dir (NULL: the packs that came with the program) into
 * *out, to be released in any case.  Returns CMD_OK, or an exit code after
 * saying on standard error what is wrong.  Warnings are in out->diag alone.
 */
int cmd_rules_load(const char *dir, struct cmd_rules_dir *out);

/*
 * The same of the rules that the agent of conf uses: its directory with the
 * force's own files over it.
 */
int cmd_rules_load_conf(const struct conf *conf, struct cmd_rules_dir *out);

/* Give up what d has. */
void cmd_rules_dir_release(struct cmd_rules_dir *d);

#endif /* CMD_CMD_RULES_H */
