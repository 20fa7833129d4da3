#include "mailbox_chunks.h"
#include "mailbox_copy.h"
#include "quota.h"

/* copy: COPY is one transaction, MOVE goes in chunks, each of which moves whole messages. */

enum { FROM, TO };

struct copy_op {
	struct chunks chunks; /* first */
	uint32_t uidvalidity; /* of the destination */
	uint32_t last;        /* what comes later, be it by copying, is not meant */
	size_t count, most;
	uint64_t octets;
	size_t done; /* by this chunk */
	struct mailbox *from;
};

static enum pk_status told(void *arg, uint32_t uid, uint32_t new_uid)
{
	struct copy_op *o = arg;

	o->done++;
	range_rows_add(&o->chunks.found[FROM], uid, uid);
	range_rows_add(&o->chunks.found[TO], new_uid, new_uid);
	return PK_OK;
}

static enum pk_status count_one(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct copy_op *o = arg;

	(void)uid;
	(void)e;
	return o->count++ < o->most ? PK_OK : PK_ELIMIT;
}

static enum pk_status weigh_one(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct copy_op *o = arg;
	struct message_row row;
	enum pk_status st = count_one(o, uid, e);

	if (st == PK_OK)
		st = mailbox_message(o->from, uid, &row);
	o->octets += st == PK_OK ? row.octets : 0;
	return st;
}

/* What this chunk and those behind it will copy or move. PK_ELIMIT: more than `most`, of which
 * o->octets are. */
static enum pk_status each(struct copy_op *o, size_t most,
                           enum pk_status (*fn)(void *, uint32_t, const struct flag_entry *))
{
	struct uid_place place = o->chunks.place;
	struct uid_range rest;
	enum pk_status st = PK_OK;

	o->count = 0;
	o->octets = 0;
	o->most = most;
	while (st == PK_OK && uid_set_rest(&o->chunks.set, &place, &rest)) {
		uint32_t last = rest.last < o->last ? rest.last : o->last;

		st = mailbox_each(o->from, rest.first, last, fn, o);
		uid_set_pass(&o->chunks.set, &place, rest.last);
	}
	return st;
}

/* At most what the whole source weighs; only when that does not fit each message is looked at. */
static enum pk_status check_room(struct call *c, struct copy_op *o, struct mailbox *to)
{
	uint8_t scope = 0;
	enum pk_status st = each(o, ONE_TRANSACTION, count_one);

	if (st == PK_ELIMIT)
		return call_error(c, st, "more than %d messages in one request", ONE_TRANSACTION);
	if (st == PK_OK)
		st = quota_check(to, o->from->row.octets, o->count, &scope);
	if (st != PK_EQUOTA)
		return st;
	st = each(o, ONE_TRANSACTION, weigh_one);
	return st == PK_OK ? quota_check(to, o->octets, o->count, &scope) : st;
}

/*
 * A move changes the usage of no scope but the mailboxes'. What does not fit whole is not begun;
 * behind the first chunk others may have taken the room.
 */
static enum pk_status check_move(struct copy_op *o, struct mailbox *to)
{
	bool first = !o->chunks.done.range && !o->chunks.done.next;
	struct quota_needs needs = {
		.mailbox = {o->from->row.octets, o->from->row.exists}
        };
	enum pk_status st;

	if (to == o->from || quota_check_needs(to, &needs, NULL) == PK_OK)
		return PK_OK;
	st = each(o, first ? SIZE_MAX : o->chunks.rows, weigh_one);
	if (st != PK_OK && st != PK_ELIMIT)
		return st;
	needs.mailbox = (struct quota_need){o->octets, st == PK_OK ? o->count : o->most};
	return quota_check_needs(to, &needs, NULL);
}

static enum pk_status copy_all(struct call *c, struct copy_op *o, struct mailbox *to)
{
	const struct pk_copy_req *q = c->q;
	struct copying copying = {.from = o->from, .to = to, .move = q->move};
	struct copy_told t = {told, o};
	struct uid_range rest;
	enum pk_status st = q->move ? check_move(o, to) : check_room(c, o, to);

	while (st == PK_OK && uid_set_rest(&o->chunks.set, &o->chunks.place, &rest) &&
	       rest.first <= o->last) {
		uint64_t next = rest.first;

		if (rest.last > o->last)
			rest.last = o->last;
		st = copy_range(&copying, &next, rest.last, &o->chunks.left, &t);
		if (st == PK_OK && next > 1)
			uid_set_pass(&o->chunks.set, &o->chunks.place, (uint32_t)(next - 1));
		if (st == PK_OK && !o->chunks.left && next <= rest.last)
			st = PK_ERETRY;
	}
	if (st == PK_OK || st == PK_ERETRY) {
		enum pk_status finished = copy_finish(&copying);

		return finished == PK_OK ? st : finished;
	}
	return st;
}

static enum pk_status chunk(struct call *c, struct mailbox *from)
{
	const struct pk_copy_req *q = c->q;
	struct copy_op *o = c->state;
	struct mailbox other, *to = &other;
	enum pk_status st = mailbox_find(from->account, q->mailbox, &other), saved;

	if (st != PK_OK)
		return st;
	if (other.id == from->id)
		to = from;
	o->from = from;
	if (!o->chunks.done.range && !o->chunks.done.next)
		o->last = from->row.uidnext - 1;
	o->uidvalidity = to->row.uidvalidity;
	o->done = 0;
	st = copy_all(c, o, to);
	c->counted = o->done;
	saved = to == from || (st != PK_OK && st != PK_ERETRY) ? PK_OK : mailbox_save(to);
	mailbox_drop(&other);
	return saved == PK_OK ? st : saved;
}

static void reply(struct call *c, const struct pk_rows *lists)
{
	struct copy_op *o = c->state;
	struct pk_copy_rep rep = {o->chunks.last_modseq, o->uidvalidity, lists[FROM], lists[TO]};

	pk_put_copy_rep(&c->out, &rep);
}

void op_copy(struct call *c, const struct pk_copy_req *q)
{
	struct copy_op *o = arena_alloc(&c->arena, sizeof(*o));
	enum pk_status st = o ? uid_set_get(&c->arena, q->uids, &o->chunks.set) : PK_ENOMEM;

	if (st != PK_OK) {
		call_done(c, st);
		return;
	}
	c->counts = q->move ? METRIC_messages_moved_total : METRIC_messages_copied_total;
	if (!call_opened(c, q->handle, q->move, &o->chunks.opened))
		return;
	o->chunks.chunk = chunk;
	o->chunks.rows = q->move ? CHUNK_REMOVES : SIZE_MAX;
	o->chunks.reply = reply;
	o->chunks.lists = 2;
	chunks_run(c, &o->chunks);
}
