#include "login.h"

/*
 * One step of SASL (RFC 4422). A mechanism takes what the client said and either asks for more, or
 * comes to a proof (login.h).
 */
struct auth_mechanism {
	struct slice name;
	void (*step)(struct call *, const struct pk_auth_req *);
};

void auth_challenge(struct call *c, struct slice words)
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
		auth_challenge(c, S(""));
		return;
	}
	as = slice_cut(&rest, '\0');
	user = slice_cut(&rest, '\0');
	if (as.n && !slice_ieq(as, user))
		user = S(""); /* nobody acts for another here; as wrong as any wrong name */
	auth_drop(c->session);
	login_password(c, user, rest);
}

/* draft-murchison-sasl-login-00: the name, then the password. */
static void step_login(struct call *c, const struct pk_auth_req *q)
{
	struct auth *a = c->session->auth;

	if (a->step == 0 && q->data.n == 0) {
		auth_challenge(c, S("Username:"));
		a->step = 1;
	} else if (a->step <= 1) {
		buf_put(&a->user, slice_head(q->data, ADDRESS_MAX + 1));
		a->step = 2;
		auth_challenge(c, S("Password:"));
	} else {
		struct slice user = arena_copy(&c->arena, buf_slice(&a->user));

		auth_drop(c->session);
		login_password(c, user, q->data);
	}
}

static void step_scram(struct call *c, const struct pk_auth_req *q)
{
	scram_step(c, q, false);
}

static void step_scram_plus(struct call *c, const struct pk_auth_req *q)
{
	scram_step(c, q, true);
}

static const struct auth_mechanism mechanisms[] = {
	{S("PLAIN"),              step_plain     },
        {S("LOGIN"),              step_login     },
	{S("SCRAM-SHA-256"),      step_scram     },
        {S("SCRAM-SHA-256-PLUS"), step_scram_plus},
	{S("EXTERNAL"),           external_step  },
};

static const struct auth_mechanism *mechanism_find(struct slice name)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (slice_ieq(name, mechanisms[i].name))
			return &mechanisms[i];
	return NULL;
}

/* PLAIN and LOGIN show the password to whoever listens; whatever the mechanism, the mail that
 * follows is shown (HAZARDS 6). */
static bool is_private(const struct session *s)
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
	} else if (!is_private(s)) {
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
