/*
 * The rows, and the questions that are asked of them.  An option whose default
 * differs by type (port) has a row for each.
 */
#include "agent/conf/option.h"

#include <string.h>

#include "agent/base/check.h"
#include "agent/conf/conf.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* Bits of variants: the order of the words in option_list.types. */
#define MQTT (1U << CONF_CHANNEL_MQTT)
#define SMTP (1U << CONF_CHANNEL_SMTP)

/* Likewise, of sources of positions. */
#define GPSD      (1U << CONF_SOURCE_GPSD)
#define OWNTRACKS (1U << CONF_SOURCE_OWNTRACKS)
#define NMEA      (1U << CONF_SOURCE_NMEA)
#define COT       (1U << CONF_SOURCE_COT)

/* What the "type" of a feed can be: the kinds in agent/feeds/feed.c. */
#define FEED_TYPES "directory|tracks"

#define DIRECTORY (1U << 0)
#define TRACKS    (1U << 1)

/* What the "type" of a channel can be, in the order of conf_channel_kind. */
#define CHANNEL_TYPES "mqtt|smtp"

/* What the "type" of a source of positions can be, likewise. */
#define SOURCE_TYPES "gpsd|owntracks|nmea|cot"

#define TOP(member) \
	.section = OPTION_TOP, .offset = offsetof(struct conf, member)
#define FEED(member) \
	.section = OPTION_FEED, .offset = offsetof(struct conf_feed, member)
#define CHANNEL(member)            \
	.section = OPTION_CHANNEL, \
	.offset = offsetof(struct conf_channel, member)
#define RECIPIENT(member)            \
	.section = OPTION_RECIPIENT, \
	.offset = offsetof(struct conf_recipient, member)
#define SOURCE(member) \
	.section = OPTION_SOURCE, .offset = offsetof(struct conf_source, member)

#define CLASS(member) \
	.section = OPTION_CLASS, .offset = offsetof(struct conf_class, member)

