#include "supervise.h"

#include "child.h"
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>

#define STORE_STOP_MS 30000 /* the store ends its batch; it is killed after this */
#define HOST_GRACE_MS 2000  /* beyond the drain time that hosts were told */

enum phase { STARTING, RUNNING, STOPPING_HOSTS, STOPPING_STORE, STOPPED };

/* What a volume's failed sync left behind: told to every store that starts, until it is resumed. */
struct latch {
	struct buf record; /* the ctl_latch */
	struct slice volume;
	struct latch *next;
};

struct supervisor {
	const struct config *c;
	struct child *children; /* the store first, then the hosts */
	size_t count;
	struct latch *latches;
	enum phase phase;
	int signals, ready_fd, status;
	int64_t kill_ms; /* when what still runs in this stopping phase is killed */
	struct buf in;
};

static bool stopping(const struct supervisor *s)
{
	return s->phase >= STOPPING_HOSTS;
}

static struct child *store_of(struct supervisor *s)
{
	return &s->children[0];
}

/* How many children of the range still run. */
static size_t running(const struct supervisor *s, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += s->children[i].pid > 0;
	return n;
}

static void enter(struct supervisor *s, enum phase phase, int64_t kill_after_ms)
{
	s->phase = phase;
	s->kill_ms = child_now_ms() + kill_after_ms;
}

static void stop_store(struct supervisor *s)
{
	enter(s, STOPPING_STORE, STORE_STOP_MS);
	if (running(s, 0, 1) && !child_drain(store_of(s), 0))
		s->kill_ms = 0;
}

static void stop_hosts(struct supervisor *s)
{
	enter(s, STOPPING_HOSTS, (int64_t)s->c->drain_s * 1000 + HOST_GRACE_MS);
	for (size_t i = 1; i < s->count; i++)
		if (s->children[i].pid > 0)
			(void)child_drain(&s->children[i], s->c->drain_s);
}

/* Goes on to the next phase of stopping when nothing is left of this one. */
static void step_stop(struct supervisor *s)
{
	if (s->phase == STOPPING_HOSTS && !running(s, 1, s->count))
		stop_store(s);
	if (s->phase == STOPPING_STORE && !running(s, 0, 1))
		s->phase = STOPPED;
	if (stopping(s) && s->phase != STOPPED && child_now_ms() >= s->kill_ms) {
		size_t from = s->phase == STOPPING_HOSTS ? 1 : 0;

		for (size_t i = from; i < s->count; i++)
			if (s->children[i].pid > 0)
				kill(s->children[i].pid, SIGKILL);
		s->kill_ms = child_now_ms() + 1000;
	}
}

static void start_one(struct supervisor *s, struct child *ch)
{
	if (!child_start(ch, s->c)) {
		child_gone(ch, 0, true);
		if (s->phase == STARTING) {
			s->status = EX_SOFTWARE;
			stop_hosts(s);
		}
		return;
	}
	if (!ch->service) {
		for (struct latch *l = s->latches; l; l = l->next)
			if (!child_send(ch, CONTROL_LATCH, buf_slice(&l->record), -1))
				return;
	} else {
		if (!child_equip(ch, s->c))
			return;
		if (store_of(s)->ready && !child_link(ch, store_of(s)))
			return;
	}
	(void)child_send(ch, CONTROL_START, (struct slice){0}, -1);
}

/* Starts who is due. Hosts wait for the first store to be ready. Returns ms to the next, or -1. */
static int start_due(struct supervisor *s)
{
	int64_t now = child_now_ms(), next = -1;
	size_t upto = s->phase == STARTING && !store_of(s)->ready ? 1 : s->count;

	for (size_t i = 0; i < upto && !stopping(s); i++) {
		struct child *ch = &s->children[i];

		if (ch->pid > 0)
			continue;
		if (ch->start_ms <= now)
			start_one(s, ch);
		else if (next < 0 || ch->start_ms - now < next)
			next = ch->start_ms - now;
	}
	if (stopping(s) && s->phase != STOPPED)
		next = s->kill_ms > now ? s->kill_ms - now : 0;
	return (int)next;
}

static void say_ready(struct supervisor *s)
{
	static const char words[] = "postkeepd ready\n";

	for (size_t i = 0; i < s->count; i++)
		if (!s->children[i].ready)
			return;
	s->phase = RUNNING;
	LOG(PK_LOG_INFO, "ready", LOG_NUMBER("children", (int64_t)s->count));
	if (write(s->ready_fd, words, sizeof(words) - 1) < 0)
		LOG(PK_LOG_WARNING, "ready_fd_failed", LOG_CSTR("why", strerror(errno)));
}

static void child_ready(struct supervisor *s, struct child *ch)
{
	bool first = !ch->ready;

	ch->ready = true;
	if (first && !ch->service)
		for (size_t i = 1; i < s->count; i++)
			if (s->children[i].pid > 0)
				(void)child_link(&s->children[i], ch);
	if (s->phase == STARTING)
		say_ready(s);
}

static void free_latch(struct latch *l)
{
	buf_free(&l->record);
	free(l);
}

