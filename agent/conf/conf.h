/*
 * conf: the configuration, as read from one YAML file.
 *
 * One table of options (conf.c) gives each option's place, type, default,
 * limits and help; reading, "buzzard config show", the manual page and the
 * errors all come from it.  Every error is reported, each at its line and
 * column, with the nearest valid key where a key is unknown.  A struct conf
 * is built once, never changed, and replaced as a whole on reload.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct conf_origin; /* opaque */

/* How a peer is spoken to. */
enum conf_channel_kind {
	CONF_CHANNEL_MQTT,
	CONF_CHANNEL_SMTP
};

/* How much TLS a channel insists on. */
enum conf_tls {
	CONF_TLS_REQUIRED, /* SMTP: STARTTLS; MQTT: TLS from the start */
	CONF_TLS_NONE
};

/* Who reads the text: decides what it may contain (DESIGN 9). */
enum conf_audience {
	CONF_AUDIENCE_TEAM,   /* plates and the matched words */
	CONF_AUDIENCE_PARTNER /* neither */
};

/* A kind of source of units' positions. */
enum conf_source_kind {
	CONF_SOURCE_GPSD,
	CONF_SOURCE_OWNTRACKS,
	CONF_SOURCE_NMEA,
	CONF_SOURCE_COT
};

/* How sentences and events come. */
enum conf_transport {
	CONF_TRANSPORT_TCP, /* we connect to host and port */
	CONF_TRANSPORT_UDP  /* we listen on host and port */
};

/* Which part of a topic (OwnTracks) or event (CoT) is the unit's name. */
enum conf_unit_from {
	CONF_UNIT_FROM_DEVICE = 0,
	CONF_UNIT_FROM_USER = 1,
	CONF_UNIT_FROM_TID = 2,
	CONF_UNIT_FROM_CALLSIGN = 0,
	CONF_UNIT_FROM_UID = 1
};

/* A source of incidents. */
struct conf_feed {
	const char *name;
	const char *type; /* kind of source: "directory", "tracks" */
	const char *path; /* the folder watched */
	int64_t batch;    /* messages in one transaction, at most */
	int64_t sweep_ms; /* between two looks at the whole folder */
	/* tracks */
	const char *class; /* what recordings in it are of; "dashcam" */
	const char *unit;  /* whose they are, or NULL */
};

/* A peer that takes alerts. */
struct conf_channel {
	const char *name;
	enum conf_channel_kind kind;
	const char *host;
	int64_t port;
	enum conf_tls tls;
	const char *ca_file;       /* NULL: the system's authorities */
	const char *username;      /* NULL: no login */
	const char *password_file; /* first line is the password; NULL: none */
	/* MQTT */
	bool v5; /* protocol 5, else 3.1.1 */
	const char *client_id;
	const char *status_topic; /* online/offline, retained; the last will */
	int64_t keepalive_s;
	const char *cert_file, *key_file; /* client certificate, or NULL */
	/* SMTP */
	const char *from;
	const char *const *allow_domains; /* where mail may go; never empty */
	size_t allow_domain_count;
	/* both */
	int64_t timeout_ms; /* one attempt */
	int64_t retry_base_ms, retry_max_ms;
	int64_t expire_ms; /* an alert older than this is dead */
	int64_t max_in_flight;
};

/* A source of units' positions. */
struct conf_source {
	const char *name;
	enum conf_source_kind kind;
	const char *host;
	int64_t port;
	enum conf_transport transport; /* NMEA, CoT */
	const char *unit;   /* gpsd, NMEA: whose positions they are */
	const char *device; /* gpsd: this receiver's only; or NULL */
	enum conf_unit_from unit_from; /* OwnTracks, CoT */
	int64_t accuracy_m;            /* worse ones are set aside */
	int64_t age_ms;                /* older ones are set aside */
	int64_t timeout_ms; /* silent for longer: connect anew; MQTT: CONNACK */
	/* OwnTracks, as for a channel */
	const char *topics; /* the filter subscribed to */
	enum conf_tls tls;
	const char *ca_file, *cert_file, *key_file;
	const char *username, *password_file;
	bool v5;
	const char *client_id;
	int64_t keepalive_s;
};

/* Whom to tell, on which channel, of what. */
struct conf_recipient {
	const char *name;
	const char *channel;  /* name of a conf_channel */
	size_t channel_index; /* its place in channels */
	const char *address;  /* SMTP: the mailbox; NULL for MQTT */
	const char *topic;    /* MQTT: may hold {district} and {theme} */
	enum conf_audience audience;
	bool review_too;           /* level review as well as alert */
	const char *const *themes; /* empty: all */
	size_t theme_count;
	bool no_incidents;        /* it is told of areas only */
	const char *const *areas; /* told of; "*": each; empty: of none */
	size_t area_count;
	const char *const *area_events; /* "entered", …; empty: all */
	size_t area_event_count;
};

/* What becomes of an incident whose time has come. */
enum conf_then {
	CONF_THEN_REVIEW, /* a person decides */
	CONF_THEN_ERASE
};

