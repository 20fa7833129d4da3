#ifndef STORE_RESERVE_H
#define STORE_RESERVE_H

#include "call.h"
#include "quota.h"

/*
 * Room promised to recipients between RCPT and the commit, in memory, per session (DESIGN 2).
 * The first accepted recipient sets session->volume and session->body_tenant. Loop thread.
 */
void reserve_drop(struct session *); /* all of the session's: reset, bye, link loss */
void reserve_tick(struct server *);  /* those older than 10 minutes go */
void reserve_free(struct server *);  /* the tables */

/* A mailbox owner who gets a copy. */
struct goal {
	uint64_t acct;
	uint32_t mbox;   /* 0: INBOX */
	uint32_t domain; /* whose counters it also counts in */
	size_t address;  /* where its own address begins in rcpt.addresses; a NUL ends it */
	bool again;      /* an earlier recipient of the session holds the place: one copy only */
};
static inline bool goal_same(const struct goal *a, const struct goal *b)
{
	return a->acct == b->acct && a->mbox == b->mbox;
}

/* Its mailbox. PK_ESTALE: that is gone. */
enum pk_status goal_mailbox(struct account *, const struct goal *, struct mailbox *);

/* An accepted recipient of a session, in the order of session->rcpts. Owned. */
struct rcpt {
	struct buf asked;        /* the address as it was given */
	struct buf from;         /* likewise who sends; may be empty */
	struct buf original;     /* likewise whom it was for at first */
	uint32_t tenant, domain; /* the address's: how they want it refused */
	struct buf addresses;    /* of the goals */
	struct goal *goals;      /* owned */
	size_t count;
	uint64_t octets;      /* declared */
	uint64_t octets_max;  /* what its settings allow */
	struct promise *held; /* NULL: it has ended */
	struct rcpt *next;
};
#define RESERVE_MS       ((int64_t)10 * 60 * 1000)
#define ORIGINAL_MAX     500   /* octets; RFC 3461 4.2 */
#define RCPTS_MAX        1000  /* of a session */
#define RESERVE_PER_LINK 20000 /* goals that one link may hold at a time */

/* What is promised at the scopes of an account, by any session. */
void reserve_sum(const struct server *, const struct goal *, struct quota_needs *sum);

/* Promises `octets` and one message to each goal. PK_ELIMIT: the link holds too many, PK_ENOMEM.
 */
enum pk_status reserve_add(struct session *, struct rcpt *);
void rcpt_free(struct server *, struct rcpt *); /* with its promise; NULL is fine */

#endif
