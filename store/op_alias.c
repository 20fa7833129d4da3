#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_edit.h"
#include "tenant_list.h"
#include "tenant_record.h"

/* Aliases: made, changed, told, deleted. "@domain" is a domain's catch-all. */
struct alias {
	struct target at;
	struct slice *list; /* targets, folded, in the arena */
	size_t count;
	bool fresh; /* it must not exist yet; else it must */
};

static struct alias *begin(struct call *c, struct slice address)
{
	struct alias *a = arena_alloc(&c->arena, sizeof(*a));

	c->state = a;
	if (!a) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	return admin_alias(c, address, &a->at) ? a : NULL;
}

static struct slice join(struct arena *arena, const struct address *a)
{
	char text[ADDRESS_MAX + 1];
	int n = snprintf(text, sizeof(text), "%.*s@%.*s", (int)a->local.n, a->local.p,
	                 (int)a->domain.n, a->domain.p);

	return arena_copy(arena, (struct slice){text, (size_t)n});
}

static bool take_targets(struct call *c, struct alias *a, struct pk_rows rows)
{
	struct pk_rows again = rows;
	struct pk_name row;

	while (pk_next_name(&again, &row))
		a->count++;
	if (a->count == 0 || a->count > TARGETS_MAX) {
		call_fail(c, PK_ELIMIT, "an alias has 1 to %d targets", TARGETS_MAX);
		return false;
	}
	a->list = arena_alloc(&c->arena, a->count * sizeof(*a->list));
	for (size_t i = 0; a->list && pk_next_name(&rows, &row); i++) {
		struct address address;

		if (address_fold(row.name, &address) != PK_OK) {
			call_fail(c, PK_EINVAL, "%.*s is no address", WORDS(row.name));
			return false;
		}
		a->list[i] = join(&c->arena, &address);
	}
	if (!c->arena.failed)
		return true;
	call_done(c, PK_ENOMEM);
	return false;
}

static enum pk_status explain(struct call *c, const struct alias *a, enum pk_status st, size_t bad)
{
	struct slice target = a->list[bad];

	switch ((int)st) {
	case PK_EEXISTS:
		return call_error(c, st, "there is a user of this name; users come before aliases");
	case PK_ENOTFOUND:
		return call_error(c, st, "%.*s is in no domain of this tenant", WORDS(target));
	case PK_EINVAL: return call_error(c, st, "%.*s leads back to this alias", WORDS(target));
	case PK_ELIMIT: return call_error(c, st, "%.*s leads over too many aliases", WORDS(target));
	default: return st;
	}
}

static struct alias_name name_of(const struct target *at)
{
	return (struct alias_name){at->tenant, at->domain, at->selector.local};
}

static enum pk_status put_apply(struct call *c, struct txn *t)
{
	struct alias *a = c->state;
	struct alias_targets targets = {a->list, a->count};
	struct alias_name name;
	size_t bad;
	enum pk_status st = target_domain(c, t, &a->at);

	if (st != PK_OK)
		return st;
	name = name_of(&a->at);
	if (a->fresh && alias_exists(t, &name))
		return call_error(c, PK_EEXISTS, "there is such an alias");
	if (!a->fresh && !alias_exists(t, &name))
		return call_error(c, PK_ENOTFOUND, "there is no such alias");
	st = alias_check(t, &name, &targets, &bad);
	if (st != PK_OK)
		return explain(c, a, st, bad);
	return alias_put(t, &name, &targets);
}

static void put(struct call *c, struct slice address, struct pk_rows targets, bool fresh)
{
	struct alias *a = begin(c, address);

	if (!a || !take_targets(c, a, targets))
		return;
	a->fresh = fresh;
	call_write(c, a->at.volume, put_apply);
}

void op_alias_create(struct call *c, const struct pk_alias_create_req *q)
{
	put(c, q->address, q->targets, true);
}

void op_alias_set(struct call *c, const struct pk_alias_set_req *q)
{
	put(c, q->address, q->targets, false);
}

static enum pk_status delete_apply(struct call *c, struct txn *t)
{
	struct alias *a = c->state;
	struct alias_name name;
	enum pk_status st = target_domain(c, t, &a->at);

