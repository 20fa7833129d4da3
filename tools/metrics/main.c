/* pkmetrics(8): tells Prometheus what the other processes count. The supervisor starts it. */
#include "serve.h"

#include "base/log.h"
#include "os/help.h"
#include "os/logfile.h"
#include "os/proc.h"
#include "os/sandbox.h"

#include <postkeep/messages.h>

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <time.h>

enum { EXIT_USAGE = 64, EXIT_SOFTWARE = 70 };

struct program {
	int control, listener;
	enum sandbox_mode sandbox;
	struct metrics_set set;
	struct clients clients;
	struct buf datagram;
	bool over;
};

static const char usage[] = "usage: pkmetrics --control-fd N --listener-fd N\n"
			    "                 [--sandbox require|best-effort|off]\n"
			    "Tells Prometheus what the others count. Started by\n"
			    "postkeepd(8), which opens the descriptors.\n";

static bool parse(int argc, char **argv, struct program *p)
{
	static const struct option options[] = {
		{"control-fd",  required_argument, NULL, 'c'},
		{"listener-fd", required_argument, NULL, 'l'},
		{"sandbox",     required_argument, NULL, 'b'},
		{NULL,          0,                 NULL, 0  }
        };
	uint64_t fd = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'b' ? !sandbox_mode_of(optarg, &p->sandbox)
		             : c == '?' || !slice_number(slice_str(optarg), INT32_MAX, &fd))
			return false;
		if (c == 'c')
			p->control = (int)fd;
		if (c == 'l')
			p->listener = (int)fd;
	}
	return optind == argc && p->control >= 0 && p->listener >= 0;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The pages of others are for reading; our own is the one of this kind. */
static void take_page(struct program *p, const struct control *c)
{
	struct pk_ctl_metrics m;

	p->set.to_write = pk_get_ctl_metrics(c->payload, &m) == PK_OK && m.kind == METRICS_SCRAPE;
	if (!metrics_set_take(&p->set, c))
		LOG(PK_LOG_ERROR, "metrics_page_refused", LOG_CSTR("child", "metrics"));
	p->clients.counts = metrics_set_find(&p->set, METRICS_SCRAPE, "");
}

static bool start(struct program *p)
{
	struct buf b = {0};
	bool ready;

	if (!proc_show(p->control))
		LOG(PK_LOG_WARNING, "proc_unshown", LOG_CSTR("child", "metrics"));
	sandbox_log(SANDBOX_METRICS, p->sandbox);
	ready = sandbox_enter(SANDBOX_METRICS, p->sandbox, NULL) == PK_OK;
	pk_put_ctl_ready(&b, &(struct pk_ctl_ready){S("metrics")});
	if (ready)
		ready = control_send(p->control, CONTROL_READY, buf_slice(&b), -1) == PK_OK;
	buf_free(&b);
	p->clients.listener = p->listener;
	return ready;
}

static void obey(struct program *p, const struct control *c)
{
	if (c->kind == CONTROL_METRICS)
		take_page(p, c);
	else if (c->kind == CONTROL_LOG && c->fd >= 0)
		logfile_use(c->fd);
	else if (c->fd >= 0)
		close(c->fd);
	p->over |= c->kind == CONTROL_DRAIN || (c->kind == CONTROL_START && !start(p));
}

static void hear(struct program *p)
{
	struct control c;
	enum pk_status st;

	do {
		st = control_receive(p->control, &p->datagram, &c);
		if (st == PK_OK)
			obey(p, &c);
	} while (st == PK_OK || st == PK_EPROTO);
	p->over |= st != PK_ERETRY; /* the supervisor is gone */
}

static void run(struct program *p)
{
	struct pollfd polls[2 + CLIENTS_MOST];

	while (!p->over) {
		int wait = clients_watch(&p->clients, polls + 1, now_ms());

		polls[0] = (struct pollfd){.fd = p->control, .events = POLLIN};
		if (poll(polls, sizeof(polls) / sizeof(*polls), wait) < 0)
			continue;
		if (polls[0].revents)
			hear(p);
		clients_turn(&p->clients, polls + 1, now_ms());
	}
}

int main(int argc, char **argv)
{
	struct program p = {.control = -1, .listener = -1};

	if (help_given(argc, argv, usage))
		return 0;
	if (!parse(argc, argv, &p))
		return fputs(usage, stderr) < 0 ? EXIT_SOFTWARE : EXIT_USAGE;
	sandbox_no_dump();
	signal(SIGPIPE, SIG_IGN);
	tzset(); /* strftime would, for the log */
	fcntl(p.control, F_SETFL, fcntl(p.control, F_GETFL) | O_NONBLOCK);
	fcntl(p.listener, F_SETFL, fcntl(p.listener, F_GETFL) | O_NONBLOCK);
	clients_init(&p.clients, &p.set);
	run(&p);
	clients_close(&p.clients);
	metrics_set_free(&p.set);
	buf_free(&p.datagram);
	return 0;
}
