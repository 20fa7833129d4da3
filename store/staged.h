#ifndef STORE_STAGED_H
#define STORE_STAGED_H

#include "arrivals.h"
#include "laid.h"

/*
 * What `stage` has taken for the append to come: a session's own. Bodies, and summaries that are
 * too long for a row, are laid down on the disk; in memory is a row for each message. Loop thread,
 * where nothing else is said.
 */
struct staged_message;
struct staged {
	struct peer *peer; /* whose memory it is counted with; NULL: not yet */
	struct volume *volume;
	uint32_t tenant;
	struct staged_message *first, **last;
	struct laid_run *runs; /* the newest first */
	size_t n;
	uint64_t octets; /* of the messages */
	size_t memory;   /* octets */
	bool named;      /* a write has made rows that point into the runs, perhaps undone */
};

/* Rows in memory of all sessions of a link. */
#define LINK_STAGED_OCTETS ((size_t)64 << 20)

struct staged *staged_new(const struct session *);    /* NULL: out of memory */
void staged_free(struct staged *);                    /* NULL: nothing */
struct staged *session_take_staged(struct session *); /* now the caller's; may be NULL */
size_t staged_count(const struct staged *);           /* NULL: none */
/* As a request says how many there are; 0: they are dropped. PK_EINVAL: not so many. */
enum pk_status staged_check(struct call *, uint32_t staged);

/* Work pool: lays down the messages in their order, in what is new and nobody's yet. */
enum pk_status staged_lay(struct staged *, struct arrivals *);
/* The session takes over `more`, which has a message. PK_ELIMIT */
enum pk_status session_stage(struct session *, struct staged *more);

/* Writer thread: copies of these messages that submit made leave (sent_give_way). */
enum pk_status staged_give_way(struct staged *, struct mailbox *, bool sent,
                               struct quota_need *freed);
/* Writer thread: appends all. each(arg, uid) of each. */
enum pk_status staged_store(struct staged *, struct mailbox *, void (*each)(void *, uint32_t uid),
                            void *arg);

#endif
