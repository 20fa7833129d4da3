#include "drive.h"

/* Sees the store's sessions, whose struct has the name of the host's. */
#include "call.h"
#include "mailbox.h"
#include "volume.h"
#include "writer.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

bool drive_store_has_bodies(struct drive *d)
{
	for (struct peer *p = drive_store(d)->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			if (s->bodies || s->staged)
				return true;
	return false;
}

void drive_hold_bells(struct drive *d)
{
	for (struct peer *p = drive_store(d)->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			s->rung = true;
}

#define SPOILED_FROM_END 1500

struct loss {
	struct write write; /* first */
	uint64_t acct;
	uint32_t uid;
	bool done;
};

static enum pk_status lose_row(struct write *w, struct txn *t)
{
	struct loss *l = (struct loss *)(void *)w;
	struct account a;
	struct mailbox m = {0};
	struct key key;
	enum pk_status st = account_load(t, l->acct, &a);

	if (st == PK_OK)
		st = mailbox_find(&a, S("INBOX"), &m);
	key = key_acct_u32(l->acct, m.id, KIND_MESSAGE, l->uid);
	if (st == PK_OK)
		st = txn_del(t, TREE_ACCT, key_slice(&key));
	mailbox_drop(&m);
	return st;
}

static void lost_row(struct write *w)
{
	assert(w->status == PK_OK);
	((struct loss *)(void *)w)->done = true;
}

void drive_lose_row(struct drive *d, uint32_t uid)
{
	struct server *store = drive_store(d);
	struct loss l = {.uid = uid};

	l.write.apply = lose_row;
	l.write.done = lost_row;
	for (struct peer *p = store->peers; p; p = p->next)
		for (struct session *s = p->sessions; s; s = s->hh.next)
			l.acct = s->acct ? s->acct : l.acct;
	writer_submit(store->volumes[0]->writer, &l.write);
	while (!l.done)
		drive_run(d);
}

static void spoil_file(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDWR);
	off_t from = lseek(fd, 0, SEEK_END) - SPOILED_FROM_END;
	char octets[64];

	if (fd < 0 || from < 0)
		return;
	assert(pread(fd, octets, sizeof(octets), from) == sizeof(octets));
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] ^= 0x55;
	assert(pwrite(fd, octets, sizeof(octets), from) == sizeof(octets));
	close(fd);
}

void drive_spoil_last_body(struct drive *d)
{
	char path[4096];
	DIR *folder;

	snprintf(path, sizeof(path), "%s/segments", drive_store(d)->volumes[0]->path);
	folder = opendir(path);
	assert(folder);
	for (struct dirent *e; (e = readdir(folder));)
		if (e->d_name[0] != '.')
			spoil_file(dirfd(folder), e->d_name);
	closedir(folder);
}
