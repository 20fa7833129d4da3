#include "login.h"

#include "measure.h"
#include "tenant_name.h"
#include "trace_login.h"

#include "base/log.h"

static struct slice peer_address(const struct call *c)
{
	return c->session->announced ? c->session->announced->q.peer : (struct slice){0};
}

static const char *kind_word(uint8_t kind)
{
	static const char *const words[] = {
		[CREDENTIAL_PASSWORD] = "password",       [CREDENTIAL_SCRAM] = "password",
		[CREDENTIAL_APP] = "app-password",        [CREDENTIAL_TOKEN] = "token",
		[CREDENTIAL_CERTIFICATE] = "certificate",
	};

	return kind < sizeof(words) / sizeof(*words) && words[kind] ? words[kind] : "";
}

static void log_login(struct call *c, const char *result, const char *reason)
{
	const struct login *l = c->state;

	trace_login(c, reason, kind_word(l->who.kind));
	measure_login(c, *reason ? reason : result);
	LOG(PK_LOG_INFO, "login", LOG_NUMBER("session", session_id(c->session)),
	    LOG_CSTR("auth", result), LOG_CSTR("service", c->session->peer->service),
	    LOG_TEXT("user", buf_slice(&l->who.user)), LOG_TEXT("rip", peer_address(c)),
	    LOG_CSTR("reason", reason), LOG_CSTR("by", kind_word(l->who.kind)),
	    LOG_TEXT("label", buf_slice(&l->who.label)));
}

void subject_free(struct subject *w)
{
	buf_free(&w->user);
	buf_free(&w->counted);
	buf_free(&w->folder);
	buf_free(&w->label);
}

void subject_move(struct subject *to, struct subject *from)
{
	*to = *from;
	to->address.local = to->address.domain = (struct slice){0}; /* they point into `from` */
	*from = (struct subject){0};
}

static void cleanup(struct call *c)
{
	struct login *l = c->state;

	subject_free(&l->who);
	secret_free(&l->fresh);
	buf_wipe(&l->plain);
	buf_wipe(&l->words);
	explicit_bzero(l->mac, sizeof(l->mac));
}

struct login *login_new(struct call *c)
{
	struct login *l = arena_alloc(&c->arena, sizeof(*l));

	if (!l) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	*l = (struct login){0};
	c->state = l;
	c->cleanup = cleanup;
	return l;
}

const char *login_credential_unfit(const struct call *c, const struct credential_row *row,
                                   int64_t now_ms)
{
	uint32_t bit = service_bit(slice_str(c->session->peer->service));

	if (row->expires_ms && row->expires_ms <= now_ms)
		return "expired";
	return row->protocols && !(row->protocols & bit) ? "protocol" : NULL;
}

const char *login_why(const struct login *l, const char *word)
{
	if (l->why)
		return l->why;
	return l->who.acct ? word : "user";
}

static enum pk_status find_user(struct txn *t, struct subject *w, uint32_t tenant)
{
	struct user_row user;
	enum pk_status st = user_find(t, tenant, &w->address, &w->acct, &user);

	if (st == PK_OK) {
		w->version = user.credential_version;
		w->domain = user.domain;
	}
	return st;
}

static enum pk_status may_have_folder(struct txn *t, struct subject *w)
{
	uint64_t on = 0;
	enum pk_status st = setting_number(t, w->acct, w->domain, "pop3.folders", &on);

	if (st == PK_OK && !on)
		w->acct = 0;
	return st == PK_OK && !on ? PK_ENOTFOUND : st;
}

enum pk_status login_find(struct call *c, enum pk_status (*read)(struct call *, struct txn *))
{
	struct login *l = c->state;
	struct place place;
	struct txn t;
	enum pk_status st = directory_domain(c->server->directory, l->who.address.domain, &place);

	if (st != PK_OK)
		return st;
	l->who.tenant = place.tenant;
	l->who.volume = server_volume(c->server, place.volume);
	if (!l->who.volume)
		return PK_EUNAVAILABLE;
	st = txn_begin_read(l->who.volume, &t);
	if (st != PK_OK)
		return st;
	t.now_ms = server_now(c->server);
	st = find_user(&t, &l->who, place.tenant);
	if (st == PK_OK && l->who.folder.n)
		st = may_have_folder(&t, &l->who);
	if (st == PK_OK)
		st = read(c, &t);
	txn_end_read(&t);
	return st;
}

void login_origin(const struct call *c, struct auth_origin *o)
{
	const struct login *l = c->state;

	*o = (struct auth_origin){
		.user = buf_slice(l->who.counted.n ? &l->who.counted : &l->who.user),
		.peer = peer_address(c),
		.link = c->session->peer};
}

static void refused(struct call *c)
{
	call_fail(c, PK_EAUTH, "wrong name or password");
}

void login_fail(struct call *c, const char *reason)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;
	int64_t now = server_mono(c->server), wait;
	struct auth_origin from;

	login_origin(c, &from);
	a->counts.failures++;
	log_login(c, "fail", reason);
	wait = auth_failed(&a->failures, &from, now);
	if (wait == 0) {
		refused(c);
		return;
	}
	measure_backoff(c, false);
	l->held = (struct auth_held){.call = c, .due_ms = now + wait, .release = refused};
	auth_hold(c->server, &l->held);
}

void login_refuse(struct call *c, const char *reason)
{
	log_login(c, "fail", reason);
	refused(c);
}

