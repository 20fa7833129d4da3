#ifndef STORE_DROP_DELAY_H
#define STORE_DROP_DELAY_H

#include <uthash.h>

#include <stdint.h>

/* When users for whom pop3.login_delay is set have last logged in (RFC 2449 6.5). Zeroed memory:
 * none has. Loop thread; times are monotonic ms. */
struct drop_delays {
	struct drop_login *logins;
};

/* How long the user has to wait, where logins are to be so far apart; 0 or less: not at all. */
int64_t drop_delay(struct drop_delays *, uint64_t acct, uint32_t delay_s, int64_t now_ms);
/* This is a login. It is remembered for as long as the next one has to wait. */
void drop_delay_begin(struct drop_delays *, uint64_t acct, uint32_t delay_s, int64_t now_ms);
void drop_delays_free(struct drop_delays *);

#endif
