#include "online.h"

struct online_user {
	UT_hash_handle hh;
	uint64_t acct, sessions;
};

static struct online_user *find(const struct online *o, uint64_t acct)
{
	struct online_user *u;

	HASH_FIND(hh, o->users, &acct, sizeof(acct), u);
	return u;
}

enum pk_status online_enter(struct online *o, uint64_t acct, uint64_t most)
{
	struct online_user *u = find(o, acct);

	if (u && most && u->sessions >= most)
		return PK_ELIMIT;
	if (!u) {
		u = calloc(1, sizeof(*u));
		if (!u)
			return PK_ENOMEM;
		u->acct = acct;
		HASH_ADD(hh, o->users, acct, sizeof(u->acct), u);
	}
	u->sessions++;
	return PK_OK;
}

static void forget(struct online *o, struct online_user *u)
{
	HASH_DEL(o->users, u);
	free(u);
}

void online_leave(struct online *o, uint64_t acct)
{
	struct online_user *u = find(o, acct);

	if (u && --u->sessions == 0)
		forget(o, u);
}

void online_free(struct online *o)
{
	while (o->users) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the head moves */
		forget(o, o->users);
}
