#include "agent/store/tagjson.h"

#include "agent/base/jsonw.h"

static void
write_str(struct jsonw *w, const char *key, struct str value)
{
	jsonw_key(w, key);
	jsonw_str(w, value);
}

static void
write_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}

static void
write_entry(struct jsonw *w, int entry, const size_t *places)
{
	jsonw_key(w, "entry");
	if (entry < 0)
		jsonw_null(w);
	else
		jsonw_int(w, places ? (int64_t)places[entry] : entry);
}

/* The incident that a series counted. */
static void
write_link(struct jsonw *w, const struct rules_link *link)
{
	jsonw_key(w, "incident");
	jsonw_object(w);
	write_str(w, "feed", link->feed);
	write_str(w, "id", link->ref);
	jsonw_key(w, "opened_at");
	jsonw_time(w, link->at_ms);
	write_str(w, "counts_by", link->sign);
	jsonw_key(w, "distance_m");
	jsonw_real(w, link->distance_m, 0);
	jsonw_key(w, "uncertainty_m");
	jsonw_real(w, link->uncertainty_m, 0);
	write_str(
	    w, "plate", link->plate.len > 0 ? link->plate : (struct str){ 0 });
	jsonw_close(w);
}

/* How it is written: places as in tagjson.h; is_stored: for our own pages. */
struct form {
	const size_t *places;
	bool is_stored;
};

static void
write_evidence(
    struct jsonw *w, const struct rules_evidence *ev, const struct form *form)
{
	jsonw_object(w);
	write_str(w, "field", ev->field);
	write_entry(w, ev->entry, form->places);
	if (ev->has_span) {
		write_int(w, "start", (int64_t)ev->start);
		write_int(w, "end", (int64_t)ev->end);
	}
	write_str(w, "text", ev->text);
	write_str(w, "why", ev->why);
	write_int(w, "points", ev->points);
	if (ev->is_weighed && form->is_stored) {
		jsonw_key(w, "weighed");
		jsonw_bool(w, true);
	}
	if (ev->link)
		write_link(w, ev->link);
	jsonw_close(w);
}

static void
write_rules(
    struct jsonw *w, const struct rules_tag *tag, const struct form *form)
{
	jsonw_array(w);
	for (size_t i = 0; i < tag->hit_count; i++) {
		const struct rules_hit *hit = &tag->hits[i];
		jsonw_object(w);
		write_str(w, "rule", hit->rule);
		write_int(w, "points", hit->points);
		jsonw_key(w, "evidence");
		jsonw_array(w);
		for (size_t k = 0; k < hit->evidence_count; k++)
			write_evidence(w, &hit->evidence[k], form);
		jsonw_close(w);
		jsonw_close(w);
	}
	jsonw_close(w);
}

void
tagjson_rules(const struct rules_tag *tag, struct buf *out)
{
	tagjson_rules_placed(tag, NULL, out);
}

void
tagjson_rules_placed(
    const struct rules_tag *tag, const size_t *places, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	write_rules(&w, tag, &(struct form){ places, true });
}

static void
write_rural(struct jsonw *w, const struct tagjson_input *in)
{
	jsonw_key(w, "rural");
	jsonw_object(w);
	jsonw_key(w, "crime");
	jsonw_bool(w, in->result->rural_crime);
	write_str(w, "place", str_of(place_class_name(in->place->class)));
	write_str(w, "basis", str_of(in->result->basis));
	write_str(w, "area", in->place->area);
	write_str(w, "district", in->place->district);
	jsonw_close(w);
}

static void
write_tags(
    struct jsonw *w, const struct rules_result *result, const size_t *places)
{
	jsonw_key(w, "tags");
	jsonw_array(w);
	for (size_t i = 0; i < result->tag_count; i++) {
		const struct rules_tag *tag = &result->tags[i];
		jsonw_object(w);
		write_str(w, "theme", tag->theme);
		write_str(w, "level", str_of(rules_level_name(tag->level)));
		write_int(w, "score", tag->score);
		jsonw_key(w, "rules");
		write_rules(w, tag, &(struct form){ places, false });
		jsonw_close(w);
	}
	jsonw_close(w);
}

void
tagjson_line(const struct tagjson_input *in, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	write_str(&w, "id", in->incident->id);
	write_rural(&w, in);
	write_tags(&w, in->result, in->entry_places);
	jsonw_key(&w, "in_progress");
	jsonw_bool(&w, in->result->in_progress);
	jsonw_key(&w, "vehicles");
	jsonw_array(&w);
	for (size_t i = 0; i < in->plate_count; i++)
		jsonw_str(&w, in->plates[i].mark);
	jsonw_close(&w);
	write_str(&w, "rule_set", str_of(in->rule_set));
	jsonw_close(&w);
}
