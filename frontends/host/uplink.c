#include "uplink.h"

#include "listener.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

static void on_closed(uv_handle_t *handle)
{
	struct uplink *u = handle->data;

	close(u->fd);
	u->closed = true;
}

static void lose(struct uplink *u, const char *why)
{
	if (u->link->lost)
		return;
	LOG(PK_LOG_WARNING, "link_lost", LOG_CSTR("service", u->front->service.name),
	    LOG_CSTR("reason", why), LOG_NUMBER("sessions", u->link->joined));
	link_lost(u->link, UPLINK_SPREAD_MS);
	uv_close((uv_handle_t *)&u->poll, on_closed);
	listeners_update(u->front);
}

static void on_event(uv_poll_t *poll, int status, int events);

static void watch(struct uplink *u, bool writing)
{
	u->writing = writing;
	uv_poll_start(&u->poll, UV_READABLE | (writing ? UV_WRITABLE : 0), on_event);
}

static void receive(struct uplink *u)
{
	struct front *f = u->front;
	ssize_t n = recv(u->fd, f->link_scratch, LINK_SCRATCH, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		lose(u, "closed");
	else if (link_feed(u->link, (struct slice){f->link_scratch, (size_t)n}) != PK_OK)
		lose(u, "framing");
}

static void on_event(uv_poll_t *poll, int status, int events)
{
	struct uplink *u = poll->data;

	front_clock(u->front);
	if (status < 0)
		lose(u, "error");
	else if (events & UV_READABLE)
		receive(u);
	/* Writing is done where all links are flushed, before the loop waits again. */
}

static void flush(struct uplink *u)
{
	struct slice out;
	bool full = false;

	while (!full && (out = link_output(u->link)).n) {
		ssize_t n = send(u->fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			lose(u, "broken");
			return;
		}
		full = n < 0 && errno == EAGAIN;
		if (n > 0)
			link_sent(u->link, (size_t)n);
	}
	if (full != u->writing)
		watch(u, full);
}

enum pk_status uplink_add(struct front *f, int fd)
{
	struct uplink *u = calloc(1, sizeof(*u));

	if (u)
		u->link = link_new(&f->service, "pkfrontd");
	if (!u || !u->link || uv_poll_init(f->loop, &u->poll, fd)) {
		link_free(u ? u->link : NULL);
		free(u);
		close(fd);
		return PK_ENOMEM;
	}
	u->front = f;
	u->fd = fd;
	u->poll.data = u;
	u->next = f->uplinks;
	f->uplinks = u;
	watch(u, false);
	listeners_update(f);
	return PK_OK;
}

struct link *uplink_choose(struct front *f)
{
	struct link *best = NULL;

	for (struct uplink *u = f->uplinks; u; u = u->next)
		if (!u->link->lost && (!best || u->link->joined < best->joined))
			best = u->link;
	return best;
}

void uplinks_flush(struct front *f)
{
	struct uplink **at = &f->uplinks;

	while (*at) {
		struct uplink *u = *at;

		if (!u->link->lost)
			flush(u);
		if (!u->closed || u->link->joined) {
			at = &u->next;
			continue;
		}
		*at = u->next;
		link_free(u->link);
		free(u);
	}
}

void uplinks_close(struct front *f)
{
	for (struct uplink *u = f->uplinks; u; u = u->next) {
		if (u->link->lost)
			continue;
		flush(u);
		if (u->link->lost)
			continue;
		u->link->lost = true;
		uv_close((uv_handle_t *)&u->poll, on_closed);
	}
}
