/*
 * fmt: rule files in one layout.
 *
 * Items stand at the margin, a blank line around rules, contexts and tests;
 * their lines are indented by four columns and what goes on below them by four
 * more.  Lists and conditions are filled to 80 columns and broken where a
 * person would: before "because", "and" and "or", between the words of a list.
 * Comments stay with what they stand beside or above; a blank line in a list,
 * and a comment at the end of a line, keep their lines apart.  Formatting what
 * was formatted changes nothing.
 */
#ifndef RULES_FMT_H
#define RULES_FMT_H

#include "agent/base/own.h"
#include "agent/base/str.h"

/*
 * Append the file called name, in its one layout, to out.  Returns 0, or -1
 * and what is wrong in diag (see diag.h): the file has errors of syntax, or,
 * which would be a bug and is looked for each time, the result would not say
 * the same.  Then nothing of out is to be used.
 */
NODISCARD int fmt_file(
    struct str name, struct str text, struct buf *out, struct buf *diag);

#endif /* RULES_FMT_H */
