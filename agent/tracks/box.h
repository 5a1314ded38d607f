/*
 * box: the boxes of an MP4 or MOV file (ISO/IEC 14496-12, 4.2).
 *
 * Nothing is believed: a box that says it is larger than what holds it ends
 * there.
 */
#ifndef TRACKS_BOX_H
#define TRACKS_BOX_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct source;

/* One box; all offsets are the file's. */
struct box {
	char type[5];
	uint64_t begin; /* of its header */
	uint64_t body, end;
};

/*
 * The box at *at, which ends before limit, and *at moved behind it.  1, 0 if
 * there is no box any more (the end, or no box's bytes), -1 if the disk failed.
 */
NODISCARD int box_next(struct source *s, uint64_t *at, uint64_t limit,
    struct box *out, struct err *e);

/* The first box of a type between at and limit: 1, 0 if none, -1. */
NODISCARD int box_find(struct source *s, uint64_t at, uint64_t limit,
    const char *type, struct box *out, struct err *e);

/* The same through several: "mdia/minf/stbl". */
NODISCARD int box_find_path(struct source *s, const struct box *in,
    const char *path, struct box *out, struct err *e);

/* Is b of the type? */
bool box_is(const struct box *b, const char *type);

/* Append the body, at most max bytes of it: 1, 0 if it is larger, -1. */
NODISCARD int box_load(struct source *s, const struct box *b, uint64_t max,
    struct buf *out, struct err *e);

#endif /* TRACKS_BOX_H */