	name = name_of(&a->at);
	if (st == PK_OK)
		st = alias_remove(t, &name);
	return st == PK_ENOTFOUND ? call_error(c, st, "there is no such alias") : st;
}

void op_alias_delete(struct call *c, const struct pk_alias_delete_req *q)
{
	struct alias *a = begin(c, q->address);

	if (a)
		call_write(c, a->at.volume, delete_apply);
}

static enum pk_status put_target(struct call *c, struct txn *t, struct slice key,
                                 struct slice value)
{
	struct slice target;
	enum pk_status st = text_decode(value, &target);

	(void)t, (void)key;
	if (st == PK_OK)
		pk_put_name_row(&c->rows, &(struct pk_name){target});
	return st;
}

static enum pk_status show_step(struct call *c, struct txn *t)
{
	struct target_walk *w = c->state;
	struct alias_name name;
	enum pk_status st = target_domain(c, t, &w->at);

	if (st != PK_OK)
		return st;
	name = name_of(&w->at);
	w->walk.prefix = key_alias(name.tenant, name.domain, name.local);
	if (!alias_exists(t, &name))
		return call_error(c, PK_ENOTFOUND, "there is no such alias");
	st = walk_step(c, t, &w->walk);
	pk_put_alias_show_rep(&c->out, &(struct pk_alias_show_rep){.targets = PK_ROWS(&c->rows)});
	return st;
}

void op_alias_show(struct call *c, const struct pk_alias_show_req *q)
{
	walk_start(c, admin_alias, q->address, put_target, show_step);
}

/* The targets of an alias between spaces; at most 48 KiB of them in a list. */
static enum pk_status gather_targets(struct txn *t, const struct key *prefix, struct buf *out)
{
	struct cursor cursor;
	enum pk_status st = cursor_open(t, TREE_TENANT, &cursor);

	if (st == PK_OK)
		st = cursor_seek(&cursor, key_slice(prefix));
	while (st == PK_OK && slice_starts(cursor.key, key_slice(prefix)) &&
	       out->n < (size_t)48 * 1024) {
		struct slice target;

		st = text_decode(cursor.value, &target);
		if (st != PK_OK)
			break;
		if (out->n)
			buf_byte(out, ' ');
		buf_put(out, target);
		st = cursor_next(&cursor);
	}
	cursor_close(&cursor);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

/* A row of the list for the first target of each alias. */
static enum pk_status list_row(struct call *c, struct txn *t, struct slice key, struct slice value)
{
	struct target_walk *w = c->state;
	struct buf address = {0}, targets = {0};
	struct domain_row domain;
	struct slice local;
	struct key prefix;
	uint32_t id;
	uint16_t n;
	enum pk_status st;

	(void)value;
	if (!key_alias_split(key, &id, &local, &n))
		return PK_EIO;
	if (n != 0)
		return PK_OK;
	prefix = key_alias(w->at.tenant, id, local);
	st = domain_load(t, w->at.tenant, id, &domain);
	if (st == PK_OK)
		st = gather_targets(t, &prefix, &targets);
	if (st == PK_OK) {
		buf_put(&address, local);
		buf_byte(&address, '@');
		buf_put(&address, domain.name);
		pk_put_alias_row(&c->rows,
		                 &(struct pk_alias){buf_slice(&address), buf_slice(&targets)});
	}
	buf_free(&address);
	buf_free(&targets);
	return st;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct target_walk *w = c->state;
	enum pk_status st = target_domain(c, t, &w->at);

	if (st != PK_OK)
		return st;
	w->walk.prefix = w->at.domain ? key_tenant_u32(w->at.tenant, KIND_ALIAS, w->at.domain)
	                              : key_tenant(w->at.tenant, KIND_ALIAS);
	st = walk_step(c, t, &w->walk);
	pk_put_alias_list_rep(&c->out, &(struct pk_alias_list_rep){.aliases = PK_ROWS(&c->rows)});
	return st;
}

void op_alias_list(struct call *c, const struct pk_alias_list_req *q)
{
	walk_start(c, admin_selector, q->selector, list_row, list_step);
}
