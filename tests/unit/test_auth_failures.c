/* What is remembered of logins: successes for a while, failures with growing delays. */
/* links: store */
#include "unit.h"

#include "auth_cache.h"
#include "auth_queue.h"
#include "ipc/control.h"
#include "os/shared.h"

static void a_success_is_bound_to_all_it_came_from(void **state)
{
	struct auth_cache c = {.key = {1}}, other = {.key = {2}};
	unsigned char mac[AUTH_MAC], got[AUTH_MAC];

	(void)state;
	auth_cache_mac(&c, 7, 1, S("secret"), mac);
	auth_cache_put(&c, mac, 1000);
	assert_true(auth_cache_has(&c, mac, 1001));
	auth_cache_mac(&c, 7, 1, S("Secret"), got);
	assert_false(auth_cache_has(&c, got, 1001));
	auth_cache_mac(&c, 8, 1, S("secret"), got);
	assert_false(auth_cache_has(&c, got, 1001));
	auth_cache_mac(&c, 7, 2, S("secret"), got);
	assert_false(auth_cache_has(&c, got, 1001));
	auth_cache_mac(&other, 7, 1, S("secret"), got);
	assert_memory_not_equal(mac, got, AUTH_MAC);
	auth_cache_free(&c);
}

static void a_success_ends(void **state)
{
	struct auth_cache c = {.key = {1}};
	unsigned char mac[AUTH_MAC] = {9};

	(void)state;
	auth_cache_put(&c, mac, 1000);
	assert_true(auth_cache_has(&c, mac, 1000 + AUTH_CACHE_MS - 1));
	assert_false(auth_cache_has(&c, mac, 1000 + AUTH_CACHE_MS));
	assert_null(c.entries);
	auth_cache_put(&c, mac, 1000);
	assert_false(auth_cache_has(&c, mac, 0)); /* the clock was set back */
	auth_cache_free(&c);
}

static void successes_are_bounded(void **state)
{
	struct auth_cache c = {.key = {1}};
	unsigned char mac[AUTH_MAC] = {0};

	(void)state;
	for (uint32_t i = 0; i < AUTH_CACHE_MAX + 10; i++) {
		memcpy(mac, &i, sizeof(i));
		auth_cache_put(&c, mac, 1000);
	}
	for (uint32_t i = 0; i < AUTH_CACHE_MAX + 10; i++) {
		memcpy(mac, &i, sizeof(i));
		assert_int_equal(auth_cache_has(&c, mac, 1000), i >= 10); /* the oldest went */
	}
	auth_cache_free(&c);
}

/* Full, and all but the first still good; then what cannot be one. */
static void successes_are_left_to_the_next(void **state)
{
	struct auth_cache c = {.key = {1}}, next = {.key = {2}};
	unsigned char mac[AUTH_MAC] = {0}, nonsense[4096];
	int fd = shared_make("successes", SUCCESSES_OCTETS);

	(void)state;
	assert_true(fd >= 0);
	for (uint32_t i = 0; i < AUTH_CACHE_MAX; i++) {
		memcpy(mac, &i, sizeof(i));
		auth_cache_put(&c, mac, i ? 2000 : 1000);
	}
	auth_cache_leave(&c, fd, 1500 + AUTH_CACHE_MS);
	assert_int_equal(auth_cache_take(&next, fd, 1500 + AUTH_CACHE_MS), AUTH_CACHE_MAX - 1);
	assert_memory_equal(next.key, c.key, sizeof(c.key));
	assert_true(auth_cache_has(&next, mac, 1999 + AUTH_CACHE_MS));
	assert_false(auth_cache_has(&next, mac, 2000 + AUTH_CACHE_MS));
	auth_cache_free(&next);

	assert_int_equal(auth_cache_take(&next, fd, 2000), 0); /* it was emptied */
	auth_cache_leave(&c, fd, 2000);
	assert_int_equal(auth_cache_take(&next, fd, 0), 0); /* the clock was set back */
	memset(nonsense, 0xff, sizeof(nonsense));
	auth_cache_leave(&c, fd, 2000);
	assert_int_equal(pwrite(fd, nonsense, 8, 40), 8); /* how many there are */
	assert_int_equal(auth_cache_take(&next, fd, 2000), 0);
	assert_int_equal(pwrite(fd, nonsense, sizeof(nonsense), 0), sizeof(nonsense));
	assert_int_equal(auth_cache_take(&next, fd, 2000), 0);
	close(fd);
	assert_int_equal(auth_cache_take(&next, fd, 2000), 0);
	auth_cache_leave(&c, fd, 2000);
	auth_cache_free(&next);
	auth_cache_free(&c);
}

