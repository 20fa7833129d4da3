/* Decoders of rows get any octets: they refuse them, or what they read encodes to the same row. */
/* links: store */
#include "fuzz_rows.h"

#include "record.h"

FUZZ_ROW(account, account_row)
FUZZ_ROW(name, name_row)
FUZZ_ROW(mailbox, mailbox_row)
FUZZ_ROW(message, message_row)
FUZZ_ROW(docid, docid_row)
FUZZ_ROW(keyword, keyword_row)
FUZZ_ROW(vault_counters, vault_counters)
FUZZ_ROW(vault, vault_row)
FUZZ_ROW(blob, blob_row)
FUZZ_ROW(segment, segment_row)
FUZZ_ROW(dedup, dedup_row)
FUZZ_ROW(page, flag_page)

static void try_expunged(struct slice in)
{
	struct uid_range ranges[EXPUNGED_RANGES];
	size_t n;

	if (expunged_decode(in, ranges, &n) == PK_OK)
		assert(n > 0 && n <= EXPUNGED_RANGES && ranges[n - 1].last >= ranges[0].first);
}

FUZZ_TRIES(try_account, try_name, try_mailbox, try_message, try_docid, try_keyword,
           try_vault_counters, try_vault, try_blob, try_segment, try_dedup, try_page, try_expunged)
