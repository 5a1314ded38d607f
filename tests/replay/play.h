/* play: what the files of the scenario runner share. */
#ifndef REPLAY_PLAY_H
#define REPLAY_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/str.h"

struct arena;
struct conf;
struct deliver;
struct geo;
struct intake;
struct loop;
struct outbox;
struct ruleset;
struct sim_attempt;
struct store;

#define PLAY_WORDS_MAX 24

/* A step, cut into words; a quoted text is one, and so is a JSON message. */
struct play_words {
	char *text; /* owned */
	const char *w[PLAY_WORDS_MAX];
	size_t count;
};

/* One scenario being played. */
struct play {
	const char *file;
	int line;
	bool is_named; /* it has its name */
	bool is_begun; /* the program runs */
	char folder[64];
	struct loop *loop;
	struct store *store;
	struct conf *conf;
	struct geo *geo;
	struct ruleset *rules;
	struct outbox *outbox;
	struct deliver *deliver;
	struct intake *intake;
	struct arena *arena;
	struct buf last; /* the message offered last */
	struct buf log;
	const struct sim_attempt *expected; /* the last, for its text */
	size_t waits_from; /* attempts that "expect waits" has had */
};

/* Say what went otherwise.  Returns false, so that steps can return it. */
bool play_wrong(const struct play *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Is word i text? */
bool play_is_word(const struct play_words *w, size_t i, const char *text);

/* "10m" and the like; false if it is none. */
bool play_parse_duration(const char *text, int64_t *ms);

/* A whole number from 0; false if it is none. */
bool play_parse_count(const char *text, long *n);

/* A step that begins with "expect": does it hold? */
bool play_expect(struct play *p, const struct play_words *w);

/* Has anything arrived that nobody expected? */
bool play_expect_nothing(struct play *p, const struct play_words *w);

#endif /* REPLAY_PLAY_H */
