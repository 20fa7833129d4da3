#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include <postkeep/status.h>

#include <stdbool.h>

/*
 * What a process may still ask of the kernel once it has all it needs. Each kind of process has a
 * profile; landlock(7) holds it to its files, seccomp(2) to its system calls, and it can gain no
 * rights by executing anything. There is no way back.
 *
 * A call outside the profile fails with EPERM, as libraries try what they can do without. One that
 * no library here makes, and that a taken process would make first (execve, socket, connect,
 * ptrace, kill, mount), ends the process with SIGSYS, so that it is seen: sandbox_calls.c.
 */
enum sandbox_role {
	SANDBOX_STORE,      /* files below its folder; threads */
	SANDBOX_HOST,       /* no files; what it accepts on sockets that it was given */
	SANDBOX_METRICS,    /* the same for pkmetrics(8) */
	SANDBOX_SUPERVISOR, /* all that its children need when they start; no mounts, no ptrace */
	SANDBOX_ROLES
};

enum sandbox_mode {
	SANDBOX_REQUIRE,     /* a kernel that cannot do it is an error */
	SANDBOX_BEST_EFFORT, /* what the kernel can do; what is missing is logged */
	SANDBOX_OFF          /* nothing; logged as well */
};

/*
 * Memory of a process that ended is not left on the disk, and nobody of its uid may read it. Before
 * it has secrets.
 */
void sandbox_no_dump(void);

/* require, best-effort, off: as in postkeep.conf(5). */
[[nodiscard]] bool sandbox_mode_of(const char *word, enum sandbox_mode *mode);
const char *sandbox_mode_word(enum sandbox_mode mode);

/*
 * Applies the profile to this process. To be called while it has one thread, when all that is
 * loaded late by libraries is loaded (iconv, time zone, OpenSSL, NSS). folder: for the profiles
 * that have files, the folder below which they lie; it must be there. PK_EUNAVAILABLE: the kernel
 * refused, which was logged.
 */
enum pk_status sandbox_enter(enum sandbox_role role, enum sandbox_mode mode, const char *folder);
void sandbox_log(enum sandbox_role role, enum sandbox_mode mode); /* says what is in force */

#endif
