#include "text.h"

#include "os/metrics_parts.h"

#include <postkeep/messages.h>

#include <inttypes.h>

/* One metric while it is written. */
struct writing {
	const struct metrics_set *set;
	const struct metric_form *form;
	enum metric id;
	struct buf *out;
};

static bool has(const struct writing *w, const struct metrics_page *page)
{
	return w->form->pages >> page->kind & 1;
}

/* Of several pages of a name it is the first. */
static bool is_first(const struct writing *w, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (has(w, &w->set->pages[i]) &&
		    strcmp(w->set->pages[i].name, w->set->pages[at].name) == 0)
			return false;
	return true;
}

static uint64_t sum(const struct writing *w, size_t at, unsigned series, unsigned cell)
{
	uint64_t all = 0;

	for (size_t i = at; i < w->set->count; i++)
		if (has(w, &w->set->pages[i]) &&
		    strcmp(w->set->pages[i].name, w->set->pages[at].name) == 0)
			all += metrics_cell(w->set->pages[i].cells, w->id, series, cell);
	return all;
}

/* A value of a label: names of services may be anything. */
static void put_value(struct buf *b, const char *name, const char *value, const char *before)
{
	buf_printf(b, "%s%s=\"", before, name);
	for (const char *p = value; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_byte(b, '\\');
		buf_put(b, *p == '\n' ? S("\\n") : (struct slice){p, 1});
	}
	buf_byte(b, '"');
}

static void put_number(struct buf *b, uint64_t n, enum metric_unit unit)
{
	if (unit == METRIC_ONE)
		buf_printf(b, "%" PRId64, (int64_t)n);
	else
		buf_printf(b, "%" PRIu64 ".%09" PRIu64, n / 1000000000, n % 1000000000);
}

/* A bucket's limit as short as it can be said, so that it is the same text for ever. */
static void put_limit(struct buf *b, uint64_t n, enum metric_unit unit)
{
	buf_printf(b, "%.9g", (double)n / (unit == METRIC_NANO ? 1e9 : 1));
}

/* The name and labels of a series; limit: of a bucket, or NULL. */
static void put_name(const struct writing *w, size_t at, unsigned series, const char *suffix,
                     const char *limit)
{
	const struct metrics_page *page = &w->set->pages[at];
	const struct metric_label *one = &metric_labels[w->form->labels[0]],
				  *two = &metric_labels[w->form->labels[1]];
	const char *kind = metrics_kind_label(page->kind), *before = "{";

	buf_printf(w->out, "%s%s", w->form->name, suffix);
	if (kind) {
		put_value(w->out, kind, page->name, before);
		before = ",";
	}
	if (*one->name) {
		put_value(w->out, one->name, one->values[series / two->count], before);
		before = ",";
	}
	if (*two->name)
		put_value(w->out, two->name, two->values[series % two->count], before);
	if (limit)
		put_value(w->out, "le", limit, before);
	buf_put(w->out, kind || *one->name || limit ? S("} ") : S(" "));
}

static void put_plain(const struct writing *w, size_t at, unsigned series)
{
	put_name(w, at, series, "", NULL);
	put_number(w->out, sum(w, at, series, 0), w->form->unit);
	buf_byte(w->out, '\n');
}

static void put_histogram(const struct writing *w, size_t at, unsigned series)
{
	const struct metric_buckets *b = w->form->buckets;
	uint64_t below = 0;

	for (unsigned i = 0; i <= b->count; i++) {
		char bytes[40];
		struct buf limit = {.p = bytes, .cap = sizeof(bytes)};

		if (i < b->count)
			put_limit(&limit, b->limits[i], b->unit);
		else
			buf_put(&limit, S("+Inf"));
		buf_byte(&limit, '\0');
		below += sum(w, at, series, i);
		put_name(w, at, series, "_bucket", limit.p);
		buf_printf(w->out, "%" PRIu64 "\n", below);
	}
	put_name(w, at, series, "_sum", NULL);
	put_number(w->out, sum(w, at, series, b->count + 1), b->unit);
	buf_byte(w->out, '\n');
	put_name(w, at, series, "_count", NULL);
	buf_printf(w->out, "%" PRIu64 "\n", below);
}

static void put_head(struct buf *b, const char *name, const char *help, const char *type)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_metric(const struct writing *w)
{
	static const char *const types[] = {"counter", "gauge", "histogram"};
	bool any = false;

	for (size_t i = 0; i < w->set->count; i++) {
		if (!has(w, &w->set->pages[i]) || !is_first(w, i))
			continue;
		if (!any)
			put_head(w->out, w->form->name, w->form->help, types[w->form->type]);
		any = true;
		for (unsigned series = 0; series < metric_series(w->id); series++)
			if (w->form->buckets)
				put_histogram(w, i, series);
			else
				put_plain(w, i, series);
	}
}

void metrics_text(const struct metrics_set *set, struct buf *out)
{
	put_head(out, "postkeep_build_info", "The release that runs.", "gauge");
	buf_put(out, S("postkeep_build_info{version=\"" PK_VERSION "\"} 1\n"));
	for (enum metric id = 0; id < METRICS; id++)
		put_metric(&(struct writing){set, &metric_forms[id], id, out});
}
