#include "confine.h"
#include "end_points.h"
#include "links.h"

#include "base/log.h"
#include "ipc/control.h"
#include "os/help.h"
#include "os/logfile.h"
#include "os/proc.h"

#include <getopt.h>
#include <grp.h>
#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>

#define HEAP_SPARE (1 << 20) /* octets that may lie unused at the end of each thread's heap */

/* pkstored: the sole owner of the data directory. The supervisor starts it
 * (pkstored(8)). */
struct store {
	struct server server;
	struct links links;
	struct metrics_set pages;
	uv_loop_t loop;
	uv_async_t wake;
	uv_timer_t tick;
	uv_poll_t control;
	int control_fd, admin_fd, key_fd;
	struct buf datagram;
	struct server_options options;
	struct end_points end_points;
	enum sandbox_mode sandbox;
	const char *readers;
	gid_t admin_group, view_group;
};

static const char usage[] =
	"usage: pkstored --data DIR --key-fd N --control-fd N [--admin-fd N] "
	"[--default-domain NAME]\n"
	"                [--threads N] [--message-max OCTETS] [--sessions-per-link N]\n"
	"                [--sandbox require|best-effort|off] [--readers GROUP]\n"
	"                [--trace-days N]\n"
	"Keeps the mail of all tenants. Started by postkeepd(8), which opens the "
	"descriptors.\n";

static bool number(const char *word, uint64_t max, uint64_t *out)
{
	return slice_number(slice_str(word), max, out);
}

static uint64_t most_of(int option)
{
	return option == 'm' ? UINT64_MAX : option == 'l' ? UINT32_MAX : 1 << 20;
}

static bool parse(struct store *s, int argc, char **argv)
{
	static const struct option options[] = {
		{"data",             required_argument, NULL, 'd'},
		{"key-fd",              required_argument, NULL, 'k'},
		{"control-fd",                  required_argument, NULL, 'c'},
		{"admin-fd",required_argument, NULL, 'a'},
		{"default-domain",               required_argument, NULL, 'D'},
		{"threads",       required_argument, NULL, 't'},
		{"message-max",              required_argument, NULL, 'm'},
		{"trace-days",                  required_argument, NULL, 'T'},
		{"sessions-per-link",              required_argument, NULL, 'l'},
		{"sandbox",               required_argument, NULL, 's'},
		{"readers",   required_argument, NULL, 'r'},
		{0             },
	};
	uint64_t n = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == '?' || (c == 's' && !sandbox_mode_of(optarg, &s->sandbox)) ||
		    (strchr("kcatmlT", c) && !number(optarg, most_of(c), &n)))
			return false;
		switch (c) {
		case 'd': s->options.data = optarg; break;
		case 'r': s->readers = optarg; break;
		case 'D': s->options.default_domain = slice_str(optarg); break;
		case 'k': s->key_fd = (int)n; break;
		case 'c': s->control_fd = (int)n; break;
		case 'a': s->admin_fd = (int)n; break;
		case 't': s->options.threads = (unsigned)n; break;
		case 'm': s->options.message_max = n; break;
		case 'T': s->options.trace_days = (unsigned)n; break;
		case 'l': s->options.sessions_per_link = (unsigned)n; break;
		case 's': break;
		default: return false;
		}
	}
	return s->options.data && s->key_fd >= 0 && s->control_fd >= 0 && optind == argc;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The operator key: 64 hex digits and a newline. */
static bool read_key(struct store *s)
{
	char text[2 * KEY_BYTES];
	bool ok = pread(s->key_fd, text, sizeof(text), 0) == (ssize_t)sizeof(text);

	for (size_t i = 0; ok && i < KEY_BYTES; i++) {
		int high = hex(text[2 * i]), low = hex(text[2 * i + 1]);

		ok = high >= 0 && low >= 0;
		if (ok)
			s->options.operator_key[i] = (unsigned char)(high << 4 | low);
	}
	explicit_bzero(text, sizeof(text));
	close(s->key_fd);
	return ok;
}

static void on_wake(uv_async_t *h)
{
	struct store *s = h->data;

	server_run(&s->server);
}

static void wake(void *arg)
{
	struct store *s = arg;

	uv_async_send(&s->wake);
}

static void on_tick(uv_timer_t *h)
{
	struct store *s = h->data;

	server_tick(&s->server);
	links_tick(&s->links);
}

/* Tells the supervisor that a volume may be read only from now on, and why; ""
 * : written again. */
