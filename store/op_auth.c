#include "auth_login.h"
#include "credential.h"
#include "tenant.h"
#include "tenant_name.h"

#include "base/log.h"

/*
 * One step of SASL (RFC 4422). A mechanism takes what the client said and either asks for more,
 * or calls login() with a name and a password. From there:
 *
 *	look up -> known by the cache, or hashed on a pool thread -> look up again -> bound
 *
 * A name that does not exist takes the same way with a hash that nobody's password has.
 */
struct auth_mechanism {
	struct slice name;
	void (*step)(struct call *, const struct pk_auth_req *);
};

struct login {                        /* the call's state */
	struct slice given, password; /* in c->in or the session's exchange */
	struct buf user;              /* given name, with a domain */
	struct address address;
	bool found, right;
	uint64_t acct;
	uint32_t version;
	struct volume *volume;
	struct buf hash;
	unsigned char mac[AUTH_MAC];
	struct auth_held held;
};

static struct slice peer_address(const struct call *c)
{
	return c->session->announced ? c->session->announced->q.peer : (struct slice){0};
}

static void log_login(struct call *c, const char *result, const char *reason)
{
	struct login *l = c->state;

	LOG(PK_LOG_INFO, "login", LOG_CSTR("auth", result),
	    LOG_CSTR("service", c->session->peer->service), LOG_TEXT("user", buf_slice(&l->user)),
	    LOG_TEXT("rip", peer_address(c)), LOG_CSTR("reason", reason));
}

static void cleanup(struct call *c)
{
	struct login *l = c->state;

	buf_free(&l->user);
	buf_wipe(&l->hash);
	explicit_bzero(l->mac, sizeof(l->mac));
}

static void refused(struct call *c)
{
	call_fail(c, PK_EAUTH, "wrong name or password");
}

static void fail(struct call *c, const char *reason)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;
	int64_t now = server_mono(c->server), wait;

	a->counts.failures++;
	log_login(c, "fail", reason);
	wait = auth_failed(&a->failures, buf_slice(&l->user), peer_address(c), now);
	if (wait == 0) {
		refused(c);
		return;
	}
	l->held = (struct auth_held){.call = c, .due_ms = now + wait, .release = refused};
	auth_hold(c->server, &l->held);
}

/* The account as it is now. found: there is such a user and a password to compare with. */
static enum pk_status read_user(struct txn *t, struct login *l, uint32_t tenant)
{
	struct credential_row credential;
	struct buf plain = {0};
	struct user_row user;
	enum pk_status st = user_find(t, tenant, &l->address, &l->acct, &user);

	if (st != PK_OK)
		return st;
	l->version = user.credential_version;
	st = credential_get(t, l->acct, 0, &plain, &credential);
	if (st == PK_OK && credential.expires_ms && credential.expires_ms <= t->now_ms)
		st = PK_ENOTFOUND;
	if (st == PK_OK && credential.hash.n) {
		buf_put(&l->hash, credential.hash);
		l->found = !l->hash.failed;
	}
	buf_wipe(&plain);
	return st;
}

static enum pk_status look_up(struct call *c)
{
	struct login *l = c->state;
	struct place place;
	struct txn t;
	enum pk_status st = directory_domain(c->server->directory, l->address.domain, &place);

	if (st != PK_OK)
		return st;
	l->volume = server_volume(c->server, place.volume);
	if (!l->volume)
		return PK_EUNAVAILABLE;
	st = txn_begin_read(l->volume, &t);
	if (st != PK_OK)
		return st;
	t.now_ms = server_now(c->server);
	st = read_user(&t, l, place.tenant);
	txn_end_read(&t);
	return st;
}

/* After the right password only: whether this user may do anything now. */
static enum pk_status admit(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	struct session *s = c->session;
	struct user_row user;
	enum pk_status st = user_load(t, l->acct, &user);

	if (st == PK_OK && user.credential_version != l->version)
		st = PK_ENOTFOUND; /* changed while it was hashed */
	if (st == PK_OK)
		st = tenant_usable(t, ACCT_TENANT(l->acct), user.domain, ACCT_USER(l->acct));
	if (st != PK_OK)
		return st;
	s->acct = l->acct;
	s->volume = l->volume;
	s->body_tenant = ACCT_TENANT(l->acct);
	s->domain = user.domain;
	s->scopes = UINT32_MAX;
	s->login_ms = server_mono(c->server);
	s->credential_version = user.credential_version;
	pk_put_auth_rep(&c->out, &(struct pk_auth_rep){
					 .done = 1, .user = user.address, .scopes = s->scopes});
	return PK_OK;
}

static void right_password(struct call *c)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;
	struct txn t;
	enum pk_status st = txn_begin_read(l->volume, &t);

	if (st == PK_OK)
		st = admit(c, &t);
	txn_end_read(&t);
	if (st == PK_OK) {
		a->counts.logins++;
		log_login(c, "ok", "");
		auth_succeeded(&a->failures, buf_slice(&l->user), peer_address(c));
		call_done(c, st);
	} else if (st == PK_ESUSPENDED) {
		log_login(c, "fail", "suspended");
		call_fail(c, st, "the account is suspended");
	} else if (st == PK_ENOTFOUND) {
		fail(c, "changed");
	} else {
		call_fail(c, PK_EUNAVAILABLE, "try again later");
	}
}

