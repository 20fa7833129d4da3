#include "os/sandbox_parts.h"

#include "base/log.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const mode_words[] = {
	[SANDBOX_REQUIRE] = "require",
	[SANDBOX_BEST_EFFORT] = "best-effort",
	[SANDBOX_OFF] = "off",
};

bool sandbox_mode_of(const char *word, enum sandbox_mode *mode)
{
	for (size_t i = 0; i < sizeof(mode_words) / sizeof(*mode_words); i++)
		if (strcmp(word, mode_words[i]) == 0) {
			*mode = (enum sandbox_mode)i;
			return true;
		}
	return false;
}

const char *sandbox_mode_word(enum sandbox_mode mode)
{
	return mode_words[mode];
}

void sandbox_no_dump(void)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

enum pk_status sandbox_no_rights(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3] = {0};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	uint32_t any = 0;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || syscall(SYS_capget, &head, have) < 0)
		return PK_EUNAVAILABLE;
	for (size_t i = 0; i < sizeof(have) / sizeof(*have); i++)
		any |= have[i].effective | have[i].permitted;
	/* A unit of systemd may have taken away even the right to have fewer. */
	return !any || syscall(SYS_capset, &head, none) == 0 ? PK_OK : PK_EUNAVAILABLE;
}

/* What could not be done, and whether the process may go on without. */
static bool tolerate(const struct sandbox_profile *p, enum sandbox_mode mode, const char *part,
                     enum pk_status st)
{
	bool goes_on = st == PK_OK || mode == SANDBOX_BEST_EFFORT;

	if (st != PK_OK)
		LOG(goes_on ? PK_LOG_WARNING : PK_LOG_ERROR, "sandbox_missing",
		    LOG_CSTR("profile", p->name), LOG_CSTR("part", part),
		    LOG_CSTR("reason", st == PK_ENOTSUP ? "the kernel does not have it"
		                                        : "the kernel refused it"));
	return goes_on;
}

enum pk_status sandbox_enter(enum sandbox_role role, enum sandbox_mode mode, const char *folder)
{
	const struct sandbox_profile *p = &sandbox_profiles[role];

	sandbox_no_dump();
	if (mode == SANDBOX_OFF)
		return PK_OK;
	if ((p->confined && !tolerate(p, mode, "capabilities", sandbox_no_rights())) ||
	    (p->confined && !tolerate(p, mode, "landlock", sandbox_landlock(p, folder))) ||
	    !tolerate(p, mode, "seccomp", sandbox_filter(p)))
		return PK_EUNAVAILABLE;
	return PK_OK;
}

void sandbox_log(enum sandbox_role role, enum sandbox_mode mode)
{
	LOG(mode == SANDBOX_REQUIRE ? PK_LOG_INFO : PK_LOG_WARNING, "sandbox",
	    LOG_CSTR("profile", sandbox_profiles[role].name),
	    LOG_CSTR("mode", sandbox_mode_word(mode)));
}
