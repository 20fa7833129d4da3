#include "mailbox.h"

#include <utf8proc.h>

/* Names of mailboxes as bytes: no transaction is needed for these rules. */

#define LONGEST_IN ((size_t)NAME_MAX_OCTETS * 4) /* NFC may shorten a name */

/* C0, DEL, and C1 as UTF-8 writes them: C2 80 to C2 9F. */
static bool has_controls(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f)
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
static bool levels_ok(struct slice name)
{
	unsigned levels = 0;
	bool empty = !name.n || name.p[0] == '/' || name.p[name.n - 1] == '/';

	for (struct slice rest = name; rest.n; levels++)
		empty |= !slice_cut(&rest, '/').n;
	return !empty && levels <= MAILBOX_LEVELS;
}

/* INBOX in any case is INBOX, also as the first of several levels (RFC 9051 5.1). */
static void fold_inbox(char *name, size_t n)
{
	struct slice first = {name, n};

	first = slice_cut(&first, '/');
	if (slice_ieq(first, S("INBOX")))
		memcpy(name, S("INBOX").p, first.n);
}

static bool compose(struct slice in, char out[NAME_MAX_OCTETS + 1], size_t *n)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t got = utf8proc_map((const utf8proc_uint8_t *)in.p, (utf8proc_ssize_t)in.n,
	                                    &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool ok = got > 0 && got <= NAME_MAX_OCTETS;

	if (ok)
		memcpy(out, composed, (size_t)got);
	*n = ok ? (size_t)got : 0;
	free(composed);
	return ok;
}

enum pk_status mailbox_name(struct slice in, char out[NAME_MAX_OCTETS + 1], struct slice *name)
{
	size_t n = in.n;

	if (!in.n || in.n > LONGEST_IN || has_controls(in))
		return PK_EINVAL;
	if (!is_ascii(in)) {
		if (!compose(in, out, &n))
			return PK_EINVAL;
	} else if (n <= NAME_MAX_OCTETS) {
		memcpy(out, in.p, n);
	} else {
		return PK_EINVAL;
	}
	out[n] = '\0';
	*name = (struct slice){out, n};
	if (!levels_ok(*name))
		return PK_EINVAL;
	fold_inbox(out, n);
	return PK_OK;
}
