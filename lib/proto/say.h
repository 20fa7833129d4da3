#ifndef PROTO_SAY_H
#define PROTO_SAY_H

#include <postkeep/plugin.h>

/* Writes answers into a session's output, beside pk_put(). */

void say_line(struct pk_io *io, struct slice text); /* and CRLF */
void say_number(struct pk_io *io, uint64_t n);      /* in decimal digits */
/* Formatted; the CRLF is the format's. */
[[gnu::format(printf, 2, 3)]] void say_printf(struct pk_io *io, const char *format, ...);

#endif
