/*
 * err: one line of text and a code.
 *
 * A message is formatted aside first, so that the old message of the same err
 * may be among the arguments.  What does not fit is cut at a character's edge
 * and ends in "...".  Line breaks and other control characters become spaces:
 * a message always stands in one log line.
 */
#include "agent/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char ellipsis[] = "...";

/* Shorten msg, which vsnprintf() cut, to whole characters and "...". */
static void
mark_cut(char msg[ERR_MSG_MAX])
{
	size_t end = ERR_MSG_MAX - sizeof(ellipsis);

	while (end > 0 && ((unsigned char)msg[end] & 0xc0) == 0x80)
		end--;
	memcpy(msg + end, ellipsis, sizeof(ellipsis));
}

static void
make_one_line(char *msg)
{
	for (; *msg; msg++)
		if ((unsigned char)*msg < 0x20 || *msg == 0x7f)
			*msg = ' ';
}

static void
take_message(struct err *e, int printed, const char made[ERR_MSG_MAX])
{
	memcpy(e->msg, made, ERR_MSG_MAX);
	if (printed >= ERR_MSG_MAX)
		mark_cut(e->msg);
	make_one_line(e->msg);
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	char made[ERR_MSG_MAX] = "";
	va_list ap;

	va_start(ap, fmt);
	int printed = vsnprintf(made, sizeof(made), fmt, ap);
	va_end(ap);
	take_message(e, printed, made);
	e->code = code;
	e->sys_errno = 0;
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	char made[ERR_MSG_MAX] = "";
	const char *cause = strerrordesc_np(saved);
	va_list ap;

	va_start(ap, fmt);
	int printed = vsnprintf(made, sizeof(made), fmt, ap);
	va_end(ap);
	take_message(e, printed, made);
	memcpy(made, e->msg, sizeof(made));
	err_set(e, ERR_SYSTEM, "%s: %s", made, cause ? cause : "unknown error");
	e->sys_errno = saved;
	errno = saved;
	return -1;
}

int
err_wrap(struct err *e, const char *fmt, ...)
{
	char context[ERR_MSG_MAX] = "";
	char made[ERR_MSG_MAX] = "";
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(context, sizeof(context), fmt, ap);
	va_end(ap);
	int printed = snprintf(made, sizeof(made), "%s: %s", context, e->msg);
	take_message(e, printed, made);
	return -1;
}

const char *
err_code_name(enum err_code code)
{
	switch (code) {
	case ERR_NONE: return "none";
	case ERR_INVALID: return "invalid";
	case ERR_LIMIT: return "limit";
	case ERR_TEMPORARY: return "temporary";
	case ERR_PERMANENT: return "permanent";
	case ERR_CORRUPT: return "corrupt";
	case ERR_SYSTEM: return "system";
	}
	return "unknown";
}
