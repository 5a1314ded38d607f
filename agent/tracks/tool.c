/*
 * tool: the path of a program is part of its reader and is looked for nowhere
 * else, so that no variable and no setting can put another in its place.
 */
#include "agent/tracks/tool.h"

#include <string.h>
#include <unistd.h>

#include "agent/base/confine.h"
#include "agent/base/err.h"
#include "agent/tracks/source.h"

int
tool_run(const struct tool *t, const char *const *argv, struct source *s,
    const struct tool_ear *ear, struct confine_end *end, struct err *e)
{
	const struct confine c = { .argv = argv,
		.input = source_fd(s),
		.memory_bytes = t->memory_bytes,
		.output_bytes = t->output_bytes,
		.cpu_s = t->cpu_s,
		.wall_s = t->wall_s,
		.output = ear->output,
		.user = ear->user };

	if (c.input < 0)
		return err_set(e, ERR_INVALID,
		    "%s is given files only, not bytes in memory", t->name);
	if (access(t->path, X_OK) < 0)
		return err_set(e, ERR_PERMANENT,
		    "it takes %s to read, which is not installed: apt-get "
		    "install %s",
		    t->name, t->package);
	return confine_run(&c, end, e);
}

int
tool_failed(const struct tool *t, const struct confine_end *end, struct err *e)
{
	int len = (int)strcspn(end->words, "\n");

	if (len == 0)
		return err_set(e, ERR_INVALID, "%s cannot read it (status %d)",
		    t->name, end->status);
	return err_set(e, ERR_INVALID, "%s cannot read it: %.*s", t->name,
	    len < 160 ? len : 160, end->words);
}
