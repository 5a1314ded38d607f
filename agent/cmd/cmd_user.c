/*
 * buzzard user: the accounts of the review service.  A password is read from
 * the terminal without being shown, or from a file's first line; never from
 * the command line, which others can see.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "agent/base/alloc.h"
#include "agent/base/clock.h"
#include "agent/base/err.h"
#include "agent/base/password.h"
#include "agent/base/secret.h"
#include "agent/cmd/cmd.h"
#include "agent/cmd/look.h"
#include "agent/cmd/options.h"
#include "agent/cmd/output.h"
#include "agent/cmd/table.h"
#include "agent/conf/conf.h"
#include "agent/store/accounts.h"
#include "agent/store/store.h"

#define USAGE                                                        \
	"user list [--json]\n"                                       \
	"       buzzard user add NAME --roles ROLE,... "             \
	"[--password-file FILE]\n"                                   \
	"       buzzard user roles NAME --roles ROLE,...\n"          \
	"       buzzard user password NAME [--password-file FILE]\n" \
	"       buzzard user close|open NAME"

struct request {
	const char *conf_path, *roles, *password_file;
	bool json;
	struct output output;
	struct conf *conf;
	struct store *store;
	struct accounts *accounts;
	struct buf actor; /* who runs this, as the audit log has it */
};

static const struct table_column columns[] = {
	{ .key = "name", .title = "account" },
	{ .key = "roles", .title = "roles" },
	{ .key = "made_at", .title = "made" },
	{ .key = "locked_until", .title = "waits until" },
	{ .key = "closed_at", .title = "closed" },
};

static void
list_row(void *user, const struct account *a)
{
	struct table *t = user;
	struct buf roles = { 0 };

	accounts_print_roles(a->roles, &roles);
	table_text(t, a->name);
	table_str(t, buf_str(&roles));
	table_time(t, a->made_ms);
	table_time(t, a->locked_until_ms);
	table_tone(t, a->disabled_ms == CLOCK_NONE ? OUTPUT_PLAIN : OUTPUT_BAD);
	table_time(t, a->disabled_ms);
	table_row(t);
	buf_clear(&roles);
}

static int
list(struct request *rq)
{
	struct err e = { 0 };
	struct table *t =
	    table_new(&rq->output, columns, sizeof columns / sizeof columns[0]);
	int r = accounts_list(rq->accounts, list_row, t, &e);

	table_free(&t);
	return r < 0 ? cmd_fail(&e) : CMD_OK;
}

/* --- passwords --- */

/* A line from the terminal, not shown.  The caller owns *out. */
static int
ask(const char *prompt, char **out, struct err *e)
{
	struct termios was, quiet;
	char line[PASSWORD_MAX + 2];
	bool got;

	if (tcgetattr(STDIN_FILENO, &was) < 0)
		return err_set(e, ERR_INVALID,
		    "there is no terminal to ask for the password on: give "
		    "--password-file");
	quiet = was;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	fputs(prompt, stderr);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	got = fgets(line, sizeof line, stdin) != NULL;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
	fputc('\n', stderr);
	if (!got)
		return err_set(e, ERR_INVALID, "no password was given");
	line[strcspn(line, "\n")] = '\0';
	*out = alloc_text(line);
	explicit_bzero(line, sizeof line);
	return 0;
}

static int
ask_twice(char **out, struct err *e)
{
	char *again = NULL;
	int r = -1;

	if (ask("New password: ", out, e) < 0 ||
	    ask("The same again: ", &again, e) < 0)
		goto out;
	r = 0;
	if (!*out || !again || strcmp(*out, again) != 0)
		r = err_set(e, ERR_INVALID, "the two are not the same");
out:
	secret_clear(&again);
	return r;
}

/* What to keep of the new password of an account. */
static int
new_password(const struct request *rq, const char *name,
    char kept[PASSWORD_KEPT_MAX], struct err *e)
{
	struct password_gate gate = { 0 };
	char *plain = NULL;
	int r = rq->password_file ? secret_read(rq->password_file, &plain, e)
				  : ask_twice(&plain, e);

	if (r == 0 && !plain)
		r = err_set(e, ERR_INVALID, "no password was given");
	if (r == 0)
		r = password_is_fit(str_of(plain), str_of(name), e);
	if (r == 0)
		r = password_keep(&gate, str_of(plain), kept, e);
	secret_clear(&plain);
	return r;
}

/* --- changes --- */