static const struct option options[] = {
	{ TOP(team), .path = "team", .type = OPTION_TEXT, .min = 1, .max = 64,
	    .preset = "Rural Engagement Team",
	    .help = "What the rural team is called in what is sent." },
	{ TOP(marking), .path = "marking", .type = OPTION_MARKING, .min = 1,
	    .max = 64, .preset = "OFFICIAL-SENSITIVE",
	    .help = "Protective marking of all that is sent: at the start of "
		    "subjects, at top and bottom of texts." },
	{ TOP(state), .path = "state", .type = OPTION_PATH, .min = 1,
	    .max = 1024, .preset = "/var/lib/buzzard",
	    .help = "Folder for the database, the lock and the control "
		    "socket." },
	{ TOP(rules), .path = "rules", .type = OPTION_PATH, .min = 1,
	    .max = 1024,
	    .help = "Folder of the rules; without it, the pack that came with "
		    "the program. The force's own files, which the page Rules "
		    "changes, lie over them: rules.d in the state folder." },
	{ TOP(log_level), .path = "log.level", .type = OPTION_WORD,
	    .words = "error|warn|info|debug", .preset = "info",
	    .help = "The least important log lines that are written." },
	{ TOP(edition), .path = "boundaries.edition", .type = OPTION_TEXT,
	    .min = 1, .max = 64,
	    .help = "Edition of the imported boundaries that decides; without "
		    "it, the one imported last." },
	{ TOP(sent_keep_days), .path = "keep.sent", .type = OPTION_DAYS,
	    .min = 1, .max = 3650, .preset = "30d",
	    .help = "Deliveries that arrived are deleted after this time; "
		    "dead ones stay." },
	{ TOP(erase), .path = "retention.erase", .type = OPTION_FLAG,
	    .words = "no|yes", .preset = "yes",
	    .help = "yes: once a day the agent erases what its time has come "
		    "for.  no: only \"buzzard retention run\" does." },
	{ TOP(untagged_keep_days), .path = "retention.untagged",
	    .type = OPTION_DAYS, .min = 1, .max = 36500, .preset = "365d",
	    .help = "Incidents without a tag are erased so long after the last "
		    "that happened to them." },
	{ TOP(copies_keep_days), .path = "retention.copies",
	    .type = OPTION_DAYS, .min = 1, .max = 3650, .preset = "30d",
	    .help = "Files in the done folders of feeds, and what is in "
		    "quarantine, are erased after this time; the messages "
		    "themselves are in the database.  Not longer than any "
		    "incident is kept." },
	{ TOP(tracks_keep_drone_days), .path = "tracks.keep.drone",
	    .type = OPTION_DAYS, .min = 1, .max = 3650, .preset = "365d",
	    .help = "Tracks of drones, and their originals, are erased so long "
		    "after they were imported, unless they are held." },
	{ TOP(tracks_keep_dashcam_days), .path = "tracks.keep.dashcam",
	    .type = OPTION_DAYS, .min = 1, .max = 3650, .preset = "90d",
	    .help = "The same for those of dashcams." },
	{ TOP(tracks_keep_other_days), .path = "tracks.keep.other",
	    .type = OPTION_DAYS, .min = 1, .max = 3650, .preset = "90d",
	    .help = "The same for all others but units', of which units.keep "
		    "says how long, from when they were recorded." },
	{ TOP(units_keep_days), .path = "units.keep", .type = OPTION_DAYS,
	    .min = 1, .max = 3650, .preset = "14d",
	    .help = "Positions of units, which show where officers were, are "
		    "deleted after this time, with what areas noticed of "
		    "them." },
	{ TOP(stale_ms), .path = "units.stale", .type = OPTION_MS,
	    .min = SECOND, .max = DAY, .preset = "5m",
	    .help = "A unit whose last position is older is said to be stale, "
		    "and stands in no alert." },

	{ TOP(attend_ms), .path = "follow_up.attend", .type = OPTION_MS,
	    .min = HOUR, .max = 30 * DAY, .preset = "24h",
	    .help = "A hare coursing or encampment becomes a follow-up visit "
		    "when it is closed, or has been open for so long, without "
		    "a unit having arrived." },
	{ TOP(visit_days), .path = "follow_up.visit", .type = OPTION_DAYS,
	    .min = 1, .max = 60, .preset = "3d",
	    .help = "Such a visit is due so long after the incident was "
		    "opened." },

	{ TOP(review.address), .path = "review.address", .type = OPTION_HOST,
	    .min = 1, .max = 64, .preset = "127.0.0.1",
	    .help = "Address the review service listens on; one that other "
		    "machines reach needs cert_file and key_file." },
	{ TOP(review.port), .path = "review.port", .type = OPTION_NUMBER,
	    .min = 0, .max = 65535, .preset = "0",
	    .help = "Its port; 0: none; without a socket either, there is no "
		    "review service." },
	{ TOP(review.cert_file), .path = "review.cert_file",
	    .type = OPTION_PATH, .min = 1, .max = 1024,
	    .help = "Its certificate (PEM, with those that vouch for it); "
		    "without it there is no TLS, which only suits 127.0.0.1 "
		    "or ::1, behind a proxy." },
	{ TOP(review.key_file), .path = "review.key_file", .type = OPTION_PATH,
	    .min = 1, .max = 1024,
	    .help = "The key to cert_file (PEM); not readable by others." },
	{ TOP(review.behind_tls), .path = "review.behind_tls",
	    .type = OPTION_FLAG, .words = "no|yes", .preset = "no",
	    .help = "yes: a proxy on this machine speaks TLS with the "
		    "browser, so that cookies are for TLS only." },
	{ TOP(review.client_ca), .path = "review.client_ca",
	    .type = OPTION_PATH, .min = 1, .max = 1024,
	    .help = "The authority (PEM) that signs the certificates of "
		    "people; who shows one is logged in by it, who shows none "
		    "by password.  With cert_file." },
	{ TOP(review.client_name), .path = "review.client_name",
	    .type = OPTION_WORD, .words = "cn|email", .preset = "cn",
	    .help = "What of such a certificate is the account's name: the "
		    "subject's common name, or what stands before the @ of its "
		    "one address of mail." },
	{ TOP(review.socket), .path = "review.socket", .type = OPTION_PATH,
	    .min = 1, .max = 107,
	    .help = "Socket on which the proxy of the force's single sign-on "
		    "asks, naming the account in socket_header; such as "
		    "/run/buzzard/review." },
	{ TOP(review.socket_mode), .path = "review.socket_mode",
	    .type = OPTION_WORD, .words = "0600|0660|0666", .preset = "0660",
	    .help = "Its mode: whoever may write to it can be anybody." },
	{ TOP(review.socket_header), .path = "review.socket_header",
	    .type = OPTION_TEXT, .min = 1, .max = 64, .preset = "X-Remote-User",
	    .help = "The field of a request on the socket that names the "
		    "account; on the port it means nothing." },
	{ TOP(review.new_accounts), .path = "review.new_accounts",
	    .type = OPTION_WORD, .words = "none|officer|reviewer",
	    .preset = "none",
	    .help = "An account that the proxy names and that there is not: "
		    "none: it is refused; else it is made with that role." },
	{ TOP(review.idle_ms), .path = "review.idle", .type = OPTION_MS,
	    .min = MINUTE, .max = 12 * HOUR, .preset = "30m",
	    .help = "A session without a request for so long is over." },
	{ TOP(review.whole_ms), .path = "review.session", .type = OPTION_MS,
	    .min = MINUTE, .max = 24 * HOUR, .preset = "12h",
	    .help = "The longest that a session lasts: a shift." },
	{ TOP(review.unusual_hour), .path = "review.unusual_hour",
	    .type = OPTION_NUMBER, .min = 0, .max = 100000, .preset = "100",
	    .help = "An account that reads more different incidents in an "
		    "hour, and does nothing about them, is reported on page "
		    "Audit and in the log; 0: none is." },
	{ TOP(review.unusual_factor), .path = "review.unusual_factor",
	    .type = OPTION_NUMBER, .min = 0, .max = 100, .preset = "3",
	    .help = "So is one that reads more in a day than so many times "
		    "its busiest day of four weeks; 0: none is." },
	{ TOP(review.url), .path = "review.url", .type = OPTION_TEXT, .min = 8,
	    .max = 200,
	    .help = "How browsers reach it, such as "
		    "https://buzzard.example.org; alerts then carry a link "
		    "that opens the one screen of their incident." },
	{ TOP(review.link_ms), .path = "review.link", .type = OPTION_MS,
	    .min = HOUR, .max = 7 * DAY, .preset = "12h",
	    .help = "Such a link opens nothing any more after this time: a "
		    "shift." },
	{ TOP(review.shifts), .path = "review.shifts", .type = OPTION_TEXT,
	    .min = 5, .max = 80, .preset = "07:00, 15:00, 23:00",
	    .help = "When shifts begin, in London and in order; the page "
		    "Hand-over shows the present one." },
	{ TOP(review.wordings), .path = "review.wordings", .type = OPTION_PATH,
	    .min = 1, .max = 1024,
	    .help = "File of the approved wordings that informants are told "
		    "and that stand on their reference card; without it, those "
		    "that came with the program (wordings.txt beside the "
		    "documentation, to begin from)." },
	{ TOP(review.tiles), .path = "review.tiles", .type = OPTION_TEXT,
	    .min = 8, .max = 300,
	    .help = "Tiles of the force's own under the map, such as "
		    "https://tiles.example.org/{z}/{x}/{y}.png; without, the "
		    "map is the boundaries and names, and asks nobody else." },
	{ TOP(review.tiles_credit), .path = "review.tiles_credit",
	    .type = OPTION_TEXT, .min = 1, .max = 200,
	    .help = "What is said under those tiles, as their owner wants "
		    "it." },

	{ TOP(camps.return_days), .path = "encampments.return_within",
	    .type = OPTION_DAYS, .min = 1, .max = 366, .preset = "7d",
	    .help = "An encampment that is back on the same land within this "
		    "time is the same one, and counted once. Each entry of the "
		    "register keeps the counting rule it was opened under." },
	{ TOP(camps.move_m), .path = "encampments.move_within",
	    .type = OPTION_NUMBER, .min = 0, .max = 20000, .preset = "500",
	    .help = "Metres: the same group moving no farther is the same "
		    "encampment; farther, it is another one." },
	{ TOP(camps.prohibited), .path = "encampments.prohibited_months",
	    .type = OPTION_WORD, .words = "check|3|12", .preset = "check",
	    .help = "How long land may not be entered again after a direction "
		    "of the police: the statute says 12 months, the High Court "
		    "found against the change from 3 in 2024. check: an entry "
		    "shows no date and says to ask legal services." },

	{ FEED(name), .path = "name", .type = OPTION_NAME, .required = true,
	    .min = 1, .max = 32,
	    .help = "What it is called in logs and in the store: do not change "
		    "it, incidents are known by feed and reference." },
	{ FEED(type), .path = "type", .type = OPTION_WORD, .required = true,
	    .words = FEED_TYPES, .help = "Kind of source." },
	{ FEED(path), .path = "path", .type = OPTION_PATH, .required = true,
	    .min = 1, .max = 1024,
	    .help = "Folder into which files are put; each is moved to done/ "
		    "in it when it has been taken in (of tracks, removed when "
		    "its copy is in the state folder, and moved to refused/ "
		    "when it cannot be used)." },
	{ FEED(class), .path = "class", .type = OPTION_WORD, .variants = TRACKS,
	    .words = "unit|drone|dashcam|other", .preset = "other",
	    .help = "What the recordings are of; how long they are kept goes "
		    "by it." },
	{ FEED(unit), .path = "unit", .type = OPTION_TEXT, .variants = TRACKS,
	    .min = 1, .max = 64,
	    .help = "Call sign or name of whoever recorded them." },
	{ FEED(batch), .path = "batch", .type = OPTION_NUMBER,
	    .variants = DIRECTORY, .min = 1, .max = 10000, .preset = "512",
	    .help = "Messages committed in one transaction, at most." },
	{ FEED(sweep_ms), .path = "sweep", .type = OPTION_MS, .min = 100,
	    .max = HOUR, .preset = "60s",
	    .help = "Time between two looks at the whole folder, beside being "
		    "told of each new file." },

	{ CHANNEL(name), .path = "name", .type = OPTION_NAME, .required = true,
	    .min = 1, .max = 32,
	    .help = "What it is called in logs and by recipients: queued "
		    "alerts are kept under it." },
	{ CHANNEL(kind), .path = "type", .type = OPTION_ENUM, .required = true,
	    .words = CHANNEL_TYPES, .help = "Kind of peer." },
	{ CHANNEL(host), .path = "host", .type = OPTION_HOST, .required = true,
	    .min = 1, .max = 253,
	    .help = "Broker or mail server: a name or an address." },
	{ CHANNEL(port), .path = "port", .type = OPTION_NUMBER,
	    .variants = MQTT, .min = 1, .max = 65535, .preset = "8883",
	    .help = "Its port; must be given if tls is none." },
	{ CHANNEL(port), .path = "port", .type = OPTION_NUMBER,
	    .variants = SMTP, .min = 1, .max = 65535, .preset = "587",
	    .help = "Its port." },
	{ CHANNEL(tls), .path = "tls", .type = OPTION_ENUM,
	    .words = "required|none", .preset = "required",
	    .help = "required: nothing is said before the connection is "
		    "encrypted and the peer's certificate checked (mail: "
		    "STARTTLS).  none: in the clear." },
	{ CHANNEL(ca_file), .path = "ca_file", .type = OPTION_PATH, .min = 1,
	    .max = 1024,
	    .help = "Certificates (PEM) that may vouch for the peer; without "
		    "it, the system's." },
	{ CHANNEL(cert_file), .path = "cert_file", .type = OPTION_PATH,
	    .variants = MQTT, .min = 1, .max = 1024,
	    .help = "Our own certificate (PEM), for brokers that ask for "
		    "one." },
	{ CHANNEL(key_file), .path = "key_file", .type = OPTION_PATH,
	    .variants = MQTT, .min = 1, .max = 1024,
	    .help = "The key to cert_file (PEM); not readable by others." },
	{ CHANNEL(username), .path = "username", .type = OPTION_TEXT, .min = 1,
	    .max = 256, .help = "Name to log in with." },
	{ CHANNEL(password_file), .path = "password_file", .type = OPTION_PATH,
	    .min = 1, .max = 1024,
	    .help = "File whose first line is the password; not readable by "
		    "others." },
	{ CHANNEL(v5), .path = "version", .type = OPTION_FLAG, .variants = MQTT,
	    .words = "3.1.1|5", .preset = "5",
	    .help = "Version of MQTT; 5 carries the alert's ids as user "
		    "properties too." },
	{ CHANNEL(client_id), .path = "client_id", .type = OPTION_CLIENT,
	    .variants = MQTT, .min = 1, .max = 64, .preset = "buzzard",
	    .help = "Client id; the broker keeps the session under it, so no "
		    "other client may use it." },
	{ CHANNEL(status_topic), .path = "status_topic",
	    .type = OPTION_PUBLISHED, .variants = MQTT, .min = 1, .max = 200,
	    .preset = "rural/v1/agent/status",
	    .help = "Topic of the retained \"online\" and, as last will, "
		    "\"offline\"." },
	{ CHANNEL(keepalive_s), .path = "keepalive", .type = OPTION_SECONDS,
	    .variants = MQTT, .min = 5, .max = 3600, .preset = "60s",
	    .help = "A connection that is silent for longer is tested." },
	{ CHANNEL(from), .path = "from", .type = OPTION_MAILBOX,
	    .variants = SMTP, .required = true, .min = 3, .max = 254,
	    .help = "Sender of the mails." },
	{ CHANNEL(allow_domains), .path = "allow_domains",
	    .type = OPTION_DOMAINS, .variants = SMTP, .required = true,
	    .count_offset = offsetof(struct conf_channel, allow_domain_count),
	    .min = 1, .max = 50,
	    .help = "Domains to which mail may go; subdomains are domains of "
		    "their own." },
	{ CHANNEL(timeout_ms), .path = "timeout", .type = OPTION_MS,
	    .variants = MQTT, .min = 100, .max = 10 * MINUTE, .preset = "10s",
	    .help = "An attempt that takes longer has failed." },
	{ CHANNEL(timeout_ms), .path = "timeout", .type = OPTION_MS,
	    .variants = SMTP, .min = 100, .max = 10 * MINUTE, .preset = "30s",
	    .help = "An attempt that takes longer has failed." },
	{ CHANNEL(retry_base_ms), .path = "retry.base", .type = OPTION_MS,
	    .min = 100, .max = HOUR, .preset = "5s",
	    .help = "Wait after the first failed attempt; it doubles with "
		    "each further one." },
	{ CHANNEL(retry_max_ms), .path = "retry.max", .type = OPTION_MS,
	    .min = 100, .max = DAY, .preset = "15m",
	    .help = "The longest wait between two attempts." },
	{ CHANNEL(expire_ms), .path = "retry.expire", .type = OPTION_MS,
	    .min = SECOND, .max = 30 * DAY, .preset = "24h",
	    .help = "An alert that could not be delivered for so long is "
		    "dead." },
	{ CHANNEL(max_in_flight), .path = "max_in_flight",
	    .type = OPTION_NUMBER, .variants = MQTT, .min = 1, .max = 1000,
	    .preset = "20",
	    .help = "Alerts sent and not yet acknowledged, at most." },
	{ CHANNEL(max_in_flight), .path = "max_in_flight",
	    .type = OPTION_NUMBER, .variants = SMTP, .min = 1, .max = 20,
	    .preset = "2", .help = "Mails being sent at once, at most." },

	{ RECIPIENT(name), .path = "name", .type = OPTION_NAME,
	    .required = true, .min = 1, .max = 32,
	    .help = "What it is called in logs and in the store: what it was "
		    "told is kept under it." },
	{ RECIPIENT(channel), .path = "channel", .type = OPTION_NAME,
	    .required = true, .min = 1, .max = 32,
	    .help = "Name of the channel it is told through." },
	{ RECIPIENT(address), .path = "address", .type = OPTION_MAILBOX,
	    .min = 3, .max = 254,
	    .help = "Mail channels: its mailbox, in one of the channel's "
		    "allow_domains." },
	{ RECIPIENT(topic), .path = "topic", .type = OPTION_TOPIC, .min = 1,
	    .max = 200,
	    .help = "MQTT channels: the topic published to; {district} and "
		    "{theme} stand for those of the alert." },
	{ RECIPIENT(audience), .path = "audience", .type = OPTION_ENUM,
	    .required = true, .words = "team|partner",
	    .help = "team: the rural team, with plates, the matched words and "
		    "the location.  partner: none of these, and the place to "
		    "1 km." },
	{ RECIPIENT(review_too), .path = "levels", .type = OPTION_LEVELS,
	    .words = "alert|review", .preset = "[alert]",
	    .help = "[alert], or [alert, review] to be told of what is to be "
		    "reviewed too." },
	{ RECIPIENT(themes), .path = "themes", .type = OPTION_THEMES,
	    .count_offset = offsetof(struct conf_recipient, theme_count),
	    .min = 0, .max = 50,
	    .help = "Themes it is told of; without it, or empty, all." },
	{ RECIPIENT(no_incidents), .path = "incidents", .type = OPTION_FLAG,
	    .words = "yes|no", .preset = "yes",
	    .help = "no: it is told of no incident, only of areas." },
	{ RECIPIENT(areas), .path = "areas", .type = OPTION_AREAS,
	    .count_offset = offsetof(struct conf_recipient, area_count),
	    .min = 0, .max = 200,
	    .help = "Areas drawn with \"buzzard area\" of which it is told "
		    "what units do there: their names, or [\"*\"] for each; "
		    "without it, or empty, of none.  For audience team "
		    "alone." },
	{ RECIPIENT(area_events), .path = "area_events", .type = OPTION_WORDS,
	    .count_offset = offsetof(struct conf_recipient, area_event_count),
	    .min = 0, .max = 4, .words = "entered|left|dwelt|crossed",
	    .help = "What of areas it is told; without it, or empty, all." },

	{ SOURCE(name), .path = "name", .type = OPTION_NAME, .required = true,
	    .min = 1, .max = 32, .help = "What it is called in logs." },
	{ SOURCE(kind), .path = "type", .type = OPTION_ENUM, .required = true,
	    .words = SOURCE_TYPES,
	    .help = "gpsd: a receiver's daemon.  owntracks: OwnTracks messages "
		    "from an MQTT broker.  nmea: sentences from a vehicle's "
		    "router.  cot: Cursor on Target events in XML." },
	{ SOURCE(host), .path = "host", .type = OPTION_HOST,
	    .variants = GPSD | OWNTRACKS, .required = true, .min = 1,
	    .max = 253, .help = "The daemon or broker: a name or an address." },
	{ SOURCE(host), .path = "host", .type = OPTION_HOST,
	    .variants = NMEA | COT, .required = true, .min = 1, .max = 253,
	    .help = "transport tcp: the router or server that is connected to. "
		    " udp: the address of this machine that is listened on, or "
		    "the multicast group that is joined." },
	{ SOURCE(port), .path = "port", .type = OPTION_NUMBER, .variants = GPSD,
	    .min = 1, .max = 65535, .preset = "2947", .help = "Its port." },
	{ SOURCE(port), .path = "port", .type = OPTION_NUMBER,
	    .variants = OWNTRACKS, .min = 1, .max = 65535, .preset = "8883",
	    .help = "Its port; must be given if tls is none." },
	{ SOURCE(port), .path = "port", .type = OPTION_NUMBER, .variants = NMEA,
	    .min = 1, .max = 65535, .preset = "10110", .help = "Its port." },
	{ SOURCE(port), .path = "port", .type = OPTION_NUMBER, .variants = COT,
	    .min = 1, .max = 65535, .preset = "8087", .help = "Its port." },
	{ SOURCE(transport), .path = "transport", .type = OPTION_ENUM,
	    .variants = NMEA | COT, .words = "tcp|udp", .preset = "tcp",
	    .help = "tcp: we connect.  udp: we listen; whoever can reach the "
		    "port can send, so let a firewall decide who can." },
	{ SOURCE(unit), .path = "unit", .type = OPTION_TEXT,
	    .variants = GPSD | NMEA, .required = true, .min = 1, .max = 32,
	    .help = "Whose positions they are: a call sign, no person's "
		    "name." },
	{ SOURCE(device), .path = "device", .type = OPTION_TEXT,
	    .variants = GPSD, .min = 1, .max = 200,
	    .help = "Take this receiver's positions only, such as "
		    "/dev/ttyUSB0; without it, those of all that the daemon "
		    "has." },
	{ SOURCE(unit_from), .path = "unit_from", .type = OPTION_ENUM,
	    .variants = OWNTRACKS, .words = "device|user|tid",
	    .preset = "device",
	    .help = "What names the unit: the last level of the topic, the "
		    "level before it, or the message's tid.  It is shown and "
		    "kept: let it be a call sign, no person's name." },
	{ SOURCE(unit_from), .path = "unit_from", .type = OPTION_ENUM,
	    .variants = COT, .words = "callsign|uid", .preset = "callsign",
	    .help = "What names the unit: the contact's callsign, or the "
		    "event's uid." },
	{ SOURCE(topics), .path = "topics", .type = OPTION_FILTER,
	    .variants = OWNTRACKS, .min = 1, .max = 200,
	    .preset = "owntracks/#",
	    .help = "The topics subscribed to; + stands for one level, # for "
		    "all that follow." },
	{ SOURCE(tls), .path = "tls", .type = OPTION_ENUM,
	    .variants = OWNTRACKS, .words = "required|none",
	    .preset = "required",
	    .help = "required: nothing is said before the connection is "
		    "encrypted and the broker's certificate checked.  none: in "
		    "the clear." },
	{ SOURCE(ca_file), .path = "ca_file", .type = OPTION_PATH,
	    .variants = OWNTRACKS, .min = 1, .max = 1024,
	    .help = "Certificates (PEM) that may vouch for the broker; without "
		    "it, the system's." },
	{ SOURCE(cert_file), .path = "cert_file", .type = OPTION_PATH,
	    .variants = OWNTRACKS, .min = 1, .max = 1024,
	    .help = "Our own certificate (PEM), for brokers that ask for "
		    "one." },
	{ SOURCE(key_file), .path = "key_file", .type = OPTION_PATH,
	    .variants = OWNTRACKS, .min = 1, .max = 1024,
	    .help = "The key to cert_file (PEM); not readable by others." },
	{ SOURCE(username), .path = "username", .type = OPTION_TEXT,
	    .variants = OWNTRACKS, .min = 1, .max = 256,
	    .help = "Name to log in with." },
	{ SOURCE(password_file), .path = "password_file", .type = OPTION_PATH,
	    .variants = OWNTRACKS, .min = 1, .max = 1024,
	    .help = "File whose first line is the password; not readable by "
		    "others." },
	{ SOURCE(v5), .path = "version", .type = OPTION_FLAG,
	    .variants = OWNTRACKS, .words = "3.1.1|5", .preset = "5",
	    .help = "Version of MQTT; with 5 a broker sends a thousand "
		    "messages before it waits for an acknowledgement, with "
		    "3.1.1 as many as it is set to." },
	{ SOURCE(client_id), .path = "client_id", .type = OPTION_CLIENT,
	    .variants = OWNTRACKS, .min = 1, .max = 64,
	    .preset = "buzzard-positions",
	    .help = "Client id; the broker keeps what comes while we are away "
		    "under it, so no other client may use it." },
	{ SOURCE(keepalive_s), .path = "keepalive", .type = OPTION_SECONDS,
	    .variants = OWNTRACKS, .min = 5, .max = 3600, .preset = "60s",
	    .help = "A connection that is silent for longer is tested." },
	{ SOURCE(timeout_ms), .path = "timeout", .type = OPTION_MS,
	    .variants = OWNTRACKS, .min = 100, .max = 10 * MINUTE,
	    .preset = "10s",
	    .help = "A connection that takes longer to make has failed." },
	{ SOURCE(timeout_ms), .path = "timeout", .type = OPTION_MS,
	    .variants = GPSD | NMEA | COT, .min = 100, .max = HOUR,
	    .preset = "60s",
	    .help = "A connection that takes longer to make or says nothing "
		    "for longer has failed: another is made." },
	{ SOURCE(accuracy_m), .path = "accuracy", .type = OPTION_NUMBER,
	    .min = 1, .max = 100000, .preset = "500",
	    .help = "Positions that say they are less certain, in metres, are "
		    "set aside." },
	{ SOURCE(age_ms), .path = "age", .type = OPTION_MS, .min = SECOND,
	    .max = 30 * DAY, .preset = "24h",
	    .help = "Positions whose own time is further back are set aside." },

	{ CLASS(name), .path = "name", .type = OPTION_NAME, .required = true,
	    .min = 1, .max = 32,
	    .help = "What it is called on pages and in certificates." },
	{ CLASS(group), .path = "group", .type = OPTION_NUMBER, .min = 1,
	    .max = 4, .preset = "3",
	    .help = "Its review group of the code of practice on police "
		    "information: 1 the gravest, 4 the least." },
	{ CLASS(themes), .path = "themes", .type = OPTION_THEMES,
	    .count_offset = offsetof(struct conf_class, theme_count), .min = 0,
	    .max = 50,
	    .help = "Incidents with a tag of one of these themes are in it; "
		    "without it, or empty, all tagged ones that are in no "
		    "other." },
	{ CLASS(keep_days), .path = "keep", .type = OPTION_DAYS, .min = 1,
	    .max = 36500, .preset = "2192d",
	    .help = "Their time comes so long after the last that happened to "
		    "them: a message, a decision, a contact." },
	{ CLASS(then), .path = "then", .type = OPTION_ENUM,
	    .words = "review|erase", .preset = "review",
	    .help = "What then becomes of them.  review: a person decides, and "
		    "they stay until then.  erase: they are erased." },
	{ CLASS(again_days), .path = "again", .type = OPTION_DAYS, .min = 1,
	    .max = 36500, .preset = "365d",
	    .help = "If that person keeps one, it is reviewed again after "
		    "this time." },
};

