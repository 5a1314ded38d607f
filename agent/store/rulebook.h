/*
 * rulebook: changes of the force's own rule files, made by two people.
 *
 * A change is the text of one file of the folder rules.d (rulepack.h), or that
 * it be left out.  One account proposes it, another with the role approver
 * approves it, the agent puts it in force (agent/ruleeffect.h); each step is an
 * "alteration" line of the audit log.  Nothing is deleted: what was in force
 * stays as a version of its file, with who proposed and approved it.
 *
 *     draft ──► awaiting ──► approved ──► in force ──► ended
 *       ▲          │            └───────► refused, by the agent
 *       └── sent back            (a draft or what awaits can be withdrawn)
 *
 * Who proposed it never approves it: that is looked at by the account's number
 * in the transaction, and a CHECK of the table says the same.  A suspension
 * alone is one person's: within a day of a change it puts back the version
 * before it, which two people had let in.
 *
 * All that writes is called inside the caller's transaction and returns 1, or 0
 * if the change is not as it was seen (its number of changes), or -1 with
 * ERR_INVALID being a sentence for whoever asked.
 */
#ifndef STORE_RULEBOOK_H
#define STORE_RULEBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/hash.h"
#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/accounts.h"

struct arena;
struct err;
struct rulebook; /* opaque; one connection, one thread */
struct rulecheck;
struct store;

#define RULEBOOK_TEXT_MAX   131072 /* bytes; the largest pack file has 33,000 */
#define RULEBOOK_FILE_MAX   64     /* bytes of a file's name */
#define RULEBOOK_REASON_MAX 1000   /* bytes */

/* So long after a change took effect one approver alone may suspend it. */
#define RULEBOOK_SUSPEND_HOURS 24

/* Where a change stands.  Stored: never renumber, only append. */
enum rulebook_state {
	RULEBOOK_DRAFT = 1,
	RULEBOOK_AWAITING = 2,
	RULEBOOK_APPROVED = 3, /* by a person, and not yet in force */
	RULEBOOK_IN_FORCE = 4,
	RULEBOOK_ENDED = 5, /* was in force */
	RULEBOOK_SENT_BACK = 6,
	RULEBOOK_REFUSED = 7, /* the agent could not use it */
	RULEBOOK_WITHDRAWN = 8
};

/* What kind of change.  Stored: never renumber, only append. */
enum rulebook_kind {
	RULEBOOK_TEXT = 1,
	RULEBOOK_PUT_BACK = 2,  /* the text of an earlier version */
	RULEBOOK_SUSPENSION = 3 /* the version before, by the approver alone */
};

/* How far a preview is.  Stored: never renumber, only append. */
enum rulebook_preview {
	RULEBOOK_PREVIEW_NONE = 0,
	RULEBOOK_PREVIEW_ASKED = 1,
	RULEBOOK_PREVIEW_RUNNING = 2,
	RULEBOOK_PREVIEW_DONE = 3,
	RULEBOOK_PREVIEW_STOPPED = 4,
	RULEBOOK_PREVIEW_FAILED = 5
};

/* A change; text is the arena's or borrowed for the call that shows it. */
struct rulebook_change {
	int64_t id;
	struct str file;
	enum rulebook_state state;
	enum rulebook_kind kind;
	int64_t changes; /* grows with each step: the version of the record */
	int64_t account_id, made_ms;
	struct str proposer;
	int64_t decided_by; /* 0: nobody */
	struct str decider;
	int64_t decided_ms;
	int64_t restores_id; /* whose text it puts back; 0 */
	int64_t version;     /* of its file, once in force; 0 */
	int64_t effected_ms, ended_ms;
	struct str base; /* digest of the file that it changes; absent: none */
	struct str digest;      /* of text; absent: the file is left out */
	struct str checked_set; /* hash of the rules with it; absent: wrong */
	int64_t errors, warnings, tests, failed;
	enum rulebook_preview preview_state;
	int64_t preview_done, preview_of, preview_days, preview_ms;
	struct str preview_set, preview_live; /* what was compared */
	struct str reason, answer;
	/* Only of rulebook_find(): */
	struct str report;  /* JSON: problems and tests that failed */
	struct str preview; /* JSON: figures */
	struct str text;    /* absent: the file is left out */
};

/* Who does it. */
struct rulebook_hand {
	int64_t account_id;
	const char *actor;
	int64_t now_ms;
};

