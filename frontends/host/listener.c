#include "conn.h"
#include "proxied.h"
#include "uplink.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>

#define ACCEPTS      32   /* in one turn */
#define ACCEPTS_LAST 4096 /* before a socket is closed */
#define PAUSE_MS     100  /* when there are no descriptors */

void listener_refused(struct front *f, const struct listener_conf *conf,
                      const struct sockaddr_storage *from, const char *reason)
{
	char addr[64];
	uint16_t port;

	address_text(from, addr, sizeof(addr), &port);
	metrics_add_at(f->service.metrics, METRIC_connections_refused_total,
	               metrics_word(LABEL_refusal, slice_str(reason)), 1);
	FRONT_LOG(f, PK_LOG_WARNING, "refused", LOG_CSTR("service", f->service.name),
	          LOG_TEXT("listener", conf->name), LOG_CSTR("rip", addr),
	          LOG_CSTR("reason", reason));
}

void listener_admit(struct front *f, struct listener_conf *conf, int fd,
                    const struct client_ends *ends)
{
	struct address *a = addresses_enter(&f->addresses, &ends->from, conf->options.per_address);

	if (a) {
		conn_open(f, conf, fd, ends, a);
		return;
	}
	listener_refused(f, conf, &ends->from, "connections_per_address");
	close(fd);
}

static const char *why_not(const struct listener *l, const struct sockaddr_storage *from)
{
	const struct listener_conf *conf = l->conf;

	if (l->front->conn_count >= l->front->conn_most)
		return "connections";
	if (conf->tls == PK_TLS_IMPLICIT && !tls_ready(l->front->tls))
		return "no_certificate";
	if (conf->options.proxies.n && !networks_have(&conf->options.proxies, from))
		return "no_proxy";
	return NULL;
}

static void take(struct listener *l, int fd, const struct sockaddr_storage *from)
{
	struct client_ends ends = {.from = *from};
	socklen_t n = sizeof(ends.to);
	const char *reason = why_not(l, from);

	if (!reason && getsockname(fd, (struct sockaddr *)&ends.to, &n))
		reason = "gone";
	if (reason) {
		listener_refused(l->front, l->conf, from, reason);
		close(fd);
	} else if (l->conf->options.proxies.n) {
		proxied_wait(l->front, l->conf, fd, &ends);
	} else {
		listener_admit(l->front, l->conf, fd, &ends);
	}
}

/*
 * No descriptor is left: the one in reserve takes the connection, only to close it, so that the
 * client is not left hanging. Then nothing is accepted for a moment (HAZARDS 113).
 */
static void accept_and_close(struct listener *l)
{
	const struct sockaddr_storage nobody = {0};
	struct front *f = l->front;
	int fd;

	if (f->spare_fd >= 0)
		close(f->spare_fd);
	fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0)
		close(fd);
	f->spare_fd = fcntl(f->control_fd, F_DUPFD_CLOEXEC, 0);
	f->paused_ms = f->service.mono_ms + PAUSE_MS;
	listener_refused(f, l->conf, &nobody, "descriptors");
	listeners_update(f);
}

static void accept_some(struct listener *l, unsigned most)
{
	for (unsigned i = 0; i < most && l->accepting; i++) {
		struct sockaddr_storage from = {0};
		socklen_t n = sizeof(from);
		int fd = accept4(l->fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0)
			take(l, fd, &from);
		else if (errno == EAGAIN)
			return;
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			accept_and_close(l);
		/* Else that client is gone already (ECONNABORTED and the like): the next. */
	}
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;

	(void)status, (void)events;
	front_clock(l->front);
	accept_some(l, ACCEPTS);
}

static struct listener **find(struct front *f, struct slice name)
{
	struct listener **at = &f->listeners;

	while (*at && !slice_eq(slice_str((*at)->name), name))
		at = &(*at)->next;
	return at;
}

static struct listener *add(struct front *f, struct slice name)
{
	struct listener *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->name = strndup(name.p, name.n);
	if (!l->name) {
		free(l);
		return NULL;
	}
	l->front = f;
	l->fd = -1;
	l->next = f->listeners;
	f->listeners = l;
	return l;
}

/* last: the socket is closed, and with it would go the connections that wait on it. */
static void stop_accepting(struct listener *l, bool last)
{
	if (last)
		accept_some(l, ACCEPTS_LAST);
	if (l->accepting)
		uv_poll_stop(&l->poll);
	l->accepting = false;
}

static void set_socket(struct listener *l, int fd)
{
	stop_accepting(l, fd >= 0);
	if (l->fd >= 0 && fd >= 0) { /* the poll handle stays on its descriptor's number */
		dup3(fd, l->fd, O_CLOEXEC);
		close(fd);
	} else if (fd >= 0) {
		l->fd = fd;
		uv_poll_init(l->front->loop, &l->poll, fd);
		l->poll.data = l;
	}
	fcntl(l->fd, F_SETFL, fcntl(l->fd, F_GETFL) | O_NONBLOCK);
}

enum pk_status listener_set(struct front *f, const struct pk_ctl_listener *from, int fd, char *why,
                            size_t why_size)
{
	struct listener_conf *c = listener_conf_new(f->service.plugin, from, why, why_size);
	struct listener *l = *find(f, from->name);

	if (c && !l && fd < 0)
		snprintf(why, why_size, "there is no socket for it");
	else if (c && !l)
		l = add(f, from->name);
	if (!c || !l) {
		listener_conf_drop(c);
		if (fd >= 0)
			close(fd);
		return PK_EINVAL;
	}
	listener_conf_drop(l->conf);
	l->conf = c;
	set_socket(l, fd);
	listeners_update(f);
	return PK_OK;
}

void listeners_update(struct front *f)
{
	bool accept = f->started && !f->draining && uplink_choose(f) &&
	              f->paused_ms <= f->service.mono_ms;

	for (struct listener *l = f->listeners; l; l = l->next) {
		if (accept == l->accepting || l->fd < 0)
			continue;
		l->accepting = accept;
		if (accept)
			uv_poll_start(&l->poll, UV_READABLE, on_connection);
		else
			uv_poll_stop(&l->poll);
	}
}

static void on_closed(uv_handle_t *handle)
{
	struct listener *l = handle->data;

	close(l->fd);
	free(l->name);
	free(l);
}

static void close_at(struct listener **at)
{
	struct listener *l = *at;

	stop_accepting(l, true);
	*at = l->next;
	listener_conf_drop(l->conf);
	l->conf = NULL;
	uv_close((uv_handle_t *)&l->poll, on_closed);
}

enum pk_status listener_remove(struct front *f, struct slice name)
{
	struct listener **at = find(f, name);

	if (!*at)
		return PK_ENOTFOUND;
	close_at(at);
	return PK_OK;
}

void listeners_close(struct front *f)
{
	while (f->listeners)
		close_at(&f->listeners);
}
