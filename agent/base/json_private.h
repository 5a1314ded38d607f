/* What a value is made of: for json.c, which tells, and json_parse.c. */
#ifndef BASE_JSON_PRIVATE_H
#define BASE_JSON_PRIVATE_H

#include "agent/base/json.h"

struct arena;

/* Levels of lists and objects in one another. */
#define JSON_DEPTH_MAX 64

/* One value.  All text in it and all below it are its document's. */
struct json {
	enum json_kind kind;
	uint32_t count;      /* members or items */
	uint32_t begin, end; /* bytes of the text that it was parsed from */
	struct str name;     /* if it is a member of an object */
	union {
		bool yes;                  /* JSON_KIND_BOOL */
		int64_t whole;             /* JSON_KIND_INT */
		double real;               /* JSON_KIND_REAL */
		struct str text;           /* JSON_KIND_TEXT */
		const struct json *inside; /* the members or items in a row */
	};
};

/* What json_parse() gives away is its root. */
struct json_document {
	struct json root;
	struct arena *arena; /* owned; the document itself is in it */
};

#endif /* BASE_JSON_PRIVATE_H */
