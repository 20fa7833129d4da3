#include "selector.h"

#include <string.h>

unsigned selector_kinds(const char *arguments)
{
	static const struct {
		const char *word;
		unsigned kinds;
	} words[] = {
		{"TENANT",                 SELECTOR_TENANT						     },
		{"[TENANT]",               SELECTOR_TENANT						     },
		{"TENANT/DOMAIN",          SELECTOR_DOMAIN						     },
		{"[TENANT/]DOMAIN",        SELECTOR_DOMAIN | SELECTOR_BARE                                     },
		{"[TENANT|TENANT/DOMAIN]", SELECTOR_TENANT | SELECTOR_DOMAIN                                   },
		{"USER",                   SELECTOR_USER						       },
		{"USER:MAILBOX",           SELECTOR_MAILBOX						    },
		{"ALIAS",                  SELECTOR_USER | SELECTOR_CATCH                                      },
		{"[SELECTOR]",
	         SELECTOR_TENANT | SELECTOR_DOMAIN | SELECTOR_USER | SELECTOR_MAILBOX                          },
		{"SELECTOR",               SELECTOR_TENANT | SELECTOR_DOMAIN | SELECTOR_USER | SELECTOR_MAILBOX},
	};
	size_t n = strcspn(arguments, " ");

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i].word) == n && memcmp(words[i].word, arguments, n) == 0)
			return words[i].kinds;
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX becomes the octet, which is not NUL. */
static bool mailbox_part(struct slice in, struct selector *s)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '%') {
			int high = i + 2 < in.n ? hex(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex(in.p[i + 2]) : -1;

			if (high < 0 || low < 0 || high + low == 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (n == sizeof(s->octets))
			return false;
		s->octets[n++] = c;
	}
	s->mailbox = (struct slice){s->octets, n};
	return n > 0;
}

static bool with_domain(struct slice text, struct selector *s, size_t at)
{
	struct slice rest = text;
	bool mailbox = slice_has(text, ':');

	s->account = slice_cut(&rest, ':');
	s->domain = (struct slice){s->account.p + at + 1, s->account.n - at - 1};
	s->kind = mailbox ? SELECTOR_MAILBOX : at ? SELECTOR_USER : SELECTOR_CATCH;
	if (!s->domain.n || (mailbox && !at))
		return false;
	return !mailbox || mailbox_part(rest, s);
}

static bool without_address(struct slice text, unsigned kinds, struct selector *s)
{
	bool bare = !slice_has(text, '/');

	if (slice_has(text, ':'))
		return false;
	if (bare && kinds & SELECTOR_TENANT) {
		s->kind = SELECTOR_TENANT;
		s->tenant = text;
		return text.n > 0;
	}
	s->kind = bare ? SELECTOR_BARE : SELECTOR_DOMAIN;
	if (!bare)
		s->tenant = slice_cut(&text, '/');
	s->domain = text;
	return text.n > 0 && !slice_has(text, '/') && (bare || s->tenant.n);
}

bool selector_parse(struct slice text, unsigned kinds, struct selector *s)
{
	struct slice rest = text, head = slice_cut(&rest, ':');
	size_t at = head.n;

	*s = (struct selector){0};
	while (at && head.p[at - 1] != '@')
		at--;
	if (!(at ? with_domain(text, s, at - 1) : without_address(text, kinds, s)))
		return false;
	return (s->kind & kinds) != 0;
}
