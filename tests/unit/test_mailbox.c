/* The rules of mailboxes: UIDs, modseqs, counters, flags, keywords, the log of expunged ones. */
/* links: store */
#include "unit.h"

#include "fake_volume.h"
#include "mailbox_copy.h"
#include "mailbox_parts.h"
#include "vault.h"

#define USER ACCT(7, 9)

static struct account account;
static struct mailbox inbox;

static void begin(void)
{
	assert_int_equal(account_load(fake_begin(), USER, &account), PK_OK);
	assert_int_equal(mailbox_find(&account, S("inbox"), &inbox), PK_OK);
}

static bool end(void)
{
	assert_int_equal(mailbox_save(&inbox), PK_OK);
	assert_int_equal(account_save(&account), PK_OK);
	mailbox_drop(&inbox);
	return fake_commit(USER, inbox.id);
}

static int set_up(void **state)
{
	(void)state;
	fake_open();
	assert_int_equal(account_create(fake_begin(), USER, 3, &fake_first), PK_OK);
	assert_true(fake_commit(USER, 0));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fake_close();
	return 0;
}

static uint32_t add_to(struct mailbox *m, uint64_t flags)
{
	struct message_new new = {
		.row = {.blob = 1 + m->row.uidnext % 200,
	                .octets = 100 + m->row.uidnext,
	                .savedate_ms = 5000 + m->row.uidnext,
	                .sealed = S("sealed")},
		.flags = flags
        };
	uint32_t uid;

	assert_int_equal(blob_ref(m->txn, new.row.blob, 1), PK_OK);
	assert_int_equal(mailbox_add(m, &new, &uid), PK_OK);
	return uid;
}

static void fill(uint32_t n, uint64_t flags)
{
	begin();
	for (uint32_t i = 0; i < n; i++)
		add_to(&inbox, flags);
	end();
}

struct sums {
	uint32_t exists, unseen, deleted;
	uint64_t octets, max_modseq;
	uint32_t last;
};

static enum pk_status sum(void *arg, uint32_t uid, const struct flag_entry *e)
{
	struct sums *s = arg;
	struct message_row row;

	assert_true(uid > s->last);
	s->last = uid;
	s->exists++;
	s->unseen += !(e->flags & PK_SEEN);
	s->deleted += !!(e->flags & PK_DELETED);
	if (e->modseq > s->max_modseq)
		s->max_modseq = e->modseq;
	assert_int_equal(mailbox_message(&inbox, uid, &row), PK_OK);
	s->octets += row.octets;
	return PK_OK;
}

static void counters_are_sums(void)
{
	struct sums s = {0};

	assert_int_equal(mailbox_each(&inbox, 0, UINT32_MAX, sum, &s), PK_OK);
	assert_int_equal(inbox.row.exists, s.exists);
	assert_int_equal(inbox.row.unseen, s.unseen);
	assert_int_equal(inbox.row.deleted, s.deleted);
	assert_int_equal(inbox.row.octets, s.octets);
	assert_true(s.max_modseq <= inbox.row.modseq);
	assert_true(s.last < inbox.row.uidnext);
}

static void new_account_has_its_mailboxes(void **state)
{
	static const char *const names[] = {"INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"};
	uint32_t validity[COUNT(names)];
	struct mailbox m;

	(void)state;
	begin();
	assert_int_equal(account.row.mailboxes, COUNT(names));
	assert_int_equal(account.row.subscriptions, COUNT(names));
	assert_int_equal(account.row.domain, 3);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(mailbox_find(&account, slice_str(names[i]), &m), PK_OK);
		assert_int_equal(m.row.uidnext, 1);
		assert_true(m.row.modseq >= 1);
		validity[i] = m.row.uidvalidity;
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(validity[k], validity[i]);
		mailbox_drop(&m);
	}
	assert_false(end());
	assert_int_equal(account_create(fake_begin(), USER, 3, &fake_first), PK_EEXISTS);
	fake_commit(0, 0);
}

