/* The splitter: what comes out is the same however the stream is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/str.h"
#include "agent/feeds/feed.h"
#include "agent/feeds/format_json.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void
note_pieces(struct format_json *fj, struct buf *out)
{
	struct format_json_piece piece;

	while (format_json_next(fj, &piece) > 0)
		buf_addf(out, "%llu:%llu@%llu%s<%.*s>\n",
		    (unsigned long long)piece.line,
		    (unsigned long long)piece.column,
		    (unsigned long long)piece.offset,
		    piece.fault != NULL ? "!" : " ", STR_ARG(piece.bytes));
}

/* All pieces of text, pushed as [0, cut) and the rest, one a line. */
static void
split_at(struct str text, size_t cut, struct buf *out)
{
	struct format_json *fj = format_json_new(NULL);

	buf_reset(out);
	buf_add_text(out, "");
	format_json_push(fj, text.p, cut);
	note_pieces(fj, out);
	format_json_push(fj, text.p + cut, text.len - cut);
	note_pieces(fj, out);
	format_json_end(fj);
	note_pieces(fj, out);
	format_json_free(&fj);
}

/* The same a byte at a time. */
static void
split_bytewise(struct str text, struct buf *out)
{
	struct format_json *fj = format_json_new(NULL);
	size_t i;

	buf_reset(out);
	buf_add_text(out, "");
	for (i = 0; i < text.len; i++) {
		format_json_push(fj, text.p + i, 1);
		note_pieces(fj, out);
	}
	format_json_end(fj);
	note_pieces(fj, out);
	format_json_free(&fj);
}

static const struct {
	const char *name, *text, *pieces;
} cases[] = {
	{ "nothing", "", "" },
	{ "blank", " \r\n\t\n", "" },
	{ "lines", "{\"a\":1}\n{\"b\":2}\n",
	    "1:1@0 <{\"a\":1}>\n2:1@8 <{\"b\":2}>\n" },
	{ "no last line end", "{}\n{}", "1:1@0 <{}>\n2:1@3 <{}>\n" },
	{ "CRLF, blank lines, spaces around", "\r\n  {} \r\n\r\n\t{}\r\n",
	    "2:3@4 <{}>\n4:2@12 <{}>\n" },
	{ "byte order mark", "\xef\xbb\xbf{}\n", "1:1@3 <{}>\n" },
	{ "a bad line is a message like another", "{}\nrubbish\n{}\n",
	    "1:1@0 <{}>\n2:1@3 <rubbish>\n3:1@11 <{}>\n" },
	{ "a line of brackets is no list", "{}\n[1\n{}\n",
	    "1:1@0 <{}>\n2:1@3 <[1>\n3:1@6 <{}>\n" },
	{ "empty list", " [ ] ", "" },
	{ "list", "[{\"a\":1},{\"b\":2}]",
	    "1:2@1 <{\"a\":1}>\n1:10@9 <{\"b\":2}>\n" },
	{ "list with a mark", "\xef\xbb\xbf[{}]\n", "1:2@4 <{}>\n" },
	{ "list over lines", "[\n {\"a\":\n1},\r\n  {}\n]\n",
	    "2:2@3 <{\"a\":\n1}>\n4:3@16 <{}>\n" },
	{ "brackets and quotes in text", "[{\"a\":\"]}\\\"[{,\"},{\"\\\\\":0}]",
	    "1:2@1 <{\"a\":\"]}\\\"[{,\"}>\n1:18@17 <{\"\\\\\":0}>\n" },
	{ "nested", "[{\"a\":[{},[1,{}]]},{}]",
	    "1:2@1 <{\"a\":[{},[1,{}]]}>\n1:20@19 <{}>\n" },
	{ "scalars are items", "[1, \"a,]\" ,null]",
	    "1:2@1 <1>\n1:5@4 <\"a,]\">\n1:12@11 <null>\n" },
	{ "no comma", "[{} {}]", "1:2@1 <{}>\n1:5@4!<{>\n1:5@4 <{}>\n" },
	{ "comma for an item", "[,{}]", "1:2@1!<,>\n1:3@2 <{}>\n" },
	{ "two commas", "[{},,{}]", "1:2@1 <{}>\n1:5@4!<,>\n1:6@5 <{}>\n" },
	{ "last comma", "[{},]", "1:2@1 <{}>\n1:5@4!<]>\n" },
	{ "a stray bracket does not hold the list up", "[{}},{}]",
	    "1:2@1 <{}>\n1:4@3!<}>\n1:4@3!<}>\n1:6@5 <{}>\n" },
	{ "a list of a stray bracket", "[}]", "1:2@1!<}>\n" },
	{ "list not closed", "[{}", "1:2@1 <{}>\n1:4@3!<>\n" },
	{ "list cut after its bracket", " [\n", "2:1@3!<>\n" },
	{ "list cut after a comma", "[{}, ", "1:2@1 <{}>\n1:6@5!<>\n" },
	{ "list cut in an item",
	    "[{},{\"a\":", "1:2@1 <{}>\n1:5@4!<{\"a\":>\n" },
	{ "a missing quote costs the rest of a list",
	    "[{\"a\":\"b},\n{\"c\":1},\n{}]",
	    "1:2@1!<{\"a\":\"b},\n{\"c\":1},\n{}]>\n" },
};

static void
test_table(void **state)
{
	struct buf out = { NULL, 0, 0 };
	size_t i, cut;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct str text = str_of(cases[i].text);

		for (cut = 0; cut <= text.len; cut++) {
			split_at(text, cut, &out);
			if (!str_is(buf_str(&out), cases[i].pieces))
				fail_msg("%s, cut at %zu:\n%.*s", cases[i].name,
				    cut, STR_ARG(buf_str(&out)));
		}
		split_bytewise(text, &out);
		if (!str_is(buf_str(&out), cases[i].pieces))
			fail_msg("%s, bytewise:\n%.*s", cases[i].name,
			    STR_ARG(buf_str(&out)));
	}
	buf_clear(&out);
}