/* What is written into a draft; borrowed. */
struct rulebook_draft {
	struct str file, text; /* text absent: leave the file out */
	struct str reason;
	enum rulebook_kind kind;
	int64_t restores_id;
	const struct rulecheck *check; /* of file and text */
};

/* Borrows store until rulebook_close().  The caller owns *out. */
NODISCARD int rulebook_open(
    struct store *store, struct rulebook **out, struct err *e);

/* Release *b and set it NULL.  NULL is fine. */
void rulebook_close(struct rulebook **b);

/*
 * Is it a name that a file of rules may have: of a-z 0-9 . _ -, beginning with
 * a letter or digit, ending in .rules or .list?  So it names nothing elsewhere.
 */
bool rulebook_is_file(struct str name);

/*
 * Append text as it is kept: lines end in LF, the last too.  ERR_INVALID with
 * a sentence: it is empty, too long, not UTF-8, or has control characters or
 * what str_hidden() finds: who approves it must see what it is.
 */
NODISCARD int rulebook_tidy(struct str text, struct buf *out, struct err *e);

/* Refuse what str_hidden() finds: ERR_INVALID with where it is. */
NODISCARD int rulebook_check_plain(struct str text, struct err *e);

/* --- reading --- */

/* The change: 1, 0 or -1; what it says is arena's. */
NODISCARD int rulebook_find(struct rulebook *b, int64_t id, struct arena *arena,
    struct rulebook_change *out, struct err *e);

/* Those with ids below before, of that state (0: any), newest first. */
NODISCARD int rulebook_list(struct rulebook *b, int64_t before,
    enum rulebook_state state, int64_t limit,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e);

/* How many await an approver. */
NODISCARD int rulebook_count_awaiting(
    struct rulebook *b, int64_t *count, struct err *e);

/* What is in force, by file. */
NODISCARD int rulebook_list_in_force(struct rulebook *b,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e);

/* The version of file that is in force: 1, 0 or -1. */
NODISCARD int rulebook_find_in_force(struct rulebook *b, struct str file,
    struct arena *arena, struct rulebook_change *out, struct err *e);

/* The versions of file (absent: of all files), the newest first. */
NODISCARD int rulebook_list_versions(struct rulebook *b, struct str file,
    void (*each)(void *user, const struct rulebook_change *c), void *user,
    struct err *e);

/* The version of file before that number: 1, 0 or -1. */
NODISCARD int rulebook_find_version(struct rulebook *b, struct str file,
    int64_t version, struct arena *arena, struct rulebook_change *out,
    struct err *e);

/* "draft", "awaiting", "approved", "in-force", "ended", "sent-back", … */
const char *rulebook_state_name(enum rulebook_state state);

/* The state of that name, or 0. */
enum rulebook_state rulebook_state_of(struct str name);

/* "text", "put-back" or "suspension". */
const char *rulebook_kind_name(enum rulebook_kind kind);

/* "none", "asked", "running", "done", "stopped" or "failed". */
const char *rulebook_preview_name(enum rulebook_preview state);

/* --- the proposer's steps --- */

/* A new change, a draft; one that puts back awaits approval at once. */
NODISCARD int rulebook_add(struct rulebook *b, const struct rulebook_draft *d,
    const struct rulebook_hand *by, int64_t *id, struct err *e);

/*
 * Another text and reason for a draft or what was sent back, by its proposer;
 * it is a draft then and any preview is forgotten.
 */
NODISCARD int rulebook_write(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    struct err *e);

/* Let it be approved: what is wrong or fails its tests is refused. */
NODISCARD int rulebook_propose(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_hand *by, struct err *e);

/* Take it back; it stays, as withdrawn, and its preview is stopped. */
NODISCARD int rulebook_withdraw(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_hand *by, struct err *e);

/* --- the approver's --- */

/*
 * Approve; check is of now.  Why it cannot be is said: its proposer asks, the
 * account is no approver, the rules are wrong or their tests fail, the file in
 * force is another than it was made from, there is no preview of this text over
 * the rules in force, another change is just being put in force.
 */
NODISCARD int rulebook_approve(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulecheck *check, const struct rulebook_hand *by,
    struct err *e);

/*
 * What keeps it from being approved by anybody, as that would say it: -1 with
 * the sentence; 1 if nothing.  Reads only.
 */
