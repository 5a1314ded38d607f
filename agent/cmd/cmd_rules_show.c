/*
 * buzzard rules show: the rules of a directory as a table, what one comes to
 * when all is filled in, and its compiled code.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "agent/base/arena.h"
#include "agent/base/jsonw.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_rules.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "rules/code.h"
#include "rules/ruleset.h"
#include "rules/series.h"
#include "rules/show.h"

#define USAGE "rules show [--effective] [--code] [DIR] [RULE]"

/* Words of a list are filled to this width where a terminal has none. */
#define WIDTH 80

struct request {
	bool effective, code, json;
	const char *dir, *rule;
	struct output output;
	struct cmd_rules_dir loaded;
	struct arena *arena;
	const struct show_rule *rules;
	size_t count;
};

/* ---- The table ---- */

static const struct table_column columns[] = {
	{ .key = "rule", .title = "rule" },
	{ .key = "title" },
	{ .key = "kind", .title = "gives" },
	{ .key = "subject", .title = "of" },
	{ .key = "shadow", .title = "shadow" },
	{ .key = "alert", .title = "alert", .is_number = true },
	{ .key = "review", .title = "review", .is_number = true },
	{ .key = "grounds", .title = "grounds", .is_number = true },
	{ .key = "waits_for_words",
	    .title = "waits for words",
	    .is_number = true },
	{ .key = "file", .title = "file" },
	{ .key = "line", .title = "line", .is_number = true },
};

static size_t
count_words(const struct show_rule *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->wait_count; i++)
		count += r->waits[i].word_count;
	return count;
}

static void
add_level(struct table *t, int level)
{
	if (level > 0)
		table_int(t, level);
	else
		table_none(t);
}

static void
add_row(struct table *t, const struct show_rule *r)
{
	table_str(t, r->name);
	table_str(t, r->title);
	table_text(t, r->is_flag ? "flag" : "theme");
	table_str(t, r->subject);
	table_bool(t, r->is_shadow);
	add_level(t, r->alert);
	add_level(t, r->review);
	table_int(t, (int64_t)r->ground_count);
	if (r->is_always_awake)
		table_none(t);
	else
		table_int(t, (int64_t)count_words(r));
	table_str(t, r->file);
	table_int(t, (int64_t)r->line);
	table_row(t);
}

static void
show_table(const struct request *rq)
{
	struct table *t =
	    table_new(&rq->output, columns, sizeof columns / sizeof columns[0]);

	for (size_t i = 0; i < rq->count; i++)
		add_row(t, &rq->rules[i]);
	table_free(&t);
}

/* ---- All filled in: text ---- */

/* Words one after the other, filled to the width. */
static void
add_words(struct buf *out, const struct request *rq, const char *head,
    const struct str *words, size_t count)
{
	size_t width = rq->output.width > 20 ? rq->output.width : WIDTH;
	size_t at = out->len;

	buf_add_text(out, head);
	for (size_t i = 0; i < count; i++) {
		size_t len = words[i].len + (i + 1 < count ? 1 : 0);

		if (i > 0 && out->len - at + 1 + len > width) {
			buf_add_char(out, '\n');
			at = out->len;
			buf_add_text(out, "       ");
		}
		buf_addf(out, " %.*s%s", STR_ARG(words[i]),
		    i + 1 < count ? "," : "");
	}
	buf_add_char(out, '\n');
}

static void
add_list(struct buf *out, const struct request *rq, const struct show_list *l)
{
	struct buf head = { 0 };

	buf_addf(&head, "    %.*s%s", STR_ARG(l->name),
	    str_is_given(l->name) ? ":" : "words:");
	add_words(out, rq, head.p, l->words, l->word_count);
	if (l->except_count > 0)
		add_words(
		    out, rq, "        but not:", l->except, l->except_count);
	buf_clear(&head);
}