static int
add(struct request *rq, const char *name, struct err *e)
{
	char kept[PASSWORD_KEPT_MAX];
	unsigned roles;

	if (!accounts_is_name(str_of(name)))
		return err_set(e, ERR_INVALID,
		    "\"%s\" cannot be an account's name: 1 to 40 of a-z 0-9 "
		    ". _ -, beginning with a letter or digit",
		    name);
	if (accounts_parse_roles(str_of(rq->roles), &roles, e) < 0 ||
	    new_password(rq, name, kept, e) < 0 ||
	    store_begin(rq->store, e) < 0)
		return -1;
	return accounts_add(
	    rq->accounts, name, roles, kept, clock_wall_ms(), rq->actor.p, e);
}

static int
change(struct request *rq, const char *verb, const struct account *a,
    struct err *e)
{
	char kept[PASSWORD_KEPT_MAX];
	int64_t now = clock_wall_ms();
	unsigned roles;

	if (strcmp(verb, "password") == 0)
		return new_password(rq, a->name, kept, e) < 0 ||
			       store_begin(rq->store, e) < 0
			   ? -1
			   : accounts_set_password(rq->accounts, a->id, kept,
				 now, rq->actor.p, e);
	if (strcmp(verb, "roles") == 0)
		return accounts_parse_roles(str_of(rq->roles), &roles, e) < 0 ||
			       store_begin(rq->store, e) < 0
			   ? -1
			   : accounts_set_roles(rq->accounts, a->id, roles, now,
				 rq->actor.p, e);
	if (store_begin(rq->store, e) < 0)
		return -1;
	return accounts_set_disabled(rq->accounts, a->id,
	    strcmp(verb, "close") == 0, now, rq->actor.p, e);
}

static int
alter(struct request *rq, const char *verb, const char *name, struct err *e)
{
	char kept[PASSWORD_KEPT_MAX];
	struct account a;
	int found;

	if (strcmp(verb, "add") == 0)
		return add(rq, name, e);
	found = accounts_find(rq->accounts, str_of(name), &a, kept, e);
	if (found == 0)
		return err_set(e, ERR_INVALID,
		    "there is no account \"%s\": \"buzzard user list\" shows "
		    "those there are",
		    name);
	return found < 0 ? -1 : change(rq, verb, &a, e);
}

static bool
is_verb(const char *word)
{
	static const char *const verbs[] = { "add", "roles", "password",
		"close", "open" };

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(word, verbs[i]) == 0)
			return true;
	return false;
}

static int
run(struct request *rq, int argc, char **argv)
{
	struct err e = { 0 };

	if (argc == 2 && strcmp(argv[1], "list") == 0)
		return list(rq);
	if (argc != 3 || !is_verb(argv[1]))
		return cmd_usage("say list, or add, roles, password, close or "
				 "open and the account");
	if (alter(rq, argv[1], argv[2], &e) == 0 &&
	    store_commit(rq->store, &e) == 0) {
		printf("%s: done\n", argv[2]);
		return CMD_OK;
	}
	store_rollback(rq->store);
	if (e.code != ERR_INVALID)
		return cmd_fail(&e);
	cmd_complain("buzzard: %s\n", e.msg);
	return CMD_FINDINGS;
}

int
cmd_user(int argc, char **argv)
{
	struct request rq = { .conf = NULL };
	const struct option_row rows[] = {
		{ "-c", "FILE", NULL, &rq.conf_path, NULL,
		    "the agent's configuration" },
		{ "--roles", "ROLES", NULL, &rq.roles, NULL,
		    ACCOUNT_ROLE_WORDS "; several with commas" },
		{ "--password-file", "FILE", NULL, &rq.password_file, NULL,
		    "its first line is the password; without it you are "
		    "asked" },
		{ "--json", NULL, &rq.json, NULL, NULL,
		    "list: one JSON object a line (so when piped)" },
	};
	struct err e = { 0 };
	int r = options_read(
	    USAGE, rows, sizeof(rows) / sizeof(rows[0]), &argc, argv);

	if (r != 0)
		return r < 0 ? CMD_USAGE : CMD_OK;
	if (argc < 2)
		return cmd_usage("user what?");
	output_init(&rq.output, rq.json);
	look_actor(&rq.actor);
	r = cmd_open_store(rq.conf_path, 1, &rq.conf, &rq.store);
	if (r != CMD_OK) {
		buf_clear(&rq.actor);
		return r;
	}
	if (accounts_open(rq.store, &rq.accounts, &e) < 0)
		r = cmd_fail(&e);
	else
		r = run(&rq, argc, argv);
	buf_clear(&rq.actor);
	accounts_close(&rq.accounts);
	store_close(&rq.store);
	conf_free(&rq.conf);
	return r;
}
