#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <postkeep/buf.h>
#include <postkeep/plugin.h>

/*
 * Log lines (pk-log(5)): one event a line of key=value pairs, each line one write to descriptor 2.
 *
 *	time=2026-03-01T12:00:00.123Z level=info pid=81 event=login user=jane@example.org bytes=12
 *
 * A value is written bare when it has only letters, digits and - _ . : / @ + , [ ] * %, else
 * between double quotes; there, quotes, backslashes and every octet outside 0x20 to 0x7e are \xNN.
 * So what comes from outside can end neither a value nor a line. At most LOG_VALUE_MAX octets of a
 * value are written, then "...".
 */
#define LOG_VALUE_MAX 512

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
	const char *event; /* a constant */
	const struct log_field *fields;
	size_t count;
};

/*
 * Appends the same line to b instead, for who writes many at once. Lines of several processes
 * stay whole in a pipe when each write has at most PIPE_BUF octets.
 */
void log_format(struct buf *b, const struct log_line *line);

/* The pairs alone, with a space between them: what a plugin gives to the host's log(). */
void log_pairs(struct buf *b, const struct log_field *fields, size_t count);

#endif
