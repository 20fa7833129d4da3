#include "deliver.h"
#include "session.h"

/* What comes to a session from the store: replies wait in a queue until the session takes them. */

#define WAITING_MOST 4096 /* of a session; their octets are bounded by its credit */

void arrival_free(struct session *s, struct arrival *a)
{
	s->waiting--;
	link_eaten(s, a->counts);
	if (!a->lent)
		free(a);
}

static struct arrival *arrival_copy(const struct arrival *from)
{
	struct arrival *a = malloc(sizeof(*a) + from->bytes.n);

	if (!a)
		return NULL;
	*a = *from;
	a->lent = false;
	a->bytes.p = (char *)(a + 1);
	if (from->bytes.n)
		memcpy(a + 1, from->bytes.p, from->bytes.n);
	return a;
}

static void find_last(struct session *s)
{
	s->last = s->first;
	while (s->last && s->last->next)
		s->last = s->last->next;
}

static void append(struct session *s, struct arrival *a)
{
	if (s->last)
		s->last->next = a;
	else
		s->first = a;
	s->last = a;
}

/* What the session has not taken of the link's memory is copied. */
static void keep(struct session *s, const struct arrival *lent)
{
	struct arrival **at = &s->first;

	while (*at && *at != lent)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = arrival_copy(lent);
	if (!*at) {
		*at = lent->next;
		s->over = true;
	}
	find_last(s);
}

void session_reply(struct session *s, const struct reply *r)
{
	struct arrival lent = {.tag = r->tag,
	                       .wire = r->wire,
	                       .flags = r->flags,
	                       .status = r->status,
	                       .counts = r->counts,
	                       .lent = true,
	                       .bytes = r->bytes};

	if (s->waiting == WAITING_MOST) {
		s->over = true;
		return;
	}
	s->waiting++;
	append(s, &lent);
	session_ran(s);
	keep(s, &lent);
}

void session_forget_reply(struct session *s, uint64_t tag)
{
	struct arrival **at = &s->first;

	if (s->first && s->first->tag == tag && s->telling == DELIVER_REPLY + 1) {
		s->cancelled = true; /* it is being told: reply_taken frees it */
		at = &s->first->next;
	} else if (s->first && s->first->tag == tag && s->source == DELIVER_REPLY + 1) {
		s->source = 0;
	}
	while (*at) {
		struct arrival *a = *at;

		if (a->tag != tag) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		arrival_free(s, a);
	}
	find_last(s);
}

void session_body_failed(struct session *s, uint16_t stream, uint16_t status)
{
	struct reply r = {.status = status};
	struct pk_error error = {.code = status};
	struct buf b = {0};

	if (!body_fail(s, stream, &r.tag))
		return;
	pk_put_error(&b, &error);
	r.bytes = buf_slice(&b);
	session_reply(s, &r);
	buf_free(&b);
}

void session_news(struct session *s, unsigned event)
{
	if (!event || event / 64 >= sizeof(s->news) / sizeof(*s->news))
		return;
	s->news[event / 64] |= UINT64_C(1) << event % 64;
	session_ran(s);
}

void session_credit(struct session *s)
{
	s->body_blocked = false;
	session_ran(s);
}