/* A latch without a reason lifts the one of the volume. */
static void take_latch(struct supervisor *s, struct slice payload)
{
	struct latch **at = &s->latches, *l;
	struct pk_ctl_latch m;

	if (pk_get_ctl_latch(payload, &m) != PK_OK)
		return;
	while (*at && !slice_eq((*at)->volume, m.volume))
		at = &(*at)->next;
	if (*at) {
		l = *at;
		*at = l->next;
		free_latch(l);
	}
	LOG(PK_LOG_ERROR, m.why.n ? "latch" : "latch_lifted", LOG_TEXT("volume", m.volume),
	    LOG_TEXT("why", m.why));
	l = m.why.n ? calloc(1, sizeof(*l)) : NULL;
	if (!l)
		return;
	buf_put(&l->record, payload);
	if (pk_get_ctl_latch(buf_slice(&l->record), &m) != PK_OK) {
		free_latch(l);
		return;
	}
	l->volume = m.volume;
	l->next = s->latches;
	s->latches = l;
}

static void hear_child(struct supervisor *s, struct child *ch)
{
	struct control m = {.fd = -1};
	enum pk_status st = control_receive(ch->control, &s->in, &m);

	if (st == PK_EUNAVAILABLE || st == PK_EPROTO) {
		/* It closed its end: SIGCHLD follows, or it is of no use any more. */
		close(ch->control);
		ch->control = -1;
		if (st == PK_EPROTO)
			kill(ch->pid, SIGKILL);
		return;
	}
	if (st != PK_OK)
		return;
	if (m.fd >= 0)
		close(m.fd);
	if (m.kind == CONTROL_READY)
		child_ready(s, ch);
	else if (m.kind == CONTROL_LATCH && !ch->service)
		take_latch(s, m.payload);
}

static void hear_children_ends(struct supervisor *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < s->count; i++) {
			struct child *ch = &s->children[i];

			if (ch->pid != pid)
				continue;
			/* What it still had to say, such as a latch, comes first. */
			while (ch->control >= 0)
				hear_child(s, ch);
			child_gone(ch, status, !stopping(s));
			if (s->phase == STARTING) {
				LOG(PK_LOG_ERROR, "start_aborted", LOG_CSTR("child", ch->name));
				s->status = EX_SOFTWARE;
				stop_hosts(s);
			}
		}
}

static void hear_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGCHLD) {
		hear_children_ends(s);
	} else if (info.ssi_signo == SIGHUP) {
		LOG(PK_LOG_WARNING, "reload", LOG_CSTR("result", "not_supported"));
	} else if (stopping(s)) {
		s->kill_ms = 0; /* asked twice: at once */
	} else {
		LOG(PK_LOG_INFO, "stop", LOG_NUMBER("signal", info.ssi_signo));
		stop_hosts(s);
	}
}

static void wait_for_news(struct supervisor *s, struct pollfd *polls, int timeout_ms)
{
	polls[0] = (struct pollfd){.fd = s->signals, .events = POLLIN};
	for (size_t i = 0; i < s->count; i++)
		polls[i + 1] = (struct pollfd){.fd = s->children[i].control, .events = POLLIN};
	if (poll(polls, s->count + 1, timeout_ms) <= 0)
		return;
	for (size_t i = 0; i < s->count; i++)
		if (polls[i + 1].revents && s->children[i].control == polls[i + 1].fd)
			hear_child(s, &s->children[i]);
	if (polls[0].revents)
		hear_signal(s);
}

static bool make_children(struct supervisor *s)
{
	size_t n = 1;

	for (size_t i = 0; i < s->c->service_count; i++)
		n += s->c->services[i].hosts;
	s->children = calloc(n, sizeof(*s->children));
	if (!s->children)
		return false;
	s->children[s->count++] = (struct child){.name = "store", .control = -1};
	for (size_t i = 0; i < s->c->service_count; i++)
		for (unsigned k = 0; k < s->c->services[i].hosts; k++) {
			struct child *ch = &s->children[s->count++];

			*ch = (struct child){.service = &s->c->services[i], .control = -1};
			snprintf(ch->name, sizeof(ch->name), "%s/%u", ch->service->name, k + 1);
		}
	return true;
}

static bool block_signals(struct supervisor *s)
{
	static const int heard[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
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

int supervise(const struct config *c, int ready_fd)
{
	struct supervisor s = {.c = c, .ready_fd = ready_fd, .signals = -1};
	struct pollfd *polls;

	if (!block_signals(&s) || !make_children(&s))
		return EX_OSERR;
	polls = calloc(s.count + 1, sizeof(*polls));
	while (polls && s.phase != STOPPED) {
		int timeout_ms = start_due(&s);

		step_stop(&s);
		if (s.phase != STOPPED)
			wait_for_news(&s, polls, timeout_ms);
		step_stop(&s);
	}
	while (s.latches) {
		struct latch *l = s.latches;

		s.latches = l->next;
		free_latch(l);
	}
	LOG(PK_LOG_INFO, "stopped", LOG_NUMBER("status", s.status));
	free(polls);
	free(s.children);
	buf_free(&s.in);
	close(s.signals);
	return s.status;
}
