#include "supervise.h"

#include "base/log.h"
#include "broker.h"
#include "latch.h"
#include "measures.h"
#include "notify.h"
#include "os/board.h"
#include "os/logfile.h"
#include "reload.h"
#include "remote.h"
#include "resources.h"
#include "sockets.h"
#include "tell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>

#define STORE_STOP_MS 30000 /* the store ends its batch; it is killed after this */

enum phase { STARTING, RUNNING, STOPPING_HOSTS, STOPPING_STORE, STOPPED };

struct supervisor {
	struct config *c;
	struct children children;
	struct latch *latches;
	struct broker broker;
	int board_writer, board_reader; /* -1: there is none */
	struct measures measures;
	struct buf in;
	enum phase phase;
	bool reload_due;   /* SIGHUP came, or the store asked; it waits until all serve */
	bool reload_asked; /* the store waits for an answer */
	int signals, ready_fd, status;
	int64_t kill_ms; /* when what still runs in this stopping phase is killed */
	int64_t watchdog_ms,
		alive_ms; /* how often, and when next, the manager hears that it lives */
};

static bool stopping(const struct supervisor *s)
{
	return s->phase >= STOPPING_HOSTS;
}

static struct child *store_of(const struct supervisor *s)
{
	return children_store(&s->children);
}

static bool hosts_run(const struct supervisor *s)
{
	for (const struct child *ch = store_of(s)->next; ch; ch = ch->next)
		if (ch->pid > 0)
			return true;
	return false;
}

static void enter(struct supervisor *s, enum phase phase, int64_t kill_after_ms)
{
	s->phase = phase;
	s->kill_ms = child_now_ms() + kill_after_ms;
}

static void stop_store(struct supervisor *s)
{
	enter(s, STOPPING_STORE, STORE_STOP_MS);
	children_drain(store_of(s), 0);
}

static void stop_hosts(struct supervisor *s)
{
	enter(s, STOPPING_HOSTS, (int64_t)s->c->drain_s * 1000 + HOST_GRACE_MS);
	notify_say("STOPPING=1\nSTATUS=sessions end");
	sockets_close(s->c);
	for (struct child *ch = store_of(s)->next; ch; ch = ch->next)
		children_drain(ch, s->c->drain_s);
}

static void kill_late(struct supervisor *s)
{
	bool hosts = s->phase == STOPPING_HOSTS;

	for (struct child *ch = hosts ? store_of(s)->next : store_of(s); ch; ch = ch->next)
		if (ch->pid > 0)
			kill(ch->pid, SIGKILL);
	s->kill_ms = child_now_ms() + 1000;
}

/* Goes on to the next phase of stopping when nothing is left of this one. */
static void step_stop(struct supervisor *s)
{
	if (s->phase == STOPPING_HOSTS && !hosts_run(s))
		stop_store(s);
	if (s->phase == STOPPING_STORE && store_of(s)->pid <= 0)
		s->phase = STOPPED;
	if (stopping(s) && s->phase != STOPPED && child_now_ms() >= s->kill_ms)
		kill_late(s);
}

/* The store first hears of a new service's page, then of its hosts. */
static bool make_link(struct supervisor *s, struct child *host)
{
	struct child *store = store_of(s);

	if (!store->ready)
		return true;
	if (!store->remote)
		measures_renew(&s->measures, store);
	return child_link(host, store);
}

static bool equip(struct supervisor *s, struct child *ch)
{
	int board = ch->kind == CHILD_STORE ? s->board_writer : s->board_reader;

	if (ch->kind != CHILD_METRICS && board >= 0)
		tell_board(&ch->out, board);
	measures_equip(&s->measures, ch, s->c);
	if (ch->kind == CHILD_STORE) {
		latch_tell(s->latches, &ch->out);
		tell_end_points(&ch->out, s->c);
	}
	if (ch->kind != CHILD_HOST)
		return true;
	child_equip(ch, s->c);
	return make_link(s, ch);
}

