#include "supervise.h"
#include "supervisor.h"

#include "base/log.h"
#include "notify.h"
#include "os/board.h"
#include "os/shared.h"
#include "reload.h"
#include "tell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sysexits.h>

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

/* Who tells the metrics hears of the pages that were made since. */
static void show_pages(struct supervisor *s)
{
	for (struct child *ch = store_of(s); ch; ch = ch->next)
		if (ch->kind == CHILD_METRICS && ch->ready && !ch->leaving)
			measures_renew(&s->measures, ch);
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

/* A store is started with what the one before has left, even by a server before this one. */
static void open_successes(struct supervisor *s)
{
	if (config_runs_store(s->c) && s->successes < 0)
		s->successes = shared_make("successes", SUCCESSES_OCTETS);
}

static void close_successes(const struct supervisor *s)
{
	if (s->successes < 0)
		return;
	notify_keep(KEPT_SUCCESSES, s->successes);
	close(s->successes);
}

static void close_board(const struct supervisor *s)
{
	if (s->board_writer >= 0)
		close(s->board_writer);
	if (s->board_reader >= 0)
		close(s->board_reader);
}

int supervise(struct config *c, int ready_fd, int successes)
{
	struct supervisor s = {.c = c,
	                       .ready_fd = ready_fd,
	                       .signals = -1,
	                       .broker.poll = -1,
	                       .board_writer = -1,
	                       .board_reader = -1,
	                       .successes = successes,
	                       .watchdog_ms = notify_watchdog_ms()};

	if (!block_signals(&s) || !children_make(&s.children, c) ||
	    (!config_runs_services(c) && !broker_open(&s.broker, c))) {
		broker_close(&s.broker);
		children_free(&s.children);
		return EX_OSERR;
	}
	open_board(&s);
	open_successes(&s);
	measures_open(&s.measures, c);
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
	close_successes(&s);
	return s.status;
}
