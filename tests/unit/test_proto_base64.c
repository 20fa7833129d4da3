/* Base64 as SASL needs it: one form for each string of octets. */

#include "unit.h"

#include "base/base64.h"

/* RFC 4648 section 10, and a string with every kind of octet. */
static const struct {
	struct slice raw, text;
} pairs[] = {
	{S(""),			S("")			    },
	{S("f"),		       S("Zg==")                        },
	{S("fo"),		      S("Zm8=")                        },
	{S("foo"),		     S("Zm9v")                        },
	{S("foob"),		    S("Zm9vYg==")                    },
	{S("fooba"),                   S("Zm9vYmE=")                    },
	{S("foobar"),                  S("Zm9vYmFy")                    },
	{S("\0tim\0tanstaaftanstaaf"), S("AHRpbQB0YW5zdGFhZnRhbnN0YWFm")},
	{S("\xff\xfb\xf0\x00\x3e"),    S("//vwAD4=")                    },
};

static void encodes_and_decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct buf b = {0};

		base64_encode(pairs[i].raw, &b);
		assert_true(slice_eq(buf_slice(&b), pairs[i].text));
		buf_clear(&b);
		assert_true(base64_decode(pairs[i].text, &b));
		assert_true(slice_eq(buf_slice(&b), pairs[i].raw));
		buf_free(&b);
	}
}

static void refuses_every_other_form(void **state)
{
	static const struct slice bad[] = {
		S("Z"),      S("Zg"),    S("Zg="),  S("Zg==="), S("===="),     S("=AAA"),
		S("Z==="),   S("Zh=="),  S("Zm9="), S("Zm=v"),  S("Zg==Zg=="), S("Zm 9v"),
		S("Zm9v\n"), S("Zm9\0"), S("Zm9-"), S("Zm9_"),  S("\xe4m9v"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct buf b = {0};

		buf_put(&b, S("kept"));
		assert_false(base64_decode(bad[i], &b));
		assert_true(slice_eq(buf_slice(&b), S("kept")));
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_and_decodes),
		cmocka_unit_test(refuses_every_other_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
