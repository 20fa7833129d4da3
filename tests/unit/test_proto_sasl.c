/* The way between a client's SASL lines and the store's auth call. */
#include "unit.h"

#include "fake_host.h"
#include "proto/sasl.h"

/* A store that runs PLAIN, LOGIN and, in three steps, a mechanism with words at its end. */
static void store(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	struct pk_auth_req q;
	struct pk_auth_rep r = {0};
	struct buf b = {0};
	enum pk_status st = PK_OK;
	struct slice *expect = f->test;

	assert_int_equal(op, PK_OP_auth);
	assert_int_equal(pk_get_auth_req(request, &q), PK_OK);
	if (slice_eq(q.mechanism, S("PLAIN")) && !q.data.n) {
		assert_int_equal(q.step, 0);
	} else if (slice_eq(q.mechanism, S("PLAIN"))) {
		assert_true(slice_eq(q.data, *expect));
		r.done = 1;
	} else if (slice_eq(q.mechanism, S("LOGIN"))) {
		static const struct slice data[] = {S(""), S("jane"), S("secret")};
		static const struct slice words[] = {S("Username:"), S("Password:"), S("")};

		assert_true(q.step < 3 && slice_eq(q.data, data[q.step]));
		r.challenge = words[q.step];
		r.done = q.step == 2;
	} else if (slice_eq(q.mechanism, S("EXTERNAL"))) {
		assert_true(!q.data.n);
		r.done = q.step == 1;
	} else if (slice_eq(q.mechanism, S("THREE-STEPS"))) {
		r.challenge = q.step ? S("proof") : S("salt");
		r.done = q.step == 1;
	} else {
		st = PK_ENOTSUP;
	}
	if (r.done)
		r.user = S("jane@example.org");
	pk_put_auth_rep(&b, &r);
	fake_reply(f, tag, (uint16_t)st, false, buf_slice(&b));
	buf_free(&b);
}

static enum sasl_next answer(struct fake *f, struct sasl *x)
{
	struct fake_reply *r = &f->replies[f->reply_first];
	struct pk_in in = {.kind = PK_IN_REPLY, .status = r->status, .bytes = buf_slice(&r->bytes)};
	enum sasl_next next;

	assert_int_equal(f->reply_count, 1);
	f->reply_first = (f->reply_first + 1) % FAKE_REPLIES;
	f->reply_count--;
	f->io.calls_left++;
	next = sasl_reply(x, &f->io, &in);
	buf_free(&r->bytes);
	return next;
}

static struct slice plain = S("\0jane\0secret");
#define PLAIN "AGphbmUAc2VjcmV0"

static void begin(struct fake *f)
{
	fake_begin(f);
	f->store = store;
	f->test = &plain;
}

static void plain_with_initial_response(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_begin(&x, &f.io, S("plain"), S(PLAIN)), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	assert_true(slice_eq(buf_slice(&x.user), S("jane@example.org")));
	sasl_clear(&x);
}

static void plain_on_a_line_of_its_own(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_begin(&x, &f.io, S("PLAIN"), (struct slice){0}), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_ASK);
	assert_int_equal(sasl_challenge(&x).n, 0);
	assert_int_equal(sasl_answer(&x, &f.io, S(PLAIN)), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
}

