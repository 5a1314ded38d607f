/*
 * One reader for each type of option, in a table.  Offsets come from the
 * option's row, whose type says what the member is.
 */
#include "agent/conf/value.h"

#include <string.h>

#include "agent/base/arena.h"
#include "agent/base/check.h"
#include "agent/base/mime.h"
#include "agent/conf/nearest.h"
#include "agent/conf/netname.h"
#include "agent/conf/oneline.h"
#include "agent/conf/value_private.h"

/* What is quoted of a value in a message, at most. */
#define QUOTED_MAX 60

struct str
value_quoted(struct str s)
{
	size_t end = QUOTED_MAX;

	if (s.len <= end)
		return s;
	while (end > 0 && ((unsigned char)s.p[end] & 0xc0) == 0x80)
		end--;
	return str_make(s.p, end);
}

int
value_refuse(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n)
{
	struct buf takes = { 0 };

	option_describe(o, &takes);
	if (n->kind == YAML_SCALAR)
		confdiag_error(r->diag, n->place,
		    "\"%s\" takes %s, not \"%.*s\"", o->path, takes.p,
		    STR_ARG(value_quoted(n->text)));
	else
		confdiag_error(r->diag, n->place, "\"%s\" takes %s, not %s",
		    o->path, takes.p,
		    n->kind == YAML_LIST ? "a list" : "a map");
	buf_clear(&takes);
	return -1;
}

/* true and false, and what other programs take for them. */
static bool
is_boolean_word(struct str s)
{
	return str_is(s, "true") || str_is(s, "false");
}

/* The checks that all options with one text for value have in common. */
static int
check_text(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n)
{
	if (n->plain && is_boolean_word(n->text)) {
		(void)value_refuse(r, o, n);
		confdiag_note(r->diag,
		    "without quotes %.*s is a boolean: write \"%.*s\" if text "
		    "is meant",
		    STR_ARG(n->text), STR_ARG(n->text));
		return -1;
	}
	if (!oneline_is(n->text)) {
		confdiag_error(r->diag, n->place,
		    "\"%s\" is one line of text, without control characters",
		    o->path);
		return -1;
	}
	if (n->text.len < (size_t)o->min || n->text.len > (size_t)o->max) {
		confdiag_error(r->diag, n->place,
		    "\"%s\" must have %lld to %lld bytes, not %zu", o->path,
		    (long long)o->min, (long long)o->max, n->text.len);
		return -1;
	}
	return 0;
}

static const char *
marking_fault(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return "a marking is plain letters, digits and "
			       "punctuation (ASCII)";
	if (s.p[0] == ' ' || s.p[s.len - 1] == ' ')
		return "leave out the spaces at its ends";
	return NULL;
}

static const char *
name_fault(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    (i == 0 || (c != '-' && c != '_' && c != '.')))
			return "a name is lower-case letters, digits and, "
			       "after the first, - _ .";
	}
	return NULL;
}

static const char *
path_fault(struct str s)
{
	return s.p[0] == '~' ? "~ is not expanded here: write the whole path"
			     : NULL;
}

static const char *
host_fault(struct str s)
{
	if (netname_is_host(s))
		return NULL;
	if (memmem(s.p, s.len, "://", 3))
		return "write the name only, without a scheme; the port has "
		       "its own option";
	if (s.p[0] == '[')
		return "write an IPv6 address without brackets";
	if (memchr(s.p, ':', s.len))
		return "write the name only: the port has its own option";
	return "a host is a name like mail.example.org or an address";
}

static const char *
mailbox_fault(struct str s)
{
	if (mime_address_is_valid(s))
		return NULL;
	if (memchr(s.p, '<', s.len))
		return "write the address alone: name@example.org";
	return "write it like name@example.org";
}

static const char *
client_fault(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return "a client id is letters, digits and "
			       "punctuation, without spaces";
	return NULL;
}

static const char *
published_fault(struct str s)
{
	const char *fault = netname_topic_fault(s);

	if (!fault && (memchr(s.p, '{', s.len) || memchr(s.p, '}', s.len)))
		return "has braces: this topic takes no placeholders";
	return fault;
}

/* What is not one line of text of the form that o wants. */
static const char *
text_fault(enum option_type type, struct str s)
{
	static const struct {
		enum option_type type;
		const char *(*fault)(struct str s);
	} faults[] = {
		{ OPTION_MARKING, marking_fault },
		{ OPTION_NAME, name_fault },
		{ OPTION_PATH, path_fault },
		{ OPTION_HOST, host_fault },
		{ OPTION_MAILBOX, mailbox_fault },
		{ OPTION_CLIENT, client_fault },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].type == type)
			return faults[i].fault(s);
	return NULL;
}

static const char *
copy_text(const struct value_reader *r, struct str s)
{
	return arena_str(r->arena, s).p;
}

static int
store_text(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	const char **out = to;
	const char *fault;

	if (check_text(r, o, n) < 0)
		return -1;
	fault = text_fault(o->type, n->text);
	if (fault) {
		(void)value_refuse(r, o, n);
		confdiag_note(r->diag, "%s", fault);
		return -1;
	}
	*out = copy_text(r, n->text);
	return 0;
}

