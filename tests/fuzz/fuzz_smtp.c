/* A session of SMTP, LMTP or submission: well-formed answers, the same whatever the pieces. */
/* links: smtp */
#include "fuzz_pieces.h"

/* One that is not on its way to mailboxes. */
static enum pk_status answer(struct fake *f, uint32_t op, struct slice request, struct buf *b)
{
	struct pk_auth_req q;

	if (op == PK_OP_sender || op == PK_OP_append)
		return PK_OK;
	if (op != PK_OP_auth || pk_get_auth_req(request, &q) != PK_OK || q.data.n % 3 == 1)
		return PK_EAUTH;
	f->io.bound = q.data.n > 0;
	pk_put_auth_rep(b, &(struct pk_auth_rep){.done = q.data.n > 0, .user = S("u@example.org")});
	return PK_OK;
}

static void store(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	struct buf b = {0}, rows = {0};
	unsigned *recipients = f->test;
	struct pk_recipient_req q;
	enum pk_status st = PK_OK;

	if (op == PK_OP_recipient) {
		st = pk_get_recipient_req(request, &q);
		if (st == PK_OK && !slice_has(q.address, 'j'))
			st = (enum pk_status)(q.address.n % PK_STATUS_COUNT);
		*recipients += st == PK_OK;
		pk_put_recipient_rep(&b, &(struct pk_recipient_rep){.resolved = q.address});
	} else if (op == PK_OP_auth || op == PK_OP_sender || op == PK_OP_append) {
		st = answer(f, op, request, &b);
	} else if (op == PK_OP_deliver || op == PK_OP_submit) {
		if (!*recipients || f->body.n > 3000)
			abort(); /* nobody to deliver to, or more than is allowed */
		for (unsigned i = 0; i < *recipients; i++)
			pk_put_result_row(&rows,
			                  &(struct pk_result){.code = (uint16_t)(f->body.n % 3)});
		if (op == PK_OP_deliver)
			pk_put_deliver_rep(&b, &(struct pk_deliver_rep){.results = PK_ROWS(&rows)});
		else
			pk_put_submit_rep(&b, &(struct pk_submit_rep){.results = PK_ROWS(&rows)});
		*recipients = 0;
	} else {
		*recipients = 0;
	}
	fake_reply(f, tag, (uint16_t)st, false, buf_slice(&b));
	buf_free(&rows);
	buf_free(&b);
}

static void check_replies(struct slice sent)
{
	while (sent.n) {
		struct slice line = slice_cut(&sent, '\n');

		if (line.n < 5 || line.p[line.n - 1] != '\r' || line.p[0] < '2' ||
		    line.p[0] > '5' || (line.p[3] != ' ' && line.p[3] != '-'))
			abort();
	}
}

static struct buf run(struct slice in, const struct fuzz_way *way)
{
	struct pk_value options[] = {
		{.text = way->odd   ? S("lmtp")
	                 : in.n % 2 ? S("submission")
	                            : S("mx")},
		{.text = S("mx.example.org")},
		{.number = 2000},
		{.number = 100},
		{.number = 20},
		{.number = 0},
		{.number = 1}, /* plain */
		{.number = 1},
	};
	struct fake f = {.store = store, .io = {.out_high = way->high}};
	unsigned recipients = 0;

	f.test = &recipients;
	fake_open(&f, pk_plugin_entry(NULL), options);
	fake_feed(&f, in, way->piece);
	return fuzz_said(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	return fuzz_pieces(data, n, run, check_replies);
}
