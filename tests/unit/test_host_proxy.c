/* Headers of the PROXY protocol (proxy-protocol.txt 2.1, 2.2), and whose are believed. */
/* links: host */
#include "unit.h"

#include "addresses.h"
#include "networks.h"
#include "proxy.h"

#include <postkeep/buf.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#define SIGN  "\r\n\r\n\0\r\nQUIT\n"
#define FOUR  "\xc0\x00\x02\x01\xc6\x33\x64\x02\x04\xd2\x03\xe1"
#define EIGHT "\0\0\0\0\0\0\0\0"
#define SIX   "\x20\x01\x0d\xb8" EIGHT "\0\0\0\1\xfd" EIGHT "\0\0\0\0\0\0\2\xff\xff\0\0"
#define UNIX \
	EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT "\0\0\0\0"

/* What follows the header is the client's, whatever it is. */
static const struct {
	struct slice bytes;
	const char *ends; /* NULL: the real ones count */
} good[] = {
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1234 993\r\n"),                   "192.0.2.1 1234 198.51.100.2 993"},
	{S("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
         "255.255.255.255 65535 255.255.255.255 65535"							   },
	{S("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n"),                               "0.0.0.0 0 0.0.0.0 0"            },
	{S("PROXY TCP6 2001:db8::1 fd00::2 65535 0\r\n"),                       "2001:db8::1 65535 fd00::2 0"    },
	{S("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"),                          "192.0.2.1 1 ::1 2"              },
	{S("PROXY UNKNOWN\r\n"),						NULL                             },
	{S("PROXY UNKNOWN whatever it says\r\n"),                               NULL                             },
	{S("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
           "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
         NULL												    },
	{S(SIGN "\x20\x00\0\0"),						NULL                             },
	{S(SIGN "\x20\xff\0\5hello"),					   NULL                             },
	{S(SIGN "\x20\x11\0\x0c" FOUR),					 NULL                             },
	{S(SIGN "\x21\x11\0\x0c" FOUR),					 "192.0.2.1 1234 198.51.100.2 993"},
	{S(SIGN "\x21\x11\0\x13" FOUR "\x04\0\x04\r\n\r\n"),                    "192.0.2.1 1234 198.51.100.2 993"},
	{S(SIGN "\x21\x11\0\x0d" FOUR "\x04"),                                  "192.0.2.1 1234 198.51.100.2 993"},
	{S(SIGN "\x21\x21\0\x24" SIX),					  "2001:db8::1 65535 fd00::2 0"    },
	{S(SIGN "\x21\x00\0\0"),						NULL                             },
	{S(SIGN "\x21\x00\0\3abc"),					     NULL                             },
	{S(SIGN "\x21\x12\0\x0c" FOUR),					 NULL                             },
	{S(SIGN "\x21\x22\0\x24" SIX),					  NULL                             },
	{S(SIGN "\x21\x31\0\xd8" UNIX UNIX),                                    NULL                             },
};

static void addresses_of(const struct proxy_header *h, char *text, size_t size)
{
	char from[64], to[64];
	uint16_t from_port, to_port;

	address_text(&h->from, from, sizeof(from), &from_port);
	address_text(&h->to, to, sizeof(to), &to_port);
	snprintf(text, size, "%s %u %s %u", from, from_port, to, to_port);
}

static void good_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		static const struct slice behind[] = {S(""), S("\x16\x03\x01\x02"),
		                                      S("\r\nPROXY ")};

		for (size_t k = 0; k < COUNT(behind); k++) {
			struct proxy_header h;
			struct buf b = {0};
			char text[200];

			buf_put(&b, good[i].bytes);
			buf_put(&b, behind[k]);
			assert_int_equal(proxy_parse(buf_slice(&b), &h), PK_OK);
			assert_int_equal(h.octets, good[i].bytes.n);
			assert_int_equal(h.known, good[i].ends != NULL);
			addresses_of(&h, text, sizeof(text));
			if (good[i].ends)
				assert_string_equal(text, good[i].ends);
			buf_free(&b);
		}
	}
}

/* Every proper prefix waits for more, and nobody's address is taken from it. */
static void prefixes_wait(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t n = 0; n < good[i].bytes.n; n++) {
			char *copy = malloc(n + 1); /* so that reading behind it is seen */
			struct proxy_header h;

			memcpy(copy, good[i].bytes.p, n);
			assert_int_equal(proxy_parse((struct slice){copy, n}, &h), PK_ERETRY);
			assert_false(h.known);
			free(copy);
		}
}

