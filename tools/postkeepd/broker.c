#include "broker.h"

#include "base/log.h"
#include "os/sock.h"
#include "tell.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Rows of ctl_end_point, as they came in one datagram. */
struct piece {
	struct piece *next;
	struct buf rows;
};

struct door {
	struct door *next;
	char service[SERVICE_NAME_MAX + 1];
	char *path; /* of the listening socket; NULL: this is a connection */
	int fd;
	struct piece *shown; /* certificates of a peer; whole: the last of them has come */
	bool whole;
};

void broker_path(const struct config *c, const char *service, char path[BROKER_PATH_MAX])
{
	snprintf(path, BROKER_PATH_MAX, "%s/links%s%s", c->run, *service ? "/" : "", service);
}

static bool add(struct broker *b, const char *service, const char *path, int fd)
{
	struct door *d = calloc(1, sizeof(*d));
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = d};

	if (d && path)
		d->path = strdup(path);
	if (!d || (path && !d->path) || epoll_ctl(b->poll, EPOLL_CTL_ADD, fd, &e) < 0) {
		if (d)
			free(d->path);
		free(d);
		return false;
	}
	snprintf(d->service, sizeof(d->service), "%s", service);
	d->fd = fd;
	d->next = b->first;
	b->first = d;
	return true;
}

static void forget_shown(struct door *d)
{
	while (d->shown) {
		struct piece *p = d->shown;

		d->shown = p->next;
		buf_free(&p->rows);
		free(p);
	}
	d->whole = false;
}

static void drop(struct door **at)
{
	struct door *d = *at;

	*at = d->next;
	forget_shown(d);
	if (d->path)
		(void)unlink(d->path);
	close(d->fd); /* and leaves the poll set */
	free(d->path);
	free(d);
}

static void drop_one(struct broker *b, const struct door *d)
{
	struct door **at = &b->first;

	while (*at != d)
		at = &(*at)->next;
	drop(at);
}

static bool open_door(struct broker *b, const struct config *c, const char *service)
{
	char path[BROKER_PATH_MAX];
	int fd;

	for (const struct door *d = b->first; d; d = d->next)
		if (d->path && strcmp(d->service, service) == 0)
			return true;
	broker_path(c, service, path);
	if (sock_listen_packets(path, &fd) == PK_OK) {
		if (add(b, service, path, fd))
			return true;
		close(fd);
	}
	LOG(PK_LOG_ERROR, "broker_failed", LOG_CSTR("path", path),
	    LOG_CSTR("reason", strerror(errno)));
	return false;
}

static bool open_folder(struct broker *b, const struct config *c)
{
	char path[BROKER_PATH_MAX];

	if (b->poll >= 0)
		return true;
	broker_path(c, "", path);
	b->poll = epoll_create1(EPOLL_CLOEXEC);
	if (b->poll >= 0 && (mkdir(path, 0700) == 0 || errno == EEXIST))
		return true;
	LOG(PK_LOG_ERROR, "broker_failed", LOG_CSTR("path", path),
	    LOG_CSTR("reason", strerror(errno)));
	return false;
}

bool broker_open(struct broker *b, const struct config *c)
{
	bool opened = open_folder(b, c);
	struct door **at = &b->first;

	while (*at)
		if (config_service(c, (*at)->service))
			at = &(*at)->next;
		else
			drop(at);
	for (size_t i = 0; opened && i < c->service_count; i++)
		opened = open_door(b, c, c->services[i].name);
	return opened;
}

static void refuse(const struct door *d, const char *reason)
{
	LOG(PK_LOG_WARNING, "link_refused", LOG_CSTR("service", d->service),
	    LOG_CSTR("reason", reason));
}

/* It reads at once what it asked for, or is of no use. */
static bool send_now(int fd, struct outbox *o)
{
	bool sent = outbox_send(o, fd, child_now_ms()) == PK_OK && !o->first;

	outbox_clear(o);
	return sent;
}

static bool give_board(const struct broker *b, int fd)
{
	struct outbox o = {0};

	if (b->board >= 0)
		tell_descriptor(&o, CONTROL_BOARD, b->board);
	return send_now(fd, &o);
}

