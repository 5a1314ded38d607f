/*
 * The whole of conf: every configuration of tests/golden/conf, right (ok-*) or
 * wrong, gives exactly the text beside it; and what a file of text cannot show.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/conf/conf.h"
#include "agent/conf/option.h"
#include "tests/unit/conf/golden.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden/conf"

/* What reading text under the name path comes to, as text. */
static void
read_to_text(const char *path, struct str text, struct buf *out)
{
	struct conf *c = NULL;

	if (conf_parse(path, text, out, &c) == 0)
		conf_show(c, out);
	conf_free(&c);
}

static void
test_golden(void **state)
{
	struct files_list list = { 0 };
	struct err e = { 0 };
	size_t wrong = 0, failed = 0;

	(void)state;
	assert_int_equal(files_list(GOLDEN, ".yaml", &list, &e), 0);
	for (size_t i = 0; i < list.count; i++) {
		struct buf path = { 0 }, text = { 0 }, got = { 0 };

		buf_addf(&path, GOLDEN "/%s", list.names[i]);
		assert_int_equal(files_read(path.p, 1 << 20, &text, &e), 0);
		read_to_text(list.names[i], buf_str(&text), &got);
		wrong += strncmp(list.names[i], "ok-", 3) != 0;
		assert_int_equal(strstr(got.p, ": error: ") != NULL,
		    strncmp(list.names[i], "ok-", 3) != 0);
		path.len -= strlen(".yaml");
		buf_add_text(&path, ".ok");
		if (!golden_matches(path.p, buf_str(&got)))
			failed++;
		buf_clear(&path);
		buf_clear(&text);
		buf_clear(&got);
	}
	files_list_release(&list);
	assert_int_equal(failed, 0);
	assert_true(wrong >= 40);
}

static const char feed[] = "feeds: [{name: a, type: directory, path: in}]\n";

/* The value of member for a file of that path is text. */
static void
test_paths(void **state)
{
	static const struct {
		const char *file, *path;
	} cases[] = {
		{ "b.yaml", "in" },
		{ "/etc/buzzard/b.yaml", "/etc/buzzard/in" },
		{ "conf/b.yaml", "conf/in" },
		{ "/b.yaml", "/./in" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf diag = { 0 };
		struct conf *c = NULL;

		assert_int_equal(
		    conf_parse(cases[i].file, str_of(feed), &diag, &c), 0);
		assert_string_equal(c->feeds[0].path, cases[i].path);
		assert_string_equal(c->file, cases[i].file);
		conf_free(&c);
		assert_null(c);
		conf_free(&c);
		buf_clear(&diag);
	}
}

/* Every member of every struct holds what the file says. */
static void
test_members(void **state)
{
	struct buf path = { 0 }, diag = { 0 };
	struct conf *c = NULL;
	const struct conf_channel *ch;

	(void)state;
	buf_add_text(&path, GOLDEN "/ok-full.yaml");
	assert_int_equal(conf_load(path.p, &diag, &c), 0);
	assert_int_equal(diag.len, 0);
	assert_string_equal(c->team, "GTRET");
	assert_string_equal(c->edition, "2021");
	assert_string_equal(c->log_level, "debug");
	assert_string_equal(c->state, GOLDEN "/state");
	assert_int_equal(c->sent_keep_days, 7);
	assert_int_equal(c->feed_count, 1);
	assert_string_equal(c->feeds[0].type, "directory");
	assert_int_equal(c->feeds[0].batch, 100);
	assert_int_equal(c->feeds[0].sweep_ms, 500);
	ch = conf_channel_find(c, "broker");
	assert_non_null(ch);
	assert_int_equal(ch->kind, CONF_CHANNEL_MQTT);
	assert_int_equal(ch->tls, CONF_TLS_NONE);
	assert_false(ch->v5);
	assert_int_equal(ch->keepalive_s, 30);
	assert_int_equal(ch->retry_base_ms, 1000);
	assert_int_equal(ch->retry_max_ms, 60000);
	assert_int_equal(ch->expire_ms, 3600000);
	assert_null(ch->ca_file);
	assert_true(conf_channel_find(c, "broker-tls")->v5);
	ch = conf_channel_find(c, "mail");
	assert_int_equal(ch->kind, CONF_CHANNEL_SMTP);
	assert_int_equal(ch->tls, CONF_TLS_REQUIRED);
	assert_int_equal(ch->allow_domain_count, 2);
	assert_string_equal(ch->allow_domains[1], "police.example.org");
	assert_int_equal(ch->expire_ms, 86400000);
	assert_null(conf_channel_find(c, "pager"));
	assert_int_equal(c->recipient_count, 3);
	assert_true(c->recipients[0].review_too);
	assert_int_equal(c->recipients[0].theme_count, 2);
	assert_int_equal(c->recipients[0].channel_index, 0);
	assert_int_equal(c->recipients[0].audience, CONF_AUDIENCE_PARTNER);
	assert_int_equal(c->recipients[2].audience, CONF_AUDIENCE_TEAM);
	assert_int_equal(c->recipients[2].channel_index, 2);
	assert_false(c->recipients[2].review_too);
	assert_null(c->recipients[2].topic);
	conf_free(&c);
	buf_clear(&path);
	buf_clear(&diag);
}

/* Text that cannot stand in a golden file, and the words that refuse it. */
static void
test_bytes(void **state)
{
	static char large[(1 << 20) + 10];
	static const struct {
		struct str text;
		const char *words;
	} cases[] = {
		{ { large, sizeof(large) }, "a configuration has at most" },
		{ STR_LIT("team: a\nmarking: \xff\n"),
		    "b.yaml:2:10: error: this is not UTF-8 text" },
		{ STR_LIT("team: a\0b\n"),
		    "b.yaml:1:8: error: control characters" },
		{ STR_LIT(""), "the file is empty" },
		{ STR_LIT("\xff\xfet\0e\0"), "not UTF-8" },
		{ { NULL, 0 }, "the file is empty" },
	};

	(void)state;
	memset(large, '#', sizeof(large));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf diag = { 0 };
		struct conf *c = NULL;

		assert_int_equal(
		    conf_parse("b.yaml", cases[i].text, &diag, &c), -1);
		assert_null(c);
		if (!strstr(diag.p, cases[i].words))
			fail_msg("case %zu: %s", i, diag.p);
		buf_clear(&diag);
	}
}

