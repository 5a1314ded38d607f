/*
 * video: what cameras put into their files, one maker's form a function.
 *
 * Each is called by reader_video.c and tells the sink what it finds; *found
 * counts positions told and places skipped, so that the next form is tried
 * only if there were none.
 */
#ifndef TRACKS_VIDEO_H
#define TRACKS_VIDEO_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/tracks/box.h"
#include "agent/tracks/reader.h"

struct source;

/*
 * What the movie's header says of when it was made, as if it were UTC;
 * *created_ms stays as it is if that is nothing that can be (video_created.c).
 * 0 or -1.
 */
NODISCARD int video_created(struct source *s, const struct box *moov,
    int64_t *created_ms, struct err *e);

/* GoPro: the samples of a gpmd track in moov (video_gopro.c). */
NODISCARD int video_gopro(struct source *s, const struct box *moov,
    const struct reader_sink *sink, struct reader_about *about, uint64_t *found,
    struct err *e);

/* 70mai: a "GPS " box (video_mai.c). */
NODISCARD int video_mai(struct source *s, const struct box *gps,
    const struct reader_sink *sink, uint64_t *found, struct err *e);

/* Novatek: "freeGPS " blocks anywhere in the file (video_novatek.c). */
NODISCARD int video_novatek(struct source *s, const struct reader_sink *sink,
    uint64_t *found, struct err *e);

#endif /* TRACKS_VIDEO_H */
