/*
 * The drawing is WIDTH by HEIGHT of its own units; span_m metres lie between
 * its middle and its upper edge.  Colours are those of the text around it, so
 * that it is right in light and dark.
 */
#include "agent/review/minimap.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "agent/geo/grid.h"
#include "agent/geo/towns.h"
#include "agent/geo/villages.h"
#include "agent/review/html.h"
#include "agent/tracks/plane.h"

#define WIDTH  360.0
#define HEIGHT 270.0
#define EDGE   14.0 /* that marks keep from the frame */

#define SPAN_MIN_M 3000.0
#define SPAN_MAX_M 20000.0

#define NAMES_MAX   14
#define LETTER_WIDE 5.6 /* of a name's, on average */
#define NAME_HIGH   12.0

/* A rectangle that is taken. */
struct box {
	double left, top, right, bottom;
};

struct canvas {
	const struct minimap *map;
	struct buf *out;
	const struct grid *grid;
	double east, north; /* of the middle */
	double span_m;
	struct box taken[NAMES_MAX];
	size_t taken_count;
};

/* --- from the world to the paper --- */

static double
scale(const struct canvas *c)
{
	return HEIGHT / 2 / c->span_m;
}

static double
x_of(const struct canvas *c, double easting)
{
	return WIDTH / 2 + (easting - c->east) * scale(c);
}

static double
y_of(const struct canvas *c, double northing)
{
	return HEIGHT / 2 - (northing - c->north) * scale(c);
}

/* Where a point is on the paper; false if it is off it. */
static bool
find(const struct canvas *c, double lat, double lon, double *x, double *y)
{
	double easting, northing;

	if (!grid_from_degrees(c->grid, lat, lon, &easting, &northing))
		return false;
	*x = x_of(c, easting);
	*y = y_of(c, northing);
	return *x >= 0 && *x <= WIDTH && *y >= 0 && *y <= HEIGHT;
}

/*
 * Surely off the paper, whose corners are 5/3 of span_m from its middle?  Most
 * names are, and are not worth being projected.
 */
static bool
is_far(const struct canvas *c, double lat, double lon)
{
	const struct minimap_mark *here = &c->map->marks[0];

	return plane_distance_m(here->lat, here->lon, lat, lon) >
	       c->span_m * 1.7;
}

/* Wide enough for the circle of the first mark and for the others. */
static double
find_span(const struct canvas *c)
{
	const struct minimap_mark *first = &c->map->marks[0];
	double span = isfinite(first->radius_m) ? first->radius_m * 1.3 : 0;

	for (size_t i = 1; i < c->map->count; i++) {
		const struct minimap_mark *m = &c->map->marks[i];
		double easting, northing, far;

		if (!grid_from_degrees(
			c->grid, m->lat, m->lon, &easting, &northing))
			continue;
		far = fmax(fabs(easting - c->east) * HEIGHT / WIDTH,
		    fabs(northing - c->north));
		if (far <= SPAN_MAX_M)
			span = fmax(span, far * 1.15);
	}
	return fmin(fmax(span, SPAN_MIN_M), SPAN_MAX_M);
}

/* --- grid lines and scale --- */

/* Metres between two lines: a round number, some six of them. */
static double
step_of(double span_m)
{
	return span_m <= 4000 ? 1000 : span_m <= 10000 ? 2000 : 5000;
}

static void
draw_line(struct canvas *c, double x1, double y1, double x2, double y2)
{
	buf_addf(c->out, "<path d=\"M%.1f %.1fL%.1f %.1f\"/>", x1, y1, x2, y2);
}

/* "59": the figures of the 1 km square, as on a printed map. */
static void
draw_number(struct canvas *c, double x, double y, double metres)
{
	buf_addf(c->out, "<text x=\"%.1f\" y=\"%.1f\">%02d</text>", x, y,
	    (int)lround(metres / 1000) % 100);
}

