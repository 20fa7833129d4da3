#include "pop3.h"

#include "proto/say.h"
#include "proto/verb.h"

#include <inttypes.h>

#define TOP_PIECE 32768 /* octets that TOP asks for at a time */

/*
 * Message data goes from the store's chunks into the output, with dots stuffed, never more than
 * there is room for: then the same reply comes again, and its cursor says how much of it has been
 * sent. Several RETRs may be under way; the store answers them in order.
 */
static uint32_t reading_wants(struct pop3 *s)
{
	bool full = s->reading.count == POP3_READS || !s->io->calls_left || s->has_held ||
	            s->reading.top || s->draining;

	s->io->take = POP3_LINE_MAX;
	return full ? PK_REPLY : PK_REPLY | PK_LINE;
}

/* The first message has been answered. */
static uint32_t next_reading(struct pop3 *s)
{
	struct retrieval *r = &s->reading;

	s->errors = 0;
	memmove(r->queue, r->queue + 1, sizeof(r->queue) - sizeof(*r->queue));
	r->begun = r->top = false;
	if (--r->count)
		return reading_wants(s);
	if (!s->has_held || s->draining)
		return pop3_next(s);
	s->has_held = false;
	return pop3_command(s, (struct slice){s->held, s->held_n});
}

/* A message that cannot be read. Once a part of it has been sent, only closing says so. */
static uint32_t failed(struct pop3 *s, enum pk_status st)
{
	if (s->reading.begun)
		return PK_CLOSE;
	say_line(s->io, pop3_failure(st));
	return next_reading(s);
}

static void begin(struct pop3 *s)
{
	struct retrieval *r = &s->reading;

	if (r->begun)
		return;
	r->begun = true;
	r->sent = 0;
	r->dots = (struct dots_out){0};
	if (r->top)
		pk_put(s->io, S("+OK\r\n"));
	else
		say_printf(s->io, "+OK %" PRIu64 " octets\r\n", s->drop.octets[r->queue[0]]);
}

/* How much of the text belongs into the answer to TOP: the header, the empty line, then lines. */
static struct slice top_part(struct retrieval *r, struct slice text)
{
	size_t n = 0;

	while (n < text.n && !r->enough) {
		char c = text.p[n++];

		if (c != '\n') {
			r->has_text |= c != '\r';
			continue;
		}
		if (r->in_body)
			r->lines--;
		else
			r->in_body = !r->has_text;
		r->enough = r->in_body && !r->lines;
		r->has_text = false;
	}
	return slice_head(text, n);
}

static void put_text(struct pop3 *s, struct slice text)
{
	struct retrieval *r = &s->reading;

	r->sent += text.n;
	dots_put(&r->dots, s->io, r->top ? top_part(r, text) : text);
}

/* Sends the chunks of one frame behind the first `done` octets. False: no more room. */
static bool put_chunks(struct pop3 *s, struct pk_rows *rows, uint64_t *done, enum pk_status *st)
{
	uint64_t before = 0;
	struct pk_chunk c;

	*st = PK_OK;
	while (*st == PK_OK && pk_next_chunk(rows, &c)) {
		*st = (enum pk_status)c.status;
		if (*st != PK_OK)
			break;
		begin(s);
		while (*done < before + c.bytes.n) {
			struct slice text = slice_skip(c.bytes, *done - before);

			if (s->io->out_n >= s->io->out_high)
				return false;
			text = slice_head(text, s->io->out_high - s->io->out_n);
			put_text(s, text);
			*done += text.n;
		}
		before += c.bytes.n;
	}
	return true;
}

static uint32_t ask_piece(struct pop3 *s, uint32_t i, struct pk_piece piece);

static uint32_t message_end(struct pop3 *s)
{
	struct retrieval *r = &s->reading;
	uint64_t octets = s->drop.octets[r->queue[0]];

	begin(s); /* an empty message has no chunks */
	if (r->sent < octets && r->top && !r->enough)
		return ask_piece(s, r->queue[0],
		                 (struct pk_piece){.offset = r->sent, .octets = TOP_PIECE});
	if (r->sent != octets && !r->top)
		return PK_CLOSE; /* not what LIST has promised */
	dots_end(&r->dots, s->io);
	return next_reading(s);
}

static uint32_t take_chunks(struct pop3 *s, struct pk_in *in)
{
	enum pk_status st = (enum pk_status)in->status;
	uint64_t done = in->resume ? in->resume - 1 : 0; /* 0 as a cursor would mean the end */
	struct pk_read_rep rep;

	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &rep);
	if (st != PK_OK)
		return failed(s, st);
	in->resume = 0;
	if (!put_chunks(s, &rep.chunks, &done, &st)) {
		in->resume = done + 1;
		return PK_REPLY;
	}
	if (st != PK_OK)
		return failed(s, st);
	return in->flags & PK_MORE ? reading_wants(s) : message_end(s);
}

static uint32_t ask_piece(struct pop3 *s, uint32_t i, struct pk_piece piece)
{
	struct buf rows = {0}, b = {0};
	uint32_t want;

	piece.uid = s->drop.uids[i];
	pk_put_piece_row(&rows, &piece);
	pk_put_read_req(&b, &(struct pk_read_req){.handle = s->handle, .pieces = PK_ROWS(&rows)});
	b.failed |= rows.failed;
	buf_free(&rows);
	want = pop3_ask(s, PK_OP_read, &b, take_chunks);
	return want == PK_REPLY ? reading_wants(s) : want;
}

static bool number_of(struct pop3 *s, struct slice text, uint32_t *i)
{
	return maildrop_number(&s->drop, text, i) && !maildrop_marked(&s->drop, *i);
}

uint32_t pop3_cmd_retr(struct pop3 *s, struct slice arg)
{
	uint32_t i;

	if (!number_of(s, arg, &i))
		return pop3_error(s, S("-ERR no such message"));
	s->reading.queue[s->reading.count++] = i;
	return ask_piece(s, i, (struct pk_piece){.octets = s->drop.octets[i]});
}

uint32_t pop3_cmd_top(struct pop3 *s, struct slice arg)
{
	struct slice number = verb_word(&arg);
	struct retrieval *r = &s->reading;
	uint64_t lines;
	uint32_t i;

	if (!number_of(s, number, &i))
		return pop3_error(s, S("-ERR no such message"));
	if (!slice_number(arg, UINT32_MAX, &lines))
		return pop3_error(s, S("-ERR TOP number lines"));
	*r = (struct retrieval){.queue = {i}, .count = 1, .top = true, .lines = lines};
	return ask_piece(s, i, (struct pk_piece){.octets = TOP_PIECE});
}
