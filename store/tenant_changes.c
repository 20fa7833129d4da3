#include "drop.h"
#include "tenant_admin.h"

#include "mailbox.h"
#include "quota.h"
#include "tenant.h"

/* Settings as requests change them and replies tell them. */

static bool check_change(struct call *c, const struct pk_setting *row, uint8_t scope,
                         struct change *change)
{
	char *octets = arena_alloc(&c->arena, SETTING_OCTETS);

	change->setting = setting_find(row->key);
	if (!change->setting) {
		call_fail(c, PK_EINVAL, "there is no setting %.*s", WORDS(row->key));
		return false;
	}
	if (!(change->setting->scopes & 1u << scope)) {
		call_fail(c, PK_EINVAL, "%s is no setting of a %s", change->setting->name,
		          quota_scope_word(scope));
		return false;
	}
	if (!octets) {
		call_done(c, PK_ENOMEM);
		return false;
	}
	/* Taken away: what farther scopes say holds again, or what is built in. */
	change->value =
		change->setting->place == IN_SETTING ? S("") : slice_str(change->setting->value);
	if (row->value.n == 0)
		return true;
	if (setting_check(change->setting, row->value, octets, &change->value) == PK_OK)
		return true;
	call_fail(c, PK_EINVAL, "%.*s is no value for %s", WORDS(row->value),
	          change->setting->name);
	return false;
}

bool admin_changes(struct call *c, struct pk_rows rows, uint8_t scope, struct changes *out)
{
	struct pk_rows again = rows;
	struct pk_setting row;

	*out = (struct changes){0};
	while (pk_next_setting(&again, &row))
		out->count++;
	out->list = arena_alloc(&c->arena, (out->count + 1) * sizeof(*out->list));
	if (!out->list) {
		call_done(c, PK_ENOMEM);
		return false;
	}
	for (size_t i = 0; pk_next_setting(&rows, &row); i++)
		if (!check_change(c, &row, scope, &out->list[i]))
			return false;
	return true;
}

bool changes_suspend(const struct changes *changes)
{
	bool suspend = false;

	for (size_t i = 0; i < changes->count; i++)
		if (changes->list[i].setting->place == IN_STATE)
			suspend = slice_eq(changes->list[i].value, S("on"));
	return suspend;
}

static enum pk_status set_state(uint8_t *state, struct slice value)
{
	if (*state == STATE_DELETING)
		return PK_ENOTFOUND;
	*state = slice_eq(value, S("on")) ? STATE_SUSPENDED : STATE_ACTIVE;
	return PK_OK;
}

static enum pk_status apply_state(struct txn *t, const struct scope *scope, struct slice value)
{
	uint64_t acct = ACCT(scope->tenant, scope->id);
	struct tenant_row tenant_row;
	struct domain_row domain_row;
	struct user_row user_row;
	enum pk_status st;

	switch (scope->kind) {
	case PK_SCOPE_TENANT:
		st = tenant_load(t, scope->tenant, &tenant_row);
		if (st == PK_OK)
			st = set_state(&tenant_row.state, value);
		return st == PK_OK ? tenant_save(t, scope->tenant, &tenant_row) : st;
	case PK_SCOPE_DOMAIN:
		st = domain_load(t, scope->tenant, scope->id, &domain_row);
		if (st == PK_OK)
			st = set_state(&domain_row.state, value);
		return st == PK_OK ? domain_save(t, scope->tenant, scope->id, &domain_row) : st;
	default:
		st = user_load(t, acct, &user_row);
		if (st == PK_OK)
			st = set_state(&user_row.state, value);
		return st == PK_OK ? user_save(t, acct, &user_row) : st;
	}
}

static enum pk_status apply_limit(struct txn *t, const struct scope *scope,
                                  const struct change *change)
{
	uint64_t limit = LIMIT_NONE;

	if (!slice_eq(change->value, S("none")) && !slice_number(change->value, INT64_MAX, &limit))
		return PK_EINVAL;
	return quota_limit(t, scope, change->setting->resource, limit);
}

/* A domain becomes another's alias: of this tenant, and no circle of them. */
static enum pk_status check_domain_alias(struct call *c, struct txn *t, const struct scope *scope,
                                         struct slice other)
{
	struct scope next = *scope;

	for (unsigned hops = 0; other.n; hops++) {
		enum pk_status st = domain_find(t, scope->tenant, other, &next.id);

		if (st == PK_ENOTFOUND)
			return call_error(c, PK_EINVAL, "the tenant has no domain %.*s",
			                  WORDS(other));
		if (st != PK_OK)
			return st;
		if (next.id == scope->id || hops > 16)
			return call_error(c, PK_EINVAL, "the domain would be an alias of itself");
		st = setting_own(t, &next, "alias_of", &other);
		if (st != PK_OK)
			return st == PK_ENOTFOUND ? PK_OK : st;
	}
	return PK_OK;
}

