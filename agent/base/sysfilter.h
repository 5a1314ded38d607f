/*
 * sysfilter: the system calls left to a confined child, as a seccomp filter.
 *
 * A list of what is allowed, not of what is not: what a program needs that
 * reads its input, writes to its pipes and asks for memory.  No sockets, no
 * processes or threads, no signals to others, no limits of others, no changes
 * of files or of permissions, nothing of the kernel's own.  A call that is not
 * on the list fails with EPERM; one of another processor's numbering ends the
 * program.  Written by hand for want of a reason for a library: it is a table
 * and four arguments that are looked at.
 */
#ifndef BASE_SYSFILTER_H
#define BASE_SYSFILTER_H

#include <stdbool.h>

struct sock_filter;

/* Room for the longest program sysfilter_build() writes. */
#define SYSFILTER_MAX 256

/* Is there a list for the processor this was built for? */
bool sysfilter_is_known(void);

/* Write the program to out, which has room for SYSFILTER_MAX; its length. */
unsigned short sysfilter_build(struct sock_filter *out);

#endif /* BASE_SYSFILTER_H */
