/* Values written back, in the form in which they would be read. */
#include "agent/conf/value_private.h"

#include "agent/base/check.h"

static void
add_list(struct buf *out, const char *const *items, size_t count)
{
	buf_add_char(out, '[');
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", items[i]);
	buf_add_char(out, ']');
}

static bool
print_text(const char *text, struct buf *out)
{
	if (text)
		buf_add_text(out, text);
	return text != NULL;
}

static bool
print_index(const struct option *o, unsigned index, struct buf *out)
{
	buf_add_str(out, option_word(o->words, index));
	return true;
}

/* LONG: one case per type. */
bool
value_print(const struct option *o, const void *base, struct buf *out)
{
	const void *from = (const char *)base + o->offset;
	const void *count = (const char *)base + o->count_offset;

	switch (o->type) {
	case OPTION_TEXT:
	case OPTION_MARKING:
	case OPTION_NAME:
	case OPTION_PATH:
	case OPTION_HOST:
	case OPTION_MAILBOX:
	case OPTION_TOPIC:
	case OPTION_PUBLISHED:
	case OPTION_FILTER:
	case OPTION_CLIENT:
	case OPTION_WORD: return print_text(*(const char *const *)from, out);
	case OPTION_NUMBER:
		buf_addf(out, "%lld", (long long)*(const int64_t *)from);
		return true;
	case OPTION_MS:
		option_add_duration(out, *(const int64_t *)from);
		return true;
	case OPTION_SECONDS:
		option_add_duration(out, *(const int64_t *)from * 1000);
		return true;
	case OPTION_DAYS:
		option_add_duration(out, *(const int64_t *)from * 86400000);
		return true;
	case OPTION_ENUM: return print_index(o, *(const unsigned *)from, out);
	case OPTION_FLAG:
		return print_index(o, *(const bool *)from ? 1 : 0, out);
	case OPTION_LEVELS:
		buf_add_text(
		    out, *(const bool *)from ? "[alert, review]" : "[alert]");
		return true;
	case OPTION_DOMAINS:
	case OPTION_THEMES:
	case OPTION_AREAS:
	case OPTION_WORDS:
		add_list(out, *(const char *const *const *)from,
		    *(const size_t *)count);
		return true;
	case OPTION_TYPES: break;
	}
	CHECK(o->type < OPTION_TYPES);
	return false;
}
