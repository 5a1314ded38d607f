/* The documentation as a page: each kind of block, and what is within one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "agent/base/own.h"
#include "agent/review/helptext.h"

static const struct {
	const char *text, *page;
} cases[] = {
	{ "", "" },
	{ "# All of it\n", "" },
	{ "One line\nand one more.\n\nAnother.\n",
	    "<p>One line\nand one more.</p><p>Another.</p>" },
	{ "## The queue\nWords.\n## An end, 2\n",
	    "<section><h2 id=\"the-queue\" tabindex=\"-1\">The queue</h2>"
	    "<p>Words.</p></section>"
	    "<section><h2 id=\"an-end-2\" tabindex=\"-1\">An end, 2</h2>"
	    "</section>" },
	{ "### Less\n", "<h3>Less</h3>" },
	{ "![A picture: of it](a.png)\n", "" },
	{ "**Strong** and *so* `a * b`.",
	    "<p><strong>Strong</strong> and <em>so</em> <code>a * b</code>."
	    "</p>" },
	{ "*over\nthe end* of `a\nline`",
	    "<p><em>over\nthe end</em> of <code>a\nline</code></p>" },
	{ "**left *open", "<p><strong>left <em>open</em></strong></p>" },
	{ "left `open", "<p>left <code>open</code></p>" },
	{ "<b> & \"c\" `<d>`",
	    "<p>&lt;b&gt; &amp; &quot;c&quot; <code>&lt;d&gt;</code></p>" },
	{ "| a | b |\n| --- | --- |\n| `c` | *d* |\nWords",
	    "<table><thead><tr><th scope=\"col\">a</th>"
	    "<th scope=\"col\">b</th></tr></thead><tbody><tr>"
	    "<td><code>c</code></td><td><em>d</em></td></tr></tbody></table>"
	    "<p>Words</p>" },
	{ "- one\n  and more\n- **two**\n\nWords",
	    "<ul><li>one\n  and more</li><li><strong>two</strong></li></ul>"
	    "<p>Words</p>" },
	{ "    a:\n      b: <c>\n\nWords",
	    "<pre tabindex=\"0\">a:\n  b: &lt;c&gt;</pre><p>Words</p>" },
};

static void
test_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf out = { 0 };

		helptext_print(&out, str_of(cases[i].text));
		buf_add_text(&out, "");
		assert_string_equal(out.p ? out.p : "", cases[i].page);
		buf_clear(&out);
	}
}

static void
test_contents(void **state)
{
	struct buf out = { 0 };

	(void)state;
	helptext_contents(&out,
	    str_of("# Not\n## One, *two*\nWords\n### Nor this\n## Three\n"));
	assert_string_equal(out.p,
	    "<ul><li><a href=\"#one-two\">One, <em>two</em></a></li>"
	    "<li><a href=\"#three\">Three</a></li></ul>");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_contents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
