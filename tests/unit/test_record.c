/* Rows and keys of the store: what is written is read back, cut and odd octets are refused. */
/* links: store */
#include "unit.h"

#include "message_new.h"

#include "base/formats.h"

#include <limits.h>

static const uint8_t guid[16] = "0123456789abcde";

#define BY(name, type)                                                  \
	static enum pk_status decode_##name(struct slice in, void *row) \
	{                                                               \
		return name##_decode(in, row);                          \
	}                                                               \
	static void encode_##name(struct buf *b, const void *row)       \
	{                                                               \
		name##_encode(b, row);                                  \
	}
BY(account, account_row)
BY(name, name_row)
BY(mailbox, mailbox_row)
BY(message, message_row)
BY(docid, docid_row)
BY(keyword, keyword_row)
BY(pop, pop_row)
BY(vault_counters, vault_counters)
BY(vault, vault_row)
BY(blob, blob_row)
BY(segment, segment_row)
BY(dedup, dedup_row)
BY(sent, sent_row)
BY(page, flag_page)

/* T and not S(), which is no constant inside a constant. */
/* clang-format off */
#define T(text) {text, sizeof(text) - 1}
#define ROW(name, type, optional, ...)                                  \
	{#name, decode_##name, encode_##name, sizeof(struct type),      \
	 &(struct type){__VA_ARGS__}, optional}
/* clang-format on */

/* `optional`: how many optional fields are in it; cut before any of them it is a row as well. */
static const struct {
	const char *name;
	enum pk_status (*decode)(struct slice, void *);
	void (*encode)(struct buf *, const void *);
	size_t size;
	const void *row;
	size_t optional;
} rows[] = {
	ROW(account, account_row, 0, .octets = 1, .messages = 2, .mailboxes = 3, .domain = 4,
            .next_mbox = 5, .next_docid = 6, .modseq = UINT64_MAX, .resync_below = 8,
            .next_uidvalidity = 9, .subscriptions = 10, .limit_octets = LIMIT_NONE,
            .limit_messages = LIMIT_NONE, .limit_mailboxes = LIMIT_NONE),
	ROW(account, account_row, 3, .octets = 1, .limit_octets = 0, .limit_messages = 1,
            .limit_mailboxes = 1ull << 63),
	ROW(name, name_row, 0, .mbox = 7, .attributes = 0xffffffff),
	ROW(mailbox, mailbox_row, 2, .exists = 1, .unseen = 2, .deleted = 3, .octets = 4,
            .recent_from = 5, .uidnext = UINT32_MAX, .uidvalidity = 7, .modseq = 8,
            .vanished_floor = 9, .expunged_rows = 10, .oldest_ms = INT64_MAX, .limit_octets = 100,
            .limit_messages = LIMIT_NONE, .name = T("A/\xc3\xa4/%*\"\\")),
	ROW(mailbox, mailbox_row, 2, .oldest_ms = 1, .limit_octets = LIMIT_NONE,
            .limit_messages = LIMIT_NONE, .pop_rows = 3, .pop_from = UINT32_MAX),
	ROW(message, message_row, 0, .blob = 1, .octets = 2, .internaldate_ms = INT64_MIN,
            .zone_minutes = -720, .savedate_ms = -1, .born_ms = 3, .docid = UINT32_MAX),
	ROW(message, message_row, 3, .guid = "0123456789abcde", .blob = 1, .summary_blob = 77,
            .zone_minutes = INT16_MIN, .sealed = T("sea"), .uidl = T("uidl")),
	ROW(docid, docid_row, 0, .mbox = 1, .uid = 2),
	ROW(docid, docid_row, 1, .mbox = ACCT_VAULT, .vid = 1ull << 40),
	ROW(pop, pop_row, 0, .fetched_ms = INT64_MAX, .hidden = 1),
	ROW(keyword, keyword_row, 1, .name = T("$Junk\xff\x01")),
	ROW(vault_counters, vault_counters, 0, .octets = 1, .messages = 2, .next_vid = 3),
	ROW(vault, vault_row, 2, .removed_ms = 1, .expires_ms = 2, .by = BY_ADMIN, .mbox = 3,
            .uid = 4, .uidvalidity = 5, .flags = 6, .keywords = T("a b"), .mailbox = T("INBOX")),
	ROW(blob, blob_row, 0, .segment = 1, .offset = 2, .record_octets = 3, .octets = 4,
            .tenant = 5, .refs = 6, .key_version = 7, .dictionary = 8, .salt = "salt",
            .mac = "mac"),
	ROW(segment, segment_row, 0, .state = SEG_DEAD, .large = 1, .octets = 2, .dead_octets = 3,
            .dead_since_ms = 4),
	ROW(dedup, dedup_row, 0, .blob = 0x1234567890abcdef),
	ROW(sent, sent_row, 0, .at_ms = INT64_MAX, .mbox = 2, .uid = UINT32_MAX, .by = 255),
	ROW(page, flag_page, 0, .modseq = 9, .present = {1ull << 63 | 2,          1ull << 55    },
            .entry = { [1] = {1, 2}, [63] = {UINT64_MAX, 4}, [119] = {5, 6}}
                ),
};

