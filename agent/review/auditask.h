/*
 * auditask: what is asked of the audit log in an address, for the page and the
 * API alike: account, incident, event, since, before.
 */
#ifndef REVIEW_AUDITASK_H
#define REVIEW_AUDITASK_H

#include "agent/base/own.h"
#include "agent/store/audit_pages.h"

struct visit;

/* What cannot be understood. */
struct auditask_fault {
	const char *field; /* the parameter */
	const char *what;  /* a sentence */
};

/*
 * Read it; where a page begins, the caller sets.  0, or -1 and the fault; then
 * the filter has what could be read.
 */
NODISCARD int auditask_read(struct visit *v, struct audit_pages_filter *f,
    struct auditask_fault *fault);

#endif /* REVIEW_AUDITASK_H */
