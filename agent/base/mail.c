/*
 * One connection, one mail at a time:
 *
 *     CONNECT --> MAIL --> RCPT --> DATA --> DOT --> IDLE --> MAIL ...
 *                                                      \--> QUIT
 *
 * Whatever goes wrong makes a connection BROKEN, with the verdict on its mail,
 * and ends in one place, end_broken().  A connection over which a mail failed
 * is closed: what state the server is in is not worth guessing.
 */
#include "agent/base/mail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"
#include "agent/base/failpoint.h"
#include "agent/base/loop.h"
#include "agent/base/wire.h"

#define IDLE_KEEP_MS    10000
#define REPLY_LINE_MAX  2000  /* RFC 5321 allows 512 */
#define REPLY_TOTAL_MAX 65536 /* all lines of one reply */
#define WHY_MAX         ERR_MSG_MAX

enum step {
	STEP_CONNECT,
	STEP_IDLE, /* no job */
	STEP_MAIL, /* each of these waits for the reply to that command */
	STEP_RCPT,
	STEP_DATA,
	STEP_DOT,
	STEP_BROKEN /* to be closed; why says what happened */
};

struct job {
	int64_t id;
	char *from; /* owned, as all here */
	char *to;
	struct buf body; /* dots doubled, the final one included */
	bool retried;
};

struct conn {
	struct mail *mail;
	struct conn *next;
	struct wire *wire; /* owned */
	enum step step;
	bool used;                 /* a mail has gone over it */
	enum mail_verdict verdict; /* in STEP_BROKEN, as the next three */
	bool is_down;
	bool is_worth_another; /* the job can go over a new connection */
	char why[WHY_MAX];
	struct loop_timer *timer; /* the job's deadline, or how long idle */
	struct buf in;            /* what is not yet a whole line */
	size_t reply_bytes;
	struct buf command; /* what out borrows from, unless the body */
	struct str out;     /* still to be sent */
	struct job *job;    /* owned; NULL when idle */
};

struct mail {
	struct wire_options options;
	struct loop *loop;
	mail_done done;
	void *user;
	struct wire_pool *pool;
	struct conn *conns;
};

/* --- the end of a job, and of a connection --- */

__attribute__((format(printf, 4, 5))) static void
set_broken(struct conn *c, enum mail_verdict verdict, bool is_down,
    const char *fmt, ...)
{
	va_list ap;

	c->step = STEP_BROKEN;
	c->verdict = verdict;
	c->is_down = is_down;
	va_start(ap, fmt);
	(void)vsnprintf(c->why, sizeof(c->why), fmt, ap);
	va_end(ap);
}

static void
free_job(struct job **job)
{
	struct job *j = TAKE(*job);

	if (!j)
		return;
	free(j->from);
	free(j->to);
	buf_clear(&j->body);
	free(j);
}

static void
free_conn(struct conn *c)
{
	struct conn **at = &c->mail->conns;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	wire_close(&c->wire);
	loop_timer_free(&c->timer);
	buf_clear(&c->in);
	buf_clear(&c->command);
	free_job(&c->job);
	free(c);
}

static void start_conn(struct mail *m, struct job *job);

/* Report the job of a broken connection, or try it once more on a new one. */
static void
end_broken(struct conn *c)
{
	struct mail *m = c->mail;
	struct job *job = TAKE(c->job);
	struct mail_result result = { .verdict = c->verdict,
		.is_down = c->is_down };
	bool again = c->is_worth_another && job && !job->retried;
	char why[WHY_MAX];

	memcpy(why, c->why, sizeof(why));
	free_conn(c);
	if (!job)
		return;
	if (again) {
		job->retried = true;
		start_conn(m, job);
		return;
	}
	result.why = why;
	m->done(m->user, job->id, &result);
	free_job(&job);
}

/* --- the dialogue --- */

/* Send what is still to be sent, as far as it goes now. */
static void
flush(struct conn *c)
{
	size_t sent;
	int rc;

	while (c->out.len > 0) {
		rc = wire_send(c->wire, c->out.p, c->out.len, &sent);
		if (rc == 0)
			return;
		if (rc < 0) {
			/* What the server said last may still be read. */
			c->out.len = 0;
			return;
		}
		c->out.p += sent;
		c->out.len -= sent;
		if (c->out.len == 0 && c->step == STEP_DOT)
			FAILPOINT("after-send");
	}
}

__attribute__((format(printf, 3, 4))) static void
say(struct conn *c, enum step step, const char *fmt, ...)
{
	char line[300]; /* a command and an address of at most 254 */
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	buf_reset(&c->command);
	buf_add_text(&c->command, line);
	buf_add_text(&c->command, "\r\n");
	c->out = buf_str(&c->command);
	c->step = step;
	flush(c);
}

