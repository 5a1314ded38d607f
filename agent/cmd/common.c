/*
 * What the subcommands share: saying what is wrong, and opening the agent's
 * state.
 */
#include "agent/cmd/cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/cmd/options.h"
#include "agent/conf/conf.h"
#include "agent/conf/oneline.h"
#include "agent/editions.h"
#include "agent/store/store.h"

/* Where the package puts the configuration. */
#define CONF_PATH "/etc/buzzard/buzzard.yaml"

void
cmd_put(FILE *to, struct str text)
{
	struct buf out = { 0 };

	while (text.len > 0) {
		bool harmless;
		size_t n = oneline_step(text, &harmless);

		if (harmless || text.p[0] == '\n' || text.p[0] == '\t')
			buf_add(&out, text.p, n);
		else
			buf_add_char(&out, '?');
		text = str_make(text.p + n, text.len - n);
	}
	if (out.len > 0)
		fwrite(out.p, 1, out.len, to);
	buf_clear(&out);
}

static void complain(const char *fmt, va_list ap)
    __attribute__((format(printf, 1, 0)));

static void
complain(const char *fmt, va_list ap)
{
	struct buf text = { 0 };

	buf_addv(&text, fmt, ap);
	/* A line end inside is that of a name, meant to look like our line. */
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.p[i] == '\n')
			text.p[i] = '?';
	cmd_put(stderr, buf_str(&text));
	buf_clear(&text);
}

void
cmd_complain(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
}

int
cmd_usage(const char *fmt, ...)
{
	va_list ap;

	fputs("buzzard: ", stderr);
	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	fputs("\nTry \"buzzard --help\" or \"buzzard COMMAND --help\".\n",
	    stderr);
	return CMD_USAGE;
}

int
cmd_fail(const struct err *e)
{
	cmd_complain("buzzard: %s\n", e->msg);
	if (e->code == ERR_SYSTEM &&
	    (e->sys_errno == EACCES || e->sys_errno == EPERM))
		return CMD_REFUSED;
	return CMD_IO;
}

int
cmd_load_conf(const char *path, struct conf **out)
{
	struct buf diag = { 0 };
	int r;

	r = conf_load(path ? path : CONF_PATH, &diag, out);
	cmd_put(stderr, buf_str(&diag));
	buf_clear(&diag);
	return r == 0 ? CMD_OK : CMD_INVALID;
}

int
cmd_open_store(
    const char *path, int write, struct conf **conf, struct store **store)
{
	struct buf file = { 0 };
	struct err e = { 0 };
	int r;

	r = cmd_load_conf(path, conf);
	if (r != CMD_OK)
		return r;
	buf_addf(&file, "%s/buzzard.db", (*conf)->state);
	r = store_open(file.p, write ? DB_WRITE : DB_READ, store, &e);
	if (r < 0) {
		r = cmd_fail(&e);
		conf_free(conf);
	}
	buf_clear(&file);
	return r;
}

int
cmd_add_layers(struct geo *g, const char *const *layers)
{
	for (size_t i = 0; i < OPTIONS_MANY && layers[i]; i++) {
		const char *equals = strchr(layers[i], '=');
		struct err e = { 0 };

		if (!equals || equals[1] == '\0')
			return cmd_usage(
			    "--layer wants a name and a file, such "
			    "as sssi=sssi.geojson, not \"%s\"",
			    layers[i]);
		if (editions_add_layer(g,
			str_make(layers[i], (size_t)(equals - layers[i])),
			equals + 1, NULL, &e) < 0) {
			cmd_complain("buzzard: %s\n", e.msg);
			return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
		}
	}
	return CMD_OK;
}

int
cmd_add_gazetteer(struct geo *g, const char *path)
{
	struct err e = { 0 };

	if (!path || editions_add_gazetteer(g, path, NULL, &e) == 0)
		return CMD_OK;
	cmd_complain("buzzard: %s\n", e.msg);
	return e.code == ERR_INVALID ? CMD_FINDINGS : CMD_IO;
}
