#include "os/sandbox_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * landlock(7) by system call. Its version decides what it can take away; the headers of the build
 * machine may be older than the kernel, so what came after version 2 is written here.
 */
#define FS_TRUNCATE  (1ULL << 14) /* version 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* 5 */
#define NET_TCP      3ULL         /* 4: bind, connect */
#define SCOPES       3ULL         /* 6: abstract unix sockets, signals */

struct ruleset {
	uint64_t fs, net, scoped;
};

/* What each version can take away for the first time, and how much of the struct it reads. */
static const struct {
	struct ruleset adds;
	size_t octets;
} versions[] = {
	{{LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1, 0, 0}, 8 },
	{{LANDLOCK_ACCESS_FS_REFER, 0, 0},            8 },
	{{FS_TRUNCATE, 0, 0},                         8 },
	{{0, NET_TCP, 0},			     16},
	{{FS_IOCTL_DEV, 0, 0},                        16},
	{{0, 0, SCOPES},			      24},
};

#define KNOWN ((long)(sizeof(versions) / sizeof(*versions)))

static struct ruleset everything(long version, size_t *octets)
{
	struct ruleset all = {0};

	for (long i = 0; i < version && i < KNOWN; i++) {
		all.fs |= versions[i].adds.fs;
		all.net |= versions[i].adds.net;
		all.scoped |= versions[i].adds.scoped;
		*octets = versions[i].octets;
	}
	return all;
}

static bool add_folder(int rules, uint64_t rights, const char *folder)
{
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
	bool added;

	beneath.parent_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (beneath.parent_fd < 0)
		return false;
	added = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
	close(beneath.parent_fd);
	return added;
}

enum pk_status sandbox_landlock(const struct sandbox_profile *p, const char *folder)
{
	long version =
		syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset all;
	size_t octets = 0;
	int rules;
	bool done;

	if (version < 1)
		return PK_ENOTSUP;
	all = everything(version, &octets);
	rules = (int)syscall(SYS_landlock_create_ruleset, &all, octets, 0);
	if (rules < 0)
		return PK_EUNAVAILABLE;
	done = (!p->folder || add_folder(rules, p->folder & all.fs, folder)) &&
	       prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return done ? PK_OK : PK_EUNAVAILABLE;
}
