#ifndef SMTP_STORE_H
#define SMTP_STORE_H

/* A canned store for sessions of SMTP, LMTP and submission. */
#include "fake_host.h"

/* What the store was told, and what it answers. */
struct told {
	char recipients[2000]; /* accepted and not reset, with ";" behind each */
	char delivered[2400];  /* the same at the last deliver or submit, after "from>" */
	unsigned deliveries, resets;
	enum pk_status deliver; /* the answer to deliver or submit as a whole */
	enum pk_status sender;  /* to sender */
	struct pk_error why;    /* goes with a failure: lasting, text, retry_s */
	uint16_t results[4];    /* of the recipients */
	uint64_t octets;        /* of the last recipient */
	char senders[400];      /* of submit, with ";" behind each */
	char bcc[800];
	uint8_t copied;
	char originals[2000];  /* of the recipients, with ";" behind each */
	unsigned reports;      /* into the INBOX */
	enum pk_status report; /* the answer to that */
	bool broken_login;     /* bound, but refused */
};

static inline enum pk_status told_verdict(struct slice address)
{
	static const struct {
		struct slice address;
		enum pk_status status;
	} known[] = {
		{S("jane@example.org"),      PK_OK          },
		{S("jim@example.org"),       PK_OK          },
		{S("postmaster"),            PK_OK          },
		{S("j\xc3\xb6@example.org"), PK_OK          },
		{S("full@example.org"),      PK_EQUOTA      },
		{S("gone@example.org"),      PK_ESUSPENDED  },
		{S("small@example.org"),     PK_ETOOBIG     },
		{S("other@example.org"),     PK_ELIMIT      },
		{S("busy@example.org"),      PK_EUNAVAILABLE},
		{S("disk@example.org"),      PK_EFULL       },
		{S("odd@example.org"),       PK_EINVAL      },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (slice_ieq(known[i].address, address))
			return known[i].status;
	return slice_ends(address, S("@example.org")) ? PK_ENOTFOUND : PK_EPERM;
}

static inline void told_put(char *to, size_t room, struct slice text, const char *behind)
{
	size_t n = strlen(to);

	snprintf(to + n, room - n, "%.*s%s", (int)text.n, text.p, behind);
}

/* A reply, or the failure with its words. */
static inline void told_answer(struct fake *f, uint64_t tag, enum pk_status st, struct buf *reply)
{
	const struct told *t = f->test;

	if (st != PK_OK) {
		buf_clear(reply);
		pk_put_error(reply, &t->why);
	}
	fake_reply(f, tag, (uint16_t)st, false, buf_slice(reply));
	buf_free(reply);
}

static inline void told_recipient(struct fake *f, uint64_t tag, struct slice request)
{
	struct told *t = f->test;
	struct pk_recipient_req q;
	struct buf b = {0};
	enum pk_status st;

	assert_int_equal(pk_get_recipient_req(request, &q), PK_OK);
	st = told_verdict(q.address);
	t->octets = q.octets;
	told_put(t->originals, sizeof(t->originals), q.original, ";");
	if (st == PK_OK)
		told_put(t->recipients, sizeof(t->recipients), q.address, ";");
	pk_put_recipient_rep(&b, &(struct pk_recipient_rep){.resolved = q.address});
	told_answer(f, tag, st, &b);
}

/* Notes whom it went to, and gives a row for each. */
static inline struct pk_rows told_deliver(struct fake *f, uint32_t body, struct slice from,
                                          struct buf *rows)
{
	struct told *t = f->test;
	size_t recipients = 0;

	assert_int_equal(body, f->bodies_open);
	for (const char *p = t->recipients; *p; p++)
		recipients += *p == ';';
	snprintf(t->delivered, sizeof(t->delivered), "%.*s>%s", (int)(from.n % 300), from.p,
	         t->recipients);
	t->recipients[0] = '\0';
	t->deliveries++;
	for (size_t i = 0; i < recipients; i++)
		pk_put_result_row(rows, &(struct pk_result){.code = t->results[i % 4],
		                                            .lasting = t->why.lasting,
		                                            .worded = t->why.worded,
		                                            .text = t->why.text});
	return PK_ROWS(rows);
}

static inline void told_deliver_call(struct fake *f, uint64_t tag, struct slice request)
{
	struct told *t = f->test;
	struct pk_deliver_req q;
	struct buf b = {0}, rows = {0};
	struct pk_deliver_rep rep = {0};

	assert_int_equal(pk_get_deliver_req(request, &q), PK_OK);
	rep.results = told_deliver(f, q.body, q.return_path, &rows);
	pk_put_deliver_rep(&b, &rep);
	buf_free(&rows);
	told_answer(f, tag, t->deliver, &b);
}

static inline void told_submit(struct fake *f, uint64_t tag, struct slice request)
{
	struct told *t = f->test;
	struct pk_submit_req q;
	struct pk_submit_rep rep = {.copied = t->copied};
	struct pk_name name;
	struct buf b = {0}, rows = {0};

	assert_int_equal(pk_get_submit_req(request, &q), PK_OK);
	t->senders[0] = t->bcc[0] = '\0';
	while (pk_next_name(&q.senders, &name))
		told_put(t->senders, sizeof(t->senders), name.name, ";");
	told_put(t->bcc, sizeof(t->bcc), q.bcc, "");
	rep.results = told_deliver(f, q.body, q.return_path, &rows);
	pk_put_submit_rep(&b, &rep);
	buf_free(&rows);
	told_answer(f, tag, t->deliver, &b);
}

static inline void told_append(struct fake *f, uint64_t tag, struct slice request)
{
	struct told *t = f->test;
	struct pk_append_req q;
	struct pk_append_rep rep = {0};
	struct pk_new_message m = {0};
	struct buf b = {0};

	assert_int_equal(pk_get_append_req(request, &q), PK_OK);
	assert_true(slice_eq(q.mailbox, S("INBOX")) && pk_next_new_message(&q.messages, &m));
	assert_true(m.body == f->bodies_open && m.summary.n && !m.flags);
	t->reports++;
	pk_put_append_rep(&b, &rep);
	told_answer(f, tag, t->report, &b);
}

/* Jane may log in by PLAIN, with any password but "wrong". */
static inline void told_auth(struct fake *f, uint64_t tag, struct slice request)
{
	const struct told *t = f->test;
	struct pk_auth_req q;
	struct pk_auth_rep rep = {.done = 1, .user = S("jane@example.org")};
	struct buf b = {0};
	bool good;

	assert_int_equal(pk_get_auth_req(request, &q), PK_OK);
	good = !slice_ends(q.data, S("wrong")) && (!q.data.n || slice_has(q.data, '\0'));
	if (!q.data.n)
		rep = (struct pk_auth_rep){0};
	f->io.bound = good && rep.done;
	pk_put_auth_rep(&b, &rep);
	good = good && !t->broken_login;
	told_answer(f, tag, good ? PK_OK : PK_EAUTH, &b);
}

static inline void told_call(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	struct told *t = f->test;

	if (op == PK_OP_recipient) {
		told_recipient(f, tag, request);
	} else if (op == PK_OP_deliver) {
		told_deliver_call(f, tag, request);
	} else if (op == PK_OP_submit) {
		told_submit(f, tag, request);
	} else if (op == PK_OP_append) {
		told_append(f, tag, request);
	} else if (op == PK_OP_auth) {
		told_auth(f, tag, request);
	} else if (op == PK_OP_sender) {
		told_answer(f, tag, t->sender, &(struct buf){0});
	} else {
		assert_int_equal(op, PK_OP_reset);
		t->recipients[0] = '\0';
		t->resets++;
		fake_reply(f, tag, PK_OK, false, S(""));
	}
}

static inline void told_begin(struct fake *f, struct told *t, const char *mode, int64_t greeting_ms)
{
	struct pk_value options[] = {
		{.text = slice_str(mode)},
		{.text = S("mx.example.org")},
		{.number = 2000},
		{.number = 100},
		{.number = 6},
		{.number = greeting_ms},
		{.number = false}, /* plain */
		{.number = true},  /* scram */
	};

	f->store = told_call;
	f->test = t;
	fake_open(f, pk_plugin_entry(NULL), options);
}

static inline void told_check(struct slice got, struct slice want, struct slice in)
{
	if (slice_eq(got, want))
		return;
	fail_msg("client:\n%.*s\nwanted:\n%.*s\ngot:\n%.*s", (int)in.n, in.p, (int)want.n, want.p,
	         (int)got.n, got.p);
}

/* Each refusal names the session, and nothing else does. */
static inline void told_check_replies(struct slice got, struct slice want, struct slice in)
{
	struct buf all = {0};

	while (want.n) {
		struct slice line = slice_cut(&want, '\n');

		buf_put(&all, slice_head(line, line.n - 1));
		buf_put(&all, line.p[0] >= '4' ? S(" (session 4660)\r\n") : S("\r\n"));
	}
	told_check(got, buf_slice(&all), in);
	buf_free(&all);
}

#endif
