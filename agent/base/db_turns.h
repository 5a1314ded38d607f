/*
 * db_turns: whose turn it is to write, among the connections of this process
 * to one database: in the order they ask, but those that are urgent first.
 *
 * Without it SQLite lets whoever does not get the lock sleep and try again, so
 * that one who writes all the time keeps another out for long.  In any thread.
 */
#ifndef BASE_DB_TURNS_H
#define BASE_DB_TURNS_H

#include <stdbool.h>

struct db_turns; /* opaque */

/* Never NULL (db_turns_free). */
struct db_turns *db_turns_new(void);

/* Release *t and set it NULL.  Nobody may have a turn.  NULL is fine. */
void db_turns_free(struct db_turns **t);

/* Wait for a turn.  Not nested. */
void db_turns_begin(struct db_turns *t, bool is_urgent);

/* The turn is over. */
void db_turns_end(struct db_turns *t);

/*
 * Whom to tell, after a commit, how many pages the log of the database holds
 * (db_watch_log); NULL: nobody.
 */
void db_turns_watch(
    struct db_turns *t, void (*grown)(void *user, int pages), void *user);

/* Tell them; false if there is nobody. */
bool db_turns_tell(struct db_turns *t, int pages);

#endif /* BASE_DB_TURNS_H */
