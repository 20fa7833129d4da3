#ifndef HOST_LINK_H
#define HOST_LINK_H

#include <postkeep/buf.h>
#include <postkeep/messages.h>

#include "ipc/frame.h"

/*
 * A link to the store (DESIGN 4): frames, sessions' numbers and tags, credit, events. It knows no
 * socket: the driver moves link_output to the store and what comes back to link_feed. A session
 * has a number on its link from its first request on and gives it back when the store has
 * answered its bye.
 */
struct service;
struct session;

#define LINK_CALLS       4       /* requests that a session may have under way */
#define LINK_WINDOW_MOST 524288u /* credit for replies that a session may have */
/* Below its credit a store may be by what was taken back while it spoke, and by one frame. */
#define LINK_OVERDRAFT  ((int64_t)LINK_WINDOW_MOST + PK_FRAME_MAX)
#define LINK_AHEAD_MOST (16u << 20) /* octets of it beyond PK_CREDIT, of all sessions of a link */

struct link {
	struct service *service;
	uint32_t roles; /* enum pk_role; from the answer to hello, 0 before */
	bool lost;      /* nothing goes any more; link_free it */
	struct buf out; /* for the store; its first `sent` octets are gone already */
	size_t sent;
	size_t data_at;            /* where in `out` a data frame is that may still grow; 0: none */
	bool secret;               /* `out` has passwords: it is wiped */
	struct buf in;             /* octets of a frame that is not whole yet */
	struct link_place *places; /* by number, from 1 */
	uint32_t *unused;          /* numbers that may be given out, a stack */
	uint32_t unused_count, numbers, cap;
	uint32_t joined; /* sessions that point here */
	uint32_t ahead;  /* octets of credit that they have beyond PK_CREDIT each */
};

/* A session's end of its link; part of struct session. */
struct link_end {
	struct link *link; /* NULL: none; see link_of */
	uint32_t number;   /* on the link; 0: not yet */
	uint32_t last_tag; /* of the session's requests, as the store sees them */
	uint32_t announce_tag;
	bool announced;
	uint32_t eaten;    /* octets of replies that were consumed and not given credit for yet */
	uint32_t ahead;    /* octets of credit for replies beyond PK_CREDIT (link_window.c) */
	int64_t window;    /* octets of replies that the store may still send */
	int64_t window_ms; /* monotonic: since when */
	uint32_t window_eaten; /* so many octets of replies were taken */
	int64_t credit;        /* octets of bodies that the store takes now */
	struct buf held;       /* whole frames, in order, that wait for credit */
	size_t held_used;      /* octets of it that are gone */
	struct link_call {
		uint64_t tag;  /* the session's */
		uint32_t wire; /* the store's; 0: free */
		bool last;     /* the last frame of the reply has come */
	} calls[LINK_CALLS];
};

/* Says hello. NULL: out of memory. The service is not owned. */
struct link *link_new(struct service *v, const char *program);
void link_free(struct link *l); /* no session may be joined any more */

/* Octets from the store. PK_EPROTO: a framing fault, a refused hello, a session that has no number
 * here, or replies beyond all credit; call link_lost. */
enum pk_status link_feed(struct link *l, struct slice bytes);
struct slice link_output(const struct link *l);
void link_sent(struct link *l, size_t n);

/*
 * The store is gone. Sessions with a request under way are stopped now (PK_STOP_LINK), the others
 * at random times within spread_ms, or when they ask for something.
 */
void link_lost(struct link *l, int64_t spread_ms);

/* For sessions. Leaving says bye, if there was anything said before. */
struct link *link_of(const struct session *s); /* NULL: it has none, or it was lost */
void link_join(struct link *l, struct session *s);
void link_leave(struct session *s);
/* False: the request is too big, or memory ran out. The caller has seen to calls_left. */
[[nodiscard]] bool link_call(struct session *s, uint64_t tag, uint32_t op, struct slice request);
void link_cancel(struct session *s, uint64_t tag);
unsigned link_calls(const struct session *s);         /* requests under way */
void link_answered(struct session *s, uint32_t wire); /* its last reply is being delivered */
void link_eaten(struct session *s, size_t octets);    /* of replies: gives credit, now or later */
void link_narrow(struct session *s); /* its command is over: it needs no wide window */

/* Octets of a body. They go at once as far as the credit reaches; the rest is held. */
void link_data(struct session *s, uint16_t stream, struct slice bytes);
void link_drop(struct session *s, uint16_t stream);
size_t link_held(const struct session *s); /* octets that wait for credit */

#endif
