#include "quota.h"

#include "tenant.h"

#include "base/log.h"

#include <postkeep/messages.h>

/* More than a limit: never by wrapping around. */
static bool over(uint64_t used, uint64_t more, uint64_t limit)
{
	return limit != LIMIT_NONE && more && (used > limit || more > limit - used);
}

static bool counters_over(const struct counters *c, const struct quota_need *need)
{
	return over(c->octets, need->octets, c->limit_octets) ||
	       over(c->messages, need->messages, c->limit_messages);
}

/* What the mailbox has gathered and not yet told the scopes outside of it. */
static struct quota_need with_gathered(const struct mailbox *m, const struct quota_need *need)
{
	struct quota_need sum = *need;

	if (m->octets_delta > 0)
		sum.octets += (uint64_t)m->octets_delta;
	if (m->messages_delta > 0)
		sum.messages += (uint64_t)m->messages_delta;
	return sum;
}

static enum pk_status refuse(uint8_t at, uint8_t *scope)
{
	if (scope)
		*scope = at;
	return PK_EQUOTA;
}

enum pk_status quota_check_needs(const struct mailbox *m, const struct quota_needs *needs,
                                 uint8_t *scope)
{
	const struct account_row *a = &m->account->row;
	uint32_t tenant = ACCT_TENANT(m->account->acct);
	struct counters own = {.octets = m->row.octets,
	                       .messages = m->row.exists,
	                       .limit_octets = m->row.limit_octets,
	                       .limit_messages = m->row.limit_messages};
	struct counters user = {.octets = a->octets,
	                        .messages = a->messages,
	                        .limit_octets = a->limit_octets,
	                        .limit_messages = a->limit_messages};
	struct tenant_row tenant_row;
	struct domain_row domain_row;
	struct quota_need need;
	enum pk_status st;

	if (counters_over(&own, &needs->mailbox))
		return refuse(PK_SCOPE_MAILBOX, scope);
	need = with_gathered(m, &needs->user);
	if (counters_over(&user, &need))
		return refuse(PK_SCOPE_USER, scope);
	st = domain_load(m->txn, tenant, a->domain, &domain_row);
	if (st != PK_OK)
		return st;
	need = with_gathered(m, &needs->domain);
	if (counters_over(&domain_row.use, &need))
		return refuse(PK_SCOPE_DOMAIN, scope);
	st = tenant_load(m->txn, tenant, &tenant_row);
	if (st != PK_OK)
		return st;
	need = with_gathered(m, &needs->tenant);
	if (counters_over(&tenant_row.use, &need))
		return refuse(PK_SCOPE_TENANT, scope);
	return PK_OK;
}

enum pk_status quota_check(const struct mailbox *m, uint64_t octets, uint64_t messages,
                           uint8_t *scope)
{
	struct quota_need need = {octets, messages};

	return quota_check_needs(m, &(struct quota_needs){need, need, need, need}, scope);
}

enum pk_status quota_check_mailboxes(struct account *a, uint32_t more)
{
	uint32_t tenant = ACCT_TENANT(a->acct);
	struct tenant_row tenant_row;
	struct domain_row domain_row;
	enum pk_status st;

	if (over(a->row.mailboxes, more, a->row.limit_mailboxes))
		return PK_EQUOTA;
	st = domain_load(a->txn, tenant, a->row.domain, &domain_row);
	if (st == PK_OK && over(domain_row.use.mailboxes, more, domain_row.use.limit_mailboxes))
		return PK_EQUOTA;
	if (st == PK_OK)
		st = tenant_load(a->txn, tenant, &tenant_row);
	if (st == PK_OK && over(tenant_row.use.mailboxes, more, tenant_row.use.limit_mailboxes))
		return PK_EQUOTA;
	return st;
}

const char *quota_scope_word(uint8_t scope)
{
	static const char *const words[] = {[PK_SCOPE_TENANT] = "tenant",
	                                    [PK_SCOPE_DOMAIN] = "domain",
	                                    [PK_SCOPE_USER] = "user",
	                                    [PK_SCOPE_MAILBOX] = "mailbox"};

	return scope < sizeof(words) / sizeof(*words) && words[scope] ? words[scope] : "";
}

/* A counter never goes below zero; one that would is wrong on the disk. */
static bool add(uint64_t *counter, int64_t delta)
{
	if (delta < 0 && *counter < -(uint64_t)delta)
		return false;
	*counter += (uint64_t)delta;
	return true;
}

static enum pk_status add_all(struct counters *c, int64_t octets, int64_t messages,
                              int64_t mailboxes)
{
	if (add(&c->octets, octets) && add(&c->messages, messages) && add(&c->mailboxes, mailboxes))
		return PK_OK;
	LOG(PK_LOG_ERROR, "quota", LOG_CSTR("error", "a counter would go below zero"));
	return PK_EIO;
}

static enum pk_status add_account(struct account_row *row, int64_t octets, int64_t messages,
                                  int64_t mailboxes)
{
	struct counters c = {
		.octets = row->octets, .messages = row->messages, .mailboxes = row->mailboxes};
	enum pk_status st = add_all(&c, octets, messages, mailboxes);

	row->octets = c.octets;
	row->messages = c.messages;
	row->mailboxes = (uint32_t)c.mailboxes;
	return st;
}

enum pk_status quota_add(struct account *a, int64_t octets, int64_t messages, int64_t mailboxes)
{
	uint32_t tenant = ACCT_TENANT(a->acct);
	struct tenant_row tenant_row;
	struct domain_row domain_row;
	enum pk_status st;

	if (!octets && !messages && !mailboxes)
		return PK_OK;
	st = add_account(&a->row, octets, messages, mailboxes);
	if (st == PK_OK)
		st = tenant_load(a->txn, tenant, &tenant_row);
	if (st == PK_OK)
		st = add_all(&tenant_row.use, octets, messages, mailboxes);
	if (st == PK_OK)
		st = tenant_save(a->txn, tenant, &tenant_row);
	if (st == PK_OK)
		st = domain_load(a->txn, tenant, a->row.domain, &domain_row);
	if (st == PK_OK)
		st = add_all(&domain_row.use, octets, messages, mailboxes);
	return st == PK_OK ? domain_save(a->txn, tenant, a->row.domain, &domain_row) : st;
}