void login_busy(struct call *c)
{
	if (c->session->closing) {
		call_done(c, PK_EUNAVAILABLE); /* nobody hears it */
		return;
	}
	log_login(c, "fail", "busy");
	c->retry_s = AUTH_QUEUE_MS / 1000;
	call_fail(c, PK_EUNAVAILABLE, "too many logins at once, try again in a moment");
}

void login_unavailable(struct call *c)
{
	trace_login(c, "unavailable", "");
	call_fail(c, PK_EUNAVAILABLE, "try again later");
}

static void too_many(struct call *c)
{
	login_refuse(c, "too-many");
}

void login_wait(struct call *c, void (*then)(struct call *))
{
	struct login *l = c->state;
	int64_t now = server_mono(c->server), wait;
	struct auth_origin from;
	bool refuse;

	login_origin(c, &from);
	wait = auth_pending(&c->server->auths->failures, &from, now);
	if (wait == 0) {
		then(c);
		return;
	}
	refuse = wait > AUTH_DELAY_MAX_MS;
	measure_backoff(c, refuse);
	l->held = (struct auth_held){.call = c,
	                             .due_ms = now + (refuse ? AUTH_DELAY_MAX_MS : wait),
	                             .release = refuse ? too_many : then};
	auth_hold(c->server, &l->held);
}

/* Whether this user may do anything now, and use this protocol. */
static enum pk_status may_use(struct call *c, struct txn *t, const struct user_row *user)
{
	struct login *l = c->state;
	const char *service = c->session->peer->service;
	uint64_t on;
	enum pk_status st =
		tenant_usable(t, ACCT_TENANT(l->who.acct), user->domain, ACCT_USER(l->who.acct));

	l->why = "suspended";
	c->worded = true;
	if (st == PK_ESUSPENDED)
		return call_error(c, st, "the account is suspended: ask your administrator");
	if (st == PK_OK)
		st = setting_number(t, l->who.acct, user->domain,
		                    service_setting(slice_str(service)), &on);
	l->why = "switched-off";
	if (st == PK_OK && !on)
		return call_error(c, PK_ESUSPENDED,
		                  "%s is switched off for this account: ask your administrator",
		                  service);
	return st;
}

static enum pk_status count_session(struct call *c, struct txn *t, const struct user_row *user)
{
	struct login *l = c->state;
	uint64_t most;
	enum pk_status st = setting_number(t, l->who.acct, user->domain, "sessions_max", &most);

	l->why = "sessions";
	if (st == PK_OK)
		st = online_enter(&c->server->auths->online, l->who.acct, most);
	return st == PK_ELIMIT ? call_error(c, st, "the account has too many sessions") : st;
}

/* Of a message; as a user may send them, told where users do. */
struct limits {
	uint64_t octets, recipients;
};

static enum pk_status read_limits(struct call *c, struct txn *t, const struct user_row *user,
                                  struct limits *out)
{
	uint64_t acct = ((struct login *)c->state)->who.acct, octets;
	enum pk_status st;

	*out = (struct limits){.octets = c->server->options.message_max};
	if (!(c->session->peer->roles & PK_ROLE_SUBMIT))
		return PK_OK;
	st = setting_number(t, acct, user->domain, "message_max", &octets);
	if (st == PK_OK && octets && octets < out->octets)
		out->octets = octets;
	if (st == PK_OK)
		st = setting_number(t, acct, user->domain, "submit.recipients_max",
		                    &out->recipients);
	return st;
}

static enum pk_status admit(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	struct session *s = c->session;
	struct user_row user;
	struct pk_auth_rep rep;
	struct limits limits;
	enum pk_status st = user_load(t, l->who.acct, &user);

	if (st == PK_OK && user.credential_version != l->who.version)
		st = PK_ENOTFOUND; /* changed while it was proven */
	if (st == PK_OK)
		st = may_use(c, t, &user);
	if (st == PK_OK)
		st = read_limits(c, t, &user, &limits);
	if (st == PK_OK)
		st = login_maildrop(c);
	if (st == PK_OK)
		st = count_session(c, t, &user);
	if (st != PK_OK)
		return st;
	s->acct = l->who.acct;
	s->volume = l->who.volume;
	s->body_tenant = ACCT_TENANT(l->who.acct);
	s->domain = user.domain;
	s->scopes = UINT32_MAX;
	s->login_ms = server_mono(c->server);
	s->credential_version = user.credential_version;
	s->credential = l->who.number;
	rep = (struct pk_auth_rep){.done = 1,
	                           .challenge = buf_slice(&l->words),
	                           .user = user.address,
	                           .scopes = s->scopes,
	                           .message_max = limits.octets,
	                           .recipients_max = (uint32_t)limits.recipients};
	pk_put_auth_rep(&c->out, &rep);
	return PK_OK;
}

void login_admit(struct call *c)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;
	struct auth_origin from;
	struct txn t;
	enum pk_status st = txn_begin_read(l->who.volume, &t);

	if (st == PK_OK)
		st = admit(c, &t);
	txn_end_read(&t);
	if (st == PK_OK) {
		a->counts.logins++;
		log_login(c, "ok", "");
		login_origin(c, &from);
		auth_succeeded(&a->failures, &from, server_mono(c->server));
		call_done(c, st);
	} else if (st == PK_ESUSPENDED || st == PK_ELIMIT) {
		log_login(c, "fail", l->why);
		call_done(c, st);
	} else if (st == PK_ENOTFOUND) {
		login_fail(c, "changed");
	} else {
		login_unavailable(c);
	}
}
