#ifndef TOY_STORE_H
#define TOY_STORE_H

/*
 * A store for tests of the host: it answers each request by a fixed rule, keeps the credit of both
 * directions to the octet, and aborts the test when the host does not. What it says waits in a
 * queue until the test lets some of it go.
 *
 *	list (4 octets: n)  n octets in frames of at most 5000
 *	deliver (a body)    PK_OK when the body came and was not refused, else PK_EQUOTA: then the
 *	                    body stays until it is dropped
 */
#include "link.h"

#define TOY_SESSIONS 64

struct toy_store {
	struct link *link;
	bool refuse_all;    /* every commit */
	uint64_t refuse_at; /* a body that reaches so many octets is refused; 0: none */
	struct buf in;
	struct toy_frame {
		struct frame f;
		struct buf payload;
		struct toy_frame *next;
	} * first, *last;
	struct toy_seen {
		bool announced, ever;
		unsigned announces;
		int64_t down, up; /* credit: of replies, of bodies */
		uint64_t ungranted;
		uint64_t cancelled[4];
		uint64_t body_octets[8]; /* by stream */
		uint16_t refused;
		bool kept[256]; /* bodies, by stream */
	} seen[TOY_SESSIONS];
	unsigned hellos, byes, cancels, drops, requests, data_frames;
	uint64_t data_octets;
};

static inline void toy_must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "toy store: %s\n", what);
	abort();
}

static inline void toy_send(struct toy_store *t, struct frame f)
{
	struct toy_frame *q = calloc(1, sizeof(*q));

	q->f = f;
	buf_put(&q->payload, f.payload);
	if (t->last)
		t->last->next = q;
	else
		t->first = q;
	t->last = q;
}

static inline void toy_answer(struct toy_store *t, const struct frame *to, uint16_t status,
                              struct slice payload, bool more)
{
	toy_send(t, (struct frame){.op = to->op,
	                           .status = status,
	                           .flags = (uint16_t)(FRAME_REPLY | (more ? FRAME_MORE : 0)),
	                           .session = to->session,
	                           .tag = to->tag,
	                           .payload = payload});
}

static inline void toy_event(struct toy_store *t, uint32_t session, enum pk_op op,
                             struct slice payload)
{
	toy_send(t, (struct frame){.op = (uint16_t)op,
	                           .flags = FRAME_EVENT,
	                           .session = session,
	                           .payload = payload});
}

static inline void toy_list(struct toy_store *t, const struct frame *f)
{
	uint32_t n = 0;
	struct buf b = {0};

	toy_must(f->payload.n == 4, "odd request");
	for (unsigned i = 0; i < 4; i++)
		n |= (uint32_t)(unsigned char)f->payload.p[i] << 8 * i;
	do {
		uint32_t piece = n < 5000 ? n : 5000;

		buf_clear(&b);
		for (uint32_t i = 0; i < piece; i++)
			buf_byte(&b, (char)('a' + (n - i) % 26));
		n -= piece;
		toy_answer(t, f, PK_OK, buf_slice(&b), n > 0);
	} while (n);
	buf_free(&b);
}

static inline void toy_deliver(struct toy_store *t, struct toy_seen *s, const struct frame *f)
{
	uint16_t stream =
		(uint16_t)((unsigned char)f->payload.p[0] | (unsigned char)f->payload.p[1] << 8);
	bool refused = s->refused == stream || t->refuse_all;
	struct buf b = {0};

	pk_put_error(&b, &(struct pk_error){.code = PK_EQUOTA});
	toy_answer(t, f, refused ? PK_EQUOTA : PK_OK, refused ? buf_slice(&b) : S(""), false);
	s->body_octets[stream % 8] = 0;
	s->kept[stream % 256] &= refused;
	buf_free(&b);
}

static inline void toy_data(struct toy_store *t, struct toy_seen *s, const struct frame *f)
{
	uint64_t *octets = &s->body_octets[f->stream % 8];
	struct buf b = {0};

	toy_must(f->payload.n && f->payload.n <= PK_DATA_MAX, "size of a data frame");
	toy_must((int64_t)f->payload.n <= s->up, "more body than credit");
	s->up -= (int64_t)f->payload.n;
	s->ungranted += f->payload.n;
	t->data_frames++;
	t->data_octets += f->payload.n;
	toy_must(*octets || !s->kept[f->stream % 256], "two bodies of one number");
	s->kept[f->stream % 256] = true;
	*octets += f->payload.n;
	if (*octets - f->payload.n < t->refuse_at && *octets >= t->refuse_at) {
		s->refused = f->stream;
		pk_put_body_failed_event(&b, &(struct pk_body_failed_event){f->stream, PK_EQUOTA});
		toy_event(t, f->session, PK_OP_body_failed, buf_slice(&b));
		buf_free(&b);
	}
}

static inline void toy_drop(struct toy_store *t, struct toy_seen *s, const struct frame *f)
{
	struct pk_drop_note drop;

	toy_must(pk_get_drop_note(f->payload, &drop) == PK_OK, "drop note");
	s->kept[drop.stream % 256] = false;
	t->drops++;
}