static void
draw_grid(struct canvas *c)
{
	double half = c->span_m * WIDTH / HEIGHT, step = step_of(c->span_m);
	double first_e = ceil((c->east - half) / step) * step;
	double first_n = ceil((c->north - c->span_m) / step) * step;
	int columns = (int)((c->east + half - first_e) / step) + 1;
	int rows = (int)((c->north + c->span_m - first_n) / step) + 1;

	buf_add_text(c->out, "<g stroke=\"currentColor\" stroke-opacity=\".3\" "
			     "stroke-width=\".6\">");
	for (int i = 0; i < columns; i++)
		draw_line(c, x_of(c, first_e + i * step), 0,
		    x_of(c, first_e + i * step), HEIGHT);
	for (int i = 0; i < rows; i++)
		draw_line(c, 0, y_of(c, first_n + i * step), WIDTH,
		    y_of(c, first_n + i * step));
	buf_add_text(c->out, "</g><g font-size=\"9\" fill=\"currentColor\">");
	for (int i = 0; i < columns; i++)
		draw_number(
		    c, x_of(c, first_e + i * step) + 2, 9, first_e + i * step);
	for (int i = 0; i < rows; i++)
		draw_number(
		    c, 2, y_of(c, first_n + i * step) - 2, first_n + i * step);
	buf_add_text(c->out, "</g>");
}

static void
draw_scale(struct canvas *c)
{
	double metres = step_of(c->span_m), long_x = metres * scale(c);
	double x = WIDTH - 10 - long_x, y = HEIGHT - 10;

	buf_addf(c->out,
	    "<path d=\"M%.1f %.1fv4h%.1fv-4\" fill=\"none\" "
	    "stroke=\"currentColor\" stroke-width=\"1.5\"/>"
	    "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" "
	    "text-anchor=\"end\" fill=\"currentColor\">%.0f km</text>",
	    x, y - 4, long_x, WIDTH - 10, y - 8, metres / 1000);
}

/* --- names --- */

static bool
is_free(const struct canvas *c, const struct box *b)
{
	for (size_t i = 0; i < c->taken_count; i++) {
		const struct box *t = &c->taken[i];

		if (b->left < t->right && b->right > t->left &&
		    b->top < t->bottom && b->bottom > t->top)
			return false;
	}
	return b->left >= 0 && b->right <= WIDTH && b->top >= 0 &&
	       b->bottom <= HEIGHT;
}

static void
take(struct canvas *c, const struct box *b)
{
	if (c->taken_count < NAMES_MAX)
		c->taken[c->taken_count++] = *b;
}

/* A dot and its name to its right or, where there is no room, its left. */
static void
draw_name(
    struct canvas *c, const char *name, double lat, double lon, bool is_town)
{
	double x, y, wide = (double)strlen(name) * LETTER_WIDE + 5;
	bool is_left = false;
	struct box b;

	if (c->taken_count == NAMES_MAX || is_far(c, lat, lon) ||
	    !find(c, lat, lon, &x, &y))
		return;
	b = (struct box){ x - 3, y - NAME_HIGH / 2, x + wide,
		y + NAME_HIGH / 2 };
	if (!is_free(c, &b)) {
		is_left = true;
		b.left = x - wide;
		b.right = x + 3;
	}
	if (!is_free(c, &b))
		return;
	take(c, &b);
	buf_addf(c->out,
	    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"/>"
	    "<text x=\"%.1f\" y=\"%.1f\"%s%s>",
	    x, y, is_town ? "3" : "2", is_left ? x - 5 : x + 5, y + 4,
	    is_left ? " text-anchor=\"end\"" : "",
	    is_town ? " font-weight=\"bold\"" : "");
	html_words(c->out, name);
	buf_add_text(c->out, "</text>");
}

/* Towns first: there is not room for all. */
static void
draw_names(struct canvas *c)
{
	buf_add_text(c->out, "<g font-size=\"10.5\" fill=\"currentColor\">");
	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);

		if (t->is_centre && t->radius_m > 0)
			draw_name(c, t->name, t->lat, t->lon, true);
	}
	for (size_t i = 0; i < towns_count(); i++) {
		const struct town *t = towns_get(i);

		if (t->is_centre && t->radius_m <= 0)
			draw_name(c, t->name, t->lat, t->lon, false);
	}
	for (size_t i = 0; i < villages_count(); i++) {
		const struct village *g = villages_get(i);

		draw_name(c, g->name, g->lat, g->lon, false);
	}
	buf_add_text(c->out, "</g>");
}

/* --- marks --- */

static void
draw_circle(struct canvas *c, const struct minimap_mark *m, double x, double y)
{
	if (!isfinite(m->radius_m) || m->radius_m * scale(c) < 3)
		return;
	buf_addf(c->out,
	    "<circle class=\"range\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" "
	    "fill=\"currentColor\" fill-opacity=\".08\" "
	    "stroke=\"currentColor\" stroke-width=\"1.5\"%s/>",
	    x, y, m->radius_m * scale(c),
	    m->kind == MINIMAP_MAYBE ? " stroke-dasharray=\"4 3\"" : "");
}

