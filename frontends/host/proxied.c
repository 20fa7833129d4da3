#include "proxied.h"

#include "proxy.h"

#include "base/log.h"

#include <errno.h>

#define HEADER_MS 10000 /* a proxy has the header ready when it connects */
#define LOOK_MS   500

struct proxied {
	uv_poll_t poll;
	struct front *front;
	struct proxied *next, **prev;
	struct listener_conf *conf;
	struct client_ends ends;
	int fd;
	int64_t late_ms;   /* monotonic: when it is closed */
	struct buf header; /* what came of it */
};

static void on_closed(uv_handle_t *handle)
{
	struct proxied *p = handle->data;

	buf_free(&p->header);
	free(p);
}

/* It waits no more. The poll handle leaves the descriptor at once, so that another may have it. */
static void leave(struct proxied *p)
{
	*p->prev = p->next;
	if (p->next)
		p->next->prev = p->prev;
	p->front->conn_count--;
	uv_close((uv_handle_t *)&p->poll, on_closed);
}

static void refuse(struct proxied *p, const char *reason)
{
	listener_refused(p->front, p->conf, &p->ends.from, reason);
	leave(p);
	close(p->fd);
	listener_conf_drop(p->conf);
}

static void admit(struct proxied *p, const struct proxy_header *h)
{
	struct listener_conf *conf = p->conf;
	struct client_ends ends = p->ends;

	if (h->known)
		ends = (struct client_ends){h->from, h->to, p->ends.from};
	leave(p);
	listener_admit(p->front, conf, p->fd, &ends);
	listener_conf_drop(conf);
}

/*
 * Looks at what is there and takes exactly what belongs to the header: all of it while the header
 * is not whole, so that the poll does not ring for the same octets again, and nothing behind it,
 * which may be TLS.
 */
static void on_event(uv_poll_t *poll, int status, int events)
{
	struct proxied *p = poll->data;
	struct front *f = p->front;
	size_t before = p->header.n;
	struct proxy_header h;
	enum pk_status st;
	ssize_t n;

	(void)status, (void)events;
	front_clock(f);
	n = recv(p->fd, f->scratch, PROXY_HEADER_MAX - before, MSG_PEEK);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			refuse(p, "proxy_gone");
		return;
	}
	buf_put(&p->header, (struct slice){f->scratch, (size_t)n});
	st = p->header.failed ? PK_ENOMEM : proxy_parse(buf_slice(&p->header), &h);
	if (st == PK_OK)
		n = (ssize_t)(h.octets - before);
	if ((st == PK_OK || st == PK_ERETRY) && recv(p->fd, f->scratch, (size_t)n, 0) != n)
		st = PK_EPROTO;
	if (st == PK_OK)
		admit(p, &h);
	else if (st != PK_ERETRY)
		refuse(p, "proxy_header");
}

void proxied_wait(struct front *f, struct listener_conf *conf, int fd,
                  const struct client_ends *ends)
{
	int64_t login_ms = conf->options.login_ms;
	struct proxied *p = calloc(1, sizeof(*p));

	if (!p || uv_poll_init(f->loop, &p->poll, fd)) {
		free(p);
		close(fd);
		return;
	}
	p->poll.data = p;
	p->front = f;
	p->conf = conf;
	p->fd = fd;
	p->ends = *ends;
	p->late_ms = f->service.mono_ms + (login_ms && login_ms < HEADER_MS ? login_ms : HEADER_MS);
	p->next = f->proxied;
	p->prev = &f->proxied;
	if (p->next)
		p->next->prev = &p->next;
	f->proxied = p;
	f->conn_count++;
	conf->users++;
	uv_poll_start(&p->poll, UV_READABLE, on_event);
}

void proxied_tick(struct front *f)
{
	struct proxied *next;

	if (f->service.mono_ms < f->proxied_look_ms)
		return;
	f->proxied_look_ms = f->service.mono_ms + LOOK_MS;
	for (struct proxied *p = f->proxied; p; p = next) {
		next = p->next;
		if (p->late_ms <= f->service.mono_ms)
			refuse(p, "proxy_silent");
	}
}

void proxied_close(struct front *f)
{
	while (f->proxied)
		refuse(f->proxied, "stopping");
}
