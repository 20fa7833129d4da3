#include "tell.h"

#include <fcntl.h>

static void put(struct outbox *o, enum control_kind kind, struct buf *b, int fd)
{
	int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);

	o->failed |= b->failed || (fd >= 0 && copy < 0);
	outbox_put(o, kind, buf_slice(b), copy);
	buf_free(b);
}

void tell_listener(struct outbox *o, const struct service *s, const struct listener *l, int fd)
{
	struct buf b = {0};

	pk_put_ctl_listener(&b, &(struct pk_ctl_listener){slice_str(l->name), slice_str(s->name),
	                                                  l->tls, PK_ROWS(&l->options),
	                                                  slice_str(l->client_ca)});
	put(o, CONTROL_LISTENER, &b, fd);
}

void tell_name(struct outbox *o, enum control_kind kind, const char *name)
{
	struct buf b = {0};

	pk_put_ctl_name(&b, &(struct pk_ctl_name){slice_str(name)});
	put(o, kind, &b, -1);
}

void tell_descriptor(struct outbox *o, enum control_kind kind, int fd)
{
	put(o, kind, &(struct buf){0}, fd);
}

void tell_metrics(struct outbox *o, enum metrics_kind kind, const char *name, int fd)
{
	struct buf b = {0};

	pk_put_ctl_metrics(&b, &(struct pk_ctl_metrics){(uint8_t)kind, slice_str(name)});
	put(o, CONTROL_METRICS, &b, fd);
}

void tell_drain(struct outbox *o, unsigned seconds)
{
	struct buf b = {0};

	pk_put_ctl_drain(&b, &(struct pk_ctl_drain){seconds});
	put(o, CONTROL_DRAIN, &b, -1);
}

#define END_POINTS_EACH 4096 /* in one datagram */

void tell_end_points(struct outbox *o, const struct config *c)
{
	size_t at = 0;

	do {
		struct buf rows = {0}, b = {0};

		for (size_t n = 0; at < c->certificate_count && n < END_POINTS_EACH; n++, at++)
			pk_put_ctl_end_point_row(&rows, &(struct pk_ctl_end_point){end_point_slice(
								&c->certificates[at]->end_point)});
		pk_put_ctl_end_points(
			&b, &(struct pk_ctl_end_points){at < c->certificate_count, PK_ROWS(&rows)});
		b.failed |= rows.failed;
		put(o, CONTROL_END_POINTS, &b, -1);
		buf_free(&rows);
	} while (at < c->certificate_count);
}

void tell_reloaded(struct outbox *o, const struct reloaded *r)
{
	struct buf b = {0};

	pk_put_ctl_reloaded(&b,
	                    &(struct pk_ctl_reloaded){slice_str(r->result), (uint32_t)r->changes,
	                                              buf_slice(&r->said)});
	put(o, CONTROL_RELOADED, &b, -1);
}

void tell_start(struct outbox *o)
{
	put(o, CONTROL_START, &(struct buf){0}, -1);
}