/* Refused, and from which octet on (0: its last): what was said before could be a header still. */
static const struct {
	struct slice bytes;
	size_t from;
} bad[] = {
	{S("A1 LOGIN a b\r\n"),						  1 },
	{S("\x16\x03\x01\x02"),						  1 },
	{S("\r\nQUIT\r\n"),						      3 },
	{S("proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n"),                         1 },
	{S("PROXY\tTCP4 192.0.2.1 198.51.100.2 1 2\r\n"),                        6 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n"),                           0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\rX"),                          0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n"),                           0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n"),                        0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n"),                       0 },
	{S("PROXY TCP4  192.0.2.1 198.51.100.2 1 2\r\n"),                        0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n"),                     0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 1 -2\r\n"),                        0 },
	{S("PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n"),                        0 },
	{S("PROXY TCP4 192.0.2.01 198.51.100.2 1 2\r\n"),                        0 },
	{S("PROXY TCP4 192.0.2 198.51.100.2 1 2\r\n"),                           0 },
	{S("PROXY TCP4 192.0.2.1\0 198.51.100.2 1 2\r\n"),                       0 },
	{S("PROXY TCP4 2001:db8::1 ::1 1 2\r\n"),                                0 },
	{S("PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n"),                         0 },
	{S("PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n"),                         0 },
	{S("PROXY UDP4 192.0.2.1 198.51.100.2 1 2\r\n"),                         0 },
	{S("PROXY UNKNOWNS\r\n"),						0 },
	{S("PROXY \r\n"),							0 },
	{S("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
           "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 655350\r\n"),
         106								       },
	{S(SIGN "\x11\x11\0\x0c" FOUR),					  13},
	{S(SIGN "\x22\x11\0\x0c" FOUR),					  13},
	{S(SIGN "\x31\x11\0\x0c" FOUR),					  13},
	{S(SIGN "\x21\x13\0\x0c" FOUR),					  0 },
	{S(SIGN "\x21\x41\0\x0c" FOUR),					  0 },
	{S(SIGN "\x21\x11\0\x0b" FOUR),					  27},
	{S(SIGN "\x21\x21\0\x0c" FOUR),					  0 },
	{S(SIGN "\x21\x31\0\x0c" FOUR),					  0 },
	{S(SIGN "\x21\x11\x0f\xf1" FOUR),                                        16},
	{S(SIGN "\x20\x00\xff\xff"),					     16},
	{S("\r\n\r\n\0\r\nQUIT\r"),					      12},
};

static void bad_headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		for (size_t n = 0; n <= bad[i].bytes.n; n++) {
			size_t from = bad[i].from ? bad[i].from : bad[i].bytes.n;
			struct proxy_header h;

			assert_int_equal(proxy_parse(slice_head(bad[i].bytes, n), &h),
			                 n < from ? PK_ERETRY : PK_EPROTO);
			assert_false(h.known);
		}
}

static const struct {
	const char *list, *in, *out; /* addresses between spaces */
} sets[] = {
	{"",			"",				       "127.0.0.1 ::1 unix"        },
	{"127.0.0.1",               "127.0.0.1 ::ffff:127.0.0.1",             "127.0.0.2 ::1 unix"        },
	{" 127.0.0.1  10.0.0.0/8 ", "127.0.0.1 10.0.0.0 10.255.255.255",      "9.255.255.255 11.0.0.0"    },
	{"192.0.2.128/25",          "192.0.2.128 192.0.2.255",                "192.0.2.127"               },
	{"0.0.0.0/0",               "1.2.3.4",                                "::1 unix"                  },
	{"::/0",		    "1.2.3.4 ::1",                            "unix"                      },
	{"2001:db8::/33",           "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "2001:db8:8000:: 2001:db9::"},
	{"unix",		    "unix",				   "127.0.0.1 ::"              },
};

static struct sockaddr_storage address(struct slice word)
{
	struct sockaddr_storage a = {.ss_family = AF_UNIX};
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)word.n, word.p);
	if (inet_pton(AF_INET, text, &((struct sockaddr_in *)&a)->sin_addr) == 1)
		a.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &((struct sockaddr_in6 *)&a)->sin6_addr) == 1)
		a.ss_family = AF_INET6;
	return a;
}

static void check_set(const struct networks *set, const char *list, bool in)
{
	struct slice words = slice_str(list);

	while (words.n) {
		struct sockaddr_storage a = address(slice_cut(&words, ' '));

		assert_int_equal(networks_have(set, &a), in);
	}
}

static void networks(void **state)
{
	static const char *const refused[] = {
		"localhost",   "10.0.0.0/33", "10.0.0.1/8",      "::1/129", "10.0.0.0/",
		"10.0.0.0/-1", "unix/1",      "1.2.3.4,5.6.7.8", "::/0x",   "/8"};
	const struct sockaddr_storage none = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(sets); i++) {
		struct arena a = {0};
		struct networks set;
		struct slice word;

		assert_int_equal(networks_parse(&a, slice_str(sets[i].list), &set, &word), PK_OK);
		check_set(&set, sets[i].in, true);
		check_set(&set, sets[i].out, false);
		assert_false(networks_have(&set, &none));
		arena_free(&a);
	}
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct arena a = {0};
		struct networks set;
		struct slice word;

		assert_int_equal(networks_parse(&a, slice_str(refused[i]), &set, &word), PK_EINVAL);
		assert_true(slice_eq(word, slice_str(refused[i])));
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_headers),
		cmocka_unit_test(prefixes_wait),
		cmocka_unit_test(bad_headers),
		cmocka_unit_test(networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
