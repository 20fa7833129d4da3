#include "conn.h"
#include "proxied.h"
#include "uplink.h"

#include "session.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/resource.h>

#define LOG_LINES 2000 /* a second */
#define TURNS     4    /* between two looks at the sockets */
#define RESERVED  64u  /* descriptors that are not for clients */

#define FAREWELL_MS 1000 /* after the drain's time: for last answers and last words */

void front_clock(struct front *f)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	f->service.now_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	clock_gettime(CLOCK_MONOTONIC, &t);
	f->service.mono_ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void flush_log(struct front *f)
{
	f->log_dropped += log_write(buf_slice(&f->log));
	buf_free(&f->log);
}

void front_log(struct front *f, int level, const char *event, const struct log_field *fields,
               size_t count)
{
	int64_t second = f->service.mono_ms / 1000;

	if (second != f->log_second) {
		if (f->log_dropped)
			LOG(PK_LOG_WARNING, "log_dropped", LOG_CSTR("service", f->service.name),
			    LOG_NUMBER("lines", f->log_dropped));
		f->log_second = second;
		f->log_lines = f->log_dropped = 0;
	}
	if (level == PK_LOG_DEBUG)
		return;
	if (level != PK_LOG_ERROR && f->log_lines++ >= LOG_LINES) {
		f->log_dropped++;
		return;
	}
	log_format(&f->log, &(struct log_line){.now_ms = f->service.now_ms,
	                                       .pid = f->pid,
	                                       .level = (enum pk_log_level)level,
	                                       .event = event,
	                                       .fields = fields,
	                                       .count = count,
	                                       .journal = f->journal});
	if (level == PK_LOG_ERROR)
		flush_log(f);
}

static void fill_random(void *arg, void *p, size_t bytes)
{
	char *at = p;

	(void)arg;
	while (bytes) {
		ssize_t n = getrandom(at, bytes, 0);

		if (n < 0 && errno != EINTR)
			abort(); /* a kernel without randomness */
		if (n > 0) {
			at += n;
			bytes -= (size_t)n;
		}
	}
}

static enum settled settle(void *arg, struct session *s)
{
	if (s->owner)
		return conn_settle(arg, s);
	if (!session_over(s) && !session_layer(s))
		return SETTLED_WELL;
	LOG(PK_LOG_WARNING, "task_ended", LOG_CSTR("service", s->service->name));
	((struct front *)arg)->task = NULL;
	session_free(s);
	listener_conf_drop(((struct front *)arg)->task_conf);
	((struct front *)arg)->task_conf = NULL;
	return SETTLED_GONE;
}

static const struct service_hooks hooks = {settle, fill_random, conn_bindings, conn_log};

/* Before the sessions have their turns: who is to go is told. */
static void drain(struct front *f)
{
	if (!f->draining || f->drained_ms > f->service.mono_ms)
		return;
	if (f->drained_ms + FAREWELL_MS > f->service.mono_ms)
		conns_dismiss(f);
	else
		conns_stop(f, PK_STOP_KICK);
}

/* Afterwards. */
static void drained(struct front *f)
{
	if (!f->draining)
		return;
	if (f->drained_ms + FAREWELL_MS <= f->service.mono_ms)
		conns_close(f);
	if (!f->conn_count)
		front_stop(f, 0);
}

static void nothing(uv_timer_t *timer)
{
	(void)timer;
}

static void nothing_idle(uv_idle_t *idle)
{
	(void)idle;
}

static int64_t sooner(int64_t wait, int64_t than)
{
	if (than < 0)
		than = 0;
	return wait < 0 || than < wait ? than : wait;
}

/* How long until the drain's next step. */
static int64_t drain_wait(const struct front *f)
{
	int64_t left = f->drained_ms - f->service.mono_ms;

	return left > 0 ? left : left + FAREWELL_MS;
}