/* How long incidents with a tag of some themes are kept. */
struct conf_class {
	const char *name;
	int64_t group;             /* of the code of practice, 1 to 4 */
	const char *const *themes; /* empty: all that no other class has */
	size_t theme_count;
	int64_t keep_days; /* after the last that happened to it */
	enum conf_then then;
	int64_t again_days; /* a review that keeps it does so for */
};

/* The review service. */
struct conf_review {
	const char *address;              /* listened on */
	int64_t port;                     /* 0: none is listened on */
	const char *cert_file, *key_file; /* NULL: no TLS */
	bool behind_tls; /* a proxy before it speaks TLS with the browser */
	const char *client_ca;     /* NULL: clients show no certificate */
	const char *client_name;   /* "cn" or "email": what names the account */
	const char *socket;        /* of the sign-on's proxy; NULL: none */
	const char *socket_mode;   /* "0660" */
	const char *socket_header; /* that names the account */
	const char *new_accounts;  /* "none", or the role they are made with */
	int64_t idle_ms, whole_ms; /* life of a session */
	/* Reading that is reported (store/watch.h); 0: not looked for. */
	int64_t unusual_hour, unusual_factor;
	const char *url;      /* as browsers reach it, without "/" at its end;
	                     NULL: alerts have no link */
	int64_t link_ms;      /* life of a link in an alert */
	const char *shifts;   /* when they begin (shifts.h) */
	const char *wordings; /* file of approved wordings; NULL: built in */
	const char *tiles;    /* "https://…/{z}/{x}/{y}.png", or NULL */
	const char *tiles_credit; /* what their owner wants said, or NULL */
};

/* The register of encampments. */
struct conf_camps {
	int64_t return_days;    /* back on the same land within: the same one */
	int64_t move_m;         /* moved farther: another one */
	const char *prohibited; /* months after a direction: check, 3 or 12 */
};

struct conf {
	const char *file;    /* where it was read from */
	const char *team;    /* what the rural team is called */
	const char *marking; /* protective marking of what is sent */
	const char *state;   /* state folder: database, lock, control socket */
	const char *rules;   /* rule directory; NULL: the packs installed */
	const char *edition; /* boundary edition in force; NULL: the newest */
	const char *log_level; /* error, warn, info, debug */
	const struct conf_feed *feeds;
	size_t feed_count;
	const struct conf_channel *channels;
	size_t channel_count;
	const struct conf_recipient *recipients;
	size_t recipient_count;
	const struct conf_source *sources;
	size_t source_count;
	int64_t units_keep_days; /* positions are removed after this */
	int64_t stale_ms;        /* a position older than this says "stale" */
	/* tracks are erased, with their originals, after this */
	int64_t tracks_keep_drone_days, tracks_keep_dashcam_days;
	int64_t tracks_keep_other_days;
	int64_t sent_keep_days;     /* delivered rows are deleted after this */
	bool erase;                 /* the agent erases by age, once a day */
	int64_t untagged_keep_days; /* incidents without a tag */
	int64_t copies_keep_days;   /* in done/ and in quarantine */
	const struct conf_class *classes; /* tagged ones */
	size_t class_count;
	struct conf_review review;
	int64_t attend_ms;  /* open for so long, nobody there: a visit */
	int64_t visit_days; /* in which it is due */
	struct conf_camps camps;
	struct conf_origin *origin; /* where each value stood; conf's own */
};

/*
 * Read the file at path.  All errors are appended to diag, one a line block as
 * "FILE:LINE:COLUMN: error: …" with the source line and a caret, and what to
 * write instead.  Returns 0 and sets *out (conf_free), or -1 (diag says why).
 * Nothing that the file names is opened: see conf_check_files().
 */
NODISCARD int conf_load(const char *path, struct buf *diag, struct conf **out);

/* The same from text, path being only for messages. */
NODISCARD int conf_parse(
    const char *path, struct str text, struct buf *diag, struct conf **out);

/* Release *c and set it NULL. */
void conf_free(struct conf **c);

/*
 * Look at everything that c names on this machine: the folders (feeds, state:
 * exist, are folders, can be written), CA, certificate and password files
 * (exist, can be read, a password file not readable by others).  Creates and
 * contacts nothing.  Findings go to diag with the option's line; returns their
 * number.
 */
size_t conf_check_files(const struct conf *c, struct buf *diag);

/*
 * Every option with its value and where it came from ("FILE:LINE" or
 * "default"), one a line, for "buzzard config show".
 */
void conf_show(const struct conf *c, struct buf *out);

/* The option table for the manual page: name, type, default, help. */
void conf_print_options(struct buf *out);

/* The longest that any channel keeps trying: how long a retry is given. */
int64_t conf_retry_keep_ms(const struct conf *c);

/* The channel named name, or NULL. */
const struct conf_channel *conf_channel_find(
    const struct conf *c, const char *name);

#endif /* CONF_CONF_H */
