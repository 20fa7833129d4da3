#ifndef HOST_SERVICE_H
#define HOST_SERVICE_H

#include <postkeep/plugin.h>

#include "timers.h"

#include "os/board.h"
#include "os/end_point.h"

/*
 * What all sessions of a process share: the plugin, clocks, randomness, limits, counters, and the
 * queue of sessions that have something to do. It knows no socket and no loop: main.c or a test
 * sets the clocks, feeds links and sessions, and calls service_turn.
 */
struct session;
struct link;
struct metrics;

/*
 * The two channel bindings of a TLS connection (RFC 9266, RFC 5929), the SHA-256 of the certificate
 * that the client has proven, and the address in that; empty: none.
 */
struct bindings {
	struct end_point end_point;
	char exporter[32], certificate[32], address[320];
	size_t exporter_octets, certificate_octets, address_octets;
};

enum settled {
	SETTLED_GONE,  /* the session was freed */
	SETTLED_WELL,  /* all is done that can be done now */
	SETTLED_AGAIN, /* it wants another turn, after the others */
};

/* What the driver does for the sessions. `arg` is service->arg. */
struct service_hooks {
	/* A session was run; its output, layer or end may want something (session.h). */
	enum settled (*settle)(void *arg, struct session *s);
	void (*random)(void *arg, void *p, size_t bytes);
	void (*bindings)(void *arg, struct session *s, struct bindings *b);
	/* line: without the fields that name the session; s NULL: none. */
	void (*log)(void *arg, struct session *s, int level, struct slice line);
};

#define SERVICE_COUNTERS 64

struct counter {
	const char *name; /* lives as long as the plugin */
	int64_t value;
};

struct service {
	const struct pk_plugin *plugin;
	const char *name; /* the service of this process: "imap" */
	const struct service_hooks *hooks;
	void *arg;
	int64_t now_ms, mono_ms;   /* set before anything else is called */
	uint64_t next_id;          /* of the next session */
	const struct board *board; /* of the store; NULL: none */
	struct metrics *metrics;   /* NULL: nothing is counted */

	size_t session_max; /* octets that alloc and resize give one session */
	size_t out_high;    /* io->out_high */
	size_t out_max;     /* octets of output a session may gather beyond it */
	int64_t stall_ms;   /* how long output or a handshake may make no progress */

	struct session *first, *last; /* the queue of service_turn, linked by session->next */
	unsigned queued;
	struct timers timers;
	unsigned sessions; /* open now */
	struct counter counters[SERVICE_COUNTERS];
};

/* Sets the limits to their defaults. */
void service_init(struct service *v, const struct pk_plugin *plugin,
                  const struct service_hooks *hooks, void *arg);
void service_free(struct service *v);

/* The table of functions that plugins are given. */
const struct pk_host *service_host(void);

/* Puts the session at the end of the queue, once. */
void service_wake(struct service *v, struct session *s);
void service_forget(struct service *v, struct session *s); /* takes it out */

/*
 * Gives every session that is in the queue now one turn and has it settled; those that have more
 * to do are in the queue again afterwards. True: there are some.
 */
bool service_turn(struct service *v);

/* Tells sessions whose time has come. Returns how many ms may pass until the next; -1: none waits.
 */
int64_t service_tick(struct service *v);

/* s may be NULL. The hook adds what names the session. */
void service_log(struct service *v, struct session *s, int level, struct slice line);
void service_count(struct service *v, const char *counter, int64_t by);

#endif
