/*
 * xml: expat with what strangers could misuse turned off.
 *
 * A document type may stand there (some recorders write one), but an entity
 * declaration ends the reading: no format of ours needs one, and bombs are
 * made of them.  Encodings that expat does not know are read as bytes: what
 * we take from such files are numbers, times and element names.
 */
#include "agent/base/xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/alloc.h"
#include "agent/base/check.h"
#include "agent/base/err.h"

struct xml {
	XML_Parser parser;
	struct xml_events events;
	void *user;
	int64_t base, fed; /* fed: bytes since base */
	int depth;
	const char *refused; /* why we stopped the parser ourselves */
};

static void
refuse(struct xml *x, const char *why)
{
	x->refused = why;
	(void)XML_StopParser(x->parser, XML_FALSE);
}

static const char *
local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL
on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = user;

	if (++x->depth > XML_DEPTH_MAX) {
		refuse(x, "elements are nested too deep");
		return;
	}
	x->events.start(x->user, local_name(name), attributes);
}

static void XMLCALL
on_end(void *user, const XML_Char *name)
{
	struct xml *x = user;

	x->depth--;
	x->events.end(x->user, local_name(name));
}

static void XMLCALL
on_text(void *user, const XML_Char *p, int len)
{
	struct xml *x = user;

	x->events.text(x->user, str_make(p, (size_t)len));
}

/* The parameters are expat's. */
static void XMLCALL
// NOLINTNEXTLINE(readability-function-size)
on_entity(void *user, const XML_Char *name, int is_parameter,
    const XML_Char *value, int value_len, const XML_Char *base,
    const XML_Char *system_id, const XML_Char *public_id,
    const XML_Char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)value_len;
	(void)base;
	(void)system_id;
	(void)public_id;
	(void)notation;
	refuse(user, "it declares entities, which no recorder needs");
}

static int XMLCALL
on_encoding(void *user, const XML_Char *name, XML_Encoding *info)
{
	(void)user;
	(void)name;
	for (int i = 0; i < 256; i++)
		info->map[i] = i;
	info->data = NULL;
	info->convert = NULL;
	info->release = NULL;
	return XML_STATUS_OK;
}

static void
set_handlers(struct xml *x)
{
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetEntityDeclHandler(x->parser, on_entity);
	XML_SetUnknownEncodingHandler(x->parser, on_encoding, NULL);
}

struct xml *
xml_new(const struct xml_events *events, void *user)
{
	struct xml *x = alloc_zero(1, sizeof(*x));

	x->parser = XML_ParserCreate(NULL);
	CHECK(x->parser);
	x->events = *events;
	x->user = user;
	set_handlers(x);
	return x;
}

void
xml_free(struct xml **x)
{
	if (!*x)
		return;
	XML_ParserFree((*x)->parser);
	free(*x);
	*x = NULL;
}

void
xml_restart(struct xml *x, int64_t base)
{
	(void)XML_ParserReset(x->parser, NULL);
	set_handlers(x);
	x->base = base;
	x->fed = 0;
	x->depth = 0;
	x->refused = NULL;
}

void
xml_want_text(struct xml *x, bool want)
{
	XML_SetCharacterDataHandler(x->parser, want ? on_text : NULL);
}

/*
 * Is what expat keeps, for want of its end, too much?  It would keep as much
 * as the file has, and look through all of it again with each piece.
 */
static bool
is_token_long(const struct xml *x)
{
	return x->fed - (int64_t)XML_GetCurrentByteIndex(x->parser) >
	       XML_TOKEN_MAX;
}

int
xml_feed(struct xml *x, const char *p, size_t len, bool is_last, struct err *e)
{
	const char *why;

	CHECK(len <= INT32_MAX);
	x->fed += (int64_t)len;
	if (XML_Parse(x->parser, p, (int)len, is_last) == XML_STATUS_OK) {
		if (is_last || !is_token_long(x))
			return 0;
		x->refused = "a tag or comment of more than a megabyte";
	}
	why = x->refused ? x->refused
			 : XML_ErrorString(XML_GetErrorCode(x->parser));
	return err_set(e, ERR_INVALID, "line %lu, column %lu: %s",
	    (unsigned long)XML_GetCurrentLineNumber(x->parser),
	    (unsigned long)XML_GetCurrentColumnNumber(x->parser) + 1, why);
}

int64_t
xml_offset(const struct xml *x)
{
	return x->base + (int64_t)XML_GetCurrentByteIndex(x->parser);
}

struct str
xml_attribute(const char **attributes, const char *name)
{
	for (size_t i = 0; attributes[i]; i += 2)
		if (strcmp(local_name(attributes[i]), name) == 0)
			return str_of(attributes[i + 1]);
	return (struct str){ 0 };
}
