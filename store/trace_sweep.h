#ifndef STORE_TRACE_SWEEP_H
#define STORE_TRACE_SWEEP_H

#include "server.h"

/*
 * Rows of `trace` from before then go, and the oldest where there are more than TRACE_ROWS_MAX;
 * looks once a minute. Loop thread.
 */
void trace_sweep(struct server *, int64_t before_ms);

#endif
