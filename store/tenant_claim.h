#ifndef STORE_TENANT_CLAIM_H
#define STORE_TENANT_CLAIM_H

#include "tenant_admin.h"

/*
 * What has a name in the directory, a tenant or a domain, is made in steps: the name is claimed,
 * its rows are written in the volume, the claim is made active. What fails in between is undone;
 * what a crash leaves is a claim that the next start frees.
 */
struct making;
struct claim_kind {
	bool domain; /* else a tenant */
	/* On a worker: claims the name and makes what must be there before the rows. */
	enum pk_status (*claim)(struct call *, struct making *);
	/* On a worker: takes away what claim made beside the claim; NULL: nothing. False: the claim
	 * stays, for the next start. */
	bool (*unmake)(struct call *, struct making *);
	/* On the writer: its rows, and the reply to c->out. */
	enum pk_status (*write)(struct call *, struct txn *, struct making *);
};
struct making {
	const struct claim_kind *kind;
	struct slice name;
	uint32_t tenant; /* 0 until claimed, where it is the tenant that is made */
	struct volume *volume;
	struct changes changes; /* its first settings */
	/* Its own: */
	bool claimed; /* set by claim */
	enum pk_status status;
};
void making_start(struct call *, struct making *); /* c->state = the making; ends the call */

#endif
