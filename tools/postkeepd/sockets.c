#include "sockets.h"

#include "base/log.h"
#include "inherit.h"
#include "os/sock.h"

#include <errno.h>
#include <fcntl.h>

#define BUSY_TRIES   60 /* an instance that was killed leaves its ports within moments */
#define BUSY_WAIT_MS 50

/* Every listener of a configuration in turn, that of the metrics at last. */
struct each {
	const struct config *c;
	size_t service, listener;
	bool over;
};

static struct listener *next(struct each *e)
{
	for (; e->service < e->c->service_count; e->service++, e->listener = 0)
		if (e->listener < e->c->services[e->service].listener_count)
			return &e->c->services[e->service].listeners[e->listener++];
	if (e->over)
		return NULL;
	e->over = true;
	return e->c->metrics.listener;
}

static void report_listener(const struct listener *l, struct conf_errors *errors)
{
	if (l->path)
		conf_error(l->section, errors, "listener '%s': %s: %s", l->name, l->path,
		           strerror(errno));
	else
		conf_error(l->section, errors, "listener '%s': %s port %u: %s", l->name, l->address,
		           l->port, strerror(errno));
}

static enum pk_status open_one(struct listener *l)
{
	if (l->path)
		return sock_listen_unix(l->path, l->mode, l->group, &l->fd);
	return sock_listen(l->address, l->port, &l->fd);
}

static enum pk_status open_patiently(struct listener *l)
{
	enum pk_status st = PK_EBUSY;

	for (int i = 0; i < BUSY_TRIES && st == PK_EBUSY; i++) {
		if (i)
			usleep(BUSY_WAIT_MS * 1000);
		st = open_one(l);
	}
	return st;
}

bool sockets_open(struct config *c, struct inherited *inherited)
{
	struct conf_errors errors = {.report = conf_print};
	struct each all = {.c = c};
	struct listener *l;

	while ((l = next(&all))) {
		l->fd = inherit_find(inherited, l);
		l->inherited = l->fd >= 0;
		if (!l->inherited && open_patiently(l) != PK_OK)
			report_listener(l, &errors);
	}
	inherit_drop(inherited);
	return errors.count == 0;
}

/* Who has the open socket of this listener now; near: of its port on another address. */
static const struct listener *find_open(const struct config *old, const struct listener *wanted,
                                        bool near)
{
	struct each all = {.c = old};
	const struct listener *l;

	while ((l = next(&all)))
		if (l->fd >= 0 && (near ? !l->path && !wanted->path && l->port == wanted->port
		                        : listener_same_socket(l, wanted)))
			return l;
	return NULL;
}

static void renew(struct listener *l, const struct config *old, struct conf_errors *errors)
{
	const struct listener *open = find_open(old, l, false), *near = find_open(old, l, true);
	enum pk_status st = PK_OK;

	if (open)
		l->fd = fcntl(open->fd, F_DUPFD_CLOEXEC, 0);
	else
		st = open_one(l);
	l->inherited = open && open->inherited;
	if (st == PK_EBUSY && near)
		st = sock_listen_beside(l->address, l->port, near->fd, &l->fd);
	if (st != PK_OK || l->fd < 0)
		report_listener(l, errors);
}

bool sockets_renew(struct config *new, const struct config *old, struct conf_errors *errors)
{
	struct each all = {.c = new};
	struct listener *l;

	while ((l = next(&all)))
		renew(l, old, errors);
	return errors->count == 0;
}

void sockets_settle(const struct config *new, const struct config *old)
{
	struct each now = {.c = new}, before = {.c = old};
	const struct listener *l;

	while ((l = next(&before)))
		if (l->path && !l->inherited && !find_open(new, l, false))
			(void)unlink(l->path);
	while ((l = next(&now)))
		if (l->path && !l->inherited &&
		    sock_unix_rights(l->path, l->mode, l->group) != PK_OK)
			LOG(PK_LOG_ERROR, "socket_rights", LOG_CSTR("path", l->path),
			    LOG_CSTR("reason", strerror(errno)));
}

void sockets_close(struct config *c)
{
	struct each all = {.c = c};
	struct listener *l;

	while ((l = next(&all))) {
		if (l->fd < 0)
			continue;
		close(l->fd);
		l->fd = -1;
		if (l->path && !l->inherited)
			(void)unlink(l->path);
	}
}
