/* Log lines: what comes from outside ends neither a value nor a line. */
#include "unit.h"

#include "base/log.h"

static const struct {
	struct slice value;
	const char *written;
} values[] = {
	{S("jane@example.org"),              "v=jane@example.org\n"                       },
	{S("2001:db8::1"),                   "v=2001:db8::1\n"                            },
	{S(""),			      "v=\"\"\n"				   },
	{S("a b"),			   "v=\"a b\"\n"				},
	{S("x\r\nlevel=error event=forged"), "v=\"x\\x0d\\x0alevel=error event=forged\"\n"},
	{S("a=b"),			   "v=\"a=b\"\n"				},
	{S("\"\\"),			  "v=\"\\x22\\x5c\"\n"                         },
	{S("\xc3\xa9\x7f\x1b[0m"),           "v=\"\\xc3\\xa9\\x7f\\x1b[0m\"\n"            },
	{S("a\0b"),			  "v=\"a\\x00b\"\n"                            },
};

static void values_are_escaped(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct log_field f = LOG_TEXT("v", values[i].value);
		struct buf b = {0};

		log_format(&b,
		           &(struct log_line){
				   .level = PK_LOG_INFO, .event = "e", .fields = &f, .count = 1});
		buf_byte(&b, '\0');
		assert_non_null(strstr(b.p, values[i].written));
		assert_int_equal(strcspn(b.p, "\n"), b.n - 2);
		buf_free(&b);
	}
}

static void whole_line(void **state)
{
	struct log_field fields[] = {LOG_NUMBER("n", -5), LOG_PAIRS(S("auth=fail user=\"a\"\nb"))};
	struct buf b = {0};

	(void)state;
	log_format(&b, &(struct log_line){951782400123, 77, PK_LOG_WARNING, "login", fields,
	                                  COUNT(fields)});
	assert_true(
		slice_eq(buf_slice(&b),
	                 S("time=2000-02-29T00:00:00.123Z level=warning pid=77 event=login n=-5 "
	                   "auth=fail user=\"a\"\\x0ab\n")));
	buf_free(&b);
}

static void long_values_are_cut(void **state)
{
	static char big[LOG_VALUE_MAX + 1];
	struct log_field f = LOG_TEXT("v", ((struct slice){big, sizeof(big)}));
	struct buf b = {0};

	(void)state;
	memset(big, 'x', sizeof(big));
	log_format(&b, &(struct log_line){
			       .level = PK_LOG_INFO, .event = "e", .fields = &f, .count = 1});
	assert_true(slice_ends(buf_slice(&b), S("xx...\"\n")));
	assert_true(b.n < LOG_VALUE_MAX + 120);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(whole_line),
		cmocka_unit_test(long_values_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
