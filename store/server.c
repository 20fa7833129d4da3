#include "server.h"

#include "auth.h"
#include "call.h"
#include "end_points.h"
#include "format.h"
#include "measure.h"
#include "notify.h"
#include "reserve.h"
#include "sweep.h"
#include "tidy.h"
#include "trace.h"
#include "unfinished.h"

#include "base/log.h"
#include "ipc/frame.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

int64_t server_now(const struct server *s)
{
	struct timespec t;

	if (s->options.now_ms)
		return s->options.now_ms(s->options.arg);
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t server_mono(const struct server *s)
{
	struct timespec t;

	if (s->options.mono_ms)
		return s->options.mono_ms(s->options.arg);
	if (s->options.now_ms)
		return s->options.now_ms(s->options.arg);
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void server_random(const struct server *s, void *p, size_t bytes)
{
	char *at = p;

	if (s->options.random) {
		s->options.random(s->options.arg, p, bytes);
		return;
	}
	while (bytes) {
		ssize_t n = getrandom(at, bytes, 0);

		if (n < 0 && errno != EINTR)
			abort(); /* a kernel without randomness: nothing may be sealed */
		if (n > 0) {
			at += n;
			bytes -= (size_t)n;
		}
	}
}

struct volume *server_volume(const struct server *s, uint16_t number)
{
	for (size_t i = 0; i < s->volume_count; i++)
		if (s->volumes[i]->number == number)
			return s->volumes[i];
	return NULL;
}

static enum pk_status data_error(const char *path, int error)
{
	LOG(PK_LOG_ERROR, "data_error", LOG_CSTR("path", path),
	    LOG_CSTR("error", strerrordesc_np(error)));
	return error == EWOULDBLOCK ? PK_EBUSY : PK_EIO;
}

static enum pk_status make_dir(const struct server *s, const char *name, char *path, size_t cap)
{
	int n = snprintf(path, cap, "%s%s%s", s->options.data, *name ? "/" : "", name);

	if (n < 0 || (size_t)n >= cap)
		return PK_EINVAL;
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return PK_OK;
	return data_error(path, errno);
}

static enum pk_status lock_data(struct server *s)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s/lock", s->options.data);

	if (n < 0 || (size_t)n >= sizeof(path))
		return PK_EINVAL;
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd >= 0 && flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return PK_OK;
	return data_error(path, errno);
}

static void server_latch(void *arg, struct volume *v, const char *why)
{
	struct server *s = arg;

	if (s->options.latch)
		s->options.latch(s->options.arg, v->number, why);
}

static void server_ring(void *arg, const struct touched *touched)
{
	watches_ring(arg, touched);
}

#define VOLUMES "volumes/"

static enum pk_status open_volume(struct server *s, uint16_t number)
{
	struct writer_owner owner = {server_latch, server_ring, s};
	struct volume_options options = s->options.volume;
	struct volume *v = calloc(1, sizeof(*v));
	char name[32], path[PATH_MAX];
	enum pk_status st;

	if (!v)
		return PK_ENOMEM;
	s->volumes[s->volume_count++] = v;
	options.read_only |= s->options.read_only >> number & 1;
	snprintf(name, sizeof(name), VOLUMES "%02u", number);
	st = make_dir(s, name, path, sizeof(path));
	if (st == PK_OK)
		st = volume_open(v, path, number, &options, s->keys);
	if (st != PK_OK)
		return st;
	v->metrics =
		metrics_set_find(s->options.metrics, METRICS_VOLUME, name + sizeof(VOLUMES) - 1);
	v->writer = writer_new(v, s->loop, s->options.threads > 0, &owner);
	return v->writer ? PK_OK : PK_ENOMEM;
}

static size_t volume_count(const struct server *s)
{
	return s->options.volumes ? s->options.volumes : 1;
}

static enum pk_status open_volumes(struct server *s)
{
	char path[PATH_MAX];
	enum pk_status st = make_dir(s, "volumes", path, sizeof(path));
	size_t n = volume_count(s);

	s->volumes = calloc(n, sizeof(struct volume *));
	if (!s->volumes)
		return PK_ENOMEM;
	for (uint16_t i = 1; st == PK_OK && i <= n; i++)
		st = open_volume(s, i);
	return st;
}

static enum pk_status open_data(struct server *s)
{
	char path[PATH_MAX];
	enum pk_status st = make_dir(s, "", path, sizeof(path));

	if (st == PK_OK)
		st = lock_data(s);
	if (st == PK_OK)
		st = format_check_data(s->options.data, volume_count(s));
	if (st == PK_OK)
		st = make_dir(s, "keys", path, sizeof(path));
	if (st == PK_OK)
		st = keyring_open(&s->keys, path, s->options.operator_key);
	if (st == PK_OK)
		st = open_volumes(s);
	if (st == PK_OK)
		st = make_dir(s, "directory", path, sizeof(path));
	if (st == PK_OK)
		st = directory_open(&s->directory, path);
	if (st == PK_OK)
		st = directory_repair(s->directory, s->volumes, s->volume_count);
	return st;
}

static enum pk_status open_threads(struct server *s)
{
	unsigned n = s->options.threads;

	s->loop = loop_new(s->options.wake, s->options.arg);
	if (!s->loop)
		return PK_ENOMEM;
	s->work = pool_new(s->loop, "work", n, 4096);
	s->reads = pool_new(s->loop, "read", n, 65536);
	return s->work && s->reads ? PK_OK : PK_ENOMEM;
}

enum pk_status server_open(struct server *s, const struct server_options *o)
{
	enum pk_status st;

	*s = (struct server){.options = *o, .lock_fd = -1};
	if (!s->options.message_max)
		s->options.message_max = (uint64_t)64 << 20;
	if (!s->options.sessions_per_link)
		s->options.sessions_per_link = 65536;
	s->started_ms = server_mono(s);
	s->metrics = metrics_set_find(o->metrics, METRICS_STORE, "");
	st = open_threads(s);
	if (st == PK_OK)
		st = open_data(s);
	if (st == PK_OK)
		st = auth_open(s);
	if (st == PK_OK)
		st = trace_open(s);
	if (st == PK_OK) {
		clock_start(s);
		unfinished_start(s);
	} else {
		server_close(s);
	}
	return st;
}

static void close_peers(struct server *s)
{
	struct peer *next;

	for (struct peer *p = s->peers; p; p = next) {
		next = p->next;
		peer_close(p);
	}
}

void server_close(struct server *s)
{
	tidy_stop(s);
	reload_stop(s);
	close_peers(s);
	trace_stop(s);
	for (size_t i = 0; i < s->volume_count; i++) {
		writer_free(s->volumes[i]->writer);
		s->volumes[i]->writer = NULL; /* what comes back for more is refused */
	}
	auth_stop(s);
	pool_free(s->work);
	pool_free(s->reads);
	while (s->loop && loop_turn(s->loop))
		;
	for (size_t i = 0; i < s->volume_count; i++) {
		volume_close(s->volumes[i]);
		free(s->volumes[i]);
	}
	free(s->volumes);
	notify_free(s);
	drop_delays_free(&s->delays);
	reserve_free(s);
	auth_free(s);
	trace_free(s);
	directory_close(s->directory);
	keyring_close(s->keys);
	loop_free(s->loop);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	explicit_bzero(s, sizeof(*s));
	s->lock_fd = -1;
}

bool server_run(struct server *s)
{
	bool any = false;

	while (loop_turn(s->loop))
		any = true;
	return any;
}

void server_tick(struct server *s)
{
	bool believed;

	auth_tick(s);
	reserve_tick(s);
	believed = clock_believed(s);
	if (believed)
		sweep_tick(s);
	trace_tick(s, believed);
	tidy_tick(s);
	log_limit_tick(s);
	if (s->options.end_points)
		end_points_tick(s->options.end_points, server_mono(s));
	measure_tick(s);
	if (s->trim)
		malloc_trim(0); /* the libraries' heaps keep what was freed between other things */
	s->trim = false;
}

struct peer *peer_new(struct server *s, uint32_t roles, const char *service)
{
	struct peer *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->server = s;
	p->roles = roles;
	snprintf(p->service, sizeof(p->service), "%s", service);
	p->metrics = measure_service(s, service);
	p->next = s->peers;
	p->prev = &s->peers;
	if (p->next)
		p->next->prev = &p->next;
	s->peers = p;
	return p;
}

/* What was handled leaves no copy behind: it may have held passwords. */
static void drop_wiped(struct buf *b, size_t n)
{
	size_t before = b->n;

	buf_drop(b, n);
	if (before > b->n)
		explicit_bzero(b->p + b->n, before - b->n);
}

void peer_feed(struct peer *p, struct slice bytes)
{
	struct frame f;
	size_t at = 0, used = 1;

	if (p->dead)
		return;
	buf_put(&p->in, bytes);
	if (p->in.failed)
		p->dead = true;
	while (!p->dead && used) {
		if (frame_take(slice_skip(buf_slice(&p->in), at), &f, &used) != PK_OK) {
			LOG(PK_LOG_WARNING, "framing_fault", LOG_CSTR("service", p->service),
			    LOG_CSTR("peer", p->who));
			p->dead = true;
		} else if (used) {
			dispatch(p, &f);
			at += used;
		}
	}
	drop_wiped(&p->in, at);
	if (p->dead || (!p->in.n && p->in.cap > PK_FRAME_MAX))
		buf_wipe(&p->in);
}

void peer_drained(struct peer *p)
{
	struct session *s, *next;

	if (!p->held || p->out.n >= PEER_OUT_MOST / 2 || p->replies >= PEER_REPLIES_MOST)
		return;
	p->held = false;
	for (s = p->sessions; s && !p->held; s = next) {
		next = s->hh.next;
		session_pump(s);
	}
}

void peer_free(struct peer *p)
{
	log_limit_end(p);
	*p->prev = p->next;
	if (p->next)
		p->next->prev = p->prev;
	buf_wipe(&p->in);
	buf_free(&p->out);
	p->server->trim = true;
	free(p);
}

void peer_close(struct peer *p)
{
	struct session *s, *next;

	p->closing = true;
	p->readable = NULL;
	if (!p->sessions) {
		peer_free(p);
		return;
	}
	for (s = p->sessions; s; s = next) {
		next = s->hh.next;
		session_end(s);
	}
}