static int
store_path(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	const char **out = to;

	if (store_text(r, o, n, to) < 0)
		return -1;
	if (n->text.p[0] != '/' && r->folder[0] != '\0')
		*out =
		    arena_strf(r->arena, "%s/%.*s", r->folder, STR_ARG(n->text))
			.p;
	return 0;
}

/*
 * Look for {…} that are not {district} or {theme}.  Returns the fault's place
 * in s, or s.len.
 */
static size_t
find_bad_brace(struct str s, struct str *name)
{
	*name = str_make(NULL, 0);
	for (size_t i = 0; i < s.len; i++) {
		const char *end;

		if (s.p[i] == '}')
			return i;
		if (s.p[i] != '{')
			continue;
		end = memchr(s.p + i, '}', s.len - i);
		if (!end)
			return i;
		*name = str_make(s.p + i + 1, (size_t)(end - s.p) - i - 1);
		if (!str_is(*name, "district") && !str_is(*name, "theme"))
			return i;
		i += name->len + 1;
	}
	return s.len;
}

static int
refuse_brace(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, struct str name)
{
	struct nearest near;

	if (!str_is_given(name)) {
		confdiag_error(r->diag, n->place,
		    "\"%s\" has a brace without its partner", o->path);
		return -1;
	}
	confdiag_error(r->diag, n->place, "there is no placeholder {%.*s}",
	    STR_ARG(value_quoted(name)));
	nearest_init(&near, name);
	nearest_offer(&near, str_of("district"));
	nearest_offer(&near, str_of("theme"));
	if (str_is_given(near.best))
		confdiag_note(
		    r->diag, "did you mean {%.*s}?", STR_ARG(near.best));
	else
		confdiag_note(r->diag, "there are {district} and {theme}");
	return -1;
}

static int
store_topic(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *to)
{
	const char **out = to;
	const char *fault;
	struct str name;

	if (check_text(r, o, n) < 0)
		return -1;
	fault = o->type == OPTION_FILTER  ? netname_filter_fault(n->text)
		: o->type == OPTION_TOPIC ? netname_topic_fault(n->text)
					  : published_fault(n->text);
	if (fault) {
		confdiag_error(r->diag, n->place, "the topic \"%.*s\" %s",
		    STR_ARG(value_quoted(n->text)), fault);
		return -1;
	}
	if (o->type != OPTION_FILTER &&
	    find_bad_brace(n->text, &name) < n->text.len)
		return refuse_brace(r, o, n, name);
	*out = copy_text(r, n->text);
	return 0;
}

/* How each type is read. */
static const struct {
	bool scalar; /* from a scalar, else from a list */
	int (*store)(const struct value_reader *r, const struct option *o,
	    const struct yaml_node *n, void *to);
} types[] = {
	[OPTION_TEXT] = { true, store_text },
	[OPTION_MARKING] = { true, store_text },
	[OPTION_NAME] = { true, store_text },
	[OPTION_PATH] = { true, store_path },
	[OPTION_HOST] = { true, store_text },
	[OPTION_MAILBOX] = { true, store_text },
	[OPTION_TOPIC] = { true, store_topic },
	[OPTION_PUBLISHED] = { true, store_topic },
	[OPTION_FILTER] = { true, store_topic },
	[OPTION_CLIENT] = { true, store_text },
	[OPTION_NUMBER] = { true, value_store_number },
	[OPTION_MS] = { true, value_store_duration },
	[OPTION_SECONDS] = { true, value_store_duration },
	[OPTION_DAYS] = { true, value_store_duration },
	[OPTION_WORD] = { true, value_store_word },
	[OPTION_ENUM] = { true, value_store_word },
	[OPTION_FLAG] = { true, value_store_word },
	[OPTION_DOMAINS] = { false, value_store_list },
	[OPTION_THEMES] = { false, value_store_list },
	[OPTION_AREAS] = { false, value_store_list },
	[OPTION_WORDS] = { false, value_store_list },
	[OPTION_LEVELS] = { false, value_store_levels },
};

_Static_assert(sizeof(types) / sizeof(types[0]) == OPTION_TYPES,
    "every type has its reader");

int
value_store(const struct value_reader *r, const struct option *o,
    const struct yaml_node *n, void *base)
{
	char *to = (char *)base + o->offset;

	if (n->kind == YAML_BROKEN)
		return -1;
	if (yaml_is_null(n)) {
		struct buf takes = { 0 };

		option_describe(o, &takes);
		confdiag_error(
		    r->diag, n->place, "\"%s\" has no value", o->path);
		confdiag_note(r->diag,
		    "it takes %s; leave the key out for "
		    "its default",
		    takes.p);
		buf_clear(&takes);
		return -1;
	}
	if (types[o->type].scalar != (n->kind == YAML_SCALAR) ||
	    n->kind == YAML_MAP)
		return value_refuse(r, o, n);
	if (types[o->type].scalar)
		return types[o->type].store(r, o, n, to);
	/* Lists write the count too, and find it from the base. */
	return types[o->type].store(r, o, n, base);
}

void
value_store_preset(
    const struct value_reader *r, const struct option *o, void *base)
{
	struct yaml_node n = { .kind = YAML_SCALAR, .plain = true };

	if (!o->preset)
		return;
	if (o->type == OPTION_LEVELS) {
		*(bool *)((char *)base + o->offset) = false;
		return;
	}
	n.text = str_of(o->preset);
	CHECK(types[o->type].scalar && value_store(r, o, &n, base) == 0);
}
