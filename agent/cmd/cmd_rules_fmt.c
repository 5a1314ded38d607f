/*
 * buzzard rules fmt: rule files in one layout.
 *
 * A file is replaced only after the directory it is in compiled to the same
 * code with the new text as with the old one; where the directory does not
 * compile, the formatter's own look at the file (rules/fmt.c) must be enough,
 * for a half-written rule set is when layout helps most.
 */
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/alloc.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/store/rulepack.h"
#include "rules/code.h"
#include "rules/fmt.h"
#include "rules/limits.h"
#include "rules/ruleset.h"

#define USAGE                                \
	"rules fmt [--check] FILE|DIR ...\n" \
	"       buzzard rules fmt [--check] - (standard input to output)"

struct request {
	bool check, json;
	struct output output;
	struct table *table; /* once there is something to say */
	int worst;           /* exit code so far */
};

static const struct table_column columns[] = {
	{ .key = "file", .title = "file" },
	{ .key = "state", .title = "state" },
};

static void
note(struct request *rq, int code)
{
	if (code > rq->worst)
		rq->worst = code;
}

static void
report(struct request *rq, const char *file, const char *state)
{
	if (!rq->table)
		rq->table = table_new(
		    &rq->output, columns, sizeof columns / sizeof columns[0]);
	table_text(rq->table, file);
	table_text(rq->table, state);
	table_row(rq->table);
}

/* ---- Is it still the same? ---- */

static void
print_code(const struct ruleset_file *files, size_t count, struct buf *out)
{
	struct ruleset *rs = NULL;
	struct buf diag = { 0 };

	if (ruleset_compile(files, count, &diag, &rs) == 0)
		(void)code_print(rs, (struct str){ 0 }, out);
	ruleset_free(&rs);
	buf_clear(&diag);
}

/* Equal but for blanks, which a reason that is a condition's text may have. */
static bool
is_equal_but_for_blanks(struct str a, struct str b)
{
	size_t i = 0;
	size_t k = 0;

	for (;;) {
		while (i < a.len && a.p[i] == ' ')
			i++;
		while (k < b.len && b.p[k] == ' ')
			k++;
		if (i == a.len || k == b.len)
			return i == a.len && k == b.len;
		if (a.p[i++] != b.p[k++])
			return false;
	}
}

/* Does the directory compile to the same code with text in place of file? */
static bool
is_same_code(struct rulepack *p, size_t file, struct str text)
{
	struct str old_text = p->files[file].text;
	struct buf old = { 0 };
	struct buf new = { 0 };
	bool same;

	print_code(p->files, p->count, &old);
	p->files[file].text = text;
	print_code(p->files, p->count, &new);
	p->files[file].text = old_text;
	same = is_equal_but_for_blanks(buf_str(&old), buf_str(&new));
	buf_clear(&old);
	buf_clear(&new);
	return same;
}

/* ---- Files ---- */

/* Replace what path leads to, links followed, keeping its permissions. */
static int
replace(const char *path, struct str text, struct err *e)
{
	char real[PATH_MAX];
	struct stat st;

	if (!realpath(path, real) || stat(real, &st) == -1)
		return err_sys(e, "cannot look at %s", path);
	return files_write_atomic(real, st.st_mode & 07777U, text, e);
}

static void
write_changed(struct request *rq, struct rulepack *p, size_t file,
    const char *path, struct str text)
{
	struct err e = { 0 };

	if (!is_same_code(p, file, text)) {
		cmd_complain("buzzard: %s: it is not formatted: the result "
			     "would not say the same, which is a fault of "
			     "this program; please report it with the file\n",
		    path);
		note(rq, CMD_INVALID);
	} else if (rq->check) {
		report(rq, path, "not formatted");
		note(rq, CMD_FINDINGS);
	} else if (replace(path, text, &e) < 0) {
		note(rq, cmd_fail(&e));
	} else {
		report(rq, path, "formatted");
	}
}

static void
format_one(struct request *rq, struct rulepack *p, size_t file, const char *dir)
{
	const struct ruleset_file *f = &p->files[file];
	struct buf path = { 0 };
	struct buf out = { 0 };
	struct buf diag = { 0 };

	buf_addf(&path, "%s/%.*s", dir, STR_ARG(f->name));
	if (fmt_file(buf_str(&path), f->text, &out, &diag) < 0) {
		cmd_put(stderr, buf_str(&diag));
		note(rq, CMD_INVALID);
	} else if (!str_is_equal(buf_str(&out), f->text)) {
		write_changed(rq, p, file, path.p, buf_str(&out));
	}
	buf_clear(&path);
	buf_clear(&out);
	buf_clear(&diag);
}

static bool
has_suffix(struct str name, const char *suffix)
{
	size_t len = strlen(suffix);

	return name.len > len &&
	       memcmp(name.p + name.len - len, suffix, len) == 0;
}

/* Format the rule files of dir, or only the one called name. */
static void
format_dir(struct request *rq, const char *dir, const char *name)
{
	AUTO(rulepack_release) struct rulepack p = { 0 };
	struct err e = { 0 };
	size_t found = 0;

	if (name && !has_suffix(str_of(name), ".rules")) {
		cmd_complain("buzzard: %s/%s: only files that end in .rules "
			     "have a layout\n",
		    dir, name);
		note(rq, CMD_USAGE);
		return;
	}
	if (rulepack_read(&p, dir, &e) < 0) {
		note(rq, cmd_fail(&e));
		return;
	}
	for (size_t i = 0; i < p.count; i++) {
		if (name ? !str_is(p.files[i].name, name)
			 : !has_suffix(p.files[i].name, ".rules"))
			continue;
		format_one(rq, &p, i, dir);
		found++;
	}
	if (name && found == 0) {
		cmd_complain("buzzard: there is no file %s/%s\n", dir, name);
		note(rq, CMD_IO);
	}
}

static void
format_path(struct request *rq, const char *path)
{
	struct stat st;
	char *dir = alloc_text(path);
	char *name = alloc_text(path);

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		format_dir(rq, path, NULL);
	else
		format_dir(rq, dirname(dir), basename(name));
	free(dir);
	free(name);
}

static int
format_stdin(struct request *rq)
{
	struct buf text = { 0 };
	struct buf out = { 0 };
	struct buf diag = { 0 };
	struct err e = { 0 };
	int r = CMD_OK;

	if (files_read("/dev/stdin", LIMITS_FILE_BYTES_MAX, &text, &e) < 0) {
		r = cmd_fail(&e);
	} else if (fmt_file(str_of("-"), buf_str(&text), &out, &diag) < 0) {
		cmd_put(stderr, buf_str(&diag));
		r = CMD_INVALID;
	} else if (!rq->check) {
		fwrite(out.p, 1, out.len, stdout);
	} else if (!str_is_equal(buf_str(&text), buf_str(&out))) {
		report(rq, "-", "not formatted");
		r = CMD_FINDINGS;
	}
	buf_clear(&text);
	buf_clear(&out);
	buf_clear(&diag);
	return r;
}

int
cmd_rules_fmt(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--check", NULL, &rq.check, NULL, NULL,
		    "change nothing, name the files that would change" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("say which files, which directory, or -");
	output_init(&rq.output, rq.json);
	if (argc == 2 && strcmp(argv[1], "-") == 0)
		rq.worst = format_stdin(&rq);
	for (int i = 1; i < argc && strcmp(argv[i], "-") != 0; i++)
		format_path(&rq, argv[i]);
	table_free(&rq.table);
	return rq.worst;
}
