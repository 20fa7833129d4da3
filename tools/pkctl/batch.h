#ifndef BATCH_H
#define BATCH_H

#include "ctl.h"

/*
 * One command for each line of JSON on stdin, all over one connection. A line is an object with the
 * command's arguments by name, in lower case, and its options: {"user": "jane@example.org",
 * "settings": {"suspended": "on"}}. Each gets a line of JSON on stdout: "line", its number,
 * "status", an exit status, "error" when it failed, and what the command would print.
 */

/* Runs one: argv as of a command line, with noun and verb. Its answer goes to ctl->doc. */
typedef int batch_run_one(struct ctl *, int argc, char **argv);

/* EX_OK, EXIT_PARTLY, or the status with which the connection was lost. */
int batch_run(struct ctl *, const struct command *, batch_run_one *);

#endif
