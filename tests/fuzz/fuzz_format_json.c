/*
 * Fuzzes the splitter.  The first byte says how the rest is cut into pushes;
 * the pieces must be those of one push, in order, and within the text.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "agent/base/check.h"
#include "agent/base/str.h"
#include "agent/feeds/format_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
note_pieces(struct format_json *fj, struct str text, struct buf *out)
{
	struct format_json_piece piece;

	while (format_json_next(fj, &piece) > 0) {
		CHECK(piece.offset + piece.bytes.len <= text.len);
		buf_addf(out, "%llu:%llu@%llu%s<%zu>\n",
		    (unsigned long long)piece.line,
		    (unsigned long long)piece.column,
		    (unsigned long long)piece.offset,
		    piece.fault != NULL ? piece.fault : "",
		    /* what follows a list is told as far as it was there */
		    piece.fault != NULL ? 0 : piece.bytes.len);
	}
}

static void
split(struct str text, size_t chunk, struct buf *out)
{
	struct format_json *fj = format_json_new(NULL);
	size_t i, n;

	for (i = 0; i < text.len; i += n) {
		n = text.len - i < chunk ? text.len - i : chunk;
		format_json_push(fj, text.p + i, n);
		note_pieces(fj, text, out);
	}
	format_json_end(fj);
	note_pieces(fj, text, out);
	format_json_free(&fj);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = { NULL, 0, 0 }, parts = { NULL, 0, 0 };
	struct str text;

	if (size < 2)
		return 0;
	text = str_make((const char *)data + 1, size - 1);
	split(text, text.len, &whole);
	split(text, 1 + (size_t)data[0], &parts);
	CHECK(str_is_equal(buf_str(&whole), buf_str(&parts)));
	buf_clear(&whole);
	buf_clear(&parts);
	return 0;
}
