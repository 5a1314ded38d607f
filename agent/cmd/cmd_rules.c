/*
 * buzzard rules: the table of the author's tools.  Each is in a file of its
 * own, cmd_rules_VERB.c; the table is what "--help" and the completion of the
 * shell show.
 */
#include "agent/cmd/cmd_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/conf/conf.h"
#include "agent/store/rulepack.h"
#include "rules/ruleset.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *words, *help;
} verbs[] = {
	{ "bench", cmd_rules_bench, "[DIR]", "what they cost" },
	{ "check", cmd_rules_check, "[DIR]",
	    "is what they say right, and is it meant?" },
	{ "eval", cmd_rules_eval, "CORPUS ...",
	    "how good they are, on labelled incidents" },
	{ "explain", cmd_rules_explain, "FILE",
	    "why a rule says what it says of an incident, and why not" },
	{ "fairness", cmd_rules_fairness, "CORPUS ...",
	    "does a tag change with who people are said to be?" },
	{ "fmt", cmd_rules_fmt, "FILE|DIR ...", "bring them into one layout" },
	{ "history", cmd_rules_history, "-c CONF [FILE]",
	    "the force's own files: who changed what, is it as approved?" },
	{ "preview", cmd_rules_preview, "DIR",
	    "what others would say otherwise of what is stored" },
	{ "show", cmd_rules_show, "[DIR] [RULE]",
	    "what they come to, and the compiled code" },
	{ "test", cmd_rules_test, "[DIR]", "run the tests in them" },
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static void
print_verbs(FILE *out, const char *separator)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(out, "%s%s", i ? separator : "", verbs[i].name);
}

static void
print_help(FILE *out)
{
	fputs("usage: buzzard rules ", out);
	print_verbs(out, "|");
	fputs(" [OPTION ...] [WORD ...]\n\n", out);
	for (size_t i = 0; i < VERB_COUNT; i++) {
		char left[40];

		snprintf(
		    left, sizeof left, "%s %s", verbs[i].name, verbs[i].words);
		fprintf(out, "  %-22s %s\n", left, verbs[i].help);
	}
	fputs("  --help                 this text; after a word, its options\n"
	      "\nWithout DIR they take the packs that came with the program.\n",
	    out);
}

int
cmd_rules(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		print_help(stdout);
		return CMD_OK;
	}
	for (size_t i = 0; argc > 1 && i < VERB_COUNT; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	if (argc > 1)
		cmd_complain("buzzard: rules cannot \"%s\"\n", argv[1]);
	print_help(stderr);
	return CMD_USAGE;
}

static int
load(const char *dir, const char *own, struct cmd_rules_dir *out)
{
	struct err e = { 0 };

	*out = (struct cmd_rules_dir){ 0 };
	if (dir)
		out->path = alloc_text(dir);
	else if (rulepack_default_dir(&out->path, &e) < 0)
		return cmd_fail(&e);
	if (rulepack_load_over(out->path, own, &out->diag, &out->rules, &e) ==
	    0)
		return CMD_OK;
	cmd_put(stderr, buf_str(&out->diag));
	if (e.code == ERR_SYSTEM)
		return cmd_fail(&e);
	cmd_complain("buzzard: %s\n", e.msg);
	return CMD_INVALID;
}

int
cmd_rules_load(const char *dir, struct cmd_rules_dir *out)
{
	return load(dir, NULL, out);
}

int
cmd_rules_load_conf(const struct conf *conf, struct cmd_rules_dir *out)
{
	char *own = rulepack_own_dir(conf->state);
	int r = load(conf->rules, own, out);

	free(own);
	return r;
}

void
cmd_rules_dir_release(struct cmd_rules_dir *d)
{
	free(d->path);
	ruleset_free(&d->rules);
	buf_clear(&d->diag);
	d->path = NULL;
}
