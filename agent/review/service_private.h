/* service_private: what the files of the review service share. */
#ifndef REVIEW_SERVICE_PRIVATE_H
#define REVIEW_SERVICE_PRIVATE_H

#include <pthread.h>
#include <stdbool.h>

#include "agent/base/password.h"
#include "agent/review/service.h"
#include "agent/review/visit.h"

struct service {
	struct http *http;
	char *path; /* of the database */
	char *team, *marking;
	struct accounts_limits limits;
	bool is_secure; /* TLS: cookies only go over it */
	struct password_gate gate;
	void (*wake)(void *user);
	void *user;
	pthread_mutex_t lock; /* the idle desks */
	struct desk *idle;
};

#endif /* REVIEW_SERVICE_PRIVATE_H */