static int64_t failed(struct auth_failures *f, const char *user, const char *peer, int64_t now_ms)
{
	struct auth_origin o = {slice_str(user), slice_str(peer), f};

	return auth_failed(f, &o, now_ms);
}

static void succeeded(struct auth_failures *f, const char *user, const char *peer, int64_t now_ms)
{
	struct auth_origin o = {slice_str(user), slice_str(peer), f};

	auth_succeeded(f, &o, now_ms);
}

static int64_t pending(struct auth_failures *f, const char *user, const char *peer, int64_t now_ms)
{
	struct auth_origin o = {slice_str(user), slice_str(peer), f};

	return auth_pending(f, &o, now_ms);
}

static enum auth_lane lane(struct auth_failures *f, const char *user, const char *peer,
                           int64_t now_ms)
{
	struct auth_origin o = {slice_str(user), slice_str(peer), f};

	return auth_lane(f, &o, now_ms);
}

static void delays_grow_for_a_user_at_an_address(void **state)
{
	static const int64_t wait[] = {0, 0, 1000, 2000, 4000, 8000, 16000, 16000, 16000};
	struct auth_failures f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(wait); i++)
		assert_int_equal(failed(&f, "jane@a", "192.0.2.1", 5), wait[i]);
	assert_int_equal(failed(&f, "joe@a", "192.0.2.1", 5), 0);
	assert_int_equal(failed(&f, "jane@a", "192.0.2.2", 5), 0);
	succeeded(&f, "jane@a", "192.0.2.1", 5);
	assert_int_equal(failed(&f, "jane@a", "192.0.2.1", 5), 0);
	auth_failures_free(&f);
}

static void delays_are_forgotten(void **state)
{
	struct auth_failures f = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		failed(&f, "jane@a", "192.0.2.1", 5);
	assert_int_equal(failed(&f, "jane@a", "192.0.2.1", 6 + AUTH_FORGET_MS), 0);
	auth_failures_free(&f);
}

