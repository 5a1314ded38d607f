/*
 * Fuzzes the layout of rule files: what has a layout keeps it, and says the
 * same in it (fmt_file() looks at that and calls it a fault of the program).
 */
#include <stddef.h>
#include <stdint.h>

#include "agent/base/check.h"
#include "agent/base/str.h"
#include "rules/fmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
format(struct str text, struct buf *out)
{
	struct buf diag = { 0 };
	bool ok = fmt_file(str_of("a.rules"), text, out, &diag) == 0;

	CHECK(ok || !str_has_prefix(buf_str(&diag), "a.rules: it is not"));
	buf_clear(&diag);
	return ok;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = { 0 };
	struct buf twice = { 0 };

	if (format(str_make((const char *)data, size), &once)) {
		CHECK(format(buf_str(&once), &twice));
		CHECK(str_is_equal(buf_str(&once), buf_str(&twice)));
	}
	buf_clear(&once);
	buf_clear(&twice);
	return 0;
}
