#include "outbox.h"

#define TURN 64 /* letters at once: then the other children, and signals, have their turn */

struct letter {
	struct letter *next;
	enum control_kind kind;
	int fd;
	struct certificate *certificate; /* NULL: the payload is there */
	struct buf payload;
};

static void letter_free(struct letter *l)
{
	certificate_drop(l->certificate);
	buf_free(&l->payload);
	if (l->fd >= 0)
		close(l->fd);
	free(l);
}

static struct letter *add(struct outbox *o, enum control_kind kind, int fd)
{
	struct letter *l = calloc(1, sizeof(*l));

	if (!l) {
		o->failed = true;
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	l->kind = kind;
	l->fd = fd;
	if (o->last)
		o->last->next = l;
	else
		o->first = l;
	o->last = l;
	return l;
}

void outbox_put(struct outbox *o, enum control_kind kind, struct slice payload, int fd)
{
	struct letter *l = add(o, kind, fd);

	if (!l)
		return;
	buf_put(&l->payload, payload);
	o->failed |= l->payload.failed;
}

void outbox_put_certificate(struct outbox *o, struct certificate *c)
{
	struct letter *l = add(o, CONTROL_CERTIFICATE, -1);

	if (l)
		l->certificate = certificate_hold(c);
}

static enum pk_status send_certificate(const struct certificate *c, int control)
{
	struct buf b = {0};
	enum pk_status st;

	pk_put_ctl_certificate(&b,
	                       &(struct pk_ctl_certificate){slice_str(c->name), slice_str(c->chain),
	                                                    slice_str(c->key), c->rank});
	st = b.failed ? PK_ENOMEM : control_send(control, CONTROL_CERTIFICATE, buf_slice(&b), -1);
	buf_wipe(&b);
	return st;
}

static void pop(struct outbox *o)
{
	struct letter *l = o->first;

	o->first = l->next;
	if (!o->first)
		o->last = NULL;
	letter_free(l);
}

enum pk_status outbox_send(struct outbox *o, int control, int64_t now_ms)
{
	enum pk_status st = o->failed ? PK_ENOMEM : PK_OK;

	if (!o->moved_ms)
		o->moved_ms = now_ms;
	for (unsigned i = 0; st == PK_OK && o->first && i < TURN; i++) {
		const struct letter *l = o->first;

		st = l->certificate ? send_certificate(l->certificate, control)
		                    : control_send(control, l->kind, buf_slice(&l->payload), l->fd);
		if (st == PK_OK) {
			o->moved_ms = now_ms;
			pop(o);
		}
	}
	if (!o->first)
		o->moved_ms = 0;
	return st;
}

void outbox_clear(struct outbox *o)
{
	while (o->first)
		pop(o);
	*o = (struct outbox){0};
}
