#include "plus_folder.h"

#include "mailbox_parts.h"
#include "tenant.h"

#include <ctype.h>

/* Local parts are kept in lower case, so the case of the letters says nothing. */
static enum pk_status find_among(struct account *a, struct slice detail, char first, uint32_t *mbox)
{
	struct key prefix = key_name(a->acct, KIND_NAME, (struct slice){&first, 1});
	char octets[NAME_MAX_OCTETS + 1];
	struct cursor c;
	enum pk_status st = cursor_open(a->txn, TREE_ACCT, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, key_slice(&prefix));
	while (st == PK_OK && !*mbox && slice_starts(c.key, key_slice(&prefix))) {
		struct name_row row;

		if (slice_ieq(name_of_key(c.key, octets), detail)) {
			st = name_decode(c.value, &row);
			*mbox = row.mbox;
		}
		if (st == PK_OK)
			st = cursor_next(&c);
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status plus_folder(struct account *a, struct slice detail, uint32_t *mbox)
{
	char octets[NAME_MAX_OCTETS + 1], first;
	struct name_row row;
	uint64_t on;
	enum pk_status st = setting_number(a->txn, a->acct, a->row.domain, "plus.folder", &on);

	*mbox = 0;
	if (st != PK_OK || !on || mailbox_name(detail, octets, &detail) != PK_OK ||
	    slice_eq(detail, S("INBOX")))
		return st;
	st = name_find(a, detail, &row);
	if (st == PK_OK)
		*mbox = row.mbox;
	if ((st != PK_OK && st != PK_ENOTFOUND) || *mbox)
		return st;
	first = (char)toupper((unsigned char)*detail.p);
	st = find_among(a, detail, first, mbox);
	if (st == PK_OK && !*mbox && first != *detail.p)
		st = find_among(a, detail, *detail.p, mbox);
	return st;
}
