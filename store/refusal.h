#ifndef STORE_REFUSAL_H
#define STORE_REFUSAL_H

#include "call.h"
#include "settings.h"

/*
 * How a tenant wants its recipients refused that are suspended or over quota: for good or for now
 * (refuse.suspended, refuse.quota), and in what words (refuse.quota_text). Of other statuses
 * nothing is said.
 */
struct refusal {
	bool lasting;
	char text[SETTING_TEXT_MAX + 1]; /* "": those that there are */
};

/* Of a domain, that of the address that was asked for. */
enum pk_status refusal_read(struct txn *, uint32_t tenant, uint32_t domain, enum pk_status why,
                            struct refusal *);

#endif
