#include "pop3.h"

#include "proto/say.h"

/*
 * RETR. Message data goes from the store's chunks into the output, with dots stuffed, never more
 * than there is room for: then the same reply comes again, and its cursor says how much of it has
 * been sent. The store answers in the order of the requests and of the messages in them.
 */
static uint32_t ask_store(struct pop3 *s);

static uint32_t reading_wants(struct pop3 *s)
{
	struct retrieval *r = &s->reading;
	uint32_t want = PK_REPLY;

	s->io->take = POP3_LINE_MAX;
	if (r->count < POP3_QUEUE && !s->held.any && !s->draining)
		want |= PK_LINE;
	if (r->asked < r->count && r->calls < POP3_CALLS)
		want |= PK_AGAIN; /* when no RETR is left in what the client has sent */
	return want;
}

/* The first message has been answered. */
static void answered(struct pop3 *s)
{
	struct retrieval *r = &s->reading;

	r->next = r->queue[0] + 1;
	memmove(r->queue, r->queue + 1, --r->count * sizeof(*r->queue));
	r->asked--;
	r->left[0]--;
	s->amid = false;
	s->errors = 0;
}

static uint32_t go_on(struct pop3 *s)
{
	if (s->reading.count)
		return reading_wants(s);
	if (!s->held.any || s->draining)
		return pop3_next(s);
	s->held.any = false;
	return pop3_line(s, (struct slice){s->held.line, s->held.n}, s->held.too_long);
}

/* A message that cannot be read. Once a part of it has been sent, only closing says so. */
static bool refuse(struct pop3 *s, enum pk_status st)
{
	if (s->amid)
		return false;
	pop3_put_answer(s->io, s->language, pop3_failure(st));
	answered(s);
	return true;
}

static void begin(struct pop3 *s, uint64_t octets)
{
	struct retrieval *r = &s->reading;

	pk_put(s->io, S("+OK "));
	say_number(s->io, octets);
	pk_put(s->io, S(" "));
	say_line(s->io, pop3_words(s, S("octets")));
	s->amid = true;
	r->sent = 0;
	r->dots = (struct dots_out){0};
}

/*
 * Sends what there is room for of a chunk's octets behind *at, and the end of the message behind
 * its last octet. False: it is longer than LIST has promised.
 */
static bool put_octets(struct pop3 *s, struct slice bytes, uint64_t *at)
{
	struct retrieval *r = &s->reading;
	uint64_t octets = s->drop.octets[r->queue[0]];
	struct slice text = slice_head(slice_skip(bytes, *at), s->io->out_high - s->io->out_n);

	if (!s->amid)
		begin(s, octets);
	dots_put(&r->dots, s->io, text);
	*at += text.n;
	r->sent += text.n;
	if (r->sent > octets || (r->sent == octets && *at < bytes.n))
		return false;
	if (r->sent == octets && *at == bytes.n) {
		dots_end(&r->dots, s->io);
		maildrop_retrieved(&s->drop, r->queue[0]);
		answered(s);
	}
	return true;
}

/* As much of a chunk as there is room for; what nobody has asked for yet is kept. */
static bool put_chunk(struct pop3 *s, const struct pk_chunk *c, uint64_t *at)
{
	struct retrieval *r = &s->reading;

	if (r->left[0])
		return c->status == PK_OK ? put_octets(s, c->bytes, at)
		                          : refuse(s, (enum pk_status)c->status);
	*at = c->bytes.n;
	if (c->status != PK_OK)
		ahead_stop(&r->ahead);
	return ahead_put(&r->ahead, c->bytes);
}

/*
 * The chunks of a frame from the cursor on: in its upper half how many of them are done, in its
 * lower half how many octets of the next. *full: there is no more room. False: it went wrong.
 */
static bool put_chunks(struct pop3 *s, struct pk_rows rows, uint64_t *cursor, bool *full)
{
	struct pk_chunk c;

	for (uint64_t i = 0; pk_next_chunk(&rows, &c); i++) {
		uint64_t at = i == *cursor >> 32 ? *cursor & UINT32_MAX : 0;

		if (i < *cursor >> 32)
			continue;
		*full = !pop3_room(s);
		if (!*full && !put_chunk(s, &c, &at))
			return false;
		*full = *full || (c.status == PK_OK && at < c.bytes.n);
		*cursor = *full ? i << 32 | at : (i + 1) << 32;
		if (*full)
			return true;
	}
	return true;
}

static bool refuse_all(struct pop3 *s, enum pk_status st)
{
	while (s->reading.left[0])
		if (!refuse(s, st))
			return false;
	return true;
}

static uint32_t take_chunks(struct pop3 *s, struct pk_in *in)
{
	struct retrieval *r = &s->reading;
	enum pk_status st = (enum pk_status)in->status;
	uint64_t cursor = in->resume ? in->resume - 1 : 0; /* 0 in resume would mean the end */
	struct pk_read_rep rep = {0};
	bool full = false, ok;

	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &rep);
	ok = st == PK_OK ? put_chunks(s, rep.chunks, &cursor, &full) : refuse_all(s, st);
	in->resume = full ? cursor + 1 : 0;
	if (!ok)
		return PK_CLOSE;
	if (full)
		return PK_REPLY;
	if (in->flags & PK_MORE)
		return reading_wants(s) | (r->count ? 0 : PK_FLUSH); /* the rest is read ahead */
	if (r->left[0])
		return PK_CLOSE; /* the store has not answered for all */
	ahead_end(&r->ahead);
	memmove(r->left, r->left + 1, --r->calls * sizeof(*r->left));
	return go_on(s);
}

