#include "session.h"

#include "mime/scan.h"

static struct body *find(const struct session *s, uint32_t stream)
{
	struct body *b = s->bodies;

	while (b && b->stream != stream)
		b = b->next;
	return b;
}

static uint16_t free_stream(struct session *s)
{
	do {
		if (!++s->last_stream)
			s->last_stream = 1;
	} while (find(s, s->last_stream));
	return s->last_stream;
}

uint32_t body_open(struct session *s, uint64_t tag)
{
	struct body *b;
	unsigned n = 0;

	for (b = s->bodies; b; b = b->next)
		n++;
	if (n >= BODY_OPEN || s->closing || s->over)
		return 0;
	b = calloc(1, sizeof(*b));
	if (!b)
		return 0;
	b->scan = mime_scan_new();
	if (!b->scan) {
		free(b);
		return 0;
	}
	b->tag = tag;
	b->stream = free_stream(s);
	b->next = s->bodies;
	s->bodies = b;
	return b->stream;
}

static size_t room(const struct session *s, const struct body *b)
{
	size_t always = b->octets < BODY_ALWAYS ? BODY_ALWAYS - (size_t)b->octets : 0;
	size_t credit = 0;

	if (b->failed || b->ended || !link_of(s))
		return SIZE_MAX;
	if (s->end.credit > 0 && !link_held(s))
		credit = (size_t)s->end.credit;
	return always > credit ? always : credit;
}

size_t body_room(const struct session *s)
{
	const struct body *b = s->bodies;

	if (!b || b->ended)
		return SIZE_MAX;
	if (link_held(s) >= BODY_ALWAYS && !b->failed)
		return 0;
	return room(s, b);
}

size_t body_write(struct session *s, uint32_t stream, struct slice bytes)
{
	struct body *b = find(s, stream);
	struct slice taken;

	if (!b || b->ended || b->failed)
		return bytes.n;
	taken = slice_head(bytes, room(s, b));
	if (taken.n < bytes.n)
		s->body_blocked = true;
	mime_scan_feed(b->scan, taken);
	link_data(s, b->stream, taken);
	b->octets += taken.n;
	return taken.n;
}

struct slice body_end(struct session *s, uint32_t stream)
{
	struct body *b = find(s, stream);

	if (!b || b->ended)
		return (struct slice){0};
	b->ended = true;
	if (mime_scan_end(b->scan, &b->summary) != PK_OK)
		buf_free(&b->summary);
	mime_scan_free(b->scan);
	b->scan = NULL;
	s->resized += b->summary.cap;
	return buf_slice(&b->summary);
}

static void forget(struct session *s, struct body *b)
{
	struct body **at = &s->bodies;

	while (*at != b)
		at = &(*at)->next;
	*at = b->next;
	mime_scan_free(b->scan);
	s->resized -= b->summary.cap;
	buf_free(&b->summary);
	free(b);
}

void body_drop(struct session *s, uint32_t stream)
{
	struct body *b = find(s, stream);

	if (!b)
		return;
	link_drop(s, b->stream);
	forget(s, b);
}

bool body_fail(struct session *s, uint16_t stream, uint64_t *tag)
{
	struct body *b = find(s, stream);

	if (!b || b->failed)
		return false;
	b->failed = true;
	*tag = b->tag;
	return true;
}

/*
 * The store has taken what a commit named, and hears no more of it; of what no commit took, it has
 * the octets until it is told. While a request is under way that may be the commit: a drop would
 * overtake it there.
 */
void bodies_drop_ended(struct session *s)
{
	struct body *b = link_calls(s) ? NULL : s->bodies;

	while (b) {
		struct body *next = b->next;

		if (b->ended) {
			link_drop(s, b->stream);
			forget(s, b);
		}
		b = next;
	}
}

void bodies_free(struct session *s)
{
	while (s->bodies)
		forget(s, s->bodies);
}
