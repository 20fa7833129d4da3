#include "measures.h"

#include "os/metrics_parts.h"

#include <fcntl.h>
#include <sys/wait.h>

#define LOOK_MS 1000

/* The store has one volume unless it is told otherwise (pkstored(8)). */
static const char *const volumes[] = {"01"};

static int64_t unix_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct metrics *own_page(struct measures *m, enum metrics_kind kind, const char *name)
{
	return counts_page(&m->counts, &(struct counted_as){kind, name, ""});
}

void measures_started(struct measures *m, struct child *ch)
{
	struct metrics *page = own_page(m, METRICS_PROCESS, ch->name);

	ch->counts = page;
	ch->proc = (struct proc){-1, -1};
	ch->cpu_before_ns =
		page ? (int64_t)metrics_cell(page, METRIC_process_cpu_seconds_total, 0, 0) : 0;
	metrics_add(page, METRIC_process_starts_total, 1);
	metrics_set(page, METRIC_process_start_time_seconds, (uint64_t)unix_ns());
}

void measures_ready(const struct child *ch)
{
	metrics_set(ch->counts, METRIC_process_up, 1);
}

void measures_ended(struct measures *m, struct child *ch, int status)
{
	const char *how = WIFSIGNALED(status) ? "signal" : "status";

	proc_forget(&ch->proc);
	if (ch->counts)
		metrics_rest(ch->counts);
	metrics_add_at(ch->counts, METRIC_process_exits_total,
	               metrics_word(LABEL_how, slice_str(how)), 1);
	counts_rest(&m->counts, ch->name);
}

void measures_open(struct measures *m, const struct config *c)
{
	struct child *self = &m->self;

	m->server = own_page(m, METRICS_SUPERVISOR, "");
	for (size_t i = 0; config_runs_store(c) && i < sizeof(volumes) / sizeof(*volumes); i++)
		(void)own_page(m, METRICS_LATCH, volumes[i]);
	snprintf(self->name, sizeof(self->name), "supervisor");
	self->pid = getpid();
	measures_started(m, self);
	measures_ready(self);
	proc_take(&self->proc, open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
	proc_take(&self->proc, open("/proc/self/fd", O_RDONLY | O_CLOEXEC | O_DIRECTORY));
}

void measures_close(struct measures *m)
{
	proc_forget(&m->self.proc);
	counts_free(&m->counts);
}

static bool make(struct measures *m, const struct child *ch, enum metrics_kind kind,
                 const char *name)
{
	return counts_page(&m->counts, &(struct counted_as){kind, name, ch->name});
}

/* What the store counts for a service: logins, or mail, or both. */
static enum metrics_kind kind_of(const struct service *s)
{
	if (s->roles & PK_ROLE_SUBMIT)
		return METRICS_SUBMIT;
	return s->roles & PK_ROLE_DELIVER ? METRICS_MAIL : METRICS_LOGIN;
}

static void make_service(struct measures *m, const struct service *s)
{
	enum metrics_kind kind = kind_of(s);

	(void)counts_page(&m->counts, &(struct counted_as){kind, s->name, STORE_NAME});
}

static void make_pages(struct measures *m, const struct child *ch, const struct config *c)
{
	switch (ch->kind) {
	case CHILD_STORE:
		(void)make(m, ch, METRICS_STORE, "");
		for (size_t i = 0; i < sizeof(volumes) / sizeof(*volumes); i++)
			(void)make(m, ch, METRICS_VOLUME, volumes[i]);
		for (size_t i = 0; i < c->service_count; i++)
			make_service(m, &c->services[i]);
		break;
	case CHILD_HOST:
		(void)make(m, ch, METRICS_HOST, ch->service->name);
		if (config_runs_store(c))
			make_service(m, ch->service);
		break;
	case CHILD_METRICS: (void)make(m, ch, METRICS_SCRAPE, ""); break;
	}
}

static void give(struct measures *m, struct child *ch, bool again)
{
	counts_give(&m->counts, ch->name, &ch->out, again);
	if (ch->kind == CHILD_METRICS)
		counts_show(&m->counts, &ch->out, again);
}

void measures_equip(struct measures *m, struct child *ch, const struct config *c)
{
	make_pages(m, ch, c);
	give(m, ch, true);
}

void measures_renew(struct measures *m, struct child *ch)
{
	give(m, ch, false);
}

void measures_config(const struct measures *m, const struct config *c)
{
	int64_t first = 0;

	for (size_t i = 0; i < c->certificate_count; i++)
		if (!first || c->certificates[i]->expires < first)
			first = c->certificates[i]->expires;
	metrics_set(m->server, METRIC_tls_certificates, c->certificate_count);
	metrics_set(m->server, METRIC_tls_certificate_earliest_expiry_timestamp_seconds,
	            (uint64_t)first * 1000000000);
	metrics_set(m->server, METRIC_config_last_reload_success_timestamp_seconds,
	            (uint64_t)unix_ns());
}

void measures_reload(const struct measures *m, const char *result, const struct config *c)
{
	metrics_add_at(m->server, METRIC_config_reloads_total,
	               metrics_word(LABEL_reload, slice_str(result)), 1);
	if (strcmp(result, "refused") != 0)
		measures_config(m, c);
}

void measures_latch(struct measures *m, struct slice record)
{
	struct pk_ctl_latch latch;
	char volume[16];

	if (pk_get_ctl_latch(record, &latch) != PK_OK)
		return;
	snprintf(volume, sizeof(volume), "%.*s", (int)latch.volume.n, latch.volume.p);
	metrics_set(own_page(m, METRICS_LATCH, volume), METRIC_volume_failed, latch.why.n > 0);
}

static void look_at(const struct child *ch)
{
	int64_t cpu = proc_cpu_ns(ch->pid), memory = proc_memory(&ch->proc),
		fds = proc_fds(&ch->proc);

	if (cpu >= 0)
		metrics_set(ch->counts, METRIC_process_cpu_seconds_total,
		            (uint64_t)(ch->cpu_before_ns + cpu));
	if (memory >= 0)
		metrics_set(ch->counts, METRIC_process_resident_memory_bytes, (uint64_t)memory);
	if (fds >= 0)
		metrics_set(ch->counts, METRIC_process_open_fds, (uint64_t)fds);
}

int64_t measures_look(struct measures *m, struct child *first, int64_t now_ms)
{
	if (m->next_ms <= now_ms) {
		m->next_ms = now_ms + LOOK_MS;
		look_at(&m->self);
		for (const struct child *ch = first; ch; ch = ch->next)
			if (ch->pid > 0)
				look_at(ch);
	}
	return m->next_ms - now_ms;
}
