#ifndef STORE_SEND_WINDOW_H
#define STORE_SEND_WINDOW_H

#include "tenant_record.h"

/*
 * How many messages were sent in the last hour, by minutes: at most SEND_MINUTES of them, so that
 * no 60 minutes have more than the limit, wherever they begin. A minute leaves when it is over for
 * an hour. A clock that was set back by less than that charges the latest minute there is; by more,
 * what was counted under the other clock is forgotten: either way nobody waits for longer than two
 * windows.
 */
void send_window_move(struct send_row *, int64_t now_ms); /* the row as it is now */
uint64_t send_window_sum(const struct send_row *);
/* Seconds from now_ms until fewer than `limit`, which is above 0, are left; 0: there are. */
uint32_t send_window_wait(const struct send_row *, uint64_t limit, int64_t now_ms);
void send_window_add(struct send_row *);

/*
 * The rows of a user and of its tenant, in a transaction. The settings submit.hour and
 * submit.tenant_hour are the limits; 0: none, and nothing is counted. charge adds one message to
 * both; check only looks: PK_ELIMIT, with what is full and for how long.
 */
struct send_full {
	bool tenant; /* not the user's own limit */
	uint64_t limit;
	uint32_t wait_s;
};
enum pk_status send_window_check(struct txn *, uint64_t acct, uint32_t domain, struct send_full *);
enum pk_status send_window_charge(struct txn *, uint64_t acct, uint32_t domain);

#endif