static void added_messages_count(void **state)
{
	struct flag_entry e;
	struct message_row row;

	(void)state;
	begin();
	for (uint32_t i = 1; i <= 300; i++)
		assert_int_equal(add_to(&inbox, i % 3 ? PK_SEEN : PK_DELETED), i);
	assert_true(end());
	begin();
	assert_int_equal(inbox.row.exists, 300);
	assert_int_equal(inbox.row.unseen, 100);
	assert_int_equal(inbox.row.deleted, 100);
	assert_int_equal(inbox.row.oldest_ms, 5001);
	assert_true(account.row.messages == 300 && account.row.octets == inbox.row.octets);
	counters_are_sums();
	assert_int_equal(mailbox_flags(&inbox, 300, &e), PK_OK);
	assert_true(e.flags == PK_DELETED && e.modseq == inbox.row.modseq);
	assert_int_equal(mailbox_flags(&inbox, 301, &e), PK_EEXPUNGED);
	assert_int_equal(mailbox_flags(&inbox, 0, &e), PK_EEXPUNGED);
	assert_int_equal(mailbox_message(&inbox, 120, &row), PK_OK);
	assert_int_equal(row.docid, 120);
	assert_true(slice_eq(row.sealed, S("sealed")));
	end();
}

static void unchanged_flags_change_nothing(void **state)
{
	uint64_t before;

	(void)state;
	fill(5, 0);
	begin();
	before = account.row.modseq;
	assert_int_equal(mailbox_set_flags(&inbox, 3, 0), PK_OK);
	assert_false(end());
	assert_false(fake.txn.changed);
	begin();
	assert_int_equal(account.row.modseq, before);
	assert_int_equal(mailbox_set_flags(&inbox, 3, PK_SEEN), PK_OK);
	assert_int_equal(mailbox_set_flags(&inbox, 4, PK_SEEN | PK_DELETED), PK_OK);
	assert_true(end());
	begin();
	assert_int_equal(account.row.modseq, before + 1); /* one step a transaction */
	assert_int_equal(inbox.row.unseen, 3);
	assert_int_equal(inbox.row.deleted, 1);
	counters_are_sums();
	assert_int_equal(mailbox_set_flags(&inbox, 6, 0), PK_EEXPUNGED);
	end();
}

static void page_knows_its_greatest_modseq(void **state)
{
	struct key key;
	struct slice value;
	uint64_t modseq, present[2];

	(void)state;
	fill(130, 0);
	begin();
	key = key_acct_u32(USER, inbox.id, KIND_FLAGS, 0);
	assert_int_equal(mailbox_remove(&inbox, 7, TO_VAULT, BY_CLIENT), PK_OK);
	end();
	begin();
	assert_int_equal(txn_get(&fake.txn, TREE_ACCT, key_slice(&key), &value), PK_OK);
	assert_int_equal(page_peek(value, &modseq, present), PK_OK);
	assert_true(modseq == inbox.row.modseq); /* an expunge raises it too */
	assert_false(present[0] >> 7 & 1);
	end();
}

