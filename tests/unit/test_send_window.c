/* The hour in which messages are counted, against all that were sent; and clocks that are set. */
/* links: store */
#include "unit.h"

#include "send_window.h"

#define MINUTE ((int64_t)60 * 1000)
#define HOUR   (60 * MINUTE)
#define START  INT64_C(1700000012345)

#define OK(call) assert_int_equal((call), PK_OK)

static uint64_t random_state = 1;

static uint64_t random_below(uint64_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (random_state >> 33) % n;
}

/* The row as it is kept, in between. */
static void through_the_disk(struct send_row *w)
{
	struct buf b = {0};
	struct send_row back;

	send_encode(&b, w);
	assert_true(b.n <= 254);
	OK(send_decode(buf_slice(&b), &back));
	assert_memory_equal(&back, w, sizeof(back));
	*w = back;
	buf_free(&b);
}

/* What was sent, and when, on a clock that is never set. */
struct model {
	int64_t at[4096];
	size_t n;
	struct send_row w;
	uint64_t limit;
};

static size_t sent_since(const struct model *m, int64_t from_ms)
{
	size_t n = 0;

	for (size_t i = m->n; i > 0 && m->at[i - 1] >= from_ms; i--)
		n++;
	return n;
}

/* Tries to send now; whether it was counted. wall: what the clock says. */
static bool try_send(struct model *m, int64_t now, int64_t wall, uint32_t *wait)
{
	send_window_move(&m->w, wall);
	*wait = send_window_wait(&m->w, m->limit, wall);
	assert_int_equal(*wait == 0, send_window_sum(&m->w) < m->limit);
	if (*wait)
		return false;
	send_window_add(&m->w);
	through_the_disk(&m->w);
	assert_true(m->n < COUNT(m->at));
	m->at[m->n++] = now;
	return true;
}

/* Never more than the limit in 60 minutes, wherever they begin; never fewer than it in 61; and who
 * has waited for as long as was told may send, and not a second before. */
static void no_hour_has_more(void **state)
{
	(void)state;
	for (int round = 0; round < 200; round++) {
		struct model m = {.limit = 1 + random_below(40)};
		int64_t now = START + (int64_t)random_below(HOUR);
		unsigned pace = 1 + (unsigned)random_below(600);
		struct send_row again;
		uint32_t wait;

		for (int i = 0; i < 300; i++) {
			size_t before = sent_since(&m, now - HOUR + 1);
			size_t window = sent_since(&m, now - 61 * MINUTE);

			if (try_send(&m, now, now, &wait)) {
				assert_true(before < m.limit);
			} else {
				assert_true(window >= m.limit);
				assert_in_range(wait, 1, 61 * 60);
				again = m.w;
				send_window_move(&again, now + (wait - 1) * (int64_t)1000);
				assert_int_equal(send_window_sum(&again), m.limit);
				again = m.w;
				send_window_move(&again, now + wait * (int64_t)1000);
				assert_true(send_window_sum(&again) < m.limit);
			}
			now += (int64_t)random_below(pace) * 1000;
		}
	}
}

/* The limit was lowered below what is sent already: the wait is for enough of it to leave. */
static void a_lower_limit(void **state)
{
	struct model m = {.limit = 10};
	uint32_t wait;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(try_send(&m, 0, START + i * 5 * MINUTE, &wait));
	m.limit = 3;
	assert_false(try_send(&m, 0, START + 46 * MINUTE, &wait));
	/* The 8th leaves 61 minutes after it was sent, by minutes of the clock. */
	send_window_move(&m.w, START + 46 * MINUTE + wait * (int64_t)1000);
	assert_int_equal(send_window_sum(&m.w), 2);
	send_window_move(&m.w, START + 96 * MINUTE);
	assert_int_equal(send_window_sum(&m.w), 2);
}

/* A clock that is set neither holds a sender for longer than two windows nor counts for nothing:
 * while it is not set by an hour, no hour has twice the limit. */
static void the_clock_is_set(void **state)
{
	static const int64_t by[] = {
		-365 * 24 * HOUR, -2 * HOUR,   -61 * MINUTE, -60 * MINUTE,   -30 * MINUTE, -1,
		30 * MINUTE,      60 * MINUTE, 2 * HOUR,     365 * 24 * HOUR};

	(void)state;
	for (size_t i = 0; i < COUNT(by); i++) {
		struct model m = {.limit = 5};
		int64_t now = START, free_at;
		uint32_t wait;

		while (try_send(&m, now, now, &wait))
			;
		assert_int_equal(m.n, 5);
		for (free_at = now; !try_send(&m, free_at, free_at + by[i], &wait);)
			free_at += MINUTE;
		assert_true(free_at <= now + 122 * MINUTE);
		if (by[i] > -61 * MINUTE && by[i] <= 0)
			assert_true(free_at >= now + HOUR); /* it counts on */
	}
}

static void jumps_at_random(void **state)
{
	(void)state;
	for (int round = 0; round < 300; round++) {
		struct model m = {.limit = 1 + random_below(20)};
		int64_t now = START, skew = 0, stuck = 0;
		uint32_t wait;

		for (int i = 0; i < 400; i++) {
			if (random_below(40) == 0) { /* by minutes, hours, years */
				int64_t far = (int64_t)1 << (10 + random_below(30));

				skew += (int64_t)random_below(2 * (uint64_t)far) - far;
				if (START + skew < 0)
					skew = 0;
				stuck = 0;
			}
			if (try_send(&m, now, now + skew, &wait))
				stuck = now;
			else if (!stuck)
				stuck = now;
			assert_true(now - stuck <= 122 * MINUTE);
			assert_true(wait <= 122 * 60);
			now += (int64_t)random_below(300) * 1000;
		}
	}
}

static void a_row_that_is_none(void **state)
{
	struct send_row w =
				{
					.minute = 7, .counts = {[0] = 1, [60] = UINT32_MAX}
        },
			got;
	struct buf b = {0};

	(void)state;
	send_encode(&b, &w);
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(send_decode(slice_head(buf_slice(&b), n), &got), PK_EIO);
	OK(send_decode(buf_slice(&b), &got));
	assert_memory_equal(&got, &w, sizeof(w));
	b.p[9] = SEND_MINUTES + 1; /* more minutes than there are */
	buf_put(&b, S("....."));
	assert_int_equal(send_decode(buf_slice(&b), &got), PK_EIO);
	send_window_add(&w); /* never around to 0 */
	w.counts[0] = UINT32_MAX;
	send_window_add(&w);
	assert_int_equal(w.counts[0], UINT32_MAX);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_hour_has_more),   cmocka_unit_test(a_lower_limit),
		cmocka_unit_test(the_clock_is_set),   cmocka_unit_test(jumps_at_random),
		cmocka_unit_test(a_row_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
