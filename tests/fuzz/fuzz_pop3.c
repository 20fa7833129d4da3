/* A POP3 session: whatever comes, in pieces of two sizes, gets the same answers. */
/* links: pop3 */
#include "fuzz_pieces.h"

static const struct slice mails[] = {S("To: a\r\n\r\n.\r\nb"), S(""), S(".\r\n..\r\n\n.\n")};

static void answer_messages(struct buf *b)
{
	struct buf rows = {0};

	for (uint32_t i = 0; i < 3; i++)
		pk_put_message_row(&rows, &(struct pk_message){.uid = i + 4,
		                                               .octets = mails[i].n,
		                                               .uidl = i == 1 ? S("own") : S("")});
	pk_put_messages_rep(b, &(struct pk_messages_rep){.messages = PK_ROWS(&rows)});
	buf_free(&rows);
}

static void answer_read(struct slice request, struct buf *b)
{
	struct pk_read_req q;
	struct pk_piece p;
	struct buf rows = {0};

	if (pk_get_read_req(request, &q) != PK_OK || !q.pieces.raw.n)
		abort();
	while (pk_next_piece(&q.pieces, &p)) {
		struct slice text;

		if (p.uid < 4 || p.uid > 6)
			abort();
		text = slice_head(slice_skip(mails[p.uid - 4], p.offset), p.octets);
		pk_put_chunk_row(&rows, &(struct pk_chunk){.bytes = text});
	}
	pk_put_read_rep(b, &(struct pk_read_rep){.chunks = PK_ROWS(&rows)});
	buf_free(&rows);
}

static void store(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	struct buf b = {0};
	struct pk_auth_req q;
	enum pk_status st = PK_OK;

	switch (op) {
	case PK_OP_auth:
		if (pk_get_auth_req(request, &q) != PK_OK)
			abort();
		st = slice_has(q.data, 'x') ? PK_EAUTH : PK_OK;
		f->io.bound = st == PK_OK && q.data.n;
		pk_put_auth_rep(&b, &(struct pk_auth_rep){.done = q.data.n > 0, .user = S("u")});
		break;
	case PK_OP_open:
		pk_put_open_rep(&b, &(struct pk_open_rep){.uidvalidity = 1, .exists = 3});
		break;
	case PK_OP_messages: answer_messages(&b); break;
	case PK_OP_read: answer_read(request, &b); break;
	default: break;
	}
	fake_reply(f, tag, (uint16_t)st, false, buf_slice(&b));
	buf_free(&b);
}

static struct buf run(struct slice in, const struct fuzz_way *way)
{
	struct fake f = {.store = store, .io = {.out_high = way->high}};
	struct pk_value options[] = {{.number = 1}, {.number = 1}, {.text = S("en")}};

	fake_open(&f, pk_plugin_entry(NULL), options);
	fake_feed(&f, in, way->piece);
	return fuzz_said(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	return fuzz_pieces(data, n, run, NULL);
}
