#include "auth.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_claim.h"
#include "tenant_edit.h"
#include "tenant_list.h"
#include "trace.h"

struct crowd {
	size_t *tenants; /* by volume number */
	size_t count;
};

static enum pk_status count_place(void *arg, struct slice name, const struct place *p)
{
	struct crowd *crowd = arg;

	(void)name;
	if (p->volume <= crowd->count)
		crowd->tenants[p->volume]++;
	return PK_OK;
}

/* The volume with the fewest tenants. */
static struct volume *choose_volume(struct call *c)
{
	struct server *s = c->server;
	struct crowd crowd = {.count = s->volume_count};
	struct volume *best = s->volumes[0];

	if (s->volume_count == 1)
		return best;
	crowd.tenants = arena_alloc(&c->arena, (crowd.count + 1) * sizeof(size_t));
	if (!crowd.tenants || directory_each(s->directory, false, count_place, &crowd) != PK_OK)
		return best;
	for (size_t i = 1; i < s->volume_count; i++)
		if (crowd.tenants[s->volumes[i]->number] < crowd.tenants[best->number])
			best = s->volumes[i];
	return best;
}

static enum pk_status claim(struct call *c, struct making *m)
{
	struct server *s = c->server;
	enum pk_status st;

	m->volume = choose_volume(c);
	st = directory_claim_tenant(s->directory, m->name, m->volume->number, &m->tenant);
	m->claimed = st == PK_OK;
	return st == PK_OK ? keyring_create(s->keys, m->tenant) : st;
}

static bool unmake(struct call *c, struct making *m)
{
	return keyring_destroy(c->server->keys, m->tenant) != PK_EIO;
}

static enum pk_status write_rows(struct call *c, struct txn *t, struct making *m)
{
	enum pk_status st = tenant_make(t, m->tenant, m->name);

	if (st == PK_OK)
		st = changes_apply(c, t, &(struct scope){m->tenant, PK_SCOPE_TENANT, 0},
		                   &m->changes);
	pk_put_tenant_create_rep(&c->out, &(struct pk_tenant_create_rep){.id = m->tenant});
	return st;
}

void op_tenant_create(struct call *c, const struct pk_tenant_create_req *q)
{
	static const struct claim_kind kind = {
		.claim = claim, .unmake = unmake, .write = write_rows};
	struct making *m = arena_alloc(&c->arena, sizeof(*m));

	if (!m) {
		call_done(c, PK_ENOMEM);
		return;
	}
	m->kind = &kind;
	m->name = q->name;
	if (!tenant_name_ok(q->name))
		call_fail(c, PK_EINVAL, "%.*s is no name for a tenant: " TENANT_NAME_WORDS,
		          WORDS(q->name));
	else if (admin_changes(c, q->settings, PK_SCOPE_TENANT, &m->changes))
		making_start(c, m);
}

static enum pk_status list_row(struct call *c, struct txn *t, const struct listed *l)
{
	struct tenant_row row;
	enum pk_status st = tenant_load(t, l->place.tenant, &row);

	if (st == PK_OK)
		pk_put_tenant_row(&c->rows,
		                  &(struct pk_tenant){.name = l->name,
		                                      .id = l->place.tenant,
		                                      .state = slice_str(state_word(row.state)),
		                                      .domains = row.domains,
		                                      .users = row.users,
		                                      .octets = row.use.octets,
		                                      .messages = row.use.messages});
	return st;
}

static void list_put(struct call *c)
{
	pk_put_tenant_list_rep(&c->out, &(struct pk_tenant_list_rep){.tenants = PK_ROWS(&c->rows)});
}

void op_tenant_list(struct call *c, const struct pk_tenant_list_req *q)
{
	(void)q;
	list_start(c, &(struct listing){.row = list_row, .put = list_put});
}

static enum pk_status show_step(struct call *c, struct txn *t)
{
	struct target *at = c->state;
	struct tenant_row row;
	enum pk_status st = tenant_load(t, at->tenant, &row);

