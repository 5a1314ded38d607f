/*
 * Block by block: lines of one kind that follow each other are a block, and
 * what stands within a block's words is marked up in one go, since emphasis and
 * code reach over the ends of lines.
 */
#include "agent/review/helptext.h"

#include <string.h>

#include "agent/review/html.h"

enum kind {
	BLANK,
	HEADING,
	PICTURE,
	ROW,
	ITEM,
	INDENTED,
	WORDS
};

static struct str
take_line(struct str *rest)
{
	const char *end = memchr(rest->p, '\n', rest->len);
	size_t len = end ? (size_t)(end - rest->p) : rest->len;
	struct str line = str_make(rest->p, len);

	len += end ? 1 : 0;
	*rest = str_make(rest->p + len, rest->len - len);
	return line;
}

static enum kind
kind_of(struct str line)
{
	static const struct {
		const char *begins;
		enum kind kind;
	} kinds[] = { { "#", HEADING }, { "![", PICTURE }, { "|", ROW },
		{ "- ", ITEM }, { "    ", INDENTED } };

	if (line.len == 0)
		return BLANK;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (str_has_prefix(line, kinds[i].begins))
			return kinds[i].kind;
	return WORDS;
}

/* Does a line belong to the block before it? */
static bool
goes_on(enum kind block, struct str line)
{
	enum kind kind = kind_of(line);

	if (block == HEADING || block == PICTURE || block == BLANK)
		return false;
	return kind == block || (block == ITEM && str_has_prefix(line, "  "));
}

static struct str
take_block(struct str *rest, enum kind *kind)
{
	const char *begin = rest->p;
	struct str line = take_line(rest), ahead;

	*kind = kind_of(line);
	for (ahead = *rest; ahead.len > 0; *rest = ahead)
		if (!goes_on(*kind, take_line(&ahead)))
			break;
	return str_trim(str_make(begin, (size_t)(rest->p - begin)));
}

/* --- within a line --- */

/* What is open, and has to be closed at the block's end. */
struct inside {
	struct buf *out;
	bool is_strong, is_em;
};

static void
toggle(struct inside *in, bool *is_open, const char *name)
{
	buf_addf(in->out, "<%s%s>", *is_open ? "/" : "", name);
	*is_open = !*is_open;
}

/* What stands between two backquotes; the bytes it took. */
static size_t
print_code(struct buf *out, struct str text)
{
	const char *end = memchr(text.p + 1, '`', text.len - 1);
	size_t len = end ? (size_t)(end - text.p) - 1 : text.len - 1;

	buf_add_text(out, "<code>");
	html_text(out, str_make(text.p + 1, len));
	buf_add_text(out, "</code>");
	return len + (end ? 2 : 1);
}

/* One piece of words, or what marks them up; the bytes it took. */
static size_t
print_piece(struct inside *in, struct str text)
{
	size_t len = 0;

	if (text.p[0] == '`')
		return print_code(in->out, text);
	if (str_has_prefix(text, "**")) {
		toggle(in, &in->is_strong, "strong");
		return 2;
	}
	if (text.p[0] == '*') {
		toggle(in, &in->is_em, "em");
		return 1;
	}
	while (len < text.len && text.p[len] != '`' && text.p[len] != '*')
		len++;
	html_text(in->out, str_make(text.p, len));
	return len;
}

static void
print_words(struct buf *out, struct str text)
{
	struct inside in = { .out = out };
	size_t at = 0;

	while (at < text.len)
		at += print_piece(&in, str_make(text.p + at, text.len - at));
	if (in.is_em)
		toggle(&in, &in.is_em, "em");
	if (in.is_strong)
		toggle(&in, &in.is_strong, "strong");
}

/* --- blocks --- */

/* The words of a heading, and its level. */
static struct str
heading_words(struct str block, size_t *level)
{
	*level = 0;
	while (*level < block.len && block.p[*level] == '#')
		(*level)++;
	return str_trim(str_make(block.p + *level, block.len - *level));
}

static void
print_id(struct buf *out, struct str words)
{
	bool is_apart = false;

	for (size_t i = 0; i < words.len; i++) {
		char c = words.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			buf_addf(out, "%s%c", is_apart ? "-" : "", c);
			is_apart = false;
		} else if (c == ' ' || c == '-') {
			is_apart = true;
		}
	}
}

