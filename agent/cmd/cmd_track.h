/*
 * cmd_track: the verbs of "buzzard track", one file each (cmd_track_VERB.c).
 *
 * A verb takes argc and argv with argv[0] its own name and returns an exit
 * code of cmd.h.  A new one is a prototype here and a row in cmd_track.c; the
 * manual page names its options.
 */
#ifndef CMD_CMD_TRACK_H
#define CMD_CMD_TRACK_H

/* The verbs; see the table in cmd_track.c for what each is for. */
int cmd_track_clock(int argc, char **argv);
int cmd_track_delete(int argc, char **argv);
int cmd_track_export(int argc, char **argv);
int cmd_track_hold(int argc, char **argv);
int cmd_track_import(int argc, char **argv);
int cmd_track_inspect(int argc, char **argv);
int cmd_track_list(int argc, char **argv);
int cmd_track_points(int argc, char **argv);
int cmd_track_release(int argc, char **argv);
int cmd_track_together(int argc, char **argv);
int cmd_track_show(int argc, char **argv);

#endif /* CMD_CMD_TRACK_H */
