/*
 * grid: one PROJ pipeline, run forwards and backwards.
 *
 * The alternative, proj_create_crs_to_crs(), needs 18 ms and proj.db, and
 * without the OSTN15 grid file comes to the same shift.
 */
#include "agent/geo/grid.h"

#include <math.h>
#include <proj.h>
#include <stdlib.h>

#include "agent/base/alloc.h"
#include "agent/base/arena.h"
#include "agent/base/err.h"

#define EAST_MAX_M  700000
#define NORTH_MAX_M 1300000

/* Longitude and latitude in degrees to easting and northing. */
static const char pipeline[] =
    "+proj=pipeline"
    " +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    " +step +proj=cart +ellps=WGS84"
    " +step +inv +proj=helmert +convention=position_vector"
    " +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842"
    " +s=-20.489"
    " +step +inv +proj=cart +ellps=airy"
    " +step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717"
    " +x_0=400000 +y_0=-100000 +ellps=airy";

/*
 * Where PROJ looks for files: nowhere.  Else it opens proj.db, of which it needs
 * nothing here: 3 MB and 4 ms each time.
 */
static const char *const search_paths[] = { "/dev/null" };

struct grid {
	PJ_CONTEXT *context; /* owned */
	PJ *pipeline;        /* owned */
};

/* PROJ's log: what it says comes back as an error code too. */
static void
say_nothing(void *user, int level, const char *text)
{
	(void)user;
	(void)level;
	(void)text;
}

int
grid_new(struct grid **out, struct err *e)
{
	struct grid *g = alloc_zero(1, sizeof(*g));

	g->context = proj_context_create();
	if (g->context) {
		proj_log_func(g->context, NULL, say_nothing);
		proj_context_set_enable_network(g->context, 0);
		proj_context_set_search_paths(g->context, 1, search_paths);
		g->pipeline = proj_create(g->context, pipeline);
	}
	if (!g->pipeline) {
		int code = g->context ? proj_context_errno(g->context) : 0;

		grid_free(&g);
		return err_set(e, ERR_SYSTEM,
		    "PROJ cannot make the National Grid conversion "
		    "(its error %d)",
		    code);
	}
	*out = g;
	return 0;
}

void
grid_free(struct grid **g)
{
	if (!*g)
		return;
	proj_destroy((*g)->pipeline);
	if ((*g)->context)
		proj_context_destroy((*g)->context);
	free(*g);
	*g = NULL;
}

static bool
is_on_grid(double easting, double northing)
{
	return easting >= 0 && easting < EAST_MAX_M && northing >= 0 &&
	       northing < NORTH_MAX_M;
}

bool
grid_from_degrees(const struct grid *g, double lat, double lon, double *easting,
    double *northing)
{
	PJ_COORD c = proj_coord(lon, lat, 0, 0);

	if (!isfinite(lat) || !isfinite(lon) || fabs(lat) > 90 ||
	    fabs(lon) > 180)
		return false;
	c = proj_trans(g->pipeline, PJ_FWD, c);
	if (!is_on_grid(c.xy.x, c.xy.y))
		return false;
	*easting = c.xy.x;
	*northing = c.xy.y;
	return true;
}

bool
grid_to_degrees(const struct grid *g, double easting, double northing,
    double *lat, double *lon)
{
	PJ_COORD c = proj_coord(easting, northing, 0, 0);

	if (!is_on_grid(easting, northing))
		return false;
	c = proj_trans(g->pipeline, PJ_INV, c);
	if (!isfinite(c.xy.x) || !isfinite(c.xy.y))
		return false;
	*lat = c.xy.y;
	*lon = c.xy.x;
	return true;
}

/* Letter n of the five by five square from its north-west corner; no I. */
static char
square_letter(int n)
{
	return (char)('A' + n + (n > 7 ? 1 : 0));
}

/* Figures in each half that the uncertainty bears. */
static int
honest_figures(double uncertainty_m)
{
	if (isnan(uncertainty_m) || uncertainty_m <= 15)
		return 4;
	if (uncertainty_m <= 150)
		return 3;
	return uncertainty_m <= 1500 ? 2 : 1;
}

struct str
grid_reference(
    struct arena *arena, double easting, double northing, double uncertainty_m)
{
	static const int square_m[] = { 0, 10000, 1000, 100, 10 };
	int figures = honest_figures(uncertainty_m);
	int east, north, column, row;

	if (!is_on_grid(easting, northing))
		return str_make(NULL, 0);
	east = (int)easting;
	north = (int)northing;
	column = east / 100000;
	row = 19 - north / 100000; /* of 100 km squares, from the north */
	return arena_strf(arena, "%c%c %0*d %0*d",
	    square_letter(row / 5 * 5 + (column + 10) / 5),
	    square_letter(row % 5 * 5 + column % 5), figures,
	    east % 100000 / square_m[figures], figures,
	    north % 100000 / square_m[figures]);
}
