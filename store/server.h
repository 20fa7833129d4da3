#ifndef STORE_SERVER_H
#define STORE_SERVER_H

#include "blob.h"
#include "clock.h"
#include "directory.h"
#include "drop_delay.h"
#include "keyring.h"
#include "log_limit.h"
#include "pool.h"
#include "volume.h"
#include "writer.h"

#include "os/board.h"
#include "os/metrics_set.h"

#include <postkeep/messages.h>

/*
 * The store as a whole, behind its links. It knows no socket: main.c gives it bytes of links and
 * takes bytes for them; tests do the same from memory. All of this is called on the loop thread.
 */
struct server_options {
	const char *data; /* directory; made when missing */
	unsigned char operator_key[KEY_BYTES];
	struct slice default_domain; /* of a login name without one */
	unsigned threads;            /* pool sizes; 0: everything runs in server_run */
	struct volume_options volume;
	unsigned volumes;     /* how many; 0: one */
	uint64_t read_only;   /* bit n: volume n is opened for reading only, after a failed sync */
	struct board *board;  /* NULL: none; outlives the server */
	uint64_t trace_rows;  /* how many of it a volume keeps; 0: TRACE_ROWS_MAX */
	unsigned trace_days;  /* how long what happened is kept; 0: TRACE_DAYS */
	uint64_t message_max; /* octets; default 64 MiB */
	unsigned sessions_per_link; /* default 65,536 */
	int64_t (*now_ms)(void *);  /* NULL: the clock */
	int64_t (*mono_ms)(void *); /* NULL: as now_ms if that is given, else the kernel's */
	void (*random)(void *, void *, size_t); /* NULL: the kernel's */
	void *arg;
	void (*wake)(void *); /* from any thread: call server_run */
	void (*latch)(void *, uint16_t volume, const char *why);
	/* The certificates there are; NULL: none. */
	struct end_points *end_points;
	bool (*reload)(void *); /* asks for a reload of the configuration; false: nobody listens */
	void (*hear)(void *);   /* takes what the supervisor has said already; may be NULL */
	int successes; /* memory with the success cache of the store before; 0: there is none */
	const struct metrics_set *metrics; /* pages to count in; NULL: nothing is counted */
	/* pkctl volume resume: the store is to be started anew, the volume written again. */
	void (*resume)(void *, uint16_t volume);
};

struct server {
	struct server_options options;
	struct loop *loop;
	struct pool *work;  /* hashing, sealing, passwords */
	struct pool *reads; /* ranges and bodies */
	struct keyring *keys;
	struct directory *directory;
	struct volume **volumes;
	size_t volume_count;
	struct peer *peers;
	struct watches *watches;
	struct reserves *reserves;
	struct locks *locks; /* maildrops in use */
	struct drop_delays delays;
	struct trace *trace;    /* what happened of late */
	int64_t trace_swept_ms; /* when its old rows were looked for */
	struct auths *auths;    /* failures and the success cache */
	struct tidy *tidies;    /* compactions under way */
	int64_t tidy_ms;        /* when to look again for something to compact */
	bool stopping;
	uint64_t sessions;  /* open now */
	bool trim;          /* a link is gone, and what was kept for it */
	int64_t started_ms; /* monotonic */
	int lock_fd;        /* one store a data directory */
	struct clock_guard clock;
	struct call *reload;        /* waits for the supervisor's answer */
	struct log_limit tools_log; /* of the admin socket's links */
	struct metrics *metrics;    /* of the store; NULL: not counted */
	int64_t segments_ms;        /* when segments are counted next */
};

enum pk_status server_open(struct server *, const struct server_options *);
void server_close(struct server *);
bool server_run(struct server *);  /* what the other threads have finished; false: nothing */
void server_tick(struct server *); /* about once a second: deadlines, sweeps */

/*
 * One link. What it says goes to peer_feed; what it shall hear gathers in peer->out. A peer that
 * does not read is sent no more replies behind PEER_OUT_MOST octets, and no more are made behind
 * PEER_REPLIES_MOST that wait for that or for credit. Whoever takes octets away from `out` calls
 * peer_drained.
 */
#define PEER_OUT_MOST     ((size_t)8 << 20)
#define PEER_REPLIES_MOST ((size_t)64 << 20)

struct peer {
	struct server *server;
	uint32_t roles; /* enum pk_role, stamped by who made the link */
	char service[32];
	char who[64]; /* uid or process, for logs */
	struct buf in, out;
	bool dead; /* a framing fault: close it when out is sent */
	bool hello;
	bool secret;                     /* out holds a password: wiped when it has left */
	bool closing;                    /* peer_close was called */
	bool held;                       /* sessions wait for room in `out` or in `replies` */
	size_t replies;                  /* octets of those made, or being made, and not in `out` */
	size_t requests;                 /* octets of those under way */
	unsigned bodies;                 /* on their way in */
	size_t staged;                   /* octets in memory of what is staged */
	struct session *sessions;        /* by number: uthash */
	struct log_limit log;            /* of what it alone causes */
	struct metrics *metrics;         /* of its service; NULL: not counted */
	void *owner;                     /* main.c's socket */
	void (*readable)(struct peer *); /* out has grown; may be NULL */
	struct peer *next, **prev;
};

struct peer *peer_new(struct server *, uint32_t roles, const char *service);
void peer_feed(struct peer *, struct slice bytes);
void peer_drained(struct peer *);
void peer_close(struct peer *); /* ends its sessions; frees it when its last call has ended */

void server_reloaded(struct server *, const struct pk_ctl_reloaded *); /* the answer to reload() */

int64_t server_now(const struct server *);  /* the wall clock: what is written down */
int64_t server_mono(const struct server *); /* never set by anybody: deadlines; also runs asleep */
void server_random(const struct server *, void *p, size_t bytes);
struct volume *server_volume(const struct server *, uint16_t number);

#endif
