/*
 * render: the words of an alert, for each channel and audience.
 *
 * The body is made when the alert is decided and kept in the outbox, so what
 * was said is what was true then.  A mail body is a complete header section
 * and MIME-free pair of texts in JSON: {"subject", "text", "html", "refs"};
 * an MQTT body is the JSON of docs/alert.schema.json with its topic:
 * {"topic", "payload"}.  Subjects and topics hold theme, reference, grade and
 * district only.  Plates and the matched words stand only in what the rural
 * team gets (CONF_AUDIENCE_TEAM); names, phone numbers and addresses nowhere.
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
};

/* Append the body to be stored for one delivery of alert. */
void render_body(const struct alert *alert, const struct render_delivery *to,
    struct buf *out);

/* "Hare coursing" for "hare-coursing"; the theme itself if not known. */
const char *render_theme_title(struct str theme);

#endif /* ALERTS_RENDER_H */
