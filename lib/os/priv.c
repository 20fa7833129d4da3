#include "os/priv.h"

#include <postkeep/slice.h>

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum pk_status priv_find(const char *name, struct priv_user *user)
{
	const struct passwd *p = getpwnam(name);
	uint64_t number;

	if (!p && slice_number(slice_str(name), UINT32_MAX - 1, &number)) {
		p = getpwuid((uid_t)number);
		*user = (struct priv_user){(uid_t)number, (gid_t)number};
		if (!p)
			return PK_OK;
	}
	if (!p)
		return PK_ENOTFOUND;
	*user = (struct priv_user){p->pw_uid, p->pw_gid};
	return PK_OK;
}

struct priv_user priv_own(void)
{
	return (struct priv_user){geteuid(), getegid()};
}

bool priv_may_change(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3] = {0};
	const uint32_t needed = 1U << CAP_SETUID | 1U << CAP_SETGID;

	return syscall(SYS_capget, &head, have) == 0 && (have[0].effective & needed) == needed;
}

bool priv_become(const struct priv_user *user)
{
	return setgroups(0, NULL) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
	       setresuid(user->uid, user->uid, user->uid) == 0;
}
