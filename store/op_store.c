#include "mailbox_chunks.h"
#include "mailbox_parts.h"
#include "mailbox_scan.h"

/* store: flags of messages, in chunks. */

enum { FLAGS, REFUSED, KEYWORDS };

struct storing {
	struct chunks chunks; /* first */
	uint64_t bits;        /* of the chunk under way: system flags and keywords of the mailbox */
	struct mailbox *m;
};

static const struct pk_store_req *request(const struct call *c)
{
	return c->q;
}

static uint64_t changed(uint8_t mode, uint64_t old, uint64_t bits)
{
	switch (mode) {
	case PK_STORE_ADD: return old | bits;
	case PK_STORE_REMOVE: return old & ~bits;
	default: return bits;
	}
}

/* Keyword bits that the request names must be known here. */
static enum pk_status known_bits(struct mailbox *m, uint64_t flags, uint64_t *bits)
{
	enum pk_status st = flags >> PK_FIRST_KEYWORD ? keywords_load(m) : PK_OK;

	*bits = flags & PK_SYSTEM_FLAGS;
	for (uint8_t bit = PK_FIRST_KEYWORD; st == PK_OK && bit < 64; bit++) {
		if (!(flags >> bit & 1))
			continue;
		if (!keyword_name(m, bit).n)
			return PK_EINVAL;
		*bits |= 1ull << bit;
	}
	return st;
}

static enum pk_status find_bits(struct call *c, struct storing *s, struct mailbox *m)
{
	const struct pk_store_req *q = request(c);
	struct pk_rows names = q->keywords;
	struct pk_name name;
	uint8_t bit;
	enum pk_status st = known_bits(m, q->flags, &s->bits);

	while (st == PK_OK && pk_next_name(&names, &name)) {
		st = mailbox_keyword(m, name.name, q->mode != PK_STORE_REMOVE, &bit);
		if (st == PK_OK)
			s->bits |= 1ull << bit;
		else if (st == PK_ENOTFOUND)
			st = PK_OK; /* what nobody has cannot be taken away */
		else if (st == PK_ELIMIT)
			return call_error(c, st, "more than %d keywords, or one too long",
			                  PK_KEYWORDS_MAX);
	}
	return st;
}

/* RFC 7162 3.1.3: the client's condition does not hold. */
static bool refuses(const struct pk_store_req *q, uint64_t bits, const struct flag_entry *e)
{
	return (q->unchanged_since && e->modseq > q->unchanged_since) ||
	       (q->absent && e->flags & bits);
}

static enum pk_status one(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct call *c = arg;
	struct storing *s = c->state;
	const struct pk_store_req *q = request(c);
	struct flag_entry now;
	enum pk_status st = chunks_take(&s->chunks, uid);

	if (st != PK_OK)
		return st;
	if (refuses(q, s->bits, e)) {
		range_rows_add(&s->chunks.found[REFUSED], uid, uid);
		return PK_OK;
	}
	st = mailbox_set_flags(s->m, uid, changed(q->mode, e->flags, s->bits));
	if (st == PK_OK)
		st = mailbox_flags(s->m, uid, &now);
	if (st == PK_OK)
		pk_put_flag_row(&s->chunks.found[FLAGS].rows,
		                &(struct pk_flag){uid, now.flags, now.modseq});
	return st;
}

static enum pk_status chunk(struct call *c, struct mailbox *m)
{
	struct storing *s = c->state;
	bool first = !s->chunks.done.range && !s->chunks.done.next;
	enum pk_status st = find_bits(c, s, m);

	s->m = m;
	if (st == PK_OK && first)
		st = scan_keywords(m, &s->chunks.found[KEYWORDS].rows);
	return st == PK_OK ? chunks_each(&s->chunks, m, one, c) : st;
}

static void reply(struct call *c, const struct pk_rows *lists)
{
	struct chunks *k = c->state;
	struct pk_store_rep rep = {.modseq = k->last_modseq,
	                           .flags = lists[FLAGS],
	                           .refused = lists[REFUSED],
	                           .keywords = lists[KEYWORDS],
	                           .before = k->before};

	pk_put_store_rep(&c->out, &rep);
}

void op_store(struct call *c, const struct pk_store_req *q)
{
	struct storing *s = arena_alloc(&c->arena, sizeof(*s));
	enum pk_status st = q->mode <= PK_STORE_REMOVE ? PK_OK : PK_EINVAL;

	if (!s)
		st = PK_ENOMEM;
	if (st == PK_OK)
		st = uid_set_get(&c->arena, q->uids, &s->chunks.set);
	if (st != PK_OK) {
		call_done(c, st);
		return;
	}
	if (!call_opened(c, q->handle, true, &s->chunks.opened))
		return;
	s->chunks.chunk = chunk;
	s->chunks.rows = CHUNK_FLAGS;
	s->chunks.reply = reply;
	s->chunks.lists = 3;
	chunks_run(c, &s->chunks);
}
