#include "supervisor.h"

#include "base/log.h"
#include "notify.h"
#include "remote.h"
#include "tell.h"

#include <errno.h>
#include <sysexits.h>

/* Children from their start until they serve. */

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
		tell_descriptor(&ch->out, CONTROL_BOARD, board);
	measures_equip(&s->measures, ch, s->c);
	if (ch->kind == CHILD_STORE) {
		latch_tell(s->latches, &ch->out);
		if (s->successes >= 0)
			tell_descriptor(&ch->out, CONTROL_SUCCESSES, s->successes);
		tell_end_points(&ch->out, s->c);
	}
	if (ch->kind != CHILD_HOST)
		return true;
	child_equip(ch, s->c);
	return make_link(s, ch);
}

bool say_status(const struct supervisor *s)
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

void child_ready(struct supervisor *s, struct child *ch)
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

int64_t sooner(int64_t wait, int64_t than)
{
	if (than < 0)
		return wait;
	return wait < 0 || than < wait ? than : wait;
}

int64_t start_due(struct supervisor *s)
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
