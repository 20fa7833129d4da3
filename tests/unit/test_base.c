#include "unit.h"

#include <postkeep/arena.h>
#include <postkeep/buf.h>
#include <postkeep/slice.h>
#include <postkeep/status.h>

static void cut_leaves_what_follows(void **state)
{
	static const struct {
		struct slice in, head, tail;
	} cases[] = {
		{S("a b"),   S("a"), S("b")  },
                {S("a"),     S("a"), S("")   },
                {S(""),      S(""),  S("")   },
		{S(" a"),    S(""),  S("a")  },
                {S("a b c"), S("a"), S("b c")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct slice rest = cases[i].in;

		assert_true(slice_eq(slice_cut(&rest, ' '), cases[i].head));
		assert_true(slice_eq(rest, cases[i].tail));
	}
}

static void number_refuses_what_is_not_one(void **state)
{
	static const struct {
		struct slice in;
		uint64_t max;
		bool ok;
		uint64_t value;
	} cases[] = {
		{S("0"),                    9,          true,  0         },
		{S("007"),                  9,          true,  7         },
		{S("4294967295"),           UINT32_MAX, true,  UINT32_MAX},
		{S("4294967296"),           UINT32_MAX, false, 0         },
		{S("18446744073709551615"), UINT64_MAX, true,  UINT64_MAX},
		{S("18446744073709551616"), UINT64_MAX, false, 0         },
		{S("8"),                    7,          false, 0         },
		{S(""),                     9,          false, 0         },
		{S("-1"),                   9,          false, 0         },
		{S("+1"),                   9,          false, 0         },
		{S("1 "),                   9,          false, 0         },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t got = 42;

		assert_int_equal(slice_number(cases[i].in, cases[i].max, &got), cases[i].ok);
		assert_true(got == (cases[i].ok ? cases[i].value : 42));
	}
}

static void comparisons(void **state)
{
	(void)state;
	assert_true(slice_ieq(S("INBOX"), S("inBox")));
	assert_false(slice_ieq(S("[NBOX"), S("{nbox")));
	assert_true(slice_starts(S("abc"), S("ab")));
	assert_false(slice_starts(S("a"), S("ab")));
	assert_true(slice_ends(S("abc"), S("bc")));
	assert_false(slice_ends(S("c"), S("bc")));
	assert_true(slice_cmp(S("a"), S("ab")) < 0);
	assert_true(slice_cmp(S("b"), S("ab")) > 0);
	assert_int_equal(slice_cmp(S(""), (struct slice){0}), 0);
	assert_true(slice_eq(slice_trim(S(" \ta b\t ")), S("a b")));
	assert_int_equal(slice_trim(S("  ")).n, 0);
}

static void buffer_grows_drops_and_fails_once(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "%03d", i);
	assert_int_equal(b.n, 3000);
	buf_drop(&b, 2997);
	assert_true(slice_eq(buf_slice(&b), S("999")));
	assert_false(buf_room(&b, SIZE_MAX / 2));
	buf_put(&b, S("lost"));
	assert_true(b.failed);
	assert_int_equal(b.n, 3);
	buf_clear(&b);
	buf_byte(&b, 'x');
	assert_true(slice_eq(buf_slice(&b), S("x")));
	buf_free(&b);
	assert_null(b.p);
}

static void arena_keeps_what_it_gave(void **state)
{
	struct arena a = {0};
	struct slice first = arena_copy(&a, S("first"));

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		char *p = arena_alloc(&a, i * 7);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % sizeof(max_align_t) % 16, 0);
		memset(p, 'x', i * 7);
	}
	assert_true(slice_eq(first, S("first")));
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_true(a.failed);
	arena_reset(&a);
	assert_false(a.failed);
	assert_int_equal(*(char *)arena_alloc(&a, 1), 0);
	arena_free(&a);
}

static void every_status_has_words(void **state)
{
	(void)state;
	for (int st = 0; st < PK_STATUS_COUNT; st++)
		assert_string_not_equal(pk_status_name((enum pk_status)st), "UNKNOWN");
	assert_string_equal(pk_status_name((enum pk_status)9999), "UNKNOWN");
	assert_string_equal(pk_status_words(PK_OK), "success");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_leaves_what_follows),
		cmocka_unit_test(number_refuses_what_is_not_one),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(buffer_grows_drops_and_fails_once),
		cmocka_unit_test(arena_keeps_what_it_gave),
		cmocka_unit_test(every_status_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
