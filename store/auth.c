#include "auth.h"

#include "login.h"

#include "base/log.h"

#include <sodium.h>

#define SESSION_MS ((int64_t)24 * 3600 * 1000)
#define LOOK_MS    ((int64_t)60 * 1000)

enum pk_status auth_open(struct server *s)
{
	struct auths *a = calloc(1, sizeof(*a));
	static const unsigned char salts[] = "postkeep scram salts";
	char nobody[32];
	enum pk_status st;

	if (!a)
		return PK_ENOMEM;
	s->auths = a;
	a->held_last = &a->held;
	if (sodium_init() < 0)
		return PK_EIO;
	server_random(s, a->cache.key, sizeof(a->cache.key));
	if (s->options.successes)
		LOG(PK_LOG_INFO, "successes",
		    LOG_NUMBER("known", (int64_t)auth_cache_take(&a->cache, s->options.successes,
		                                                 server_mono(s))));
	server_random(s, nobody, sizeof(nobody));
	for (size_t i = 0; i < sizeof(nobody); i++)
		nobody[i] = (char)('a' + (nobody[i] & 15));
	crypto_generichash(a->salt_key, sizeof(a->salt_key), salts, sizeof(salts) - 1,
	                   s->options.operator_key, KEY_BYTES);
	st = auth_queue_open(&a->queue, s->loop, s->options.threads);
	if (st == PK_OK)
		st = password_hash((struct slice){nobody, sizeof(nobody)}, &a->dummy);
	return st;
}

void auth_drop(struct session *s)
{
	struct auth *a = s->auth;

	if (!a)
		return;
	buf_wipe(&a->user);
	subject_free(&a->who);
	scram_free(&a->scram);
	free(a);
	s->auth = NULL;
}

void auth_leave(struct session *s)
{
	struct auths *a = s->peer->server->auths;

	if (s->acct && a)
		online_leave(&a->online, s->acct);
	s->acct = 0;
}

/* Answers that waited long enough, and those nobody waits for any more. */
static void release(struct server *s, bool all)
{
	struct auths *a = s->auths;
	int64_t now = server_mono(s);
	struct auth_held **at = &a->held;

	while (*at) {
		struct auth_held *h = *at;
		int64_t left = h->due_ms - now;

		if (!all && left > 0 && left <= AUTH_DELAY_MAX_MS && !h->call->session->closing) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		if (!*at)
			a->held_last = at;
		h->release(h->call); /* the call, and h in its arena, go with it */
	}
}

void auth_hold(struct server *s, struct auth_held *h)
{
	h->next = NULL;
	*s->auths->held_last = h;
	s->auths->held_last = &h->next;
}

/* What a login gave ends after a day, whatever the session still does (DESIGN 0, 3). */
static void end_old_sessions(struct server *server)
{
	struct auths *a = server->auths;
	int64_t now = server_mono(server);

	if (now >= a->looked_ms && now - a->looked_ms < LOOK_MS)
		return;
	a->looked_ms = now;
	for (struct peer *p = server->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (s->acct && now - s->login_ms >= SESSION_MS)
				session_kick(s, PK_KICK_STALE);
}

void auth_tick(struct server *s)
{
	release(s, false);
	auth_queue_tick(&s->auths->queue, server_mono(s));
	end_old_sessions(s);
}

void auth_stop(struct server *s)
{
	if (!s->auths)
		return;
	release(s, true);
	auth_queue_close(&s->auths->queue);
}

void auth_free(struct server *s)
{
	struct auths *a = s->auths;

	if (!a)
		return;
	if (s->options.successes)
		auth_cache_leave(&a->cache, s->options.successes, server_mono(s));
	auth_cache_free(&a->cache);
	auth_failures_free(&a->failures);
	online_free(&a->online);
	buf_free(&a->dummy);
	sodium_memzero(a->salt_key, sizeof(a->salt_key));
	free(a);
	s->auths = NULL;
}

bool auth_concerns(const struct session *s, uint32_t tenant, uint32_t domain, uint32_t user)
{
	if (!s->acct || ACCT_TENANT(s->acct) != tenant)
		return false;
	if (user)
		return ACCT_USER(s->acct) == user;
	return !domain || s->domain == domain;
}

uint32_t auth_kick(struct server *server, uint32_t tenant, uint32_t domain, uint32_t user,
                   uint8_t why)
{
	uint32_t count = 0;

	for (struct peer *p = server->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (auth_concerns(s, tenant, domain, user)) {
				session_kick(s, why);
				count++;
			}
	return count;
}

void auth_kick_credential(struct server *server, uint64_t acct, uint16_t credential)
{
	for (struct peer *p = server->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (s->acct == acct && s->credential == credential)
				session_kick(s, PK_KICK_CREDENTIAL);
}

struct auth_counts auth_counts(const struct server *s)
{
	return s->auths->counts;
}
