#include "delivery.h"

#include "quota.h"
#include "refusal.h"
#include "tenant.h"
#include "trace_mail.h"

struct copy *delivery_copy(struct delivery *d, const struct goal *g)
{
	for (size_t i = 0; i < d->count; i++)
		if (goal_same(&d->copies[i].goal, g))
			return &d->copies[i];
	return NULL;
}

/* With the sender's. */
static size_t all_copies(const struct delivery *d)
{
	return d->count + (d->own != NULL);
}

static void drop_loaded(struct delivery *d)
{
	for (size_t i = 0; i < all_copies(d); i++) {
		if (d->copies[i].loaded)
			mailbox_drop(&d->copies[i].mailbox);
		d->copies[i].loaded = d->copies[i].taken = false;
	}
	for (size_t i = 0; i < d->owner_count; i++) {
		d->owners[i].loaded = false;
		d->owners[i].need = (struct quota_need){0};
	}
}

static struct share *share_of(struct delivery *d, uint32_t tenant, uint32_t domain)
{
	struct share *s;

	for (size_t i = 0; i < d->share_count; i++)
		if (d->shares[i].tenant == tenant && d->shares[i].domain == domain)
			return &d->shares[i];
	s = &d->shares[d->share_count++];
	*s = (struct share){.tenant = tenant, .domain = domain};
	return s;
}

static void need_add(struct quota_need *n, uint64_t octets)
{
	n->octets += octets;
	n->messages++;
}

static void need_take(struct quota_need *n, uint64_t octets)
{
	n->octets -= octets;
	n->messages--;
}

static struct quota_need plus(const struct quota_need *n, uint64_t octets)
{
	return (struct quota_need){n->octets + octets, n->messages + 1};
}

enum pk_status delivery_load_owner(struct txn *t, struct owner *o, uint32_t domain)
{
	enum pk_status st = PK_OK;

	if (!o->loaded)
		st = tenant_usable(t, ACCT_TENANT(o->acct), domain, ACCT_USER(o->acct));
	if (st == PK_OK && !o->loaded)
		st = account_load(t, o->acct, &o->account);
	o->loaded |= st == PK_OK;
	return st;
}

static enum pk_status load(struct txn *t, struct copy *copy)
{
	enum pk_status st = PK_OK;

	if (copy->loaded)
		return PK_OK;
	st = delivery_load_owner(t, copy->owner, copy->goal.domain);
	if (st == PK_OK)
		st = goal_mailbox(&copy->owner->account, &copy->goal, &copy->mailbox);
	copy->loaded = st == PK_OK;
	return st == PK_ESTALE ? PK_ERETRY : st; /* asked for again, it goes to INBOX */
}

enum pk_status delivery_take_copy(struct delivery *d, struct txn *t, struct copy *copy,
                                  uint8_t *scope)
{
	uint32_t tenant = ACCT_TENANT(copy->goal.acct);
	uint64_t octets = copy->draft.message.row.octets;
	struct share *whole = share_of(d, tenant, 0);
	struct share *domain = share_of(d, tenant, copy->goal.domain);
	struct quota_needs needs = {
		.tenant = plus(&whole->need, octets),
		.domain = plus(&domain->need, octets),
		.user = plus(&copy->owner->need, octets),
		.mailbox = {octets, 1}
        };
	enum pk_status st = load(t, copy);

	if (st == PK_OK)
		st = quota_check_needs(&copy->mailbox, &needs, scope);
	if (st != PK_OK)
		return st;
	need_add(&whole->need, octets);
	need_add(&domain->need, octets);
	need_add(&copy->owner->need, octets);
	copy->taken = true;
	return PK_OK;
}

/* What a refused recipient took of the quotas is given back. */
static void untake(struct delivery *d, struct copy *copy)
{
	uint32_t tenant = ACCT_TENANT(copy->goal.acct);
	uint64_t octets = copy->draft.message.row.octets;

	need_take(&share_of(d, tenant, 0)->need, octets);
	need_take(&share_of(d, tenant, copy->goal.domain)->need, octets);
	need_take(&copy->owner->need, octets);
	copy->taken = false;
}

/* All mailboxes of a recipient get it, or none of those that do not have it by another. */
static enum pk_status check_rcpt(struct delivery *d, struct txn *t, const struct rcpt *r,
                                 uint8_t *scope)
{
	struct copy *mine[TARGETS_MAX];
	enum pk_status st = PK_OK;
	size_t n = 0;

	if (ingest_octets(d->body) > r->octets_max + TRACE_MAX)
		return PK_ETOOBIG;
	for (size_t i = 0; st == PK_OK && i < r->count; i++) {
		struct copy *copy = delivery_copy(d, &r->goals[i]);

		if (copy->taken)
			continue;
		st = delivery_take_copy(d, t, copy, scope);
		if (st == PK_OK)
			mine[n++] = copy;
	}
	while (st != PK_OK && n)
		untake(d, mine[--n]);
	return st;
}

