/* A user's header: the same whatever the pieces, and every reader sees what was checked. */
/* links: smtp */
#include "smtp/header.h"
#include "smtp/sender.h"

#include "mime/address.h"
#include "mime/header.h"

#include <postkeep/messages.h>

#include <assert.h>
#include <string.h>

struct run {
	struct header h;
	struct buf out, body;
};

static void play(struct run *r, struct slice in, size_t piece)
{
	*r = (struct run){0};
	while (in.n) {
		struct slice p = slice_head(in, piece);
		size_t used = r->h.over ? 0 : header_take(&r->h, p, &r->out);

		if (r->h.over && used) {
			buf_put(&r->body, buf_slice(&r->h.held));
			buf_clear(&r->h.held);
		}
		buf_put(&r->body, slice_skip(p, used));
		in = slice_skip(in, p.n);
	}
	header_finish(&r->h, &r->out);
	buf_put(&r->body, buf_slice(&r->h.held));
}

static void end(struct run *r)
{
	header_free(&r->h);
	buf_free(&r->out);
	buf_free(&r->body);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return slice_eq(buf_slice(a), buf_slice(b));
}

/* Other refusals see to NUL and to CR and LF that stand alone. */
static bool is_clean(struct slice in)
{
	for (size_t i = 0; i < in.n; i++) {
		bool cr = in.p[i] == '\r', before = i && in.p[i - 1] == '\r';

		if (!in.p[i] || (in.p[i] == '\n' && !before) ||
		    (cr && (i + 1 == in.n || in.p[i + 1] != '\n')))
			return false;
	}
	return true;
}

/* Every address that a reader finds in the field is one that was checked. */
static void check_sender(struct slice value)
{
	struct buf rows = {0};
	struct pk_rows all;
	struct address_parser p;
	struct mime_address a;
	struct pk_name name;

	if (sender_addresses(value, &rows) != PK_OK) {
		buf_free(&rows);
		return;
	}
	all = PK_ROWS(&rows);
	address_start(&p, value);
	while (address_next(&p, &a)) {
		assert(a.kind == MIME_ADDRESS && pk_next_name(&all, &name));
		assert(name.name.n == a.mailbox.n + 1 + a.host.n);
		assert(slice_starts(name.name, a.mailbox) && slice_ends(name.name, a.host));
	}
	assert(!pk_next_name(&all, &name));
	address_free(&p);
	buf_free(&rows);
}

static void check(const struct run *r)
{
	struct buf message = {0};
	struct slice rest;
	struct header_field f;
	uint32_t froms = 0, senders = 0;

	buf_put(&message, buf_slice(&r->out));
	buf_put(&message, (struct slice){"\r\n", 2});
	buf_put(&message, buf_slice(&r->body));
	rest = buf_slice(&message);
	while (header_next(&rest, &f)) {
		assert(!slice_ieq(f.name, S("Bcc")) && !slice_ieq(f.name, S("Resent-Bcc")) &&
		       !slice_ieq(f.name, S("Return-Path")));
		froms += slice_ieq(f.name, S("From"));
		senders += slice_ieq(f.name, S("Sender"));
		if (slice_ieq(f.name, S("From")) || slice_ieq(f.name, S("Sender")))
			check_sender(f.value);
		assert((size_t)(f.raw.p + f.raw.n - message.p) <= r->out.n);
	}
	assert(froms == r->h.fields[HEADER_FROM] && senders == r->h.fields[HEADER_SENDER]);
	buf_free(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice in = {(const char *)data + 1, n - 1};
	struct run one, other;

	if (!n)
		return 0;
	play(&one, in, n);
	play(&other, in, data[0] % 16 + 1);
	assert(same(&one.out, &other.out) && same(&one.body, &other.body));
	assert(same(&one.h.senders, &other.h.senders) && same(&one.h.bcc, &other.h.bcc));
	assert(!memcmp(one.h.fields, other.h.fields, sizeof(one.h.fields)));
	if (is_clean(in) && !one.h.too_long)
		check(&one);
	end(&one);
	end(&other);
	return 0;
}
