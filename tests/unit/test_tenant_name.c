/* Names of tenants, domains and users, and the form in which they are keys. */
/* links: store */
#include "unit.h"

#include "tenant_name.h"

#include <string.h>

static void tenants(void **state)
{
	static const struct {
		struct slice name;
		bool ok;
	} cases[] = {
		{S("acme"),     true },
                {S("0-9"),      true },
                {S(""),         false},
		{S("Acme"),     false},
                {S("a.b"),      false},
                {S("a/b"),      false},
		{S("a\0b"),     false},
                {S("\xc3\xa9"), false},
                {S("a_b"),      false},
	};
	char longest[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(tenant_name_ok(cases[i].name), cases[i].ok);
	memset(longest, 'a', sizeof(longest));
	assert_true(tenant_name_ok((struct slice){longest, 63}));
	assert_false(tenant_name_ok((struct slice){longest, 64}));
}

/* RFC 1123 2.1, RFC 5891. */
static void domains(void **state)
{
	static const struct {
		struct slice in;
		const char *out; /* NULL: refused */
	} cases[] = {
		{S("example.org"),                   "example.org"          },
		{S("EXAMPLE.Org"),                   "example.org"          },
		{S("localhost"),                     "localhost"            },
		{S("b\xc3\xbc"
	           "cher.example"),
	         "xn--bcher-kva.example"                                    },
		{S("B\xc3\x9c"
	           "CHER.example"),
	         "xn--bcher-kva.example"                                    },
		{S("XN--bcher-kva.example"),         "xn--bcher-kva.example"},
		{S("xn--\x01.example"),              NULL                   },
		{S(""),			      NULL                   },
		{S("."),			     NULL                   },
		{S("example.org."),                  NULL                   },
		{S(".example.org"),                  NULL                   },
		{S("a..b"),                          NULL                   },
		{S("-a.example"),                    NULL                   },
		{S("a-.example"),                    NULL                   },
		{S("a_b.example"),                   NULL                   },
		{S("a b.example"),                   NULL                   },
		{S("[127.0.0.1]"),                   NULL                   },
		{S("a\0b"),                          NULL                   },
		{S("\xff\xfe.example"),              NULL                   },
		{S("a/b"),			   NULL                   },
	};
	char out[DOMAIN_MAX + 1], big[300];
	struct slice domain;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum pk_status st = domain_fold(cases[i].in, out, &domain);

		assert_int_equal(st, cases[i].out ? PK_OK : PK_EINVAL);
		if (cases[i].out)
			assert_string_equal(out, cases[i].out);
	}
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = i % 50 == 49 ? '.' : 'a';
	assert_int_equal(domain_fold((struct slice){big, 253}, out, &domain), PK_OK);
	assert_int_equal(domain_fold((struct slice){big, 254}, out, &domain), PK_EINVAL);
	memset(big, 'a', sizeof(big));
	assert_int_equal(domain_fold((struct slice){big, 63}, out, &domain), PK_OK);
	assert_int_equal(domain_fold((struct slice){big, 64}, out, &domain), PK_EINVAL);
}

/* RFC 5321 4.1.2, RFC 6531 3.3. */
static void local_parts(void **state)
{
	static const struct {
		struct slice in;
		const char *out;
	} cases[] = {
		{S("Jane.Doe"),           "jane.doe"         },
		{S("jane+Shop"),          "jane+shop"        },
		{S("o'neil"),             "o'neil"           },
		{S("#!$%&*/=?^_`{|}~-"),  "#!$%&*/=?^_`{|}~-"},
		{S("e\xcc\x81"),          "\xc3\xa9"         }, /* NFC */
		{S("\xc3\x89"
	           "A"),
	         "\xc3\x89"
	         "a"					 },
		{S(""),                   NULL               },
		{S(".a"),                 NULL               },
		{S("a."),                 NULL               },
		{S("a..b"),               NULL               },
		{S("a b"),                NULL               },
		{S("a@b"),                NULL               },
		{S("a:b"),                NULL               },
		{S("a\xcd\xbe"),          NULL               }, /* U+037E is ";" in NFC */
		{S("\xe2\x84\xaa"),       "k"                }, /* U+212A, the Kelvin sign */
		{S("a\0"),                NULL               },
		{S("a\r\nb"),             NULL               },
		{S("\x7f"),               NULL               },
		{S("\xff"),               NULL               },
		{S("\xc0\xaf"),           NULL               },
		{S("a\xc2\xa0"
	           "b"),
	         NULL					}, /* a space of another kind */
		{S("a\xe2\x80\xae"
	           "b"),
	         NULL					}, /* turns the text round */
		{S("\xef\xbf\xbf"),       NULL               }, /* no character */
	};
	char out[LOCAL_MAX + 1], big[LOCAL_MAX + 1];
	struct slice local;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum pk_status st = local_fold(cases[i].in, out, &local);

		assert_int_equal(st, cases[i].out ? PK_OK : PK_EINVAL);
		if (cases[i].out)
			assert_string_equal(out, cases[i].out);
	}
	memset(big, 'a', sizeof(big));
	assert_int_equal(local_fold((struct slice){big, LOCAL_MAX}, out, &local), PK_OK);
	assert_int_equal(local_fold((struct slice){big, LOCAL_MAX + 1}, out, &local), PK_EINVAL);
}

