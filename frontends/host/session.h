#ifndef HOST_SESSION_H
#define HOST_SESSION_H

#include <postkeep/arena.h>
#include <postkeep/plugin.h>

#include "body.h"
#include "intake.h"
#include "link.h"
#include "service.h"

/*
 * Drives one session of a plugin over buffers: what plugin.h promises, without a socket. conn.c
 * feeds it from the network, tests and fuzzers from memory.
 *
 * Its owner feeds what the client sent as far as session_room goes, sends session_output when
 * session_must_send says so, does the layer changes that session_layer asks for once all is sent,
 * and frees it when session_over. It looks at these when the service has the session settled
 * (service.h). None of these functions calls back into the owner.
 */
struct arrival; /* a reply that waits */

struct session {
	struct pk_io io; /* out is where the unsent output begins */
	struct service *service;
	struct session *next; /* in the service's queue */
	void *owner;
	void *state; /* the plugin's; behind this struct */
	struct pk_peer peer;
	char *names; /* what peer's slices point into */
	struct timer timer;

	struct intake intake;
	char *out; /* allocated; io.out points into it */
	size_t out_cap;
	struct arena command;
	struct block *blocks; /* of resize() */
	size_t resized;       /* octets in them */

	struct link_end end;
	struct arrival *first, *last;
	unsigned waiting;    /* arrivals */
	struct body *bodies; /* the last opened first */
	uint16_t last_stream;

	uint64_t news[4]; /* events that have not been told, one bit each */
	uint64_t cursor;  /* pk_in.resume */
	struct cut cut;   /* of the input that comes again */

	int64_t heard_ms;   /* monotonic: when the client was heard last, or a command ended */
	int64_t moved_ms;   /* since when output or a layer change makes no progress */
	int64_t login_ms;   /* when the login must be done; 0: no limit */
	int64_t wake_ms;    /* when PK_IN_TIMER comes; 0: never */
	int64_t trace_ms;   /* until when its protocol goes to the log; 0: it does not */
	int64_t lonely_ms;  /* when a session without link is told so; 0: it has one */
	uint32_t wake_seen; /* io.wake_ms as it was when wake_ms was set */

	uint16_t layer;        /* PK_TLS, PK_DEFLATE, PK_PLAIN or PK_CLOSE: waits for it */
	uint16_t layer_status; /* when layer_done */
	uint16_t cut_kind;     /* PK_IN_LINE or PK_IN_BYTES: what `cut` is */
	uint8_t source;        /* enum deliver_source + 1 of the input that comes again; 0: none */
	uint8_t telling;       /* the same of the input that is being told */
	uint8_t stop;          /* enum pk_stop, not told yet */
	bool queued;           /* in the service's queue */
	bool open;             /* the plugin's open() was called */
	bool running;          /* the plugin is being called */
	bool settling;         /* its owner looks at it: no need to queue it for that */
	bool closing;          /* the plugin's close() is being called */
	bool over;             /* see session_over */
	bool stopped;          /* no other stop will be told */
	bool draining;         /* PK_STOP_DRAIN was told */
	bool layer_done;       /* PK_IN_LAYER is due */
	bool wake_due;         /* PK_IN_TIMER is due */
	bool again;            /* PK_IN_AGAIN may be told in this turn */
	bool starved;          /* the turn ended before the inputs did */
	bool sending;          /* output waits for the client */
	bool eof, eof_told;
	bool trace_inside; /* a command has had a piece that is no line */
	bool cut_secret;   /* the plugin said that `cut` is a secret */
	bool cut_wiped;    /* it is overwritten when it has been used */
	bool cancelled;    /* the reply that is being told */
	bool body_blocked; /* a body had no room in this input, or in the one that comes again */
};

struct session_setup {
	void *owner;
	void *conf;          /* the listener's, of configure() */
	struct link *link;   /* NULL: requests end the session */
	struct pk_peer peer; /* copied with its texts; id 0: the next of the service */
	uint32_t idle_ms;    /* io->idle_ms at the start; 0: no limit */
	int64_t login_ms;    /* from now; 0: no limit */
	bool can_tls;        /* io->can_tls */
	bool handshake;      /* implicit TLS: session_layer asks for it before session_open */
};

/* The time of the login runs from here. NULL: out of memory. */
struct session *session_begin(struct service *v, const struct session_setup *setup);
/* What a handshake said. Zeroed: there was none. */
struct session_tls {
	uint32_t version;
	struct slice sni, alpn;
	bool proven; /* io->proven */
	struct slice cipher;
};

/* The stream is there. Peer's sni, alpn and cipher, then the plugin's open(). */
void session_open(struct session *s, const struct session_tls *tls);
void session_free(struct session *s); /* says bye, calls the plugin's close() */

/* From the client. The bytes are used or copied before it returns, and overwritten if secret. */
void session_feed(struct session *s, char *bytes, size_t n);
void session_eof(struct session *s);
bool session_secret(const struct session *s);  /* what it hears next is wiped when it was read */
bool session_strange(const struct session *s); /* somebody may log in here, and has not */
size_t session_room(const struct session *s);  /* octets it takes now; 0: stop reading */

/* To the client: must_send means now; else more may be gathered. */
bool session_must_send(const struct session *s);
struct slice session_output(const struct session *s);
void session_sent(struct session *s, size_t n);

/* The layer change that is due now, all output being sent: PK_TLS ... PK_CLOSE; 0: none. */
uint32_t session_layer(const struct session *s);
/*
 * It is done, or failed: delivers PK_IN_LAYER. For PK_DEFLATE and PK_TLS session_unread has to be
 * looked at before: for PK_TLS it is dropped here (RFC 3207 section 6, HAZARDS 1).
 */
void session_layered(struct session *s, enum pk_status st, const struct session_tls *tls);
/* Takes what is unread out of the session, to be freed by the caller: it belongs to a new layer. */
struct buf session_unread(struct session *s);

/* Nothing more comes of it: close without sending. */
static inline bool session_over(const struct session *s)
{
	return s->over;
}

/*
 * Tells the session to end. A second stop, or one before it is open, ends it at once; but one that
 * may still end its command (PK_STOP_DRAIN) can be told that it ends now.
 */
void session_stop(struct session *s, enum pk_stop why);
void session_turn(struct session *s);       /* by service_turn */
bool session_more(const struct session *s); /* it wants another turn */
void session_tick(struct session *s);       /* by service_tick: looks at its deadlines */
void session_schedule(struct session *s);   /* sets its timer */
void session_ran(struct session *s);        /* something happened to it: runs it, has it settled */

/* From the link. */
struct reply {
	uint64_t tag;
	uint32_t wire;  /* 0: not of a call */
	uint32_t flags; /* PK_MORE */
	uint16_t status;
	uint32_t counts; /* octets to give credit for */
	struct slice bytes;
};
void session_reply(struct session *s, const struct reply *r);
void session_news(struct session *s, unsigned event);
void session_body_failed(struct session *s, uint16_t stream, uint16_t status);
void session_credit(struct session *s); /* bodies may have room again */

/* For link_cancel: forgets what has come of it. */
void session_forget_reply(struct session *s, uint64_t tag);

/* The io of a plugin's call back to its session. */
static inline struct session *session_of(struct pk_io *io)
{
	return (struct session *)((char *)io - offsetof(struct session, io));
}

void host_free_blocks(struct session *s); /* of resize() */

#endif