/* Give a connection that stands its job. */
static void
begin_mail(struct conn *c)
{
	loop_timer_set(c->timer, c->mail->options.timeout_ms);
	say(c, STEP_MAIL, "MAIL FROM:<%s>", c->job->from);
}

/* The mail is the server's: report, and wait for the next one. */
static void
end_taken(struct conn *c, const char *reply)
{
	const struct mail_result result = { .verdict = MAIL_TAKEN,
		.why = reply };
	struct job *job = TAKE(c->job);

	FAILPOINT("after-reply");
	c->step = STEP_IDLE;
	c->used = true;
	loop_timer_set(c->timer, IDLE_KEEP_MS);
	c->mail->done(c->mail->user, job->id, &result);
	free_job(&job);
}

/* A reply that is not the one that leads on. */
static void
handle_refusal(struct conn *c, int code, const char *reply)
{
	const struct wire_options *o = &c->mail->options;
	bool unsure = c->step == STEP_DOT;

	if (wire_is_login_refusal(reply))
		set_broken(c, MAIL_LATER, true,
		    "the mail server wants another login (%.100s): check "
		    "username and password_file of channel %s",
		    reply, o->name);
	else if (code >= 500 && code <= 599)
		set_broken(c, MAIL_REFUSED, false, "%s", reply);
	else
		set_broken(c, MAIL_LATER, code == 421, "%s", reply);
	c->is_worth_another = code == 421 && c->used && !unsure;
}

static void
handle_reply(struct conn *c, int code, const char *reply)
{
	bool good = code >= 200 && code <= 299;

	switch (c->step) {
	case STEP_MAIL:
		if (good)
			say(c, STEP_RCPT, "RCPT TO:<%s>", c->job->to);
		break;
	case STEP_RCPT:
		if (good)
			say(c, STEP_DATA, "DATA");
		break;
	case STEP_DATA:
		good = code == 354;
		if (good) {
			c->step = STEP_DOT;
			c->out = buf_str(&c->job->body);
			flush(c);
		}
		break;
	case STEP_DOT:
		if (good)
			end_taken(c, reply);
		break;
	case STEP_IDLE:
	case STEP_CONNECT:
	case STEP_BROKEN:
		/* Nobody asked: the server is about to close. */
		good = false;
		break;
	}
	if (!good)
		handle_refusal(c, code, reply);
}

