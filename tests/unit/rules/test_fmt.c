/*
 * The formatter: tests/golden/fmt/NAME.in comes out as NAME.ok, and whatever
 * can be formatted (those, the wrong and right rules of tests/golden/rules, the
 * shipped packs, and rules made by chance) keeps its layout the second time,
 * and takes the same layout whatever blanks were in it.
 * BUZZARD_GOLDEN_UPDATE=1 writes the .ok files.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "agent/base/clock.h"
#include "rules/fmt.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden"

/* Formats text; false if it has errors of syntax. */
static bool
format(struct str text, struct buf *out)
{
	struct buf diag = { 0 };
	bool ok = fmt_file(str_of("a.rules"), text, out, &diag) == 0;

	if (!ok && str_has_prefix(buf_str(&diag), "a.rules: it is not"))
		fail_msg("%.*s\n%s", STR_ARG(text), diag.p);
	buf_clear(&diag);
	return ok;
}

static void
read_golden(const char *name, const char *suffix, struct buf *out)
{
	struct buf path = { 0 };
	struct err e;

	buf_reserve(out, 1);
	buf_addf(&path, "%s/%s%s", GOLDEN, name, suffix);
	if (files_read(path.p, 1 << 22, out, &e) == -1)
		buf_addf(out, "(%s)", e.msg);
	buf_clear(&path);
}

static void
write_golden(const char *name, struct str text)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s.ok", GOLDEN, name);
	assert_int_equal(files_write_atomic(path.p, 0644, text, &e), 0);
	buf_clear(&path);
}

static void
test_golden(void **state)
{
	struct files_list names;
	struct err e;
	size_t wrong = 0;

	(void)state;
	assert_int_equal(files_list(GOLDEN "/fmt", ".in", &names, &e), 0);
	assert_true(names.count > 5);
	for (size_t i = 0; i < names.count; i++) {
		struct buf name = { 0 };
		struct buf text = { 0 };
		struct buf said = { 0 };
		struct buf expected = { 0 };

		names.names[i][strlen(names.names[i]) - 3] = '\0';
		buf_addf(&name, "fmt/%s", names.names[i]);
		read_golden(name.p, ".in", &text);
		assert_true(format(buf_str(&text), &said));
		if (getenv("BUZZARD_GOLDEN_UPDATE"))
			write_golden(name.p, buf_str(&said));
		read_golden(name.p, ".ok", &expected);
		if (!str_is_equal(buf_str(&said), buf_str(&expected))) {
			print_message("%s comes out as\n%s", name.p,
			    said.p ? said.p : "nothing");
			wrong++;
		}
		buf_clear(&name);
		buf_clear(&text);
		buf_clear(&said);
		buf_clear(&expected);
	}
	files_list_release(&names);
	assert_int_equal(wrong, 0);
}

/* ---- Laws ---- */

static uint64_t seed;

static uint32_t
chance(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(seed >> 33) % below;
}

/* text with other blanks between its words, outside quotes and comments. */
static void
shake(struct str text, struct buf *out)
{
	bool quoted = false;
	bool comment = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];
		bool escaped = quoted && i > 0 && text.p[i - 1] == '\\' &&
			       !(i > 1 && text.p[i - 2] == '\\');

		if (c == '\n')
			quoted = comment = false;
		else if (c == '"' && !comment && !escaped)
			quoted = !quoted;
		else if (c == '#' && !quoted)
			comment = true;
		buf_add_char(out, c);
		if (c != ' ' || quoted || comment)
			continue;
		for (uint32_t k = chance(3); k > 0; k--)
			buf_add_char(out, chance(4) ? ' ' : '\t');
	}
}

static bool
is_law_abiding(struct str text)
{
	struct buf once = { 0 };
	struct buf twice = { 0 };
	struct buf shaken = { 0 };
	struct buf again = { 0 };

	if (!format(text, &once)) {
		buf_clear(&once);
		return false;
	}
	assert_true(format(buf_str(&once), &twice));
	if (!str_is_equal(buf_str(&once), buf_str(&twice)))
		fail_msg("of\n%.*s\nfirst\n%s\nthen\n%s", STR_ARG(text), once.p,
		    twice.p);
	shake(buf_str(&once), &shaken);
	assert_true(format(buf_str(&shaken), &again));
	if (!str_is_equal(buf_str(&once), buf_str(&again)))
		fail_msg("of\n%s\nnot\n%s\nbut\n%s", shaken.p, once.p, again.p);
	buf_clear(&once);
	buf_clear(&twice);
	buf_clear(&shaken);
	buf_clear(&again);
	return true;
}

