/*
 * What the incident is: when, where, who rang, what became of it.
 */
#include "agent/review/sheet.h"

#include <math.h>

#include "agent/review/html.h"
#include "agent/review/visit.h"

static void
print_fact(struct buf *out, const char *name, struct str value)
{
	if (!str_is_given(value) || value.len == 0)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_text(out, value);
	buf_add_text(out, "</dd>");
}

static void
print_place(struct sheet *s)
{
	const struct place *p = &s->row.place;
	struct buf *out = s->v->out;

	buf_add_text(out, "<dt>Where</dt><dd>");
	html_text(out, s->record.location_text);
	if (str_is_given(p->near_name)) {
		buf_add_text(out, "<br>");
		if (!isnan(p->near_m) && p->near_m >= 100) {
			buf_addf(out, "%.1f km ", p->near_m / 1000);
			html_text(out, p->near_bearing);
			buf_add_text(out, " of ");
		}
		html_text(out, p->near_name);
	}
	if (str_is_given(p->grid_ref)) {
		buf_add_text(out, "<br>");
		html_text(out, p->grid_ref);
		if (!isnan(p->uncertainty_m))
			buf_addf(out, " (within %.0f m)", p->uncertainty_m);
	}
	buf_addf(out, "<br>%s", place_class_name(p->class));
	if (str_is_given(p->how)) {
		buf_add_text(out, "; ");
		html_text(out, p->how);
	}
	buf_add_text(out, "</dd>");
	print_fact(out, "But", p->doubt);
}

int
sheet_facts(struct sheet *s, struct err *e)
{
	struct buf *out = s->v->out;
	const struct incident *in = &s->record;

	(void)e;
	buf_add_text(out, "<dl class=\"facts\">");
	buf_add_text(out, "<dt>Opened</dt><dd>");
	html_time(out, s->row.opened_ms);
	buf_add_text(out, "</dd>");
	print_place(s);
	print_fact(out, "District", s->row.place.district);
	print_fact(out, "Grade", in->grade);
	print_fact(out, "Opening code", in->opening_code);
	print_fact(out, "Closing code", in->closing_code);
	print_fact(out, "Status", in->status);
	print_fact(out, "Crime number", in->crime_no);
	print_fact(out, "Flags", s->row.flags);
	print_fact(out, "Informant", in->informant.name);
	print_fact(out, "Telephone", in->informant.phone);
	print_fact(out, "Address", in->informant.address);
	buf_addf(out, "<dt>Rural crime</dt><dd>%s",
	    s->row.rural_crime ? "yes, by " : "no");
	if (s->row.rural_crime)
		html_text(out, s->row.basis);
	buf_add_text(out, "</dd></dl>");
	return 0;
}
