#include "proto/dots.h"

/* Where the next octet of incoming text stands. The first is the state of zeroed memory. */
enum {
	LINE_START,
	BEHIND_DOT,    /* a line's first dot, which is never passed on */
	BEHIND_DOT_CR, /* nor is this CR, until it turns out not to end the text */
	IN_TEXT,
	BEHIND_CR,
};

/*
 * Goes to the end of the line that *in is in, or as far as there is anything. Returns how many
 * octets that are.
 */
static size_t pass_line(struct dots_in *d, struct slice in)
{
	const char *lf = memchr(in.p, '\n', in.n);
	size_t n = lf ? (size_t)(lf - in.p) : in.n;
	const char *cr = memchr(in.p, '\r', n);

	if (cr && cr + 1 < in.p + n)
		d->bare = true;
	if (!lf) {
		d->at = in.p[n - 1] == '\r' ? BEHIND_CR : IN_TEXT;
		return n;
	}
	d->bare |= !n || lf[-1] != '\r';
	d->at = n && lf[-1] == '\r' ? LINE_START : IN_TEXT;
	return n + 1;
}

/* The octet behind a CR: LF makes it a line's end, all else makes it bare. */
static bool ends_line(struct dots_in *d, char c)
{
	if (c == '\n')
		return true;
	d->bare = true;
	d->at = IN_TEXT;
	return false;
}

enum dots dots_take(struct dots_in *d, struct slice *in, struct slice *text)
{
	size_t i = 0;

	*text = (struct slice){in->p, 0};
	while (i < in->n) {
		char c = in->p[i];

		if (d->at == LINE_START && c == '.') {
			if (i)
				break;
			d->at = BEHIND_DOT;
			*in = slice_skip(*in, 1);
			text->p = in->p;
		} else if (d->at == BEHIND_DOT && c == '\r') {
			d->at = BEHIND_DOT_CR;
			*in = slice_skip(*in, 1);
			text->p = in->p;
		} else if (d->at == BEHIND_DOT_CR) {
			if (ends_line(d, c)) {
				*in = slice_skip(*in, 1);
				return DOTS_END;
			}
		} else if (d->at == BEHIND_CR) {
			if (ends_line(d, c)) {
				d->at = LINE_START;
				i++;
			}
		} else {
			i += pass_line(d, slice_skip(*in, i));
		}
	}
	text->n = i;
	*in = slice_skip(*in, i);
	return i ? DOTS_TEXT : DOTS_MORE;
}

void dots_check(struct dots_in *d, struct slice text)
{
	while (text.n) {
		size_t n = 1;

		if (d->at != BEHIND_CR)
			n = pass_line(d, text);
		else if (ends_line(d, *text.p))
			d->at = LINE_START;
		else
			n = 0;
		text = slice_skip(text, n);
	}
}

bool dots_ended(struct dots_in *d)
{
	if (d->at == BEHIND_CR)
		d->bare = true;
	return d->at == LINE_START;
}

/* Where outgoing text stands, by its last octets. */
enum { OUT_LINE_START, OUT_TEXT, OUT_CR };

static uint8_t out_state(uint8_t before, struct slice text)
{
	char last = text.p[text.n - 1];
	bool cr = text.n > 1 ? text.p[text.n - 2] == '\r' : before == OUT_CR;

	if (last == '\n' && cr)
		return OUT_LINE_START;
	return last == '\r' ? OUT_CR : OUT_TEXT;
}

/* Is the octet at i the first of a line? */
static bool begins_line(const struct dots_out *d, struct slice text, size_t i)
{
	return i ? out_state(d->at, slice_head(text, i)) == OUT_LINE_START
	         : d->at == OUT_LINE_START;
}

void dots_put(struct dots_out *d, struct pk_io *io, struct slice text)
{
	size_t from = 0, i = 0;
	const char *dot;

	if (!text.n)
		return;
	while ((dot = memchr(text.p + i, '.', text.n - i))) {
		i = (size_t)(dot - text.p);
		if (begins_line(d, text, i)) {
			pk_put(io, (struct slice){text.p + from, i - from});
			pk_put(io, S("."));
			from = i;
		}
		i++;
	}
	pk_put(io, slice_skip(text, from));
	d->at = out_state(d->at, text);
}

void dots_end(struct dots_out *d, struct pk_io *io)
{
	pk_put(io, d->at == OUT_LINE_START ? S(".\r\n") : S("\r\n.\r\n"));
	d->at = OUT_LINE_START;
}
