#include "children.h"

#include "base/log.h"
#include "tell.h"

#include <signal.h>

static struct child *add(struct children *all, enum child_kind kind, const char *name)
{
	struct child *ch = calloc(1, sizeof(*ch)), **at = &all->first;

	if (!ch)
		return NULL;
	ch->kind = kind;
	ch->control = -1;
	ch->proc = (struct proc){-1, -1};
	snprintf(ch->name, sizeof(ch->name), "%s", name);
	while (*at)
		at = &(*at)->next;
	*at = ch;
	all->count++;
	return ch;
}

static bool add_host(struct children *all, const struct service *s, unsigned number)
{
	char name[80];
	struct child *ch;

	snprintf(name, sizeof(name), "%s/%u", s->name, number);
	ch = add(all, CHILD_HOST, name);
	if (ch)
		ch->service = s;
	return ch;
}

void children_forget(struct children *all, struct child *ch)
{
	struct child **at = &all->first;

	while (*at != ch)
		at = &(*at)->next;
	*at = ch->next;
	if (ch->control >= 0)
		close(ch->control);
	outbox_clear(&ch->out);
	free(ch);
	all->count--;
}

void children_free(struct children *all)
{
	while (all->first)
		children_forget(all, all->first);
}

bool children_make(struct children *all, const struct config *c)
{
	bool made = add(all, CHILD_STORE, STORE_NAME);

	if (made)
		all->first->remote = !config_runs_store(c);
	for (size_t i = 0; made && i < c->service_count; i++)
		made = children_set_hosts(all, &c->services[i], c->services[i].hosts, 0);
	return made && children_set_metrics(all, c->metrics.listener);
}

struct child *children_store(const struct children *all)
{
	return all->first;
}

void children_drain(struct child *ch, unsigned drain_s)
{
	if (ch->pid > 0)
		tell_drain(&ch->out, drain_s);
}

void children_dismiss(struct children *all, struct child *ch, unsigned drain_s)
{
	if (ch->pid <= 0) {
		children_forget(all, ch);
		return;
	}
	LOG(PK_LOG_INFO, "dismiss", LOG_CSTR("child", ch->name), LOG_NUMBER("child_pid", ch->pid));
	ch->leaving = true;
	ch->service = NULL;
	ch->kill_ms = child_now_ms() + (int64_t)drain_s * 1000 + HOST_GRACE_MS;
	children_drain(ch, drain_s);
}

bool children_set_hosts(struct children *all, const struct service *s, unsigned wanted,
                        unsigned drain_s)
{
	unsigned have = 0;
	struct child *next;

	for (struct child *ch = all->first; ch; ch = next) {
		next = ch->next;
		if (!ch->service || strcmp(ch->service->name, s->name) != 0)
			continue;
		if (have == wanted)
			children_dismiss(all, ch, drain_s);
		else
			have++;
	}
	while (have < wanted)
		if (!add_host(all, s, ++have))
			return false;
	return true;
}

bool children_set_metrics(struct children *all, bool wanted)
{
	struct child *ch = all->first;

	while (ch && (ch->kind != CHILD_METRICS || ch->leaving))
		ch = ch->next;
	if (ch && !wanted)
		children_dismiss(all, ch, 0);
	return ch || !wanted || add(all, CHILD_METRICS, "metrics");
}

void children_adopt(struct children *all, const struct config *c)
{
	for (struct child *ch = all->first; ch; ch = ch->next)
		if (ch->service)
			ch->service = config_service(c, ch->service->name);
}

int64_t children_expire(struct children *all, int64_t now_ms)
{
	int64_t next = -1;

	for (struct child *ch = all->first; ch; ch = ch->next) {
		int64_t left = ch->kill_ms - now_ms;

		if (!ch->leaving)
			continue;
		if (left <= 0) {
			kill(ch->pid, SIGKILL);
			ch->kill_ms = now_ms + 1000;
			left = 1000;
		}
		if (next < 0 || left < next)
			next = left;
	}
	return next;
}
