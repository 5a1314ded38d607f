/*
 * cmd: the subcommands of the program, one file each.
 *
 * Each takes argc and argv with argv[0] the subcommand's name, and returns one
 * of the exit codes below, which are the same for every command (the agent
 * alone ends with CMD_CONFIG on an invalid configuration, as systemd expects).
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdio.h>

#include "agent/base/str.h"

struct err;
struct store;
struct conf;
struct geo;

/* What the exit status of a command means. */
enum cmd_exit {
	CMD_OK = 0,
	CMD_FINDINGS = 1, /* findings, or some input refused */
	CMD_USAGE = 2,    /* the command line is wrong */
	CMD_INVALID = 3,  /* rules or configuration invalid */
	CMD_IO = 4,       /* input, output or a peer failed */
	CMD_REFUSED = 5,  /* no right to, or locked by another */
	CMD_CONFIG = 78   /* agent only: configuration invalid (EX_CONFIG) */
};

/* The subcommands; see the table in main.c for what each is for. */
int cmd_agent(int argc, char **argv);
int cmd_area(int argc, char **argv);
int cmd_audit(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_evidence(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_incident(int argc, char **argv);
int cmd_outbox(int argc, char **argv);
int cmd_quarantine(int argc, char **argv);
int cmd_retention(int argc, char **argv);
int cmd_rules(int argc, char **argv);
int cmd_tag(int argc, char **argv);
int cmd_track(int argc, char **argv);
int cmd_units(int argc, char **argv);
int cmd_user(int argc, char **argv);

/*
 * Print text to a stream that may be a terminal: what is no line feed, no tab
 * and not harmless in a line (oneline.h) comes as "?", one for a character, so
 * that carets below a line stay where they belong.
 */
void cmd_put(FILE *to, struct str text);

/* The same for a formatted message of one line on standard error. */
void cmd_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Add layers to g, each written NAME=FILE; NULL ends them if there are fewer
 * than OPTIONS_MANY.  Returns CMD_OK, or another code after saying why.
 */
int cmd_add_layers(struct geo *g, const char *const *layers);

/*
 * Find names in a CSV file of OS Open Names, or a folder of them, too; NULL:
 * only the built-in ones.  Returns CMD_OK, or another code after saying why.
 */
int cmd_add_gazetteer(struct geo *g, const char *path);

/* Print "buzzard: …" and the way to more help; returns CMD_USAGE. */
int cmd_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Print e's message as "buzzard: …" on standard error.  Returns the exit code
 * that suits its kind: CMD_REFUSED for permissions and locks, else CMD_IO.
 */
int cmd_fail(const struct err *e);

/*
 * Load the configuration named on the command line (NULL: the installed
 * place) for a command that works on the agent's state.  On failure prints
 * what is wrong and returns an exit code; 0 and *out (conf_free) otherwise.
 */
int cmd_load_conf(const char *path, struct conf **out);

/*
 * The same, and open its store: to read, or to write if write is true.  On
 * success the caller owns *conf and *store.
 */
int cmd_open_store(
    const char *path, int write, struct conf **conf, struct store **store);

#endif /* CMD_CMD_H */
