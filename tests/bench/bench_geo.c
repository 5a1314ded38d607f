/*
 * bench_geo FILE.geojson [COUNT]: what boundaries cost.
 *
 * Reports the time to load the file, the memory it keeps and the most it had,
 * and the time to locate COUNT points strewn evenly over the county, with the
 * edition and with the built-in towns alone.  Nothing is asserted.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/files.h"
#include "agent/geo/geo.h"

#define FILE_BYTES_MAX (512U << 20)
#define COUNT_DEFAULT  200000

/* A line of /proc/self/status in kB, or -1. */
static long
status_kb(const char *key)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kb = -1;

	if (!f)
		return -1;
	while (kb < 0 && fgets(line, sizeof(line), f))
		if (strncmp(line, key, strlen(key)) == 0)
			kb = strtol(line + strlen(key), NULL, 10);
	(void)fclose(f);
	return kb;
}

static void
report_memory(const char *when)
{
	printf("%-28s resident %6ld kB   most so far %6ld kB\n", when,
	    status_kb("VmRSS:"), status_kb("VmHWM:"));
}

/* Locate count points of a fixed sequence over Essex. */
static void
locate_many(const struct geo *g, const char *what, size_t count)
{
	struct arena *arena = arena_new();
	size_t classes[4] = { 0 };
	int64_t begin_us = clock_mono_us();
	double us;

	for (size_t i = 0; i < count; i++) {
		/* Two irrational steps cover a rectangle evenly. */
		double a = (double)i * 0.7548776662466927;
		double b = (double)i * 0.5698402909980532;
		double lat = 51.45 + 0.64 * (a - (double)(long)a);
		double lon = -0.02 + 1.30 * (b - (double)(long)b);
		struct place p;

		geo_locate_point(g, lat, lon, 10, arena, &p);
		classes[p.class]++;
		arena_reset(arena);
	}
	us = (double)(clock_mono_us() - begin_us);
	printf("%-28s %.0f ns each (%zu points: %zu rural, %zu urban, %zu "
	       "edge)\n",
	    what, us * 1000 / (double)count, count, classes[PLACE_RURAL],
	    classes[PLACE_URBAN], classes[PLACE_EDGE]);
	arena_free(&arena);
}

static int
run(const char *path, size_t count, struct err *e)
{
	AUTO(geo_free) struct geo *g = NULL;
	AUTO(buf_clear) struct buf text = { 0 };
	struct geo_edition_info info;
	int64_t begin_us;

	report_memory("at start");
	if (geo_new(&g, e) != 0)
		return -1;
	locate_many(g, "locate, towns only", count);
	if (files_read(path, FILE_BYTES_MAX, &text, e) != 0)
		return -1;
	report_memory("file read");
	begin_us = clock_mono_us();
	if (geo_add_edition(g, "bench", buf_str(&text), &info, e) != 0)
		return err_wrap(e, "%s", path);
	printf("%-28s %.0f ms: %zu areas, %zu rural, %zu districts, %zu "
	       "mended\n",
	    "load", (double)(clock_mono_us() - begin_us) / 1000, info.areas,
	    info.rural, info.districts, info.mended);
	report_memory("loaded");
	buf_clear(&text);
	report_memory("text freed");
	(void)malloc_trim(0);
	report_memory("heap trimmed");
	locate_many(g, "locate, with the edition", count);
	report_memory("after locating");
	return 0;
}

int
main(int argc, char **argv)
{
	size_t count = COUNT_DEFAULT;
	struct err e;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: bench_geo FILE.geojson [COUNT]\n");
		return 2;
	}
	if (argc == 3)
		count = strtoul(argv[2], NULL, 10);
	if (count == 0 || run(argv[1], count, &e) != 0) {
		fprintf(stderr, "bench_geo: %s\n",
		    count == 0 ? "COUNT is no number" : e.msg);
		return 4;
	}
	return 0;
}
