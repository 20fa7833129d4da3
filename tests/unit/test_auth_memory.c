/* What is remembered of logins: successes for a while, failures with growing delays. */
/* links: store */
#include "unit.h"

#include "auth_memory.h"

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

static void delays_grow_for_a_user_at_an_address(void **state)
{
	static const int64_t wait[] = {0, 0, 1000, 2000, 4000, 8000, 16000, 16000, 16000};
	struct auth_failures f = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(wait); i++)
		assert_int_equal(auth_failed(&f, S("jane@a"), S("192.0.2.1"), 5), wait[i]);
	assert_int_equal(auth_failed(&f, S("joe@a"), S("192.0.2.1"), 5), 0);
	assert_int_equal(auth_failed(&f, S("jane@a"), S("192.0.2.2"), 5), 0);
	auth_succeeded(&f, S("jane@a"), S("192.0.2.1"));
	assert_int_equal(auth_failed(&f, S("jane@a"), S("192.0.2.1"), 5), 0);
	auth_failures_free(&f);
}

static void delays_are_forgotten(void **state)
{
	struct auth_failures f = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		auth_failed(&f, S("jane@a"), S("192.0.2.1"), 5);
	assert_int_equal(auth_failed(&f, S("jane@a"), S("192.0.2.1"), 6 + AUTH_FORGET_MS), 0);
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

		for (int n = 0; n < 20; n++) {
			snprintf(user, sizeof(user), "u%d", n);
			assert_int_equal(
				auth_failed(&f, slice_str(user), slice_str(cases[i].first), 5), 0);
		}
		assert_int_equal(auth_failed(&f, S("last"), slice_str(cases[i].second), 5) > 0,
		                 cases[i].one);
		auth_failures_free(&f);
	}
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
		cmocka_unit_test(delays_grow_for_a_user_at_an_address),
		cmocka_unit_test(delays_are_forgotten),
		cmocka_unit_test(an_address_that_tries_many_names_waits),
		cmocka_unit_test(loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
