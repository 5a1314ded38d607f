/*
 * contactform: the form that contact with an informant is recorded with, and
 * what is read of it.
 */
#ifndef REVIEW_CONTACTFORM_H
#define REVIEW_CONTACTFORM_H

#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"
#include "agent/store/contacts.h"
#include "agent/store/contactwords.h"

struct err;
struct visit;

/* What the form is made of; borrowed for the call. */
struct contactform {
	int64_t incident_id;
	struct str themes; /* that stand: "fuel,equine" */
	/* What it begins with; corrects says which entry it puts right. */
	const struct contact_entry *entry;
};

/* Append the form. */
NODISCARD int contactform_print(
    struct visit *v, const struct contactform *form, struct err *e);

/*
 * Read the entry that was sent, in the desk's arena: 0, or -1 with a sentence
 * for the visitor.
 */
NODISCARD int contactform_read(
    struct visit *v, struct contact_entry *out, struct err *e);

/*
 * The number that a field has by a list's words; 0 if it is empty or absent.
 * ERR_INVALID if it is another word.
 */
NODISCARD int contactform_pick(struct visit *v, const char *field,
    enum contactwords_list list, int *number, struct err *e);

/*
 * The time of two fields, NAME-day and NAME-time; an empty day leaves *ms as
 * it is, an empty time is minute.  ERR_INVALID if it is none.
 */
NODISCARD int contactform_when(
    struct visit *v, const char *name, int minute, int64_t *ms, struct err *e);

/* Append a <p> with a label and a select of a list; none: what "" is called. */
void contactform_select(struct visit *v, const char *name, const char *label,
    const char *none, enum contactwords_list list, int chosen);

/* Append a <p> with a day and a time field; CLOCK_NONE leaves both empty. */
void contactform_time(
    struct visit *v, const char *name, const char *label, int64_t ms);

#endif /* REVIEW_CONTACTFORM_H */
