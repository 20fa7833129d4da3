/* Words, command tables and answers. */
#include "unit.h"

#include "fake_host.h"
#include "proto/say.h"
#include "proto/verb.h"

static const struct row {
	struct slice verb;
	int number;
} table[] = {
	{S("NOOP"), 1},
	{S("QUIT"), 2},
	{S("NO"),   3},
};

static void finds_verbs_in_any_case(void **state)
{
	static const struct {
		struct slice word;
		int number;
	} cases[] = {
		{S("NOOP"),  1},
                {S("quit"),  2},
                {S("No"),    3},
		{S("NOO"),   0},
                {S("NOOP "), 0},
                {S(""),      0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct row *row = VERB_FIND(cases[i].word, table);

		assert_int_equal(row ? row->number : 0, cases[i].number);
	}
}

static void cuts_words(void **state)
{
	struct slice line = S("  TOP  1 10 ");

	(void)state;
	assert_true(slice_eq(verb_word(&line), S("TOP")));
	assert_true(slice_eq(verb_word(&line), S("1")));
	assert_true(slice_eq(line, S("10 ")));
	assert_true(slice_eq(verb_word(&line), S("10")));
	assert_int_equal(verb_word(&line).n, 0);
}

static void knows_http(void **state)
{
	(void)state;
	assert_true(verb_is_http(S("GET / HTTP/1.1")));
	assert_true(verb_is_http(S("POST /x HTTP/1.0")));
	assert_true(verb_is_http(S("PRI * HTTP/2.0")));
	assert_false(verb_is_http(S("get out")));
	assert_false(verb_is_http(S("NOOP")));
	assert_false(verb_is_http(S("")));
}

static void says_numbers_and_lines(void **state)
{
	static const char want[] = "0 10 18446744073709551615\r\n+OK 5 messages\r\n";
	struct fake f = {0};

	(void)state;
	fake_begin(&f);
	say_number(&f.io, 0);
	pk_put(&f.io, S(" "));
	say_number(&f.io, 10);
	pk_put(&f.io, S(" "));
	say_number(&f.io, UINT64_MAX);
	say_line(&f.io, S(""));
	say_printf(&f.io, "+OK %d messages\r\n", 5);
	assert_int_equal(f.io.out_n, sizeof(want) - 1);
	assert_memory_equal(f.io.out, want, f.io.out_n);
	free(f.io.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_verbs_in_any_case),
		cmocka_unit_test(cuts_words),
		cmocka_unit_test(knows_http),
		cmocka_unit_test(says_numbers_and_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
