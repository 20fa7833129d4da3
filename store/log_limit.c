#include "log_limit.h"

#include "server.h"

#include "base/log.h"

static const char *const events[LIMITED_KINDS] = {
	[LIMITED_ROLE] = "role_violation",
	[LIMITED_SESSIONS] = "session_limit",
	[LIMITED_END_POINT] = "end_point_unknown",
};

static bool is_tool(const struct peer *p)
{
	return p->roles & (PK_ROLE_ADMIN | PK_ROLE_VIEW);
}

/* Says what was not written. */
static void settle(struct log_limit *l, const char *service, const char *who)
{
	for (int kind = 0; kind < LIMITED_KINDS; kind++)
		if (l->seen[kind] > LOG_LIMIT_LINES)
			LOG(PK_LOG_WARNING, "suppressed", LOG_CSTR("what", events[kind]),
			    LOG_NUMBER("count", l->seen[kind] - LOG_LIMIT_LINES),
			    LOG_CSTR("service", service), LOG_CSTR("peer", who));
	*l = (struct log_limit){0};
}

static bool is_over(const struct log_limit *l, int64_t now_ms)
{
	return l->since_ms && now_ms - l->since_ms >= LOG_LIMIT_MS;
}

bool log_allows(struct peer *p, enum log_limited kind)
{
	struct log_limit *l = is_tool(p) ? &p->server->tools_log : &p->log;

	log_limit_tick(p->server);
	if (!l->since_ms)
		l->since_ms = server_mono(p->server);
	if (l->seen[kind] < UINT32_MAX)
		l->seen[kind]++;
	return l->seen[kind] <= LOG_LIMIT_LINES;
}

void log_limit_tick(struct server *s)
{
	int64_t now = server_mono(s);

	if (is_over(&s->tools_log, now))
		settle(&s->tools_log, "admin", "");
	for (struct peer *p = s->peers; p; p = p->next)
		if (is_over(&p->log, now))
			settle(&p->log, p->service, p->who);
}

void log_limit_end(struct peer *p)
{
	settle(&p->log, p->service, p->who);
}
