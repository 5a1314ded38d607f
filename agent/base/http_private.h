/* http_private: what the files of http share. */
#ifndef BASE_HTTP_PRIVATE_H
#define BASE_HTTP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct MHD_Connection;
struct err;

/*
 * Does the text hold certificates, of which one at least may vouch for others?
 * 0, or -1 with path and what to do.
 */
NODISCARD int http_check_ca(struct str pem, const char *path, struct err *e);

/* Why a request is not taken, with the status to say it with, or NULL. */
const char *http_guard(struct MHD_Connection *c, const char *url,
    const char *method, const char *version, unsigned *status);

/* Can it be the name of a field (RFC 9110, 5.6.2)? */
bool http_is_token(const char *s, size_t len);

/* Can it be the value of a field (RFC 9110, 5.5): no control characters? */
bool http_is_value(const char *s, size_t len);

/*
 * The streams of a server; one whose peer takes nothing for so long is cut.
 * Never NULL (http_streams_free, when none is left).
 */
struct http_streams *http_streams_new(int64_t patience_ms);
void http_streams_free(struct http_streams **all);

/* End all, and those that are begun after; before the library is stopped. */
void http_streams_end(struct http_streams *all);

/* What the library is to send; NULL: it has no memory, and s is gone. */
struct MHD_Response *http_stream_response(struct http_stream *s);

#endif /* BASE_HTTP_PRIVATE_H */