static void a_name_and_a_password_are_plain(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_password(&x, &f.io, S("jane"), S("secret")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
	assert_int_equal(sasl_password(&x, &f.io, S("ja\0ne"), S("secret")), SASL_FAIL);
	assert_int_equal(x.status, PK_EPROTO);
	sasl_clear(&x);
}

static void login_asks_twice(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_begin(&x, &f.io, S("LOGIN"), (struct slice){0}), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_ASK);
	assert_true(slice_eq(sasl_challenge(&x), S("VXNlcm5hbWU6")));
	assert_int_equal(sasl_answer(&x, &f.io, S("amFuZQ==")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_ASK);
	assert_true(slice_eq(sasl_challenge(&x), S("UGFzc3dvcmQ6")));
	assert_int_equal(sasl_answer(&x, &f.io, S("c2VjcmV0")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
}

/* Clients that send the name at once mean it as the answer to "Username:". */
static void login_with_initial_response(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_begin(&x, &f.io, S("LOGIN"), S("amFuZQ==")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_ASK);
	assert_int_equal(sasl_answer(&x, &f.io, S("c2VjcmV0")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
}

/* RFC 4954 section 4: data with the outcome goes as a challenge, whose answer is empty. */
static void words_at_the_end_are_answered(void **state)
{
	static const struct {
		struct slice line;
		enum sasl_next next;
	} cases[] = {
		{S(""),     SASL_DONE  },
		{S("*"),    SASL_CANCEL},
		{S("AAAA"), SASL_FAIL  },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake f = {0};
		struct sasl x = {0};

		begin(&f);
		assert_int_equal(sasl_begin(&x, &f.io, S("THREE-STEPS"), S("eA==")), SASL_WAIT);
		assert_int_equal(answer(&f, &x), SASL_ASK);
		assert_int_equal(sasl_answer(&x, &f.io, S("eA==")), SASL_WAIT);
		assert_int_equal(answer(&f, &x), SASL_ASK);
		assert_true(slice_eq(sasl_challenge(&x), S("cHJvb2Y=")));
		assert_int_equal(sasl_answer(&x, &f.io, cases[i].line), cases[i].next);
		sasl_clear(&x);
	}
}

/* RFC 4954 section 4: "=" is a response, of no octets; it answers the empty challenge. */
static void an_empty_initial_response(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	assert_int_equal(sasl_begin(&x, &f.io, S("EXTERNAL"), S("=")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
	assert_int_equal(sasl_begin(&x, &f.io, S("EXTERNAL"), (struct slice){0}), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_ASK);
	assert_int_equal(sasl_answer(&x, &f.io, S("")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_DONE);
	sasl_clear(&x);
}

static void bad_lines_reach_nobody(void **state)
{
	static const struct {
		struct slice mechanism, line;
		enum sasl_next next;
		enum pk_status status;
	} cases[] = {
		{S("PLAIN"), S("*"),                    SASL_CANCEL, PK_OK    },
		{S("PLAIN"), S("not base64"),           SASL_FAIL,   PK_EPROTO},
		{S("PLAIN"), S(""),                     SASL_FAIL,   PK_EPROTO},
		{S("PLAIN"), S("amFuZQ=="),             SASL_FAIL,   PK_EPROTO}, /* no NUL */
		{S("PLAIN"), S("AGphbmUAc2VjAHJldA=="), SASL_FAIL,   PK_EPROTO}, /* three */
		{S("PLAIN"), S("AGphbmUAc2VjcmV"),      SASL_FAIL,   PK_EPROTO},
		{S("PLAIN"), S("="),                    SASL_FAIL,   PK_EPROTO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake f = {0};
		struct sasl x = {0};

		begin(&f);
		assert_int_equal(sasl_begin(&x, &f.io, cases[i].mechanism, (struct slice){0}),
		                 SASL_WAIT);
		assert_int_equal(answer(&f, &x), SASL_ASK);
		assert_int_equal(sasl_answer(&x, &f.io, cases[i].line), cases[i].next);
		if (cases[i].next == SASL_FAIL)
			assert_int_equal(x.status, cases[i].status);
		assert_int_equal(f.reply_count, 0);
		sasl_clear(&x);
	}
}

static void bad_mechanisms(void **state)
{
	static const struct slice bad[] = {S(""), S("PLA IN"), S("PL\0"),
	                                   S("ABCDEFGHIJKLMNOPQRSTU"), S("PLAIN\r")};
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(sasl_begin(&x, &f.io, bad[i], S("=")), SASL_FAIL);
		assert_int_equal(x.status, PK_ENOTSUP);
	}
	assert_int_equal(sasl_begin(&x, &f.io, S("GSSAPI"), S("=")), SASL_WAIT);
	assert_int_equal(answer(&f, &x), SASL_FAIL);
	assert_int_equal(x.status, PK_ENOTSUP);
	sasl_clear(&x);
}

static void too_long(void **state)
{
	struct buf text = {0};
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	for (size_t i = 0; i < SASL_DATA_MAX / 3 + 1; i++)
		buf_put(&text, S("AAAA"));
	assert_int_equal(sasl_begin(&x, &f.io, S("THREE-STEPS"), buf_slice(&text)), SASL_FAIL);
	assert_int_equal(x.status, PK_EPROTO);
	sasl_clear(&x);
	buf_free(&text);
}

/* A store that is busy is a temporary failure, also for a session that may start no call now. */
static void no_call_left(void **state)
{
	struct fake f = {0};
	struct sasl x = {0};

	(void)state;
	begin(&f);
	f.io.calls_left = 0;
	assert_int_equal(sasl_begin(&x, &f.io, S("PLAIN"), S(PLAIN)), SASL_FAIL);
	assert_int_equal(x.status, PK_ERETRY);
	sasl_clear(&x);
}

/* What is offered, one behind the other. */
static struct slice offers(const struct fake *f, bool scram, struct buf *b)
{
	buf_clear(b);
	for (size_t i = 0; sasl_offer(&f->io, scram, i).n; i++) {
		buf_put(b, sasl_offer(&f->io, scram, i));
		buf_put(b, S(" "));
	}
	return buf_slice(b);
}

/* RFC 5802 section 6, RFC 4422 appendix A. */
static void what_can_work_is_offered(void **state)
{
	static const struct {
		bool scram, tls, proven;
		struct slice words;
	} cases[] = {
		{false, false, false, S("PLAIN LOGIN ")                                          },
		{true,  false, false, S("PLAIN LOGIN SCRAM-SHA-256 ")                            },
		{true,  true,  false, S("PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS ")         },
		{true,  true,  true,  S("PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL ")},
		{false, true,  true,  S("PLAIN LOGIN EXTERNAL ")                                 },
	};
	struct buf b = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake f = {0};

		begin(&f);
		f.io.tls = cases[i].tls ? 0x0304 : 0;
		f.io.proven = cases[i].proven;
		assert_true(slice_eq(offers(&f, cases[i].scram, &b), cases[i].words));
	}
	buf_free(&b);
}

/* plugin.h: what a host of ABI 1.0 has there, the padding at the end of its struct too, is not
 * looked at. */
static void a_host_of_minor_0_proves_nothing(void **state)
{
	struct fake f = {0};
	struct buf b = {0};

	(void)state;
	begin(&f);
	f.io.tls = 0x0304;
	f.io.proven = UINT64_MAX;
	f.io.size = offsetof(struct pk_io, proven);
	assert_int_equal(f.io.size, 120); /* sizeof(struct pk_io) of 1.0 */
	assert_true(slice_eq(offers(&f, false, &b), S("PLAIN LOGIN ")));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_with_initial_response),
		cmocka_unit_test(plain_on_a_line_of_its_own),
		cmocka_unit_test(a_name_and_a_password_are_plain),
		cmocka_unit_test(login_asks_twice),
		cmocka_unit_test(login_with_initial_response),
		cmocka_unit_test(words_at_the_end_are_answered),
		cmocka_unit_test(an_empty_initial_response),
		cmocka_unit_test(bad_lines_reach_nobody),
		cmocka_unit_test(bad_mechanisms),
		cmocka_unit_test(too_long),
		cmocka_unit_test(no_call_left),
		cmocka_unit_test(what_can_work_is_offered),
		cmocka_unit_test(a_host_of_minor_0_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