/* Who tells the metrics hears of the pages that were made since. */
static void show_pages(struct supervisor *s)
{
	for (struct child *ch = store_of(s); ch; ch = ch->next)
		if (ch->kind == CHILD_METRICS && ch->ready && !ch->leaving)
			measures_renew(&s->measures, ch);
}

/* How many of those that are to stay serve. Returns whether all do. */
static bool say_status(const struct supervisor *s)
{
	unsigned ready = 0, all = 0;

	for (const struct child *ch = store_of(s); ch; ch = ch->next) {
		all += !ch->leaving;
		ready += ch->ready && !ch->leaving;
	}
	notify_say("STATUS=%u of %u processes serve", ready, all);
	return ready == all;
}

static void say_ready(struct supervisor *s)
{
	static const char words[] = "postkeepd ready\n";

	s->phase = RUNNING;
	notify_say("READY=1");
	LOG(PK_LOG_INFO, "ready", LOG_NUMBER("children", (int64_t)s->children.count));
	if (write(s->ready_fd, words, sizeof(words) - 1) < 0)
		LOG(PK_LOG_WARNING, "ready_fd_failed", LOG_CSTR("reason", strerror(errno)));
}

static void child_ready(struct supervisor *s, struct child *ch)
{
	bool first = !ch->ready;

	ch->ready = true;
	measures_ready(ch);
	if (first && ch->kind == CHILD_STORE)
		for (struct child *host = ch->next; host; host = host->next)
			if (host->kind == CHILD_HOST && host->pid > 0 && !host->leaving)
				(void)child_link(host, ch);
	if (say_status(s) && s->phase == STARTING)
		say_ready(s);
}

static void start_one(struct supervisor *s, struct child *ch)
{
	if (ch->remote) {
		if (remote_reach(ch, s->c))
			child_ready(s, ch);
		return;
	}
	if (!child_start(ch, s->c)) {
		child_gone(ch, 0, true);
		if (s->phase == STARTING) {
			s->status = EX_SOFTWARE;
			stop_hosts(s);
		}
		return;
	}
	measures_started(&s->measures, ch);
	if (!equip(s, ch))
		return;
	ch->awaits = ch->kind == CHILD_HOST && store_of(s)->remote && store_of(s)->ready;
	if (!ch->awaits)
		tell_start(&ch->out);
}

static int64_t sooner(int64_t wait, int64_t than)
{
	if (than < 0)
		return wait;
	return wait < 0 || than < wait ? than : wait;
}

/* Starts who is due. Hosts wait for the first store to be ready. Returns ms to the next, or -1. */
static int64_t start_due(struct supervisor *s)
{
	int64_t now = child_now_ms(), next = -1;

	for (struct child *ch = store_of(s); ch && !stopping(s); ch = ch->next) {
		if (ch->kind != CHILD_STORE && s->phase == STARTING && !store_of(s)->ready)
			break;
		if (child_runs(ch))
			continue;
		if (ch->start_ms <= now)
			start_one(s, ch);
		if (!child_runs(ch))
			next = sooner(next, ch->start_ms > now ? ch->start_ms - now : 0);
	}
	return next;
}

/* Once in a while. Returns ms to the next time. */
static int64_t say_alive(struct supervisor *s, int64_t now)
{
	if (s->alive_ms <= now) {
		notify_say("WATCHDOG=1");
		s->alive_ms = now + s->watchdog_ms;
	}
	return s->alive_ms - now;
}

/* How long nothing needs to be done, in ms; -1: for ever. */
static int wait_ms(struct supervisor *s)
{
	int64_t wait = start_due(s), now = child_now_ms();

	for (struct child *ch = store_of(s); ch; ch = ch->next)
		wait = sooner(wait, child_send(ch, now));
	if (!stopping(s))
		wait = sooner(wait, children_expire(&s->children, now));
	else if (s->phase != STOPPED)
		wait = s->kill_ms > now ? s->kill_ms - now : 0;
	if (s->c->metrics.listener)
		wait = sooner(wait, measures_look(&s->measures, store_of(s), now));
	if (s->watchdog_ms)
		wait = sooner(wait, say_alive(s, now));
	return (int)wait;
}

