#include "supervisor.h"

#include "notify.h"
#include "sockets.h"

#include <signal.h>

/* The end: hosts drain, then the store closes its data. */

#define STORE_STOP_MS 30000 /* the store ends its batch; it is killed after this */

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

void stop_hosts(struct supervisor *s)
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

void step_stop(struct supervisor *s)
{
	if (s->phase == STOPPING_HOSTS && !hosts_run(s))
		stop_store(s);
	if (s->phase == STOPPING_STORE && store_of(s)->pid <= 0)
		s->phase = STOPPED;
	if (stopping(s) && s->phase != STOPPED && child_now_ms() >= s->kill_ms)
		kill_late(s);
}