#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

static const struct option_list lists[OPTION_SECTIONS] = {
	[OPTION_FEED] = { OPTION_FEED, "feeds", "feed", FEED_TYPES,
	    sizeof(struct conf_feed), offsetof(struct conf, feeds),
	    offsetof(struct conf, feed_count), 16,
	    "Sources of incidents; at least one." },
	[OPTION_CHANNEL] = { OPTION_CHANNEL, "channels", "channel",
	    CHANNEL_TYPES, sizeof(struct conf_channel),
	    offsetof(struct conf, channels),
	    offsetof(struct conf, channel_count), 16,
	    "Peers that take alerts." },
	[OPTION_RECIPIENT] = { OPTION_RECIPIENT, "recipients", "recipient",
	    NULL, sizeof(struct conf_recipient),
	    offsetof(struct conf, recipients),
	    offsetof(struct conf, recipient_count), 200,
	    "Who is told, through which channel, of what." },
	[OPTION_SOURCE] = { OPTION_SOURCE, "positions", "position source",
	    SOURCE_TYPES, sizeof(struct conf_source),
	    offsetof(struct conf, sources), offsetof(struct conf, source_count),
	    64, "Where the positions of units come from." },
	[OPTION_CLASS] = { OPTION_CLASS, "retention_classes", "retention class",
	    NULL, sizeof(struct conf_class), offsetof(struct conf, classes),
	    offsetof(struct conf, class_count), 16,
	    "How long tagged incidents are kept; without any, six years and "
	    "then a review." },
};

