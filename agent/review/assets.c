/*
 * What the browser gets beside pages: files of static/, in the program itself,
 * so that a page and its style are always of one version; and Leaflet, as
 * Debian has it.
 */
#include "agent/review/api.h"
#include "agent/review/helptext.h"
#include "agent/review/page.h"
#include "agent/review/service_private.h"

#ifndef REVIEW_STATIC
#error "CMake sets REVIEW_STATIC and REVIEW_LEAFLET, folders of files"
#endif

/* The bytes of a file between two symbols. */
#define EMBED(name, file) EMBED_PATH(name, REVIEW_STATIC "/" file)
#define EMBED_PATH(name, path)                                             \
	__asm__(".section .rodata\n"                                       \
		".global " #name "_begin\n"                                \
		".global " #name "_end\n"                                  \
		".type " #name "_begin, @object\n" #name                   \
		"_begin:\n.incbin \"" path "\"\n" #name "_end:\n.byte 0\n" \
		".previous\n");                                            \
	extern const char name##_begin[];                                  \
	extern const char name##_end[]

EMBED(asset_style, "style.css");
EMBED(asset_search, "search.css");
EMBED(asset_keys, "keys.js");
EMBED(asset_live, "live.js");
EMBED(asset_rules, "rules.js");
EMBED(asset_phone, "phone.css");
EMBED(asset_batch, "batch.js");
EMBED(asset_batch_style, "batch.css");
EMBED(asset_map, "map.js");
EMBED(asset_map_style, "map.css");
EMBED_PATH(asset_leaflet, REVIEW_LEAFLET "/leaflet.min.js");
EMBED_PATH(asset_leaflet_style, REVIEW_LEAFLET "/leaflet.css");
EMBED(asset_icon, "icon.svg");
EMBED(asset_openapi, "../../../docs/openapi.yaml");
EMBED(asset_review, "../../../docs/REVIEW.md");

/* What there is, by name. */
static const struct asset {
	const char *name, *type, *begin, *end;
} assets[] = {
	{ "style.css", "text/css; charset=utf-8", asset_style_begin,
	    asset_style_end },
	{ "search.css", "text/css; charset=utf-8", asset_search_begin,
	    asset_search_end },
	{ "keys.js", "text/javascript; charset=utf-8", asset_keys_begin,
	    asset_keys_end },
	{ "live.js", "text/javascript; charset=utf-8", asset_live_begin,
	    asset_live_end },
	{ "batch.js", "text/javascript; charset=utf-8", asset_batch_begin,
	    asset_batch_end },
	{ "batch.css", "text/css; charset=utf-8", asset_batch_style_begin,
	    asset_batch_style_end },
	{ "rules.js", "text/javascript; charset=utf-8", asset_rules_begin,
	    asset_rules_end },
	{ "phone.css", "text/css; charset=utf-8", asset_phone_begin,
	    asset_phone_end },
	{ "map.js", "text/javascript; charset=utf-8", asset_map_begin,
	    asset_map_end },
	{ "map.css", "text/css; charset=utf-8", asset_map_style_begin,
	    asset_map_style_end },
	{ "leaflet.js", "text/javascript; charset=utf-8", asset_leaflet_begin,
	    asset_leaflet_end },
	{ "leaflet.css", "text/css; charset=utf-8", asset_leaflet_style_begin,
	    asset_leaflet_style_end },
	{ "icon.svg", "image/svg+xml", asset_icon_begin, asset_icon_end },
};

void
page_asset(struct visit *v)
{
	v->reply->status = 404;
	for (size_t i = 0; i < sizeof assets / sizeof assets[0]; i++) {
		if (!str_is(v->arg, assets[i].name))
			continue;
		v->reply->status = 200;
		http_reply_field(v->reply, "Content-Type", assets[i].type);
		http_reply_field(v->reply, "Cache-Control", "max-age=300");
		buf_add(v->out, assets[i].begin,
		    /* Both of one file, which only the assembler knows. */
		    // cppcheck-suppress comparePointers
		    (size_t)(assets[i].end - assets[i].begin));
	}
}

void
api_description(struct visit *v)
{
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "application/yaml");
	http_reply_field(v->reply, "Cache-Control", "no-cache");
	buf_add(v->out, asset_openapi_begin,
	    // cppcheck-suppress comparePointers
	    (size_t)(asset_openapi_end - asset_openapi_begin));
}

struct str
helptext_source(void)
{
	return str_make(asset_review_begin,
	    // cppcheck-suppress comparePointers
	    (size_t)(asset_review_end - asset_review_begin));
}
