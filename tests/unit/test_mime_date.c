/* Dates of mail: lib/base/date.c. */
#include "unit.h"

#include "base/date.h"

#include <postkeep/buf.h>

static void parses_mail_dates(void **state)
{
	static const struct {
		struct slice in;
		bool ok;
		int64_t seconds;
		int zone;
	} cases[] = {
  /* RFC 5322 A.1.1, A.5, A.6.2, A.6.3 */
		{S("Fri, 21 Nov 1997 09:55:06 -0600"),                 true,  880127706,    -360 },
		{S("Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n           "
	           "    "
	           "-0330 (Newfoundland Time)"),
	         true,							-27723480,    -210 },
		{S("21 Nov 97 09:55:06 GMT"),                          true,  880106106,    0    },
		{S("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600"), true,  880127706,    -360 },
 /* obsolete zones and years, RFC 5322 4.3 */
		{S("Thu, 1 Jan 1970 00:00:00 +0000"),                  true,  0,            0    },
		{S("1 Jan 1970 00:00 -0000"),                          true,  0,            0    },
		{S("1 Jan 70 00:00 EST"),                              true,  18000,        -300 },
		{S("1 Jan 70 00:00 pdt"),                              true,  25200,        -420 },
		{S("1 Jan 70 00:00 Z"),                                true,  0,            0    },
		{S("1 Jan 70 00:00 A"),                                true,  0,            0    },
		{S("1 Jan 70 00:00 CEST"),                             true,  0,            0    },
		{S("1 Jan 49 00:00 UT"),                               true,  2493072000,   0    },
		{S("1 Jan 050 00:00 UT"),                              true,  -631152000,   0    },
		{S("1 Jan 120 00:00 UT"),                              true,  1577836800,   0    },
		{S("29 Feb 2000 12:00:00 +0000"),                      true,  951825600,    0    },
		{S("31 Dec 2016 23:59:60 +0000"),                      true,  1483228800,   0    },
 /* what others write */
		{S("Thu Feb 13 10:00:00 2020"),                        true,  1581588000,   0    },
		{S("Feb 13 10:00:00 2020"),                            true,  1581588000,   0    },
		{S("Thursday, 13-February-2020 10:00:00 +0100"),       true,  1581584400,   60   },
		{S("Thu 13 Feb 2020 10:00:00 +0100"),                  true,  1581584400,   60   },
		{S("(c(o)m\\)ment) 13 Feb 2020 10:00:00 +0100"),       true,  1581584400,   60   },
		{S("13 Feb 2020 10.00.00 +0100"),                      true,  1581584400,   60   },
		{S("13 Feb 2020 10:00:00 +1"),                         true,  1581588000,   0    },
		{S("13 Feb 2020 10:00:00 +0160"),                      true,  1581588000,   0    },
		{S("1 Jan 99999999999999999999999 00:00 +0000"),       true,  253370764800, 0    },
		{S("1 Jan 9999 00:00 -9959"),                          true,  253371124740, -5999},
 /* no dates */
		{S(""),						false, 0,            0    },
		{S("yesterday"),				       false, 0,            0    },
		{S("30 Feb 2020 10:00:00 +0100"),                      false, 0,            0    },
		{S("29 Feb 1900 10:00:00 +0100"),                      false, 0,            0    },
		{S("0 Feb 2020 10:00:00 +0100"),                       false, 0,            0    },
		{S("13 Feb 2020 24:00:00 +0100"),                      false, 0,            0    },
		{S("13 Feb 2020 10:60:00 +0100"),                      false, 0,            0    },
		{S("13 Feb 2020 10:00:61 +0100"),                      false, 0,            0    },
		{S("13 Feb 2020 10"),                                  false, 0,            0    },
		{S("13 Foo 2020 10:00"),                               false, 0,            0    },
		{S("13 Feb 2 10:00"),                                  false, 0,            0    },
		{S("9999999999 Feb 2020 10:00"),                       false, 0,            0    },
		{S("(never closed 13 Feb 2020 10:00:00"),              false, 0,            0    },
		{S("13 Feb 2020 10:00:00 (\\"),                        true,  1581588000,   0    },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = 42;
		int16_t zone = 42;

		if (date_parse(cases[i].in, &ms, &zone) != cases[i].ok ||
		    ms != (cases[i].ok ? cases[i].seconds * 1000 : 42) ||
		    zone != (cases[i].ok ? cases[i].zone : 42))
			fail_msg("%s: %lld %d", cases[i].in.p, (long long)ms, zone);
	}
}

