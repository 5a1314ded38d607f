/*
 * The reference card, to be read out, copied or printed; as a page and as
 * plain text.  A person sends it, not this program.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/incident/incident.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/refcard.h"
#include "agent/review/service_private.h"
#include "agent/store/record.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"

#define THEMES_MAX 24

/* The themes of an incident, until the one for the card is chosen. */
struct choice {
	struct arena *arena;
	struct {
		struct str theme;
		int64_t weight; /* what a person said, the level, the score */
	} themes[THEMES_MAX];
	size_t count;
};

static void
put(struct choice *c, struct str theme, int64_t weight)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_is_equal(c->themes[i].theme, theme)) {
			c->themes[i].weight += weight;
			return;
		}
	if (c->count == THEMES_MAX)
		return;
	c->themes[c->count].theme = arena_str(c->arena, theme);
	c->themes[c->count++].weight = weight;
}

static void
put_tag(void *user, const struct store_tag *tag)
{
	put(user, tag->theme, 1 + tag->score + 1000 * (int64_t)tag->level);
}

static void
put_decision(void *user, const struct review_decision *d)
{
	if (d->undone_ms == CLOCK_NONE)
		put(user, d->theme,
		    d->verdict == REVIEW_REJECTED ? -1000000 : 100000);
}

/* The theme that weighs most; absent if none stands. */
static int
choose_theme(struct visit *v, int64_t id, struct str *theme, struct err *e)
{
	struct choice c = { .arena = v->desk->arena };
	int64_t most = 0;

	if (store_tags_list(v->desk->store, id, false, put_tag, &c, e) < 0 ||
	    reviews_list(v->desk->reviews, id, put_decision, &c, e) < 0)
		return -1;
	for (size_t i = 0; i < c.count; i++)
		if (c.themes[i].weight > most) {
			most = c.themes[i].weight;
			*theme = c.themes[i].theme;
		}
	return 0;
}

/* The card, and the incident's reference: 1, 0 if there is none, -1. */
static int
make_card(struct visit *v, int64_t id, struct buf *text,
    struct store_incident *row, struct err *e)
{
	struct incident record;
	struct refcard card = { .record = &record,
		.place = &row->place,
		.wordings = v->service->wordings };
	int found =
	    store_incident_find_id(v->desk->store, id, v->desk->arena, row, e);

	if (found <= 0)
		return found;
	if (record_load(v->desk->store, id, v->desk->arena, NULL, &record, e) <
		0 ||
	    choose_theme(v, id, &card.theme, e) < 0)
		return -1;
	card.ref = row->ref;
	refcard_print(text, &card);
	return 1;
}

static void
print_page(struct visit *v, int64_t id, struct str text)
{
	visit_page(v, "Reference card");
	buf_add_text(v->out,
	    "<p>For the informant. It has no name, number, address, plate or "
	    "place on it, so it may go into a group chat. Copy it, read it out "
	    "or print it; nothing is sent from here.</p><pre class=\"card\" "
	    "tabindex=\"0\" role=\"region\" aria-label=\"The card\">");
	html_text(v->out, text);
	buf_addf(v->out,
	    "</pre><p><a href=\"/incident/%" PRId64
	    "/card.txt\">As plain text</a></p><p><a href=\"/incident/%" PRId64
	    "#contact\">Back to the incident</a>, where to record that they "
	    "were given it</p>",
	    id, id);
	visit_page_end(v);
}

static void
print_plain(struct visit *v, struct str text)
{
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "text/plain; charset=utf-8");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_add_str(v->out, text);
}

static void
show_card(struct visit *v, bool is_plain)
{
	struct buf text = { 0 };
	struct store_incident row;
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = id > 0 ? make_card(v, id, &text, &row, &e) : 0;

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such incident. It may have been erased.");
	else if (r < 0 || visit_record_part(v, id, "card", &e) < 0)
		visit_fail(v, &e);
	else if (is_plain)
		print_plain(v, buf_str(&text));
	else
		print_page(v, id, buf_str(&text));
	buf_clear(&text);
}

void
page_card(struct visit *v)
{
	show_card(v, false);
}

void
page_card_text(struct visit *v)
{
	show_card(v, true);
}
