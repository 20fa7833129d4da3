#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <postkeep/buf.h>
#include <postkeep/plugin.h>

/*
 * Log lines (pk-log(5), which has every event): one event a line of key=value pairs, each line one
 * write to descriptor 2.
 *
 *	time=2026-03-01T12:00:00.123Z level=info pid=81 event=login user=jane@example.org bytes=12
 *
 * A value is written bare when it has only letters, digits and - _ . : / @ + , [ ] * %, else
 * between double quotes; there, quotes, backslashes and every octet outside 0x20 to 0x7e are \xNN.
 * So what comes from outside can end neither a value nor a line. At most LOG_VALUE_MAX octets of a
 * value are written, then "...". A line has at most LOG_LINE_MAX octets, so that those of several
 * processes stay whole in a pipe: pairs that have no room are left out, and cut=1 says so.
 */
#define LOG_VALUE_MAX 512
#define LOG_LINE_MAX  4096 /* PIPE_BUF */

struct log_field {
	const char *key; /* a constant: never from outside */
	struct slice text;
	int64_t number;
	enum { LOG_IS_TEXT, LOG_IS_NUMBER, LOG_IS_PAIRS } kind;
};

#define LOG_TEXT(key, slice)               \
	{                                  \
		key, slice, 0, LOG_IS_TEXT \
	}
#define LOG_CSTR(key, string)                          \
	{                                              \
		key, slice_str(string), 0, LOG_IS_TEXT \
	}
#define LOG_NUMBER(key, integer)                 \
	{                                        \
		key, {0}, integer, LOG_IS_NUMBER \
	}
/* Pairs made by a plugin, as they are but for octets outside 0x20 to 0x7e. */
#define LOG_PAIRS(slice)                   \
	{                                  \
		"", slice, 0, LOG_IS_PAIRS \
	}

/* LOG(PK_LOG_INFO, "accept", LOG_TEXT("peer", addr), LOG_NUMBER("port", 25)); */
#define LOG(level, event, ...)                                           \
	log_event(level, event, (const struct log_field[]){__VA_ARGS__}, \
	          sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_event(enum pk_log_level level, const char *event, const struct log_field *fields,
               size_t count);

struct log_line {
	int64_t now_ms; /* wall clock, UTC */
	long pid;
	enum pk_log_level level;
	const char *event; /* [a-z_]+ */
	const struct log_field *fields;
	size_t count;
	bool journal; /* begins with <6>, the priority of sd-daemon(3) */
};

/* Appends the same line to b instead, for who writes many at once. */
void log_format(struct buf *b, const struct log_line *line);

/* The pairs alone, with a space between them: what a plugin gives to the host's log(). */
void log_pairs(struct buf *b, const struct log_field *fields, size_t count);

/*
 * Writes whole lines, as many a write as LOG_LINE_MAX has room for, and never waits: what
 * descriptor 2 does not take now is dropped. Returns how many lines that were. A file takes them at
 * once, or is full; pipes and terminals have to be O_NONBLOCK (lib/os/logfile.h).
 */
unsigned log_write(struct slice lines);

/* Whether descriptor 2 is the journal's: JOURNAL_STREAM (systemd.exec(5)) is in the environment. */
bool log_is_journal(void);

#endif