/* The title of all is the page's own. */
static void
print_heading(struct buf *out, struct str block, bool *is_within)
{
	size_t level;
	struct str words = heading_words(block, &level);

	if (level < 2)
		return;
	if (level > 2) {
		buf_add_text(out, "<h3>");
		print_words(out, words);
		buf_add_text(out, "</h3>");
		return;
	}
	buf_addf(out, "%s<section><h2 id=\"", *is_within ? "</section>" : "");
	print_id(out, words);
	buf_add_text(out, "\" tabindex=\"-1\">");
	print_words(out, words);
	buf_add_text(out, "</h2>");
	*is_within = true;
}

/* "| a | b |" as cells of that name. */
static void
print_row(struct buf *out, struct str line, const char *open, const char *close)
{
	buf_add_text(out, "<tr>");
	while (line.len > 1) {
		struct str cell = str_make(line.p + 1, line.len - 1);
		const char *end = memchr(cell.p, '|', cell.len);

		if (end)
			cell.len = (size_t)(end - cell.p);
		buf_add_text(out, open);
		print_words(out, str_trim(cell));
		buf_add_text(out, close);
		line = str_make(cell.p + cell.len,
		    (size_t)(line.p + line.len - cell.p) - cell.len);
	}
	buf_add_text(out, "</tr>");
}

/* The second line only rules off the first. */
static void
print_table(struct buf *out, struct str block)
{
	buf_add_text(out, "<table><thead>");
	print_row(out, take_line(&block), "<th scope=\"col\">", "</th>");
	buf_add_text(out, "</thead><tbody>");
	(void)take_line(&block);
	while (block.len > 0)
		print_row(out, take_line(&block), "<td>", "</td>");
	buf_add_text(out, "</tbody></table>");
}

static void
print_list(struct buf *out, struct str block)
{
	buf_add_text(out, "<ul>");
	while (block.len > 0) {
		const char *begin = block.p;
		struct str ahead = block;

		(void)take_line(&ahead);
		for (block = ahead; block.len > 0; block = ahead)
			if (kind_of(take_line(&ahead)) == ITEM)
				break;
		buf_add_text(out, "<li>");
		print_words(out, str_trim(str_make(begin + 2,
				     (size_t)(block.p - begin) - 2)));
		buf_add_text(out, "</li>");
	}
	buf_add_text(out, "</ul>");
}

/* Without the margin that says what it is. */
static void
print_indented(struct buf *out, struct str block)
{
	bool is_first = true;

	buf_add_text(out, "<pre tabindex=\"0\">");
	while (block.len > 0) {
		struct str line = take_line(&block);

		if (str_has_prefix(line, "    "))
			line = str_make(line.p + 4, line.len - 4);
		buf_add_text(out, is_first ? "" : "\n");
		html_text(out, line);
		is_first = false;
	}
	buf_add_text(out, "</pre>");
}

static void
print_paragraph(struct buf *out, struct str block)
{
	buf_add_text(out, "<p>");
	print_words(out, block);
	buf_add_text(out, "</p>");
}

void
helptext_print(struct buf *out, struct str text)
{
	bool is_within = false;

	while (text.len > 0) {
		enum kind kind;
		struct str block = take_block(&text, &kind);

		switch (kind) {
		case BLANK:
		case PICTURE: break;
		case HEADING: print_heading(out, block, &is_within); break;
		case ROW: print_table(out, block); break;
		case ITEM: print_list(out, block); break;
		case INDENTED: print_indented(out, block); break;
		case WORDS: print_paragraph(out, block); break;
		}
	}
	buf_add_text(out, is_within ? "</section>" : "");
}

void
helptext_contents(struct buf *out, struct str text)
{
	buf_add_text(out, "<ul>");
	while (text.len > 0) {
		enum kind kind;
		size_t level = 0;
		struct str words = take_block(&text, &kind);

		if (kind == HEADING)
			words = heading_words(words, &level);
		if (level != 2)
			continue;
		buf_add_text(out, "<li><a href=\"#");
		print_id(out, words);
		buf_add_text(out, "\">");
		print_words(out, words);
		buf_add_text(out, "</a></li>");
	}
	buf_add_text(out, "</ul>");
}