static void tell_latch(const struct store *s, uint16_t volume, const char *why)
{
	struct pk_ctl_latch latch = {.why = slice_str(why)};
	struct buf b = {0};
	char name[16];

	snprintf(name, sizeof(name), "%02u", volume);
	latch.volume = slice_str(name);
	pk_put_ctl_latch(&b, &latch);
	if (control_send(s->control_fd, CONTROL_LATCH, buf_slice(&b), -1) != PK_OK)
		LOG(PK_LOG_ERROR, "latch_untold", LOG_CSTR("volume", name));
	buf_free(&b);
}

/*
 * After a failed sync no answer may leave: this process ends at once, and the
 * next one opens the volume for reading. Called on the writer's thread.
 */
static void on_latch(void *arg, uint16_t volume, const char *why)
{
	tell_latch(arg, volume, why);
	_exit(74); /* EX_IOERR */
}

/* The latch is lifted; whoever opens the volume next writes it again. */
static void on_resume(void *arg, uint16_t volume)
{
	struct store *s = arg;

	tell_latch(s, volume, "");
	uv_stop(&s->loop);
}

static void add_link(struct store *s, const struct control *c)
{
	struct pk_ctl_link link;
	char service[32], who[64];

	if (c->fd < 0)
		return;
	if (pk_get_ctl_link(c->payload, &link) != PK_OK) {
		close(c->fd);
		return;
	}
	snprintf(service, sizeof(service), "%.*s", (int)link.service.n, link.service.p);
	snprintf(who, sizeof(who), "%.*s", (int)link.name.n, link.name.p);
	if (links_add(&s->links, c->fd, link.roles, service, who) != PK_OK)
		LOG(PK_LOG_ERROR, "link_refused", LOG_CSTR("service", service),
		    LOG_CSTR("reason", "memory"));
}

static bool ask_reload(void *arg)
{
	const struct store *s = arg;

	return control_send(s->control_fd, CONTROL_RELOAD, (struct slice){0}, -1) == PK_OK;
}

static void take_reloaded(struct store *s, struct slice payload)
{
	struct pk_ctl_reloaded r;

	if (pk_get_ctl_reloaded(payload, &r) == PK_OK)
		server_reloaded(&s->server, &r);
}

static void take_page(struct store *s, const struct control *c)
{
	if (!metrics_set_take(&s->pages, c))
		LOG(PK_LOG_ERROR, "metrics_page_refused", LOG_CSTR("child", "store"));
}

static void take_end_points(struct store *s, struct slice payload)
{
	struct pk_ctl_end_points m;

	if (pk_get_ctl_end_points(payload, &m) == PK_OK)
		end_points_take(&s->end_points, &m, server_mono(&s->server));
}

static void hear(void *arg)
{
	struct store *s = arg;
	struct control c;
	enum pk_status st;

	for (;;) {
		st = control_receive(s->control_fd, &s->datagram, &c);
		if (st == PK_EPROTO) { /* as when there is no descriptor for the link */
			LOG(PK_LOG_ERROR, "order_lost", LOG_CSTR("service", "store"));
			continue;
		}
		if (st != PK_OK)
			break;
		if (c.kind == CONTROL_LINK)
			add_link(s, &c);
		else if (c.kind == CONTROL_METRICS)
			take_page(s, &c);
		else if (c.kind == CONTROL_LOG && c.fd >= 0)
			logfile_use(c.fd);
		else if (c.fd >= 0)
			close(c.fd);
		if (c.kind == CONTROL_END_POINTS)
			take_end_points(s, c.payload);
		if (c.kind == CONTROL_RELOADED)
			take_reloaded(s, c.payload);
		if (c.kind == CONTROL_DRAIN)
			uv_stop(&s->loop);
	}
	if (st == PK_EUNAVAILABLE)
		uv_stop(&s->loop); /* the supervisor is gone */
}

static void on_control(uv_poll_t *h, int status, int events)
{
	(void)status, (void)events;
	hear(h->data);
}

static void take_latch(struct store *s, struct slice payload)
{
	struct pk_ctl_latch latch;
	uint64_t volume;

	if (pk_get_ctl_latch(payload, &latch) == PK_OK && latch.why.n &&
	    slice_number(latch.volume, 63, &volume))
		s->options.read_only |= (uint64_t)1 << volume;
}

/* What the supervisor knows from before: which volumes must not be written. */
static enum pk_status await_start(struct store *s)
{
	for (;;) {
		struct control c;
		enum pk_status st = control_receive(s->control_fd, &s->datagram, &c);

		if (st != PK_OK)
			return st;
		if (c.kind == CONTROL_LATCH)
			take_latch(s, c.payload);
		if (c.kind == CONTROL_BOARD && c.fd >= 0)
			s->options.board = board_map(c.fd, true);
		if (c.kind == CONTROL_END_POINTS)
			take_end_points(s, c.payload);
		if (c.kind == CONTROL_LOG && c.fd >= 0)
			logfile_use(c.fd);
		else if (c.kind == CONTROL_METRICS)
			take_page(s, &c);
		else if (c.kind == CONTROL_SUCCESSES && c.fd >= 0)
			s->options.successes = c.fd;
		else if (c.fd >= 0)
			close(c.fd);
		if (c.kind == CONTROL_START)
			return PK_OK;
	}
}