static void hash_run(struct call *c)
{
	struct login *l = c->state;
	struct slice hash = buf_slice(l->found ? &l->hash : &c->server->auths->dummy);

	l->right = credential_fits(hash, l->password) && l->found;
}

static void hashed(struct call *c)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;

	a->counts.hashes++;
	if (!l->right) {
		fail(c, "password");
		return;
	}
	auth_cache_put(&a->cache, l->mac, server_mono(c->server));
	right_password(c);
}

static void compare(struct call *c)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;

	auth_cache_mac(&a->cache, l->acct, l->version, l->password, l->mac);
	if (l->found && auth_cache_has(&a->cache, l->mac, server_mono(c->server))) {
		a->counts.cached++;
		right_password(c);
		return;
	}
	call_work(c, hash_run, hashed);
}

/* The name as it is looked up: with the house's domain when it has none. */
static enum pk_status name_login(struct call *c, struct login *l)
{
	struct slice domain = c->server->options.default_domain;

	buf_put(&l->user, slice_head(l->given, ADDRESS_MAX + 1));
	if (!slice_has(l->given, '@') && domain.n) {
		buf_byte(&l->user, '@');
		buf_put(&l->user, domain);
	}
	if (l->given.n > ADDRESS_MAX || l->user.failed)
		return PK_EINVAL;
	return address_fold(buf_slice(&l->user), &l->address);
}

static void login(struct call *c, struct slice user, struct slice password)
{
	struct login *l = arena_alloc(&c->arena, sizeof(*l));
	enum pk_status st;

	if (!l) {
		call_done(c, PK_ENOMEM);
		return;
	}
	*l = (struct login){.given = user, .password = password};
	c->state = l;
	c->cleanup = cleanup;
	if (name_login(c, l) != PK_OK || !secret_ok(password)) {
		fail(c, "malformed"); /* known before any look at who exists */
		return;
	}
	st = look_up(c);
	if (st == PK_OK || st == PK_ENOTFOUND)
		compare(c);
	else
		call_fail(c, PK_EUNAVAILABLE, "try again later");
}

static void challenge(struct call *c, struct slice words)
{
	struct pk_auth_rep rep = {.challenge = words};

	pk_put_auth_rep(&c->out, &rep);
	call_done(c, c->out.failed ? PK_ENOMEM : PK_OK);
}

/* RFC 4616 section 2: [authzid] NUL authcid NUL passwd. */
static void step_plain(struct call *c, const struct pk_auth_req *q)
{
	struct slice rest = q->data, as, user;

	if (q->step == 0 && q->data.n == 0) {
		challenge(c, S(""));
		return;
	}
	as = slice_cut(&rest, '\0');
	user = slice_cut(&rest, '\0');
	if (as.n && !slice_ieq(as, user))
		user = S(""); /* nobody acts for another here; as wrong as any wrong name */
	auth_drop(c->session);
	login(c, user, rest);
}

/* draft-murchison-sasl-login-00: the name, then the password. */
static void step_login(struct call *c, const struct pk_auth_req *q)
{
	struct auth *a = c->session->auth;

	if (a->step == 0 && q->data.n == 0) {
		challenge(c, S("Username:"));
		a->step = 1;
	} else if (a->step <= 1) {
		buf_put(&a->user, slice_head(q->data, ADDRESS_MAX + 1));
		a->step = 2;
		challenge(c, S("Password:"));
	} else {
		struct slice user = arena_copy(&c->arena, buf_slice(&a->user));

		auth_drop(c->session);
		login(c, user, q->data);
	}
}

static const struct auth_mechanism mechanisms[] = {
	{S("PLAIN"), step_plain},
	{S("LOGIN"), step_login},
};

static const struct auth_mechanism *mechanism_find(struct slice name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (slice_ieq(name, mechanisms[i].name))
			return &mechanisms[i];
	return NULL;
}

/* Both mechanisms show the password to whoever listens. */
static bool may_show_password(const struct session *s)
{
	return s->announced && (s->announced->q.tls || auth_loopback(s->announced->q.peer));
}

void op_auth(struct call *c, const struct pk_auth_req *q)
{
	const struct auth_mechanism *m = mechanism_find(q->mechanism);
	struct session *s = c->session;

	if (q->step == 0)
		auth_drop(s);
	if (s->acct) {
		call_fail(c, PK_EPERM, "logged in already");
	} else if (!m) {
		call_fail(c, PK_ENOTSUP, "no such mechanism");
	} else if (!may_show_password(s)) {
		call_fail(c, PK_EPERM, "not without TLS");
	} else {
		if (!s->auth)
			s->auth = calloc(1, sizeof(*s->auth));
		if (!s->auth) {
			call_done(c, PK_ENOMEM);
			return;
		}
		if (q->step && s->auth->mechanism != m) {
			auth_drop(s);
			call_fail(c, PK_EPROTO, "no such exchange is under way");
			return;
		}
		s->auth->mechanism = m;
		m->step(c, q);
	}
}
