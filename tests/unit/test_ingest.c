/* Bodies on their way in: memory, credit, limits, leaving at any moment, threads. */
/* links: store */
#include "unit.h"
#include "volume_fixture.h"

#include "ingest_part.h"
#include "segment_set.h"

/* 30 MiB through 64 KiB of credit: what waits in memory stays small. */
static void large_in_little_memory(void **state)
{
	struct volume_fixture f = {.threads = 2};
	struct buf bytes = fixture_bytes(65536, 1, true), got = {0};
	const uint32_t tenant = FIRST_TENANT;
	const unsigned pieces = 480;
	struct fixture_body b;
	size_t most = 0;
	struct blob blob;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	fixture_body(&f, &b, 1 << 26);
	for (unsigned i = 0; i < pieces; i++) {
		size_t held;

		bytes.p[0] = (char)i;
		fixture_feed(&f, &b, buf_slice(&bytes), 65536);
		held = b.ingest->raw.n + FIXTURE_CREDIT;
		most = held > most ? held : most;
		assert_true(b.ingest->raw.cap + b.ingest->work.cap <= 1100000);
	}
	assert_true(most <= INGEST_SMALL + FIXTURE_CREDIT);
	assert_int_equal(ingest_octets(b.ingest), (uint64_t)pieces * 65536);
	assert_false(ingest_small(b.ingest));
	assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_OK);
	id = fixture_commit(&f, &b, FIRST_TENANT, 1);
	ingest_free(b.ingest);
	assert_int_equal(fixture_blob(&f, id, &blob), PK_OK);
	for (unsigned i = 0; i < pieces; i++) {
		buf_clear(&got);
		bytes.p[0] = (char)i;
		assert_int_equal(blob_read(&blob, (uint64_t)i * 65536, 65536, &got), PK_OK);
		assert_true(slice_eq(buf_slice(&got), buf_slice(&bytes)));
	}
	blob_close(&blob);
	buf_free(&got);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* A sender that stalls gets no more room than the limit, and all of it back in the end. */
static void credit(void **state)
{
	static const size_t steps[] = {1, 777, 65536};
	struct buf bytes = fixture_bytes(700001, 1, true);
	const uint32_t tenant = FIRST_TENANT;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct volume_fixture f = {0};
		struct fixture_body b;
		uint64_t id;

		fixture_make(&f);
		fixture_body(&f, &b, 1 << 26);
		fixture_feed(&f, &b, slice_head(buf_slice(&bytes), 600000), steps[i]);
		while (loop_turn(f.loop))
			;
		assert_int_equal(b.granted, 600000);
		assert_int_equal(b.credit, FIXTURE_CREDIT);
		/* Nothing runs now: a quick sender has to wait. */
		b.credit = 0;
		ingest_feed(b.ingest, slice_head(slice_skip(buf_slice(&bytes), 600000), 65536));
		ingest_feed(b.ingest, slice_skip(buf_slice(&bytes), 665536));
		assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_OK);
		id = fixture_commit(&f, &b, FIRST_TENANT, 1);
		ingest_free(b.ingest);
		fixture_equal(&f, id, buf_slice(&bytes));
		fixture_remove(&f);
	}
	buf_free(&bytes);
}

static void waits_for_the_disk(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(65536, 1, true);
	struct fixture_body b;
	unsigned sent = 0;

	(void)state;
	fixture_make(&f);
	fixture_body(&f, &b, 1 << 26);
	for (; b.credit && sent < 100; sent++) {
		b.credit -= 65536;
		ingest_feed(b.ingest, buf_slice(&bytes));
	}
	assert_true(sent < 8);
	while (loop_turn(f.loop))
		;
	assert_int_equal(b.credit, FIXTURE_CREDIT);
	ingest_free(b.ingest);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* Beyond the limit it fails once, goes on taking, and says so at the end. */
static void too_big(void **state)
{
	static const uint64_t limits[] = {0, 1000, 65536, 300000};
	struct buf bytes = fixture_bytes(400000, 1, true);
	const uint32_t tenant = FIRST_TENANT;

	(void)state;
	for (size_t i = 0; i < COUNT(limits); i++)
		for (int disowned = 0; disowned < 2; disowned++) {
			struct volume_fixture f = {0};
			struct fixture_body b;
			struct fixture_name name = {.tenant = FIRST_TENANT, .refs = 1};

			fixture_make(&f);
			fixture_body(&f, &b, limits[i]);
			if (disowned) {
				ingest_disown(b.ingest);
				ingest_feed(b.ingest, buf_slice(&bytes));
			} else {
				fixture_feed(&f, &b, buf_slice(&bytes), 10000);
			}
			assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_ETOOBIG);
			assert_int_equal(b.failed, disowned ? PK_OK : PK_ETOOBIG);
			assert_int_equal(b.granted, disowned ? 0 : bytes.n);
			name.ingest = b.ingest;
			assert_int_equal(fixture_write(&f, fixture_name_it, &name), PK_EINVAL);
			ingest_free(b.ingest);
			fixture_remove(&f);
		}
	buf_free(&bytes);
}

static void no_key(void **state)
{
	static const uint32_t tenants[] = {FIRST_TENANT, 99};
	static const size_t octets[] = {100, 400000};

	(void)state;
	for (size_t i = 0; i < COUNT(octets); i++) {
		struct buf bytes = fixture_bytes(octets[i], 1, true);
		struct volume_fixture f = {0};
		struct fixture_body b;

		fixture_make(&f);
		fixture_body(&f, &b, 1 << 26);
		fixture_feed(&f, &b, buf_slice(&bytes), 10000);
		assert_int_not_equal(fixture_end(&f, &b, tenants, 2), PK_OK);
		ingest_free(b.ingest);
		buf_free(&bytes);
		fixture_remove(&f);
	}
}