/* All pieces of a stream that comes in chunks; lengths only of long ones. */
static void
split_chunks(struct str text, size_t chunk, struct buf *out)
{
	struct format_json *fj = format_json_new(NULL);
	struct format_json_piece piece;
	bool ended = false;
	size_t i = 0;

	buf_reset(out);
	while (!ended) {
		size_t n = text.len - i < chunk ? text.len - i : chunk;

		ended = n == 0;
		if (ended)
			format_json_end(fj);
		else
			format_json_push(fj, text.p + i, n);
		i += n;
		while (format_json_next(fj, &piece) > 0)
			buf_addf(out, "%llu:%llu%s%zu\n",
			    (unsigned long long)piece.line,
			    (unsigned long long)piece.column,
			    piece.fault != NULL ? "!" : " ", piece.bytes.len);
	}
	format_json_free(&fj);
}

/* A message too long is one fault, and those after it come. */
static void
test_too_long(void **state)
{
	static const size_t chunks[] = { 65536, 65537, 1 << 20, 6 << 20 };
	struct buf text = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	char expected[128];
	size_t i, list;

	(void)state;
	for (list = 0; list < 2; list++) {
		buf_reset(&text);
		buf_addf(&text, "%s{\"a\":\"%*s\"}%s{}%s", list ? "[" : "",
		    INCIDENT_BYTES_MAX, "x", list ? ",\n" : "\n",
		    list ? "]" : "\n");
		(void)snprintf(expected, sizeof(expected), "1:%d!%d\n2:1 2\n",
		    list ? 2 : 1, FEED_FAULT_BYTES_MAX);
		for (i = 0; i < COUNT(chunks); i++) {
			split_chunks(buf_str(&text), chunks[i], &out);
			if (!str_is(buf_str(&out), expected))
				fail_msg("chunks of %zu: %s", chunks[i], out.p);
		}
	}
	buf_clear(&text);
	buf_clear(&out);
}

/* What is too long ends just where a push does. */
static void
test_too_long_to_the_end_of_a_push(void **state)
{
	struct format_json *fj = format_json_new(NULL);
	struct buf text = { NULL, 0, 0 }, out = { NULL, 0, 0 };

	(void)state;
	buf_addf(&text, "{%*s", INCIDENT_BYTES_MAX, "");
	format_json_push(fj, text.p, text.len);
	note_pieces(fj, &out);
	buf_reset(&out);
	format_json_push(fj, "\n{}\n{}\n", 7);
	note_pieces(fj, &out);
	assert_string_equal(out.p, "2:1@4194306 <{}>\n3:1@4194309 <{}>\n");
	buf_clear(&text);
	buf_clear(&out);
	format_json_free(&fj);
}

static void
test_longest(void **state)
{
	struct buf text = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	char expected[64];

	(void)state;
	buf_addf(&text, "{\"a\":\"%*s\"}\n", INCIDENT_BYTES_MAX - 8, "x");
	(void)snprintf(
	    expected, sizeof(expected), "1:1 %d\n", INCIDENT_BYTES_MAX);
	split_chunks(buf_str(&text), 65536, &out);
	assert_string_equal(out.p, expected);
	buf_clear(&text);
	buf_clear(&out);
}

/* After every piece reading can be gone on with from the place given. */
static void
test_resume(void **state)
{
	static const char *const texts[] = {
		"\xef\xbb\xbf{\"a\":1}\r\n\r\n {\"b\":2}\nrubbish\n{\"c\":3}",
		"[{\"a\":1},\n {\"b\":\"]\"} ,{\"c\":[3]}\n]\n",
	};
	struct format_json_piece piece;
	struct buf all = { NULL, 0, 0 }, parts = { NULL, 0, 0 };
	size_t i, k, n;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		struct str text = str_of(texts[i]);

		split_at(text, 0, &all);
		for (n = 1; n < 4; n++) {
			struct format_json *fj = format_json_new(NULL);
			struct format_json_place place;

			buf_reset(&parts);
			format_json_push(fj, text.p, text.len);
			for (k = 0; k < n; k++) {
				assert_int_equal(
				    format_json_next(fj, &piece), 1);
				buf_addf(&parts, "%llu:%llu@%llu%s<%.*s>\n",
				    (unsigned long long)piece.line,
				    (unsigned long long)piece.column,
				    (unsigned long long)piece.offset,
				    piece.fault != NULL ? "!" : " ",
				    STR_ARG(piece.bytes));
			}
			place = format_json_place(fj);
			format_json_free(&fj);
			fj = format_json_new(&place);
			format_json_push(
			    fj, text.p + place.offset, text.len - place.offset);
			format_json_end(fj);
			note_pieces(fj, &parts);
			format_json_free(&fj);
			assert_string_equal(all.p, parts.p);
		}
	}
	buf_clear(&all);
	buf_clear(&parts);
}

/* A place taken just after a fault of the list is still in the list. */
static void
test_place_after_a_fault(void **state)
{
	struct format_json *fj = format_json_new(NULL);
	struct format_json_piece piece;

	(void)state;
	format_json_push(fj, "[{},,{}]", 8);
	assert_int_equal(format_json_next(fj, &piece), 1);
	assert_int_equal(format_json_next(fj, &piece), 1);
	assert_non_null(piece.fault);
	assert_true(format_json_place(fj).in_array);
	format_json_free(&fj);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_too_long_to_the_end_of_a_push),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_place_after_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
