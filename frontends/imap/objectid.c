#include "objectid.h"

/* RFC 8474 section 7: objectid */
bool is_objectid(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return false;
	}
	return s.n > 0 && s.n <= OBJECTID_MAX;
}

void emailid_put(struct buf *out, struct slice guid)
{
	static const char digits[] = "0123456789abcdef";

	buf_byte(out, 'M');
	for (size_t i = 0; i < guid.n; i++) {
		unsigned char c = (unsigned char)guid.p[i];

		buf_byte(out, digits[c >> 4]);
		buf_byte(out, digits[c & 15]);
	}
}
