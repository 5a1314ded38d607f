#include "agent/review/html.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "agent/base/clock.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

static const char *const guide_themes[] = { "encampment", "equine",
	"fly-tipping", "fuel", "hare-coursing", "heritage", "livestock",
	"machinery", "poaching", "rural-asb", "wildlife" };

/* What stands for c, or NULL: itself. */
static const char *
reference_of(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	case '\n':
	case '\t': return NULL;
	default:
		return (unsigned char)c < 0x20 || c == 0x7f ? "\xef\xbf\xbd"
							    : NULL;
	}
}

void
html_text(struct buf *out, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.len; i++) {
		const char *instead = reference_of(s.p[i]);

		if (!instead)
			continue;
		buf_add(out, s.p + from, i - from);
		buf_add_text(out, instead);
		from = i + 1;
	}
	if (s.len > from)
		buf_add(out, s.p + from, s.len - from);
}

void
html_words(struct buf *out, const char *s)
{
	html_text(out, str_of(s));
}

void
html_url(struct buf *out, struct str s)
{
	static const char plain[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-._~";

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] && strchr(plain, s.p[i]))
			buf_add_char(out, s.p[i]);
		else
			buf_addf(out, "%%%02X", (unsigned char)s.p[i]);
}

void
html_time(struct buf *out, int64_t ms)
{
	char utc[CLOCK_TEXT_MAX];
	struct clock_local t;

	if (ms == CLOCK_NONE) {
		buf_add_text(out, "not known");
		return;
	}
	t = clock_to_local(ms);
	buf_addf(out,
	    "<time datetime=\"%s\">%d&nbsp;%s&nbsp;%d %02d:%02d</time>",
	    clock_format_utc(ms, utc), t.day, months[t.month - 1], t.year,
	    t.hour, t.minute);
}

void
html_date(struct buf *out, int64_t ms)
{
	struct clock_local t;

	if (ms == CLOCK_NONE) {
		buf_add_text(out, "not known");
		return;
	}
	t = clock_to_local(ms);
	buf_addf(out,
	    "<time datetime=\"%d-%02d-%02d\">%d&nbsp;%s&nbsp;%d</time>", t.year,
	    t.month, t.day, t.day, months[t.month - 1], t.year);
}

void
html_month(struct buf *out, int year, int month)
{
	buf_addf(out, "%s&nbsp;%d", months[month - 1], year);
}

static void
print_count(struct buf *out, int64_t n, const char *unit)
{
	buf_addf(out, "%" PRId64 " %s%s ago", n, unit, n == 1 ? "" : "s");
}

void
html_ago(struct buf *out, int64_t ms, int64_t now_ms)
{
	int64_t age = now_ms - ms;

	if (ms == CLOCK_NONE)
		buf_add_text(out, "at a time not known");
	else if (age < MINUTE_MS)
		buf_add_text(out, "just now");
	else if (age < HOUR_MS)
		print_count(out, age / MINUTE_MS, "minute");
	else if (age < 2 * DAY_MS)
		print_count(out, age / HOUR_MS, "hour");
	else
		print_count(out, age / DAY_MS, "day");
}

void
html_theme(struct buf *out, struct str theme)
{
	if (str_is(theme, "rural-asb")) {
		buf_add_text(out, "Rural anti-social behaviour");
		return;
	}
	for (size_t i = 0; i < theme.len; i++) {
		char c = theme.p[i];

		if (i == 0 && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		html_text(out, str_make(c == '-' ? " " : &c, 1));
	}
}

void
html_themes(struct buf *out, struct str themes)
{
	while (themes.len > 0) {
		const char *comma = memchr(themes.p, ',', themes.len);
		size_t len = comma ? (size_t)(comma - themes.p) : themes.len;

		html_theme(out, str_make(themes.p, len));
		if (comma)
			buf_add_text(out, ", ");
		len += comma ? 1 : 0;
		themes = str_make(themes.p + len, themes.len - len);
	}
}

void
html_near(struct buf *out, struct str near_name, double near_m,
    struct str bearing, struct str district)
{
	if (str_is_given(near_name)) {
		if (!isnan(near_m) && near_m >= 100) {
			buf_addf(out, "%.1f km ", near_m / 1000);
			html_text(out, bearing);
			buf_add_text(out, " of ");
		}
		html_text(out, near_name);
	} else
		buf_add_text(out, "Place not known");
	if (str_is_given(district)) {
		buf_add_text(out, ", ");
		html_text(out, district);
	}
}

bool
html_is_theme(struct str theme)
{
	for (size_t i = 0; i < sizeof guide_themes / sizeof guide_themes[0];
	     i++)
		if (str_is(theme, guide_themes[i]))
			return true;
	return false;
}

void
html_theme_options(struct buf *out, struct str chosen)
{
	for (size_t i = 0; i < sizeof guide_themes / sizeof guide_themes[0];
	     i++) {
		buf_addf(out, "<option value=\"%s\"%s>", guide_themes[i],
		    str_is(chosen, guide_themes[i]) ? " selected" : "");
		html_theme(out, str_of(guide_themes[i]));
		buf_add_text(out, "</option>");
	}
}

void
html_bytes(struct buf *out, struct str s, size_t max)
{
	size_t i = 0;

	while (i < s.len && i < max) {
		size_t n = str_utf8_len(s.p + i, s.len - i);

		if (n == 0)
			buf_add_text(out, "\xef\xbf\xbd");
		else
			html_text(out, str_make(s.p + i, n));
		i += n > 0 ? n : 1;
	}
	if (i < s.len)
		buf_add_text(out, "\xe2\x80\xa6");
}
