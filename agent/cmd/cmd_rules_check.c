/* buzzard rules check: are the rules of a directory right?  Stores nothing. */
#include <stdio.h>

#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "rules/ruleset.h"
#include "rules/series.h"

#define USAGE "rules check [DIR]"

int
cmd_rules_check(int argc, char **argv)
{
	struct cmd_rules_dir d = { 0 };
	int r = options_read(USAGE, NULL, 0, &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 2)
		return cmd_usage("check takes one directory");
	r = cmd_rules_load(argv[1], &d);
	if (r == CMD_OK) {
		/* Warnings are findings. */
		cmd_put(stderr, buf_str(&d.diag));
		printf("%s: %zu rules, %zu series, %s\n", d.path,
		    ruleset_rule_count(d.rules), series_count(d.rules),
		    ruleset_hash(d.rules));
		r = d.diag.len > 0 ? CMD_FINDINGS : CMD_OK;
	}
	cmd_rules_dir_release(&d);
	return r;
}
