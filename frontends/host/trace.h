#ifndef HOST_TRACE_H
#define HOST_TRACE_H

#include "session.h"

/*
 * The protocol of one session in the log, for as long as an administrator asked (pk-log(5)), and
 * nothing that could be a password or mail: of what the client says lines alone, without what is
 * between quotes; until it is logged in only words that a table has; of what it hears the line
 * that ends an answer, likewise.
 */
#define TRACE_MOST_MS 3600000

void trace_start(struct session *s, uint32_t seconds); /* 0: ends it */
void trace_input(struct session *s, const struct pk_in *in);
/* The plugin returned: what it wrote begins at `before` of the output. */
void trace_answer(struct session *s, size_t before, uint32_t want);

#endif
