#ifndef CTL_SPAN_H
#define CTL_SPAN_H

#include <stdbool.h>
#include <stdint.h>

/* "90s", "15m", "2h" or "7d" as seconds. False: it is none, or more than a thousand years. */
bool span_seconds(const char *text, uint64_t *seconds);

#endif
