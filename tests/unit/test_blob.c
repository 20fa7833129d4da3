/* Bodies in segments: sizes, ranges, references, dedup, aborted batches. */
/* links: store */
#include "unit.h"
#include "volume_fixture.h"

#include "blob_row.h"

static struct slice buf_part(const struct buf *b, size_t from, size_t n)
{
	return slice_head(slice_skip(buf_slice(b), from), n);
}

static const size_t sizes[] = {
	0,
	1,
	100,
	4096,
	CHUNK_OCTETS - 1,
	CHUNK_OCTETS,
	CHUNK_OCTETS + 1,
	2 * CHUNK_OCTETS,
	3 * CHUNK_OCTETS + 77,
	INGEST_SMALL - 1,
	INGEST_SMALL,
	INGEST_SMALL + 1,
	5 * CHUNK_OCTETS,
	1000000,
};

static void all_sizes(unsigned threads)
{
	struct volume_fixture f = {.threads = threads};

	fixture_make(&f);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (int noise = 0; noise < 2; noise++) {
			struct buf bytes = fixture_bytes(sizes[i], (unsigned)i, noise);
			uint64_t id = fixture_store(&f, buf_slice(&bytes), 1);

			fixture_equal(&f, id, buf_slice(&bytes));
			buf_free(&bytes);
		}
	}
	fixture_close(&f);
	fixture_open(&f);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct buf bytes = fixture_bytes(sizes[i], (unsigned)i, true);
		uint64_t id = fixture_store(&f, buf_slice(&bytes), 1);

		fixture_equal(&f, id, buf_slice(&bytes));
		buf_free(&bytes);
	}
	fixture_remove(&f);
}

static void sizes_one_thread(void **state)
{
	(void)state;
	all_sizes(0);
}

static void sizes_threads(void **state)
{
	(void)state;
	all_sizes(2);
}

/* Ranges that begin and end around every chunk border. */
static void ranges(void **state)
{
	static const int around[] = {-2, -1, 0, 1, 2};
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(4 * CHUNK_OCTETS + 1000, 3, false), got = {0};
	struct blob b;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	id = fixture_store(&f, buf_slice(&bytes), 1);
	assert_int_equal(fixture_blob(&f, id, &b), PK_OK);
	for (size_t i = 0; i < 5 * COUNT(around); i++)
		for (size_t k = i; k < 6 * COUNT(around); k++) {
			int64_t from = (int64_t)(i / 5 * CHUNK_OCTETS) + around[i % 5];
			int64_t to = (int64_t)(k / 5 * CHUNK_OCTETS) + around[k % 5];
			struct slice want;

			if (from < 0 || to < from)
				continue;
			want = buf_part(&bytes, (size_t)from, (size_t)(to - from));
			buf_clear(&got);
			assert_int_equal(blob_read(&b, (uint64_t)from, (uint64_t)(to - from), &got),
			                 PK_OK);
			assert_int_equal(got.n, want.n);
			if (want.n)
				assert_memory_equal(got.p, want.p, want.n);
		}
	buf_clear(&got);
	assert_int_equal(blob_read(&b, UINT64_MAX, UINT64_MAX, &got), PK_OK);
	assert_int_equal(blob_read(&b, bytes.n, 1, &got), PK_OK);
	assert_int_equal(got.n, 0);
	blob_close(&b);
	buf_free(&got);
	buf_free(&bytes);
	fixture_remove(&f);
}

static struct blob_row row_of(struct volume_fixture *f, uint64_t id)
{
	struct blob_row row;
	struct txn t;

	assert_int_equal(txn_begin_read(&f->volume, &t), PK_OK);
	assert_int_equal(blob_load(&t, id, &row), PK_OK);
	txn_end_read(&t);
	return row;
}

static struct segment_row segment_of(struct volume_fixture *f, uint64_t id)
{
	struct key key = key_u64(id);
	struct segment_row row = {0};
	struct slice value;
	struct txn t;

	assert_int_equal(txn_begin_read(&f->volume, &t), PK_OK);
	if (txn_get(&t, TREE_SEG, key_slice(&key), &value) == PK_OK)
		assert_int_equal(segment_decode(value, &row), PK_OK);
	txn_end_read(&t);
	return row;
}

static bool file_there(struct volume_fixture *f, uint64_t id)
{
	char path[400];

	snprintf(path, sizeof path, "%s/volume/segments/%08x-%08x", f->dir.path,
	         (unsigned)(id >> 32), (unsigned)id);
	return !access(path, F_OK);
}

