/*
 * libcurl's MIME functions would do most of this, but a mail is better made
 * where a test can read it whole: with LF line ends curl sends one line of
 * "=0A" or bare LF, does not encode a subject, and puts CRLF that stands in an
 * address on the wire as it is.
 */
#include "agent/base/mime.h"

#include <string.h>

#include "agent/base/clock.h"

#define LINE_MAX_QP      76 /* RFC 2045 6.7 (5), counting the soft "=" */
#define FOLD_AT          76
#define WORD_ENCODED_MAX 60 /* with "=?UTF-8?Q?" and "?=": 72 of 75 */
#define SUBJECT_INDENT   9  /* "Subject: " */
#define ADDRESS_MAX      254
#define LOCAL_MAX        64

static const char hex_digits[] = "0123456789ABCDEF";

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/* RFC 5321 atext, of which a dot-string is made. */
static bool
is_atext(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool
is_domain_char(char c)
{
	return is_alnum(c) || c == '-';
}

/* Non-empty runs of allowed characters with single dots between. */
static bool
is_dotted(struct str s, bool (*allowed)(char))
{
	bool after_dot = true;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.') {
			if (after_dot)
				return false;
			after_dot = true;
		} else if (allowed(s.p[i])) {
			after_dot = false;
		} else {
			return false;
		}
	}
	return !after_dot;
}

struct str
mime_address_domain(struct str a)
{
	const char *at = memchr(a.p, '@', a.len);

	if (!at)
		return str_make(a.p + a.len, 0);
	return str_make(at + 1, a.len - (size_t)(at + 1 - a.p));
}

bool
mime_address_is_valid(struct str a)
{
	struct str local;
	const char *at;

	if (a.len == 0 || a.len > ADDRESS_MAX)
		return false;
	at = memchr(a.p, '@', a.len);
	if (!at || at - a.p > LOCAL_MAX)
		return false;
	local = str_make(a.p, (size_t)(at - a.p));
	return is_dotted(local, is_atext) &&
	       is_dotted(mime_address_domain(a), is_domain_char);
}

static void
add_escaped(char c, struct buf *out)
{
	unsigned char u = (unsigned char)c;

	buf_add_char(out, '=');
	buf_add_char(out, hex_digits[u >> 4]);
	buf_add_char(out, hex_digits[u & 15]);
}

static bool
is_line_end(struct str s, size_t i)
{
	return i >= s.len || s.p[i] == '\n' || s.p[i] == '\r';
}

/* Must the byte at i be written as =XX?  Blanks only at the end of a line. */
static bool
needs_escape(struct str s, size_t i)
{
	char c = s.p[i];

	if (c == ' ' || c == '\t')
		return is_line_end(s, i + 1);
	return c < 0x21 || c > 0x7e || c == '=';
}

void
mime_quote(struct str text, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < text.len; i++) {
		bool escape;
		size_t width;

		if (is_line_end(text, i)) {
			if (text.p[i] == '\r' && i + 1 < text.len &&
			    text.p[i + 1] == '\n')
				i++;
			buf_add_text(out, "\r\n");
			column = 0;
			continue;
		}
		escape = needs_escape(text, i);
		width = escape ? 3 : 1;
		/* The last column is kept for the soft line end. */
		if (column + width > LINE_MAX_QP - 1) {
			buf_add_text(out, "=\r\n");
			column = 0;
		}
		if (escape)
			add_escaped(text.p[i], out);
		else
			buf_add_char(out, text.p[i]);
		column += width;
	}
}

/* Can the subject stand as it is, folded at its blanks? */
static bool
is_plain(struct str s)
{
	size_t word = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return false;
		if (s.p[i] == '=' && i + 1 < s.len && s.p[i + 1] == '?')
			return false;
		word = s.p[i] == ' ' ? 0 : word + 1;
		if (word > FOLD_AT - SUBJECT_INDENT)
			return false;
	}
	return s.len == 0 || (s.p[0] != ' ' && s.p[s.len - 1] != ' ');
}

/* Length of the word at i, the blank before it included. */
static size_t
word_len(struct str s, size_t i)
{
	size_t n = 1;

	while (i + n < s.len && s.p[i + n] != ' ')
		n++;
	return n;
}