static void
add_ground(struct buf *out, const struct show_ground *g)
{
	buf_addf(out, "  %-9s", g->kind);
	if (g->is_each)
		buf_addf(out, " %d each up to %d", g->points, g->cap);
	else if (g->points > 0)
		buf_addf(out, " %3d", g->points);
	else
		buf_add_text(out, "    ");
	buf_addf(out, "  %.*s\n", STR_ARG(g->condition));
	if (str_is_given(g->why))
		buf_addf(out, "                   \"%.*s\"\n", STR_ARG(g->why));
}

static void
add_head(struct buf *out, const struct show_rule *r)
{
	buf_addf(out, "%.*s \"%.*s\"\n  %.*s, line %zu; %s %.*s%s",
	    STR_ARG(r->name), STR_ARG(r->title), STR_ARG(r->file), r->line,
	    r->is_flag ? "flag" : "theme", STR_ARG(r->subject),
	    r->is_shadow ? ", shadow" : "");
	if (r->alert > 0)
		buf_addf(out, ", alert from %d", r->alert);
	if (r->review > 0)
		buf_addf(out, ", review from %d", r->review);
	buf_add_char(out, '\n');
}

static void
add_waits(struct buf *out, const struct request *rq, const struct show_rule *r)
{
	if (r->is_always_awake) {
		buf_add_text(out, "  looks at every incident\n");
		return;
	}
	buf_addf(out, "  waits for one of %zu words:", count_words(r));
	for (size_t i = 0; i < r->wait_count; i++)
		if (str_is_given(r->waits[i].name))
			buf_addf(out, " %.*s", STR_ARG(r->waits[i].name));
	buf_add_char(out, '\n');
	for (size_t i = 0; i < r->wait_count; i++)
		if (!str_is_given(r->waits[i].name))
			add_list(out, rq, &r->waits[i]);
}

static void
show_text(const struct request *rq, const struct show_rule *r)
{
	struct buf out = { 0 };

	add_head(&out, r);
	if (rq->effective) {
		add_waits(&out, rq, r);
		for (size_t i = 0; i < r->ground_count; i++)
			add_ground(&out, &r->grounds[i]);
		if (r->list_count > 0)
			buf_add_text(&out, "  lists\n");
		for (size_t i = 0; i < r->list_count; i++)
			add_list(&out, rq, &r->lists[i]);
	}
	if (rq->code) {
		buf_add_text(&out, "  code\n");
		(void)code_print(rq->loaded.rules, r->name, &out);
	}
	buf_add_char(&out, '\n');
	cmd_put(stdout, buf_str(&out));
	buf_clear(&out);
}

/* ---- All filled in: JSON ---- */

static void
words_json(
    struct jsonw *w, const char *key, const struct str *words, size_t count)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < count; i++)
		jsonw_str(w, words[i]);
	jsonw_close(w);
}

static void
lists_json(struct jsonw *w, const char *key, const struct show_list *lists,
    size_t count)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		jsonw_object(w);
		jsonw_key(w, "list");
		jsonw_str(w, lists[i].name);
		words_json(w, "words", lists[i].words, lists[i].word_count);
		words_json(w, "except", lists[i].except, lists[i].except_count);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
