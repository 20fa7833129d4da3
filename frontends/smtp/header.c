#include "header.h"

#include <string.h>

enum place { LINE_START, BEHIND_CR, IN_NAME, BEHIND_NAME, IN_VALUE };

static enum header_field_kind kind_of(struct slice name)
{
	static const struct {
		struct slice name;
		enum header_field_kind kind;
	} known[] = {
		{S("From"),          HEADER_FROM      },
		{S("Sender"),        HEADER_SENDER    },
		{S("Resent-From"),   HEADER_RESENT    },
		{S("Resent-Sender"), HEADER_RESENT    },
		{S("Date"),          HEADER_DATE      },
		{S("Message-ID"),    HEADER_MESSAGE_ID},
		{S("Bcc"),           HEADER_BCC       },
		{S("Resent-Bcc"),    HEADER_DROPPED   },
		{S("Return-Path"),   HEADER_DROPPED   },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (slice_ieq(name, known[i].name))
			return known[i].kind;
	return HEADER_OTHER;
}

static bool goes_on(const struct header *h)
{
	return h->kind != HEADER_BCC && h->kind != HEADER_DROPPED;
}

static bool tells_sender(const struct header *h)
{
	return h->kind == HEADER_FROM || h->kind == HEADER_SENDER || h->kind == HEADER_RESENT;
}

static void keep(struct buf *b, struct slice text, bool *too_long)
{
	*too_long |= b->n + text.n > HEADER_KEPT;
	if (!*too_long)
		buf_put(b, text);
}

/* Of the value of the field at hand. */
static void put_value(struct header *h, struct slice text, struct buf *out)
{
	if (goes_on(h))
		buf_put(out, text);
	if (tells_sender(h))
		keep(&h->senders, text, &h->too_long);
	if (h->kind == HEADER_BCC)
		keep(&h->bcc, text, &h->bcc_too_long);
}

/* `held` is the name of a field, without its colon. */
static void begin_field(struct header *h, struct buf *out)
{
	h->kind = (uint8_t)kind_of(slice_trim(buf_slice(&h->held)));
	h->fields[h->kind]++;
	if (goes_on(h)) {
		buf_put(out, buf_slice(&h->held));
		buf_byte(out, ':');
	}
	if (tells_sender(h))
		keep(&h->senders, S("\0"), &h->too_long);
	if (h->kind == HEADER_BCC)
		keep(&h->bcc, S("\0"), &h->bcc_too_long);
	buf_clear(&h->held);
	h->at = IN_VALUE;
}

static bool any_field(const struct header *h)
{
	for (size_t i = 0; i < HEADER_KINDS; i++)
		if (h->fields[i])
			return true;
	return false;
}

/* One octet of a line that is not known to be a field yet. */
static void take_octet(struct header *h, char c, struct buf *out)
{
	bool space = c == ' ' || c == '\t';
	bool ftext = c > ' ' && c < 0x7f && c != ':';

	if (h->at == LINE_START && space && any_field(h)) {
		put_value(h, (struct slice){&c, 1}, out);
		h->at = IN_VALUE;
		return;
	}
	if (c == ':' && (h->at == IN_NAME || h->at == BEHIND_NAME)) {
		begin_field(h, out);
		return;
	}
	buf_byte(&h->held, c);
	if (h->at == LINE_START && c == '\r')
		h->at = BEHIND_CR;
	else if (ftext && (h->at == LINE_START || h->at == IN_NAME) && h->held.n <= HEADER_NAME)
		h->at = IN_NAME;
	else if (space && (h->at == IN_NAME || h->at == BEHIND_NAME) && h->held.n <= HEADER_NAME)
		h->at = BEHIND_NAME;
	else
		h->over = true;
	if (h->over && slice_eq(buf_slice(&h->held), S("\r\n")))
		buf_clear(&h->held);
}

static size_t take_value(struct header *h, struct slice in, struct buf *out)
{
	const char *end = memchr(in.p, '\n', in.n);
	struct slice text = slice_head(in, end ? (size_t)(end + 1 - in.p) : in.n);

	put_value(h, text, out);
	if (end)
		h->at = LINE_START;
	return text.n;
}

size_t header_take(struct header *h, struct slice in, struct buf *out)
{
	size_t used = 0;

	while (used < in.n && !h->over) {
		if (h->at == IN_VALUE) {
			used += take_value(h, slice_skip(in, used), out);
			continue;
		}
		take_octet(h, in.p[used++], out);
	}
	h->octets += (uint32_t)used;
	h->too_long |= h->octets > HEADER_MAX;
	h->over |= h->too_long;
	return used;
}

void header_finish(struct header *h, struct buf *out)
{
	if (!h->over && h->at == IN_VALUE)
		put_value(h, S("\r\n"), out);
	h->over = true;
}

void header_free(struct header *h)
{
	buf_free(&h->held);
	buf_free(&h->senders);
	buf_free(&h->bcc);
}
