#include "os/sandbox_parts.h"

#include <errno.h>
#include <malloc.h>
#include <seccomp.h>
#include <unistd.h>

static uint32_t action_of(const struct sandbox_profile *p, const struct sandbox_call *c)
{
	return c->kind & p->fatal ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW;
}

/* 0, or the negative errno of libseccomp. */
static int add(scmp_filter_ctx filter, uint32_t action, const struct sandbox_call *c)
{
	const uint64_t self = (uint64_t)getpid();
	const struct scmp_arg_cmp conditions[] = {
		[WHEN_BITS] = {.arg = c->argument,
	                       .op = SCMP_CMP_MASKED_EQ,
	                       .datum_a = c->mask,
	                       .datum_b = c->value},
		[WHEN_SELF] = {.arg = 0,                  .op = SCMP_CMP_EQ,               .datum_a = self},
		[WHEN_OTHER] = {.arg = 0,                  .op = SCMP_CMP_NE,               .datum_a = self},
	};

	return seccomp_rule_add_array(filter, action, c->number, c->when != WHEN_ANY,
	                              &conditions[c->when]);
}

static int fill(scmp_filter_ctx filter, const struct sandbox_profile *p)
{
	int error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

	/* The calls that are made most are at the front of a tree, not of a list. */
	if (!error)
		error = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; !error && i < sandbox_call_count; i++) {
		const struct sandbox_call *c = &sandbox_calls[i];

		if (c->kind & (p->fatal | (p->rest_allowed ? 0 : p->allowed)))
			error = add(filter, action_of(p, c), c);
	}
	return error;
}

enum pk_status sandbox_filter(const struct sandbox_profile *p)
{
	scmp_filter_ctx filter =
		seccomp_init(p->rest_allowed ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
	int error;

	if (!filter)
		return PK_ENOMEM;
	error = fill(filter, p);
	/* glibc falls back to clone, whose flags can be looked at. */
	if (!error && !p->rest_allowed)
		error = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (!error)
		error = seccomp_load(filter);
	seccomp_release(filter);
	malloc_trim(0); /* the table took 150 KB */
	return !error ? PK_OK : error == -ENOSYS || error == -EINVAL ? PK_ENOTSUP : PK_EUNAVAILABLE;
}