static void removed_messages_are_in_the_vault(void **state)
{
	struct vault_row v;
	struct message_row row;
	uint8_t bit;

	(void)state;
	fill(3, 0);
	begin();
	assert_int_equal(mailbox_keyword(&inbox, S("$Label1"), true, &bit), PK_OK);
	assert_int_equal(mailbox_set_flags(&inbox, 2, PK_SEEN | 1ull << bit), PK_OK);
	assert_int_equal(mailbox_remove(&inbox, 2, TO_VAULT, BY_CLIENT), PK_OK);
	assert_int_equal(mailbox_remove(&inbox, 2, TO_VAULT, BY_CLIENT), PK_EEXPUNGED);
	assert_int_equal(mailbox_message(&inbox, 2, &row), PK_EEXPUNGED);
	end();
	begin();
	counters_are_sums();
	assert_int_equal(account.row.messages, 2);
	assert_int_equal(vault_load(&account), PK_OK);
	assert_int_equal(account.vault.messages, 1);
	assert_int_equal(account.vault.octets, 102);
	assert_int_equal(vault_get(&account, 1, &v), PK_OK);
	assert_true(v.uid == 2 && v.mbox == inbox.id && v.uidvalidity == inbox.row.uidvalidity);
	assert_true(slice_eq(v.mailbox, S("INBOX")) && slice_eq(v.keywords, S("$Label1")));
	assert_true(v.flags == (PK_SEEN | 1ull << bit) && v.by == BY_CLIENT);
	assert_true(v.removed_ms == fake.txn.now_ms &&
	            v.expires_ms == fake.txn.now_ms + 14 * 86400000ll);
	assert_int_equal(vault_message(&account, 1, &row), PK_OK);
	assert_true(row.blob == 3 && slice_eq(row.sealed, S("sealed")));
	assert_int_equal(fake.refs[3], 1); /* it still holds its body */
	end();
}

static void longest_vault_row_fits(void **state)
{
	char name[NAME_MAX_OCTETS + 1], keyword[KEYWORD_MAX + 1];
	struct mailbox m;
	struct vault_row v;
	uint64_t flags = 0;
	uint8_t bit;

	(void)state;
	begin();
	memset(name, 'n', NAME_MAX_OCTETS);
	assert_int_equal(mailbox_create(&account, (struct slice){name, NAME_MAX_OCTETS}, 0, &m),
	                 PK_OK);
	for (unsigned i = 0; i < PK_KEYWORDS_MAX; i++) {
		memset(keyword, 'k', KEYWORD_MAX);
		snprintf(keyword + KEYWORD_MAX - 3, 4, "%03u", i);
		assert_int_equal(mailbox_keyword(&m, slice_str(keyword), true, &bit), PK_OK);
		flags |= 1ull << bit;
	}
	add_to(&m, flags);
	assert_int_equal(mailbox_remove(&m, 1, TO_VAULT, BY_CLIENT), PK_OK);
	assert_int_equal(mailbox_save(&m), PK_OK);
	mailbox_drop(&m);
	end();
	begin();
	assert_int_equal(vault_get(&account, 1, &v), PK_OK);
	assert_int_equal(v.mailbox.n, NAME_MAX_OCTETS);
	assert_int_equal(v.keywords.n, 13 * (KEYWORD_MAX + 1) - 1); /* as many as fit */
	end();
}

static void vault_expires(void **state)
{
	struct key sched = key_sched(SCHED_VAULT, 0, 0);
	struct slice key, value;
	size_t done;

	(void)state;
	fill(10, 0);
	begin();
	for (uint32_t uid = 1; uid <= 9; uid++)
		assert_int_equal(mailbox_remove(&inbox, uid, TO_VAULT, BY_CLIENT), PK_OK);
	end();
	begin();
	assert_int_equal(txn_first(&fake.txn, TREE_SCHED, (struct slice){0}, key_slice(&sched),
	                           &key, &value),
	                 PK_OK);
	assert_int_equal(key_u64_at(key, 1) % 3600000, 0);
	assert_true(key_u64_at(key, 1) > (uint64_t)fake.txn.now_ms + 14 * 86400000ll);
	assert_true(key_u64_at(key, 9) == USER);
	assert_int_equal(vault_expire(&account, fake.txn.now_ms + 14 * 86400000ll, 100, &done),
	                 PK_OK);
	assert_int_equal(done, 0); /* not before its time */
	assert_int_equal(vault_expire(&account, fake.txn.now_ms + 15 * 86400000ll, 4, &done),
	                 PK_OK);
	assert_int_equal(done, 4);
	assert_true(fake.refs[2] == 0 && fake.refs[5] == 0 && fake.refs[6] == 1);
	assert_int_equal(vault_expire(&account, fake.txn.now_ms + 15 * 86400000ll, 100, &done),
	                 PK_OK);
	assert_int_equal(done, 5);
	end();
	begin();
	assert_int_equal(vault_load(&account), PK_OK);
	assert_true(account.vault.messages == 0 && account.vault.octets == 0);
	assert_true(account.vault.next_vid == 10); /* never given again */
	assert_int_equal(fake.refs[10], 0);
	assert_int_equal(fake.refs[11], 1); /* the one that stayed */
	end();
}

