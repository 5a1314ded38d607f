/*
 * Recording contact (deed_contact.c), and correcting an entry.
 */
#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/review/contactform.h"
#include "agent/review/deed.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"
#include "agent/store/store.h"

void
page_contact(struct visit *v)
{
	struct buf path = { 0 };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = visit_change(v, deed_contact, &id, &e);

	if (r <= 0) {
		visit_refuse(v, r, &e);
		return;
	}
	buf_addf(&path, "/incident/%" PRId64 "#contact", id);
	visit_redirect(v, path.p);
	buf_clear(&path);
}

/* --- correcting --- */

/* The entry, kept in the desk's arena. */
struct kept {
	struct arena *arena;
	struct contact_entry entry;
};

static void
keep(void *user, const struct contact_entry *n)
{
	struct kept *k = user;

	k->entry = *n;
	k->entry.told = arena_str(k->arena, n->told);
	k->entry.note = arena_str(k->arena, n->note);
}

static void
keep_theme(void *user, const struct store_tag *tag)
{
	struct buf *all = user;

	if (all->len > 0)
		buf_add_char(all, ',');
	buf_add_str(all, tag->theme);
}

static int
print_correction(struct visit *v, struct contact_entry *entry, struct err *e)
{
	struct buf themes = { 0 };
	struct contactform form = { .incident_id = entry->incident_id,
		.entry = entry };
	int r = store_tags_list(
	    v->desk->store, entry->incident_id, false, keep_theme, &themes, e);

	entry->corrects = entry->id;
	form.themes = buf_str(&themes);
	if (r == 0) {
		visit_page(v, "Correct an entry");
		buf_addf(v->out,
		    "<p>What you record here counts instead of the entry; the "
		    "entry stays and says that it was corrected. "
		    "<a href=\"/incident/%" PRId64
		    "#contact\">Back to the incident</a></p>",
		    entry->incident_id);
		r = contactform_print(v, &form, e);
		visit_page_end(v);
	}
	buf_clear(&themes);
	return r;
}

void
page_correct(struct visit *v)
{
	struct kept k = { .arena = v->desk->arena };
	struct err e = { 0 };
	int64_t id = visit_number(v->arg);
	int r = id > 0 ? contacts_find(v->desk->contacts, id, keep, &k, &e) : 0;

	if (r == 0)
		visit_say(v, 404, "Not found",
		    "There is no such entry. It may have been erased.");
	else if (r > 0 && k.entry.corrected_by)
		visit_say(v, 409, "That cannot be done",
		    "The entry has been corrected already. Correct the later "
		    "one.");
	else if (r < 0 ||
		 visit_record_part(v, k.entry.incident_id, "contact", &e) < 0 ||
		 print_correction(v, &k.entry, &e) < 0)
		visit_fail(v, &e);
}
