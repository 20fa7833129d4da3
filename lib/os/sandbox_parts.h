#ifndef OS_SANDBOX_PARTS_H
#define OS_SANDBOX_PARTS_H

#include "os/sandbox.h"

#include <stddef.h>
#include <stdint.h>

/* What the sandbox is made of; for its own files and its test. */

/* Kinds of system calls: what they are for. */
enum sandbox_kind {
	CALLS_COMMON = 1, /* memory, threads, time, descriptors that are open */
	CALLS_FILES = 2,  /* names of files */
	CALLS_ATTACK = 4, /* a child has no use for them at all */
	CALLS_SYSTEM = 8  /* nor has the supervisor */
};

/* Whether a row is about a call with these arguments. */
enum sandbox_when {
	WHEN_ANY,
	WHEN_BITS, /* the argument has the value, in the bits of the mask */
	WHEN_SELF, /* the first argument is the own process id */
	WHEN_OTHER
};

/* One row a call, or several that are alternatives. */
struct sandbox_call {
	int number;
	enum sandbox_kind kind;
	enum sandbox_when when;
	unsigned argument;
	uint64_t mask, value;
};

extern const struct sandbox_call sandbox_calls[];
extern const size_t sandbox_call_count;

struct sandbox_profile {
	const char *name;
	unsigned allowed, fatal; /* sandbox_kind */
	bool rest_allowed;       /* what neither names; else it fails with EPERM */
	bool confined;           /* by landlock: nothing outside the folder is opened */
	uint64_t folder;         /* below which this may be done: LANDLOCK_ACCESS_FS_ */
};

extern const struct sandbox_profile sandbox_profiles[SANDBOX_ROLES];

/*
 * Each applies its part of the profile. PK_ENOTSUP: the kernel does not have it; PK_EUNAVAILABLE:
 * it refused.
 */
enum pk_status sandbox_filter(const struct sandbox_profile *p);
enum pk_status sandbox_landlock(const struct sandbox_profile *p, const char *folder);
enum pk_status sandbox_no_rights(void); /* drops all capabilities; none can be gained */

#endif
