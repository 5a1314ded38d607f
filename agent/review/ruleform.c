/*
 * Without scripts it is a plain text area; with them (static/rules.js) an
 * error's place leads to its words in the text.
 */
#include "agent/review/ruleform.h"

#include <inttypes.h>

#include "agent/base/arena.h"
#include "agent/base/err.h"
#include "agent/review/desk.h"
#include "agent/review/html.h"
#include "agent/review/rulechange.h"
#include "agent/review/visit.h"

static void
print_file(struct visit *v, const struct ruleform *form)
{
	if (form->id > 0 || form->is_named) {
		buf_add_text(v->out, "<input type=\"hidden\" name=\"file\" "
				     "value=\"");
		html_text(v->out, form->file);
		buf_add_text(v->out, "\">");
		return;
	}
	buf_addf(v->out,
	    "<p><label for=\"file\">Name of the file</label> <span "
	    "class=\"hint\" id=\"file-hint\">Small letters, figures and "
	    ". _ -, ending in .rules or .list</span><input id=\"file\" "
	    "name=\"file\" required maxlength=\"%d\" autocapitalize=\"none\" "
	    "spellcheck=\"false\" autocomplete=\"off\" "
	    "aria-describedby=\"file-hint\" value=\"",
	    RULEBOOK_FILE_MAX);
	html_text(v->out, form->file);
	buf_add_text(v->out, "\"></p>");
}

static void
print_fields(struct visit *v, const struct ruleform *form)
{
	struct buf *out = v->out;

	buf_add_text(out,
	    "<p><label for=\"text\">Text</label> <span class=\"hint\" "
	    "id=\"text-hint\">As docs/RULES.md says; no names, numbers or "
	    "addresses of people</span><textarea id=\"text\" name=\"text\" "
	    "rows=\"24\" spellcheck=\"false\" autocapitalize=\"none\" "
	    "autocomplete=\"off\" aria-describedby=\"text-hint\">\n");
	html_text(out, form->text);
	buf_addf(out,
	    "</textarea></p><p><input type=\"checkbox\" id=\"leave-out\" "
	    "name=\"leave-out\" value=\"yes\"%s> <label for=\"leave-out\" "
	    "class=\"beside\">Leave this file out: the packs' file of that "
	    "name comes back, if there is one</label></p>"
	    "<p><label for=\"reason\">Why the rules should be changed</label>"
	    "<textarea id=\"reason\" name=\"reason\" rows=\"3\" required "
	    "maxlength=\"%d\">\n",
	    form->is_left_out ? " checked" : "", RULEBOOK_REASON_MAX);
	html_text(out, form->reason);
	buf_add_text(out, "</textarea></p><p><button>Save and check</button>"
			  "</p></form></section>");
}

void
ruleform_print(struct visit *v, const struct ruleform *form)
{
	struct buf *out = v->out;

	buf_add_text(out,
	    "<section class=\"change rule-form\" aria-labelledby=\"edit\">"
	    "<h2 id=\"edit\">The text</h2>");
	if (form->problem) {
		buf_add_text(out, "<p class=\"problem\" tabindex=\"-1\" "
				  "autofocus>");
		html_words(out, form->problem);
		buf_add_text(out, "</p>");
	}
	if (form->id > 0)
		buf_addf(out,
		    "<form method=\"post\" action=\"/rules/change/%" PRId64
		    "/text\"><input type=\"hidden\" name=\"seen\" "
		    "value=\"%" PRId64 "\">",
		    form->id, form->seen);
	else
		buf_add_text(out, "<form method=\"post\" "
				  "action=\"/rules/change/new\">");
	visit_form_field(v);
	print_file(v, form);
	print_fields(v, form);
	buf_add_text(out, "<script type=\"module\" src=\"/static/rules.js\">"
			  "</script>");
}

int
ruleform_take(struct visit *v, struct str text, struct rulebook_draft *draft,
    struct rulecheck *check, struct err *e)
{
	struct rulecheck_place place;
	struct buf tidy = { 0 };

	draft->check = check;
	if (!rulebook_is_file(draft->file))
		return err_set(e, ERR_INVALID,
		    "That is no name for a file of rules: write small "
		    "letters, figures and . _ -, ending in .rules or .list, "
		    "at most %d of them.",
		    RULEBOOK_FILE_MAX);
	if (str_is_given(text)) {
		int r = rulebook_tidy(text, &tidy, e);

		draft->text = arena_str(v->desk->arena, buf_str(&tidy));
		buf_clear(&tidy);
		if (r < 0)
			return -1;
	}
	if (rulechange_place(v, &place, e) < 0)
		return -1;
	return rulecheck_look(&place, draft->file, draft->text, check, e);
}

int
ruleform_read(struct visit *v, struct rulebook_draft *draft,
    struct rulecheck *check, struct err *e)
{
	bool is_left_out = str_is(visit_field(v, "leave-out"), "yes");
	struct buf text = { 0 };
	int r;

	*check = (struct rulecheck){ 0 };
	draft->kind = RULEBOOK_TEXT;
	draft->file = visit_field(v, "file");
	draft->reason = visit_field(v, "reason");
	r = is_left_out ? 0 : http_form(v->rq, "text", &text);
	if (r < 0)
		r = err_set(e, ERR_INVALID,
		    "The text is not UTF-8, or has a NUL character in it: "
		    "save it as UTF-8 without that.");
	else if (is_left_out)
		r = ruleform_take(v, (struct str){ 0 }, draft, check, e);
	else {
		draft->text = arena_str(v->desk->arena, buf_str(&text));
		r = ruleform_take(
		    v, r > 0 ? buf_str(&text) : str_of(""), draft, check, e);
	}
	buf_clear(&text);
	return r;
}
