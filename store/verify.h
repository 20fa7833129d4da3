#ifndef STORE_VERIFY_H
#define STORE_VERIFY_H

#include "mailbox.h"
#include "server.h"
#include "tenant.h"

#include <postkeep/arena.h>

/*
 * Read-only checks of what must hold: counters are sums, names and ids map both ways, every row
 * that points somewhere points at something, seals open, bodies have as many references as rows.
 * Each check looks at one snapshot, so that what changes meanwhile is no finding. Reader threads.
 */
struct verify {
	struct server *server;
	struct txn *txn;  /* of the step under way */
	struct buf *rows; /* findings of this frame, REC(finding) */
	uint64_t checked; /* rows looked at */
	uint64_t findings;
	uint32_t tenant; /* the one to check; 0: all of the volume */
	bool bodies;     /* decrypt every body */
	/* Where it goes on: */
	enum verify_phase {
		VERIFY_TENANTS,
		VERIFY_ACCOUNTS,
		VERIFY_STRAYS,
		VERIFY_REFS,
		VERIFY_SEGMENTS,
		VERIFY_BODIES,
		VERIFY_DONE
	} phase;
	uint32_t at_tenant, at_user;
	unsigned pass, passes;
	uint64_t at_blob;
};

/* One step of about VERIFY_STEP_MS in a transaction of its own; done when phase is VERIFY_DONE.
 * Failures of the storage are returned, what it finds is not. */
#define VERIFY_STEP_MS 50
enum pk_status verify_step(struct verify *, struct txn *);

/* Tells of something wrong: where (format, to 200 octets) and what. */
[[gnu::format(printf, 3, 4)]] void verify_found(struct verify *, const char *what,
                                                const char *where, ...);
/* For a look-up: true when it is PK_OK; PK_ENOTFOUND and PK_EIO become findings. */
bool verify_good(struct verify *, enum pk_status, const char *what, uint64_t acct, uint64_t id);

/* Calls fn for each row of a tree whose key begins with prefix, until it fails, and counts them. */
typedef enum pk_status verify_row(void *look, struct slice key, struct slice value);
enum pk_status verify_rows(struct verify *, enum tree, struct slice prefix, verify_row *fn,
                           void *look);

/* The parts: verify_tenant.c, verify_account.c, verify_mailbox.c, verify_blob.c,
 * verify_segment.c. */
enum pk_status verify_tenant(struct verify *, uint32_t tenant);
enum pk_status verify_account(struct verify *, uint64_t acct);
enum pk_status verify_mailbox(struct verify *, struct mailbox *);
/* The message row in its place: decodes, opens, names a blob, its docid leads back. */
enum pk_status verify_message(struct verify *, uint64_t acct, const struct docid_row *at,
                              struct slice value, uint64_t *octets);
enum pk_status verify_strays(struct verify *);
enum pk_status verify_refs(struct verify *); /* one pass; counts up v->pass */
enum pk_status verify_segments(struct verify *);
enum pk_status verify_bodies(struct verify *, int64_t until_ms);
int64_t verify_clock(void); /* monotonic, ms */

#endif