grounds_json(struct jsonw *w, const struct show_rule *r)
{
	jsonw_key(w, "grounds");
	jsonw_array(w);
	for (size_t i = 0; i < r->ground_count; i++) {
		const struct show_ground *g = &r->grounds[i];

		jsonw_object(w);
		jsonw_key(w, "kind");
		jsonw_text(w, g->kind);
		jsonw_key(w, "points");
		jsonw_int(w, g->points);
		jsonw_key(w, "up_to");
		jsonw_int(w, g->cap);
		jsonw_key(w, "condition");
		jsonw_str(w, g->condition);
		jsonw_key(w, "because");
		jsonw_str(w, g->why);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
level_json(struct jsonw *w, const char *key, int level)
{
	jsonw_key(w, key);
	if (level > 0)
		jsonw_int(w, level);
	else
		jsonw_null(w);
}

static void
code_json(struct jsonw *w, const struct request *rq, struct str name)
{
	struct buf code = { 0 };

	(void)code_print(rq->loaded.rules, name, &code);
	jsonw_key(w, "code");
	jsonw_str(w, buf_str(&code));
	buf_clear(&code);
}

static void
show_json(const struct request *rq, const struct show_rule *r)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "rule");
	jsonw_str(&w, r->name);
	jsonw_key(&w, "title");
	jsonw_str(&w, r->title);
	jsonw_key(&w, r->is_flag ? "flag" : "theme");
	jsonw_str(&w, r->subject);
	jsonw_key(&w, "shadow");
	jsonw_bool(&w, r->is_shadow);
	level_json(&w, "alert", r->alert);
	level_json(&w, "review", r->review);
	jsonw_key(&w, "file");
	jsonw_str(&w, r->file);
	jsonw_key(&w, "line");
	jsonw_int(&w, (int64_t)r->line);
	if (rq->effective) {
		jsonw_key(&w, "always_awake");
		jsonw_bool(&w, r->is_always_awake);
		lists_json(&w, "waits_for", r->waits, r->wait_count);
		grounds_json(&w, r);
		lists_json(&w, "lists", r->lists, r->list_count);
	}
	if (rq->code)
		code_json(&w, rq, r->name);
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

/* ---- The command ---- */

static void
series_json(const struct request *rq, struct str says, struct str code)
{
	struct buf line = { 0 };
	struct jsonw w;

	jsonw_init(&w, &line);
	jsonw_object(&w);
	jsonw_key(&w, "series");
	jsonw_str(&w, str_trim(says));
	if (rq->code) {
		jsonw_key(&w, "code");
		jsonw_str(&w, code);
	}
	jsonw_close(&w);
	output_line(&line);
	buf_clear(&line);
}

/* A series has no conditions to fill in: it is said in its own words. */
static size_t
show_series(const struct request *rq, struct str name)
{
	struct buf says = { 0 };
	struct buf code = { 0 };
	size_t count = series_describe(rq->loaded.rules, name, &says);

	if (count > 0 && rq->code && str_is_given(name))
		(void)code_print(rq->loaded.rules, name, &code);
	if (count > 0 && rq->output.is_json) {
		series_json(rq, buf_str(&says), buf_str(&code));
	} else {
		cmd_put(stdout, buf_str(&says));
		cmd_put(stdout, buf_str(&code));
	}
	buf_clear(&says);
	buf_clear(&code);
	return count;
}

static int
show(struct request *rq)
{
	size_t series;

	rq->count = show_rules(
	    rq->loaded.rules, str_of(rq->rule), rq->arena, &rq->rules);
	if (!rq->effective && !rq->code)
		show_table(rq);
	for (size_t i = 0; (rq->effective || rq->code) && i < rq->count; i++)
		(rq->output.is_json ? show_json : show_text)(rq, &rq->rules[i]);
	series = show_series(rq, str_of(rq->rule));
	if (rq->rule && rq->count == 0 && series == 0)
		return cmd_usage("no rule and no directory is called %s; "
				 "\"buzzard rules show\" lists the rules",
		    rq->rule);
	return CMD_OK;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int
cmd_rules_show(int argc, char **argv)
{
	struct request rq = { 0 };
	const struct option_row rows[] = {
		{ "--effective", NULL, &rq.effective, NULL, NULL,
		    "conditions in normal form, all words, what wakes it" },
		{ "--code", NULL, &rq.code, NULL, NULL, "the compiled code" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "one JSON object a line (so when piped)" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc > 3)
		return cmd_usage("show takes a directory and a rule");
	if (argc == 3 || (argc == 2 && is_directory(argv[1])))
		rq.dir = argv[1];
	if (argc == 3 || (argc == 2 && !rq.dir))
		rq.rule = argv[argc - 1];
	output_init(&rq.output, rq.json);
	r = cmd_rules_load(rq.dir, &rq.loaded);
	if (r == CMD_OK) {
		rq.arena = arena_new();
		r = show(&rq);
		arena_free(&rq.arena);
	}
	cmd_rules_dir_release(&rq.loaded);
	return r;
}