	if (st == PK_OK)
		st = settings_rows(t, PK_SCOPE_TENANT, ACCT(at->tenant, 0), 0, &c->rows);
	if (st != PK_OK)
		return st;
	pk_put_tenant_show_rep(
		&c->out, &(struct pk_tenant_show_rep){.id = at->tenant,
	                                              .state = slice_str(state_word(row.state)),
	                                              .domains = row.domains,
	                                              .users = row.users,
	                                              .octets = row.use.octets,
	                                              .messages = row.use.messages,
	                                              .settings = PK_ROWS(&c->rows)});
	return PK_OK;
}

void op_tenant_show(struct call *c, const struct pk_tenant_show_req *q)
{
	admin_show(c, admin_tenant, q->tenant, show_step);
}

void op_tenant_set(struct call *c, const struct pk_tenant_set_req *q)
{
	admin_set(c, admin_tenant, q->tenant, q->settings);
}

/*
 * Deleting: marked in the volume, so that nobody gets in; all rows in chunks; the key; what the
 * trace has of it; the last row; the directory. What a crash cuts short goes on at the next start
 * (unfinished.h), or when it is asked for again.
 */
struct deleting {
	struct target at;
	unsigned budget;
	struct trace_erasing traces;
	enum pk_status status;
};

static void release_run(struct call *c)
{
	struct deleting *d = c->state;

	d->status = directory_release_tenant(c->server->directory, d->at.tenant);
}

static void released(struct call *c)
{
	call_done(c, ((struct deleting *)c->state)->status);
}

static void forgotten(struct call *c)
{
	if (c->status != PK_OK)
		call_done(c, c->status);
	else
		call_work(c, release_run, released);
}

static enum pk_status forget_apply(struct call *c, struct txn *t)
{
	return tenant_forget(t, ((struct deleting *)c->state)->at.tenant);
}

static enum pk_status traces_apply(struct call *c, struct txn *t)
{
	struct deleting *d = c->state;

	return trace_erase(t, d->at.tenant, &d->traces);
}

static void traces_erased(struct call *c)
{
	struct deleting *d = c->state;

	d->traces.from = d->traces.next;
	if (c->status != PK_OK)
		call_done(c, c->status);
	else if (d->traces.more)
		call_write_then(c, d->at.volume, traces_apply, traces_erased);
	else
		call_write_then(c, d->at.volume, forget_apply, forgotten);
}

static void shred_run(struct call *c)
{
	struct deleting *d = c->state;

	d->status = keyring_destroy(c->server->keys, d->at.tenant);
	if (d->status == PK_ENOTFOUND) /* an earlier run came this far */
		d->status = PK_OK;
}

static void shredded(struct call *c)
{
	struct deleting *d = c->state;

	trace_forget(c->server, d->at.tenant);
	if (d->status != PK_OK)
		call_done(c, d->status);
	else
		call_write_then(c, d->at.volume, traces_apply, traces_erased);
}

static enum pk_status erase_apply(struct call *c, struct txn *t)
{
	struct deleting *d = c->state;

	d->budget = ERASE_ROWS;
	return tenant_erase(t, d->at.tenant, &d->budget);
}

static void erased(struct call *c)
{
	struct deleting *d = c->state;

	auth_kick(c->server, d->at.tenant, 0, 0, PK_KICK_ADMIN);
	if (c->status != PK_OK)
		call_done(c, c->status);
	else if (d->budget == 0)
		call_write_then(c, d->at.volume, erase_apply, erased);
	else
		call_work(c, shred_run, shredded);
}

void op_tenant_delete(struct call *c, const struct pk_tenant_delete_req *q)
{
	struct deleting *d = arena_alloc(&c->arena, sizeof(*d));

	c->state = d;
	if (!d) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->write.bulk = true;
	if (admin_tenant(c, q->tenant, &d->at))
		call_write_then(c, d->at.volume, erase_apply, erased);
}
