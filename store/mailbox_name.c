#include "mailbox.h"

#include <utf8proc.h>

/* Names of mailboxes as bytes: no transaction is needed for these rules. */

#define LONGEST_IN ((size_t)NAME_MAX_OCTETS * 4) /* NFC may shorten a name */

/* C0, DEL, C1 as UTF-8 writes them (C2 80 to C2 9F), and U+2028 and U+2029, which end lines: RFC
 * 6855 section 3, RFC 9051 5.1. */
static bool has_controls(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		struct slice rest = slice_skip(s, i);
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f)
			return true;
		if (slice_starts(rest, S("\xe2\x80\xa8")) || slice_starts(rest, S("\xe2\x80\xa9")))
			return true;
		if (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0)
			return true;
	}
	return false;
}

static bool is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* No level is empty and there are not too many. */
static enum pk_status check_levels(struct slice name)
{
	unsigned levels = 0;
	bool empty = !name.n || name.p[0] == '/' || name.p[name.n - 1] == '/';

	for (struct slice rest = name; rest.n; levels++)
		empty |= !slice_cut(&rest, '/').n;
	if (empty)
		return PK_EINVAL;
	return levels <= MAILBOX_LEVELS ? PK_OK : PK_ELIMIT;
}

/* INBOX in any case is INBOX, also as the first of several levels (RFC 9051 5.1). */
static void fold_inbox(char *name, size_t n)
{
	struct slice first = {name, n};

	first = slice_cut(&first, '/');
	if (slice_ieq(first, S("INBOX")))
		memcpy(name, S("INBOX").p, first.n);
}

static enum pk_status compose(struct slice in, char out[NAME_MAX_OCTETS + 1], size_t *n)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t got = utf8proc_map((const utf8proc_uint8_t *)in.p, (utf8proc_ssize_t)in.n,
	                                    &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	enum pk_status st = got <= 0 ? PK_EINVAL : got <= NAME_MAX_OCTETS ? PK_OK : PK_ELIMIT;

	if (st == PK_OK)
		memcpy(out, composed, (size_t)got);
	*n = st == PK_OK ? (size_t)got : 0;
	free(composed);
	return st;
}

static enum pk_status copy(struct slice in, char out[NAME_MAX_OCTETS + 1], size_t *n)
{
	if (in.n > NAME_MAX_OCTETS)
		return PK_ELIMIT;
	memcpy(out, in.p, in.n);
	*n = in.n;
	return PK_OK;
}

enum pk_status mailbox_name(struct slice in, char out[NAME_MAX_OCTETS + 1], struct slice *name)
{
	size_t n;
	enum pk_status st;

	if (!in.n || has_controls(in))
		return PK_EINVAL;
	if (in.n > LONGEST_IN)
		return PK_ELIMIT;
	st = is_ascii(in) ? copy(in, out, &n) : compose(in, out, &n);
	if (st != PK_OK)
		return st;
	out[n] = '\0';
	*name = (struct slice){out, n};
	st = check_levels(*name);
	if (st == PK_OK)
		fold_inbox(out, n);
	return st;
}