NODISCARD int rulebook_may_approve(const struct rulebook_change *c,
    const struct rulecheck *check, struct err *e);

/* Send back with a reason. */
NODISCARD int rulebook_send_back(struct rulebook *b, int64_t id, int64_t seen,
    struct str why, const struct rulebook_hand *by, struct err *e);

/*
 * Suspend the change in force whose number is id: the version before it is
 * approved in its place, as the change *made_id.  d says that text (or none), its kind and whose it is.
 * What rulebook_may_suspend() says is refused.
 */
NODISCARD int rulebook_suspend(struct rulebook *b, int64_t id, int64_t seen,
    const struct rulebook_draft *d, const struct rulebook_hand *by,
    int64_t *made_id, struct err *e);

/*
 * What keeps a change in force from being suspended by anybody: it is a
 * suspension or puts a version back, so that two people took out what one would
 * bring in again; or it took effect more than RULEBOOK_SUSPEND_HOURS ago.  -1
 * with the sentence; 1 if nothing.  Reads only.
 */
NODISCARD int rulebook_may_suspend(
    const struct rulebook_change *c, int64_t now_ms, struct err *e);

/* --- the agent's --- */

/* What is approved and not yet in force: 1, 0 or -1. */
NODISCARD int rulebook_next(struct rulebook *b, struct arena *arena,
    struct rulebook_change *out, struct err *e);

/* The rules with it are in use. */
NODISCARD int rulebook_effect(
    struct rulebook *b, int64_t id, int64_t now_ms, struct err *e);

/* They could not be used, and why. */
NODISCARD int rulebook_refuse(struct rulebook *b, int64_t id, struct str why,
    int64_t now_ms, struct err *e);

/* --- previews (agent/rulework.h) --- */

/* Ask for one over so many days. */
NODISCARD int rulebook_ask_preview(struct rulebook *b, int64_t id, int64_t seen,
    int64_t days, const struct rulebook_hand *by, struct err *e);

/* Stop it. */
NODISCARD int rulebook_stop_preview(struct rulebook *b, int64_t id,
    int64_t seen, const struct rulebook_hand *by, struct err *e);

/* The next that is asked for, or was cut short: 1, 0 or -1. */
NODISCARD int rulebook_next_preview(struct rulebook *b, struct arena *arena,
    struct rulebook_change *out, struct err *e);

/*
 * Take it in hand, as the change stood with so many changes: 1, or 0 if it is
 * another by now.  From then on proposing it or sending it back does not
 * disturb it; another text, another wish and what ends the change do.
 */
NODISCARD int rulebook_take_preview(
    struct rulebook *b, int64_t id, int64_t changes, struct err *e);

/* How far the one in hand is: 1, or 0 if it is not wanted any more. */
NODISCARD int rulebook_note_preview(
    struct rulebook *b, int64_t id, int64_t done, int64_t of, struct err *e);

/* What came of it. */
struct rulebook_result {
	enum rulebook_preview state; /* done or failed */
	struct str set, live;        /* what was compared */
	struct str figures;          /* JSON; of a failure, {"why":…} */
	int64_t now_ms;
};

/* Keep it: as rulebook_note_preview(). */
NODISCARD int rulebook_keep_preview(struct rulebook *b, int64_t id,
    const struct rulebook_result *r, struct err *e);

/* An incident as an example of a difference; texts are borrowed. */
struct rulebook_example {
	int64_t incident_id;
	struct str theme, kind, live, candidate; /* words */
};

/* Keep one, after rulebook_keep_preview(). */
NODISCARD int rulebook_keep_example(struct rulebook *b, int64_t id,
    const struct rulebook_example *x, struct err *e);

/* Those of a change, by theme and kind. */
NODISCARD int rulebook_list_examples(struct rulebook *b, int64_t id,
    void (*each)(void *user, const struct rulebook_example *x), void *user,
    struct err *e);

/* --- is what lies there what was approved? --- */

/* A file of the folder that is not as it was approved. */
struct rulebook_finding {
	struct str file;
	const char *what; /* "is another than …", in plain words */
};

/*
 * Compare the files of the folder own with what is in force; one that is just
 * being put in force may be either.  Returns how many differ, or -1.
 */
NODISCARD int rulebook_verify(struct rulebook *b, const char *own,
    void (*each)(void *user, const struct rulebook_finding *f), void *user,
    struct err *e);

#endif /* STORE_RULEBOOK_H */
