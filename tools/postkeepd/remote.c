#include "remote.h"

#include "base/log.h"
#include "broker.h"
#include "os/sock.h"
#include "tell.h"

#include <errno.h>

#define RETRY_MAX_MS 1000

/* Who listens there must be who runs this, or root: it gets to know when our hosts start. */
static bool is_ours(int fd)
{
	struct sock_peer peer;

	errno = EPERM;
	return sock_peer(fd, &peer) == PK_OK && (peer.uid == geteuid() || peer.uid == 0);
}

bool remote_reach(struct child *store, const struct config *c)
{
	char path[BROKER_PATH_MAX];
	int fd = -1;

	broker_path(c, c->part, path);
	if (sock_connect_packets(path, &fd) == PK_OK && is_ours(fd)) {
		store->control = fd;
		store->began_ms = child_now_ms();
		tell_end_points(&store->out, c);
		LOG(PK_LOG_INFO, "store_reached", LOG_CSTR("path", path));
		return true;
	}
	if (!store->failed)
		LOG(PK_LOG_WARNING, "store_awaited", LOG_CSTR("path", path),
		    LOG_CSTR("reason", strerror(errno)));
	if (fd >= 0)
		close(fd);
	(void)child_wait(store, RETRY_MAX_MS);
	return false;
}

static bool takes(const struct child *host)
{
	return host->pid > 0 && !host->leaving;
}

static void pass_link(struct child *host, const struct control *m)
{
	struct pk_ctl_link l;
	bool known = pk_get_ctl_link(m->payload, &l) == PK_OK;

	while (host && known && !slice_eq(slice_str(host->name), l.name))
		host = host->next;
	if (!known || !host || !takes(host)) {
		close(m->fd);
		return;
	}
	outbox_put(&host->out, CONTROL_LINK, m->payload, m->fd);
	if (host->awaits)
		tell_start(&host->out);
	host->awaits = false;
}

static void pass_board(struct child *host, int fd, int *board)
{
	if (*board >= 0)
		close(*board);
	*board = fd;
	for (; host; host = host->next)
		if (takes(host))
			tell_descriptor(&host->out, CONTROL_BOARD, fd);
}

void remote_pass(const struct children *all, const struct control *m, int *board)
{
	struct child *hosts = children_store(all)->next;

	if (m->fd >= 0 && m->kind == CONTROL_LINK)
		pass_link(hosts, m);
	else if (m->fd >= 0 && m->kind == CONTROL_BOARD)
		pass_board(hosts, m->fd, board);
	else if (m->fd >= 0)
		close(m->fd);
}

void remote_lost(struct child *store)
{
	close(store->control);
	store->control = -1;
	outbox_clear(&store->out);
	LOG(PK_LOG_WARNING, "store_lost", LOG_NUMBER("retry_ms", child_wait(store, RETRY_MAX_MS)));
}
