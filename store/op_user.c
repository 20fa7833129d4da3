#include "credential.h"
#include "mailbox.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_edit.h"
#include "tenant_list.h"
#include "tenant_record.h"

/* Users: told, changed, deleted. Making them is op_user_create.c. */

static enum pk_status put_user(struct call *c, struct txn *t, uint64_t acct)
{
	struct user_row user;
	struct account a;
	enum pk_status st = user_load(t, acct, &user);

	if (st == PK_OK)
		st = account_load(t, acct, &a);
	if (st == PK_OK)
		pk_put_user_row(&c->rows,
		                &(struct pk_user){.address = user.address,
		                                  .id = ACCT_USER(acct),
		                                  .state = slice_str(state_word(user.state)),
		                                  .octets = a.row.octets,
		                                  .messages = a.row.messages,
		                                  .mailboxes = a.row.mailboxes});
	return st == PK_ENOTFOUND ? PK_OK : st; /* half deleted: not told of */
}

static enum pk_status row_of_tenant(struct call *c, struct txn *t, struct slice key,
                                    struct slice value)
{
	struct target_walk *w = c->state;

	(void)value;
	return put_user(c, t, ACCT(w->at.tenant, key_u32_at(key, 5)));
}

static enum pk_status row_of_domain(struct call *c, struct txn *t, struct slice key,
                                    struct slice value)
{
	struct target_walk *w = c->state;
	uint32_t user;
	enum pk_status st = id_decode(value, &user);

	(void)key;
	return st == PK_OK ? put_user(c, t, ACCT(w->at.tenant, user)) : st;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct target_walk *w = c->state;
	enum pk_status st = PK_OK;

	if (!w->walk.row) {
		st = target_ids(c, t, &w->at);
		w->walk.row = w->at.domain ? row_of_domain : row_of_tenant;
		w->walk.prefix =
			w->at.domain ? key_tenant_u32(w->at.tenant, KIND_USER_NAME, w->at.domain)
				     : key_tenant(w->at.tenant, KIND_USER);
	}
	if (st == PK_OK && w->at.acct)
		st = put_user(c, t, w->at.acct);
	else if (st == PK_OK)
		st = walk_step(c, t, &w->walk);
	pk_put_user_list_rep(&c->out, &(struct pk_user_list_rep){.users = PK_ROWS(&c->rows)});
	return st;
}

void op_user_list(struct call *c, const struct pk_user_list_req *q)
{
	walk_start(c, admin_selector, q->selector, NULL, list_step);
}

/* Whether this target is the user's own address, in the form in which aliases are kept. */
static bool is_address(struct slice target, const struct selector *s)
{
	return target.n == s->local.n + 1 + s->domain.n && slice_starts(target, s->local) &&
	       target.p[s->local.n] == '@' && slice_ends(target, s->domain);
}

/* The aliases that name the user. */
static enum pk_status put_aliases(struct txn *t, const struct target *at, struct buf *rows)
{
	struct key prefix = key_tenant(at->tenant, KIND_ALIAS);
	struct domain_row domain;
	struct slice target, local;
	struct cursor cursor;
	uint32_t id;
	uint16_t n;
	enum pk_status st = cursor_open(t, TREE_TENANT, &cursor);

