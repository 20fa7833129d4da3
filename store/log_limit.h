#ifndef STORE_LOG_LIMIT_H
#define STORE_LOG_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Lines that a peer can cause as often as it likes. Of each kind the first LOG_LIMIT_LINES of a
 * minute are written; how many were not stands in one more line, `suppressed`, when it is over or
 * the link ends. Each link of a host has its own minute, so that one hides nothing of another; all
 * links of tools have one, as they come and go.
 */
#define LOG_LIMIT_LINES 10
#define LOG_LIMIT_MS    60000

enum log_limited { LIMITED_ROLE, LIMITED_SESSIONS, LIMITED_END_POINT, LIMITED_KINDS };

struct log_limit {
	int64_t since_ms; /* monotonic: when the minute began; 0: at the next line */
	uint32_t seen[LIMITED_KINDS];
};

struct peer;
struct server;
bool log_allows(struct peer *, enum log_limited); /* true: write it. Counts it */
void log_limit_tick(struct server *);             /* says what was not written, in time */
void log_limit_end(struct peer *);                /* the link ends */

#endif