static void
add_folded(struct str s, struct buf *out)
{
	size_t column = SUBJECT_INDENT;

	for (size_t i = 0; i < s.len;) {
		size_t n = word_len(s, i);

		if (s.p[i] == ' ' && n > 1 && column + n > FOLD_AT) {
			buf_add_text(out, "\r\n");
			column = 0;
		}
		buf_add(out, s.p + i, n);
		column += n;
		i += n;
	}
}

/* Bytes of the UTF-8 character at i; 1 for a byte that begins none. */
static size_t
char_len(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

	return n > s.len - i ? 1 : n;
}

/* RFC 2047 "Q" in a header: letters, digits and a few; blank is "_". */
static void
add_q_char(char c, struct buf *out)
{
	if (is_alnum(c) || c == '-' || c == '.' || c == '/' || c == ':')
		buf_add_char(out, c);
	else if ((unsigned char)c <= ' ' || c == 0x7f)
		buf_add_char(out, '_');
	else
		add_escaped(c, out);
}

static void
add_encoded_words(struct str s, struct buf *out)
{
	size_t begun;
	size_t n;

	buf_add_text(out, "=?UTF-8?Q?");
	begun = out->len;
	for (size_t i = 0; i < s.len; i += n) {
		n = char_len(s, i);
		/* A character may not be split between two words. */
		if (out->len - begun + 3 * n > WORD_ENCODED_MAX) {
			buf_add_text(out, "?=\r\n =?UTF-8?Q?");
			begun = out->len;
		}
		for (size_t k = 0; k < n; k++)
			add_q_char(s.p[i + k], out);
	}
	buf_add_text(out, "?=");
}

void
mime_subject(struct str subject, struct buf *out)
{
	if (is_plain(subject))
		add_folded(subject, out);
	else
		add_encoded_words(subject, out);
}

/* A header value that is no free text; what is not printable is "?". */
static void
add_value(struct str value, struct buf *out)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		buf_add_char(out, c >= 0x20 && c <= 0x7e ? c : '?');
	}
}

static void
add_header(const char *name, struct str value, struct buf *out)
{
	buf_addf(out, "%s: ", name);
	add_value(value, out);
	buf_add_text(out, "\r\n");
}

static void
add_id_header(
    const char *name, struct str local, struct str domain, struct buf *out)
{
	buf_addf(out, "%s: <", name);
	add_value(local, out);
	buf_add_char(out, '@');
	add_value(domain, out);
	buf_add_text(out, ">\r\n");
}

/* RFC 5322 3.3, in London's time as its readers have it. */
static void
add_date(int64_t ms, struct buf *out)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct clock_local t = clock_to_local(ms);

	buf_addf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +%02d%02d\r\n",
	    days[t.weekday], t.day, months[t.month - 1], t.year, t.hour,
	    t.minute, t.second, t.offset_min / 60, t.offset_min % 60);
}

static void
add_headers(const struct mime_mail *mail, struct buf *out)
{
	struct str domain = mime_address_domain(mail->from);

	add_date(mail->date_ms, out);
	add_header("From", mail->from, out);
	add_header("To", mail->to, out);
	buf_add_text(out, "Subject: ");
	mime_subject(mail->subject, out);
	buf_add_text(out, "\r\n");
	add_id_header("Message-ID", mail->message_id, domain, out);
	if (mail->thread_id.len > 0) {
		add_id_header("In-Reply-To", mail->thread_id, domain, out);
		add_id_header("References", mail->thread_id, domain, out);
	}
	for (size_t i = 0; i < mail->extra_count; i++)
		add_header(mail->extra[i].name, mail->extra[i].value, out);
	buf_add_text(out, "MIME-Version: 1.0\r\n");
}

static void
add_part(const char *type, struct str text, struct buf *out)
{
	buf_addf(out,
	    "Content-Type: %s; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    type);
	mime_quote(text, out);
	buf_add_text(out, "\r\n");
}

void
mime_compose(const struct mime_mail *mail, struct buf *out)
{
	/* Quoted-printable cannot hold "=_": no text can end a part. */
	static const char boundary[] = "=_part_of_this_mail";

	add_headers(mail, out);
	if (!str_is_given(mail->html)) {
		add_part("text/plain", mail->text, out);
		return;
	}
	buf_addf(out,
	    "Content-Type: multipart/alternative;\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n",
	    boundary, boundary);
	add_part("text/plain", mail->text, out);
	buf_addf(out, "--%s\r\n", boundary);
	add_part("text/html", mail->html, out);
	buf_addf(out, "--%s--\r\n", boundary);
}
