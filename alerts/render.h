/*
 * render: the words of an alert, for each channel and audience.
 *
 * The body is made when the alert is decided and kept in the outbox, so what
 * was said is what was true then.  A mail body is
 * {"subject", "text", "html", "thread", "marking"}: the marking leads the
 * subject and stands at top and bottom of both texts.  An MQTT body is
 * {"topic", "content_type", "payload"}, the payload as docs/alert.schema.json
 * says.  Both begin with "audience", for whom the words were made.  Subjects and topics hold theme, reference, grade and district only.
 * Plates, the matched words and the location text stand only in what the rural
 * team gets (CONF_AUDIENCE_TEAM); others get the place to 1 km.  Names and
 * addresses of callers stand nowhere, and digits that look like a phone number
 * are hidden.
 */
#ifndef ALERTS_RENDER_H
#define ALERTS_RENDER_H

#include "alerts/alert.h"

/* Ids that differ by recipient. */
struct render_delivery {
	const char *delivery_id;
	const struct conf *conf;
	const struct conf_recipient *recipient;
	const struct conf_channel *channel;
	const char *link; /* opens the incident's screen; NULL: none */
};

/*
 * Append the body to be stored for one delivery of alert.  For an MQTT channel
 * the recipient's topic must be set.
 */
void render_body(const struct alert *alert, const struct render_delivery *to,
    struct buf *out);

/*
 * May an audience have a stored body?  What was made for the team is not for a
 * partner, which a reload may have made of its recipient since.
 */
bool render_is_fit_for(struct str body, enum conf_audience audience);

/* "Hare coursing" for "hare-coursing"; NULL for a theme that is not known. */
const char *render_theme_title(struct str theme);

#endif /* ALERTS_RENDER_H */