/* References are counted; the bytes die with the last one; a reader keeps them. */
static void references(void **state)
{
	struct volume_fixture f = {0};
	struct buf small = fixture_bytes(5000, 1, true), large = fixture_bytes(300000, 2, true);
	struct buf got = {0};
	struct blob_row first, second;
	struct segment_row seg;
	uint64_t a, b;
	struct blob open;

	(void)state;
	fixture_make(&f);
	a = fixture_store(&f, buf_slice(&small), 3);
	b = fixture_store(&f, buf_slice(&large), 1);
	first = row_of(&f, a);
	second = row_of(&f, b);
	assert_int_equal(first.refs, 3);
	seg = segment_of(&f, first.segment);
	assert_int_equal(seg.octets, SEGMENT_HEAD_OCTETS + first.record_octets);
	assert_int_equal(seg.dead_octets, SEGMENT_HEAD_OCTETS);
	assert_false(seg.large);
	assert_true(segment_of(&f, second.segment).large);

	assert_int_equal(fixture_ref(&f, a, -4), PK_EIO);
	assert_int_equal(fixture_ref(&f, a, -2), PK_OK);
	assert_int_equal(fixture_ref(&f, a, 1), PK_OK);
	fixture_equal(&f, a, buf_slice(&small));
	assert_int_equal(fixture_blob(&f, a, &open), PK_OK);
	assert_int_equal(fixture_ref(&f, a, -2), PK_OK);
	assert_int_equal(fixture_ref(&f, a, 1), PK_ENOTFOUND);
	seg = segment_of(&f, first.segment);
	assert_int_equal(seg.dead_octets, seg.octets);
	assert_int_equal(seg.dead_since_ms, 1000);
	assert_int_equal(seg.state, SEG_OPEN);
	assert_int_equal(blob_read(&open, 0, UINT64_MAX, &got), PK_OK);
	assert_true(slice_eq(buf_slice(&got), buf_slice(&small)));
	blob_close(&open);
	assert_int_equal(fixture_ref(&f, b, -1), PK_OK);

	/* At the next start there is nothing left of either. */
	fixture_close(&f);
	fixture_open(&f);
	assert_false(file_there(&f, first.segment));
	assert_false(file_there(&f, second.segment));
	assert_int_equal(segment_of(&f, first.segment).state, 0);
	buf_free(&got);
	buf_free(&small);
	buf_free(&large);
	fixture_remove(&f);
}

/* Bodies of 32 KiB and more are one within a tenant, and only there. */
static void dedup(void **state)
{
	static const struct {
		size_t octets;
		bool same;
	} cases[] = {
		{32767,  false},
                {32768,  true },
                {70000,  true },
                {400000, true }
        };
	struct volume_fixture f = {0};

	(void)state;
	fixture_make(&f);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf bytes = fixture_bytes(cases[i].octets, (unsigned)i, false);
		uint64_t a = fixture_store(&f, buf_slice(&bytes), 1);
		uint64_t b = fixture_store(&f, buf_slice(&bytes), 2), c;
		uint32_t other = SECOND_TENANT;
		struct fixture_body body;

		assert_int_equal(a == b, cases[i].same);
		assert_int_equal(row_of(&f, b).refs, cases[i].same ? 3 : 2);
		fixture_body(&f, &body, 1 << 20);
		fixture_feed(&f, &body, buf_slice(&bytes), 65536);
		assert_int_equal(fixture_end(&f, &body, &other, 1), PK_OK);
		c = fixture_commit(&f, &body, SECOND_TENANT, 1);
		ingest_free(body.ingest);
		assert_true(c != a && c != b);
		fixture_equal(&f, c, buf_slice(&bytes));

		/* When all are gone, the next one is a blob of its own again. */
		assert_int_equal(fixture_ref(&f, b, cases[i].same ? -3 : -2), PK_OK);
		c = fixture_store(&f, buf_slice(&bytes), 1);
		assert_true(c != b);
		fixture_equal(&f, c, buf_slice(&bytes));
		buf_free(&bytes);
	}
	fixture_remove(&f);
}

/* One body for several tenants: a blob for each, under its own key. */
static void several_tenants(unsigned threads)
{
	static const uint32_t tenants[] = {SECOND_TENANT, FIRST_TENANT, 9, SECOND_TENANT};
	struct volume_fixture f = {.threads = threads};

	fixture_make(&f);
	assert_int_equal(keyring_create(f.keys, 9), PK_OK);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct buf bytes = fixture_bytes(sizes[i], 50 + (unsigned)i, i % 2);
		struct fixture_body body;
		uint64_t id[3];

		fixture_body(&f, &body, 1 << 30);
		fixture_feed(&f, &body, buf_slice(&bytes), 65536);
		assert_int_equal(fixture_end(&f, &body, tenants, COUNT(tenants)), PK_OK);
		for (size_t k = 0; k < 3; k++) {
			id[k] = fixture_commit(&f, &body, tenants[k], 1);
			assert_int_equal(row_of(&f, id[k]).tenant, tenants[k]);
		}
		ingest_free(body.ingest);
		for (size_t k = 0; k < 3; k++)
			fixture_equal(&f, id[k], buf_slice(&bytes));
		buf_free(&bytes);
	}
	assert_int_equal(keyring_destroy(f.keys, 9), PK_OK);
	fixture_remove(&f);
}

