#include "login.h"

#include "end_points.h"

#include "base/log.h"

#include <sodium.h>

/* SCRAM-SHA-256 and -PLUS (RFC 5802, RFC 7677): what scram.h does not know, users and sessions. */

/* A user who does not exist, or has no keys, gets salt and iterations all the same, and always the
 * same ones. */
static void keys_of_nobody(const struct call *c, struct scram_keys *k)
{
	const struct login *l = c->state;
	const struct auths *a = c->server->auths;

	*k = (struct scram_keys){.iterations = SCRAM_ITERATIONS, .salt_octets = SCRAM_SALT};
	crypto_generichash(k->salt, SCRAM_SALT, (const unsigned char *)l->who.user.p, l->who.user.n,
	                   a->salt_key, sizeof(a->salt_key));
	server_random(c->server, k->stored, sizeof(k->stored));
}

static enum pk_status take_row(struct call *c, struct txn *t, uint16_t n)
{
	struct login *l = c->state;
	const struct credential_row *row = &l->row;
	struct auth *a = c->session->auth;
	uint64_t on;
	enum pk_status st = setting_number(t, l->who.acct, l->who.domain, "scram", &on);

	if (st != PK_OK)
		return st;
	l->who.number = n;
	l->who.kind = row->kind;
	buf_put(&l->who.label, row->label);
	l->why = login_credential_unfit(c, row, t->now_ms);
	if (!l->why && (!on || !secret_keys(row, &a->scram.keys)))
		l->why = "no-keys";
	l->found = !l->why;
	return l->found ? PK_OK : PK_ENOTFOUND;
}

static enum pk_status look_at_own(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	enum pk_status st = credential_get(t, l->who.acct, 0, &l->plain, &l->row);

	l->why = "no-password";
	return st == PK_OK ? take_row(c, t, 0) : st;
}

/* l->password is the label. */
static enum pk_status look_at_labels(struct call *c, struct txn *t)
{
	struct login *l = c->state;
	enum pk_status st;

	l->why = "no-password";
	for (uint16_t n = 0;;) {
		buf_wipe(&l->plain);
		st = credential_next(t, l->who.acct, &n, &l->plain, &l->row);
		if (st != PK_OK)
			return st;
		if (l->row.kind == CREDENTIAL_APP && slice_ieq(l->row.label, l->password))
			return take_row(c, t, n);
	}
}

/* user+label names an app password of the user, when there is no such user. */
static bool cut_label(struct login *l)
{
	struct slice local = l->who.address.local, label;
	size_t n = local.n;

	while (n && local.p[n - 1] != '+')
		n--;
	label = slice_skip(local, n);
	if (n < 2 || !label.n)
		return false;
	l->password = label;
	l->who.address.local = slice_head(local, n - 1);
	return true;
}

static void begin(struct call *c)
{
	struct login *l = c->state;
	struct auth *a = c->session->auth;
	unsigned char random[SCRAM_RANDOM];
	struct buf words = {0};
	enum pk_status st = login_find(c, look_at_own);
	bool nobody = st == PK_ENOTFOUND && !l->who.acct;

	if (nobody && cut_label(l))
		st = login_find(c, look_at_labels);
	if (nobody && st == PK_ENOTFOUND && login_folder(c))
		st = login_find(c, look_at_own);
	if (st != PK_OK && st != PK_ENOTFOUND) {
		login_unavailable(c);
		return;
	}
	if (!l->found)
		keys_of_nobody(c, &a->scram.keys);
	a->found = l->found;
	a->why = login_why(l, "password");
	subject_move(&a->who, &l->who);
	a->step = 1;
	server_random(c->server, random, sizeof(random));
	if (scram_challenge(&a->scram, random, &words) == PK_OK)
		auth_challenge(c, buf_slice(&words));
	else
		call_done(c, PK_ENOMEM);
	buf_free(&words);
}

/*
 * What the host says its certificate is, the supervisor has to say as well: else a client whose TLS
 * ends at somebody else would be taken for one of ours. A host may be faster than the word of its
 * new certificate, which then is there to be heard.
 */
static bool is_foreign(const struct server *s, struct slice end_point)
{
	const struct end_points *known = s->options.end_points;
	int64_t now = server_mono(s);

	if (!known || end_points_has(known, end_point, now))
		return !known;
	if (s->options.hear)
		s->options.hear(s->options.arg);
	return !end_points_has(known, end_point, now);
}

static bool binds_to_foreign(const struct call *c, struct slice message)
{
	const struct announced *told = c->session->announced;
	struct peer *p = c->session->peer;

	if (!slice_starts(message, S("p=tls-server-end-point,")) || !told->q.server_end_point.n ||
	    !is_foreign(c->server, told->q.server_end_point))
		return false;
	if (log_allows(p, LIMITED_END_POINT))
		LOG(PK_LOG_WARNING, "end_point_unknown", LOG_CSTR("service", p->service),
		    LOG_CSTR("peer", p->who), LOG_NUMBER("session", session_id(c->session)));
	return true;
}

static void first(struct call *c, struct slice message, bool plus)
{
	const struct announced *told = c->session->announced;
	struct scram_channel channel = {0};
	struct auth *a = c->session->auth;
	enum pk_status st;
	bool foreign = told && binds_to_foreign(c, message);

	if (!login_new(c))
		return;
	if (told && !foreign)
		channel = (struct scram_channel){told->q.exporter, told->q.server_end_point};
	a->scram.plus = plus;
	st = scram_first(&a->scram, message, &channel);
	if (st == PK_ENOMEM)
		call_done(c, st);
	else if (!login_name(c, buf_slice(&a->scram.name)) || st != PK_OK ||
	         (a->scram.as.n &&
	          !slice_ieq(buf_slice(&a->scram.as), buf_slice(&a->scram.name)))) {
		auth_drop(c->session); /* a further step adds to nothing */
		login_fail(c, foreign ? "binding" : "malformed");
	} else {
		login_wait(c, begin);
	}
}

static void final(struct call *c, struct slice message)
{
	struct auth *a = c->session->auth;
	struct login *l = login_new(c);
	enum pk_status st;
	bool found = a->found;

	if (!l)
		return;
	l->why = a->why;
	subject_move(&l->who, &a->who);
	st = scram_final(&a->scram, message, &l->words);
	auth_drop(c->session);
	if (st == PK_OK && found)
		login_admit(c);
	else if (st == PK_ENOMEM)
		call_done(c, st);
	else
		login_fail(c, st == PK_EPROTO ? "malformed" : l->why);
}

void scram_step(struct call *c, const struct pk_auth_req *q, bool plus)
{
	struct auth *a = c->session->auth;

	if (a->step == 1)
		final(c, q->data);
	else if (q->step == 0 && q->data.n == 0)
		auth_challenge(c, S(""));
	else if (a->scram.auth.n)
		call_fail(c, PK_EPROTO, "no such exchange is under way");
	else
		first(c, q->data, plus);
}
