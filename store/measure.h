#ifndef STORE_MEASURE_H
#define STORE_MEASURE_H

#include "call.h"

/* What the store counts (pk-metrics(5)), in the pages that it was given. Loop thread. */
struct metrics *measure_service(const struct server *, const char *service); /* NULL: nothing */

void measure_answer(struct call *); /* it has its first piece, or its end */
void measure_login(const struct call *, const char *result);
void measure_backoff(const struct call *, bool refused);
void measure_verdict(const struct call *, enum metric, enum pk_status);

void measure_tick(struct server *);                      /* what is looked at once a second */
void measure_volume(struct server *, struct volume *);   /* of it: a volume's environment, disk */
void measure_segments(struct server *, struct volume *); /* on a thread: all its rows are read */

#endif
