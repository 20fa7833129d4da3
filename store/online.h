#ifndef STORE_ONLINE_H
#define STORE_ONLINE_H

#include <postkeep/status.h>

#include <uthash.h>

/* How many sessions each user has open, over all links. Zeroed memory: nobody any. Loop thread. */
struct online {
	struct online_user *users;
};

/* One more. most: how many there may be, 0 for any number. PK_ELIMIT: they are there; PK_ENOMEM. */
enum pk_status online_enter(struct online *, uint64_t acct, uint64_t most);
void online_leave(struct online *, uint64_t acct);
void online_free(struct online *);

#endif