static void put_piece(struct pop3 *s, uint32_t i, struct buf *rows)
{
	pk_put_piece_row(rows,
	                 &(struct pk_piece){.uid = s->drop.uids[i], .octets = s->drop.octets[i]});
}

/* The messages from `first` on, as many as may be held beside so many octets. */
static void read_ahead(struct pop3 *s, uint32_t first, uint64_t beside, struct buf *rows)
{
	const struct maildrop *d = &s->drop;
	uint32_t end = first;
	uint64_t octets = 0;

	while (end < d->count && !maildrop_marked(d, end) && d->octets[end] &&
	       beside + octets + d->octets[end] <= AHEAD_OCTETS)
		octets += d->octets[end++];
	if (end == first || !ahead_more(&s->reading.ahead, s->io, first, end, octets))
		return;
	for (uint32_t i = first; i < end; i++)
		put_piece(s, i, rows);
}

/* A request, of whose messages the client has asked for so many. */
static bool ask_rows(struct pop3 *s, uint32_t asked, struct buf *rows)
{
	struct retrieval *r = &s->reading;
	struct buf b = {0};
	bool sent;

	pk_put_read_req(&b, &(struct pk_read_req){.handle = s->handle, .pieces = PK_ROWS(rows)});
	s->then = take_chunks;
	sent = !rows->failed && !b.failed &&
	       s->io->host->call(s->io, ++s->tag, PK_OP_read, buf_slice(&b));
	if (sent)
		r->left[r->calls++] = (uint16_t)asked;
	buf_free(rows);
	buf_free(&b);
	return sent;
}

/* One request for all messages that have not been asked for. With one that comes alone, in its
 * turn, those behind it are read too. */
static uint32_t ask_store(struct pop3 *s)
{
	struct retrieval *r = &s->reading;
	struct buf rows = {0};
	uint32_t asked = r->count - r->asked;

	if (!asked || r->calls == POP3_CALLS)
		return reading_wants(s);
	while (r->asked < r->count)
		put_piece(s, r->queue[r->asked++], &rows);
	ahead_free(&r->ahead, s->io);
	if (r->count == 1 && r->queue[0] == r->next)
		read_ahead(s, r->next + 1, s->drop.octets[r->next], &rows);
	return ask_rows(s, asked, &rows) ? reading_wants(s) : PK_CLOSE;
}

/* When half of what is held is taken, the store reads on while the client takes the rest. */
static uint32_t kept_sent(struct pop3 *s)
{
	struct retrieval *r = &s->reading;
	struct buf rows = {0};

	if (r->ahead.cap && !r->calls && !r->ahead.over &&
	    ahead_left(&r->ahead) <= AHEAD_OCTETS / 2)
		read_ahead(s, r->ahead.end, ahead_left(&r->ahead), &rows);
	if ((rows.n || rows.failed) && !ask_rows(s, 0, &rows))
		ahead_stop(&r->ahead); /* what is held stays */
	return pop3_next(s) | (r->calls && !s->draining ? PK_REPLY | PK_FLUSH : 0);
}

/* The first message, which is at hand: at once, as far as there is room. */
static uint32_t send_kept(struct pop3 *s)
{
	struct retrieval *r = &s->reading;
	uint64_t octets = s->drop.octets[r->queue[0]], at = s->amid ? r->sent : 0;
	struct slice text = ahead_find(&r->ahead, r->queue[0], octets);

	if (!pop3_room(s))
		return PK_AGAIN;
	if (!put_octets(s, text, &at))
		return PK_CLOSE;
	if (r->count)
		return PK_AGAIN;
	ahead_taken(&r->ahead, s->io, octets);
	return kept_sent(s);
}

uint32_t pop3_cmd_retr(struct pop3 *s, struct slice arg)
{
	struct retrieval *r = &s->reading;
	uint32_t i;

	if (!maildrop_find(&s->drop, arg, &i))
		return pop3_no_such_message(s);
	r->queue[r->count++] = i;
	if (r->count == 1 && ahead_find(&r->ahead, i, s->drop.octets[i]).n) {
		r->asked = r->left[0] = 1;
		s->more = send_kept;
		return send_kept(s);
	}
	s->more = ask_store;
	return r->count == POP3_QUEUE ? ask_store(s) : reading_wants(s);
}

/* Whether a RETR can join those under way, or be answered at once: not while that message may be
 * among what is on its way and was not asked for. */
static bool may_join(const struct pop3 *s, uint32_t i)
{
	const struct retrieval *r = &s->reading;

	if (!r->calls || !r->ahead.cap)
		return true;
	return !r->count && ahead_find(&r->ahead, i, s->drop.octets[i]).n;
}

uint32_t pop3_line_behind(struct pop3 *s, struct slice line, bool too_long)
{
	struct slice rest = line;
	uint32_t i;

	if (!too_long && slice_ieq(slice_cut(&rest, ' '), S("RETR")) &&
	    maildrop_find(&s->drop, slice_trim(rest), &i) && may_join(s, i))
		return pop3_cmd_retr(s, slice_trim(rest));
	if (line.n)
		memcpy(s->held.line, line.p, line.n); /* io->take is as much */
	s->held.n = (uint16_t)line.n;
	s->held.too_long = too_long;
	s->held.any = true;
	return ask_store(s);
}
