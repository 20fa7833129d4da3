#include "orders.h"

#include "confine.h"
#include "conn.h"
#include "uplink.h"

#include "session.h"

#include "base/log.h"
#include "ipc/control.h"
#include "os/logfile.h"
#include "os/proc.h"

#include <fcntl.h>

#define EXIT_CONFIG 78 /* sysexits */

static void order_link(struct front *f, const struct control *c)
{
	if (c->fd >= 0 && uplink_add(f, c->fd) != PK_OK)
		LOG(PK_LOG_ERROR, "link_refused", LOG_CSTR("reason", "out of memory"));
}

static void order_listener(struct front *f, const struct control *c)
{
	struct pk_ctl_listener l;
	char why[300] = "malformed";

	if (pk_get_ctl_listener(c->payload, &l) == PK_OK &&
	    listener_set(f, &l, c->fd, why, sizeof(why)) == PK_OK)
		return;
	LOG(PK_LOG_ERROR, "listener_refused", LOG_CSTR("service", f->service.name),
	    LOG_TEXT("listener", l.name), LOG_CSTR("reason", why));
	if (!f->started)
		front_stop(f, EXIT_CONFIG);
}

static void order_certificate(struct front *f, const struct control *c)
{
	struct pk_ctl_certificate pair;
	char why[200] = "malformed";

	if (pk_get_ctl_certificate(c->payload, &pair) != PK_OK ||
	    tls_certificate(f->tls, &pair, why, sizeof(why)) != PK_OK)
		LOG(PK_LOG_ERROR, "certificate_refused", LOG_TEXT("name", pair.name),
		    LOG_CSTR("reason", why));
}

/* The supervisor takes away what it gave; what is not there is gone already. */
static void order_unlisten(struct front *f, const struct control *c)
{
	struct pk_ctl_name gone;

	if (pk_get_ctl_name(c->payload, &gone) == PK_OK)
		(void)listener_remove(f, gone.name);
}

static void order_forget(struct front *f, const struct control *c)
{
	struct pk_ctl_name gone;

	if (pk_get_ctl_name(c->payload, &gone) == PK_OK)
		tls_forget(f->tls, gone.name);
}

static bool make_ready(struct front *f)
{
	const struct pk_plugin *p = f->service.plugin;

	for (struct listener *l = f->listeners; l; l = l->next)
		if (p->ready && !p->ready(l->conf->plugin)) {
			LOG(PK_LOG_ERROR, "listener_refused", LOG_CSTR("listener", l->name),
			    LOG_CSTR("reason", "the plugin is not ready"));
			return false;
		}
	return true;
}

/* The one session without a stream that some plugins ask for. */
static void open_task(struct front *f)
{
	struct session_setup setup = {.link = uplink_choose(f), .peer = {.kind = PK_PEER_TASK}};

	if (!(f->service.plugin->flags & 1))
		return;
	if (f->listeners) {
		f->task_conf = f->listeners->conf;
		f->task_conf->users++;
		setup.conf = f->task_conf->plugin;
	}
	f->task = session_begin(&f->service, &setup);
	if (f->task)
		session_open(f->task, &(struct session_tls){0});
}

static void order_start(struct front *f, const struct control *c)
{
	struct buf b = {0};
	char text[100];

	(void)c;
	if (f->started)
		return;
	if (!proc_show(f->control_fd))
		LOG(PK_LOG_WARNING, "proc_unshown", LOG_CSTR("child", f->service.name));
	if (!make_ready(f) || confine(f->sandbox, &f->charsets) != PK_OK) {
		front_stop(f, EXIT_CONFIG);
		return;
	}
	f->started = true;
	open_task(f);
	listeners_update(f);
	snprintf(text, sizeof(text), "%s %s", f->service.plugin->name, f->service.plugin->version);
	pk_put_ctl_ready(&b, &(struct pk_ctl_ready){slice_str(text)});
	if (control_send(f->control_fd, CONTROL_READY, buf_slice(&b), -1) != PK_OK)
		front_stop(f, 0);
	buf_free(&b);
}

static void order_drain(struct front *f, const struct control *c)
{
	struct pk_ctl_drain d;

	if (pk_get_ctl_drain(c->payload, &d) == PK_OK)
		front_drain(f, d.seconds);
}

static void order_log(struct front *f, const struct control *c)
{
	(void)f;
	if (c->fd >= 0)
		logfile_use(c->fd);
}

static void order_board(struct front *f, const struct control *c)
{
	if (c->fd < 0)
		return;
	/* That of another store's supervisor comes before the first link to that store. */
	board_unmap(f->service.board);
	f->service.board = board_map(c->fd, false);
	close(c->fd);
}

static void order_metrics(struct front *f, const struct control *c)
{
	if (!metrics_set_take(&f->pages, c))
		LOG(PK_LOG_ERROR, "metrics_page_refused", LOG_CSTR("child", f->service.name));
	f->service.metrics = metrics_set_find(&f->pages, METRICS_HOST, f->service.name);
}

static const struct {
	enum control_kind kind;
	bool takes_fd;
	void (*obey)(struct front *f, const struct control *c);
} orders[] = {
	{CONTROL_LINK,        true,  order_link       },
	{CONTROL_LISTENER,    true,  order_listener   },
	{CONTROL_CERTIFICATE, false, order_certificate},
	{CONTROL_START,       false, order_start      },
	{CONTROL_DRAIN,       false, order_drain      },
	{CONTROL_UNLISTEN,    false, order_unlisten   },
	{CONTROL_FORGET,      false, order_forget     },
	{CONTROL_LOG,         true,  order_log        },
	{CONTROL_BOARD,       true,  order_board      },
	{CONTROL_METRICS,     true,  order_metrics    },
};

static void obey(struct front *f, const struct control *c)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		if (orders[i].kind != c->kind)
			continue;
		orders[i].obey(f, c);
		if (orders[i].takes_fd)
			return;
		break;
	}
	if (c->fd >= 0)
		close(c->fd);
}

static void on_order(uv_poll_t *poll, int status, int events)
{
	struct front *f = poll->data;
	struct buf b = {0};
	struct control c;
	enum pk_status st;

	(void)status, (void)events;
	front_clock(f);
	do {
		st = control_receive(f->control_fd, &b, &c);
		if (st == PK_OK)
			obey(f, &c);
	} while (st == PK_OK || st == PK_EPROTO);
	if (st != PK_ERETRY)
		front_stop(f, f->exit_code); /* the supervisor is gone */
	buf_wipe(&b);                        /* keys of certificates */
}

enum pk_status orders_watch(struct front *f, enum sandbox_mode sandbox)
{
	f->sandbox = sandbox;
	fcntl(f->control_fd, F_SETFL, fcntl(f->control_fd, F_GETFL) | O_NONBLOCK);
	if (uv_poll_init(f->loop, &f->control, f->control_fd))
		return PK_EINVAL;
	f->control.data = f;
	uv_poll_start(&f->control, UV_READABLE, on_order);
	return PK_OK;
}
