#include "pop3.h"

#include "proto/say.h"
#include "proto/verb.h"

/* TOP: the header, the empty line and some lines of a message, whose length only reading tells. */
#define PIECE 32768 /* octets asked for at a time */

/* How much of the text belongs into the answer. */
static struct slice part_of(struct top *t, struct slice text)
{
	size_t n = 0;

	while (n < text.n && !t->enough) {
		char c = text.p[n++];

		if (c != '\n') {
			t->has_text |= c != '\r';
			continue;
		}
		if (t->in_body)
			t->lines--;
		else
			t->in_body = !t->has_text;
		t->enough = t->in_body && !t->lines;
		t->has_text = false;
	}
	return slice_head(text, n);
}

static uint32_t ask_piece(struct pop3 *s);

/* Sends the octets of a frame from the cursor on. False: no more room. */
static bool put_chunks(struct pop3 *s, struct pk_rows rows, uint64_t *cursor)
{
	struct top *t = &s->top;
	uint64_t before = 0;
	struct pk_chunk c;

	for (; !t->enough && pk_next_chunk(&rows, &c); before += c.bytes.n)
		while (!t->enough && *cursor < before + c.bytes.n) {
			struct slice text = slice_skip(c.bytes, *cursor - before);

			if (!pop3_room(s))
				return false;
			text = slice_head(text, s->io->out_high - s->io->out_n);
			dots_put(&t->dots, s->io, part_of(t, text));
			*cursor += text.n;
		}
	return true;
}

/* A chunk that says that the message cannot be read. */
static enum pk_status status_of(struct pk_rows rows)
{
	struct pk_chunk c;

	while (pk_next_chunk(&rows, &c))
		if (c.status != PK_OK)
			return (enum pk_status)c.status;
	return PK_OK;
}

static uint32_t take_piece(struct pop3 *s, struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	uint64_t cursor = in->resume ? in->resume - 1 : 0; /* 0 in resume would mean the end */
	struct top *t = &s->top;
	struct pk_read_rep rep;

	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &rep);
	if (st == PK_OK)
		st = status_of(rep.chunks);
	if (st != PK_OK)
		return s->amid ? PK_CLOSE : pop3_fail(s, st);
	if (!s->amid)
		pk_put(s->io, S("+OK\r\n"));
	s->amid = true;
	in->resume = 0;
	if (!put_chunks(s, rep.chunks, &cursor)) {
		in->resume = cursor + 1;
		return PK_REPLY;
	}
	t->seen += cursor;
	if (in->flags & PK_MORE)
		return PK_REPLY;
	if (!t->enough && t->seen < s->drop.octets[t->number])
		return ask_piece(s);
	dots_end(&t->dots, s->io);
	return pop3_answered(s);
}

static uint32_t ask_piece(struct pop3 *s)
{
	struct buf rows = {0}, b = {0};

	pk_put_piece_row(&rows, &(struct pk_piece){.uid = s->drop.uids[s->top.number],
	                                           .offset = s->top.seen,
	                                           .octets = PIECE});
	pk_put_read_req(&b, &(struct pk_read_req){.handle = s->handle, .pieces = PK_ROWS(&rows)});
	b.failed |= rows.failed;
	buf_free(&rows);
	return pop3_ask(s, PK_OP_read, &b, take_piece);
}

uint32_t pop3_cmd_top(struct pop3 *s, struct slice arg)
{
	struct slice number = verb_word(&arg);
	uint64_t lines;
	uint32_t i;

	if (!maildrop_find(&s->drop, number, &i))
		return pop3_no_such_message(s);
	if (!slice_number(arg, UINT64_MAX, &lines))
		return pop3_error(s, S("-ERR TOP number lines"));
	s->top = (struct top){.number = i, .lines = lines};
	return ask_piece(s);
}