/* A byte order mark and Windows line ends are no error. */
static void
test_windows(void **state)
{
	struct buf diag = { 0 };
	struct conf *c = NULL;

	(void)state;
	assert_int_equal(
	    conf_parse("b.yaml",
		str_of("\xef\xbb\xbfteam: RET\r\nfeeds:\r\n"
		       "  - {name: a, type: directory, path: in}\r\n"),
		&diag, &c),
	    0);
	assert_string_equal(c->team, "RET");
	conf_free(&c);
	buf_clear(&diag);
}

/* More children than a map may have, and more items than a list may. */
static void
test_many(void **state)
{
	struct buf text = { 0 }, diag = { 0 };
	struct conf *c = NULL;

	(void)state;
	for (int i = 0; i < 1002; i++)
		buf_addf(&text, "key%d: 1\n", i);
	assert_int_equal(conf_parse("b.yaml", buf_str(&text), &diag, &c), -1);
	assert_non_null(strstr(diag.p, "more than 1000 entries"));
	buf_reset(&text);
	buf_reset(&diag);
	buf_add_text(&text, "feeds:\n");
	for (int i = 0; i < 17; i++)
		buf_addf(&text, "  - {name: f%d}\n", i);
	assert_int_equal(conf_parse("b.yaml", buf_str(&text), &diag, &c), -1);
	assert_non_null(strstr(diag.p, "at most 16 entries, not 17"));
	buf_clear(&text);
	buf_clear(&diag);
}

static void
test_load_errors(void **state)
{
	struct buf diag = { 0 };
	struct conf *c = NULL;

	(void)state;
	assert_int_equal(conf_load("/nonexistent/b.yaml", &diag, &c), -1);
	assert_non_null(strstr(diag.p, "/nonexistent/b.yaml"));
	assert_non_null(strstr(diag.p, "No such file"));
	buf_reset(&diag);
	assert_int_equal(conf_load("/", &diag, &c), -1);
	assert_true(diag.len > 0);
	buf_clear(&diag);
}

/* The example that is installed is right. */
static void
test_example(void **state)
{
	struct buf diag = { 0 };
	struct conf *c = NULL;
	int r;

	(void)state;
	r = conf_load(TEST_SOURCE_DIR "/packaging/buzzard.yaml", &diag, &c);
	if (r < 0 || diag.len > 0)
		fail_msg("%s", diag.p);
	conf_free(&c);
	buf_clear(&diag);
}

/*
 * The text of path with what stands between the lines that hold begin and end
 * replaced by block.
 */
static void
replace_block(const char *path, const char *begin, const char *end,
    struct str block, struct buf *out)
{
	struct buf text = { 0 };
	struct err e = { 0 };
	const char *from, *to;

	assert_int_equal(files_read(path, 1 << 20, &text, &e), 0);
	from = strstr(text.p, begin);
	assert_non_null(from);
	from += strlen(begin);
	to = strstr(from, end);
	assert_non_null(to);
	buf_add(out, text.p, (size_t)(from - text.p));
	buf_add_str(out, block);
	buf_add_text(out, to);
	buf_clear(&text);
}

/* In a manual page a hyphen to be copied is \-, and a backslash \e. */
static void
add_roff(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '-')
			buf_add_text(out, "\\-");
		else if (s.p[i] == '\\')
			buf_add_text(out, "\\e");
		else
			buf_add_char(out, s.p[i]);
	}
}

/* The manual page and the guide hold the table as it is. */
static void
test_documents(void **state)
{
	struct buf options = { 0 }, roff = { 0 }, page = { 0 }, guide = { 0 };
	const char *man = TEST_SOURCE_DIR "/packaging/man/buzzard.yaml.5";
	const char *md = TEST_SOURCE_DIR "/docs/CONFIGURATION.md";

	(void)state;
	conf_print_options(&options);
	add_roff(&roff, buf_str(&options));
	replace_block(man, ".\\\" options\n.nf\n", ".fi\n.\\\" end of options",
	    buf_str(&roff), &page);
	assert_true(golden_matches(man, buf_str(&page)));
	replace_block(md, "<!-- options -->\n```text\n",
	    "```\n<!-- end of options -->", buf_str(&options), &guide);
	assert_true(golden_matches(md, buf_str(&guide)));
	buf_clear(&options);
	buf_clear(&roff);
	buf_clear(&page);
	buf_clear(&guide);
}

/* Rows of one section stand together, paths differ, help is a sentence. */
static void
test_table(void **state)
{
	size_t count;
	const struct option *o = option_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(o[i].help);

		assert_true(len > 0 && o[i].help[len - 1] == '.');
		assert_true(o[i].min <= o[i].max);
		assert_true(!o[i].required || !o[i].preset);
		assert_true(i == 0 || o[i].section >= o[i - 1].section);
		for (size_t j = 0; j < i; j++)
			assert_false(
			    o[i].section == o[j].section &&
			    strcmp(o[i].path, o[j].path) == 0 &&
			    (o[i].variants == o[j].variants ||
				o[i].variants == 0 || o[j].variants == 0));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_load_errors),
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
