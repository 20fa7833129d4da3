#include "trace.h"

/*
 * Looks through the rows since a time, all volumes one after the other, for those that have the tag
 * of a name. There is no other index: a delivery would have to write into three more places of the
 * tree, and a search of a million rows takes less than a second.
 */
#define ROWS_A_STEP 20000

struct search {
	uint64_t tag;
	size_t volume;
	struct trace_key from; /* the next row to look at */
};

static const char *kind_word(uint8_t kind)
{
	static const char *const words[] = {[TRACE_DELIVERED] = "delivered",
	                                    [TRACE_REFUSED] = "refused",
	                                    [TRACE_LOGIN] = "login"};

	return kind < sizeof(words) / sizeof(*words) && words[kind] ? words[kind] : "other";
}

static enum pk_status add(struct call *c, const struct cursor *at)
{
	struct buf plain = {0};
	struct trace_event e;
	enum pk_status st = trace_decode(c->server->keys, at->key, at->value, &plain, &e);
	struct pk_traced row = {0};

	if (st == PK_OK) {
		for (unsigned i = 0; i < 8; i++)
			row.time = (int64_t)((uint64_t)row.time << 8 | (unsigned char)at->key.p[i]);
		row.event = slice_str(kind_word(e.kind));
		row.service = e.service;
		row.session = e.session;
		row.address = e.address;
		row.owner = e.owner;
		row.from = e.from;
		row.peer = e.peer;
		row.result = slice_str(pk_status_name((enum pk_status)e.code));
		row.text = e.text;
		row.message_id = e.message_id;
		row.octets = e.octets;
		pk_put_traced_row(&c->rows, &row);
	}
	buf_free(&plain);
	return st == PK_ENOMEM ? st : PK_OK; /* one that is broken hides no others */
}

static enum pk_status walk(struct call *c, struct cursor *at, bool *end)
{
	struct search *s = c->state;
	enum pk_status st = cursor_seek(at, (struct slice){(char *)s->from.p, TRACE_KEY_OCTETS});

	for (unsigned n = 0; st == PK_OK; n++, st = cursor_next(at)) {
		if (at->key.n != TRACE_KEY_OCTETS)
			continue;
		memcpy(s->from.p, at->key.p, TRACE_KEY_OCTETS);
		if (n == ROWS_A_STEP || c->rows.n >= CALL_ROWS_OCTETS)
			return PK_OK;
		if (trace_has_tag(at->value, s->tag) && (st = add(c, at)) != PK_OK)
			return st;
	}
	*end = st == PK_ENOTFOUND;
	return *end ? PK_OK : st;
}

static enum pk_status step(struct call *c, struct txn *t)
{
	const struct pk_trace_req *q = c->q;
	struct search *s = c->state;
	struct cursor at = {0};
	bool end = false;
	enum pk_status st = cursor_open(t, TREE_TRACE, &at);

	buf_clear(&c->rows);
	if (st == PK_OK)
		st = walk(c, &at, &end);
	cursor_close(&at);
	if (end && ++s->volume < c->server->volume_count) {
		c->volume = c->server->volumes[s->volume];
		s->from = trace_key(q->since, 0);
		end = false;
	}
	c->again = !end;
	pk_put_trace_rep(&c->out, &(struct pk_trace_rep){PK_ROWS(&c->rows)});
	return st;
}

void op_trace(struct call *c, const struct pk_trace_req *q)
{
	struct search *s = arena_alloc(&c->arena, sizeof(*s));

	if (!s) {
		call_done(c, PK_ENOMEM);
	} else if (!q->what.n || q->since < 0) {
		call_fail(c, PK_EINVAL, "an address, a Message-ID or the number of a session");
	} else {
		*s = (struct search){.tag = trace_tag(trace_tags_of(c->server), q->what),
		                     .from = trace_key(q->since, 0)};
		c->state = s;
		call_read(c, c->server->volumes[0], step);
	}
}
