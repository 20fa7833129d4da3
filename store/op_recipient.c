#include "delivery.h"
#include "mailbox.h"
#include "measure.h"
#include "plus_folder.h"
#include "refusal.h"
#include "reserve.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "trace_mail.h"

/*
 * A recipient asked for: whom it means, whether they may have so much, and a place held for it.
 * All on the loop thread, so that no other session gets between the look and the promise.
 */
struct asking {
	struct target at;
	struct rcpt *rcpt; /* until it is accepted */
	uint64_t octets;
	size_t before; /* recipients accepted so far */
};

static void cleanup(struct call *c)
{
	struct asking *a = c->state;

	if (c->status != PK_OK)
		trace_recipient(c, a->at.volume, a->at.volume ? a->at.tenant : 0, a->octets);
	measure_verdict(c, METRIC_recipients_total, c->status);
	rcpt_free(c->server, a->rcpt);
}

static bool is_goal(const struct rcpt *r, const struct goal *g)
{
	for (size_t i = 0; i < r->count; i++)
		if (goal_same(&r->goals[i], g))
			return true;
	return false;
}

static bool held_already(const struct session *s, const struct goal *g)
{
	for (const struct rcpt *r = s->rcpts; r; r = r->next)
		if (is_goal(r, g))
			return true;
	return false;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What is promised already, what this recipient's earlier targets take, and this one. */
static void needs_of(struct call *c, const struct asking *a, size_t n, struct quota_needs *needs)
{
	const struct goal *g = &a->rcpt->goals[n];
	struct quota_need *all[4] = {&needs->tenant, &needs->domain, &needs->user, &needs->mailbox};
	uint64_t times[4] = {1, 1, 1, 1};

	for (size_t i = 0; i < n; i++) {
		const struct goal *before = &a->rcpt->goals[i];

		times[0] += !before->again;
		times[1] += !before->again && before->domain == g->domain;
		times[2] += !before->again && before->acct == g->acct;
	}
	reserve_sum(c->server, g, needs);
	for (size_t i = 0; i < 4; i++) {
		all[i]->octets += times[i] * a->rcpt->octets;
		all[i]->messages += times[i];
	}
}

/* One mailbox that would get a copy. */
static enum pk_status look_at(struct call *c, struct txn *t, struct asking *a, size_t n)
{
	struct goal *g = &a->rcpt->goals[n];
	struct quota_needs needs;
	struct account account;
	struct mailbox mailbox;
	struct user_row user;
	uint8_t scope = 0;
	uint64_t max;
	enum pk_status st = account_load(t, g->acct, &account);

	if (st == PK_OK)
		st = user_load(t, g->acct, &user);
	if (st != PK_OK)
		return st;
	g->domain = account.row.domain;
	g->address = a->rcpt->addresses.n;
	buf_put(&a->rcpt->addresses, user.address);
	buf_byte(&a->rcpt->addresses, '\0');
	st = setting_number(t, g->acct, g->domain, "message_max", &max);
	if (st != PK_OK)
		return st;
	if (max)
		a->rcpt->octets_max = smaller(a->rcpt->octets_max, max);
	if (g->again)
		return PK_OK;
	st = goal_mailbox(&account, g, &mailbox);
	if (st != PK_OK)
		return st;
	needs_of(c, a, n, &needs);
	st = quota_check_needs(&mailbox, &needs, &scope);
	mailbox_drop(&mailbox);
	if (st == PK_EQUOTA)
		return call_error(c, st, "over the quota of the %s", quota_scope_word(scope));
	return st;
}

/* Which of the owner's mailboxes it is for. */
static enum pk_status take_detail(struct txn *t, struct goal *g, struct slice detail)
{
	struct account account;
	enum pk_status st;

	if (!detail.n)
		return PK_OK;
	st = account_load(t, g->acct, &account);
	return st == PK_OK ? plus_folder(&account, detail, &g->mbox) : st;
}

static enum pk_status take_targets(struct call *c, struct txn *t, struct asking *a,
                                   const struct resolution *r)
{
	enum pk_status st = PK_OK;

	a->rcpt->goals = calloc(r->count, sizeof(*a->rcpt->goals));
	if (!a->rcpt->goals)
		return PK_ENOMEM;
	for (size_t i = 0; st == PK_OK && i < r->count; i++) {
		struct goal g = {.acct = r->to[i].acct};

		st = take_detail(t, &g, r->to[i].detail);
		g.again = held_already(c->session, &g);
		if (st == PK_OK && !is_goal(a->rcpt, &g))
			a->rcpt->goals[a->rcpt->count++] = g;
	}
	return st;
}

/* How many recipients a message may have: as the domain takes them, and as the sender may send. */
static enum pk_status most_recipients(const struct session *s, struct txn *t, uint32_t tenant,
                                      uint32_t domain, uint64_t *most)
{
	uint64_t own;
	enum pk_status st = setting_number(t, ACCT(tenant, 0), domain, "recipients_max", most);

	if (st != PK_OK || !s->acct)
		return st;
	st = setting_number(t, s->acct, s->domain, "submit.recipients_max", &own);
	*most = smaller(*most, own);
	return st;
}

static enum pk_status check(struct call *c, struct txn *t, struct asking *a,
                            const struct resolution *r)
{
	struct slice domain = a->at.selector.domain;
	uint64_t most;
	enum pk_status st = domain_find(t, a->at.tenant, domain, &a->rcpt->domain);

	a->rcpt->tenant = a->at.tenant;
	if (st == PK_OK)
		st = most_recipients(c->session, t, a->at.tenant, a->rcpt->domain, &most);
	if (st != PK_OK)
		return st;
	if (a->before >= most)
		return call_error(c, PK_ELIMIT, "too many recipients");
	st = take_targets(c, t, a, r);
	for (size_t i = 0; st == PK_OK && i < a->rcpt->count; i++)
		st = look_at(c, t, a, i);
	if (st == PK_OK && a->octets > a->rcpt->octets_max)
		return PK_ETOOBIG;
	return st == PK_OK && a->rcpt->addresses.failed ? PK_ENOMEM : st;
}

static void accept(struct call *c, struct asking *a)
{
	struct session *s = c->session;
	struct rcpt **at = &s->rcpts;

	while (*at)
		at = &(*at)->next;
	*at = a->rcpt;
	a->rcpt = NULL;
	if (!s->body_tenant) {
		s->volume = a->at.volume;
		s->body_tenant = a->at.tenant;
	}
}

static enum pk_status explain(struct call *c, struct txn *t, const struct asking *a,
                              enum pk_status st)
{
	struct refusal r = {0};
	uint32_t domain = 0;

	if (st == PK_ENOTFOUND)
		return call_error(c, st, "no such user here");
	if (st == PK_ESUSPENDED)
		(void)call_error(c, st, "the mailbox is suspended");
	if (domain_find(t, a->at.tenant, a->at.selector.domain, &domain) != PK_OK ||
	    refusal_read(t, a->at.tenant, domain, st, &r) != PK_OK)
		return st;
	c->lasting = r.lasting;
	c->worded = *r.text;
	return *r.text ? call_error(c, st, "%s", r.text) : st;
}

static enum pk_status accept_now(struct call *c, struct txn *t, struct asking *a,
                                 const struct resolution *r)
{
	struct pk_recipient_rep rep = {.resolved = buf_slice(&r->address)};
	enum pk_status st = check(c, t, a, r);

	if (st == PK_OK)
		st = reserve_add(c->session, a->rcpt);
	if (st != PK_OK)
		return st;
	pk_put_recipient_rep(&c->out, &rep);
	accept(c, a);
	return PK_OK;
}

static enum pk_status step(struct call *c, struct txn *t)
{
	struct asking *a = c->state;
	struct resolution r;
	enum pk_status st =
		tenant_resolve(t, a->at.tenant, a->at.selector.domain, a->at.selector.local, &r);

	if (st != PK_OK)
		return explain(c, t, a, st);
	st = accept_now(c, t, a, &r);
	resolution_free(&r);
	return st == PK_OK ? st : explain(c, t, a, st);
}

/* Of which domain it is: only those that are served; nothing is ever relayed. */
static bool find_domain(struct call *c, struct asking *a, struct slice address)
{
	struct slice home = c->server->options.default_domain;
	char octets[ADDRESS_MAX + 1];
	struct place place;
	enum pk_status st;
	int n;

	if (!slice_has(address, '@') && home.n) { /* postmaster: RFC 5321 4.5.1 */
		n = snprintf(octets, sizeof(octets), "%.*s@%.*s", WORDS(address), (int)home.n,
		             home.p);
		address = (struct slice){octets, (size_t)n < sizeof(octets) ? (size_t)n : 0};
	}
	if (address_fold(address, &a->at.selector.address) != PK_OK) {
		/* What cannot be a name here: a user that is not there, or another's domain. */
		st = directory_domain(c->server->directory, a->at.selector.address.domain, &place);
		call_fail(c, st == PK_OK ? PK_ENOTFOUND : PK_EPERM, "%s",
		          st == PK_OK ? "no such user here" : "mail for this domain is not taken");
		return false;
	}
	a->at.selector.local = a->at.selector.address.local;
	a->at.selector.domain = a->at.selector.address.domain;
	st = directory_domain(c->server->directory, a->at.selector.domain, &place);
	a->at.volume = st == PK_OK ? server_volume(c->server, place.volume) : NULL;
	a->at.tenant = place.tenant;
	if (st == PK_ENOTFOUND)
		call_fail(c, PK_EPERM, "mail for this domain is not taken");
	else if (!a->at.volume)
		call_done(c, PK_EUNAVAILABLE);
	return a->at.volume != NULL;
}

static bool may_follow(struct call *c, const struct asking *a)
{
	const struct session *s = c->session;

	if (a->before >= RCPTS_MAX)
		call_fail(c, PK_ELIMIT, "too many recipients");
	else if (s->acct && s->volume != a->at.volume) /* the sender's volume is the message's */
		call_fail(c, PK_ENOTSUP, "mail from here to this mailbox is not delivered yet");
	else if (a->before && s->volume != a->at.volume)
		call_fail(c, PK_ELIMIT, "this recipient needs a delivery of its own");
	else if (a->octets > c->server->options.message_max)
		call_done(c, PK_ETOOBIG);
	else if (volume_short_of_disk(a->at.volume))
		call_done(c, PK_EFULL);
	else
		return true;
	return false;
}

void op_recipient(struct call *c, const struct pk_recipient_req *q)
{
	struct asking *a = arena_alloc(&c->arena, sizeof(*a));

	if (!a) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->state = a;
	c->cleanup = cleanup;
	a->octets = q->octets;
	for (const struct rcpt *r = c->session->rcpts; r; r = r->next)
		a->before++;
	if (q->original.n > ORIGINAL_MAX || !delivery_header_text(q->original)) {
		call_fail(c, PK_EINVAL, "this is no original recipient");
		return;
	}
	if (!find_domain(c, a, q->address) || !may_follow(c, a))
		return;
	a->rcpt = calloc(1, sizeof(*a->rcpt));
	if (a->rcpt) {
		buf_put(&a->rcpt->asked, q->address);
		buf_put(&a->rcpt->from, q->return_path);
		buf_put(&a->rcpt->original, q->original);
		a->rcpt->octets = q->octets ? q->octets : 1;
		a->rcpt->octets_max = c->server->options.message_max;
	}
	if (!a->rcpt || a->rcpt->asked.failed || a->rcpt->from.failed || a->rcpt->original.failed)
		call_done(c, PK_ENOMEM);
	else
		call_point(c, a->at.volume, step);
}

void op_reset(struct call *c, const struct pk_reset_req *q)
{
	(void)q;
	trace_abandoned(c->session);
	reserve_drop(c->session);
	call_done(c, PK_OK);
}
