/*
 * Wrong rules and exactly what is said about them: tests/golden/rules/NAME.in
 * is a rule file, NAME.ok the whole text of the messages.  Every code of
 * rules/diags.def must come up.  BUZZARD_GOLDEN_UPDATE=1 writes the .ok files,
 * for a person to read the difference.
 */
#include "tests/unit/rules/ruleskit.h"

#include <string.h>

#include "rules/diag.h"

#define GOLDEN TEST_SOURCE_DIR "/tests/golden/rules"

static void
read_file(const char *name, const char *suffix, struct buf *out)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s%s", GOLDEN, name, suffix);
	if (files_read(path.p, 1 << 22, out, &e) == -1)
		buf_addf(out, "(%s)", e.msg);
	buf_clear(&path);
}

static void
write_file(const char *name, struct str text)
{
	struct buf path = { 0 };
	struct err e;

	buf_addf(&path, "%s/%s.ok", GOLDEN, name);
	assert_int_equal(files_write_atomic(path.p, 0644, text, &e), 0);
	buf_clear(&path);
}

/* The messages for one file; a correct one without warnings has none. */
static void
check_one(const char *name, struct buf *said)
{
	struct buf text = { 0 };
	struct ruleset_file files[3] = { 0 };
	struct ruleset *rs = NULL;

	read_file(name, ".in", &text);
	files[0].name = str_of("wrong.rules");
	files[0].text = buf_str(&text);
	files[1].name = str_of("there.list");
	files[1].text = str_of("# a list file\nbarn\n");
	files[2].name = str_of("people.list");
	files[2].text = str_of("barn\nnot \"hot dog\"\ngypsies\n"
			       "lurchers ~1\n\"polish lads\"\ntraveler* \n");
	if (ruleset_compile(files, 3, said, &rs) == 0)
		ruleset_free(&rs);
	buf_clear(&text);
}

/* Is each problem followed by a note before the next one? */
static bool
has_notes(const char *said)
{
	const char *end = said + strlen(said);

	while ((said = strstr(said, "^\n")) != NULL) {
		const char *note = strstr(said, "\nnote: ");
		const char *next = strstr(said + 1, "^\n");

		if (!note || note > (next ? next : end))
			return false;
		said++;
	}
	return true;
}

static bool
run_one(const char *name, struct buf *all)
{
	struct buf said = { 0 };
	struct buf expected = { 0 };
	bool ok = true;

	check_one(name, &said);
	buf_add_str(all, buf_str(&said));
	if (getenv("BUZZARD_GOLDEN_UPDATE"))
		write_file(name, buf_str(&said));
	read_file(name, ".ok", &expected);
	if (!has_notes(said.p ? said.p : "")) {
		print_message("%s does not say what to write\n", name);
		ok = false;
	}
	if (!str_is_equal(buf_str(&said), buf_str(&expected))) {
		print_message("%s says\n%s\ninstead of\n%s\n", name,
		    said.p ? said.p : "nothing",
		    expected.p ? expected.p : "nothing");
		ok = false;
	}
	buf_clear(&said);
	buf_clear(&expected);
	return ok;
}

static void
test_messages(void **state)
{
	struct files_list names;
	struct buf all = { 0 };
	struct err e;
	size_t wrong = 0;
	size_t missing = 0;

	(void)state;
	assert_int_equal(files_list(GOLDEN, ".in", &names, &e), 0);
	assert_true(names.count >= 60);
	for (size_t i = 0; i < names.count; i++) {
		names.names[i][strlen(names.names[i]) - 3] = '\0';
		wrong += !run_one(names.names[i], &all);
	}
	for (int code = 0; code < DIAG_COUNT; code++) {
		const char *name = diag_code_name((enum diag_code)code);

		if (strstr(all.p ? all.p : "", name))
			continue;
		print_message("nothing in the golden files says %s\n", name);
		missing++;
	}
	print_message("%zu wrong rule files\n", names.count);
	files_list_release(&names);
	buf_clear(&all);
	assert_int_equal(wrong, 0);
	assert_int_equal(missing, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
