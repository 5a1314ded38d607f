/*
 * views: names for filters of the queue.
 *
 * A view is a name for the parameters of an address, which is what counts: the
 * page that it leads to can be kept, sent and changed like any other.  It is
 * its maker's alone, or shared with all who read the queue; a shared one is
 * changed by its maker or an administrator.  One may be an account's start.
 *
 * What is written is written inside the caller's transaction, with an
 * "alteration" line that has the view's number and not its name.
 */
#ifndef STORE_VIEWS_H
#define STORE_VIEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct store;
struct views; /* opaque; one connection, one thread */

/* Of one account; bytes of a name and of a filter. */
#define VIEWS_OF_ONE    40
#define VIEWS_NAME_MAX  80
#define VIEWS_QUERY_MAX 500

/* Who asks. */
struct views_by {
	int64_t account_id;
	const char *actor; /* "account:NAME" */
	bool is_administrator;
	int64_t now_ms;
};

/* One; text is borrowed for the call that shows it. */
struct view {
	int64_t id, account_id;
	struct str name, query, by;
	bool is_shared;
	bool is_start; /* of the account that asks */
	bool may_change;
	int64_t made_ms;
	int64_t turns; /* its version: grows with each change */
};

/* What a view is to be. */
struct view_wish {
	struct str name, query; /* query: as the address has it */
	bool is_shared;
};

/* Borrows store until views_close().  The caller owns *out. */
NODISCARD int views_open(
    struct store *store, struct views **out, struct err *e);

/* Release *v and set it NULL.  NULL is fine. */
void views_close(struct views **v);

/* Call each for those the account sees, its own first, by name. */
NODISCARD int views_list(struct views *v, const struct views_by *by,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e);

/* The same by number behind after_id, at most limit. */
NODISCARD int views_page(struct views *v, const struct views_by *by,
    int64_t after_id, int64_t limit,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e);

/* One that the account sees: 1, 0 or -1; each is called if it is there. */
NODISCARD int views_find(struct views *v, const struct views_by *by, int64_t id,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e);

/*
 * Add one: its id, or -1.  ERR_INVALID, a sentence for people: no name, one
 * that the account has already, too long, or VIEWS_OF_ONE are there.
 */
NODISCARD int64_t views_add(struct views *v, const struct views_by *by,
    const struct view_wish *wish, struct err *e);

/*
 * Make one what wish says; absent texts stay.  1; 0 if it is not there or its
 * version is not seen; -1, ERR_INVALID as for views_add(), or that the account
 * may not.
 */
NODISCARD int views_change(struct views *v, const struct views_by *by,
    int64_t id, int64_t seen, const struct view_wish *wish, struct err *e);

/* Delete one: 1, 0 or -1 as above. */
NODISCARD int views_delete(struct views *v, const struct views_by *by,
    int64_t id, int64_t seen, struct err *e);

/* The account starts there from now on; 0: nowhere.  1, 0 or -1. */
NODISCARD int views_set_start(
    struct views *v, const struct views_by *by, int64_t id, struct err *e);

/* Call each for where the account starts: 1, 0 or -1. */
NODISCARD int views_start(struct views *v, const struct views_by *by,
    void (*each)(void *user, const struct view *view), void *user,
    struct err *e);

#endif /* STORE_VIEWS_H */
