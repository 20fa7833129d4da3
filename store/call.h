#ifndef STORE_CALL_H
#define STORE_CALL_H

#include "drop.h"
#include "server.h"

#include <postkeep/arena.h>
#include <uthash.h>

/*
 * A session: what a client of a host does, under one number of a link. Small while idle. `acct`
 * is its identity after the login; no request names an account of its own choosing.
 */
struct session {
	UT_hash_handle hh;
	uint32_t number;
	struct peer *peer;
	uint64_t acct;         /* 0: not logged in */
	uint32_t body_tenant;  /* whose key seals the bodies it sends: the user's, or the first
	                          recipient's; 0: none yet */
	struct volume *volume; /* set with body_tenant */
	uint32_t domain, scopes, credential_version;
	uint16_t credential; /* the number of the one that opened it */
	int64_t login_ms;    /* when acct was set, monotonic */
	struct announced *announced;
	struct maildrop_name *maildrop; /* POP3: what the login's name said of it; NULL: nothing */
	struct handle *handles;         /* opened mailboxes */
	uint32_t next_handle;
	struct body *bodies;       /* on their way in, by stream */
	uint16_t refused_body;     /* for which there was no room: what still comes is dropped */
	struct staged *staged;     /* for the append to come; NULL: nothing */
	struct rcpt *rcpts;        /* accepted recipients, in order */
	struct auth *auth;         /* a SASL exchange under way */
	struct call *first, *last; /* under way, in their order */
	uint32_t calls;
	size_t requests;     /* octets of theirs */
	int64_t credit;      /* octets of replies that may be sent */
	int64_t window;      /* the most that the credit was, less what was taken back of it */
	int64_t body_credit; /* octets of bodies that the peer may still send */
	bool closing;        /* its peer or its client is gone: no more replies */
	bool leaving;        /* it has said bye */
	bool refused;        /* it broke its role: everything but bye is refused */
	bool rung;           /* the doorbell rang and the session has not asked since */
	bool pumping;
};

struct maildrop_name {
	bool recent;   /* what came of late, fetched or not */
	size_t n;      /* octets of folder; 0: the usual mailbox */
	char folder[]; /* UTF-8 as the client wrote it */
};

struct announced {        /* from `announce` */
	int64_t at_ms;    /* the first time, wall clock */
	struct buf bytes; /* the request as received; q points into it */
	struct pk_announce_req q;
};

struct handle {
	uint32_t number;
	uint64_t acct; /* owner of the mailbox */
	uint32_t mbox, uidvalidity;
	uint8_t mode; /* enum pk_open_mode */
	uint32_t rights;
	struct drop_view view; /* of a maildrop */
	bool watched;
	struct handle *next;
};

/*
 * A request under way. Its handler op_NAME runs on the loop thread and ends in exactly one of:
 *
 * - call_done(c, st): now; with PK_OK, c->out holds the encoded reply.
 * - call_read(c, step): step runs on a reader thread inside a read transaction and appends the
 * reply to c->out. With c->again set that is sent with MORE, and step runs again, in a new
 * transaction, when there is credit.
 * - call_write(c, apply): apply runs on the writer inside its transaction. With c->again set it
 * runs again after the commit: long work in chunks of 10,000 rows.
 * - call_work(c, run, then): run on a worker thread, then `then` on the loop thread, which ends in
 *   one of these again.
 *
 * Requests' slices point into c->in. What steps need to remember between runs hangs on c->state,
 * from c->arena. apply resets what it computes at each run: c->out is empty when it starts.
 */
