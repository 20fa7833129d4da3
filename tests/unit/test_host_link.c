/* A link to a store that keeps no rule: nothing foreign is heard, nothing kept without end. */
/* links: host */
#include "unit.h"

#include "toy_world.h"

#define PIECE    60000
#define OK(call) assert_int_equal((call), PK_OK)

static enum pk_status say(struct toy_world *w, struct frame f)
{
	struct buf b = {0};
	enum pk_status st;

	frame_put(&b, &f);
	st = link_feed(w->link, buf_slice(&b));
	buf_free(&b);
	return st;
}

/* A session that has asked and hears nothing yet. The wire's tag of its request is returned. */
static uint64_t asks(struct toy_world *w)
{
	memset(w, 0, sizeof(*w));
	toy_world_open(w, &toy_plugin);
	w->script = S("get 5\r\n");
	while (toy_client_sends(w, 1000) || toy_turn(w))
		;
	toy_read(&w->store, SIZE_MAX);
	while (w->store.first && w->store.first->f.op != PK_OP_list)
		toy_write(&w->store, 1);
	assert_int_equal(link_calls(w->s), 1);
	return w->s->end.calls[0].wire;
}

static struct frame answer(uint64_t tag, uint16_t flags, struct slice payload)
{
	return (struct frame){.op = PK_OP_list,
	                      .flags = FRAME_REPLY | flags,
	                      .session = 1,
	                      .tag = tag,
	                      .payload = payload};
}

static unsigned count(const struct toy_world *w, const char *what)
{
	unsigned n = 0;
	const char *at = w->got.p, *end = w->got.p + w->got.n;

	while (at && (at = memmem(at, (size_t)(end - at), what, strlen(what))))
		n++, at++;
	return n;
}

static void finish(struct toy_world *w)
{
	while (toy_turn(w) || toy_client_gets(w, 1000))
		;
}

static void answered_twice(void **state)
{
	static char piece[PIECE];
	struct toy_world w;
	uint64_t tag = asks(&w);

	(void)state;
	OK(say(&w, answer(tag, FRAME_MORE, (struct slice){piece, PIECE}))); /* what follows waits */
	OK(say(&w, answer(tag, 0, S("aaaaa"))));
	OK(say(&w, answer(tag, 0, S("EVIL"))));
	OK(say(&w, answer(tag, FRAME_MORE, S("EVIL"))));
	finish(&w);
	OK(say(&w, answer(tag, 0, S("EVIL"))));
	w.script = S("get 3\r\n"); /* the next one hears what was for it */
	while (toy_client_sends(&w, 1000) || toy_turn(&w))
		;
	OK(say(&w, answer(w.s->end.calls[0].wire, 0, S("bbb"))));
	finish(&w);
	assert_int_equal(count(&w, "bbb."), 1);
	assert_int_equal(count(&w, "aaaaa."), 1);
	assert_int_equal(count(&w, "EVIL"), 0);
	assert_int_equal(link_calls(w.s), 0);
	assert_false(w.link->lost);
	toy_world_close(&w);
}

static void answers_that_nobody_asked_for(void **state)
{
	struct toy_world w;
	uint64_t tag = asks(&w);

	(void)state;
	for (uint64_t other = 0; other < 10; other++)
		if (other != tag)
			OK(say(&w, answer(other, other % 2 ? FRAME_MORE : 0, S("EVIL"))));
	OK(say(&w, answer(tag + (UINT64_C(1) << 32), 0, S("EVIL"))));
	OK(say(&w, answer(UINT64_MAX, 0, S("EVIL"))));
	OK(say(&w, answer(tag, 0, S("aaaaa"))));
	finish(&w);
	assert_int_equal(count(&w, "aaaaa."), 1);
	assert_int_equal(count(&w, "EVIL"), 0);
	toy_world_close(&w);
}

static void sessions_of_nobody(void **state)
{
	static const uint32_t numbers[] = {2, 77, 1u << 31, UINT32_MAX};
	struct toy_world w;

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct frame f = answer(asks(&w), 0, S("EVIL"));

		f.session = numbers[i];
		assert_int_equal(say(&w, f), PK_EPROTO);
		f.flags = FRAME_EVENT;
		assert_int_equal(say(&w, f), PK_EPROTO);
		assert_int_equal(link_calls(w.s), 1);
		link_lost(w.link, 1000);
		finish(&w);
		assert_int_equal(count(&w, "EVIL"), 0);
		w.store.link = NULL;
		session_free(w.s);
		link_free(w.link);
		service_free(&w.service);
		toy_free(&w.store);
		buf_free(&w.got);
	}
}

/* More than all credit: the link is over before it is kept. */
static void replies_beyond_credit(void **state)
{
	static char piece[PIECE];
	struct toy_world w;
	uint64_t tag = asks(&w);
	size_t octets = 0;

	(void)state;
	while (say(&w, answer(tag, FRAME_MORE, (struct slice){piece, PIECE})) == PK_OK)
		octets += PIECE;
	assert_true(octets >= PK_CREDIT);
	assert_true(octets <= PK_CREDIT + LINK_OVERDRAFT);
	toy_world_close(&w);
}

/* Replies without octets cost no credit: there are so many, then the session is over. */
static void empty_replies_without_end(void **state)
{
	static char piece[PIECE];
	struct toy_world w;
	uint64_t tag = asks(&w);
	unsigned n = 0;

	(void)state;
	OK(say(&w, answer(tag, FRAME_MORE, (struct slice){piece, PIECE}))); /* its client is slow */
	for (; n < 100000 && !w.s->over; n++)
		OK(say(&w, answer(tag, FRAME_MORE, S(""))));
	assert_true(n > 4000 && n < 5000);
	toy_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answered_twice),
		cmocka_unit_test(answers_that_nobody_asked_for),
		cmocka_unit_test(sessions_of_nobody),
		cmocka_unit_test(replies_beyond_credit),
		cmocka_unit_test(empty_replies_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
