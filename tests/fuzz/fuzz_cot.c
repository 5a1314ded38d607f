/*
 * Any bytes as a stream of Cursor on Target events: cut within what there is,
 * each event read or refused, and what is read a place or none.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/live/cot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct str stream = str_make((const char *)data, len), text;
	size_t step;

	while (cot_next(stream, &text, &step) > 0) {
		struct cot_event event;
		struct err e = { 0 };

		CHECK(
		    text.p >= stream.p && text.p + text.len == stream.p + step);
		if (cot_read(text, &event, &e) < 0)
			CHECK(e.code != ERR_NONE);
		CHECK(strlen(event.uid) < COT_TEXT_MAX &&
		      strlen(event.callsign) < COT_TEXT_MAX);
		stream = str_make(stream.p + step, stream.len - step);
	}
	CHECK(step <= stream.len);
	return 0;
}
