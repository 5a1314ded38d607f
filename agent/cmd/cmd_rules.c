/* buzzard rules: is a directory of rules right, and do its tests pass? */
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/options.h"
#include "agent/rulepack.h"
#include "rules/ruleset.h"

#define USAGE                                                               \
	"rules check [DIR]\n"                                               \
	"       buzzard rules test [DIR]   (no DIR: the packs installed)\n" \
	"       buzzard rules explain [--rule NAME] FILE"

static int
load(const char *dir, struct ruleset **out, struct buf *diag)
{
	struct err e = { 0 };

	if (rulepack_load(dir, diag, out, &e) == 0)
		return CMD_OK;
	cmd_put(stderr, buf_str(diag));
	cmd_complain("buzzard: %s\n", e.msg);
	return e.code == ERR_SYSTEM ? CMD_IO : CMD_INVALID;
}

/* Warnings are findings. */
static int
check(const char *dir, const struct ruleset *rules, const struct buf *diag)
{
	cmd_put(stderr, buf_str(diag));
	printf("%s: %zu rules, %s\n", dir, ruleset_rule_count(rules),
	    ruleset_hash(rules));
	return diag->len > 0 ? CMD_FINDINGS : CMD_OK;
}

static int
test(const char *dir, const struct ruleset *rules)
{
	struct buf report = { 0 };
	size_t run = 0;
	size_t failed = ruleset_run_tests(rules, &report, &run);

	cmd_put(stdout, buf_str(&report));
	buf_clear(&report);
	printf("%s: %zu passed, %zu failed\n", dir, run - failed, failed);
	return failed > 0 ? CMD_FINDINGS : CMD_OK;
}

static int
run(const char *what, const char *dir)
{
	struct ruleset *rules = NULL;
	struct buf diag = { 0 };
	int r = load(dir, &rules, &diag);

	if (r == CMD_OK && strcmp(what, "check") == 0)
		r = check(dir, rules, &diag);
	else if (r == CMD_OK)
		r = test(dir, rules);
	buf_clear(&diag);
	ruleset_free(&rules);
	return r;
}

int
cmd_rules(int argc, char **argv)
{
	struct err e = { 0 };
	char *dir = NULL;
	int r;

	if (argc > 1 && strcmp(argv[1], "explain") == 0)
		return cmd_rules_explain(argc - 1, argv + 1);
	r = options_read(USAGE, NULL, 0, &argc, argv);
	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2 || argc > 3 ||
	    (strcmp(argv[1], "check") != 0 && strcmp(argv[1], "test") != 0))
		return cmd_usage("say check, test or explain");
	if (argc == 3)
		dir = alloc_text(argv[2]);
	else if (rulepack_default_dir(&dir, &e) < 0)
		return cmd_fail(&e);
	r = run(argv[1], dir);
	free(dir);
	return r;
}
