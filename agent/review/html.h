/*
 * html: writing pages.  Every text that is not ours goes through html_text(),
 * which is right in content and in quoted attributes alike.
 */
#ifndef REVIEW_HTML_H
#define REVIEW_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/str.h"

/*
 * Append s as text: & < > " ' as references, and control characters but line
 * ends and tabs as U+FFFD.  s is UTF-8.
 */
void html_text(struct buf *out, struct str s);

/* The same of a C string. */
void html_words(struct buf *out, const char *s);

/* Append s percent-encoded for a part of a path or query (RFC 3986, 2.3). */
void html_url(struct buf *out, struct str s);

/*
 * Append a time for people in a <time> element: "14 Jan 2026 10:42", in
 * London.  CLOCK_NONE gives "not known".
 */
void html_time(struct buf *out, int64_t ms);

/* Append the day of a time, in London: "14 Jan 2026". */
void html_date(struct buf *out, int64_t ms);

/* Append a month for people: "Jan 2026". */
void html_month(struct buf *out, int year, int month);

/* Append how long ago: "3 minutes ago", "2 hours ago", "5 days ago". */
void html_ago(struct buf *out, int64_t ms, int64_t now_ms);

/* "hare-coursing" as "Hare coursing". */
void html_theme(struct buf *out, struct str theme);

/* Several, separated by commas. */
void html_themes(struct buf *out, struct str themes);

/*
 * Append where it is, by the nearest named place: "2.3 km NE of Writtle,
 * Chelmsford"; the texts may be absent, near_m NAN.
 */
void html_near(struct buf *out, struct str near_name, double near_m,
    struct str bearing, struct str district);

/* Is it a theme of the guide? */
bool html_is_theme(struct str theme);

/* <option> for each theme of the corpus's guide; chosen is selected. */
void html_theme_options(struct buf *out, struct str chosen);

/*
 * Append the first max bytes of what may be no text: as html_text(), each byte
 * that is no UTF-8 as U+FFFD, and "…" if there are more.
 */
void html_bytes(struct buf *out, struct str s, size_t max);

#endif /* REVIEW_HTML_H */
