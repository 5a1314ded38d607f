/*
 * format_json: cutting a stream of JSON into messages.
 *
 * Takes NDJSON (one object a line) or one JSON array of objects, told apart by
 * the first byte that is not white space; a UTF-8 byte-order mark and CRLF are
 * fine.  Nothing is parsed here: a line is a line, and an item of an array is
 * found by its brackets and quotes.  Memory is bounded: a message longer than
 * INCIDENT_BYTES_MAX is a fault, of which the first FEED_FAULT_BYTES_MAX bytes
 * are kept, and reading goes on after its end.
 */
#ifndef FEEDS_FORMAT_JSON_H
#define FEEDS_FORMAT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

struct format_json; /* opaque */

/* One message as it stands in the stream, or a fault of the stream itself. */
struct format_json_piece {
	struct str bytes;      /* good until the next call */
	uint64_t line, column; /* of its first byte, from 1 */
	uint64_t offset;       /* of its first byte, from 0 */
	const char *fault;     /* static; NULL if it is to be parsed */
};

/* Where a reader can go on. */
struct format_json_place {
	uint64_t offset; /* bytes that are done with */
	uint64_t line;   /* line ends among them */
	uint64_t column; /* bytes since the last of those, from 0 */
	bool in_array;   /* inside an array, after an item */
};

/*
 * A splitter for a stream of which the caller pushes the bytes from
 * from->offset on.  from NULL: the start.  Never NULL (format_json_free).
 */
struct format_json *format_json_new(const struct format_json_place *from);

/* Release *fj and set it NULL.  NULL is fine. */
void format_json_free(struct format_json **fj);

/* Add bytes of the stream; copied. */
void format_json_push(struct format_json *fj, const char *p, size_t len);

/* There are no more bytes. */
void format_json_end(struct format_json *fj);

/*
 * The next message: 1 and *out; 0: push more, or, after format_json_end(), it
 * was the last.
 */
int format_json_next(struct format_json *fj, struct format_json_piece *out);

/* Where reading can go on after what format_json_next() has given. */
struct format_json_place format_json_place(const struct format_json *fj);

#endif /* FEEDS_FORMAT_JSON_H */