static void without_a_vault_bodies_go_at_once(void **state)
{
	struct vault_row v;

	(void)state;
	fill(2, 0);
	fake.vault_days = 0;
	begin();
	assert_int_equal(mailbox_remove(&inbox, 1, TO_VAULT, BY_CLIENT), PK_OK);
	assert_int_equal(vault_get(&account, 1, &v), PK_ENOTFOUND);
	end();
	assert_int_equal(fake.refs[2], 0);
	assert_int_equal(fake.refs[3], 1);
}

struct log_sums {
	size_t rows;
	uint64_t uids;
};

static struct log_sums log_of_inbox(uint64_t above)
{
	struct key prefix = key_acct(USER, inbox.id, KIND_EXPUNGED);
	struct log_sums s = {0};
	struct uid_range ranges[EXPUNGED_RANGES];
	struct cursor c;
	size_t n;

	assert_int_equal(cursor_open(&fake.txn, TREE_ACCT, &c), PK_OK);
	for (enum pk_status st = cursor_seek(&c, key_slice(&prefix));
	     st == PK_OK && slice_starts(c.key, key_slice(&prefix)); st = cursor_next(&c)) {
		assert_int_equal(expunged_decode(c.value, ranges, &n), PK_OK);
		assert_true(key_u32_at(c.key, KEY_ACCT_OCTETS + 8) == ranges[0].first);
		s.rows++;
		if (key_u64_at(c.key, KEY_ACCT_OCTETS) <= above)
			continue;
		for (size_t i = 0; i < n; i++)
			s.uids += ranges[i].last - ranges[i].first + 1;
	}
	cursor_close(&c);
	return s;
}

static void log_tells_what_vanished(void **state)
{
	struct log_sums s;
	uint64_t before;

	(void)state;
	fill(1000, 0);
	begin();
	before = inbox.row.modseq;
	for (uint32_t uid = 999; uid > 1; uid -= 2) /* downwards, in pieces */
		assert_int_equal(mailbox_remove(&inbox, uid, TO_VAULT, BY_CLIENT), PK_OK);
	end();
	begin();
	s = log_of_inbox(before);
	assert_int_equal(s.uids, 499);
	assert_int_equal(s.rows, 3); /* 499 ranges, 200 a row */
	assert_int_equal(inbox.row.expunged_rows, 3);
	for (uint32_t uid = 100; uid <= 140; uid += 2)
		assert_int_equal(mailbox_remove(&inbox, uid, TO_VAULT, BY_CLIENT), PK_OK);
	end();
	begin();
	assert_int_equal(log_of_inbox(before + 1).uids, 21);
	assert_int_equal(inbox.row.vanished_floor, 0);
	counters_are_sums();
	end();
}

static void log_is_bounded(void **state)
{
	const uint32_t n = EXPUNGED_ROWS + 50;
	uint64_t first = 0;
	struct log_sums s;

	(void)state;
	fill(n + 1, 0);
	for (uint32_t uid = 1; uid <= n; uid++) {
		begin();
		assert_int_equal(mailbox_remove(&inbox, uid, TO_VAULT, BY_CLIENT), PK_OK);
		end();
		if (uid == 50)
			first = inbox.row.modseq; /* the last that will be forgotten */
	}
	begin();
	s = log_of_inbox(0);
	assert_int_equal(s.rows, EXPUNGED_ROWS);
	assert_int_equal(s.uids, EXPUNGED_ROWS);
	assert_true(inbox.row.vanished_floor == first);
	end();
}

