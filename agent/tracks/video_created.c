/*
 * The creation time in the movie's header (ISO/IEC 14496-12, 8.2.2): seconds
 * since 1904, 32 bits of them in version 0 and 64 in version 1.
 *
 * The standard says UTC.  Makers write what the camera's clock shows, in UTC or
 * as it hangs on the wall, at the beginning of the clip or when it is closed,
 * or nothing at all.  So it is evidence about the camera's clock and no time of
 * any position.
 */
#include "agent/base/clock.h"
#include "agent/tracks/bytes.h"
#include "agent/tracks/source.h"
#include "agent/tracks/video.h"

/* From 1904 to 1970. */
#define EPOCH_S UINT64_C(2082844800)

/* Nothing that makes videos was made before, or is still used then. */
#define FIRST_S UINT64_C(631152000)  /* 1990 */
#define END_S   UINT64_C(4102444800) /* 2100 */

int
video_created(struct source *s, const struct box *moov, int64_t *created_ms,
    struct err *e)
{
	struct box mvhd;
	struct str head;
	uint64_t seconds;
	int r = box_find(s, moov->body, moov->end, "mvhd", &mvhd, e);

	if (r <= 0 || mvhd.end - mvhd.body < 12)
		return r < 0 ? -1 : 0;
	r = source_exactly(s, mvhd.body, 12, &head, e);
	if (r <= 0)
		return r;
	if (head.p[0] == 0)
		seconds = bytes_be32(head.p + 4);
	else if (head.p[0] == 1)
		seconds = bytes_be64(head.p + 4);
	else
		return 0;
	if (seconds >= EPOCH_S + FIRST_S && seconds < EPOCH_S + END_S)
		*created_ms = (int64_t)(seconds - EPOCH_S) * 1000;
	return 0;
}
