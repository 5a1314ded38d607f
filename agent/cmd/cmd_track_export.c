/*
 * buzzard track export: a stored track for others to read.  Whoever has the
 * output has the positions, so it is recorded as a disclosure.
 */
#include <stdio.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/cmd_track.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/trackargs.h"
#include "agent/store/store.h"
#include "agent/store/trackstore.h"
#include "agent/tracks/writer.h"

#define USAGE                                                         \
	"track export ID [--format gpx|geojson|kml|csv] [--cleaned] " \
	"[-c FILE]"

struct exporting {
	struct trackargs *ta;
	struct writer writer;
	struct buf out;
	struct err e;
	bool has_failed; /* e says why */
	bool is_cut;     /* standard output takes no more */
	struct track_fix fixes[CHUNK_FIXES_MAX];
	unsigned char marks[CHUNK_FIXES_MAX];
};

static void
flush(struct exporting *x)
{
	if (x->out.len > 0 &&
	    fwrite(x->out.p, 1, x->out.len, stdout) != x->out.len)
		x->is_cut = true;
	buf_reset(&x->out);
}

static void
write_piece(void *user, const struct trackstore_piece *piece)
{
	struct exporting *x = user;
	size_t count;

	if (x->has_failed || x->is_cut)
		return;
	if (trackstore_chunk_get(x->ta->tracks, piece->id, x->fixes, x->marks,
		&count, &x->e) <= 0) {
		x->has_failed = true;
		return;
	}
	writer_add(&x->writer, x->fixes, x->marks, count);
	flush(x);
}

static int
write_track(struct trackargs *ta, const struct writer_kind *kind,
    const struct trackstore_row *row, bool cleaned)
{
	struct exporting *x = arena_alloc(ta->arena, 1, sizeof(*x));
	char hex[2 * HASH_BYTES + 1] = "";
	struct writer_head head = { .name = row->name,
		.unit = row->unit,
		.class = track_class_name(row->class),
		.sha256 = hex,
		.clock = track_clock_name(row->clock),
		.correction_ms = row->correction_ms,
		.uncertainty_ms = row->uncertainty_ms,
		.clock_why = row->clock_why,
		.only_kept = cleaned,
		.has_times = row->timed > 0 };

	if (!row->is_live)
		hash_hex(row->sha256, HASH_BYTES, hex);
	x->ta = ta;
	writer_init(&x->writer, kind, &head, &x->out);
	if (trackstore_pieces(ta->tracks, row->id, write_piece, x, &x->e) < 0)
		x->has_failed = true;
	writer_finish(&x->writer);
	if (!x->has_failed)
		flush(x);
	buf_clear(&x->out);
	if (x->has_failed)
		return cmd_fail(&x->e);
	if (x->is_cut || fflush(stdout) != 0) {
		cmd_complain("buzzard: the output could not be written\n");
		return CMD_IO;
	}
	return CMD_OK;
}

static int export(struct trackargs *ta, const struct writer_kind *kind,
    const char *id, bool cleaned)
{
	struct trackstore_row row;
	struct buf what = { 0 };
	int r = trackargs_find(ta, id, &row);

	if (r != CMD_OK)
		return r;
	buf_addf(&what, "track %s as %s%s", id, kind->name,
	    cleaned ? ", cleaned" : "");
	r = look_disclosure(ta->store, "track export", what.p);
	buf_clear(&what);
	return r == CMD_OK ? write_track(ta, kind, &row, cleaned) : r;
}

int
cmd_track_export(int argc, char **argv)
{
	const char *format = "gpx";
	const struct writer_kind *kind;
	bool cleaned = false;
	struct trackargs ta = { 0 };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &ta.conf_path, NULL,
		    "the agent's configuration" },
		{ "--format", "FORMAT", NULL, &format, NULL,
		    "gpx, geojson, kml or csv (gpx)" },
		{ "--cleaned", NULL, &cleaned, NULL, NULL,
		    "only the fixes of the cleaned track" },
	};
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc != 2)
		return cmd_usage("say which track, by its number");
	kind = writer_kind_find(format);
	if (!kind)
		return cmd_usage("--format wants gpx, geojson, kml or csv, not "
				 "\"%s\"",
		    format);
	r = trackargs_open(&ta);
	if (r == CMD_OK)
		r = export(&ta, kind, argv[1], cleaned);
	trackargs_close(&ta);
	return r;
}