static void keywords(void **state)
{
	static const struct {
		struct slice name;
		enum pk_status st;
	} cases[] = {
		{S("$Forwarded"), PK_OK    },
                {S("$forwarded"), PK_OK    },
                {S("a b"),        PK_EINVAL},
		{S(""),           PK_EINVAL},
                {S("\\Seen"),     PK_EINVAL},
                {S("x]"),         PK_EINVAL},
		{S("\xc3\xa4"),   PK_EINVAL},
                {S("a\x7f"),      PK_EINVAL},
                {S("NonJunk"),    PK_OK    },
		{S("(evil)"),     PK_EINVAL},
                {S("a*"),         PK_EINVAL},
                {S("a%"),         PK_EINVAL},
	};
	char name[KEYWORD_MAX + 2];
	uint64_t bits;
	uint8_t bit, first;

	(void)state;
	begin();
	assert_int_equal(mailbox_keyword(&inbox, S("$Forwarded"), false, &bit), PK_ENOTFOUND);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(mailbox_keyword(&inbox, cases[i].name, true, &bit), cases[i].st);
	assert_int_equal(mailbox_keyword(&inbox, S("$FORWARDED"), false, &first), PK_OK);
	assert_int_equal(first, PK_FIRST_KEYWORD);
	memset(name, 'k', sizeof(name));
	assert_int_equal(mailbox_keyword(&inbox, (struct slice){name, KEYWORD_MAX + 1}, true, &bit),
	                 PK_ELIMIT);
	assert_int_equal(
		mailbox_keyword(&inbox, (struct slice){name, KEYWORD_MAX + 1}, false, &bit),
		PK_ENOTFOUND);
	for (int i = 2; i < PK_KEYWORDS_MAX; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		assert_int_equal(mailbox_keyword(&inbox, slice_str(name), true, &bit), PK_OK);
		assert_int_equal(bit, PK_FIRST_KEYWORD + i);
	}
	assert_int_equal(mailbox_keyword(&inbox, S("onemore"), true, &bit), PK_ELIMIT);
	end();
	begin();
	assert_int_equal(mailbox_keywords(&inbox, S(" nonjunk  k55 "), false, &bits), PK_OK);
	assert_true(bits == (1ull << 9 | 1ull << 63));
	end();
}

static void copies_and_moves(void **state)
{
	struct mailbox junk;
	struct copying copy = {.from = &inbox, .to = &junk};
	struct message_row old, new;
	struct flag_entry e;
	uint64_t next = 1;
	size_t most = SIZE_MAX;
	uint8_t one, other;

	(void)state;
	fill(250, PK_SEEN);
	begin();
	assert_int_equal(mailbox_find(&account, S("Junk"), &junk), PK_OK);
	assert_int_equal(mailbox_keyword(&inbox, S("first"), true, &one), PK_OK);
	assert_int_equal(mailbox_keyword(&inbox, S("second"), true, &one), PK_OK);
	assert_int_equal(mailbox_keyword(&junk, S("SECOND"), true, &other), PK_OK);
	assert_int_not_equal(one, other);
	assert_int_equal(mailbox_set_flags(&inbox, 5, PK_FLAGGED | 1ull << one), PK_OK);
	assert_int_equal(copy_range(&copy, &next, 249, &most, NULL), PK_OK);
	assert_int_equal(copy_finish(&copy), PK_OK);
	assert_int_equal(mailbox_message(&inbox, 5, &old), PK_OK);
	assert_int_equal(mailbox_message(&junk, 5, &new), PK_OK);
	assert_true(old.blob == new.blob &&new.docid > 250 && new.born_ms == old.born_ms);
	assert_memory_equal(old.guid, new.guid, 16);
	assert_true(new.savedate_ms == fake.txn.now_ms &&slice_eq(new.sealed, S("sealed")));
	assert_int_equal(mailbox_flags(&junk, 5, &e), PK_OK);
	assert_true(e.flags == (PK_FLAGGED | 1ull << other));
	assert_int_equal(junk.row.exists, 249);
	assert_int_equal(fake.refs[6], 4); /* of UIDs 5 and 205, twice each */
	copy.move = true;
	next = 100;
	most = 30;
	assert_int_equal(copy_range(&copy, &next, 249, &most, NULL), PK_OK);
	assert_true(next == 130 && most == 0);
	assert_int_equal(mailbox_message(&inbox, 129, &old), PK_EEXPUNGED);
	assert_int_equal(mailbox_message(&junk, 279, &new), PK_OK);
	assert_int_equal(new.docid, 129); /* it moved along */
	assert_int_equal(mailbox_save(&junk), PK_OK);
	mailbox_drop(&junk);
	counters_are_sums();
	end();
	begin();
	assert_int_equal(account.row.messages, 250 + 249);
	assert_int_equal(fake.messages, 250 + 249);
	assert_int_equal(vault_load(&account), PK_OK);
	assert_int_equal(account.vault.messages, 0);
	end();
}

