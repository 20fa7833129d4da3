#include "login.h"

#include <sodium.h>

/*
 * A name and a password: PLAIN, LOGIN, and the protocols' own commands. App passwords and tokens
 * are compared at once; the user's own password is known by the cache, or hashed on a thread.
 */

/* Of the one that it is, or that keeps it from being right. */
static void keep_credential(struct login *l, uint16_t n, const struct credential_row *row)
{
	l->who.number = n;
	l->who.kind = row->kind;
	buf_put(&l->who.label, row->label);
}

static bool is_drawn(const struct credential_row *row)
{
	return row->kind == CREDENTIAL_APP || row->kind == CREDENTIAL_TOKEN;
}

/* App passwords and tokens. */
static enum pk_status look_at_drawn(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	unsigned char hash[32];
	struct buf plain = {0};
	struct credential_row row;
	enum pk_status st = PK_ENOTFOUND;

	drawn_hash(l->password, hash);
	for (uint16_t n = 0; !l->who.number; buf_wipe(&plain)) {
		st = credential_next(t, l->who.acct, &n, &plain, &row);
		if (st != PK_OK)
			break;
		if (!is_drawn(&row) || row.hash.n != sizeof(hash) ||
		    sodium_memcmp(row.hash.p, hash, sizeof(hash)) != 0)
			continue;
		l->why = login_credential_unfit(c, &row, t->now_ms);
		l->right = !l->why;
		keep_credential(l, n, &row);
	}
	buf_wipe(&plain);
	sodium_memzero(hash, sizeof(hash));
	return l->who.number || st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status look_at_own(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	uint64_t scram = 1;
	enum pk_status st = credential_get(t, l->who.acct, 0, &l->plain, &l->row);

	if (st == PK_OK && login_credential_unfit(c, &l->row, t->now_ms))
		st = PK_ENOTFOUND;
	if (st == PK_OK)
		st = setting_number(t, l->who.acct, l->who.domain, "scram", &scram);
	l->found = st == PK_OK && (l->row.hash.n || l->row.scram_iterations);
	l->scram = scram;
	if (l->found)
		keep_credential(l, 0, &l->row);
	else
		l->why = "no-password";
	return st;
}

static enum pk_status look(struct call *c, struct txn *t)
{
	const struct login *l = c->state;
	enum pk_status st = look_at_drawn(c, t);

	return st != PK_OK || l->who.number ? st : look_at_own(c, t);
}

static struct login *of_ticket(struct auth_ticket *t)
{
	return (struct login *)(void *)((char *)t - offsetof(struct login, ticket));
}

/* The price of a look at a password that is not there. */
static void spend(struct login *l)
{
	l->hashes++;
	(void)password_fits(buf_slice(&l->held.call->server->auths->dummy), l->password);
}

/* What was proven in an old way is kept in today's. */
static void renew(struct login *l)
{
	l->hashes++;
	(void)secret_make(l->password, &l->fresh);
}

static void compare_current(struct login *l)
{
	l->hashes++;
	l->right = secret_fits(&l->row, l->password);
	if (l->right && l->scram && !l->row.scram_iterations)
		(void)secret_scram(l->password, &l->fresh);
}

static void compare_old(struct login *l)
{
	l->right = secret_fits(&l->row, l->password);
	if (l->right)
		renew(l);
	else
		spend(l);
}

/* On a thread. Each way costs one Argon2id (HAZARDS 15). */
static void hash_run(struct job *j)
{
	struct login *l = of_ticket((struct auth_ticket *)(void *)j);
	struct metrics *m = l->held.call->server->metrics;
	int64_t began = metrics_clock(m);

	if (!l->found)
		spend(l);
	else if (password_is_current(l->row.hash))
		compare_current(l);
	else
		compare_old(l);
	metrics_observe(m, METRIC_password_hash_seconds, 0, (uint64_t)(metrics_clock(m) - began));
}

static enum pk_status renew_apply(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	struct credential_row row = l->row;
	struct user_row user;
	enum pk_status st = user_load(t, l->who.acct, &user);

	if (st != PK_OK || user.credential_version != l->who.version)
		return PK_OK;
	secret_row(&l->fresh, &row);
	if (!row.hash.n)
		row.hash = l->row.hash;
	if (!l->scram)
		row.scram_iterations = 0;
	row.kind = CREDENTIAL_PASSWORD;
	return credential_keep(t, l->who.acct, 0, &row);
}

static void hashed(struct auth_ticket *t, bool in_time)
{
	struct login *l = of_ticket(t);
	struct call *c = l->held.call;
	struct auths *a = c->server->auths;

	if (!in_time) {
		login_busy(c);
		return;
	}
	a->counts.hashes += l->hashes;
	if (!l->right) {
		login_fail(c, login_why(l, "password"));
		return;
	}
	auth_cache_put(&a->cache, l->mac, server_mono(c->server));
	/* Whether that can be written now makes no difference to who logs in. */
	if ((l->fresh.hash.n || l->fresh.scram.iterations) && !l->who.volume->options.read_only &&
	    l->who.volume->writer)
		call_write_then(c, l->who.volume, renew_apply, login_admit);
	else
		login_admit(c);
}

static void compare(struct call *c)
{
	struct login *l = c->state;
	struct auths *a = c->server->auths;
	int64_t now = server_mono(c->server);
	struct auth_origin from;

	auth_cache_mac(&a->cache, l->who.acct, l->who.version, l->password, l->mac);
	if (l->found && auth_cache_has(&a->cache, l->mac, now)) {
		a->counts.cached++;
		metrics_add(c->server->metrics, METRIC_password_cache_hits_total, 1);
		login_admit(c);
		return;
	}
	login_origin(c, &from);
	l->held.call = c;
	l->ticket = (struct auth_ticket){
		.job = {.run = hash_run}, .done = hashed, .gone = &c->session->closing};
	if (!auth_queue_put(&a->queue, auth_lane(&a->failures, &from, now), &l->ticket, now))
		login_busy(c);
}

static void begin(struct call *c)
{
	const struct login *l = c->state;
	enum pk_status st = login_find(c, look);

	if (st == PK_ENOTFOUND && !l->who.acct && login_folder(c))
		st = login_find(c, look);
	if (st != PK_OK && st != PK_ENOTFOUND)
		login_unavailable(c);
	else if (l->right)
		login_admit(c);
	else
		compare(c);
}

void login_password(struct call *c, struct slice user, struct slice password)
{
	struct login *l = login_new(c);

	if (!l)
		return;
	l->password = password;
	if (login_name(c, user) && secret_ok(password))
		login_wait(c, begin);
	else
		login_fail(c, "malformed"); /* known before any look at who exists */
}