static enum pk_status name_body(struct delivery *d, struct txn *t)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < d->share_count; i++) {
		struct share *s = &d->shares[i];

		if (s->domain == 0 && s->need.messages)
			st = blob_commit(t, d->body, s->tenant, (uint32_t)s->need.messages,
			                 &s->blob);
	}
	return st;
}

static enum pk_status make_mailbox(struct copy *copy)
{
	struct account *a = &copy->owner->account;
	enum pk_status st = mailbox_create(a, copy->make, PK_MB_SENT, &copy->mailbox);

	return st == PK_OK ? mailbox_subscribe(a, copy->make, true) : st;
}

static enum pk_status store_copy(struct delivery *d, struct copy *copy)
{
	uint64_t blob = share_of(d, ACCT_TENANT(copy->goal.acct), 0)->blob;
	enum pk_status st = copy->make.n ? make_mailbox(copy) : PK_OK;

	if (st == PK_OK)
		st = message_store(&copy->mailbox, &copy->draft, blob, &copy->uid);
	copy->docid = copy->owner->account.row.next_docid - 1;
	return st == PK_OK ? mailbox_save(&copy->mailbox) : st;
}

static enum pk_status save_owners(struct delivery *d)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < d->owner_count; i++)
		if (d->owners[i].need.messages)
			st = account_save(&d->owners[i].account);
	return st;
}

/* How the tenant wants it refused. */
static enum pk_status take_refusal(struct call *c, struct txn *t, const struct rcpt *r,
                                   struct answer *a)
{
	struct refusal how;
	enum pk_status st = refusal_read(t, r->tenant, r->domain, a->status, &how);

	a->lasting = how.lasting;
	a->text = arena_copy(&c->arena, slice_str(how.text));
	return st;
}

static enum pk_status say_refusal(struct call *c, const struct answer *a)
{
	c->lasting = a->lasting;
	c->worded = a->text.n;
	if (a->text.n)
		return call_error(c, a->status, "%.*s: %.*s", (int)slice_head(a->asked, 100).n,
		                  a->asked.p, (int)a->text.n, a->text.p);
	if (a->status == PK_EQUOTA)
		return call_error(c, a->status, "%.*s: over the quota of the %s",
		                  (int)slice_head(a->asked, 100).n, a->asked.p,
		                  quota_scope_word(a->scope));
	return call_error(c, a->status, "%.*s: %s", (int)slice_head(a->asked, 100).n, a->asked.p,
	                  pk_status_words(a->status));
}

enum pk_status delivery_check(struct call *c, struct txn *t)
{
	struct delivery *d = c->state;
	struct answer *a = d->answers;

	drop_loaded(d);
	d->share_count = 0;
	for (const struct rcpt *r = d->rcpts; r; r = r->next, a++) {
		a->status = check_rcpt(d, t, r, &a->scope);
		if (a->status != PK_OK && take_refusal(c, t, r, a) != PK_OK)
			a->lasting = false;
		if (t->failed != PK_OK)
			return t->failed;
		if (a->status != PK_OK && !d->each)
			return say_refusal(c, a);
	}
	return PK_OK;
}

enum pk_status delivery_store(struct call *c, struct txn *t)
{
	struct delivery *d = c->state;
	enum pk_status st = name_body(d, t);

	d->octets = 0;
	for (size_t i = 0; st == PK_OK && i < all_copies(d); i++) {
		struct copy *copy = &d->copies[i];

		if (!copy->taken)
			continue;
		st = store_copy(d, copy);
		if (copy == d->own)
			continue;
		d->octets += copy->draft.message.row.octets;
		c->counted++;
	}
	if (st == PK_OK)
		st = save_owners(d);
	return st == PK_OK ? trace_mail_put(c, t) : st;
}

void delivery_free(struct delivery *d, struct server *server)
{
	drop_loaded(d);
	for (size_t i = 0; i < all_copies(d); i++)
		message_draft_free(&d->copies[i].draft);
	if (d->body)
		ingest_free(d->body);
	while (d->rcpts) {
		struct rcpt *r = d->rcpts;

		d->rcpts = r->next;
		rcpt_free(server, r);
	}
	free(d->copies);
	free(d->owners);
}
