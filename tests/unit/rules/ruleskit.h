/*
 * ruleskit: what several tests of rules need.  Included, not linked: each test
 * program is one file.
 */
#ifndef TESTS_RULESKIT_H
#define TESTS_RULESKIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/base/str.h"
#include "agent/geo/place.h"
#include "agent/incident/incident.h"
#include "rules/ruleset.h"

/* The rule set of one text; fails the test, printing why, if it is wrong. */
static inline struct ruleset *
ruleskit_compile(const char *text)
{
	struct ruleset_file file = { str_of("test.rules"), str_of(text) };
	struct buf diag = { 0 };
	struct ruleset *rs = NULL;

	if (ruleset_compile(&file, 1, &diag, &rs) == -1)
		fail_msg("%s", diag.p);
	buf_clear(&diag);
	return rs;
}

/* The rule set of all files of a folder, or NULL after printing why not. */
static inline struct ruleset *
ruleskit_load(const char *dir)
{
	static const char *const suffixes[] = { ".rules", ".list" };
	struct ruleset_file files[64] = { 0 };
	struct buf texts[64] = { 0 };
	struct files_list names[2] = { 0 };
	struct buf diag = { 0 };
	struct ruleset *rs = NULL;
	size_t count = 0;
	struct err e;

	for (size_t k = 0; k < 2; k++) {
		assert_int_equal(
		    files_list(dir, suffixes[k], &names[k], &e), 0);
		for (size_t i = 0; i < names[k].count && count < 64; i++) {
			struct buf path = { 0 };

			buf_addf(&path, "%s/%s", dir, names[k].names[i]);
			assert_int_equal(
			    files_read(path.p, 1 << 20, &texts[count], &e), 0);
			files[count].name = str_of(names[k].names[i]);
			files[count].text = buf_str(&texts[count]);
			count++;
			buf_clear(&path);
		}
	}
	if (ruleset_compile(files, count, &diag, &rs) == -1 || diag.len > 0)
		print_message("%s", diag.p);
	buf_clear(&diag);
	for (size_t i = 0; i < count; i++)
		buf_clear(&texts[i]);
	files_list_release(&names[0]);
	files_list_release(&names[1]);
	return rs;
}

#endif /* TESTS_RULESKIT_H */