	if (st == PK_OK)
		st = cursor_seek(&cursor, key_slice(&prefix));
	for (; st == PK_OK && slice_starts(cursor.key, key_slice(&prefix)) &&
	       rows->n < CALL_ROWS_OCTETS;
	     st = cursor_next(&cursor)) {
		char name[ADDRESS_MAX + 2];
		int length;

		if (text_decode(cursor.value, &target) != PK_OK ||
		    !is_address(target, &at->selector) ||
		    !key_alias_split(cursor.key, &id, &local, &n) ||
		    domain_load(t, at->tenant, id, &domain) != PK_OK)
			continue;
		length = snprintf(name, sizeof(name), "%.*s@%.*s", (int)local.n, local.p,
		                  (int)domain.name.n, domain.name.p);
		pk_put_name_row(rows, &(struct pk_name){
					      {name, (size_t)length}
                });
	}
	cursor_close(&cursor);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status show_step(struct call *c, struct txn *t)
{
	struct target *at = c->state;
	struct pk_user_show_rep rep;
	struct buf aliases = {0};
	struct tenant_row tenant;
	struct domain_row domain;
	struct user_row user;
	struct account a;
	enum pk_status st = target_ids(c, t, at);

	if (st == PK_OK)
		st = user_load(t, at->acct, &user);
	if (st == PK_OK)
		st = account_load(t, at->acct, &a);
	if (st == PK_OK)
		st = tenant_load(t, at->tenant, &tenant);
	if (st == PK_OK)
		st = domain_load(t, at->tenant, at->domain, &domain);
	if (st == PK_OK)
		st = settings_rows(t, PK_SCOPE_USER, at->acct, at->domain, &c->rows);
	if (st == PK_OK)
		st = put_aliases(t, at, &aliases);
	if (st == PK_OK) {
		const char *state = state_within(user.state, domain.state, tenant.state);

		rep = (struct pk_user_show_rep){.id = ACCT_USER(at->acct),
		                                .tenant = tenant.name,
		                                .state = slice_str(state),
		                                .octets = a.row.octets,
		                                .messages = a.row.messages,
		                                .mailboxes = a.row.mailboxes,
		                                .created = user.created_ms,
		                                .settings = PK_ROWS(&c->rows),
		                                .aliases = PK_ROWS(&aliases)};
		pk_put_user_show_rep(&c->out, &rep);
	}
	buf_free(&aliases);
	return st;
}

void op_user_show(struct call *c, const struct pk_user_show_req *q)
{
	struct target *at = arena_alloc(&c->arena, sizeof(*at));

	c->state = at;
	if (!at)
		call_done(c, PK_ENOMEM);
	else if (admin_user(c, q->account, at))
		call_read(c, at->volume, show_step);
}

void op_user_set(struct call *c, const struct pk_user_set_req *q)
{
	admin_set(c, admin_user, q->account, q->settings);
}

struct user_change { /* of its password, or its end */
	struct target at;
	struct slice secret; /* in c->in */
	bool hashed;
	struct secret made;
	enum pk_status status;
	unsigned budget;
};

static void change_cleanup(struct call *c)
{
	struct user_change *s = c->state;

	secret_free(&s->made);
}

static struct user_change *change_begin(struct call *c, struct slice address)
{
	struct user_change *s = arena_alloc(&c->arena, sizeof(*s));

	if (!s) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	c->state = s;
	c->cleanup = change_cleanup;
	return admin_user(c, address, &s->at) ? s : NULL;
}

static enum pk_status passwd_apply(struct call *c, struct txn *t)
{
	struct user_change *s = c->state;
	enum pk_status st = target_ids(c, t, &s->at);

	return st == PK_OK ? credential_set(t, s->at.acct, &s->made) : st;
}

/* Sessions that the old password opened end. */
static void passwd_done(struct call *c)
{
	struct user_change *s = c->state;

	if (c->status == PK_OK)
		target_kick(c->server, &s->at, PK_KICK_CREDENTIAL);
	call_done(c, c->status);
}

static void passwd_run(struct call *c)
{
	struct user_change *s = c->state;

	s->status = secret_make(s->secret, &s->made);
}

static void passwd_hashed(struct call *c)
{
	struct user_change *s = c->state;

	if (s->status != PK_OK)
		call_done(c, s->status);
	else
		call_write_then(c, s->at.volume, passwd_apply, passwd_done);
}

void op_user_passwd(struct call *c, const struct pk_user_passwd_req *q)
{
	struct user_change *s = change_begin(c, q->account);

	if (!s)
		return;
	s->secret = q->secret;
	if (q->hashed && q->secret.n && secret_take(q->secret, &s->made) != PK_OK) {
		call_fail(c, PK_EINVAL, "this is not a hash that can be verified here");
	} else if (q->hashed || q->secret.n == 0) {
		call_write_then(c, s->at.volume, passwd_apply, passwd_done);
	} else if (!secret_ok(q->secret)) {
		call_fail(c, PK_EINVAL, "a password is UTF-8 without NUL, at most %d octets",
		          SECRET_MAX);
	} else {
		call_work(c, passwd_run, passwd_hashed);
	}
}

static enum pk_status erase_apply(struct call *c, struct txn *t)
{
	struct user_change *s = c->state;
	enum pk_status st = target_ids(c, t, &s->at);

	s->budget = ERASE_ROWS;
	return st == PK_OK ? user_erase(t, s->at.acct, &s->budget) : st;
}

static void erased(struct call *c)
{
	struct user_change *s = c->state;

	if (s->at.acct)
		target_kick(c->server, &s->at, PK_KICK_ADMIN);
	if (c->status == PK_OK && s->budget == 0)
		call_write_then(c, s->at.volume, erase_apply, erased);
	else
		call_done(c, c->status);
}

void op_user_delete(struct call *c, const struct pk_user_delete_req *q)
{
	struct user_change *s = change_begin(c, q->account);

	c->write.bulk = true;
	if (s)
		call_write_then(c, s->at.volume, erase_apply, erased);
}
