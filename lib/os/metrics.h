#ifndef OS_METRICS_H
#define OS_METRICS_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

/*
 * What is counted (metrics.def, pk-metrics(5)). The numbers stand in pages of shared memory, which
 * the supervisor makes and hands to the processes that count; they last as long as it does, so that
 * they go on over restarts of the others. A page is a sealed memfd: nobody can make it shorter
 * under those who read it. Counting is one atomic addition, from any thread; on a page that is NULL
 * nothing is counted. What a process says of itself is believed as far as that is what its pages
 * are for.
 */
enum metrics_kind {
	METRICS_SUPERVISOR, /* the server as a whole, by the supervisor */
	METRICS_PROCESS,    /* a process, by the supervisor */
	METRICS_HOST,       /* a service, by one of its hosts */
	METRICS_LOGIN,      /* a service with logins, by the store */
	METRICS_MAIL,       /* a service that delivers, by the store */
	METRICS_STORE,      /* the store */
	METRICS_VOLUME,     /* a volume, by the store */
	METRICS_LATCH,      /* a volume, by the supervisor */
	METRICS_SCRAPE,     /* pkmetrics(8) */
	METRICS_SUBMIT,     /* a service with logins that takes mail, by the store */
	METRICS_KINDS
};

enum metric {
#define COUNTER(id, ...)   METRIC_##id,
#define GAUGE(id, ...)     METRIC_##id,
#define HISTOGRAM(id, ...) METRIC_##id,
#include "os/metrics.def"
	METRICS
};

enum metrics_label {
#define LABEL(id, ...) LABEL_##id,
#include "os/metrics.def"
	METRICS_LABELS
};

struct metrics;

void metrics_add(struct metrics *, enum metric, uint64_t by);
void metrics_set(struct metrics *, enum metric, uint64_t to);
/* at: which value of the first label; with two labels, that times the values of the second, and
 * which of these. A gauge may be added a number below 0. */
void metrics_add_at(struct metrics *, enum metric, unsigned at, uint64_t by);
void metrics_set_at(struct metrics *, enum metric, unsigned at, uint64_t to);
void metrics_observe(struct metrics *, enum metric, unsigned at, uint64_t value);

/* Which value of a label a word is, in any case of letters; the last one for every other word. */
unsigned metrics_word(enum metrics_label, struct slice word);
unsigned metrics_pair(enum metric, struct slice word, struct slice second);

int64_t metrics_clock(const struct metrics *); /* monotonic, ns; 0 without a page */

/* A new page, mapped, and its descriptor (os/shared.h). NULL: errno says why. */
struct metrics *metrics_make(int *fd);
/* Maps what another process made. NULL: it is no page of this release. */
struct metrics *metrics_map(int fd, bool to_write);
void metrics_unmap(struct metrics *);

/* Its process is gone: of what was there nothing is. */
void metrics_rest(struct metrics *);

#endif
