#include "links.h"

#include "base/log.h"
#include "os/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#define READ_BYTES  (256 << 10)
#define OUT_KEEP    (256 << 10) /* a buffer that grew beyond is given back */
#define OUT_MAX     (64 << 20)  /* a peer that reads nothing of so much is closed */
#define OUT_HIGH    (4 << 20)   /* one that leaves so much unread is not read either */
#define ADMIN_LINKS 256         /* of one uid at a time */

struct link {
	struct links *links;
	struct peer *peer;
	uv_poll_t poll;
	int fd;
	uid_t uid;   /* who came over the admin socket; -1: nobody did */
	size_t sent; /* octets of peer->out that have left */
	bool writing, deaf, dirty;
	struct link *next, **prev, *next_dirty;
};

static void freed(uv_handle_t *h)
{
	struct link *l = h->data;

	close(l->fd);
	free(l);
}

/* Who is closed after somebody had something for it is forgotten before the next flush. */
static void not_dirty(struct link *l)
{
	for (struct link **at = &l->links->dirty; *at; at = &(*at)->next_dirty)
		if (*at == l) {
			*at = l->next_dirty;
			break;
		}
	l->dirty = false;
}

static void link_close(struct link *l)
{
	if (uv_is_closing((uv_handle_t *)&l->poll))
		return;
	not_dirty(l);
	*l->prev = l->next;
	if (l->next)
		l->next->prev = l->prev;
	l->peer->owner = NULL;
	peer_close(l->peer);
	l->peer = NULL;
	uv_close((uv_handle_t *)&l->poll, freed);
}

static void on_ready(uv_poll_t *poll, int status, int events);

/* Looks for what may happen next: a peer that does not read is not read. */
static void watch(struct link *l, size_t unread)
{
	bool write = unread > 0, deaf = unread > OUT_HIGH;

	if (l->writing == write && l->deaf == deaf)
		return;
	l->writing = write;
	l->deaf = deaf;
	uv_poll_start(&l->poll, (deaf ? 0 : UV_READABLE) | (write ? UV_WRITABLE : 0), on_ready);
}

/* A peer that broke the form hears what fits and is gone, whether it reads or not. */
static bool is_over(const struct link *l)
{
	return l->peer->dead || l->peer->out.n > OUT_MAX;
}

/* True: the link is still there. */
static bool write_out(struct link *l)
{
	struct buf *out = &l->peer->out;

	if (out->failed) { /* memory ran out: what follows would have a hole */
		link_close(l);
		return false;
	}
	while (l->sent < out->n) {
		ssize_t n = send(l->fd, out->p + l->sent, out->n - l->sent,
		                 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			link_close(l);
			return false;
		}
		l->sent += (size_t)n;
	}
	if (l->sent == out->n) {
		if (l->peer->secret)
			buf_wipe(out);
		l->peer->secret = false;
		buf_clear(out);
		l->sent = 0;
		if (out->cap > OUT_KEEP)
			buf_free(out);
	} else if (l->sent > OUT_KEEP) {
		buf_drop(out, l->sent);
		l->sent = 0;
	}
	if (is_over(l)) {
		link_close(l);
		return false;
	}
	watch(l, out->n - l->sent);
	peer_drained(l->peer);
	return true;
}

static void on_readable(struct peer *p)
{
	struct link *l = p->owner;

	if (!l || l->dirty)
		return;
	l->dirty = true;
	l->next_dirty = l->links->dirty;
	l->links->dirty = l;
}

static void on_flush(uv_prepare_t *h)
{
	struct links *links = h->data;

	while (links->dirty) {
		struct link *l = links->dirty;

		links->dirty = l->next_dirty;
		l->dirty = false;
		write_out(l);
	}
}

static void read_in(struct link *l)
{
	static _Thread_local char bytes[READ_BYTES];
	ssize_t n = recv(l->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		link_close(l);
		return;
	}
	peer_feed(l->peer, (struct slice){bytes, (size_t)n});
	explicit_bzero(bytes, (size_t)n); /* passwords */
	if (l->peer->dead)
		on_readable(l->peer);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct link *l = poll->data;

	if (status < 0) {
		link_close(l);
		return;
	}
	if (events & UV_WRITABLE && !write_out(l))
		return;
	if (events & UV_READABLE)
		read_in(l);
}