static void parses_imap_dates_exactly(void **state)
{
	static const struct {
		struct slice in;
		bool ok;
		int64_t seconds;
		int zone;
	} cases[] = {
		{S("17-Jul-1996 02:44:25 -0700"),  true,  837596665, -420},
		{S(" 1-Jan-1970 00:00:00 +0000"),  true,  0,         0   },
		{S("01-jan-1970 00:30:00 +0030"),  true,  0,         30  },
		{S("1-Jan-1970 00:00:00 +0000"),   false, 0,         0   },
		{S("  -Jan-1970 00:00:00 +0000"),  false, 0,         0   },
		{S("31-Jun-1970 00:00:00 +0000"),  false, 0,         0   },
		{S("01-Jan-1970 00:00:00 +0060"),  false, 0,         0   },
		{S("01-Jan-1970 00:00:00 0000"),   false, 0,         0   },
		{S("01-Jan-1970 00:00:00 +0000 "), false, 0,         0   },
		{S("01-Jan-1970 00:00:00"),        false, 0,         0   },
		{S(""),			    false, 0,         0   },
	};
	int64_t days;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = 42;
		int16_t zone = 42;

		assert_int_equal(date_parse_imap(cases[i].in, &ms, &zone), cases[i].ok);
		assert_int_equal(ms, cases[i].ok ? cases[i].seconds * 1000 : 42);
		assert_int_equal(zone, cases[i].ok ? cases[i].zone : 42);
	}
	assert_true(date_parse_day(S("1-Feb-1970"), &days) && days == 31);
	assert_true(date_parse_day(S("01-FEB-1970"), &days) && days == 31);
	assert_false(date_parse_day(S("001-Feb-1970"), &days));
	assert_false(date_parse_day(S("32-Jan-1970"), &days));
	assert_false(date_parse_day(S("1-Feb-70"), &days));
	assert_false(date_parse_day(S("1-Feb-1970x"), &days));
	assert_false(date_parse_day(S("1"), &days));
}

static void writes_dates(void **state)
{
	static const struct {
		int64_t ms;
		int16_t zone;
		const char *mail, *imap, *iso;
	} cases[] = {
		{0,            0,         "Thu, 1 Jan 1970 00:00:00 +0000",  "01-Jan-1970 00:00:00 +0000",
	         "1970-01-01T00:00:00.000Z"											  },
		{837596665123, -420,      "Wed, 17 Jul 1996 02:44:25 -0700",
	         "17-Jul-1996 02:44:25 -0700",							     "1996-07-17T09:44:25.123Z"},
		{-1,           60,        "Thu, 1 Jan 1970 00:59:59 +0100",  "01-Jan-1970 00:59:59 +0100",
	         "1969-12-31T23:59:59.999Z"											  },
		{951782400000, 0,         "Tue, 29 Feb 2000 00:00:00 +0000", "29-Feb-2000 00:00:00 +0000",
	         "2000-02-29T00:00:00.000Z"											  },
		{INT64_MAX,    INT16_MAX, "Fri, 31 Dec 9999 23:59:59 +9959",
	         "31-Dec-9999 23:59:59 +9959",							     "9999-12-31T23:59:59.999Z"},
		{INT64_MIN,    INT16_MIN, "Sat, 1 Jan 0000 00:00:00 -9959",
	         "01-Jan-0000 00:00:00 -9959",							     "0000-01-01T00:00:00.000Z"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = {0};

		date_put_mail(&b, cases[i].ms, cases[i].zone);
		buf_byte(&b, '\n');
		date_put_imap(&b, cases[i].ms, cases[i].zone);
		buf_byte(&b, '\n');
		date_put_iso(&b, cases[i].ms);
		buf_byte(&b, '\0');
		{
			struct buf want = {0};

			buf_printf(&want, "%s\n%s\n%s", cases[i].mail, cases[i].imap, cases[i].iso);
			buf_byte(&want, '\0');
			assert_string_equal(b.p, want.p);
			buf_free(&want);
		}
		buf_free(&b);
	}
}

static void days_and_calendar_agree(void **state)
{
	int64_t year;
	unsigned month, day;

	(void)state;
	for (int64_t d = -800000; d < 3000000; d += 13) {
		date_civil_from_days(d, &year, &month, &day);
		assert_true(month >= 1 && month <= 12 && day >= 1 && day <= 31);
		assert_int_equal(date_days_from_civil(year, month, day), d);
	}
	assert_int_equal(date_days_from_civil(2000, 3, 1), 11017);
	assert_int_equal(date_day(-1, 0), -1);
	assert_int_equal(date_day(-1, 1), 0);
	assert_int_equal(date_day(86399999, 0), 0);
	assert_int_equal(date_day(86400000, -1), 0);
}

static void what_is_written_parses_again(void **state)
{
	(void)state;
	for (int64_t ms = -62000000000000; ms < 253000000000000; ms += 999999937000) {
		int16_t zone = (int16_t)(ms / 1000 % 900), got_zone;
		struct buf b = {0};
		int64_t got;

		date_put_mail(&b, ms, zone);
		assert_true(date_parse(buf_slice(&b), &got, &got_zone));
		assert_true(got == ms && got_zone == zone);
		buf_clear(&b);
		date_put_imap(&b, ms, zone);
		assert_true(date_parse_imap(buf_slice(&b), &got, &got_zone));
		assert_true(got == ms && got_zone == zone);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_mail_dates),
		cmocka_unit_test(parses_imap_dates_exactly),
		cmocka_unit_test(writes_dates),
		cmocka_unit_test(days_and_calendar_agree),
		cmocka_unit_test(what_is_written_parses_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
