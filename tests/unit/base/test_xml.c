#include "base_test.h"

#include "agent/base/err.h"
#include "agent/base/str.h"
#include "agent/base/xml.h"

struct seen {
	struct xml *x;
	struct buf text;
};

static void
on_start(void *user, const char *name, const char **attributes)
{
	struct seen *s = user;
	struct str id = xml_attribute(attributes, "id");

	buf_addf(&s->text, "<%s", name);
	if (str_is_given(id))
		buf_addf(&s->text, "#%.*s", STR_ARG(id));
	buf_addf(&s->text, "@%d", (int)xml_offset(s->x));
	xml_want_text(s->x, strcmp(name, "t") == 0);
}

static void
on_end(void *user, const char *name)
{
	struct seen *s = user;

	buf_addf(&s->text, "/%s", name);
}

static void
on_text(void *user, struct str piece)
{
	struct seen *s = user;

	buf_add_str(&s->text, piece);
}

static const struct xml_events events = { on_start, on_end, on_text };

/* Read text in pieces of step bytes; what was seen, or the error. */
static const char *
read_all(struct seen *s, const char *text, size_t step)
{
	size_t len = strlen(text);
	struct err e = { 0 };

	buf_reset(&s->text);
	buf_add_text(&s->text, "");
	xml_restart(s->x, 0);
	for (size_t at = 0;; at += step) {
		size_t n = at + step < len ? step : len - at;

		if (xml_feed(s->x, text + at, n, at + n == len, &e) < 0) {
			buf_addf(&s->text, "!%s", e.msg);
			break;
		}
		if (at + n == len)
			break;
	}
	return s->text.p ? s->text.p : "";
}

static const struct {
	const char *text;
	const char *seen;
} cases[] = {
	{ "<a><b id='1'/></a>", "<a@0<b#1@3/b/a" },
	{ "<x:a xmlns:x='u' x:id='7'>no<t>yes &amp; no</t></x:a>",
	    "<a#7@0<t@28yes & no/t/a" },
	{ "<a><b></a>", "<a@0<b@3!line 1, column 9: mismatched tag" },
	{ "<a>\n<b>", "<a@0<b@4!line 2, column 4: no element found" },
	{ "<!DOCTYPE a [<!ENTITY e 'x'>]><a/>",
	    "!line 1, column 25: it declares entities, which no recorder "
	    "needs" },
};

static void
test_cases(void **state)
{
	struct seen s = { 0 };

	(void)state;
	s.x = xml_new(&events, &s);
	for (size_t i = 0; i < LENGTH(cases); i++)
		for (size_t step = 1; step < 80; step += 39)
			if (step > 1 || strchr(cases[i].seen, '!') == NULL)
				assert_string_equal(
				    read_all(&s, cases[i].text, step),
				    cases[i].seen);
	xml_free(&s.x);
	buf_clear(&s.text);
}

static void
test_depth(void **state)
{
	struct seen s = { 0 };
	struct buf text = { 0 };

	(void)state;
	s.x = xml_new(&events, &s);
	for (int i = 0; i < XML_DEPTH_MAX + 1; i++)
		buf_add_text(&text, "<a>");
	assert_non_null(strstr(read_all(&s, text.p, 4096), "too deep"));
	xml_free(&s.x);
	buf_clear(&text);
	buf_clear(&s.text);
}

/* What expat would keep whole: a tag, a comment; and what it need not. */
static void
test_long_tokens(void **state)
{
	static const struct {
		const char *begin, *end;
		bool is_refused;
	} tokens[] = {
		{ "<a id='", "'/>", true },
		{ "<a><!--", "--></a>", true },
		{ "<a><?x ", "?></a>", true },
		{ "<a><t>", "</t></a>", false },
		{ "<a><b>", "</b></a>", false },
	};
	struct seen s = { 0 };

	(void)state;
	s.x = xml_new(&events, &s);
	for (size_t i = 0; i < LENGTH(tokens); i++) {
		struct buf text = { 0 };

		buf_add_text(&text, tokens[i].begin);
		for (int k = 0; k < XML_TOKEN_MAX + 65536; k++)
			buf_add_char(&text, 'x');
		buf_add_text(&text, tokens[i].end);
		if ((strstr(read_all(&s, text.p, 65536),
			 "a tag or comment of more than a megabyte") != NULL) !=
		    tokens[i].is_refused)
			fail_msg("%s...%s", tokens[i].begin, tokens[i].end);
		/* The next document is read as if that had not been. */
		assert_string_equal(read_all(&s, "<a/>", 1), "<a@0/a");
		buf_clear(&text);
	}
	xml_free(&s.x);
	buf_clear(&s.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_long_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