enum pk_status links_open(struct links *links, uv_loop_t *loop, struct server *server)
{
	*links = (struct links){
		.loop = loop, .server = server, .admin_group = (gid_t)-1, .view_group = (gid_t)-1};
	if (uv_prepare_init(loop, &links->flush))
		return PK_ENOMEM;
	links->flush.data = links;
	uv_prepare_start(&links->flush, on_flush);
	uv_unref((uv_handle_t *)&links->flush);
	return PK_OK;
}

enum pk_status links_add(struct links *links, int fd, uint32_t roles, const char *service,
                         const char *who)
{
	struct link *l = calloc(1, sizeof(*l));
	struct peer *p = l ? peer_new(links->server, roles, service) : NULL;

	if (!p || uv_poll_init(links->loop, &l->poll, fd)) {
		if (p)
			peer_close(p);
		free(l);
		close(fd);
		return PK_ENOMEM;
	}
	snprintf(p->who, sizeof(p->who), "%s", who);
	p->owner = l;
	p->readable = on_readable;
	l->links = links;
	l->peer = p;
	l->fd = fd;
	l->uid = (uid_t)-1;
	l->poll.data = l;
	l->next = links->all;
	l->prev = &links->all;
	if (l->next)
		l->next->prev = &l->next;
	links->all = l;
	uv_poll_start(&l->poll, UV_READABLE, on_ready);
	return PK_OK;
}

/* What the kernel says of who connected decides; 0: nothing is allowed. */
static uint32_t admin_roles(const struct links *links, int fd, const struct sock_peer *peer)
{
	if (peer->uid == 0 || peer->uid == geteuid())
		return PK_ROLE_ADMIN;
	if (links->admin_group != (gid_t)-1 && sock_peer_in_group(fd, links->admin_group))
		return PK_ROLE_ADMIN;
	if (links->view_group != (gid_t)-1 && sock_peer_in_group(fd, links->view_group))
		return PK_ROLE_VIEW;
	return 0;
}

static bool has_enough(const struct links *links, uid_t uid)
{
	unsigned n = 0;

	for (const struct link *l = links->all; l; l = l->next)
		n += l->uid == uid;
	return n >= ADMIN_LINKS;
}

/* Out of descriptors: who waits goes on waiting, and the loop does not spin. */
static void pause_accept(struct links *links)
{
	if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM)
		return;
	LOG(PK_LOG_WARNING, "accept_paused", LOG_CSTR("service", "admin"),
	    LOG_CSTR("reason", strerrordesc_np(errno)));
	uv_poll_stop(links->admin);
	links->paused = true;
}

static void accept_admin(uv_poll_t *poll, int status, int events)
{
	struct links *links = poll->data;
	struct sock_peer peer;
	uint32_t roles;
	char who[64];
	int at, fd;

	(void)status, (void)events;
	uv_fileno((uv_handle_t *)poll, &at);
	fd = accept4(at, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		pause_accept(links);
		return;
	}
	roles = sock_peer(fd, &peer) == PK_OK ? admin_roles(links, fd, &peer) : 0;
	if (!roles) {
		close(fd);
		return;
	}
	if (has_enough(links, peer.uid)) {
		close(fd);
		return;
	}
	snprintf(who, sizeof(who), "uid=%u", (unsigned)peer.uid);
	if (links_add(links, fd, roles, "admin", who) == PK_OK)
		links->all->uid = peer.uid;
	else
		LOG(PK_LOG_ERROR, "link_refused", LOG_CSTR("service", "admin"),
		    LOG_CSTR("reason", "memory"));
}

enum pk_status links_listen(struct links *links, int fd)
{
	links->admin = calloc(1, sizeof(*links->admin));
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (!links->admin || uv_poll_init(links->loop, links->admin, fd))
		return PK_ENOMEM;
	links->admin->data = links;
	uv_poll_start(links->admin, UV_READABLE, accept_admin);
	return PK_OK;
}

void links_tick(struct links *links)
{
	if (links->paused)
		uv_poll_start(links->admin, UV_READABLE, accept_admin);
	links->paused = false;
}

static void free_handle(uv_handle_t *h)
{
	free(h);
}

void links_close(struct links *links)
{
	on_flush(&links->flush);
	while (links->all)
		link_close(links->all);
	if (links->admin)
		uv_close((uv_handle_t *)links->admin, free_handle);
	uv_close((uv_handle_t *)&links->flush, NULL);
}