static void rows_come_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf once = {0}, twice = {0};
		void *back = malloc(rows[i].size);

		memset(back, 0xa5, rows[i].size); /* nothing may be left as it was */
		rows[i].encode(&once, rows[i].row);
		assert_int_equal(once.p[0], FORMAT_ROW);
		assert_int_equal(rows[i].decode(buf_slice(&once), back), PK_OK);
		rows[i].encode(&twice, back);
		assert_true(slice_eq(buf_slice(&once), buf_slice(&twice)));
		free(back);
		buf_free(&once);
		buf_free(&twice);
	}
}

static void members_come_back(void **state)
{
	struct buf b = {0};
	struct message_row in = {.blob = 1, .octets = 2, .internaldate_ms = INT64_MIN},
			   out = {.blob = 99};

	(void)state;
	memcpy(in.guid, guid, 16);
	in.zone_minutes = -90;
	in.born_ms = -5;
	in.sealed = S("sealed");
	in.summary_blob = 1ull << 50;
	message_encode(&b, &in);
	assert_int_equal(message_decode(buf_slice(&b), &out), PK_OK);
	assert_memory_equal(out.guid, guid, 16);
	assert_true(out.blob == 1 && out.octets == 2 && out.internaldate_ms == INT64_MIN);
	assert_true(out.zone_minutes == -90 && out.born_ms == -5);
	assert_true(slice_eq(out.sealed, S("sealed")) && out.uidl.n == 0);
	assert_true(out.summary_blob == 1ull << 50);
	buf_free(&b);
}

/* Every proper prefix of a row is refused, unless optional fields are missing whole. */
static void cut_rows_are_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = {0};
		void *back = malloc(rows[i].size);
		size_t accepted = 0;

		rows[i].encode(&b, rows[i].row);
		for (size_t n = 0; n < b.n; n++) {
			char *exact = malloc(n ? n : 1); /* so that ASan sees a read past it */

			memcpy(exact, b.p, n);
			accepted += rows[i].decode((struct slice){exact, n}, back) == PK_OK;
			free(exact);
		}
		assert_int_equal(accepted, rows[i].optional);
		free(back);
		buf_free(&b);
	}
}

static void odd_rows_are_refused(void **state)
{
	static const struct {
		const char *why;
		struct slice row;
	} cases[] = {
		{"version",      S("\2\0\0\0\0\0\0\0\0")              },
		{"tag 0",        S("\1\1\0\0\0\2\0\0\0\0\0\0")        },
		{"tag twice",    S("\1\1\0\0\0\2\0\0\0\1\1\0x\1\1\0x")},
		{"tags down",    S("\1\1\0\0\0\2\0\0\0\2\1\0x\1\1\0x")},
		{"width",        S("\1\1\0\0\0\2\0\0\0\1\7\0xxxxxxx") },
		{"past the end", S("\1\1\0\0\0\2\0\0\0\3\377\377x")   },
	};
	struct docid_row row;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(docid_decode(cases[i].row, &row), PK_EIO);
	assert_int_equal(docid_decode(S("\1\1\0\0\0\2\0\0\0\3\1\0x\377\0\0"), &row), PK_OK);
	assert_int_equal(row.uid, 2);
}

static void full_page_fits(void **state)
{
	static struct flag_page page, back;
	struct buf b = {0};
	uint64_t modseq, present[2];
	struct key k = key_acct_u32(1, 2, KIND_FLAGS, 3);

	(void)state;
	page.present[0] = UINT64_MAX;
	page.present[1] = UINT64_MAX >> (128 - PAGE_UIDS);
	for (size_t i = 0; i < PAGE_UIDS; i++)
		page.entry[i] = (struct flag_entry){i, UINT64_MAX - i};
	page.modseq = 12345;
	page_encode(&b, &page);
	assert_int_equal(k.n + b.n, 1962); /* DESIGN: with its key */
	assert_int_equal(page_peek(buf_slice(&b), &modseq, present), PK_OK);
	assert_true(modseq == 12345 && present[1] == page.present[1]);
	assert_int_equal(page_decode(buf_slice(&b), &back), PK_OK);
	assert_memory_equal(&page, &back, sizeof page);
	b.p[24] = (char)0xff; /* bits above 119 */
	assert_int_equal(page_peek(buf_slice(&b), &modseq, present), PK_EIO);
	buf_free(&b);
}

static void longest_message_fits(void **state)
{
	static char text[ROW_MAX];
	struct message_row row = {
		.summary_blob = 1,
		.uidl = {text, UIDL_MAX                           },
		.sealed = {text, SEAL_EXTRA + 2 + MESSAGE_INLINE_MAX},
	};
	struct key key = key_acct_u32(1, 2, KIND_MESSAGE, 3);
	struct buf b = {0};

	(void)state;
	message_encode(&b, &row);
	assert_int_equal(key.n + b.n, ROW_MAX);
	assert_true(MESSAGE_INLINE_MAX > PREFIX_MAX);
	buf_free(&b);
}