static void hear_store(struct supervisor *s, const struct control *m)
{
	if (m->kind == CONTROL_RELOAD)
		s->reload_due = s->reload_asked = true;
	if (m->kind != CONTROL_LATCH)
		return;
	latch_take(&s->latches, m->payload);
	measures_latch(&s->measures, m->payload);
}

/* False: it has nothing to say. */
static bool hear_child(struct supervisor *s, struct child *ch)
{
	struct control m = {.fd = -1};
	enum pk_status st = control_receive(ch->control, &s->in, &m);

	if (ch->remote && (st == PK_EUNAVAILABLE || st == PK_EPROTO)) {
		remote_lost(ch);
		(void)say_status(s);
		return false;
	}
	if (st == PK_EUNAVAILABLE || st == PK_EPROTO) {
		/* It closed its end: SIGCHLD follows, or it is of no use any more. */
		close(ch->control);
		ch->control = -1;
		if (st == PK_EPROTO)
			kill(ch->pid, SIGKILL);
		return false;
	}
	if (st != PK_OK)
		return false;
	if (ch->remote) {
		remote_pass(&s->children, &m, &s->board_reader);
		return true;
	}
	if (m.kind == CONTROL_PROC && m.fd >= 0)
		proc_take(&ch->proc, m.fd);
	else if (m.fd >= 0)
		close(m.fd);
	if (m.kind == CONTROL_READY)
		child_ready(s, ch);
	else if (ch->kind == CHILD_STORE)
		hear_store(s, &m);
	return true;
}

static void child_ended(struct supervisor *s, struct child *ch, int status)
{
	/* What it still had to say, such as a latch, comes first. */
	while (ch->control >= 0 && hear_child(s, ch))
		;
	s->reload_asked &= ch->kind != CHILD_STORE;
	measures_ended(&s->measures, ch, status);
	child_gone(ch, status, !stopping(s) && !ch->leaving);
	if (ch->kind == CHILD_STORE)
		broker_hang_up(&s->broker);
	if (!stopping(s))
		(void)say_status(s);
	if (ch->leaving) {
		children_forget(&s->children, ch);
	} else if (s->phase == STARTING) {
		LOG(PK_LOG_ERROR, "start_aborted", LOG_CSTR("child", ch->name));
		s->status = EX_SOFTWARE;
		stop_hosts(s);
	}
}

static void hear_children_ends(struct supervisor *s)
{
	struct child *ch;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		ch = store_of(s);
		while (ch && ch->pid != pid)
			ch = ch->next;
		if (ch)
			child_ended(s, ch, status);
	}
}

/* The file was moved away (logrotate(8)): this process and its children go on in a new one. */
static void reopen_log(struct supervisor *s)
{
	int fd = logfile_open(s->c->log);

	if (strcmp(s->c->log, "stderr") == 0 || fd < 0) {
		LOG(fd < 0 ? PK_LOG_ERROR : PK_LOG_INFO, "log_reopened",
		    LOG_CSTR("result", fd < 0 ? "failed" : "stderr"),
		    LOG_CSTR("reason", fd < 0 ? strerror(errno) : ""));
		if (fd >= 0)
			close(fd);
		return;
	}
	close(s->c->log_fd);
	s->c->log_fd = fd;
	dup2(fd, STDERR_FILENO);
	LOG(PK_LOG_INFO, "log_reopened", LOG_CSTR("result", "ok"), LOG_CSTR("reason", ""));
	for (struct child *ch = store_of(s); ch; ch = ch->next)
		if (ch->pid > 0 && ch->control >= 0)
			tell_log(&ch->out, fd);
}

static void hear_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD) {
		hear_children_ends(s);
	} else if (info.ssi_signo == SIGHUP) {
		s->reload_due = true;
	} else if (info.ssi_signo == SIGUSR1) {
		reopen_log(s);
	} else if (stopping(s)) {
		s->kill_ms = 0; /* asked twice: at once */
	} else {
		LOG(PK_LOG_INFO, "stop", LOG_NUMBER("signal", info.ssi_signo));
		stop_hosts(s);
	}
}