/* All files of a folder; returns how many could be formatted. */
static size_t
try_folder(const char *folder, const char *suffix)
{
	struct files_list names;
	struct err e;
	size_t good = 0;

	assert_int_equal(files_list(folder, suffix, &names, &e), 0);
	for (size_t i = 0; i < names.count; i++) {
		struct buf path = { 0 };
		struct buf text = { 0 };

		buf_addf(&path, "%s/%s", folder, names.names[i]);
		buf_reserve(&text, 1);
		assert_int_equal(files_read(path.p, 1 << 22, &text, &e), 0);
		good += is_law_abiding(buf_str(&text));
		buf_clear(&path);
		buf_clear(&text);
	}
	files_list_release(&names);
	return good;
}

static void
test_laws(void **state)
{
	(void)state;
	assert_true(try_folder(GOLDEN "/fmt", ".in") > 5);
	assert_true(try_folder(GOLDEN "/rules", ".in") > 40);
	assert_true(
	    try_folder(TEST_SOURCE_DIR "/rules/packs/essex", ".rules") > 5);
}

/* ---- Chance ---- */

static void
maybe_break(struct buf *out)
{
	static const char *const gaps[] = { "", " ", "  ", "\n", "\n   ",
		" # c\n", "\n# d\n", "\n\n", "\n  # e\n\n\n" };

	buf_add_text(out, gaps[chance(4) ? chance(3) : chance(9)]);
}

static void
add_word(struct buf *out)
{
	for (uint32_t k = 2 + chance(14); k > 0; k--)
		buf_add_char(out, (char)('a' + chance(26)));
}

static void
add_terms(struct buf *out)
{
	for (uint32_t k = 1 + chance(30); k > 0; k--) {
		bool quoted = chance(3) == 0;

		buf_add_text(out, chance(9) ? "" : "not ");
		buf_add_char(out, quoted ? '"' : ' ');
		add_word(out);
		if (chance(3) == 0) {
			buf_add_char(out, ' ');
			add_word(out);
		}
		buf_add_text(out, quoted ? "\"" : "");
		if (k > 1) {
			buf_add_char(out, ',');
			maybe_break(out);
		}
	}
	buf_add_text(out, chance(3) ? "\n" : " # end\n");
}

static void
// NOLINTNEXTLINE(misc-no-recursion): depth is a parameter
add_cond(struct buf *out, int depth)
{
	const char *join = chance(2) ? " and " : " or ";

	if (depth == 0) {
		buf_add_text(out, "log has \"");
		add_word(out);
		buf_add_text(out, chance(2) ? "\" near 5 \"" : "\" | \"");
		add_word(out);
		buf_add_text(out, "\"");
		return;
	}
	buf_add_text(out, "(");
	for (uint32_t k = 2 + chance(3); k > 0; k--) {
		maybe_break(out);
		add_cond(out, depth - 1);
		maybe_break(out);
		buf_add_text(out, k > 1 ? join : "");
	}
	buf_add_text(out, ")");
}

static void
add_item(struct buf *out, uint32_t number)
{
	maybe_break(out);
	buf_add_char(out, '\n');
	switch (chance(3)) {
	case 0:
		buf_addf(out, "words w%u:", number);
		add_terms(out);
		return;
	case 1:
		buf_addf(out, "context c%u\nnext 4:", number);
		add_terms(out);
		buf_add_text(out, chance(2) ? "until:" : "\n\n  clause:");
		add_terms(out);
		return;
	default:
		buf_addf(out, "rule r%u \"T\" flag crime\n", number);
		for (uint32_t k = 1 + chance(3); k > 0; k--) {
			buf_add_text(out, "give 60 when ");
			add_cond(out, (int)chance(3));
			maybe_break(out);
			if (chance(2))
				buf_add_text(out, " because \"for a reason\"");
			buf_add_text(out, "\n");
			maybe_break(out);
		}
		buf_add_text(out, "\n review from 1\n");
	}
}

static void
test_chance(void **state)
{
	const char *given = getenv("BUZZARD_SEED");
	size_t good = 0;

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_wall_ms();
	print_message("BUZZARD_SEED=%llu\n", (unsigned long long)seed);
	for (int round = 0; round < 400; round++) {
		struct buf text = { 0 };

		for (uint32_t k = 1 + chance(6); k > 0; k--)
			add_item(&text, k);
		good += is_law_abiding(buf_str(&text));
		buf_clear(&text);
	}
	print_message("%zu of 400 were rules\n", good);
	assert_true(good > 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_laws),
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
