#ifndef STORE_END_POINTS_H
#define STORE_END_POINTS_H

#include <postkeep/messages.h>

/*
 * Which certificates hosts may show, by their hashes for tls-server-end-point: a login bound to
 * another one's was passed on by somebody who has the other's key (RFC 5929 section 4). The
 * supervisor tells the whole set each time it changes. What is not in the new one any more is good
 * for a while still: for sessions that began under the old certificate, hosts that have not heard
 * of the new one yet, and TLS sessions that are resumed. Loop thread.
 */
#define END_POINTS_GRACE_MS (INT64_C(10) * 60 * 1000)
#define END_POINTS_MAX      65536u /* with those of before; more are not taken */

struct end_points {
	struct known_end_point *all; /* by hash: uthash */
	uint32_t set;                /* the number of the set that is being told */
	int64_t look_ms;             /* when something is over; INT64_MAX: nothing will be */
};

/* A piece of a set (REC(ctl_end_points)); the last one ends it. now_ms: server_mono. */
void end_points_take(struct end_points *, const struct pk_ctl_end_points *, int64_t now_ms);
bool end_points_has(const struct end_points *, struct slice hash, int64_t now_ms);
void end_points_tick(struct end_points *, int64_t now_ms); /* forgets what is over */
size_t end_points_count(const struct end_points *);        /* with those of before */
void end_points_free(struct end_points *);

#endif
