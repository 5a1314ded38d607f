#include "agent/review/maplayer.h"

#include <math.h>

#include "agent/base/http.h"
#include "agent/review/visit.h"

void
maplayer_begin(struct visit *v, struct jsonw *w)
{
	v->reply->status = 200;
	http_reply_field(v->reply, "Content-Type", "application/geo+json");
	http_reply_field(v->reply, "Cache-Control", "no-store");
	buf_reset(v->out);
	jsonw_init(w, v->out);
	jsonw_object(w);
	jsonw_member_text(w, "type", "FeatureCollection");
	jsonw_key(w, "features");
	jsonw_array(w);
}

void
maplayer_end(struct visit *v, struct jsonw *w, int64_t count, bool more)
{
	jsonw_close(w);
	jsonw_member_int(w, "count", count);
	jsonw_member_bool(w, "more", more);
	jsonw_close(w);
	buf_add_char(v->out, '\n');
}

void
maplayer_feature(struct jsonw *w, const char *kind)
{
	jsonw_object(w);
	jsonw_member_text(w, "type", "Feature");
	jsonw_key(w, "properties");
	jsonw_object(w);
	jsonw_member_text(w, "kind", kind);
}

void
maplayer_at(struct jsonw *w, double lat, double lon)
{
	jsonw_close(w);
	jsonw_key(w, "geometry");
	jsonw_object(w);
	jsonw_member_text(w, "type", "Point");
	jsonw_key(w, "coordinates");
	jsonw_array(w);
	jsonw_real(w, lon, 6);
	jsonw_real(w, lat, 6);
	jsonw_close(w);
	jsonw_close(w);
	jsonw_close(w);
}

void
maplayer_metres(struct jsonw *w, const char *name, double metres)
{
	jsonw_key(w, name);
	if (isfinite(metres))
		jsonw_real(w, metres, 0);
	else
		jsonw_null(w);
}
