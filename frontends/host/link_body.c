#include "link_parts.h"

#include "os/metrics.h"

/* Bodies on a link: as far as the store gives credit at once, the rest held back in order. */

/* Lets the last frame of `out` grow when it is this body's: a body written in many pieces goes in
 * few frames. */
static struct slice grow_last(struct link *l, const struct frame *f)
{
	struct frame last;
	struct slice more = {0};
	char length[4];
	size_t used;

	if (!l->data_at)
		return f->payload;
	if (frame_take(slice_skip(buf_slice(&l->out), l->data_at - 1), &last, &used) != PK_OK ||
	    last.session != f->session || last.stream != f->stream)
		return f->payload;
	more = slice_head(f->payload, PK_DATA_MAX - last.payload.n);
	buf_put(&l->out, more);
	for (size_t i = 0; i < 4; i++)
		length[i] = (char)((last.payload.n + more.n) >> 8 * i);
	if (!l->out.failed)
		memcpy(l->out.p + l->data_at - 1, length, sizeof(length));
	return slice_skip(f->payload, more.n);
}

static void send_data(struct link *l, struct frame f)
{
	struct slice rest = grow_last(l, &f);

	while (rest.n) {
		f.payload = slice_head(rest, PK_DATA_MAX);
		rest = slice_skip(rest, f.payload.n);
		link_put(l, &f);
		l->data_at = l->out.n - f.payload.n - FRAME_HEAD + 1;
	}
}

static void hold_data(struct session *s, struct frame f)
{
	struct slice rest = f.payload;

	while (rest.n) {
		f.payload = slice_head(rest, PK_DATA_MAX);
		rest = slice_skip(rest, f.payload.n);
		frame_put(&s->end.held, &f);
	}
	s->over |= s->end.held.failed;
}

void link_data(struct session *s, uint16_t stream, struct slice bytes)
{
	struct link *l = link_of(s);
	struct frame f = {.op = PK_OP_data, .stream = stream};
	size_t now = 0;

	if (!l || !bytes.n)
		return;
	if (!s->end.announced && !link_announce(s)) {
		s->over = true;
		return;
	}
	f.session = s->end.number;
	if (!s->end.held.n && s->end.credit > 0)
		now = bytes.n < (size_t)s->end.credit ? bytes.n : (size_t)s->end.credit;
	f.payload = slice_head(bytes, now);
	send_data(l, f);
	s->end.credit -= (int64_t)now;
	f.payload = slice_skip(bytes, now);
	if (f.payload.n && !s->end.held.n)
		metrics_add(s->service->metrics, METRIC_body_stalls_total, 1);
	hold_data(s, f);
}

void link_drop(struct session *s, uint16_t stream)
{
	struct buf b = {0};

	if (!link_of(s) || !s->end.number)
		return;
	pk_put_drop_note(&b, &(struct pk_drop_note){stream});
	if (!link_send(s, &(struct frame){.op = PK_OP_drop, .payload = buf_slice(&b)}))
		s->over = true;
	buf_free(&b);
}

size_t link_held(const struct session *s)
{
	return s->end.held.n - s->end.held_used;
}

/* The first n octets of a held data frame's payload are gone: it gets a new head behind them. */
static void shorten(struct link_end *e, size_t payload, size_t n)
{
	char *head = e->held.p + e->held_used + n;

	memmove(head, e->held.p + e->held_used, FRAME_HEAD);
	for (size_t i = 0; i < 4; i++)
		head[i] = (char)((payload - n) >> 8 * i);
	e->held_used += n;
}

void link_send_held(struct session *s)
{
	struct link_end *e = &s->end;
	struct frame f;
	size_t used;

	while (frame_take(slice_skip(buf_slice(&e->held), e->held_used), &f, &used) == PK_OK &&
	       used) {
		size_t payload = f.payload.n;

		if (f.op != PK_OP_data) {
			link_put(e->link, &f);
			e->held_used += used;
			continue;
		}
		if (e->credit <= 0)
			return;
		f.payload = slice_head(f.payload, (size_t)e->credit);
		send_data(e->link, f);
		e->credit -= (int64_t)f.payload.n;
		if (f.payload.n == payload)
			e->held_used += used;
		else
			shorten(e, payload, f.payload.n);
	}
	buf_free(&e->held);
	e->held_used = 0;
}