static void take(struct broker *b, const struct door *d)
{
	int fd = accept4(d->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct sock_peer peer;

	if (fd < 0)
		return;
	if (sock_peer(fd, &peer) != PK_OK || (peer.uid != geteuid() && peer.uid != 0))
		refuse(d, "peer");
	else if (give_board(b, fd) && add(b, d->service, NULL, fd))
		return;
	close(fd);
}

/* SERVICE/NUMBER, of the door's own service: what its hosts are called. */
static bool is_host_of(const char *service, struct slice name)
{
	size_t n = strlen(service);
	uint64_t number;

	return name.n > n && memcmp(name.p, service, n) == 0 && name.p[n] == '/' &&
	       slice_number(slice_skip(name, n + 1), UINT32_MAX, &number);
}

static bool give(const struct door *d, const struct config *c, struct child *store,
                 struct slice payload)
{
	char name[sizeof(store->name)];
	struct pk_ctl_name asked;
	struct outbox o = {0};

	if (pk_get_ctl_name(payload, &asked) != PK_OK || !is_host_of(d->service, asked.name) ||
	    asked.name.n >= sizeof(name)) {
		refuse(d, "request");
		return false;
	}
	snprintf(name, sizeof(name), "%.*s", (int)asked.name.n, asked.name.p);
	return child_make_link(store, config_service(c, d->service), name, &o) &&
	       send_now(d->fd, &o);
}

static bool keep_shown(struct door *d, const struct pk_ctl_end_points *m)
{
	struct piece *p = calloc(1, sizeof(*p));

	if (d->whole)
		forget_shown(d);
	if (!p)
		return false;
	buf_put(&p->rows, m->hashes.raw);
	p->next = d->shown;
	d->shown = p;
	d->whole = !m->more;
	return !p->rows.failed;
}

static void tell_rows(struct outbox *o, bool more, struct buf *rows)
{
	struct buf b = {0};

	pk_put_ctl_end_points(&b, &(struct pk_ctl_end_points){more, PK_ROWS(rows)});
	o->failed |= b.failed;
	outbox_put(o, CONTROL_END_POINTS, buf_slice(&b), -1);
	buf_free(&b);
}

/* The store hears of all at once; what is on its way from one is not left out for the others. */
static void tell_all_shown(const struct broker *b, struct child *store)
{
	for (const struct door *d = b->first; d; d = d->next)
		for (struct piece *p = d->shown; p; p = p->next)
			tell_rows(&store->out, true, &p->rows);
	tell_rows(&store->out, false, &(struct buf){0});
}

static bool take_shown(const struct broker *b, struct door *d, struct child *store,
                       struct slice payload)
{
	struct pk_ctl_end_points m;

	if (pk_get_ctl_end_points(payload, &m) != PK_OK) {
		refuse(d, "request");
		return false;
	}
	if (!keep_shown(d, &m))
		return false;
	if (d->whole)
		tell_all_shown(b, store);
	return true;
}

/* False: it is gone, or speaks no sense. */
static bool serve(const struct broker *b, struct door *d, const struct config *c,
                  struct child *store)
{
	struct control m = {.fd = -1};
	struct buf in = {0};
	bool served = false;

	if (control_receive(d->fd, &in, &m) == PK_OK) {
		if (m.fd >= 0)
			close(m.fd);
		if (m.kind == CONTROL_LINK)
			served = give(d, c, store, m.payload);
		else if (m.kind == CONTROL_END_POINTS)
			served = take_shown(b, d, store, m.payload);
		else
			refuse(d, "request");
	}
	buf_free(&in);
	return served;
}

/* One at a time: what is done for one may close others. */
void broker_hear(struct broker *b, const struct config *c, struct child *store)
{
	struct epoll_event e;

	while (store->control >= 0 && epoll_wait(b->poll, &e, 1, 0) == 1) {
		struct door *d = e.data.ptr;

		if (d->path)
			take(b, d);
		else if (!serve(b, d, c, store))
			drop_one(b, d);
	}
}

void broker_hang_up(struct broker *b)
{
	struct door **at = &b->first;

	while (*at)
		if ((*at)->path)
			at = &(*at)->next;
		else
			drop(at);
}

void broker_close(struct broker *b)
{
	while (b->first)
		drop(&b->first);
	if (b->poll >= 0)
		close(b->poll);
	b->poll = -1;
}
