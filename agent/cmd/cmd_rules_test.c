/* buzzard rules test: run the tests that stand in the rule files. */
#include <stdio.h>

#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "rules/ruleset.h"

#define USAGE "rules test [DIR]"

static int
run_tests(const struct cmd_rules_dir *d)
{
	struct buf report = { 0 };
	size_t run = 0;
	size_t failed = ruleset_run_tests(d->rules, &report, &run);

	cmd_put(stdout, buf_str(&report));
	buf_clear(&report);
	printf("%s: %zu passed, %zu failed\n", d->path, run - failed, failed);
	return failed > 0 ? CMD_FINDINGS : CMD_OK;
}

int
cmd_rules_test(int argc, char **argv)
{
	struct cmd_rules_dir d = { 0 };
	int r = options_read(USAGE, NULL, 0, &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("test takes one directory");
	r = cmd_rules_load(argv[1], &d);
	if (r == CMD_OK)
		r = run_tests(&d);
	cmd_rules_dir_release(&d);
	return r;
}