/* False: out of memory. */
static bool wait_for_news(struct supervisor *s, int timeout_ms)
{
	struct pollfd *polls = calloc(s->children.count + 2, sizeof(*polls));
	size_t n = 0;

	if (!polls)
		return false;
	polls[n++] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	for (struct child *ch = store_of(s); ch; ch = ch->next)
		polls[n++] = (struct pollfd){.fd = ch->control,
		                             .events = POLLIN | (ch->out.first ? POLLOUT : 0)};
	/* While there is no store who asks for links waits. */
	polls[n++] =
		(struct pollfd){.fd = store_of(s)->ready ? s->broker.poll : -1, .events = POLLIN};
	if (poll(polls, n, timeout_ms) > 0) {
		n = 1;
		for (struct child *ch = store_of(s); ch; ch = ch->next, n++)
			if (polls[n].revents && ch->control == polls[n].fd)
				(void)hear_child(s, ch);
		if (polls[n].revents && store_of(s)->ready)
			broker_hear(&s->broker, s->c, store_of(s));
		if (polls[0].revents)
			hear_signal(s);
	}
	free(polls);
	return true;
}

static bool block_signals(struct supervisor *s)
{
	static const int heard[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGUSR1};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(heard) / sizeof(*heard); i++)
		sigaddset(&set, heard[i]);
	signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return false;
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals >= 0;
}

static void do_reload(struct supervisor *s, struct reloaded *r)
{
	notify_reloading();
	reload(s->c, &s->children, r);
	measures_reload(&s->measures, r->result, s->c);
	if (!config_runs_services(s->c))
		(void)broker_open(&s->broker, s->c);
	notify_say("READY=1");
	(void)say_status(s);
}

static void reload_if_due(struct supervisor *s)
{
	struct reloaded r = {.result = "stopping"};

	if (!s->reload_due || s->phase == STARTING)
		return;
	s->reload_due = false;
	if (s->phase == RUNNING)
		do_reload(s, &r);
	else
		LOG(PK_LOG_WARNING, "reload", LOG_CSTR("result", r.result));
	if (s->reload_asked)
		tell_reloaded(&store_of(s)->out, &r);
	s->reload_asked = false;
	buf_free(&r.said);
}

static void run(struct supervisor *s)
{
	while (s->phase != STOPPED) {
		int timeout_ms;

		reload_if_due(s);
		timeout_ms = wait_ms(s);
		show_pages(s);
		step_stop(s);
		if (s->phase != STOPPED && !wait_for_news(s, timeout_ms)) {
			s->status = EX_OSERR;
			return;
		}
		step_stop(s);
	}
}

/* One that has no store gets the board of another's. */
static void open_board(struct supervisor *s)
{
	if (config_runs_store(s->c) && board_make(&s->board_writer, &s->board_reader) != PK_OK)
		LOG(PK_LOG_WARNING, "board_failed", LOG_CSTR("reason", strerror(errno)));
	s->broker.board = s->board_reader;
}

static void close_board(const struct supervisor *s)
{
	if (s->board_writer >= 0)
		close(s->board_writer);
	if (s->board_reader >= 0)
		close(s->board_reader);
}

int supervise(struct config *c, int ready_fd)
{
	struct supervisor s = {.c = c,
	                       .ready_fd = ready_fd,
	                       .signals = -1,
	                       .broker.poll = -1,
	                       .board_writer = -1,
	                       .board_reader = -1,
	                       .watchdog_ms = notify_watchdog_ms()};

	if (!block_signals(&s) || !children_make(&s.children, c) ||
	    (!config_runs_services(c) && !broker_open(&s.broker, c))) {
		broker_close(&s.broker);
		children_free(&s.children);
		return EX_OSERR;
	}
	open_board(&s);
	measures_open(&s.measures);
	measures_config(&s.measures, c);
	run(&s);
	broker_close(&s.broker);
	measures_close(&s.measures);
	latch_free(&s.latches);
	LOG(PK_LOG_INFO, "stopped", LOG_NUMBER("status", s.status));
	children_free(&s.children);
	buf_free(&s.in);
	close(s.signals);
	close_board(&s);
	return s.status;
}
