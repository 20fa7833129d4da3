#include "ordering.h"
#include "search_run.h"
#include "sort.h"

#include "proto/say.h"

/* SORT: RFC 5256, RFC 5957; MODSEQ: RFC 7162 3.1.9. */

#define KEYS_MAX   ((size_t)128 << 20) /* octets of all keys; more: NO [LIMIT] */
#define TURN_STEPS 4096

struct sorted {
	uint32_t uid;
	uint32_t octets; /* of its key */
	size_t key;      /* where in `keys` */
};

struct sort {
	struct search_run run; /* first */
	struct sort_order order;
	struct buf messages; /* struct sorted each */
	struct buf keys;
	struct ordering ordering;
	uint64_t highest; /* mod-sequence of them */
	bool begun;
	uint32_t said;
};

static void free_sort(void *own)
{
	struct sort *q = own;

	search_run_free(&q->run);
	ordering_free(&q->ordering);
	buf_free(&q->messages);
	buf_free(&q->keys);
}

static const struct sorted *message_at(const struct sort *q, uint32_t i)
{
	return (const struct sorted *)(const void *)q->messages.p + i;
}

static struct slice key_of(const struct sort *q, uint32_t i)
{
	const struct sorted *m = message_at(q, i);

	return (struct slice){q->keys.p + m->key, m->octets};
}

/* RFC 5256 3: what is equal comes in the order of the mailbox. */
static int compare(const void *own, uint32_t a, uint32_t b)
{
	const struct sort *q = own;
	uint32_t x = message_at(q, a)->uid, y = message_at(q, b)->uid;
	int by_key = slice_cmp(key_of(q, a), key_of(q, b));

	if (by_key)
		return by_key;
	return x < y ? -1 : x > y;
}

static bool on_found(struct imap *s, const struct pk_message *row, const struct summary *sum)
{
	struct sort *q = s->cmd->own;
	struct sorted m = {.uid = row->uid, .key = q->keys.n};

	sort_key_put(&q->keys, &q->order, row, sum);
	m.octets = (uint32_t)(q->keys.n - m.key);
	buf_put(&q->messages, (struct slice){(const char *)&m, sizeof(m)});
	if (row->modseq > q->highest)
		q->highest = row->modseq;
	if (q->keys.n > KEYS_MAX)
		q->run.status = PK_ELIMIT;
	return q->keys.n <= KEYS_MAX && !q->keys.failed && !q->messages.failed;
}

static uint32_t say_sorted(struct imap *s, struct sort *q)
{
	struct ordering *o = &q->ordering;

	for (uint32_t n = 0; n < TURN_STEPS && q->said < o->n && !out_full(s); n++) {
		uint32_t uid = message_at(q, o->at[q->said++])->uid;

		put(s, S(" "));
		say_number(s->io, s->cmd->uid ? uid : view_number(s->view, uid));
	}
	if (q->said < o->n)
		return PK_AGAIN;
	if (q->run.program.modseq && o->n)
		say_printf(s->io, " (MODSEQ %llu)", (unsigned long long)q->highest);
	put(s, S("\r\n"));
	return imap_done(s);
}

static uint32_t on_again(struct imap *s, struct pk_in *in)
{
	struct sort *q = s->cmd->own;

	if (in->kind != PK_IN_AGAIN)
		return s->io->want;
	if (!ordering_turn(&q->ordering, TURN_STEPS))
		return PK_AGAIN;
	if (!q->begun)
		put(s, S("* SORT"));
	q->begun = true;
	return say_sorted(s, q);
}

static uint32_t all_found(struct imap *s)
{
	struct sort *q = s->cmd->own;

	if (!ordering_begin(&q->ordering, (uint32_t)(q->messages.n / sizeof(struct sorted)),
	                    compare, q))
		return imap_no(s, PK_ENOMEM);
	s->then = on_again;
	return PK_AGAIN;
}

static enum search_parsed parse(struct imap *s, struct parser *p, struct sort *q)
{
	if (!parse_space(p) || !sort_order_parse(p, &q->order) || !parse_space(p))
		return SEARCH_BAD;
	return search_charset_keys(s, p, &q->run.program);
}

uint32_t cmd_sort(struct imap *s, struct parser *p)
{
	struct sort *q = imap_alloc(s, sizeof(*q));
	enum search_parsed parsed;

	if (!q)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = q;
	s->cmd->clean = free_sort;
	q->run.found = on_found;
	q->run.done = all_found;
	parsed = parse(s, p, q);
	if (parsed != SEARCH_PARSED)
		return search_refuse_args(s, parsed, p);
	q->run.also = sort_order_wants(&q->order);
	if (q->run.also & PK_WANT_SUMMARY)
		q->run.also |= SEARCH_SUMMARY;
	return search_start(s, &q->run);
}
