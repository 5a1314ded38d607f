/* The configuration in force, and the table itself, as text. */
#include <string.h>

#include "agent/conf/conf_private.h"
#include "agent/conf/value.h"

/* "channels[mail].host" */
static void
add_path(const struct conf_item *item, const struct option *o, struct buf *out)
{
	const struct option_list *list = option_list_of(item->section);
	const struct option *name =
	    option_find(item->section, item->variants, str_of("name"));

	if (list) {
		buf_addf(out, "%s[", list->key);
		if (name)
			(void)value_print(name, item->base, out);
		buf_add_text(out, "].");
	}
	buf_add_text(out, o->path);
}

static void
show_item(const struct conf *c, const struct conf_item *item, struct buf *out)
{
	size_t count;
	const struct option *all = option_all(&count);

	for (size_t i = 0; i < count; i++) {
		const struct option *o = &all[i];

		if (o->section != item->section ||
		    !option_serves(o, item->variants))
			continue;
		add_path(item, o, out);
		buf_add_text(out, ": ");
		if (!value_print(o, item->base, out))
			buf_add_text(out, "(not set)");
		if (item->values[i])
			buf_addf(out, "  # %s:%d\n", c->file,
			    item->values[i]->place.line);
		else
			buf_add_text(out, "  # default\n");
	}
}

void
conf_show(const struct conf *c, struct buf *out)
{
	for (size_t i = 0; i < c->origin->item_count; i++)
		show_item(c, &c->origin->items[i], out);
}

/* The words of help, broken into lines of at most 72 columns. */
static void
add_help(const char *help, struct buf *out)
{
	size_t column = 0;

	while (*help) {
		size_t word = strcspn(help, " ");

		if (column > 0 && column + 1 + word > 68) {
			buf_add_char(out, '\n');
			column = 0;
		}
		if (column == 0)
			buf_add_text(out, "    ");
		else
			buf_add_char(out, ' ');
		buf_add(out, help, word);
		column += word + (column > 0 ? 1 : 0);
		help += word;
		help += strspn(help, " ");
	}
	buf_add_char(out, '\n');
}

/* Append the types that have o: " (gpsd, nmea)". */
static void
add_variants(
    const struct option_list *list, const struct option *o, struct buf *out)
{
	const char *before = " (";
	struct str type;

	for (size_t i = 0; str_is_given(type = option_word(list->types, i));
	     i++) {
		if (!option_serves(o, 1U << i))
			continue;
		buf_addf(out, "%s%.*s", before, STR_ARG(type));
		before = ", ";
	}
	buf_add_char(out, ')');
}

static void
print_option(
    const struct option_list *list, const struct option *o, struct buf *out)
{
	if (list)
		buf_addf(out, "%s[].", list->key);
	buf_addf(out, "%s: ", o->path);
	option_describe(o, out);
	if (o->variants != 0 && list)
		add_variants(list, o, out);
	buf_add_char(out, '\n');
	if (o->required)
		buf_add_text(out, "    Must be given.\n");
	else if (o->preset)
		buf_addf(out, "    Default: %s\n", o->preset);
	add_help(o->help, out);
}

void
conf_print_options(struct buf *out)
{
	size_t count;
	const struct option *all = option_all(&count);
	enum option_section last = OPTION_TOP;

	for (size_t i = 0; i < count; i++) {
		const struct option_list *list = option_list_of(all[i].section);

		if (i > 0)
			buf_add_char(out, '\n');
		if (list && all[i].section != last) {
			buf_addf(out, "%s: a list of at most %zu\n", list->key,
			    list->max);
			add_help(list->help, out);
			buf_add_char(out, '\n');
		}
		last = all[i].section;
		print_option(list, &all[i], out);
	}
}
