#include "service.h"

#include "session.h"

void service_init(struct service *v, const struct pk_plugin *plugin,
                  const struct service_hooks *hooks, void *arg)
{
	*v = (struct service){.plugin = plugin,
	                      .name = plugin->name,
	                      .hooks = hooks,
	                      .arg = arg,
	                      .next_id = 1,
	                      .session_max = 67108864,
	                      .out_high = 32768,
	                      .out_max = 8388608,
	                      .stall_ms = 60000};
}

void service_free(struct service *v)
{
	timers_free(&v->timers);
}

void service_wake(struct service *v, struct session *s)
{
	if (s->queued || s->settling)
		return;
	s->queued = true;
	s->next = NULL;
	if (v->last)
		v->last->next = s;
	else
		v->first = s;
	v->last = s;
	v->queued++;
}

void service_forget(struct service *v, struct session *s)
{
	struct session **at = &v->first, *before = NULL;

	if (!s->queued)
		return;
	while (*at != s) {
		before = *at;
		at = &before->next;
	}
	*at = s->next;
	if (v->last == s)
		v->last = before;
	s->queued = false;
	v->queued--;
}

bool service_turn(struct service *v)
{
	for (unsigned n = v->queued; n && v->first; n--) {
		struct session *s = v->first;
		enum settled settled;

		service_forget(v, s);
		s->settling = true;
		session_turn(s);
		settled = v->hooks->settle(v->arg, s);
		if (settled == SETTLED_GONE)
			continue;
		s->settling = false;
		if (settled == SETTLED_AGAIN || session_more(s))
			service_wake(v, s);
	}
	return v->first;
}

int64_t service_tick(struct service *v)
{
	struct timer *t;

	while ((t = timers_first(&v->timers)) && t->at_ms <= v->mono_ms) {
		timers_unset(&v->timers, t);
		session_tick((struct session *)((char *)t - offsetof(struct session, timer)));
	}
	return t ? t->at_ms - v->mono_ms : -1;
}

void service_log(struct service *v, struct session *s, int level, struct slice line)
{
	v->hooks->log(v->arg, s, level, line);
}

void service_count(struct service *v, const char *counter, int64_t by)
{
	for (size_t i = 0; i < SERVICE_COUNTERS; i++) {
		struct counter *c = &v->counters[i];

		if (!c->name)
			c->name = counter;
		if (c->name == counter || !strcmp(c->name, counter)) {
			c->value += by;
			return;
		}
	}
}