static void addresses(void **state)
{
	static const struct {
		struct slice in;
		const char *local, *domain;
	} cases[] = {
		{S("Jane@Example.org"),       "jane", "example.org"},
		{S("\"jane\"@example.org"),   "jane", "example.org"},
		{S("\"ja\\ne\"@example.org"), "jane", "example.org"},
		{S("\"a b\"@example.org"),    NULL,   NULL         },
		{S("\"a@b\"@example.org"),    NULL,   NULL         },
		{S("\"\"@example.org"),       NULL,   NULL         },
		{S("\"@example.org"),         NULL,   NULL         },
		{S("\"a\\\"@example.org"),    NULL,   NULL         },
		{S("a@b@example.org"),        NULL,   NULL         },
		{S("@example.org"),           NULL,   NULL         },
		{S("jane@"),                  NULL,   NULL         },
		{S("jane"),                   NULL,   NULL         },
		{S(""),                       NULL,   NULL         },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct address a;
		enum pk_status st = address_fold(cases[i].in, &a);

		assert_int_equal(st, cases[i].local ? PK_OK : PK_EINVAL);
		if (!cases[i].local)
			continue;
		assert_string_equal(a.local_octets, cases[i].local);
		assert_string_equal(a.domain_octets, cases[i].domain);
	}
}

static void selectors(void **state)
{
	static const struct {
		struct slice in;
		struct slice tenant, domain, local, mailbox;
		enum pk_status st;
	} cases[] = {
		{S("acme"),                     S("acme"), S(""),            S(""),     S(""),      PK_OK    },
		{S("acme/Example.org"),         S("acme"), S("example.org"), S(""),     S(""),      PK_OK    },
		{S("jane@example.org"),         S(""),     S("example.org"), S("jane"), S(""),      PK_OK    },
		{S("jane@example.org:Trash"),   S(""),     S("example.org"), S("jane"), S("Trash"),
	         PK_OK										       },
		{S("jane@example.org:a:b@c"),   S(""),     S("example.org"), S("jane"), S("a:b@c"),
	         PK_OK										       },
		{S("jane@example.org:a%20%2f"), S(""),     S("example.org"), S("jane"), S("a /"),
	         PK_OK										       },
		{S("a/b@example.org"),          S(""),     S("example.org"), S("a/b"),  S(""),      PK_OK    },
		{S(""),			 {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("acme/"),                    {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("acme:Trash"),               {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("jane@example.org:"),        {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("jane@example.org:%2"),      {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("jane@example.org:%zz"),     {0},       {0},              {0},       {0},        PK_EINVAL},
		{S("/example.org"),             {0},       {0},              {0},       {0},        PK_EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct selector s;

		assert_int_equal(selector_parse(cases[i].in, &s), cases[i].st);
		if (cases[i].st != PK_OK)
			continue;
		assert_true(slice_eq(s.tenant, cases[i].tenant));
		assert_true(slice_eq(s.domain, cases[i].domain));
		assert_true(slice_eq(s.local, cases[i].local));
		assert_true(slice_eq(s.mailbox, cases[i].mailbox));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tenants),     cmocka_unit_test(domains),
		cmocka_unit_test(local_parts), cmocka_unit_test(addresses),
		cmocka_unit_test(selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
