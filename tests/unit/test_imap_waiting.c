/* HAZARDS 76: what is held for a client that asks for whole messages and does not read. */
/* links: imap harness host store */
#include "heap_peak.h"
#include "imap_talk.h"

#define LARGE  8      /* messages of several chunks, one behind the other */
#define OCTETS 300000 /* of each */
/* Two frames at the host, a third at the store, what is gathered for the client. */
#define HELD_MAX 200000

static void put_noise(struct buf *b, uint64_t x)
{
	while (b->n < OCTETS) {
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
		buf_byte(b, (char)(' ' + (x >> 33) % 95));
	}
}

static void fill(struct talk *t)
{
	for (uint64_t i = 0; i < LARGE; i++) {
		struct buf b = {0};

		put_noise(&b, i);
		append(t, buf_slice(&b));
		buf_free(&b);
	}
}

/* Nothing that can be read anew: neither chunks of bodies nor empty frames. */
static void little_is_held(void **state)
{
	struct talk t = {0};
	size_t before;

	(void)state;
	talk_open(&t, 0);
	log_in(&t);
	fill(&t);
	assert_true(has(say(&t, "a SELECT INBOX"), "a OK "));
	assert_true(has(say(&t, "b FETCH 1:* BODY.PEEK[]"), "b OK "));
	buf_free(drive_got(t.c));
	before = heap_peak.now;
	drive_hold(t.c, true);
	drive_send(t.c, S("c FETCH 1:* BODY.PEEK[]\r\n"));
	if (heap_peak.now > before + HELD_MAX)
		fail_msg("%zu octets are held", heap_peak.now - before);
	drive_hold(t.c, false);
	drive_run(t.d);
	assert_true(has(buf_slice(drive_got(t.c)), "c OK "));
	assert_true(drive_got(t.c)->n > (size_t)LARGE * OCTETS);
	talk_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(little_is_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
