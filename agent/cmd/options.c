/* Command lines by a table: see options.h. */
#include "agent/cmd/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cmd/cmd.h"

static void
print_options(const char *usage, const struct option_row *rows, size_t count)
{
	printf("usage: buzzard %s\n\n", usage);
	for (size_t i = 0; i < count; i++) {
		char left[40];

		snprintf(left, sizeof(left), "%s%s%s", rows[i].name,
		    rows[i].value ? " " : "",
		    rows[i].value ? rows[i].value : "");
		printf("  %-24s %s\n", left, rows[i].help);
	}
	printf("  %-24s %s\n", "--help", "this text");
}

static int
read_number(const char *name, const char *value, int64_t *out)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || v < 1) {
		cmd_usage(
		    "%s wants a whole number from 1, not \"%s\"", name, value);
		return -1;
	}
	*out = v;
	return 0;
}

/* Take the option at argv[i].  Returns how many words it used, or -1. */
static int
take_option(const struct option_row *row, int argc, char **argv, int i)
{
	if (row->flag) {
		*row->flag = true;
		return 1;
	}
	if (i + 1 >= argc) {
		cmd_usage("%s wants %s after it", row->name, row->value);
		return -1;
	}
	if (row->number)
		return read_number(row->name, argv[i + 1], row->number) < 0 ? -1
									    : 2;
	if (!strchr(row->value, '=')) {
		*row->text = argv[i + 1];
		return 2;
	}
	for (size_t k = 0; k < OPTIONS_MANY; k++)
		if (!row->text[k]) {
			row->text[k] = argv[i + 1];
			return 2;
		}
	cmd_usage("%s can be given %d times", row->name, OPTIONS_MANY);
	return -1;
}

static const struct option_row *
find_row(const struct option_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

int
options_read(const char *usage, const struct option_row *rows, size_t count,
    int *argc, char **argv)
{
	int kept = 1, used;

	for (int i = 1; i < *argc; i += used) {
		const struct option_row *row;

		used = 1;
		if (strcmp(argv[i], "--help") == 0) {
			print_options(usage, rows, count);
			return 1;
		}
		if (strcmp(argv[i], "--") == 0) {
			while (++i < *argc)
				argv[kept++] = argv[i];
			break;
		}
		if (argv[i][0] != '-' || argv[i][1] == '\0') {
			argv[kept++] = argv[i];
			continue;
		}
		row = find_row(rows, count, argv[i]);
		if (!row) {
			cmd_usage("%s has no option %s", argv[0], argv[i]);
			return -1;
		}
		used = take_option(row, *argc, argv, i);
		if (used < 0)
			return -1;
	}
	*argc = kept;
	return 0;
}