static void
draw_shape(struct canvas *c, const struct minimap_mark *m, double x, double y)
{
	static const char *const shapes[] = {
		[MINIMAP_HERE] = "m-9 0h6m6 0h6m-9 -9v6m0 6v6",
		[MINIMAP_MAYBE] = "m-6 -6h12v12h-12z",
		[MINIMAP_OTHER] = "m-7 -7h14v14h-14z",
		[MINIMAP_TRACK] = "m0 -10l10 16h-20z",
	};

	buf_addf(c->out,
	    "<path class=\"mark\" d=\"M%.1f %.1f%s\" fill=\"%s\" "
	    "stroke=\"currentColor\" stroke-width=\"%s\"%s/>",
	    x, y, shapes[m->kind], m->kind == MINIMAP_HERE ? "none" : "Canvas",
	    m->kind == MINIMAP_HERE ? "3" : "1.5",
	    m->kind == MINIMAP_MAYBE ? " stroke-dasharray=\"2 2\"" : "");
	if (!str_is_given(m->label) || m->label.len == 0)
		return;
	buf_addf(c->out,
	    "<text x=\"%.1f\" y=\"%.1f\" font-size=\"10\" font-weight=\"bold\""
	    " text-anchor=\"middle\" fill=\"currentColor\">",
	    x, y + 4);
	html_text(c->out, m->label);
	buf_add_text(c->out, "</text>");
}

/* The first last, on top of the others; no name may lie on a mark. */
static void
draw_marks(struct canvas *c)
{
	for (size_t i = c->map->count; i-- > 0;) {
		const struct minimap_mark *m = &c->map->marks[i];
		double x, y;

		if (!find(c, m->lat, m->lon, &x, &y))
			continue;
		draw_circle(c, m, x, y);
		draw_shape(c, m, x, y);
	}
}

/* Where recordings went, as far as it is on the paper or near it. */
static void
draw_recordings(struct canvas *c)
{
	bool is_down = false;

	if (c->map->line_count == 0)
		return;
	buf_add_text(c->out, "<path class=\"went\" fill=\"none\" "
			     "stroke=\"currentColor\" stroke-width=\"2\" "
			     "stroke-dasharray=\"6 2\" d=\"");
	for (size_t i = 0; i < c->map->line_count; i++) {
		const struct minimap_point *p = &c->map->line[i];
		double easting, northing, x, y;

		if (!grid_from_degrees(
			c->grid, p->lat, p->lon, &easting, &northing)) {
			is_down = false;
			continue;
		}
		x = x_of(c, easting);
		y = y_of(c, northing);
		if (x < -WIDTH || x > 2 * WIDTH || y < -HEIGHT ||
		    y > 2 * HEIGHT) {
			is_down = false;
			continue;
		}
		buf_addf(c->out, "%s%.1f %.1f", is_down ? "L" : "M", x, y);
		is_down = true;
	}
	buf_add_text(c->out, "\"/>");
}

static void
keep_clear(struct canvas *c)
{
	take(c, &(struct box){ WIDTH / 2 - EDGE, HEIGHT / 2 - EDGE,
		    WIDTH / 2 + EDGE, HEIGHT / 2 + EDGE });
	take(c, &(struct box){ WIDTH - 100, HEIGHT - 34, WIDTH, HEIGHT });
}

static void
draw(struct canvas *c)
{
	c->span_m = find_span(c);
	buf_addf(c->out,
	    "<svg class=\"minimap\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
	    "height=\"%.0f\" role=\"img\" aria-label=\"",
	    WIDTH, HEIGHT, WIDTH, HEIGHT);
	html_words(c->out, c->map->name);
	buf_addf(c->out,
	    "\"><rect width=\"%.0f\" height=\"%.0f\" fill=\"none\" "
	    "stroke=\"currentColor\"/>",
	    WIDTH, HEIGHT);
	keep_clear(c);
	draw_grid(c);
	draw_names(c);
	draw_recordings(c);
	draw_marks(c);
	draw_scale(c);
	buf_add_text(c->out, "</svg>");
}

bool
minimap_add(const struct minimap *map, struct buf *out)
{
	struct canvas c = { .map = map, .out = out, .grid = map->grid };

	if (!isfinite(map->marks[0].lat) ||
	    !grid_from_degrees(c.grid, map->marks[0].lat, map->marks[0].lon,
		&c.east, &c.north))
		return false;
	draw(&c);
	return true;
}
