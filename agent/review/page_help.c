/*
 * The page Help: docs/REVIEW.md, and which part of it is about which page.  It
 * holds nothing about anybody, so whoever cannot log in may read it, too.
 */
#include "agent/review/help.h"

#include <string.h>

#include "agent/review/helptext.h"
#include "agent/review/page.h"
#include "agent/review/visit.h"

/* What a path begins and ends with; the first row that fits counts. */
static const struct {
	const char *begins, *ends, *section;
} sections[] = {
	{ "/incident/", "/why-not", "why-not-the-other-themes" },
	{ "/incident/", "/encampment", "encampments" },
	{ "/incident/", "/fly-tipping", "fly-tipping" },
	{ "/incident/", "/contact", "contact-and-follow-up" },
	{ "/incident/", "/card", "contact-and-follow-up" },
	{ "/incident/", "/series", "series" },
	{ "/incident/", "", "an-incident" },
	{ "/job/", "", "on-a-phone" },
	{ "/go/", "", "on-a-phone" },
	{ "/contact/", "", "contact-and-follow-up" },
	{ "/follow-up", "", "contact-and-follow-up" },
	{ "/batch", "", "the-queue" },
	{ "/views", "", "the-queue" },
	{ "/search", "", "search" },
	{ "/map", "", "the-map" },
	{ "/vehicles", "", "vehicles" },
	{ "/series", "", "series" },
	{ "/encampments", "", "encampments" },
	{ "/fly-tipping", "", "fly-tipping" },
	{ "/hand-over", "", "hand-over" },
	{ "/alerts", "", "alerts" },
	{ "/feeds", "", "feeds-and-quarantine" },
	{ "/quarantine", "", "feeds-and-quarantine" },
	{ "/rules", "", "rules" },
	{ "/audit", "", "audit" },
	{ "/retention", "", "how-long-things-are-kept" },
	{ "/accounts", "", "accounts-and-roles" },
	{ "/password", "", "accounts-and-roles" },
	{ "/login", "", "accounts-and-roles" },
};

static bool
ends_with(const char *path, const char *end)
{
	size_t len = strlen(path), of = strlen(end);

	return len >= of && strcmp(path + len - of, end) == 0;
}

const char *
help_section(const char *path)
{
	if (strcmp(path, "/") == 0)
		return "the-queue";
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		if (str_has_prefix(str_of(path), sections[i].begins) &&
		    ends_with(path, sections[i].ends))
			return sections[i].section;
	return "";
}

void
page_help(struct visit *v)
{
	struct str text = helptext_source();

	visit_page(v, "Help");
	buf_add_text(v->out, "<div class=\"help-text\">"
			     "<nav aria-label=\"Sections\">");
	helptext_contents(v->out, text);
	buf_add_text(v->out, "</nav><div>");
	helptext_print(v->out, text);
	buf_add_text(v->out, "</div></div>");
	visit_page_end(v);
}
