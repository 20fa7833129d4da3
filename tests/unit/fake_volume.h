#ifndef FAKE_VOLUME_H
#define FAKE_VOLUME_H

/*
 * A real volume on a memory disk with bodies, quota and settings played here, so that the rules of
 * mailboxes can be watched alone: each reference to a blob and all usage is summed up.
 */
#include "blob.h"
#include "mailbox.h"
#include "quota.h"
#include "segment.h"
#include "tenant.h"
#include "volume.h"
#include "writer.h"

#include <ftw.h>
#include <lmdb.h>
#include <sys/stat.h>

#define FAKE_BLOBS 512
static struct {
	struct volume volume;
	char path[64];
	struct txn txn;
	struct touched *touched;
	int64_t refs[FAKE_BLOBS]; /* by blob id */
	int64_t octets, messages, mailboxes;
	uint64_t next_blob;
	uint64_t vault_days;
	uint64_t mailboxes_limit;
} fake;

/* What a new account has beside INBOX. */
static const struct first_mailboxes fake_first = {
	.n = 5,
	.of = {{"Drafts", PK_MB_DRAFTS},
               {"Sent", PK_MB_SENT},
               {"Junk", PK_MB_JUNK},
               {"Trash", PK_MB_TRASH},
               {"Archive", PK_MB_ARCHIVE}},
};

enum pk_status segments_open(struct volume *v)
{
	(void)v;
	return PK_OK;
}
enum pk_status segments_check(const char *dir)
{
	(void)dir;
	return PK_OK;
}
void segments_close(struct volume *v)
{
	(void)v;
}
enum pk_status blob_ref(struct txn *t, uint64_t blob, int64_t by)
{
	(void)t;
	assert_in_range(blob, 1, FAKE_BLOBS - 1);
	fake.refs[blob] += by;
	assert_true(fake.refs[blob] >= 0);
	return PK_OK;
}
enum pk_status blob_put(struct txn *t, uint32_t tenant, struct slice bytes, uint64_t *blob)
{
	(void)t;
	(void)tenant;
	assert_true(bytes.n > 0);
	*blob = fake.next_blob++;
	fake.refs[*blob]++;
	return PK_OK;
}
enum pk_status quota_add(struct account *a, int64_t octets, int64_t messages, int64_t mailboxes)
{
	a->row.octets += (uint64_t)octets;
	a->row.messages += (uint64_t)messages;
	a->row.mailboxes += (uint32_t)mailboxes;
	fake.octets += octets;
	fake.messages += messages;
	fake.mailboxes += mailboxes;
	return PK_OK;
}
enum pk_status quota_check_mailboxes(struct account *a, uint32_t more)
{
	return a->row.mailboxes + more > fake.mailboxes_limit ? PK_EQUOTA : PK_OK;
}
enum pk_status setting_number(struct txn *t, uint64_t acct, uint32_t domain, const char *name,
                              uint64_t *value)
{
	(void)t;
	(void)acct;
	(void)domain;
	assert_string_equal(name, "vault.days");
	*value = fake.vault_days;
	return PK_OK;
}

static int fake_remove(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void fake_open(void)
{
	const struct volume_options options = {
		.map_octets = 1ull << 30, .no_sync = true, .reserve_octets = 1};

	memset(&fake, 0, sizeof(fake));
	fake.next_blob = FAKE_BLOBS / 2;
	fake.vault_days = 14;
	fake.mailboxes_limit = LIMIT_NONE;
	snprintf(fake.path, sizeof(fake.path), "/dev/shm/pk-unit-XXXXXX");
	assert_non_null(mkdtemp(fake.path));
	assert_int_equal(volume_open(&fake.volume, fake.path, 1, &options, NULL), PK_OK);
}

static void fake_close(void)
{
	volume_close(&fake.volume);
	nftw(fake.path, fake_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static struct txn *fake_begin(void)
{
	fake.txn = (struct txn){.volume = &fake.volume,
	                        .write = true,
	                        .now_ms = 1700000000000,
	                        .touched = &fake.touched};
	assert_int_equal(mdb_txn_begin(fake.volume.env, NULL, 0, &fake.txn.mdb), 0);
	return &fake.txn;
}

/* Whether a mailbox was touched; forgets all. */
static bool fake_commit(uint64_t acct, uint32_t mbox)
{
	bool found = false;

	assert_int_equal(fake.txn.failed, PK_OK);
	assert_int_equal(mdb_txn_commit(fake.txn.mdb), 0);
	while (fake.touched) {
		struct touched *t = fake.touched;

		fake.touched = t->next;
		found |= t->acct == acct && t->mbox == mbox;
		free(t);
	}
	return found;
}

#endif
