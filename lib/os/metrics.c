#include "os/metrics_parts.h"

#include "os/shared.h"

#include <stdatomic.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The table, made from metrics.def. */
#define LABEL(id, name, ...) static const char *const values_##id[] = {__VA_ARGS__};
#define BUCKETS(id, unit, ...)                               \
	static const uint64_t limits_##id[] = {__VA_ARGS__}; \
	static const struct metric_buckets buckets_##id = {  \
		limits_##id, sizeof(limits_##id) / sizeof(*limits_##id), METRIC_##unit};
#include "os/metrics.def"

const struct metric_label metric_labels[METRICS_LABELS] = {
#define LABEL(id, name, ...) \
	[LABEL_##id] = {name, values_##id, sizeof(values_##id) / sizeof(*values_##id)},
#include "os/metrics.def"
};

/* In metrics.def kinds of pages stand without their prefix. */
enum {
	SUPERVISOR = 1 << METRICS_SUPERVISOR,
	PROCESS = 1 << METRICS_PROCESS,
	HOST = 1 << METRICS_HOST,
	LOGIN = 1 << METRICS_LOGIN | 1 << METRICS_SUBMIT,
	MAIL = 1 << METRICS_MAIL | 1 << METRICS_SUBMIT,
	STORE = 1 << METRICS_STORE,
	VOLUME = 1 << METRICS_VOLUME,
	LATCH = 1 << METRICS_LATCH,
	SCRAPE = 1 << METRICS_SCRAPE,
};

#define FORM(id, type, pages, unit, one, two, buckets, help)                                      \
	{                                                                                         \
		"postkeep_" #id, type, pages, METRIC_##unit, {LABEL_##one, LABEL_##two}, buckets, \
			help                                                                      \
	}

const struct metric_form metric_forms[METRICS] = {
#define COUNTER(id, pages, unit, one, two, help) \
	[METRIC_##id] = FORM(id, METRIC_COUNTER, (pages), unit, one, two, NULL, help),
#define GAUGE(id, pages, unit, one, two, help) \
	[METRIC_##id] = FORM(id, METRIC_GAUGE, (pages), unit, one, two, NULL, help),
#define HISTOGRAM(id, pages, buckets, one, help) \
	[METRIC_##id] =                          \
		FORM(id, METRIC_HISTOGRAM, (pages), ONE, one, none, &buckets_##buckets, help),
#include "os/metrics.def"
};

/* Where each metric begins. */
enum {
#define LABEL(id, name, ...) \
	COUNT_##id = sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),
#define BUCKETS(id, unit, ...) CELLS_##id = 2 + sizeof((const uint64_t[]){__VA_ARGS__}) / 8,
#include "os/metrics.def"
};

enum {
#define ROOM(id, cells)                          AT_##id, END_##id = AT_##id + (cells)-1,
#define COUNTER(id, pages, unit, one, two, help) ROOM(id, COUNT_##one *COUNT_##two)
#define GAUGE(id, pages, unit, one, two, help)   ROOM(id, COUNT_##one *COUNT_##two)
#define HISTOGRAM(id, pages, buckets, one, help) ROOM(id, COUNT_##one *CELLS_##buckets)
#include "os/metrics.def"
	CELLS
};

static const unsigned begins[METRICS] = {
#define COUNTER(id, ...)   [METRIC_##id] = AT_##id,
#define GAUGE(id, ...)     [METRIC_##id] = AT_##id,
#define HISTOGRAM(id, ...) [METRIC_##id] = AT_##id,
#include "os/metrics.def"
};

struct metrics {
	uint64_t layout;
	_Atomic uint64_t cells[CELLS];
};

const char *metrics_kind_label(enum metrics_kind kind)
{
	static const char *const names[METRICS_KINDS] = {
		[METRICS_PROCESS] = "process", [METRICS_HOST] = "service",
		[METRICS_LOGIN] = "service",   [METRICS_MAIL] = "service",
		[METRICS_VOLUME] = "volume",   [METRICS_LATCH] = "volume",
		[METRICS_SUBMIT] = "service",
	};

	return names[kind];
}

unsigned metric_series(enum metric id)
{
	const enum metrics_label *l = metric_forms[id].labels;

	return metric_labels[l[0]].count * metric_labels[l[1]].count;
}

unsigned metric_width(enum metric id)
{
	const struct metric_buckets *b = metric_forms[id].buckets;

	return b ? b->count + 2 : 1;
}

uint64_t metrics_cell(const struct metrics *m, enum metric id, unsigned series, unsigned cell)
{
	return atomic_load_explicit(&m->cells[begins[id] + series * metric_width(id) + cell],
	                            memory_order_relaxed);
}

static void add(struct metrics *m, unsigned cell, uint64_t by)
{
	atomic_fetch_add_explicit(&m->cells[cell], by, memory_order_relaxed);
}

void metrics_add_at(struct metrics *m, enum metric id, unsigned at, uint64_t by)
{
	if (m)
		add(m, begins[id] + at, by);
}

void metrics_add(struct metrics *m, enum metric id, uint64_t by)
{
	metrics_add_at(m, id, 0, by);
}

void metrics_set_at(struct metrics *m, enum metric id, unsigned at, uint64_t to)
{
	if (m)
		atomic_store_explicit(&m->cells[begins[id] + at], to, memory_order_relaxed);
}

void metrics_set(struct metrics *m, enum metric id, uint64_t to)
{
	metrics_set_at(m, id, 0, to);
}

void metrics_observe(struct metrics *m, enum metric id, unsigned at, uint64_t value)
{
	const struct metric_buckets *b = metric_forms[id].buckets;
	unsigned first = begins[id] + at * metric_width(id), bucket = 0;

	if (!m)
		return;
	while (bucket < b->count && value > b->limits[bucket])
		bucket++;
	add(m, first + bucket, 1);
	add(m, first + b->count + 1, value);
}

unsigned metrics_word(enum metrics_label label, struct slice word)
{
	const struct metric_label *l = &metric_labels[label];
	unsigned i = 0;

	while (i + 1 < l->count && !slice_ieq(word, slice_str(l->values[i])))
		i++;
	return i;
}

unsigned metrics_pair(enum metric id, struct slice word, struct slice second)
{
	const enum metrics_label *l = metric_forms[id].labels;

	return metrics_word(l[0], word) * metric_labels[l[1]].count + metrics_word(l[1], second);
}

int64_t metrics_clock(const struct metrics *m)
{
	struct timespec now = {0};

	if (m)
		clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Two releases agree on a page only if every name has the same place in it (FNV-1a). */
static uint64_t layout(void)
{
	uint64_t hash = 14695981039346656037U;

	for (int id = 0; id < METRICS; id++)
		for (const char *p = metric_forms[id].name; *p; p++)
			hash = (hash ^ (unsigned char)*p ^ begins[id]) * 1099511628211U;
	return hash;
}

struct metrics *metrics_make(int *fd)
{
	struct metrics *m = NULL;

	*fd = shared_make("metrics", sizeof(*m));
	if (*fd >= 0)
		m = shared_map(*fd, sizeof(*m), true);
	if (m) {
		m->layout = layout();
		return m;
	}
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return NULL;
}

struct metrics *metrics_map(int fd, bool to_write)
{
	struct metrics *m;

	/* fstat(3) is another call, which the sandbox may have taken away. */
	if (lseek(fd, 0, SEEK_END) != sizeof(*m))
		return NULL;
	m = shared_map(fd, sizeof(*m), to_write);
	if (!m || m->layout == layout())
		return m;
	metrics_unmap(m);
	return NULL;
}

void metrics_unmap(struct metrics *m)
{
	if (m)
		munmap(m, sizeof(*m));
}

void metrics_rest(struct metrics *m)
{
	for (enum metric id = 0; id < METRICS; id++)
		for (unsigned i = 0; metric_forms[id].type == METRIC_GAUGE && i < metric_series(id);
		     i++)
			metrics_set_at(m, id, i, 0);
}
