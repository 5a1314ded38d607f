/*
 * options: the few things every subcommand's command line needs.
 *
 * Each subcommand has a table of its options; "--help" prints it, and a wrong
 * option names the nearest one.  Options may stand anywhere; "--" ends them.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How often an option whose value is NAME=FILE may be given. */
#define OPTIONS_MANY 32

/* One option: exactly one of flag, text and number is set. */
struct option_row {
	const char *name;  /* "--since" or "-c" */
	const char *value; /* what its value is called in the help, or NULL */
	bool *flag;        /* set true when given; value is NULL */
	const char *
	    *text; /* set to the value, borrowed from argv; of OPTIONS_MANY
			      if value has a "=" in it: then it may be given as
			      often, and fills them in order */
	int64_t *number; /* set to the value, a whole number from 1 */
	const char *help;
};

/*
 * Read the options of argv[1..] by rows and move what is no option to the
 * front of argv from index 1; *argc becomes their number plus one.  Returns 0
 * to go on, 1 if --help was asked for and printed, -1 if the command line is
 * wrong (said on standard error).
 */
int options_read(const char *usage, const struct option_row *rows, size_t count,
    int *argc, char **argv);

#endif /* CMD_OPTIONS_H */
