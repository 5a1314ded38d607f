/* service_private: what the files of the review service share. */
#ifndef REVIEW_SERVICE_PRIVATE_H
#define REVIEW_SERVICE_PRIVATE_H

#include <pthread.h>
#include <stdbool.h>

#include "agent/base/password.h"
#include "agent/conf/shifts.h"
#include "agent/review/pulse.h"
#include "agent/review/service.h"
#include "agent/review/visit.h"
#include "agent/store/campcount.h"
#include "agent/store/watch.h"

struct wordings;

/* Who comes in without a password (signon.c). */
struct service_signon {
	char *field;         /* of the socket's requests; owned */
	unsigned new_roles;  /* of accounts that are made; 0: none are */
	bool by_certificate; /* people may show one */
	bool by_mail;        /* the address in it names them */
};

struct service {
	struct http *http;   /* the port; NULL: none */
	struct http *socket; /* the sign-on's; NULL: none */
	struct service_signon signon;
	struct watch_limits unusual;
	const struct conf *conf; /* borrowed */
	char *path;              /* of the database */
	char *team, *marking;
	struct guests *guests;     /* who may come by a link */
	struct wordings *wordings; /* owned */
	struct shifts shifts;
	struct db_turns *turns; /* borrowed */
	struct scribe *scribe;
	struct mapground *ground; /* what lies under the map */
	char *policy;             /* Content-Security-Policy */
	struct news *news;
	struct accounts_limits limits;
	struct campcount_rule camp_rule; /* for entries opened from now on */
	int prohibited_months; /* after a direction; 0: to be checked */
	bool is_secure;        /* TLS: cookies only go over it */
	struct password_gate gate;
	void (*wake)(void *user);
	void *user;
	int64_t retry_keep_ms; /* the longest that any channel keeps trying */
	struct gazetteer *places;            /* owned; names, for the search */
	const struct ruleset *_Atomic rules; /* borrowed; NULL: not yet */
	unsigned desks;                      /* at most, at once */
	pthread_mutex_t lock;                /* over all below */
	pthread_cond_t freed;
	unsigned log_ins; /* at work or waiting */
	bool is_logging_in;
	struct desk *idle;
	uint64_t asked, returned; /* desks; the difference is in use or waits */
	struct pulse pulse;
};

/* The roles of what needs no log-in. */
#define ANYBODY 0U

/* What is asked for, who may, and what answers. */
struct service_route {
	bool is_post;
	const char *path; /* "*": a number or word between two slashes */
	unsigned roles;   /* any of these, or ANYBODY */
	void (*page)(struct visit *v);
};

/* All of them; count by *count. */
const struct service_route *service_routes(size_t *count);

/*
 * The one for v's path; sets v->arg to what stands for its "*".  NULL: there is
 * none.
 */
const struct service_route *service_find_route(struct visit *v, bool is_post);

#endif /* REVIEW_SERVICE_PRIVATE_H */
