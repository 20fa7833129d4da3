#ifndef PROTO_SAY_H
#define PROTO_SAY_H

#include "base/log.h"

/* Writes answers into a session's output, beside pk_put(), and lines into the log. */

void say_line(struct pk_io *io, struct slice text); /* and CRLF */
void say_number(struct pk_io *io, uint64_t n);      /* in decimal digits */
/* Writes them, 20 at most, in front of `end`; returns where they begin. */
char *say_digits(char *end, uint64_t n);
/* Formatted; the CRLF is the format's. */
[[gnu::format(printf, 2, 3)]] void say_printf(struct pk_io *io, const char *format, ...);

/*
 * SAY_LOG(io, PK_LOG_INFO, "rcpt", LOG_TEXT("to", address), LOG_NUMBER("code", 550)); the host adds
 * which session it was.
 */
#define SAY_LOG(io, level, event, ...)                                     \
	say_log(io, level, event, (const struct log_field[]){__VA_ARGS__}, \
	        sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))
void say_log(struct pk_io *io, enum pk_log_level level, const char *event,
             const struct log_field *fields, size_t count);

#endif