/* What each type takes, for people. */
static const char *const type_words[] = {
	[OPTION_TEXT] = "text",
	[OPTION_MARKING] = "text",
	[OPTION_NAME] = "a name",
	[OPTION_PATH] = "a path",
	[OPTION_HOST] = "a host",
	[OPTION_MAILBOX] = "a mail address",
	[OPTION_TOPIC] = "a topic",
	[OPTION_PUBLISHED] = "a topic",
	[OPTION_FILTER] = "a topic filter",
	[OPTION_CLIENT] = "a client id",
	[OPTION_NUMBER] = "a number",
	[OPTION_MS] = "a duration",
	[OPTION_SECONDS] = "a duration",
	[OPTION_DAYS] = "a duration",
	[OPTION_WORD] = "a word",
	[OPTION_ENUM] = "a word",
	[OPTION_FLAG] = "a word",
	[OPTION_DOMAINS] = "a list of domains",
	[OPTION_THEMES] = "a list of themes",
	[OPTION_AREAS] = "a list of names of areas",
	[OPTION_WORDS] = "a list of words",
	[OPTION_LEVELS] = "a list of levels",
};

/* What value_store() writes through an unsigned for an OPTION_ENUM. */
_Static_assert(sizeof(enum conf_channel_kind) == sizeof(unsigned) &&
		   sizeof(enum conf_tls) == sizeof(unsigned) &&
		   sizeof(enum conf_audience) == sizeof(unsigned) &&
		   sizeof(enum conf_source_kind) == sizeof(unsigned) &&
		   sizeof(enum conf_transport) == sizeof(unsigned) &&
		   sizeof(enum conf_then) == sizeof(unsigned) &&
		   sizeof(enum conf_unit_from) == sizeof(unsigned),
    "an enum of the configuration is as wide as unsigned");