struct call {
	struct write write; /* first */
	struct job job;
	struct server *server;
	struct session *session;
	uint16_t op;
	uint64_t tag;
	struct buf in;
	size_t octets; /* of the request */
	size_t held;   /* octets of a reply that are counted with the peer's */
	struct arena arena;
	void *q;     /* the decoded request: struct pk_NAME_req */
	void *state; /* the handler's own */
	struct buf out;
	struct buf rows; /* scratch for rows; freed with the call */
	size_t room;     /* of a read: octets of rows that a step may gather; more, the more credit
	                    there is */
	bool secret;     /* the answer holds a password: no copy of it stays */
	bool again;      /* set by a step: there is more */
	bool overlaps;   /* a read that may run beside other reads of its session */
	bool started;    /* its handler was called */
	bool ready;      /* `out` may be sent */
	bool waits;      /* a read whose next frame is made when it may be sent */
	bool finished;   /* and nothing follows */
	bool cancelled;  /* nobody wants the reply */
	bool is_write;
	enum pk_status status;
	char error[320]; /* words for a failure; "" : those of the status */
	uint32_t retry_s;
	bool lasting; /* it will not help to ask again */
	bool worded;  /* `error` is for whoever is refused to read */
	struct volume *volume;
	int64_t began_ns;   /* when its handler was called; 0: it has answered, or nobody counts */
	enum metric counts; /* of `counted`, which a write sets at each run: what it changed */
	uint64_t counted;
	enum pk_status (*step)(struct call *, struct txn *);
	void (*run)(struct call *);
	void (*then)(struct call *);
	void (*rest)(struct call *);    /* while it waits for the peer: gives back what it can make
	                                   anew; may be NULL */
	void (*cleanup)(struct call *); /* when it ends, however; may be NULL */
	struct call *next;
};

void call_done(struct call *, enum pk_status);
[[gnu::format(printf, 3, 4)]] void call_fail(struct call *, enum pk_status, const char *words, ...);
void call_read(struct call *, struct volume *, enum pk_status (*step)(struct call *, struct txn *));
void call_write(struct call *, struct volume *,
                enum pk_status (*apply)(struct call *, struct txn *));
void call_work(struct call *, void (*run)(struct call *), void (*then)(struct call *));
/* Like call_write, but `then` runs after the commit (also after a failure: c->status) instead of
 * answering. */
void call_write_then(struct call *, struct volume *,
                     enum pk_status (*apply)(struct call *, struct txn *),
                     void (*then)(struct call *));

#define CALL_ROWS_OCTETS ((size_t)56 * 1024)  /* a step stops adding rows here and sets again */
#define CALL_ROWS_MOST   ((size_t)224 * 1024) /* likewise, where the step heeds c->room */

/* Sets c->error; returns st, for use in steps: return call_error(c, PK_EQUOTA, "..."). */
[[gnu::format(printf, 3, 4)]] enum pk_status call_error(struct call *, enum pk_status st,
                                                        const char *words, ...);

/* Runs step at once, on the loop thread: for a few rows. Ends the call like call_read. */
void call_point(struct call *, struct volume *,
                enum pk_status (*step)(struct call *, struct txn *));

/* Its name in logs and in pkctl, as its host announced it; 0: it has not. */
static inline int64_t session_id(const struct session *s)
{
	return s->announced ? (int64_t)s->announced->q.id : 0;
}

struct session *session_new(struct peer *, uint32_t number);
struct session *session_find(struct peer *, uint32_t number);           /* NULL */
struct handle *session_handle(const struct session *, uint32_t number); /* NULL */
void session_end(struct session *); /* frees it, at once or when its last call has ended */
void session_kick(
	struct session *,
	uint8_t why); /* enum pk_kick: says so to its host; everything but bye is refused */
void session_event(struct session *, enum pk_op, struct slice payload);
void session_pump(struct session *); /* starts what may start, sends what is finished */

/* Bodies on their way in, by stream. */
void session_data(struct session *, uint16_t stream, struct slice bytes);
void session_drop(struct session *, uint16_t stream);
void session_drop_all(struct session *);
struct ingest *session_take_body(struct session *,
                                 uint16_t stream); /* now the caller's to free; NULL as above */

/* The engine's own. */
void session_grant(struct session *, int64_t octets); /* the peer's room for replies has changed */
bool session_queue(struct session *, struct call *);  /* false: too many at once */
void call_start(struct call *);                       /* decodes the request, runs its handler */
size_t call_send(struct call *);                      /* puts a frame; its payload octets */
void call_hold(struct call *, size_t octets);         /* has so much for the peer now */
void call_continue(struct call *);
/* Between two frames, for as long as the peer likes: gives back what can be made anew. */
void call_rest(struct call *);
void call_free(struct call *);
void peer_free(struct peer *);
void reload_stop(struct server *); /* nobody will answer any more */
/* Takes a request frame of a peer. */
struct frame;
void dispatch(struct peer *, const struct frame *);

/* Handlers: one a CALL; a missing one does not link. */
#define CALL(number, name, roles, request, reply) \
	void op_##name(struct call *c, const struct pk_##name##_req *q);
#include <postkeep/messages.def>

#endif
