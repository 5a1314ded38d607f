/*
 * http: a web server.  The one door to libmicrohttpd.
 *
 * It has threads of its own; the handler is called in any of them, several at
 * once, for the requests in the order they came.  A request reaches the handler whole, with its body, or not at all:
 * what is malformed, ambiguous about its length (RFC 9112, 6.3 and 11.2), too
 * large, too slow or of a method other than GET, HEAD and POST is answered
 * here and the connection closed.  The library alone lets several such through.
 *
 * Nothing waits for a slow peer: a connection has a time for its request and
 * one for taking the answer, after which it is cut.
 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/own.h"
#include "agent/base/str.h"

struct err;
struct http;        /* opaque; a server that runs */
struct http_stream; /* opaque; an answer that goes on */
struct http_streams;

/* The largest body and the longest head (request line and fields). */
#define HTTP_BODY_MAX 65536

/* The largest body below the paths of http_options.large. */
#define HTTP_BODY_LARGE_MAX 524288
#define HTTP_HEAD_MAX       16384

/* As much of a stream waits for its peer at most. */
#define HTTP_STREAM_MAX 65536

/* The longest path that is looked at, decoded. */
#define HTTP_PATH_MAX 512

/* A request, borrowed for the call of the handler. */
struct http_request {
	bool is_post;     /* else GET, or HEAD, which is answered as GET */
	const char *path; /* decoded UTF-8, begins with "/" */
	const char *peer; /* address of the other side as text */
	bool by_socket;   /* it came by the socket of the file system */
	struct str body;
	void *connection; /* for the look-ups below */
};

/* The answer, filled by the handler; it starts as 500 without a body. */
struct http_reply {
	unsigned status;
	struct buf body;              /* owned; the server takes it */
	void *fields;                 /* http_reply_field() */
	struct http_streams *streams; /* the two for http_reply_stream() */
	struct http_stream *stream;
};

/* How to serve.  Texts are copied by http_open(). */
struct http_options {
	const char *address; /* "127.0.0.1" or "::1"; an address, not a name */
	int64_t port;        /* 0: any free one */
	/* A path instead of both: a socket there, of that mode, without TLS. */
	const char *socket;
	unsigned socket_mode;
	const char *cert_file, *key_file; /* PEM; both NULL: no TLS */
	const char *client_ca; /* PEM; NULL: clients need no certificate; else
	                          they may show one: http_client() */
	void (*handle)(void *user, const struct http_request *rq,
	    struct http_reply *reply);
	void *user;
	unsigned threads;     /* that call handle, 1 or more */
	unsigned connections; /* at once, in all */
	unsigned per_address; /* at once, from one address */
	int64_t request_ms;   /* from the connection, or the last answer, to a
	                         whole head; as long again for the body */
	int64_t answer_ms;    /* until the answer is taken */
	/* Beginnings of paths whose bodies may be large; borrowed, ends with
	   NULL; NULL: none. */
	const char *const *large;
};

/*
 * Listen and serve.  The caller owns *out (http_close).  Errors: the address
 * cannot be had (ERR_SYSTEM, with the cause), a certificate or key cannot be
 * read or they do not belong together (ERR_INVALID).
 */
NODISCARD int http_open(
    const struct http_options *options, struct http **out, struct err *e);

/* Whose certificate a client showed. */
enum http_client {
	HTTP_CLIENT_NONE,    /* none */
	HTTP_CLIENT_KNOWN,   /* one that client_ca vouches for, now */
	HTTP_CLIENT_UNKNOWN, /* another, or it has run out, or is a server's */
	HTTP_CLIENT_UNNAMED  /* it lacks the name, or has more than one */
};

#define HTTP_CLIENT_NAME_MAX 256

/* Stop, waiting for handlers that run, and release *h; set it NULL. */
void http_close(struct http **h);

/* The port listened on; 0: a socket of the file system. */
int64_t http_port(const struct http *h);

/* The field of the request's head, the first if repeated, or absent. */
struct str http_head(const struct http_request *rq, const char *name);

/* How often a field of that name is there. */
size_t http_head_count(const struct http_request *rq, const char *name);

/*
 * Who the client is by its certificate.  For HTTP_CLIENT_KNOWN name is the
 * common name of its subject or, if by_mail, its one address of mail
 * (RFC 5280, 4.2.1.6); it can hold any bytes but NUL.
 */
enum http_client http_client(const struct http_request *rq, bool by_mail,
    char name[HTTP_CLIENT_NAME_MAX]);

/* A cookie, or absent. */
struct str http_cookie(const struct http_request *rq, const char *name);

/* A parameter behind the path's "?", decoded, or absent. */
struct str http_query(const struct http_request *rq, const char *name);

/* Call each for the parameters behind the "?", decoded, in their order. */
void http_query_each(const struct http_request *rq,
    void (*each)(void *user, struct str name, struct str value), void *user);

/*
 * A field of a form in the body (application/x-www-form-urlencoded, WHATWG
 * URL, 5.1), decoded into out, which is overwritten: 1, 0 if it is not there,
 * -1 if it is not UTF-8 or the body is no form.
 */
int http_form(const struct http_request *rq, const char *name, struct buf *out);

/*
 * Call each for the fields of a form in the body, decoded, in their order; one
 * that http_form() would not give is passed over.  Borrowed for the call.
 */
void http_form_each(const struct http_request *rq,
    void (*each)(void *user, struct str name, struct str value), void *user);

/*
 * Set a field of the answer's head; name is a literal.  One whose value has a
 * line end or another control character is not sent, and that is logged.
 */
void http_reply_field(
    struct http_reply *reply, const char *name, const char *value);

/*
 * Make the answer one that goes on after its handler: the body so far is its
 * beginning.  It holds no thread.  The caller owns the result and closes it,
 * at the latest before http_close().
 */
struct http_stream *http_reply_stream(
    const struct http_request *rq, struct http_reply *reply);

/*
 * Add bytes; copied.  False if nothing can be added: the peer has left, or has
 * not taken what waits within the time for an answer, or HTTP_STREAM_MAX bytes
 * wait, and it is cut.  That shows with a sending only, so send something now
 * and then.  In any thread.
 */
bool http_stream_send(struct http_stream *s, struct str bytes);

/* End it when what waits is taken, and set *s NULL.  NULL is fine. */
void http_stream_close(struct http_stream **s);

#endif /* BASE_HTTP_H */