static void copies_into_the_same_mailbox(void **state)
{
	struct copying copy = {.from = &inbox, .to = &inbox};
	uint64_t next = 1;
	size_t most = SIZE_MAX;

	(void)state;
	fill(130, 0);
	begin();
	assert_int_equal(copy_range(&copy, &next, 130, &most, NULL), PK_OK);
	copy.move = true;
	next = 1;
	assert_int_equal(copy_range(&copy, &next, 2, &most, NULL), PK_OK);
	assert_int_equal(copy_finish(&copy), PK_OK);
	end();
	begin();
	assert_int_equal(inbox.row.exists, 260);
	assert_int_equal(inbox.row.uidnext, 263);
	counters_are_sums();
	end();
}

static void uids_end(void **state)
{
	struct message_new new = {.row = {.blob = 1}};
	uint32_t uid;

	(void)state;
	begin();
	inbox.row.uidnext = UINT32_MAX - 1;
	assert_int_equal(mailbox_add(&inbox, &new, &uid), PK_OK);
	assert_int_equal(mailbox_add(&inbox, &new, &uid), PK_ELIMIT);
	inbox.changed = true;
	end();
	begin();
	counters_are_sums();
	end();
}

static void destroyed_account_leaves_nothing(void **state)
{
	bool done = false;
	int calls = 0;
	struct slice key, value;
	struct key prefix = key_u64(USER);

	(void)state;
	fill(100, 0);
	begin();
	for (uint32_t uid = 1; uid <= 50; uid++)
		assert_int_equal(mailbox_remove(&inbox, uid, TO_VAULT, BY_CLIENT), PK_OK);
	end();
	for (; !done; calls++) {
		assert_int_equal(account_destroy(fake_begin(), USER, 100, &done), PK_OK);
		fake_commit(0, 0);
	}
	assert_in_range(calls, 3, 10);
	for (size_t i = 0; i < FAKE_BLOBS; i++)
		assert_int_equal(fake.refs[i], 0);
	assert_true(fake.octets == 0 && fake.messages == 0 && fake.mailboxes == 0);
	assert_int_equal(txn_first(fake_begin(), TREE_ACCT, key_slice(&prefix), (struct slice){0},
	                           &key, &value),
	                 PK_ENOTFOUND);
	fake_commit(0, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_account_has_its_mailboxes),
		TEST(added_messages_count),
		TEST(unchanged_flags_change_nothing),
		TEST(page_knows_its_greatest_modseq),
		TEST(removed_messages_are_in_the_vault),
		TEST(longest_vault_row_fits),
		TEST(vault_expires),
		TEST(without_a_vault_bodies_go_at_once),
		TEST(log_tells_what_vanished),
		TEST(log_is_bounded),
		TEST(keywords),
		TEST(copies_and_moves),
		TEST(copies_into_the_same_mailbox),
		TEST(uids_end),
		TEST(destroyed_account_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
