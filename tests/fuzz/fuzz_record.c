/* Decoders of rows get any octets: they refuse them, or what they read encodes to the same row. */
/* links: store */
#include "record.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define TRY(name, type)                                                           \
	static void try_##name(struct slice in)                                   \
	{                                                                         \
		struct type row, again;                                           \
		struct buf once = {0}, twice = {0};                               \
                                                                                  \
		if (name##_decode(in, &row) == PK_OK) {                           \
			name##_encode(&once, &row);                               \
			assert(once.n <= in.n &&                                  \
			       name##_decode(buf_slice(&once), &again) == PK_OK); \
			name##_encode(&twice, &again);                            \
			assert(slice_eq(buf_slice(&once), buf_slice(&twice)));    \
		}                                                                 \
		buf_free(&once);                                                  \
		buf_free(&twice);                                                 \
	}
TRY(account, account_row)
TRY(name, name_row)
TRY(mailbox, mailbox_row)
TRY(message, message_row)
TRY(docid, docid_row)
TRY(keyword, keyword_row)
TRY(vault_counters, vault_counters)
TRY(vault, vault_row)
TRY(blob, blob_row)
TRY(segment, segment_row)
TRY(dedup, dedup_row)
TRY(page, flag_page)

static void try_expunged(struct slice in)
{
	struct uid_range ranges[EXPUNGED_RANGES];
	size_t n;

	if (expunged_decode(in, ranges, &n) == PK_OK)
		assert(n > 0 && n <= EXPUNGED_RANGES && ranges[n - 1].last >= ranges[0].first);
}

/* The first octet says which row it shall be. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static void (*const tries[])(struct slice) = {
		try_account, try_name,           try_mailbox,  try_message, try_docid,
		try_keyword, try_vault_counters, try_vault,    try_blob,    try_segment,
		try_dedup,   try_page,           try_expunged,
	};

	if (n)
		tries[data[0] % (sizeof tries / sizeof *tries)](
			(struct slice){(const char *)data + 1, n - 1});
	return 0;
}
