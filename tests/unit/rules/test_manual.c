/*
 * docs/RULES.md and buzzard-rules(5) have the tables that the compiler uses: between "<!-- NAME -->"
 * and "<!-- end -->" (in roff '.\" NAME' and '.\" end') stands exactly what they say.  BUZZARD_GOLDEN_UPDATE=1
 * writes it there.  The rules that it shows compile, and their tests pass.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "rules/check.h"
#include "rules/diag.h"
#include "rules/fields.h"

#define MANUAL TEST_SOURCE_DIR "/docs/RULES.md"
#define PAGE   TEST_SOURCE_DIR "/packaging/man/buzzard-rules.5"

static void
print_flags(struct buf *out)
{
	buf_add_text(out, "| flag | stands when |\n| --- | --- |\n");
	for (int i = 0; i < CHECK_FLAG_COUNT; i++)
		buf_addf(out, "| `%s` | %s |\n",
		    check_flag_name((enum check_flag)i),
		    check_flag_help((enum check_flag)i));
}

static void
print_fields(struct buf *out)
{
	buf_add_text(
	    out, "| field | what it is | values |\n| --- | --- | --- |\n");
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field *f = field_get((enum field_id)i);
		const char *list = field_value_list(f->type);

		buf_addf(out, "| `%s` | %s | %s |\n", f->name, f->help,
		    list[0] ? list : "a number");
	}
}

static void
print_texts(struct buf *out)
{
	buf_add_text(out, "| text | what it is |\n| --- | --- |\n");
	for (int i = 0; i < FIELD_TEXT_COUNT; i++)
		buf_addf(out, "| `%s` | %s |\n",
		    field_text_name((enum field_text)i),
		    field_text_help((enum field_text)i));
}

static void
print_codes(struct buf *out)
{
	buf_add_text(out, "| code | means |\n| --- | --- |\n");
	for (int i = 0; i < DIAG_COUNT; i++)
		buf_addf(out, "| %s | %s |\n",
		    diag_code_name((enum diag_code)i),
		    diag_code_meaning((enum diag_code)i));
}

/* Text as roff has it: hyphens that are minus signs, quotes. */
static void
add_roff(struct buf *out, const char *text)
{
	for (; *text; text++)
		if (*text == '-')
			buf_add_text(out, "\\-");
		else if (*text == '"')
			buf_add_text(out, "\\(dq");
		else
			buf_add_char(out, *text);
}

/* A tagged paragraph; more, if given, in brackets after the help. */
static void
add_entry(struct buf *out, const char *name, const char *help, const char *more)
{
	buf_add_text(out, ".TP\n.B ");
	add_roff(out, name);
	buf_add_char(out, '\n');
	add_roff(out, help);
	if (more && more[0]) {
		buf_add_text(out, "\n(");
		add_roff(out, more);
		buf_add_text(out, ")");
	}
	buf_add_char(out, '\n');
}

static void
print_roff_flags(struct buf *out)
{
	for (int i = 0; i < CHECK_FLAG_COUNT; i++)
		add_entry(out, check_flag_name((enum check_flag)i),
		    check_flag_help((enum check_flag)i), NULL);
}

static void
print_roff_fields(struct buf *out)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field *f = field_get((enum field_id)i);
		const char *list = field_value_list(f->type);

		add_entry(out, f->name, f->help, list[0] ? list : "a number");
	}
}

static void
print_roff_texts(struct buf *out)
{
	for (int i = 0; i < FIELD_TEXT_COUNT; i++)
		add_entry(out, field_text_name((enum field_text)i),
		    field_text_help((enum field_text)i), NULL);
}

static void
print_roff_codes(struct buf *out)
{
	for (int i = 0; i < DIAG_COUNT; i++)
		add_entry(out, diag_code_name((enum diag_code)i),
		    diag_code_meaning((enum diag_code)i), NULL);
}

struct table {
	const char *mark;
	void (*print)(struct buf *out);
};

static const struct table tables[] = {
	{ "<!-- flags -->\n", print_flags },
	{ "<!-- fields -->\n", print_fields },
	{ "<!-- texts -->\n", print_texts },
	{ "<!-- codes -->\n", print_codes },
};

static const struct table roff_tables[] = {
	{ ".\\\" flags\n", print_roff_flags },
	{ ".\\\" fields\n", print_roff_fields },
	{ ".\\\" texts\n", print_roff_texts },
	{ ".\\\" codes\n", print_roff_codes },
};

#define TABLE_COUNT (sizeof tables / sizeof tables[0])

/* The manual with its tables as they must be. */
static void
fill(const char *manual, const struct table *all, const char *end_mark,
    struct buf *out)
{
	const char *at = manual;

	for (size_t i = 0; i < TABLE_COUNT; i++) {
		const char *begin = strstr(at, all[i].mark);
		const char *end;

		assert_non_null(begin);
		begin += strlen(all[i].mark);
		end = strstr(begin, end_mark);
		assert_non_null(end);
		buf_add(out, at, (size_t)(begin - at));
		all[i].print(out);
		at = end;
	}
	buf_add_text(out, at);
}

static void
check_file(const char *path, const struct table *all, const char *end_mark)
{
	struct buf manual = { 0 };
	struct buf filled = { 0 };
	struct err e;

	assert_int_equal(files_read(path, 1 << 20, &manual, &e), 0);
	fill(manual.p, all, end_mark, &filled);
	if (getenv("BUZZARD_GOLDEN_UPDATE"))
		assert_int_equal(
		    files_write_atomic(path, 0644, buf_str(&filled), &e), 0);
	else
		assert_true(str_is_equal(buf_str(&manual), buf_str(&filled)));
	buf_clear(&manual);
	buf_clear(&filled);
}

static void
test_tables(void **state)
{
	(void)state;
	_Static_assert(sizeof tables == sizeof roff_tables, "in both");
	check_file(MANUAL, tables, "<!-- end -->");
	check_file(PAGE, roff_tables, ".\\\" end\n");
}

/* The indented lines under a heading, as a rule file. */
static void
take_example(const char *manual, const char *heading, struct buf *out)
{
	const char *at = strstr(manual, heading);

	assert_non_null(at);
	at = strstr(at, "\n\n    ");
	assert_non_null(at);
	for (at += 2; *at; at = strchr(at, '\n') + 1) {
		if (strncmp(at, "    ", 4) == 0)
			buf_add(
			    out, at + 4, (size_t)(strchr(at, '\n') - at) - 3);
		else if (*at == '\n')
			buf_add_char(out, '\n');
		else
			break;
	}
}

static void
test_examples(void **state)
{
	static const char *const headings[] = { "## A rule in five lines",
		"## A whole rule", "## Series: several incidents together" };
	struct buf manual = { 0 };
	struct err e;

	(void)state;
	assert_int_equal(files_read(MANUAL, 1 << 20, &manual, &e), 0);
	for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
		struct buf text = { 0 };
		struct buf report = { 0 };
		struct ruleset *rs;
		size_t run = 0;

		if (i > 0)
			buf_add_text(&text, "themes hare-coursing\n");
		take_example(manual.p, headings[i], &text);
		rs = ruleskit_compile(text.p);
		if (ruleset_run_tests(rs, &report, &run) > 0)
			fail_msg("%s", report.p);
		assert_int_equal(run, i);
		ruleset_free(&rs);
		buf_clear(&report);
		buf_clear(&text);
	}
	buf_clear(&manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