static void an_address_that_tries_many_names_waits(void **state)
{
	static const struct {
		const char *first, *second;
		bool one; /* they count as one address */
	} cases[] = {
		{"192.0.2.1",        "192.0.2.1",       true },
		{"192.0.2.1",        "192.0.2.2",       false},
		{"::ffff:192.0.2.1", "192.0.2.1",       true },
		{"2001:db8::1",      "2001:db8::ffff",  true }, /* one /64 */
		{"2001:db8::1",      "2001:db8:0:1::1", false},
		{"127.0.0.1",        "127.0.0.1",       false}, /* this host's web mail */
		{"::1",              "::1",             false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct auth_failures f = {0};
		char user[16];

		for (int n = 0; n < AUTH_ADDRESS_FREE; n++) {
			snprintf(user, sizeof(user), "u%d", n);
			assert_int_equal(failed(&f, user, cases[i].first, 5), 0);
		}
		assert_int_equal(failed(&f, "last", cases[i].second, 5) > 0, cases[i].one);
		auth_failures_free(&f);
	}
}

/* A host that was taken may tell of any address; all it tells counts for its link. */
static void a_link_has_a_budget(void **state)
{
	struct auth_failures f = {0};
	struct auth_origin other = {S("jane@a"), S("192.0.2.1"), &other};
	char peer[32];

	(void)state;
	for (int n = 0; n < AUTH_LINK_FREE; n++) {
		snprintf(peer, sizeof(peer), "10.1.%d.%d", n / 256, n % 256);
		assert_int_equal(failed(&f, "jane@a", peer, 5), 0);
	}
	assert_int_equal(failed(&f, "jane@a", "10.2.0.1", 5), 1000);
	assert_int_equal(auth_failed(&f, &other, 5), 0);
	auth_failures_free(&f);
}

static void who_got_in_before_comes_first(void **state)
{
	struct auth_failures f = {0};

	(void)state;
	assert_int_equal(lane(&f, "jane@a", "192.0.2.1", 5), AUTH_FRESH);
	failed(&f, "joe@a", "192.0.2.1", 5);
	assert_int_equal(lane(&f, "jane@a", "192.0.2.1", 5), AUTH_SUSPECT);
	assert_int_equal(lane(&f, "jane@a", "192.0.2.2", 5), AUTH_FRESH);
	succeeded(&f, "jane@a", "192.0.2.1", 5);
	assert_int_equal(lane(&f, "jane@a", "192.0.2.1", 5), AUTH_KNOWN);
	assert_int_equal(lane(&f, "joe@a", "192.0.2.1", 5), AUTH_SUSPECT);
	assert_int_equal(lane(&f, "jane@a", "192.0.2.1", 6 + AUTH_KNOWN_MS), AUTH_FRESH);
	assert_int_equal(lane(&f, "jane@a", "192.0.2.1", 4), AUTH_FRESH); /* the clock went back */
	auth_failures_free(&f);
}

/* Many guesses at a time wait one behind the other; who is known does not. */
static void guesses_at_a_time_queue_up(void **state)
{
	struct auth_failures f = {0};
	int64_t wait = 0, refused = 0;

	(void)state;
	for (int i = 0; i < 4; i++)
		failed(&f, "jane@a", "192.0.2.1", 5); /* the last answer waits 2 s */
	assert_int_equal(pending(&f, "jane@a", "192.0.2.1", 5), 2000);
	assert_int_equal(pending(&f, "jane@a", "192.0.2.1", 5), 3000);
	assert_int_equal(pending(&f, "jane@a", "192.0.2.1", 1005), 3000);
	assert_int_equal(pending(&f, "jane@a", "192.0.2.2", 5), 0);
	assert_int_equal(pending(&f, "joe@a", "192.0.2.1", 5), 0);
	for (int i = 0; i < 100; i++) {
		wait = pending(&f, "jane@a", "192.0.2.1", 1005);
		refused += wait > AUTH_DELAY_MAX_MS;
	}
	assert_true(refused > 80 && wait < AUTH_DELAY_MAX_MS + 2000);
	succeeded(&f, "jane@a", "192.0.2.3", 5);
	for (int i = 0; i < 4; i++)
		failed(&f, "jane@a", "192.0.2.3", 5);
	assert_int_equal(pending(&f, "jane@a", "192.0.2.3", 5), 0);
	auth_failures_free(&f);
}

static void failures_are_listed_and_forgiven(void **state)
{
	struct auth_failures f = {0};
	const struct auth_failed *e = NULL;
	struct slice address, user;
	unsigned pairs = 0, addresses = 0;

	(void)state;
	failed(&f, "jane@a", "192.0.2.1", 5);
	failed(&f, "joe@a", "192.0.2.1", 5);
	failed(&f, "joe@a", "2001:db8::1", 5);
	while (auth_next(&f, 6, &e)) {
		assert_true(auth_entry(e, &address, &user));
		pairs += user.n > 0;
		addresses += user.n == 0;
	}
	assert_int_equal(pairs, 3);
	assert_int_equal(addresses, 2);
	e = NULL;
	assert_false(auth_next(&f, 6 + AUTH_FORGET_MS, &e));
	assert_int_equal(auth_forgive(&f, S("jane@a"), S("")), 1);
	assert_int_equal(auth_forgive(&f, S("joe@a"), S("2001:db8::2")), 1);
	assert_int_equal(auth_forgive(&f, S(""), S("192.0.2.1")), 2);
	assert_int_equal(auth_forgive(&f, S(""), S("")), 1);
	auth_failures_free(&f);
}

struct hash {
	struct auth_ticket ticket; /* first */
	char name;
};
static char order[16]; /* of the hashes that ran; '-' in front: it never did */
static bool nobody, somebody;

static void run(struct job *j)
{
	(void)j;
}

static void done(struct auth_ticket *t, bool in_time)
{
	size_t n = strlen(order);

	snprintf(order + n, sizeof(order) - n, "%s%c", in_time ? "" : "-",
	         ((struct hash *)t)->name);
}

static void lanes(void **state)
{
	static const struct {
		char name;
		enum auth_lane lane;
		const bool *gone;
	} put[] = {
		{'a', AUTH_SUSPECT, &nobody  },
                {'b', AUTH_SUSPECT, &nobody  },
		{'c', AUTH_FRESH,   &nobody  },
                {'d', AUTH_FRESH,   &somebody},
		{'e', AUTH_KNOWN,   &nobody  },
	};
	struct loop *loop = loop_new(NULL, NULL);
	struct auth_queue q;
	struct hash h[COUNT(put)] = {0};

	(void)state;
	*order = '\0';
	somebody = true;
	assert_int_equal(auth_queue_open(&q, loop, 0), PK_OK);
	for (size_t i = 0; i < COUNT(put); i++) {
		h[i] = (struct hash){
			.name = put[i].name,
			.ticket = {.job = {.run = run}, .done = done, .gone = put[i].gone}
                };
		assert_true(auth_queue_put(&q, put[i].lane, &h[i].ticket, 1000));
	}
	auth_queue_tick(&q, 1000 + AUTH_QUEUE_MS - 1);
	while (loop_turn(loop))
		;
	assert_string_equal(order, "aec-db"); /* a had begun; d's client is gone */
	auth_queue_close(&q);
	loop_free(loop);
}

static void who_waits_too_long_hears_so(void **state)
{
	struct loop *loop = loop_new(NULL, NULL);
	struct auth_queue q;
	struct hash h[3] = {0};

	(void)state;
	*order = '\0';
	assert_int_equal(auth_queue_open(&q, loop, 0), PK_OK);
	for (size_t i = 0; i < 3; i++) {
		h[i] = (struct hash){
			.name = (char)('a' + i),
			.ticket = {.job = {.run = run}, .done = done, .gone = &nobody}
                };
		assert_true(auth_queue_put(&q, AUTH_FRESH, &h[i].ticket, 1000 + (int64_t)i * 3000));
	}
	auth_queue_tick(&q, 4000 + AUTH_QUEUE_MS);
	assert_string_equal(order, "-b");
	auth_queue_close(&q);
	assert_string_equal(order, "-b-c");
	while (loop_turn(loop))
		;
	assert_string_equal(order, "-b-ca");
	loop_free(loop);
}

static void a_lane_is_bounded(void **state)
{
	struct loop *loop = loop_new(NULL, NULL);
	struct hash *h = calloc(AUTH_LANE_MOST + 2, sizeof(*h));
	struct auth_queue q;

	(void)state;
	assert_int_equal(auth_queue_open(&q, loop, 0), PK_OK);
	for (size_t i = 0; i < AUTH_LANE_MOST + 2; i++) {
		h[i].ticket =
			(struct auth_ticket){.job = {.run = run}, .done = done, .gone = &nobody};
		assert_int_equal(auth_queue_put(&q, AUTH_SUSPECT, &h[i].ticket, 1),
		                 i <= AUTH_LANE_MOST);
	}
	assert_true(auth_queue_put(&q, AUTH_KNOWN, &h[AUTH_LANE_MOST + 1].ticket, 1));
	auth_queue_close(&q);
	while (loop_turn(loop))
		;
	free(h);
	loop_free(loop);
}

static void loopback(void **state)
{
	static const struct {
		struct slice peer;
		bool is;
	} cases[] = {
		{S("127.0.0.1"),        true },
                {S("127.9.9.9"),        true },
		{S("::1"),              true },
                {S("::ffff:127.0.0.1"), true },
		{S("128.0.0.1"),        false},
                {S("192.0.2.1"),        false},
		{S("2001:db8::1"),      false},
                {S(""),                 false},
		{S("127.0.0.1\0x"),     true }, /* the host's word; it cannot lie further */
		{S("localhost"),        false},
                {S("::2"),              false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(auth_loopback(cases[i].peer), cases[i].is);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_is_bound_to_all_it_came_from),
		cmocka_unit_test(a_success_ends),
		cmocka_unit_test(successes_are_bounded),
		cmocka_unit_test(successes_are_left_to_the_next),
		cmocka_unit_test(delays_grow_for_a_user_at_an_address),
		cmocka_unit_test(delays_are_forgotten),
		cmocka_unit_test(an_address_that_tries_many_names_waits),
		cmocka_unit_test(a_link_has_a_budget),
		cmocka_unit_test(who_got_in_before_comes_first),
		cmocka_unit_test(guesses_at_a_time_queue_up),
		cmocka_unit_test(failures_are_listed_and_forgiven),
		cmocka_unit_test(lanes),
		cmocka_unit_test(who_waits_too_long_hears_so),
		cmocka_unit_test(a_lane_is_bounded),
		cmocka_unit_test(loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
