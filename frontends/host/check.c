#include "check.h"

#include "listener_conf.h"

#include "ipc/control.h"

static bool tell_refused(int fd, struct slice listener, const char *why)
{
	struct buf b = {0};
	enum pk_status st;

	pk_put_ctl_refusal(&b, &(struct pk_ctl_refusal){listener, slice_str(why)});
	st = b.failed ? PK_ENOMEM : control_send(fd, CONTROL_REFUSED, buf_slice(&b), -1);
	buf_free(&b);
	return st == PK_OK;
}

static bool check(const struct pk_plugin *plugin, const struct control *order, int fd)
{
	struct pk_ctl_listener l = {0};
	struct listener_conf *conf = NULL;
	char why[300] = "malformed";

	if (!plugin)
		return true;
	if (pk_get_ctl_listener(order->payload, &l) == PK_OK)
		conf = listener_conf_new(plugin, &l, why, sizeof(why));
	if (!conf)
		return tell_refused(fd, l.name, why);
	listener_conf_drop(conf);
	return true;
}

int check_options(const struct pk_plugin *plugin, const char *why, int control_fd)
{
	struct control c = {.fd = -1};
	struct buf b = {0};
	bool heard = plugin || tell_refused(control_fd, S(""), why);

	while (heard && control_receive(control_fd, &b, &c) == PK_OK) {
		if (c.fd >= 0)
			close(c.fd);
		if (c.kind == CONTROL_LISTENER)
			heard = check(plugin, &c, control_fd);
		if (c.kind != CONTROL_START)
			continue;
		heard = control_send(control_fd, CONTROL_READY, (struct slice){0}, -1) == PK_OK;
		break;
	}
	buf_wipe(&b);
	return heard ? 0 : 70; /* EX_SOFTWARE: nobody listens */
}
