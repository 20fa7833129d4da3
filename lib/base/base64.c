#include "base/base64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

#define PAD 64 /* where the sign for nothing stands in it */

void base64_encode(struct slice in, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)in.p;

	for (size_t i = 0; i < in.n; i += 3) {
		size_t left = in.n - i;
		unsigned bits = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) |
		                (left > 2 ? p[i + 2] : 0);
		char group[4] = {
			alphabet[bits >> 18],
			alphabet[bits >> 12 & 63],
			alphabet[left > 1 ? bits >> 6 & 63 : PAD],
			alphabet[left > 2 ? bits & 63 : PAD],
		};

		buf_put(out, (struct slice){group, sizeof(group)});
	}
}

/* The six bits of a character, or -1. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* One group of four; `signs` of them are not padding. */
static bool decode_group(const char *p, size_t signs, struct buf *out)
{
	unsigned bits = 0;
	char raw[3];

	for (size_t i = 0; i < 4; i++) {
		int v = i < signs ? value_of(p[i]) : 0;

		if (v < 0)
			return false;
		bits = bits << 6 | (unsigned)v;
	}
	if (bits & (signs == 2 ? 0xffff : signs == 3 ? 0xff : 0))
		return false;
	raw[0] = (char)(bits >> 16);
	raw[1] = (char)(bits >> 8);
	raw[2] = (char)bits;
	buf_put(out, (struct slice){raw, signs - 1});
	return !out->failed;
}

bool base64_decode(struct slice in, struct buf *out)
{
	size_t before = out->n;

	if (in.n % 4)
		return false;
	for (size_t i = 0; i < in.n; i += 4) {
		size_t signs = 4;

		while (i + 4 == in.n && signs > 2 && in.p[i + signs - 1] == '=')
			signs--;
		if (!decode_group(in.p + i, signs, out)) {
			out->n = before;
			return false;
		}
	}
	return true;
}