/* Whose members may use the admin socket; asked for before the files that say so are out of reach.
 */
static gid_t group_of(const char *name)
{
	const struct group *g = name ? getgrnam(name) : NULL;

	return g ? g->gr_gid : (gid_t)-1;
}

static enum pk_status listen_for_admin(struct store *s)
{
	s->links.admin_group = s->admin_group;
	s->links.view_group = s->view_group;
	return links_listen(&s->links, s->admin_fd);
}

static enum pk_status start(struct store *s)
{
	enum pk_status st;

	s->admin_group = group_of("postkeep-admin");
	s->view_group = group_of(s->readers);
	uv_loop_init(&s->loop);
	uv_async_init(&s->loop, &s->wake, on_wake);
	uv_timer_init(&s->loop, &s->tick);
	s->wake.data = s->tick.data = s->control.data = s;
	s->options.wake = wake;
	s->options.latch = on_latch;
	s->options.resume = on_resume;
	s->options.end_points = &s->end_points;
	s->options.hear = hear;
	s->options.reload = ask_reload;
	s->options.arg = s;
	s->options.metrics = &s->pages;
	st = await_start(s);
	if (st == PK_OK && !proc_show(s->control_fd))
		LOG(PK_LOG_WARNING, "proc_unshown", LOG_CSTR("child", "store"));
	if (st == PK_OK)
		st = confine(s->options.data, s->sandbox);
	if (st == PK_OK)
		st = server_open(&s->server, &s->options);
	explicit_bzero(s->options.operator_key, sizeof(s->options.operator_key));
	if (st == PK_OK)
		st = links_open(&s->links, &s->loop, &s->server);
	if (st == PK_OK && s->admin_fd >= 0)
		st = listen_for_admin(s);
	if (st != PK_OK)
		return st;
	uv_timer_start(&s->tick, on_tick, 1000, 1000);
	uv_poll_init(&s->loop, &s->control, s->control_fd); /* makes it non-blocking */
	uv_poll_start(&s->control, UV_READABLE, on_control);
	return PK_OK;
}

static void ready(const struct store *s)
{
	struct buf b = {0};

	pk_put_ctl_ready(&b, &(struct pk_ctl_ready){.text = S("store")});
	if (control_send(s->control_fd, CONTROL_READY, buf_slice(&b), -1) != PK_OK)
		LOG(PK_LOG_ERROR, "ready_untold", LOG_CSTR("service", "store"));
	buf_free(&b);
}

static void stop(struct store *s)
{
	links_close(&s->links);
	server_close(&s->server);
	uv_close((uv_handle_t *)&s->wake, NULL);
	uv_close((uv_handle_t *)&s->tick, NULL);
	uv_close((uv_handle_t *)&s->control, NULL);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	uv_loop_close(&s->loop);
	end_points_free(&s->end_points);
	buf_free(&s->datagram);
	metrics_set_free(&s->pages);
}

/* What a burst took is given back when it is over: the library's own thresholds grow with it. */
static void bound_heaps(void)
{
	mallopt(M_TRIM_THRESHOLD, HEAP_SPARE);
	mallopt(M_MMAP_THRESHOLD, HEAP_SPARE);
}

static void harden(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file limit is a failed write, not an end */
	sandbox_no_dump();
	umask(077);
}

int main(int argc, char **argv)
{
	struct store s = {.control_fd = -1,
	                  .admin_fd = -1,
	                  .key_fd = -1,
	                  .options.threads = 2,
	                  .pages.to_write = true};
	enum pk_status st;

	if (help_given(argc, argv, usage))
		return 0;
	if (!parse(&s, argc, argv)) {
		fputs(usage, stderr);
		return 64;
	}
	harden();
	bound_heaps();
	if (!read_key(&s)) {
		fprintf(stderr, "pkstored: the operator key is not 64 hex digits\n");
		return 78;
	}
	st = start(&s);
	if (st != PK_OK) {
		fprintf(stderr, "pkstored: cannot serve %s: %s\n", s.options.data,
		        st == PK_ENOTSUP ? "its format is not one that this program opens"
		                         : pk_status_words(st));
		return st == PK_EAUTH || st == PK_ENOTSUP ? 78 : 75;
	}
	ready(&s);
	uv_run(&s.loop, UV_RUN_DEFAULT);
	stop(&s);
	return 0;
}
