/* Claims of the directory: one owner a name, ids that never come back. */
/* links: store */
#include "unit.h"

#include "directory.h"

#include <postkeep/buf.h>

#include <stdlib.h>
#include <unistd.h>

struct fixture {
	char path[64], file[2][80];
	struct directory *d;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	snprintf(f->path, sizeof(f->path), "/tmp/pk-directory-XXXXXX");
	assert_non_null(mkdtemp(f->path));
	snprintf(f->file[0], sizeof(f->file[0]), "%s/data.mdb", f->path);
	snprintf(f->file[1], sizeof(f->file[1]), "%s/lock.mdb", f->path);
	assert_int_equal(directory_open(&f->d, f->path), PK_OK);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	directory_close(f->d);
	unlink(f->file[0]);
	unlink(f->file[1]);
	rmdir(f->path);
	free(f);
	return 0;
}

static void reopen(struct fixture *f)
{
	directory_close(f->d);
	assert_int_equal(directory_open(&f->d, f->path), PK_OK);
}

static void a_claim_counts_when_it_is_active(void **state)
{
	struct fixture *f = *state;
	struct place p;
	uint32_t id;

	assert_int_equal(directory_claim_tenant(f->d, S("acme"), 3, &id), PK_OK);
	assert_int_equal(id, 1);
	assert_int_equal(directory_tenant(f->d, S("acme"), &p), PK_ENOTFOUND);
	assert_int_equal(directory_activate(f->d, false, S("acme")), PK_OK);
	reopen(f);
	assert_int_equal(directory_tenant(f->d, S("acme"), &p), PK_OK);
	assert_true(p.tenant == 1 && p.volume == 3);
	assert_int_equal(directory_activate(f->d, false, S("other")), PK_ENOTFOUND);
	assert_int_equal(directory_tenant(f->d, S(""), &p), PK_ENOTFOUND);
}

static void a_name_has_one_owner(void **state)
{
	struct fixture *f = *state;
	struct place a = {1, 1}, b = {2, 1}, p;
	uint32_t id;

	assert_int_equal(directory_claim_tenant(f->d, S("acme"), 1, &id), PK_OK);
	assert_int_equal(directory_claim_tenant(f->d, S("acme"), 1, &id), PK_EEXISTS);
	assert_int_equal(directory_claim_tenant(f->d, S("No"), 1, &id), PK_EINVAL);
	assert_int_equal(directory_claim_domain(f->d, S("example.org"), &a), PK_OK);
	assert_int_equal(directory_claim_domain(f->d, S("example.org"), &b), PK_EEXISTS);
	/* A tenant and a domain may have the same name. */
	assert_int_equal(directory_claim_domain(f->d, S("acme"), &a), PK_OK);
	assert_int_equal(directory_activate(f->d, true, S("example.org")), PK_OK);
	assert_int_equal(directory_domain(f->d, S("example.org"), &p), PK_OK);
	assert_int_equal(p.tenant, 1);
	assert_int_equal(directory_domain(f->d, S("acme"), &p), PK_ENOTFOUND);
}

static void ids_do_not_come_back(void **state)
{
	struct fixture *f = *state;
	uint32_t id;

	for (uint32_t i = 1; i <= 5; i++) {
		assert_int_equal(directory_claim_tenant(f->d, S("acme"), 1, &id), PK_OK);
		assert_int_equal(id, i);
		assert_int_equal(directory_release(f->d, false, S("acme")), PK_OK);
		reopen(f);
	}
	assert_int_equal(directory_release(f->d, false, S("acme")), PK_ENOTFOUND);
}

static enum pk_status gather(void *arg, struct slice name, const struct place *p)
{
	struct buf *b = arg;

	buf_printf(b, "%.*s=%u ", (int)name.n, name.p, p->tenant);
	return PK_OK;
}

static enum pk_status stop(void *arg, struct slice name, const struct place *p)
{
	(void)name, (void)p;
	++*(int *)arg;
	return PK_ELIMIT;
}

static void a_walk_shows_active_names_in_order(void **state)
{
	static const struct slice names[] = {S("c"), S("a"), S("b")};
	struct fixture *f = *state;
	struct place p = {9, 1};
	struct buf b = {0};
	uint32_t id;
	int calls = 0;

	for (size_t i = 0; i < COUNT(names); i++) {
		assert_int_equal(directory_claim_tenant(f->d, names[i], 1, &id), PK_OK);
		if (i != 1)
			assert_int_equal(directory_activate(f->d, false, names[i]), PK_OK);
	}
	assert_int_equal(directory_claim_domain(f->d, S("d.example"), &p), PK_OK);
	assert_int_equal(directory_activate(f->d, true, S("d.example")), PK_OK);
	assert_int_equal(directory_each(f->d, false, gather, &b), PK_OK);
	assert_true(slice_eq(buf_slice(&b), S("b=3 c=1 ")));
	buf_clear(&b);
	assert_int_equal(directory_each(f->d, true, gather, &b), PK_OK);
	assert_true(slice_eq(buf_slice(&b), S("d.example=9 ")));
	assert_int_equal(directory_each(f->d, false, stop, &calls), PK_ELIMIT);
	assert_int_equal(calls, 1);
	buf_free(&b);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_claim_counts_when_it_is_active),
		CASE(a_name_has_one_owner),
		CASE(ids_do_not_come_back),
		CASE(a_walk_shows_active_names_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
