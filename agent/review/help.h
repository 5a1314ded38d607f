/* help: which section of the page Help speaks of a page. */
#ifndef REVIEW_HELP_H
#define REVIEW_HELP_H

/* The id of the section about the page at path; "" if none is. */
const char *help_section(const char *path);

#endif /* REVIEW_HELP_H */
