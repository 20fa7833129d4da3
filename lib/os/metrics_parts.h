#ifndef OS_METRICS_PARTS_H
#define OS_METRICS_PARTS_H

#include "os/metrics.h"

/* How the pages are read: the table of metrics.def. */
enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
enum metric_unit { METRIC_ONE, METRIC_NANO };

struct metric_label {
	const char *name;
	const char *const *values;
	unsigned count;
};

struct metric_buckets {
	const uint64_t *limits;
	unsigned count; /* without infinity */
	enum metric_unit unit;
};

struct metric_form {
	const char *name;
	enum metric_type type;
	unsigned pages; /* bits: 1 << enum metrics_kind */
	enum metric_unit unit;
	enum metrics_label labels[2];
	const struct metric_buckets *buckets; /* NULL: no histogram */
	const char *help;
};

extern const struct metric_form metric_forms[METRICS];
extern const struct metric_label metric_labels[METRICS_LABELS];

const char *metrics_kind_label(enum metrics_kind); /* "service"; NULL: it has none */

/* How many series a metric has in a page, and the cells of one: a histogram's are its buckets, that
 * of infinity, and the sum. */
unsigned metric_series(enum metric);
unsigned metric_width(enum metric);
uint64_t metrics_cell(const struct metrics *, enum metric, unsigned series, unsigned cell);

#endif
