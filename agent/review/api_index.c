/*
 * What there is under /v1, from the routes themselves, and the session.
 */
#include <string.h>

#include "agent/review/api.h"
#include "agent/review/service_private.h"
#include "agent/review/visit.h"

/* "/v1/incidents/{id}" for "/v1/incidents/" and a star. */
static void
write_path(struct jsonw *w, const char *path)
{
	const char *star = strchr(path, '*');
	struct buf out = { 0 };

	if (star)
		buf_addf(
		    &out, "%.*s{id}%s", (int)(star - path), path, star + 1);
	else
		buf_add_text(&out, path);
	jsonw_member_str(w, "path", buf_str(&out));
	buf_clear(&out);
}

static void
write_roles(struct jsonw *w, unsigned roles)
{
	struct buf words = { 0 };

	accounts_print_roles(roles, &words);
	jsonw_key(w, "roles");
	api_words(w, buf_str(&words));
	buf_clear(&words);
}

static int
write_index(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	size_t count;
	const struct service_route *routes = service_routes(&count);

	(void)user;
	(void)e;
	jsonw_object(w);
	jsonw_member_text(w, "description", "/v1/openapi.yaml");
	jsonw_key(w, "resources");
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		if (strncmp(routes[i].path, "/v1", 3) != 0)
			continue;
		jsonw_object(w);
		jsonw_member_text(
		    w, "method", routes[i].is_post ? "POST" : "GET");
		write_path(w, routes[i].path);
		write_roles(w, routes[i].roles);
		jsonw_member_bool(w, "allowed", visit_may(v, routes[i].roles));
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_close(w);
	return 1;
}

void
api_index(struct visit *v)
{
	api_record(v, write_index, NULL);
}

static int
write_session(void *user, struct visit *v, struct jsonw *w, struct err *e)
{
	(void)user;
	(void)e;
	jsonw_object(w);
	jsonw_member_text(w, "account", v->account.name);
	write_roles(w, v->account.roles);
	jsonw_member_text(w, "form", v->form);
	jsonw_close(w);
	return 1;
}

void
api_session(struct visit *v)
{
	api_record(v, write_session, NULL);
}
