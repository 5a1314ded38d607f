#include "agent/rulefigures.h"

#include "agent/base/jsonw.h"
#include "agent/preview.h"

static void
write_int(struct jsonw *w, const char *name, int64_t n)
{
	jsonw_key(w, name);
	jsonw_int(w, n);
}

static void
write_pair(struct jsonw *w, const char *name, int64_t a, int64_t b)
{
	jsonw_key(w, name);
	jsonw_array(w);
	jsonw_int(w, a);
	jsonw_int(w, b);
	jsonw_close(w);
}

static void
write_sides(
    struct jsonw *w, const char *name, const int64_t n[PREVIEW_SIDE_COUNT])
{
	write_pair(w, name, n[PREVIEW_LIVE], n[PREVIEW_CANDIDATE]);
}

static bool
is_told(const struct preview_theme *t)
{
	for (int k = 0; k < PREVIEW_SIDE_COUNT; k++)
		if (t->right[k] + t->wrong[k] > 0)
			return true;
	return t->added > 0 || preview_counts_any(&t->counts);
}

static void
write_theme(struct jsonw *w, const struct preview_theme *t)
{
	jsonw_object(w);
	jsonw_key(w, "theme");
	jsonw_str(w, t->name);
	write_pair(w, "live", t->live[RULES_REVIEW], t->live[RULES_ALERT]);
	write_pair(w, "candidate", t->candidate[RULES_REVIEW],
	    t->candidate[RULES_ALERT]);
	for (int k = 0; k < PREVIEW_KIND_COUNT; k++)
		write_int(
		    w, preview_kind_name((enum preview_kind)k), t->counts.n[k]);
	write_sides(w, "right", t->right);
	write_sides(w, "wrong", t->wrong);
	write_int(w, "added", t->added);
	write_sides(w, "found", t->found);
	jsonw_close(w);
}

static void
write_rule(struct jsonw *w, const struct preview_rule *r)
{
	jsonw_object(w);
	jsonw_key(w, "theme");
	jsonw_str(w, r->theme);
	jsonw_key(w, "rule");
	jsonw_str(w, r->rule);
	write_int(w, "live", r->live);
	write_int(w, "candidate", r->candidate);
	write_int(w, "gained", r->gained);
	write_int(w, "lost", r->lost);
	jsonw_close(w);
}

void
rulefigures_print(const struct preview *p, const struct rulefigures_span *span,
    struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	write_int(&w, "days", span->days);
	write_int(&w, "messages", span->messages);
	jsonw_key(&w, "cut");
	jsonw_bool(&w, span->is_cut);
	write_int(&w, "unread", span->unread);
	write_int(&w, "incidents", p->incidents);
	write_int(&w, "different", p->different);
	jsonw_key(&w, "themes");
	jsonw_array(&w);
	for (size_t i = 0; i < p->theme_count; i++)
		if (is_told(&p->themes[i]))
			write_theme(&w, &p->themes[i]);
	jsonw_close(&w);
	jsonw_key(&w, "rules");
	jsonw_array(&w);
	for (size_t i = 0; i < p->rule_count; i++)
		if (p->rules[i].gained > 0 || p->rules[i].lost > 0)
			write_rule(&w, &p->rules[i]);
	jsonw_close(&w);
	jsonw_close(&w);
}
