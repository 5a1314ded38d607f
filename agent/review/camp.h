/*
 * camp: what the pages of the encampment register share.
 *
 * page_camps.c lists the entries, page_camp.c shows one, page_camp_line.c takes
 * what is added to it, page_camp_open.c opens one and joins incidents to it.
 */
#ifndef REVIEW_CAMP_H
#define REVIEW_CAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/accounts.h"
#include "agent/store/campwords.h"

struct err;
struct visit;

/* Who may add to the register. */
#define CAMP_WRITERS (ACCOUNT_OFFICER | ACCOUNT_REVIEWER)

/* Record that the visitor looks at an entry: visit_record_look(). */
void camp_record_look(struct visit *v, int64_t id, const char *page);

/* Write a change of an entry, in its transaction: 1, or -1. */
NODISCARD int camp_record_change(struct visit *v, const char *change,
    int64_t camp_id, int64_t line_id, int64_t incident_id, struct err *e);

/* There is no such entry. */
void camp_say_none(struct visit *v);

/* Go to the page of an entry. */
void camp_go(struct visit *v, int64_t id);

/* <option>s, the first being what (NULL: none) for no choice. */
void camp_options(struct buf *out, const struct campword_choice *choices,
    struct str chosen, const char *what);

/* A time as a form has it, "2026-11-14T10:42" in London. */
bool camp_read_time(struct str text, int64_t *ms);
void camp_print_time_value(struct buf *out, int64_t ms);

/*
 * Fields, ended by a NULL name, for a form.  value gives what each holds; bad is
 * the name of one that was refused, or NULL.
 */
void camp_print_fields(struct buf *out, const struct campword_field *fields,
    struct str (*value)(void *user, const char *name), void *user,
    const char *bad);

/* The field of a time. */
void camp_print_when(struct buf *out, const char *name, const char *label,
    int64_t at_ms, const char *bad);

/* What was wrong with a form, linked to the field. */
void camp_print_problem(struct visit *v, const char *bad, const char *what);

#endif /* REVIEW_CAMP_H */
