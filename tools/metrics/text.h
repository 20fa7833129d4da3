#ifndef METRICS_TEXT_H
#define METRICS_TEXT_H

#include "os/metrics_set.h"

/*
 * The text format of Prometheus, version 0.0.4: all that the pages say. Pages of one kind and name,
 * as those of two hosts of a service, are one number.
 */
void metrics_text(const struct metrics_set *, struct buf *out);

#endif
