#include "proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define LINE_MAX 107u /* section 2.1: the longest line, with its CRLF */
#define HEAD     16u  /* section 2.2: signature, command, family, length */
#define LOCAL    0x20 /* version 2 and the command */
#define PROXIED  0x21

static const char signature[] = "\r\n\r\n\0\r\nQUIT\n";
#define SIGNATURE ((struct slice){signature, sizeof(signature) - 1})

static bool parse_address(int family, struct slice text, void *to)
{
	char copy[INET6_ADDRSTRLEN + 1];

	if (!text.n || text.n >= sizeof(copy) || memchr(text.p, 0, text.n))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	return inet_pton(family, copy, to) == 1;
}

/* Decimal, without zeros in front. */
static bool parse_port(struct slice text, uint16_t *port)
{
	uint64_t v;

	if ((text.n > 1 && text.p[0] == '0') || !slice_number(text, UINT16_MAX, &v))
		return false;
	*port = htons((uint16_t)v);
	return true;
}

static void set_end(struct sockaddr_storage *end, int family, const void *address, uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)end;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)end;

	*end = (struct sockaddr_storage){.ss_family = (sa_family_t)family};
	if (family == AF_INET) {
		memcpy(&four->sin_addr, address, sizeof(four->sin_addr));
		four->sin_port = port;
	} else {
		memcpy(&six->sin6_addr, address, sizeof(six->sin6_addr));
		six->sin6_port = port;
	}
}

/* What stands behind "TCP4 " or "TCP6 ": two addresses, two ports, one space between each. */
static enum pk_status parse_ends(struct slice line, int family, struct proxy_header *h)
{
	unsigned char from[16], to[16];
	uint16_t from_port, to_port;

	if (!parse_address(family, slice_cut(&line, ' '), from) ||
	    !parse_address(family, slice_cut(&line, ' '), to) ||
	    !parse_port(slice_cut(&line, ' '), &from_port) || !parse_port(line, &to_port))
		return PK_EPROTO;
	set_end(&h->from, family, from, from_port);
	set_end(&h->to, family, to, to_port);
	h->known = true;
	return PK_OK;
}

static const struct {
	struct slice word;
	int family;
} transports[] = {
	{S("TCP4 "), AF_INET },
	{S("TCP6 "), AF_INET6},
};

/* line: without "PROXY " and CRLF. */
static enum pk_status parse_transport(struct slice line, struct proxy_header *h)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(*transports); i++)
		if (slice_starts(line, transports[i].word))
			return parse_ends(slice_skip(line, transports[i].word.n),
			                  transports[i].family, h);
	/* Whatever else stands on it means nothing. */
	if (slice_eq(line, S("UNKNOWN")) || slice_starts(line, S("UNKNOWN ")))
		return PK_OK;
	return PK_EPROTO;
}

static enum pk_status parse_line(struct slice bytes, struct proxy_header *h)
{
	struct slice start = S("PROXY ");
	const char *cr;
	size_t n;

	bytes = slice_head(bytes, LINE_MAX);
	cr = memchr(bytes.p, '\r', bytes.n);
	n = cr ? (size_t)(cr - bytes.p) : bytes.n;
	if (memchr(bytes.p, '\n', n) || n + 1 >= LINE_MAX)
		return PK_EPROTO;
	if (!cr || n + 1 == bytes.n)
		return PK_ERETRY;
	if (cr[1] != '\n')
		return PK_EPROTO;
	h->octets = n + 2;
	return parse_transport(slice_skip(slice_head(bytes, n), start.n), h);
}

/* What the 14th octet says, and how many octets the addresses of it take. */
static const struct {
	unsigned char word;
	int family; /* 0: not one of this service's clients, so the real address counts */
	size_t octets;
} families[] = {
	{0x00, 0,        0  },
        {0x01, 0,        0  },
        {0x02, 0,        0  },
        {0x10, 0,        12 },
	{0x11, AF_INET,  12 },
        {0x12, 0,        12 },
        {0x20, 0,        36 },
        {0x21, AF_INET6, 36 },
	{0x22, 0,        36 },
        {0x30, 0,        216},
        {0x31, 0,        216},
        {0x32, 0,        216},
};

static enum pk_status parse_block(unsigned char word, struct slice block, struct proxy_header *h)
{
	size_t i = 0, octets;
	uint16_t ports[2];

	while (i < sizeof(families) / sizeof(*families) && families[i].word != word)
		i++;
	if (i == sizeof(families) / sizeof(*families) || block.n < families[i].octets)
		return PK_EPROTO;
	if (!families[i].family)
		return PK_OK;
	octets = (families[i].octets - sizeof(ports)) / 2;
	memcpy(ports, block.p + 2 * octets, sizeof(ports));
	set_end(&h->from, families[i].family, block.p, ports[0]);
	set_end(&h->to, families[i].family, block.p + octets, ports[1]);
	h->known = true;
	return PK_OK;
}

static enum pk_status parse_binary(struct slice bytes, struct proxy_header *h)
{
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t at = SIGNATURE.n, octets;

	if (bytes.n > at && p[at] != LOCAL && p[at] != PROXIED)
		return PK_EPROTO;
	if (bytes.n < HEAD)
		return PK_ERETRY;
	octets = HEAD + ((size_t)p[at + 2] << 8 | p[at + 3]);
	if (octets > PROXY_HEADER_MAX)
		return PK_EPROTO;
	if (bytes.n < octets)
		return PK_ERETRY;
	h->octets = octets;
	if (p[at] == LOCAL)
		return PK_OK;
	return parse_block(p[at + 1], slice_skip(slice_head(bytes, octets), HEAD), h);
}

/* Whether one begins with the other. */
static bool agree(struct slice bytes, struct slice start)
{
	return slice_starts(bytes, slice_head(start, bytes.n));
}

enum pk_status proxy_parse(struct slice bytes, struct proxy_header *h)
{
	struct slice line = S("PROXY ");

	*h = (struct proxy_header){0};
	if (agree(bytes, line))
		return bytes.n < line.n ? PK_ERETRY : parse_line(bytes, h);
	if (agree(bytes, SIGNATURE))
		return bytes.n < SIGNATURE.n ? PK_ERETRY : parse_binary(bytes, h);
	return PK_EPROTO;
}