/* A user for whom POP3 shall show mail "from now on": now is now. Those who inherit it begin with
 * their next login. */
static enum pk_status begin_from_now(struct txn *t, const struct scope *scope,
                                     const struct change *change)
{
	struct account a;
	enum pk_status st;

	if (scope->kind != PK_SCOPE_USER || strcmp(change->setting->name, "pop3.access") != 0 ||
	    !slice_eq(change->value, S("from-now")))
		return PK_OK;
	st = account_load(t, ACCT(scope->tenant, scope->id), &a);
	if (st == PK_OK)
		st = drop_restart(&a);
	return st == PK_OK ? account_save(&a) : st;
}

enum pk_status changes_apply(struct call *c, struct txn *t, const struct scope *scope,
                             const struct changes *changes)
{
	enum pk_status st = PK_OK;

	for (size_t i = 0; st == PK_OK && i < changes->count; i++)
		if (changes->list[i].setting->type == SETTING_DOMAIN)
			st = check_domain_alias(c, t, scope, changes->list[i].value);
	for (size_t i = 0; st == PK_OK && i < changes->count; i++) {
		const struct change *one = &changes->list[i];

		if (one->setting->place == IN_STATE)
			st = apply_state(t, scope, one->value);
		else if (one->setting->place == IN_LIMIT)
			st = apply_limit(t, scope, one);
		else
			st = setting_put(t, scope, one->setting->name, one->value);
		if (st == PK_OK)
			st = begin_from_now(t, scope, one);
	}
	return st;
}

/* The state and the limits of a scope's own row. */
struct own {
	uint8_t state;
	uint64_t limits[4]; /* by enum pk_resource */
};

static void own_limits(struct own *own, uint8_t state, const struct counters *c)
{
	*own = (struct own){
		.state = state,
		.limits = {[PK_RES_OCTETS] = c->limit_octets,
	                   [PK_RES_MESSAGES] = c->limit_messages,
	                   [PK_RES_MAILBOXES] = c->limit_mailboxes}
        };
}

static enum pk_status own_load(struct txn *t, uint8_t scope, uint64_t acct, uint32_t domain,
                               struct own *own)
{
	struct tenant_row tenant;
	struct domain_row domain_row;
	struct user_row user;
	struct account a;
	enum pk_status st;

	if (scope == PK_SCOPE_TENANT) {
		st = tenant_load(t, ACCT_TENANT(acct), &tenant);
		if (st == PK_OK)
			own_limits(own, tenant.state, &tenant.use);
		return st;
	}
	if (scope == PK_SCOPE_DOMAIN) {
		st = domain_load(t, ACCT_TENANT(acct), domain, &domain_row);
		if (st == PK_OK)
			own_limits(own, domain_row.state, &domain_row.use);
		return st;
	}
	st = user_load(t, acct, &user);
	if (st == PK_OK)
		st = account_load(t, acct, &a);
	if (st == PK_OK)
		own_limits(own, user.state,
		           &(struct counters){.limit_octets = a.row.limit_octets,
		                              .limit_messages = a.row.limit_messages,
		                              .limit_mailboxes = a.row.limit_mailboxes});
	return st;
}

enum pk_status settings_rows(struct txn *t, uint8_t scope, uint64_t acct, uint32_t domain,
                             struct buf *rows)
{
	struct own own;
	enum pk_status st = own_load(t, scope, acct, domain, &own);

	for (size_t i = 0; st == PK_OK && i < settings_count; i++) {
		const struct setting *s = &settings[i];
		struct pk_setting row = {.key = slice_str(s->name)};
		char number[24];

		if (!(s->scopes & 1u << scope))
			continue;
		if (s->place == IN_STATE) {
			row.value = own.state == STATE_ACTIVE ? S("off") : S("on");
		} else if (s->place == IN_LIMIT) {
			snprintf(number, sizeof(number), "%llu",
			         (unsigned long long)own.limits[s->resource]);
			row.value = own.limits[s->resource] == LIMIT_NONE ? S("none")
			                                                  : slice_str(number);
		} else {
			st = setting_get(t, acct, domain, s->name, &row.value);
		}
		pk_put_setting_row(rows, &row);
	}
	return st == PK_OK && rows->failed ? PK_ENOMEM : st;
}
