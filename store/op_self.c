#include "tenant_admin.h"

#include "tenant.h"

#include "base/log.h"

/*
 * Settings that users may change themselves, where the administrator lets them: the setting
 * pop3.self. The other settings of POP3, how often one may log in and into which mailboxes, stay
 * the administrator's.
 */
static const char *const own[] = {"pop3.access", "pop3.after", "pop3.delete", "pop3.leave_days",
                                  "pop3.mailbox"};
#define OWN (sizeof(own) / sizeof(*own))

static enum pk_status self_step(struct call *c, struct txn *t)
{
	const struct session *s = c->session;
	uint64_t may;
	enum pk_status st = setting_number(t, s->acct, s->domain, "pop3.self", &may);

	for (size_t i = 0; st == PK_OK && i < OWN; i++) {
		struct pk_setting row = {.key = slice_str(own[i])};

		st = setting_get(t, s->acct, s->domain, own[i], &row.value);
		pk_put_setting_row(&c->rows, &row);
	}
	if (st == PK_OK)
		pk_put_settings_self_rep(
			&c->out, &(struct pk_settings_self_rep){.may = may != 0,
		                                                .settings = PK_ROWS(&c->rows)});
	return st;
}

void op_settings_self(struct call *c, const struct pk_settings_self_req *q)
{
	(void)q;
	call_point(c, c->session->volume, self_step);
}

/* At most as many as there are: each may have to look at all mailboxes of the account. */
static enum pk_status check_own(struct call *c, struct pk_rows rows)
{
	struct pk_setting row;

	for (size_t n = 0; pk_next_setting(&rows, &row); n++) {
		size_t i = 0;

		while (i < OWN && !slice_eq(row.key, slice_str(own[i])))
			i++;
		if (i == OWN)
			return call_error(c, PK_ENOTFOUND, "%.*s is no setting of users' own",
			                  WORDS(row.key));
		if (n == OWN)
			return PK_ELIMIT;
	}
	return PK_OK;
}

static enum pk_status set_apply(struct call *c, struct txn *t)
{
	const struct session *s = c->session;
	struct scope scope = {ACCT_TENANT(s->acct), PK_SCOPE_USER, ACCT_USER(s->acct)};
	uint64_t may;
	enum pk_status st = setting_number(t, s->acct, s->domain, "pop3.self", &may);

	if (st == PK_OK && !may)
		return call_error(c, PK_EPERM, "the settings of POP3 are the administrator's");
	return st == PK_OK ? changes_apply(c, t, &scope, c->state) : st;
}

static void set_done(struct call *c)
{
	const struct changes *changes = c->state;

	for (size_t i = 0; c->status == PK_OK && i < changes->count; i++)
		LOG(PK_LOG_INFO, "set_self", LOG_NUMBER("session", session_id(c->session)),
		    LOG_CSTR("key", changes->list[i].setting->name),
		    LOG_TEXT("value", changes->list[i].value));
	call_done(c, c->status);
}

void op_set_self(struct call *c, const struct pk_set_self_req *q)
{
	struct changes *changes = arena_alloc(&c->arena, sizeof(*changes));
	enum pk_status st = changes ? check_own(c, q->settings) : PK_ENOMEM;

	c->state = changes;
	if (st != PK_OK)
		call_done(c, st);
	else if (admin_changes(c, q->settings, PK_SCOPE_USER, changes))
		call_write_then(c, c->session->volume, set_apply, set_done);
}
