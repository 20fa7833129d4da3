#ifndef OS_LOGFILE_H
#define OS_LOGFILE_H

/*
 * Where log lines go (pk-log(5)): descriptor 2 of every process. The supervisor opens it; children
 * get it when they start, and another one when the file was moved away.
 */

/*
 * `where` is "stderr" or the absolute path of a file, which is made when missing. Writing to what
 * is returned never waits: a pipe or terminal is opened anew, so that whoever else has it keeps a
 * descriptor that does. -1: errno says why.
 */
int logfile_open(const char *where);

/*
 * For the supervisor, before it starts anything: whether standard error is the journal's, as
 * JOURNAL_STREAM (systemd.exec(5)) says. Where it is not, or `where` is a file, that is taken out
 * of the environment, so that log_is_journal() and children know.
 */
void logfile_settle_journal(const char *where);

/* Descriptors 1 and 2 are this one from now on; closes it. */
void logfile_use(int fd);

#endif