/* Sets what ends the wait for events, which begins now. */
static void set_wait(struct front *f, bool more, int64_t wait)
{
	if (more)
		uv_idle_start(&f->idle, nothing_idle);
	else
		uv_idle_stop(&f->idle);
	if (f->lingering || f->proxied)
		wait = sooner(wait, 1000);
	if (f->paused_ms > f->service.mono_ms)
		wait = sooner(wait, f->paused_ms - f->service.mono_ms);
	if (f->draining)
		wait = sooner(wait, drain_wait(f));
	if (wait < 0)
		uv_timer_stop(&f->timer);
	else
		uv_timer_start(&f->timer, nothing, (uint64_t)wait, 0);
}

static void before_wait(uv_prepare_t *prepare)
{
	struct front *f = prepare->data;
	bool more = true;

	front_clock(f);
	service_tick(&f->service);
	drain(f);
	for (unsigned i = 0; more && i < TURNS; i++)
		more = service_turn(&f->service);
	conns_tick(f);
	proxied_tick(f);
	listeners_update(f);
	drained(f);
	uplinks_flush(f);
	flush_log(f);
	set_wait(f, more, service_tick(&f->service));
}

static unsigned connections_most(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 512;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) || getrlimit(RLIMIT_NOFILE, &limit))
		return 512;
	if (limit.rlim_cur > 1000000)
		return 1000000;
	return limit.rlim_cur > 2UL * RESERVED ? (unsigned)limit.rlim_cur - RESERVED : RESERVED;
}

enum pk_status front_open(struct front *f, const struct pk_plugin *plugin, const char *service,
                          int control_fd)
{
	uint64_t first;

	service_init(&f->service, plugin, &hooks, f);
	f->service.name = service;
	fill_random(f, &first, sizeof(first));
	f->service.next_id = (first & 0x7fffffff) << 32 | 1; /* no two processes' alike */
	front_clock(f);
	f->control_fd = control_fd;
	f->pages.to_write = true;
	f->pid = (long)getpid();
	f->journal = log_is_journal();
	f->spare_fd = fcntl(control_fd, F_DUPFD_CLOEXEC, 0);
	f->conn_most = connections_most();
	f->tls = tls_new(service, plugin->alpn);
	f->loop = uv_default_loop();
	if (!f->tls || !f->loop || uv_prepare_init(f->loop, &f->prepare) ||
	    uv_idle_init(f->loop, &f->idle) || uv_timer_init(f->loop, &f->timer))
		return PK_ENOMEM;
	f->prepare.data = f;
	uv_prepare_start(&f->prepare, before_wait);
	return PK_OK;
}

void front_run(struct front *f)
{
	uv_run(f->loop, UV_RUN_DEFAULT);
}

void front_stop(struct front *f, int exit_code)
{
	f->exit_code = exit_code;
	uv_stop(f->loop);
}

void front_drain(struct front *f, uint32_t seconds)
{
	bool before = f->draining;

	f->draining = true;
	f->drained_ms = f->service.mono_ms + (int64_t)seconds * 1000;
	if (before)
		return; /* told again, with another time */
	proxied_close(f);
	listeners_close(f); /* so that clients are refused, and try another server */
	conns_stop(f, PK_STOP_DRAIN);
}

static void log_counters(const struct front *f)
{
	for (size_t i = 0; i < SERVICE_COUNTERS && f->service.counters[i].name; i++)
		LOG(PK_LOG_INFO, "counter", LOG_CSTR("service", f->service.name),
		    LOG_CSTR("name", f->service.counters[i].name),
		    LOG_NUMBER("value", f->service.counters[i].value));
}

void front_close(struct front *f)
{
	log_counters(f);
	proxied_close(f);
	conns_close(f);
	if (f->task)
		session_free(f->task);
	listener_conf_drop(f->task_conf);
	listeners_close(f);
	uplinks_close(f);
	uv_close((uv_handle_t *)&f->prepare, NULL);
	uv_close((uv_handle_t *)&f->idle, NULL);
	uv_close((uv_handle_t *)&f->timer, NULL);
	uv_close((uv_handle_t *)&f->control, NULL);
	uv_run(f->loop, UV_RUN_DEFAULT);
	uplinks_flush(f);
	flush_log(f);
	uv_loop_close(f->loop);
	service_free(&f->service);
	metrics_set_free(&f->pages);
	charsets_release(f->charsets);
	tls_free(f->tls);
	close(f->spare_fd);
	close(f->control_fd);
}
