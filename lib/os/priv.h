#ifndef OS_PRIV_H
#define OS_PRIV_H

#include <postkeep/status.h>

#include <stdbool.h>
#include <sys/types.h>

/* The user that a process runs as. */
struct priv_user {
	uid_t uid;
	gid_t gid;
};

/*
 * A user by name, or by number, which need not have a name; then its group has the same number.
 * PK_ENOTFOUND: there is none.
 */
enum pk_status priv_find(const char *name, struct priv_user *user);

struct priv_user priv_own(void);

/* Whether this process may start others of another user: root, or who has CAP_SETUID, CAP_SETGID.
 */
bool priv_may_change(void);

/*
 * Becomes the user, in its group and no other, for ever. False: errno says why, and the process
 * must not go on.
 */
bool priv_become(const struct priv_user *user);

#endif
