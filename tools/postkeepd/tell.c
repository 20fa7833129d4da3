#include "tell.h"

static bool send_buf(int control, enum control_kind kind, struct buf *b, int fd)
{
	bool sent = !b->failed && control_send(control, kind, buf_slice(b), fd) == PK_OK;

	buf_wipe(b); /* keys */
	return sent;
}

bool tell_certificate(int control, const struct certificate *c)
{
	struct buf b = {0};

	pk_put_ctl_certificate(&b,
	                       &(struct pk_ctl_certificate){slice_str(c->name), slice_str(c->chain),
	                                                    slice_str(c->key), c->rank});
	return send_buf(control, CONTROL_CERTIFICATE, &b, -1);
}

bool tell_listener(int control, const struct service *s, const struct listener *l, int fd)
{
	struct buf b = {0};

	pk_put_ctl_listener(&b, &(struct pk_ctl_listener){slice_str(l->name), slice_str(s->name),
	                                                  l->tls, PK_ROWS(&l->options),
	                                                  slice_str(l->client_ca)});
	return send_buf(control, CONTROL_LISTENER, &b, fd);
}

bool tell_gone(int control, enum control_kind kind, const char *name)
{
	struct buf b = {0};

	pk_put_ctl_name(&b, &(struct pk_ctl_name){slice_str(name)});
	return send_buf(control, kind, &b, -1);
}

bool tell_log(int control, int fd)
{
	return control_send(control, CONTROL_LOG, (struct slice){0}, fd) == PK_OK;
}

bool tell_drain(int control, unsigned seconds)
{
	struct buf b = {0};

	pk_put_ctl_drain(&b, &(struct pk_ctl_drain){seconds});
	return send_buf(control, CONTROL_DRAIN, &b, -1);
}