/* Bodies that it still has. */
static inline unsigned toy_kept(const struct toy_store *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < TOY_SESSIONS; i++)
		for (unsigned k = 0; t->seen[i].announced && k < 256; k++)
			n += t->seen[i].kept[k];
	return n;
}

static inline void toy_hello(struct toy_store *t, const struct frame *f)
{
	struct buf b = {0};

	pk_put_hello_rep(&b, &(struct pk_hello_rep){.major = PK_IPC_MAJOR,
	                                            .roles = PK_ROLE_ANON | PK_ROLE_SESSION});
	toy_must(!t->hellos++, "two hellos");
	toy_answer(t, f, PK_OK, buf_slice(&b), false);
	buf_free(&b);
}

static inline void toy_take(struct toy_store *t, const struct frame *f)
{
	struct toy_seen *s = &t->seen[f->session];
	struct pk_credit_note credit;

	toy_must(f->session < TOY_SESSIONS, "session number");
	if (f->op == PK_OP_hello) {
		toy_hello(t, f);
		return;
	}
	toy_must(t->hellos == 1, "no hello first");
	if (f->op == PK_OP_announce) {
		toy_must(!s->announced, "announced twice");
		*s = (struct toy_seen){.announced = true, .down = PK_CREDIT, .up = PK_CREDIT};
		toy_answer(t, f, PK_OK, S(""), false);
		return;
	}
	toy_must(s->announced, "not announced");
	if (f->op == PK_OP_bye) {
		s->announced = false;
		t->byes++;
		toy_answer(t, f, PK_OK, S(""), false);
	} else if (f->op == PK_OP_credit) {
		toy_must(pk_get_credit_note(f->payload, &credit) == PK_OK, "credit note");
		s->down += credit.octets;
		toy_must(s->down <= LINK_WINDOW_MOST, "more credit than was used");
	} else if (f->op == PK_OP_data) {
		toy_data(t, s, f);
	} else if (f->op == PK_OP_drop) {
		toy_drop(t, s, f);
	} else if (f->op == PK_OP_cancel) {
		s->cancelled[t->cancels++ % 4] = f->tag;
	} else {
		t->requests++;
		if (f->op == PK_OP_list)
			toy_list(t, f);
		else
			toy_deliver(t, s, f);
	}
}

/* Takes at most n octets of what the host has for the store. */
static inline void toy_read(struct toy_store *t, size_t n)
{
	struct slice out = slice_head(link_output(t->link), n);
	struct frame f;
	size_t used;

	buf_put(&t->in, out);
	link_sent(t->link, out.n);
	for (;;) {
		toy_must(frame_take(buf_slice(&t->in), &f, &used) == PK_OK, "framing");
		if (!used)
			return;
		toy_take(t, &f);
		buf_drop(&t->in, used);
	}
}

static inline bool toy_is_cancelled(const struct toy_seen *s, const struct frame *f)
{
	for (size_t i = 0; i < 4; i++)
		if (f->flags & FRAME_REPLY && s->cancelled[i] && s->cancelled[i] == f->tag)
			return true;
	return false;
}

/* Sends the oldest frame that waits, in pieces of at most n octets. False: none, or no credit. */
static inline bool toy_write(struct toy_store *t, size_t n)
{
	struct toy_frame *q = t->first;
	struct toy_seen *s = q ? &t->seen[q->f.session] : NULL;
	struct buf b = {0};
	bool counts;

	if (!q)
		return false;
	counts = q->f.flags & FRAME_REPLY && s->announced;
	if (counts && q->f.payload.n && s->down <= 0 && !toy_is_cancelled(s, &q->f))
		return false;
	t->first = q->next;
	if (!t->first)
		t->last = NULL;
	if (!toy_is_cancelled(s, &q->f)) {
		q->f.payload = buf_slice(&q->payload);
		if (counts)
			s->down -= (int64_t)q->payload.n;
		frame_put(&b, &q->f);
	}
	for (struct slice rest = buf_slice(&b); rest.n; rest = slice_skip(rest, n))
		toy_must(link_feed(t->link, slice_head(rest, n)) == PK_OK, "host refused");
	buf_free(&b);
	buf_free(&q->payload);
	free(q);
	return true;
}

/* Gives credit for at most n octets of the bodies that came. False: nothing to give. */
static inline bool toy_grant(struct toy_store *t, uint32_t n)
{
	bool any = false;

	for (uint32_t i = 1; i < TOY_SESSIONS; i++) {
		struct toy_seen *s = &t->seen[i];
		uint32_t give = s->ungranted < n ? (uint32_t)s->ungranted : n;
		struct buf b = {0};

		if (!give || !s->announced)
			continue;
		s->ungranted -= give;
		s->up += give;
		pk_put_credit_note(&b, &(struct pk_credit_note){give});
		toy_send(t, (struct frame){
				    .op = PK_OP_credit, .session = i, .payload = buf_slice(&b)});
		buf_free(&b);
		any = true;
	}
	return any;
}

static inline void toy_free(struct toy_store *t)
{
	while (t->first) {
		struct toy_frame *q = t->first;

		t->first = q->next;
		buf_free(&q->payload);
		free(q);
	}
	buf_free(&t->in);
}

#endif
