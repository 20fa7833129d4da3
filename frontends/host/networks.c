#include "networks.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define BITS 128u

struct network {
	bool local;              /* peers on unix sockets */
	unsigned char first[16]; /* an IPv4 address as ::ffff:a.b.c.d */
	unsigned bits;           /* of it that count */
};

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	return memcmp(a, b, whole) == 0 && (!rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

/* Whether all behind the bits of a prefix is zero: 10.1.0.0/8 is more likely a mistake. */
static bool ends_in_zeros(const struct network *n)
{
	for (unsigned bit = n->bits; bit < BITS; bit++)
		if (n->first[bit / 8] & 0x80 >> bit % 8)
			return false;
	return true;
}

static bool parse_one(struct slice word, struct network *n)
{
	struct slice address = slice_cut(&word, '/');
	bool has_bits = address.p + address.n < word.p;
	char text[INET6_ADDRSTRLEN + 1];
	uint64_t bits = BITS;
	unsigned before = 0;

	*n = (struct network){.bits = BITS};
	if (slice_eq(address, S("unix"))) {
		n->local = true;
		return !has_bits;
	}
	if (address.n >= sizeof(text))
		return false;
	memcpy(text, address.p, address.n);
	text[address.n] = 0;
	if (inet_pton(AF_INET, text, n->first + sizeof(mapped)) == 1) {
		memcpy(n->first, mapped, sizeof(mapped));
		before = BITS - 32;
	} else if (inet_pton(AF_INET6, text, n->first) != 1) {
		return false;
	}
	if (has_bits && !slice_number(word, BITS - before, &bits))
		return false;
	n->bits = has_bits ? before + (unsigned)bits : BITS;
	return ends_in_zeros(n);
}

enum pk_status networks_parse(struct arena *a, struct slice text, struct networks *all,
                              struct slice *bad)
{
	struct network *list = arena_alloc(a, (text.n / 2 + 1) * sizeof(*list));

	*all = (struct networks){0};
	if (!list)
		return PK_ENOMEM;
	while (text.n) {
		struct slice word = slice_cut(&text, ' ');

		if (!word.n)
			continue;
		*bad = word;
		if (!parse_one(word, &list[all->n]))
			return PK_EINVAL;
		all->n++;
	}
	all->list = list;
	return PK_OK;
}

bool networks_have(const struct networks *all, const struct sockaddr_storage *address)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	bool local = address->ss_family == AF_UNIX;
	unsigned char raw[16] = {0};

	if (address->ss_family == AF_INET) {
		memcpy(raw, mapped, sizeof(mapped));
		memcpy(raw + sizeof(mapped), &four->sin_addr, sizeof(four->sin_addr));
	} else if (address->ss_family == AF_INET6) {
		memcpy(raw, &six->sin6_addr, sizeof(raw));
	} else if (!local) {
		return false;
	}
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].local == local &&
		    (local || same_bits(raw, all->list[i].first, all->list[i].bits)))
			return true;
	return false;
}