_Static_assert(sizeof(type_words) / sizeof(type_words[0]) == OPTION_TYPES,
    "every type has its word");

const struct option *
option_all(size_t *count)
{
	*count = OPTION_COUNT;
	return options;
}

const struct option_list *
option_list_of(enum option_section section)
{
	CHECK(section < OPTION_SECTIONS);
	return section == OPTION_TOP ? NULL : &lists[section];
}

bool
option_serves(const struct option *o, unsigned variants)
{
	return o->variants == 0 || (o->variants & variants) != 0;
}

const struct option *
option_find(enum option_section section, unsigned variants, struct str path)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (options[i].section == section &&
		    option_serves(&options[i], variants) &&
		    str_is(path, options[i].path))
			return &options[i];
	return NULL;
}

bool
option_is_group(enum option_section section, struct str path)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const char *p = options[i].path;

		if (options[i].section == section && path.len > 0 &&
		    strlen(p) > path.len && p[path.len] == '.' &&
		    memcmp(p, path.p, path.len) == 0)
			return true;
	}
	return false;
}

struct str
option_word(const char *words, size_t i)
{
	const char *p = words, *end;

	while (p && i-- > 0) {
		p = strchr(p, '|');
		if (p)
			p++;
	}
	if (!p)
		return str_make(NULL, 0);
	end = strchrnul(p, '|');
	return str_make(p, (size_t)(end - p));
}

