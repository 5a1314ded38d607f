/*
 * The two forms of a sheet.  The HTML is for a phone in a field: one column, a
 * description list that a screen reader can follow, styles in place, nothing
 * to fetch, and no digits that the phone turns into a link.
 */
#include "alerts/sheet.h"

#define LABEL_WIDTH 12

/* What the link is for. */
#define LINK_WORDS "Open it: I have it, not for us, add a note"

void
sheet_print_text(const struct sheet *s, struct buf *out)
{
	buf_addf(out, "%s\n\n%.*s\n", s->marking, STR_ARG(s->heading));
	if (str_is_given(s->change))
		buf_addf(out, "\n%.*s\n", STR_ARG(s->change));
	if (s->link)
		buf_addf(out, "\n" LINK_WORDS ":\n%s\n", s->link);
	buf_add_char(out, '\n');
	for (size_t r = 0; r < s->row_count; r++)
		for (size_t i = 0; i < s->rows[r].count; i++)
			buf_addf(out, "%-*s%.*s\n", LABEL_WIDTH,
			    i == 0 ? s->rows[r].label : "",
			    STR_ARG(s->rows[r].lines[i]));
	buf_addf(out, "\n%.*s\n\n%s\n", STR_ARG(s->foot), s->marking);
}

/* Append s as HTML text. */
static void
add_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		switch (s.p[i]) {
		case '&': buf_add_text(out, "&amp;"); break;
		case '<': buf_add_text(out, "&lt;"); break;
		case '>': buf_add_text(out, "&gt;"); break;
		case '"': buf_add_text(out, "&quot;"); break;
		case '\'': buf_add_text(out, "&#39;"); break;
		default: buf_add_char(out, s.p[i]);
		}
}

/* Append text as one element: "<tag attributes>text</tag>". */
static void
add_element(struct buf *out, const char *tag, const char *style, struct str s)
{
	buf_addf(out, "<%s style=\"%s\">", tag, style);
	add_escaped(out, s);
	buf_addf(out, "</%s>\n", tag);
}

static void
add_marking(struct buf *out, const struct sheet *s)
{
	add_element(out, "p",
	    "margin:0;padding:4px 8px;font-weight:bold;text-align:center;"
	    "border:1px solid #111",
	    str_of(s->marking));
}

/* As large as a thumb. */
static void
add_link(struct buf *out, const char *link)
{
	buf_add_text(out, "<p style=\"margin:12px 0\"><a href=\"");
	add_escaped(out, str_of(link));
	buf_add_text(out,
	    "\" style=\"display:inline-block;padding:12px;border:2px solid "
	    "#0b4f8a;color:#0b4f8a;font-weight:bold\">" LINK_WORDS
	    "</a></p>\n");
}

void
sheet_print_html(const struct sheet *s, struct buf *out)
{
	buf_add_text(out,
	    "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"format-detection\" "
	    "content=\"telephone=no, date=no, address=no, email=no\">\n"
	    "<title>");
	add_escaped(out, s->heading);
	buf_add_text(out,
	    "</title>\n</head>\n"
	    "<body style=\"margin:0 auto;padding:8px;max-width:40em;"
	    "font:16px/1.4 sans-serif;color:#111;background:#fff\">\n");
	add_marking(out, s);
	add_element(out, "h1", "font-size:22px;margin:12px 0", s->heading);
	if (str_is_given(s->change))
		add_element(out, "p",
		    "margin:12px 0;padding:8px;border-left:6px solid #111",
		    s->change);
	if (s->link)
		add_link(out, s->link);
	buf_add_text(out, "<dl style=\"margin:0\">\n");
	for (size_t r = 0; r < s->row_count; r++) {
		add_element(out, "dt", "font-weight:bold;margin-top:8px",
		    str_of(s->rows[r].label));
		for (size_t i = 0; i < s->rows[r].count; i++)
			add_element(out, "dd",
			    "margin:0;overflow-wrap:anywhere",
			    s->rows[r].lines[i]);
	}
	buf_add_text(out, "</dl>\n");
	add_element(
	    out, "p", "margin:16px 0;font-size:14px;color:#444", s->foot);
	add_marking(out, s);
	buf_add_text(out, "</body>\n</html>\n");
}