/* Freed after any number of turns of the loop: no memory, no file is left over. */
static void leaving(void **state)
{
	static const uint32_t tenants[] = {FIRST_TENANT, SECOND_TENANT};
	static const size_t octets[] = {3000, 100000, 400000};

	(void)state;
	for (size_t i = 0; i < COUNT(octets); i++)
		for (unsigned turns = 0; turns < 12; turns++) {
			struct buf bytes = fixture_bytes(octets[i], 1, true);
			struct volume_fixture f = {0};
			struct fixture_body b;

			fixture_make(&f);
			fixture_body(&f, &b, 1 << 26);
			fixture_feed(&f, &b, buf_slice(&bytes), 65536);
			if (turns >= 2)
				ingest_end(b.ingest, tenants, 2, fixture_ready, &b);
			for (unsigned n = 0; n < turns; n++)
				loop_turn(f.loop);
			ingest_free(b.ingest);
			while (loop_turn(f.loop))
				;
			assert_true(segments_reserve(&f.volume, (uint64_t)64 << 20));
			buf_free(&bytes);
			fixture_remove(&f);
		}
}

/* Memory for small bodies is used up: the next ones go through a large segment, if they can. */
static void memory_short(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(200000, 1, true);
	const uint32_t tenant = FIRST_TENANT;
	struct fixture_body b;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	assert_true(segments_reserve(&f.volume, (uint64_t)64 << 20));
	assert_false(segments_reserve(&f.volume, 1));
	fixture_body(&f, &b, 1 << 26);
	fixture_feed(&f, &b, buf_slice(&bytes), 65536);
	assert_false(ingest_small(b.ingest));
	assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_OK);
	id = fixture_commit(&f, &b, FIRST_TENANT, 1);
	ingest_free(b.ingest);
	fixture_equal(&f, id, buf_slice(&bytes));

	id = fixture_store(&f, slice_head(buf_slice(&bytes), 60000), 1);
	fixture_equal(&f, id, slice_head(buf_slice(&bytes), 60000));
	segments_release(&f.volume, (uint64_t)64 << 20);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* What small bodies take counts from their first octet, whether it was reserved or had to be taken.
 */
static void memory_is_counted_whole(void **state)
{
	const uint64_t most = (uint64_t)64 << 20, ever = (uint64_t)256 << 20;
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(60000, 1, true);
	const uint32_t tenant = FIRST_TENANT;
	struct fixture_body b, c;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	assert_true(segments_reserve(&f.volume, most));
	fixture_body(&f, &b, 1 << 26);
	fixture_feed(&f, &b, buf_slice(&bytes), 7000);
	assert_true(ingest_small(b.ingest));
	assert_int_equal(f.volume.segments->reserved, most + 60000);
	assert_true(segments_reserve_first(&f.volume, ever - most - 60000));
	fixture_body(&f, &c, 1 << 26);
	fixture_feed(&f, &c, S("one too many"), 65536);
	assert_int_equal(c.failed, PK_ENOMEM);
	assert_int_equal(fixture_end(&f, &c, &tenant, 1), PK_ENOMEM);
	ingest_free(c.ingest);
	assert_int_equal(f.volume.segments->reserved, ever);
	assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_OK);
	id = fixture_commit(&f, &b, FIRST_TENANT, 1);
	ingest_free(b.ingest);
	fixture_equal(&f, id, buf_slice(&bytes));
	assert_int_equal(f.volume.segments->reserved, ever - 60000);
	segments_release(&f.volume, ever - 60000);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* Many at once, small and large, with a pool whose queue is nearly always full. */
static void many(void **state)
{
	struct volume_fixture f = {.threads = 3};
	const uint32_t tenants[] = {FIRST_TENANT, SECOND_TENANT};
	struct fixture_body b[24];
	struct buf bytes[24];
	uint64_t id[24][2];

	(void)state;
	fixture_make(&f);
	pool_free(f.pool);
	f.pool = pool_new(f.loop, "pool", f.threads, 2);
	for (unsigned i = 0; i < 24; i++) {
		bytes[i] = fixture_bytes(i % 3 ? 5000 * i + 1 : 50000 * i, i, i % 2);
		fixture_body(&f, &b[i], 1 << 26);
	}
	for (size_t at = 0; at < 1200000; at += 30000)
		for (unsigned i = 0; i < 24; i++)
			fixture_feed(&f, &b[i],
			             slice_head(slice_skip(buf_slice(&bytes[i]), at), 30000),
			             30000);
	for (unsigned i = 0; i < 24; i++)
		ingest_end(b[i].ingest, tenants, 2, fixture_ready, &b[i]);
	for (unsigned i = 0; i < 24; i++) {
		fixture_wait(&f, &b[i].is_ready);
		assert_int_equal(b[i].ready, PK_OK);
		for (unsigned k = 0; k < 2; k++)
			id[i][k] = fixture_commit(&f, &b[i], tenants[k], 1);
		ingest_free(b[i].ingest);
	}
	for (unsigned i = 0; i < 24; i++) {
		fixture_equal(&f, id[i][0], buf_slice(&bytes[i]));
		fixture_equal(&f, id[i][1], buf_slice(&bytes[i]));
		buf_free(&bytes[i]);
	}
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large_in_little_memory),
		cmocka_unit_test(credit),
		cmocka_unit_test(waits_for_the_disk),
		cmocka_unit_test(too_big),
		cmocka_unit_test(no_key),
		cmocka_unit_test(leaving),
		cmocka_unit_test(memory_short),
		cmocka_unit_test(memory_is_counted_whole),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
