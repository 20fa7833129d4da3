#include "xtext.h"

static bool hex_digit(char c, unsigned *value)
{
	if (c >= '0' && c <= '9')
		*value = (unsigned)(c - '0');
	else if (c >= 'A' && c <= 'F') /* in upper case alone */
		*value = (unsigned)(c - 'A' + 10);
	else
		return false;
	return true;
}

bool xtext_decode(struct slice in, struct buf *out)
{
	unsigned high, low;

	while (in.n) {
		char c = in.p[0];

		if (c < '!' || c > '~' || c == '=')
			return false;
		if (c == '+') {
			if (in.n < 3 || !hex_digit(in.p[1], &high) || !hex_digit(in.p[2], &low))
				return false;
			c = (char)(high << 4 | low);
			in = slice_skip(in, 2);
		}
		buf_byte(out, c);
		in = slice_skip(in, 1);
	}
	return true;
}
