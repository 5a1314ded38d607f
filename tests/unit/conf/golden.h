/* golden: comparing what came out with the file that says what should. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"

/*
 * True if the file holds exactly got.  With BUZZARD_UPDATE_GOLDEN in the
 * environment it is written instead, for a person to read the difference.
 */
static inline bool
golden_matches(const char *path, struct str got)
{
	struct buf want = { 0 };
	struct err e = { 0 };
	bool same;

	if (getenv("BUZZARD_UPDATE_GOLDEN")) {
		if (files_write_atomic(path, 0644, got, &e) == 0)
			return true;
		fprintf(stderr, "%s\n", e.msg);
		return false;
	}
	same = files_read(path, 1 << 20, &want, &e) == 0 &&
	       str_is_equal(buf_str(&want), got);
	if (!same)
		fprintf(stderr, "%s: %s\n--- wanted\n%.*s--- got\n%.*s---\n",
		    path, e.msg, STR_ARG(buf_str(&want)), STR_ARG(got));
	buf_clear(&want);
	return same;
}

#endif /* TESTS_GOLDEN_H */
