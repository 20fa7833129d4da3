#ifndef HOST_FRONT_H
#define HOST_FRONT_H

#include "addresses.h"
#include "service.h"
#include "tls.h"

#include "mime/charset.h"
#include "os/metrics_set.h"
#include "os/sandbox.h"

#include <postkeep/arena.h>
#include <postkeep/buf.h>

#include <uv.h>

/*
 * The process: one loop thread with its listeners, connections, links to the store and the
 * control socket. Between two waits for events every session that has something to do gets its
 * turns, then what they have for the store goes out in one write a link.
 */
#define FRONT_SCRATCH 65536u
#define LINK_SCRATCH  262144u

struct front {
	uv_loop_t *loop;
	struct service service;
	struct tls *tls;
	struct listener *listeners;
	struct conn *conns;
	struct conn *lingering; /* closed, but for octets that still come */
	int64_t linger_look_ms; /* monotonic: when those are looked at next */
	struct proxied *proxied;
	int64_t proxied_look_ms; /* likewise */
	struct session *task;    /* the one session without a stream; NULL: none */
	struct listener_conf *task_conf;
	struct uplink *uplinks;
	struct addresses addresses;
	uv_prepare_t prepare;
	uv_idle_t idle; /* keeps the loop from waiting while sessions want turns */
	uv_timer_t timer;
	uv_poll_t control;
	int control_fd;
	int spare_fd; /* given up to accept and close one when descriptors run out */
	unsigned conn_count, conn_most;
	bool started, draining;
	enum sandbox_mode sandbox;
	struct metrics_set pages;
	struct charsets *charsets; /* held open since the start */
	int64_t paused_ms;         /* monotonic: no accepting before, descriptors have run out */
	int64_t drained_ms;        /* monotonic: when the rest is told to go */
	int64_t log_second;        /* of the lines counted below */
	unsigned log_lines, log_dropped;
	struct buf log; /* lines of this turn, written before the next wait */
	bool journal;   /* the log is the journal's */
	long pid;
	int exit_code;
	char scratch[FRONT_SCRATCH]; /* what was read from a client, plain */
	char raw[FRONT_SCRATCH];     /* the same, still compressed */
	char link_scratch[LINK_SCRATCH];
};

enum pk_status front_open(struct front *f, const struct pk_plugin *plugin, const char *service,
                          int control_fd);
void front_run(struct front *f); /* until it was drained, or the supervisor is gone */
void front_close(struct front *f);

/* Sets the service's clocks. Called before anything that comes from outside is handled. */
void front_clock(struct front *f);
void front_stop(struct front *f, int exit_code); /* ends front_run */
/*
 * Accepts nothing more, and lets sessions end with the command under way. After so many seconds the
 * others are told that they end; what waits for the store then has a second more for its answer.
 */
void front_drain(struct front *f, uint32_t seconds);

/* A log line of a session, at most so many a second (HAZARDS 114); errors always. */
struct log_field;
void front_log(struct front *f, int level, const char *event, const struct log_field *fields,
               size_t count);
#define FRONT_LOG(front, level, event, ...)                                     \
	front_log(front, level, event, (const struct log_field[]){__VA_ARGS__}, \
	          sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

#endif