int
option_word_index(const char *words, struct str word)
{
	struct str w;

	for (size_t i = 0; str_is_given(w = option_word(words, i)); i++)
		if (str_is_equal(w, word))
			return (int)i;
	return -1;
}

void
option_add_duration(struct buf *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} units[] = { { DAY, "d" }, { HOUR, "h" }, { MINUTE, "m" },
		{ SECOND, "s" }, { 1, "ms" } };
	size_t i = 0;

	while (units[i].ms > 1 && (ms < units[i].ms || ms % units[i].ms != 0))
		i++;
	buf_addf(out, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
}

static void
add_range(struct buf *out, const struct option *o, int64_t unit_ms)
{
	buf_add_text(out, " from ");
	option_add_duration(out, o->min * unit_ms);
	buf_add_text(out, " to ");
	option_add_duration(out, o->max * unit_ms);
}

void
option_describe(const struct option *o, struct buf *out)
{
	struct str w;

	if (o->type == OPTION_WORD || o->type == OPTION_ENUM ||
	    o->type == OPTION_FLAG) {
		for (size_t i = 0; str_is_given(w = option_word(o->words, i));
		     i++)
			buf_addf(out, "%s%.*s",
			    i == 0 ? ""
			    : str_is_given(option_word(o->words, i + 1))
				? ", "
				: " or ",
			    STR_ARG(w));
		return;
	}
	buf_add_text(out, type_words[o->type]);
	if (o->type == OPTION_NUMBER)
		buf_addf(out, " from %lld to %lld", (long long)o->min,
		    (long long)o->max);
	else if (o->type == OPTION_MS)
		add_range(out, o, 1);
	else if (o->type == OPTION_SECONDS)
		add_range(out, o, SECOND);
	else if (o->type == OPTION_DAYS)
		add_range(out, o, DAY);
}
