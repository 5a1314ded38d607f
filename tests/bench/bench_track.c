/*
 * bench_track FILE [numbers]: a GPX file through bare expat, from the same
 * window of 64 KiB that the reader has, and nothing done with it; or, with
 * "numbers", latitude, longitude, height and time of each point converted, as
 * any reader must.  What `buzzard track` is held against.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "agent/base/clock.h"

#define WINDOW   65536
#define TEXT_MAX 64

struct counted {
	bool numbers, in_point;
	long points;
	double sum; /* so that no conversion can be left out */
	char text[TEXT_MAX];
	size_t text_len;
};

static void
on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct counted *c = user;

	c->text_len = 0;
	if (strcmp(name, "trkpt") != 0)
		return;
	c->in_point = true;
	c->points++;
	for (; c->numbers && *attributes; attributes += 2)
		c->sum += strtod(attributes[1], NULL);
}

static void
on_text(void *user, const XML_Char *p, int len)
{
	struct counted *c = user;
	size_t n = (size_t)len;

	if (!c->in_point || n > TEXT_MAX - 1 - c->text_len)
		return;
	memcpy(c->text + c->text_len, p, n);
	c->text_len += n;
}

static void
on_end(void *user, const XML_Char *name)
{
	struct counted *c = user;
	int64_t ms = 0;

	if (strcmp(name, "trkpt") == 0)
		c->in_point = false;
	if (!c->in_point)
		return;
	c->text[c->text_len] = '\0';
	if (strcmp(name, "ele") == 0)
		c->sum += strtod(c->text, NULL);
	else if (strcmp(name, "time") == 0 &&
		 clock_parse(str_make(c->text, c->text_len), &ms))
		c->sum += (double)ms;
}

static int
parse(FILE *f, struct counted *c)
{
	XML_Parser parser = XML_ParserCreate(NULL);
	char *window = malloc(WINDOW);
	size_t n;
	int ok = parser && window;

	if (ok) {
		XML_SetUserData(parser, c);
		XML_SetElementHandler(
		    parser, on_start, c->numbers ? on_end : NULL);
		if (c->numbers)
			XML_SetCharacterDataHandler(parser, on_text);
	}
	do {
		n = ok ? fread(window, 1, WINDOW, f) : 0;
		ok = ok &&
		     XML_Parse(parser, window, (int)n, n == 0) == XML_STATUS_OK;
	} while (ok && n > 0);
	free(window);
	XML_ParserFree(parser);
	return ok ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct counted c = { .numbers = argc > 2 };
	FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;

	if (!f || parse(f, &c) < 0) {
		fprintf(stderr, "usage: bench_track FILE.gpx [numbers]\n");
		return 1;
	}
	fclose(f);
	printf("%ld points, %.3f\n", c.points, c.sum);
	return 0;
}