static void tenants_one_thread(void **state)
{
	(void)state;
	several_tenants(0);
}

static void tenants_threads(void **state)
{
	(void)state;
	several_tenants(2);
}

/* A write that fails after it named its body is undone; then it is run again. */
struct twice {
	struct fixture_name name;
	int runs, fail_until;
};

static enum pk_status fail_at_first(struct txn *t, void *arg)
{
	struct twice *x = arg;
	enum pk_status st = fixture_name_it(t, &x->name);

	assert_int_equal(st, PK_OK);
	return ++x->runs <= x->fail_until ? PK_EQUOTA : PK_OK;
}

static void aborted(void **state)
{
	static const size_t octets[] = {3000, 40000, 500000};
	const uint32_t tenant = FIRST_TENANT;
	struct volume_fixture f = {0};

	(void)state;
	fixture_make(&f);
	for (size_t i = 0; i < COUNT(octets); i++) {
		struct buf bytes = fixture_bytes(octets[i], 90 + (unsigned)i, true);
		struct fixture_body body;
		struct twice x = {.fail_until = 1};
		struct segment_row seg;

		fixture_body(&f, &body, 1 << 30);
		fixture_feed(&f, &body, buf_slice(&bytes), 65536);
		assert_int_equal(fixture_end(&f, &body, &tenant, 1), PK_OK);
		x.name = (struct fixture_name){body.ingest, FIRST_TENANT, 1, 0};
		/* The batch fails, and is run again alone, which does not. */
		assert_int_equal(fixture_write(&f, fail_at_first, &x), PK_OK);
		assert_int_equal(x.runs, 2);
		fixture_equal(&f, x.name.blob, buf_slice(&bytes));
		assert_int_equal(row_of(&f, x.name.blob).refs, 1);
		/* Both runs fail: nothing is left, and the body may be named again. */
		assert_int_equal(fixture_ref(&f, x.name.blob, -1), PK_OK);
		x = (struct twice){.name = x.name, .fail_until = 2};
		assert_int_equal(fixture_write(&f, fail_at_first, &x), PK_EQUOTA);
		assert_int_equal(fixture_ref(&f, x.name.blob, 1), PK_ENOTFOUND);
		x.fail_until = 0;
		assert_int_equal(fixture_write(&f, fail_at_first, &x), PK_OK);
		/* And a second write of the same ingest is the same blob. */
		assert_int_equal(fixture_commit(&f, &body, FIRST_TENANT, 4), x.name.blob);
		assert_int_equal(row_of(&f, x.name.blob).refs, 5);
		fixture_equal(&f, x.name.blob, buf_slice(&bytes));
		seg = segment_of(&f, row_of(&f, x.name.blob).segment);
		assert_true(seg.dead_octets < seg.octets);
		ingest_free(body.ingest);
		buf_free(&bytes);
	}
	fixture_remove(&f);
}

struct derived {
	uint32_t tenant;
	struct slice bytes;
	uint64_t blob;
};

static enum pk_status put_it(struct txn *t, void *arg)
{
	struct derived *d = arg;

	return blob_put(t, d->tenant, d->bytes, &d->blob);
}

static void derived_bodies(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(90000, 5, false);

	(void)state;
	fixture_make(&f);
	for (size_t n = 0; n <= bytes.n; n += 15000) {
		struct derived d = {FIRST_TENANT, slice_head(buf_slice(&bytes), n), 0};

		assert_int_equal(fixture_write(&f, put_it, &d), PK_OK);
		fixture_equal(&f, d.blob, d.bytes);
	}
	assert_int_equal(fixture_write(&f, put_it, &(struct derived){99, S("x"), 0}), PK_EIO);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* After the tenant's key is gone nothing opens. */
static void key_gone(void **state)
{
	struct volume_fixture f = {0};
	struct blob b;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	id = fixture_store(&f, S("secret"), 1);
	assert_int_equal(keyring_destroy(f.keys, FIRST_TENANT), PK_OK);
	assert_int_equal(fixture_blob(&f, id, &b), PK_EIO);
	assert_int_equal(keyring_create(f.keys, FIRST_TENANT), PK_OK);
	if (fixture_blob(&f, id, &b) == PK_OK) {
		struct buf got = {0};

		assert_int_equal(blob_read(&b, 0, 1, &got), PK_EIO);
		blob_close(&b);
		buf_free(&got);
	}
	assert_int_equal(fixture_blob(&f, id + 1, &b), PK_ENOTFOUND);
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_one_thread),
		cmocka_unit_test(sizes_threads),
		cmocka_unit_test(ranges),
		cmocka_unit_test(references),
		cmocka_unit_test(dedup),
		cmocka_unit_test(tenants_one_thread),
		cmocka_unit_test(tenants_threads),
		cmocka_unit_test(aborted),
		cmocka_unit_test(derived_bodies),
		cmocka_unit_test(key_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
