/*
 * sheet: one incident with all that its page shows, and the sections of the
 * page.  A section is one function in one file, sheet_NAME.c, and one row in
 * the table of page_incident.c.
 */
#ifndef REVIEW_SHEET_H
#define REVIEW_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/incident/incident.h"
#include "agent/review/marks.h"
#include "agent/review/page.h"
#include "agent/store/reviews.h"
#include "agent/store/store.h"
#include "rules/ruleset.h"

struct err;
struct visit;

#define SHEET_TAGS      16
#define SHEET_DECISIONS 64

/* A tag that stands, with what was decided of it. */
struct sheet_tag {
	struct str theme;
	enum rules_level level;
	int64_t score;
	const struct review_decision *decision; /* NULL: none stands */
};

/* All that the page shows; texts are the desk's arena's. */
struct sheet {
	struct visit *v;
	struct store_incident row;
	struct incident record;
	struct mark_list marks;
	struct sheet_tag tags[SHEET_TAGS];
	size_t tag_count;
	struct review_decision decisions[SHEET_DECISIONS]; /* the latest */
	size_t decision_count;
	struct page_bar live;
	struct review_look look;          /* the visitor's last before */
	char version[REVIEW_VERSION_MAX]; /* what a change must have seen */
	struct incident before;           /* as the visitor last saw it */
	bool has_before, is_unreadable;
};

/* Does a theme stand: by the rules and not rejected, or by a person? */
bool sheet_has_theme(const struct sheet *s, const char *theme);
/* Has the record an entry of that time, writer and text? */
bool sheet_has_entry(
    const struct incident *record, const struct incident_entry *entry);

/*
 * The sections: each appends a whole <section> to the visit's answer, or
 * nothing where there is nothing to say.  0, or -1 if the store failed.
 */
NODISCARD int sheet_facts(struct sheet *s, struct err *e);
NODISCARD int sheet_tags(struct sheet *s, struct err *e);
NODISCARD int sheet_log(struct sheet *s, struct err *e);
NODISCARD int sheet_map(struct sheet *s, struct err *e);
NODISCARD int sheet_sun(struct sheet *s, struct err *e);
NODISCARD int sheet_takers(struct sheet *s, struct err *e);
NODISCARD int sheet_series(struct sheet *s, struct err *e);
NODISCARD int sheet_links(struct sheet *s, struct err *e);
NODISCARD int sheet_decide(struct sheet *s, struct err *e);
NODISCARD int sheet_history(struct sheet *s, struct err *e);
NODISCARD int sheet_camp(struct sheet *s, struct err *e);
NODISCARD int sheet_tipping(struct sheet *s, struct err *e);
NODISCARD int sheet_alerts(struct sheet *s, struct err *e);
NODISCARD int sheet_retention(struct sheet *s, struct err *e);
NODISCARD int sheet_recordings(struct sheet *s, struct err *e);
NODISCARD int sheet_contact(struct sheet *s, struct err *e);

#endif /* REVIEW_SHEET_H */
