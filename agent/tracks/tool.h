/*
 * tool: the outside programs that read what we do not, exiftool and gpsbabel.
 *
 * They run confined (confine.h), on the open file, within limits that no
 * honest recording reaches.  What they give can be traced to the file and to
 * the program, not to a byte: its fixes have TRACK_OFFSET_NONE.  A source in
 * memory is never given to one.
 */
#ifndef TRACKS_TOOL_H
#define TRACKS_TOOL_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct confine_end;
struct err;
struct source;

/* A program, and what it may use. */
struct tool {
	const char *path;    /* "/usr/bin/gpsbabel" */
	const char *name;    /* "gpsbabel" */
	const char *package; /* of Debian */
	uint64_t memory_bytes, output_bytes;
	int cpu_s, wall_s;
};

/* Where what it writes goes; output returns -1 with e filled to end it. */
struct tool_ear {
	int (*output)(void *user, struct str piece, struct err *e);
	void *user;
};

/*
 * Run t with argv (argv[0] is t->path, NULL at the end) and s as its standard
 * input.  0 with *end filled when it has ended by itself, whatever its status;
 * or -1: ERR_PERMANENT, it is not installed, naming the package, or cannot be
 * confined here; else as confine_run().  May take t->wall_s: not on the loop.
 */
NODISCARD int tool_run(const struct tool *t, const char *const *argv,
    struct source *s, const struct tool_ear *ear, struct confine_end *end,
    struct err *e);

/* Fill e with what the program said when it ended with a status.  -1. */
int tool_failed(
    const struct tool *t, const struct confine_end *end, struct err *e);

#endif /* TRACKS_TOOL_H */