/* 250 for "250 OK" and "250", -1 for what is no reply; *more for "250-…". */
static int
parse_code(struct str line, bool *more)
{
	if (line.len < 3 || line.p[0] < '2' || line.p[0] > '5' ||
	    line.p[1] < '0' || line.p[1] > '9' || line.p[2] < '0' ||
	    line.p[2] > '9')
		return -1;
	*more = line.len > 3 && line.p[3] == '-';
	return (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 +
	       (line.p[2] - '0');
}

static void
handle_line(struct conn *c, struct str line)
{
	char text[WIRE_REPLY_MAX];
	bool more = false;
	int code = parse_code(line, &more);

	wire_scrub(line.p, line.len, text);
	c->reply_bytes += line.len;
	if (code < 0 || c->reply_bytes > REPLY_TOTAL_MAX) {
		set_broken(c, MAIL_LATER, true,
		    "the mail server answers with what is no SMTP: %s", text);
		return;
	}
	if (more)
		return;
	c->reply_bytes = 0;
	handle_reply(c, code, text);
}

/* Handle the whole lines that have come; keep the rest. */
static void
handle_lines(struct conn *c)
{
	size_t begin = 0;
	char *end;

	while (c->step != STEP_BROKEN && begin < c->in.len &&
	       (end = memchr(c->in.p + begin, '\n', c->in.len - begin))) {
		size_t len = (size_t)(end - (c->in.p + begin));

		handle_line(c, str_trim(str_make(c->in.p + begin, len)));
		begin += len + 1;
	}
	if (begin > 0) {
		memmove(c->in.p, c->in.p + begin, c->in.len - begin);
		c->in.len -= begin;
	}
	if (c->step != STEP_BROKEN && c->in.len > REPLY_LINE_MAX)
		set_broken(c, MAIL_LATER, true,
		    "the mail server answers with a line without end");
}

/* Read what has come.  False if the server has closed. */
static bool
receive(struct conn *c)
{
	char bytes[4096];
	size_t got;
	int rc;

	while ((rc = wire_receive(c->wire, bytes, sizeof(bytes), &got)) > 0) {
		buf_add(&c->in, bytes, got);
		if (c->in.len > REPLY_TOTAL_MAX)
			return true; /* handle_lines() ends this */
	}
	return rc == 0;
}

static void
on_ready(void *user)
{
	struct conn *c = user;
	bool open;

	flush(c);
	open = receive(c);
	handle_lines(c);
	if (!open && c->step != STEP_BROKEN) {
		bool unsure = c->step == STEP_DOT;

		set_broken(c, MAIL_LATER, true, "%s",
		    unsure ? "the mail server closed the connection before it "
			     "said whether it took the mail"
			   : "the mail server closed the connection");
		c->is_worth_another = c->used && !unsure;
	}
	if (c->step == STEP_BROKEN)
		end_broken(c);
}

/* --- connections --- */

static void
on_connected(void *user, const char *why)
{
	struct conn *c = user;

	if (!why) {
		begin_mail(c);
		return;
	}
	set_broken(c, MAIL_LATER, true, "%s", why);
	end_broken(c);
}

/* The job's time is up, the idle time is, or the start failed. */
static void
on_timer(void *user)
{
	struct conn *c = user;

	if (c->step == STEP_IDLE)
		say(c, STEP_IDLE, "QUIT");
	else if (c->step != STEP_BROKEN)
		set_broken(c, MAIL_LATER, true,
		    "the mail server at %.80s did not answer in time: check "
		    "that it is well",
		    c->mail->options.host);
	end_broken(c);
}

/* Connect for job; what goes wrong at once is reported by the timer. */
static void
start_conn(struct mail *m, struct job *job)
{
	struct conn *c = alloc_zero(1, sizeof(*c));
	const struct wire_events events = {
		.connected = on_connected, .ready = on_ready, .user = c
	};
	struct err e;

	c->mail = m;
	c->step = STEP_CONNECT;
	c->job = job;
	c->next = m->conns;
	m->conns = c;
	CHECK(loop_add_timer(m->loop, on_timer, c, &c->timer, &e) == 0);
	if (wire_connect(m->pool, &m->options, &events, &c->wire, &e) == 0)
		return; /* connecting has a time-out of its own */
	set_broken(c, MAIL_LATER, true, "%s", e.msg);
	loop_timer_set(c->timer, 0);
}

/* --- what the header offers --- */

static struct wire_options
to_wire(const struct mail_options *o)
{
	return (struct wire_options){ .name = o->name,
		.scheme = "smtp",
		.host = o->host,
		.port = o->port,
		.path = o->helo,
		.tls = o->tls,
		.ca_file = o->ca_file,
		.username = o->username,
		.password_file = o->password_file,
		.timeout_ms = o->timeout_ms };
}

int
mail_open(const struct mail_options *options, struct loop *loop, mail_done done,
    void *user, struct mail **out, struct err *e)
{
	struct mail *m = alloc_zero(1, sizeof(*m));

	*out = NULL;
	m->options = to_wire(options);
	m->loop = loop;
	m->done = done;
	m->user = user;
	if (wire_pool_open(loop, &m->pool, e) < 0) {
		free(m);
		return -1;
	}
	*out = m;
	return 0;
}

/* RFC 5321 4.5.2: a line that begins with a dot gets one more. */
static void
add_stuffed(struct str bytes, struct buf *out)
{
	bool at_start = true;

	for (size_t i = 0; i < bytes.len; i++) {
		if (at_start && bytes.p[i] == '.')
			buf_add_char(out, '.');
		buf_add_char(out, bytes.p[i]);
		at_start = bytes.p[i] == '\n';
	}
	buf_add_text(out, at_start ? ".\r\n" : "\r\n.\r\n");
}

void
mail_send(struct mail *m, int64_t id, struct str from, struct str to,
    struct str bytes)
{
	struct job *job = alloc_zero(1, sizeof(*job));

	job->id = id;
	job->from = str_copy(from);
	job->to = str_copy(to);
	add_stuffed(bytes, &job->body);
	for (struct conn *c = m->conns; c; c = c->next) {
		if (c->step == STEP_IDLE) {
			c->job = job;
			begin_mail(c);
			return;
		}
	}
	start_conn(m, job);
}

void
mail_close(struct mail **m)
{
	if (!*m)
		return;
	while ((*m)->conns)
		/* It takes itself out of the list, which is not seen here. */
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		free_conn((*m)->conns);
	wire_pool_close(&(*m)->pool);
	free(*m);
	*m = NULL;
}

int
mail_probe(const struct mail_options *options, struct err *e)
{
	const struct wire_options w = to_wire(options);

	return wire_probe(&w, e);
}