static void expunged_ranges(void **state)
{
	struct uid_range in[EXPUNGED_RANGES], out[EXPUNGED_RANGES];
	struct buf b = {0};
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < EXPUNGED_RANGES; i++)
		in[i] = (struct uid_range){10 * i + 1, 10 * i + 5};
	expunged_encode(&b, in, EXPUNGED_RANGES);
	assert_true(b.n + 25 < 2030);
	assert_int_equal(expunged_decode(buf_slice(&b), out, &n), PK_OK);
	assert_int_equal(n, EXPUNGED_RANGES);
	assert_memory_equal(in, out, sizeof in);
	for (size_t cut = 0; cut < b.n; cut++)
		assert_int_equal(expunged_decode((struct slice){b.p, cut}, out, &n), PK_EIO);
	buf_clear(&b);
	expunged_encode(&b,
	                (struct uid_range[]){
				{5, 9},
                                {9, 9}
        },
	                2);
	assert_int_equal(expunged_decode(buf_slice(&b), out, &n), PK_EIO);
	buf_clear(&b);
	expunged_encode(&b,
	                (struct uid_range[]){
				{5, 4}
        },
	                1);
	assert_int_equal(expunged_decode(buf_slice(&b), out, &n), PK_EIO);
	buf_clear(&b);
	expunged_encode(&b,
	                (struct uid_range[]){
				{0, 4}
        },
	                1);
	assert_int_equal(expunged_decode(buf_slice(&b), out, &n), PK_EIO);
	buf_free(&b);
}

static bool key_less(struct key a, struct key b)
{
	return slice_cmp(key_slice(&a), key_slice(&b)) < 0;
}

static void keys_sort(void **state)
{
	const uint64_t acct = ACCT(1, 2);

	(void)state;
	assert_true(key_less(key_acct(acct, 0, KIND_ACCOUNT), key_name(acct, KIND_NAME, S("a"))));
	assert_true(key_less(key_acct_u32(acct, 1, KIND_MESSAGE, 255),
	                     key_acct_u32(acct, 1, KIND_MESSAGE, 256)));
	assert_true(key_less(key_acct_u32(acct, 1, KIND_MESSAGE, UINT32_MAX),
	                     key_acct(acct, 2, KIND_COUNTERS)));
	assert_true(key_less(key_acct(acct, ACCT_VAULT, KIND_VAULTED), key_acct(acct + 1, 0, 0)));
	assert_true(key_less(key_acct_expiry(acct, 255, 9), key_acct_expiry(acct, 256, 1)));
	assert_true(key_less(key_u64(255), key_u64(256)));
	assert_true(key_less(key_sched(1, 1ll << 40, 5), key_sched(2, 0, 0)));
	/* A subtree is a range: nothing sorts between a name and its children but they. */
	assert_true(
		key_less(key_name(acct, KIND_NAME, S("a")), key_name(acct, KIND_NAME, S("a/b"))));
	assert_true(key_less(key_name(acct, KIND_NAME, S("a/\xff")),
	                     key_name(acct, KIND_NAME, S("a b"))));
}

static void keys_are_read_back(void **state)
{
	struct key k = key_acct_pair(ACCT(1, 2), 3, KIND_EXPUNGED, 4, 5);
	struct slice s = key_slice(&k);
	char name[NAME_MAX_OCTETS + 1], longest[NAME_MAX_OCTETS];
	struct key named = key_name(1, KIND_NAME, S("a/b/c"));

	(void)state;
	assert_int_equal(s.n, KEY_ACCT_OCTETS + 12);
	assert_true(key_u64_at(s, 0) == ACCT(1, 2));
	assert_int_equal(key_u32_at(s, 8), 3);
	assert_int_equal(k.p[12], KIND_EXPUNGED);
	assert_true(key_u64_at(s, KEY_ACCT_OCTETS) == 4);
	assert_int_equal(key_u32_at(s, KEY_ACCT_OCTETS + 8), 5);
	assert_int_equal(key_u32_at(s, s.n - 3), 0);
	assert_true(key_u64_at(s, SIZE_MAX) == 0);
	assert_true(slice_eq(name_of_key(key_slice(&named), name), S("a/b/c")));
	memset(longest, 'x', sizeof longest);
	assert_true(key_name(1, KIND_NAME, (struct slice){longest, sizeof longest}).n <= KEY_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_back),       cmocka_unit_test(members_come_back),
		cmocka_unit_test(cut_rows_are_refused), cmocka_unit_test(odd_rows_are_refused),
		cmocka_unit_test(full_page_fits),       cmocka_unit_test(longest_message_fits),
		cmocka_unit_test(expunged_ranges),      cmocka_unit_test(keys_sort),
		cmocka_unit_test(keys_are_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
