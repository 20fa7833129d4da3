#include "link_parts.h"

/*
 * How far the store's answers may run ahead of a session. Each begins with PK_CREDIT. One that
 * takes a whole window in a short time, because its client reads fast, gets one twice as wide: the
 * store then answers in larger frames, and all hands are changed less often. When it becomes slow
 * what it has beyond is kept back, and when its command is over taken back: an idle session has
 * PK_CREDIT. A link's sessions together have at most LINK_AHEAD_MOST beyond.
 */
#define EAT_BATCH 32768u /* credit goes back when so much has gathered */
#define FAST_MS   100    /* a window in so much time is taken fast */

static void give(struct session *s, int64_t octets)
{
	struct buf b = {0};

	if (!octets)
		return;
	s->end.window += octets;
	pk_put_credit_note(&b, &(struct pk_credit_note){octets});
	link_put(s->end.link, &(struct frame){.op = PK_OP_credit,
	                                      .session = s->end.number,
	                                      .payload = buf_slice(&b)});
	buf_free(&b);
}

/* Octets beyond PK_CREDIT; also more output is gathered the more comes at once. */
static void set_ahead(struct session *s, uint32_t octets)
{
	s->end.link->ahead += octets - s->end.ahead;
	s->end.ahead = octets;
	s->io.out_high = s->service->out_high + octets / 4;
}

static uint32_t wider(const struct session *s)
{
	uint32_t window = PK_CREDIT + s->end.ahead;

	if (2 * window > LINK_WINDOW_MOST || window > LINK_AHEAD_MOST - s->end.link->ahead)
		return s->end.ahead;
	return s->end.ahead + window;
}

/* Octets beyond PK_CREDIT, now that so many more of a window have been taken. */
static uint32_t next_ahead(struct session *s, uint32_t octets)
{
	struct link_end *e = &s->end;
	int64_t now = s->service->mono_ms;
	bool late = now - e->window_ms > FAST_MS, slow = late && e->window_eaten;

	if (late) {
		e->window_ms = now;
		e->window_eaten = 0;
	}
	e->window_eaten += octets;
	if (slow)
		return e->ahead > octets ? e->ahead - octets : 0;
	if (e->window_eaten < PK_CREDIT + e->ahead)
		return e->ahead;
	e->window_ms = now;
	e->window_eaten = 0;
	return wider(s);
}

void link_eaten(struct session *s, size_t octets)
{
	struct link_end *e = &s->end;
	uint32_t before = e->ahead;

	e->eaten += (uint32_t)octets;
	if (!link_of(s) || e->eaten < EAT_BATCH)
		return;
	set_ahead(s, next_ahead(s, e->eaten));
	give(s, (int64_t)e->eaten + e->ahead - before);
	e->eaten = 0;
}

void link_narrow(struct session *s)
{
	uint32_t ahead = s->end.ahead;

	s->end.window_eaten = 0;
	if (!ahead)
		return;
	set_ahead(s, 0);
	if (link_of(s))
		give(s, -(int64_t)ahead);
}
