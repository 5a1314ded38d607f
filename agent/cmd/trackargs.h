/*
 * trackargs: what the verbs of "buzzard track" share: the command line of those that
 * only read files; opening the store, and finding a track by the number on the
 * command line, for those that work on stored tracks.
 */
#ifndef CMD_TRACKARGS_H
#define CMD_TRACKARGS_H

#include <stdbool.h>

#include "agent/cmd/output.h"

struct arena;
struct conf;
struct store;
struct trackstore;
struct trackstore_row;

/* The command line, and what it works on. */
struct trackargs {
	const char *conf_path;
	bool json;
	struct output output;
	struct conf *conf;
	struct store *store;
	struct trackstore *tracks;
	struct arena *arena;
};

/*
 * The command line of a verb that reads files and stores nothing: --map and
 * --json, whose help is given, and how to print.  As options_read() otherwise.
 */
int trackargs_read(const char *usage, const char *json_help, const char **map,
    struct output *o, int *argc, char **argv);

/*
 * Open what conf_path names, and look at the output.  Returns CMD_OK, or
 * another code after saying why; trackargs_close() either way.
 */
int trackargs_open(struct trackargs *ta);

/* Close it all. */
void trackargs_close(struct trackargs *ta);

/*
 * The track of the number in id, text in the arena.  Returns CMD_OK, or another
 * code after saying why.
 */
int trackargs_find(
    struct trackargs *ta, const char *id, struct trackstore_row *out);

#endif /* CMD_TRACKARGS_H */
