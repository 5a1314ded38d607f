/* Cases are kept until their suite is whole, for its numbers come first. */
#include "agent/cmd/junit.h"

#include "agent/base/files.h"
#include "rules/testrun.h"

/* Bytes that XML 1.0 cannot hold, in whatever form. */
static bool
is_impossible(unsigned char c)
{
	return c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

static void
add_escaped(struct buf *out, struct str s)
{
	while (s.len > 0) {
		size_t n = str_utf8_len(s.p, s.len);
		char c = s.p[0];

		if (n == 0 || is_impossible((unsigned char)c))
			buf_add_text(out, "\uFFFD");
		else if (c == '&')
			buf_add_text(out, "&amp;");
		else if (c == '<')
			buf_add_text(out, "&lt;");
		else if (c == '>')
			buf_add_text(out, "&gt;");
		else if (c == '"')
			buf_add_text(out, "&quot;");
		else if (c == '\n' || c == '\t' || c == '\r')
			buf_addf(out, "&#%d;", c);
		else
			buf_add(out, s.p, n);
		n = n ? n : 1;
		s = str_make(s.p + n, s.len - n);
	}
}

static void
add_attribute(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, " %s=\"", name);
	add_escaped(out, value);
	buf_add_char(out, '"');
}

static void
end_suite(struct junit *j)
{
	if (j->tests == 0)
		return;
	buf_add_text(&j->done, "  <testsuite");
	add_attribute(&j->done, "name", buf_str(&j->suite));
	buf_addf(&j->done, " tests=\"%zu\" failures=\"%zu\">\n", j->tests,
	    j->failures);
	buf_add_str(&j->done, buf_str(&j->here));
	buf_add_text(&j->done, "  </testsuite>\n");
	buf_reset(&j->here);
	j->all_tests += j->tests;
	j->all_failures += j->failures;
	j->tests = j->failures = 0;
}

void
junit_add(struct junit *j, const struct testrun_case *c)
{
	if (!str_is_equal(buf_str(&j->suite), c->file)) {
		end_suite(j);
		buf_reset(&j->suite);
		buf_add_str(&j->suite, c->file);
	}
	j->tests++;
	j->failures += !c->passed;
	buf_add_text(&j->here, "    <testcase");
	add_attribute(&j->here, "classname", c->file);
	add_attribute(&j->here, "name", c->title);
	add_attribute(&j->here, "file", c->file);
	buf_addf(&j->here, " line=\"%zu\"", c->line);
	if (c->passed) {
		buf_add_text(&j->here, "/>\n");
		return;
	}
	buf_add_text(&j->here, ">\n      <failure");
	add_attribute(&j->here, "message", str_trim(c->failures));
	buf_add_text(&j->here, "/>\n    </testcase>\n");
}

int
junit_write(struct junit *j, const char *path, struct err *e)
{
	struct buf out = { 0 };
	int r;

	end_suite(j);
	buf_addf(&out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites tests=\"%zu\" failures=\"%zu\">\n",
	    j->all_tests, j->all_failures);
	buf_add_str(&out, buf_str(&j->done));
	buf_add_text(&out, "</testsuites>\n");
	r = files_write_atomic(path, 0644, buf_str(&out), e);
	buf_clear(&out);
	return r;
}

void
junit_clear(struct junit *j)
{
	buf_clear(&j->done);
	buf_clear(&j->here);
	buf_clear(&j->suite);
	*j = (struct junit){ 0 };
}
