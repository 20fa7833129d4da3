#include "tenant_list.h"

static enum pk_status gather(void *arg, struct slice name, const struct place *place)
{
	struct listing *l = arg;
	struct arena *arena = &l->call->arena;

	if (l->tenant && place->tenant != l->tenant)
		return PK_OK;
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct listed *more = arena_alloc(arena, room * sizeof(*more));

		if (!more)
			return PK_ENOMEM;
		if (l->count)
			memcpy(more, l->names, l->count * sizeof(*more));
		l->names = more;
		l->room = room;
	}
	l->names[l->count++] = (struct listed){arena_copy(arena, name), *place};
	return arena->failed ? PK_ENOMEM : PK_OK;
}

/* One row, from the volume where it lives: mostly that of the transaction at hand. */
static enum pk_status put_row_of(struct call *c, struct txn *t, const struct listed *one)
{
	struct listing *l = c->state;
	struct volume *v = server_volume(c->server, one->place.volume);
	struct txn other;
	enum pk_status st;

	if (!v)
		return PK_OK;
	if (v == t->volume)
		return l->row(c, t, one);
	st = txn_begin_read(v, &other);
	if (st == PK_OK)
		st = l->row(c, &other, one);
	txn_end_read(&other);
	return st;
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct listing *l = c->state;

	buf_clear(&c->rows);
	for (; l->at < l->count && c->rows.n < CALL_ROWS_OCTETS; l->at++) {
		enum pk_status st = put_row_of(c, t, &l->names[l->at]);

		if (st != PK_OK && st != PK_ENOTFOUND)
			return st;
	}
	c->again = l->at < l->count;
	l->put(c);
	return PK_OK;
}

void list_start(struct call *c, const struct listing *given)
{
	struct listing *l = arena_alloc(&c->arena, sizeof(*l));
	enum pk_status st;

	if (!l) {
		call_done(c, PK_ENOMEM);
		return;
	}
	*l = *given;
	l->call = c;
	c->state = l;
	st = directory_each(c->server->directory, l->domains, gather, l);
	if (st != PK_OK)
		call_done(c, st);
	else
		call_read(c, c->server->volumes[0], list_step);
}

enum pk_status walk_step(struct call *c, struct txn *t, struct range_walk *w)
{
	struct cursor cursor;
	enum pk_status st = cursor_open(t, TREE_TENANT, &cursor);

	buf_clear(&c->rows);
	if (st == PK_OK)
		st = cursor_seek(&cursor, key_slice(w->from.n ? &w->from : &w->prefix));
	while (st == PK_OK && slice_starts(cursor.key, key_slice(&w->prefix))) {
		if (c->rows.n >= CALL_ROWS_OCTETS) {
			memcpy(w->from.p, cursor.key.p, cursor.key.n);
			w->from.n = cursor.key.n;
			c->again = true;
			break;
		}
		st = w->row(c, t, cursor.key, cursor.value);
		if (st == PK_OK)
			st = cursor_next(&cursor);
	}
	cursor_close(&cursor);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

void walk_start(struct call *c, admin_find *find, struct slice name, range_row *row,
                enum pk_status (*step)(struct call *, struct txn *))
{
	struct target_walk *w = arena_alloc(&c->arena, sizeof(*w));

	c->state = w;
	if (!w) {
		call_done(c, PK_ENOMEM);
		return;
	}
	w->walk.row = row;
	if (find(c, name, &w->at))
		call_read(c, w->at.volume, step);
}
