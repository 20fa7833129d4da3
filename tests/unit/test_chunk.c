/* Chunks and records: only whole, in their order, under their own key, do they open. */
/* links: store */
#include "unit.h"
#include "volume_fixture.h"

#include "blob_row.h"
#include "dictionary.h"

#include <fcntl.h>

struct chunks_fixture {
	struct scratch dir;
	struct keyring *ring;
	struct crypts *all;
	struct crypt *c;
};

static void begin(struct chunks_fixture *f)
{
	scratch_make(&f->dir);
	assert_int_equal(keyring_open(&f->ring, f->dir.path, fixture_key), PK_OK);
	assert_int_equal(keyring_create(f->ring, FIRST_TENANT), PK_OK);
	assert_int_equal(keyring_create(f->ring, SECOND_TENANT), PK_OK);
	f->all = keyring_crypts(f->ring);
	f->c = crypt_take(f->all);
}

static void end(struct chunks_fixture *f)
{
	crypt_give(f->all, f->c);
	keyring_close(f->ring);
	scratch_remove(&f->dir);
}

static void counts(void **state)
{
	static const struct {
		uint64_t raw, chunks, table, last;
	} cases[] = {
		{0,                 1,     0,     0    },
                {1,                 1,     0,     1    },
                {65536,             1,     0,     65536},
		{65537,             2,     24,    1    },
                {131072,            2,     24,    65536},
                {(uint64_t)1 << 30, 16384, 65552, 65536},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(chunk_count(cases[i].raw), cases[i].chunks);
		assert_int_equal(chunk_table_octets(cases[i].chunks), cases[i].table);
		assert_int_equal(chunk_octets(cases[i].raw, cases[i].chunks - 1), cases[i].last);
	}
}

/* Another number, another length, another end, another key: none opens. */
static void only_itself(void **state)
{
	static const struct chunk chunk = {3, 200000, true, 3392};
	static const struct chunk others[] = {
		{2,		       200000, true,  3392},
                {4,                       200000, true,  3392},
		{3,		       200001, true,  3392},
                {3,                       0,      true,  3392},
		{3,		       200000, false, 3392},
                {3 + ((uint64_t)1 << 32), 200000, true,  3392},
		{3,		       200000, true,  3391},
	};
	struct chunks_fixture f;
	struct body_key key, again, wrong;
	struct buf raw = fixture_bytes(3392, 1, false), sealed = {0}, out = {0};

	(void)state;
	begin(&f);
	assert_int_equal(body_key_new(f.ring, f.c, FIRST_TENANT, &key), PK_OK);
	assert_int_equal(chunk_seal(f.c, &key, &chunk, buf_slice(&raw), &sealed), PK_OK);
	assert_true(sealed.n < raw.n);
	again = (struct body_key){
		.tenant = FIRST_TENANT, .version = 1, .dictionary = key.dictionary};
	memcpy(again.salt, key.salt, SALT_OCTETS);
	assert_int_equal(body_key_derive(f.ring, f.c, &again), PK_OK);
	assert_int_equal(chunk_open(f.c, &again, &chunk, buf_slice(&sealed), &out), PK_OK);
	assert_true(slice_eq(buf_slice(&out), buf_slice(&raw)));

	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(chunk_open(f.c, &key, &others[i], buf_slice(&sealed), &out),
		                 PK_EIO);
	wrong = again;
	wrong.tenant = SECOND_TENANT;
	assert_int_equal(body_key_derive(f.ring, f.c, &wrong), PK_OK);
	assert_int_equal(chunk_open(f.c, &wrong, &chunk, buf_slice(&sealed), &out), PK_EIO);
	memcpy(wrong.key, again.key, sizeof wrong.key);
	assert_int_equal(chunk_open(f.c, &wrong, &chunk, buf_slice(&sealed), &out), PK_EIO);
	wrong = again;
	wrong.dictionary = DICTIONARY_NONE;
	assert_int_equal(chunk_open(f.c, &wrong, &chunk, buf_slice(&sealed), &out), PK_EIO);
	wrong = again;
	wrong.salt[31] ^= 1;
	assert_int_equal(chunk_open(f.c, &wrong, &chunk, buf_slice(&sealed), &out), PK_EIO);
	wrong = again;
	wrong.version = 2;
	assert_int_equal(body_key_derive(f.ring, f.c, &wrong), PK_EIO);
	/* A table is no chunk, a chunk no table. */
	assert_int_equal(table_open(f.c, &key, 200000, buf_slice(&sealed), &out), PK_EIO);
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(
			chunk_open(f.c, &key, &chunk, slice_head(buf_slice(&sealed), n), &out),
			PK_EIO);
	assert_int_equal(out.n, raw.n);
	buf_free(&raw);
	buf_free(&sealed);
	buf_free(&out);
	end(&f);
}

static void record_heads(void **state)
{
	struct record_head head = {0, 1, 1, FIRST_TENANT, (uint64_t)5 << 32 | 9, 1000, 4000, {7}};
	struct record_head got;
	unsigned char bytes[RECORD_HEAD_OCTETS], again[RECORD_HEAD_OCTETS];
	unsigned char file[SEGMENT_HEAD_OCTETS];
	uint32_t format;

	(void)state;
	record_head_put(bytes, &head);
	assert_int_equal(record_head_get(bytes, &got), PK_OK);
	assert_int_equal(got.blob, head.blob);
	assert_int_equal(got.raw, 4000);
	record_head_put(again, &got);
	assert_memory_equal(again, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++) {
		bytes[i] ^= 4;
		assert_int_not_equal(record_head_get(bytes, &got), PK_OK);
		bytes[i] ^= 4;
	}
	segment_head_put(file, 77);
	assert_int_equal(segment_head_get(file, 77, &format), PK_OK);
	assert_int_equal(segment_head_get(file, 78, &format), PK_EIO);
	file[4]++;
	assert_int_equal(segment_head_get(file, 77, &format), PK_ENOTSUP);
	assert_int_equal(format, 2);
}

/* On the disk: chunks of one record swapped, or put over those of another; each octet changed. */
static void read_whole(struct volume_fixture *f, uint64_t id, enum pk_status want)
{
	struct buf got = {0};
	struct blob b;

	assert_int_equal(fixture_blob(f, id, &b), PK_OK);
	assert_int_equal(blob_read(&b, 0, UINT64_MAX, &got), want);
	blob_close(&b);
	buf_free(&got);
}

static void on_disk(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes[2] = {fixture_bytes(3 * CHUNK_OCTETS, 1, true),
	                       fixture_bytes(3 * CHUNK_OCTETS, 2, true)};
	const size_t stored = CHUNK_OCTETS + CRYPT_TAG;
	struct segment *segment;
	struct blob_row row[2];
	uint64_t id[2];
	struct txn t;
	char *was, *swapped;
	char path[400];
	int fd;

	(void)state;
	fixture_make(&f);
	assert_int_equal(txn_begin_read(&f.volume, &t), PK_OK);
	txn_end_read(&t);
	for (int i = 0; i < 2; i++) {
		id[i] = fixture_store(&f, buf_slice(&bytes[i]), 1);
		assert_int_equal(txn_begin_read(&f.volume, &t), PK_OK);
		assert_int_equal(blob_load(&t, id[i], &row[i]), PK_OK);
		txn_end_read(&t);
	}
	assert_int_equal(row[0].record_octets, RECORD_HEAD_OCTETS + 3 * stored + 12 + CRYPT_TAG);
	assert_int_equal(segment_pin(&f.volume, row[0].segment, &segment), PK_OK);
	snprintf(path, sizeof path, "%s/volume/segments/%s", f.dir.path, segment->name);
	fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	was = malloc(row[0].record_octets);
	swapped = malloc(row[0].record_octets);
	assert_int_equal(pread(fd, was, row[0].record_octets, (off_t)row[0].offset),
	                 row[0].record_octets);

	/* First and second chunk change places. */
	memcpy(swapped, was, row[0].record_octets);
	memcpy(swapped + RECORD_HEAD_OCTETS, was + RECORD_HEAD_OCTETS + stored, stored);
	memcpy(swapped + RECORD_HEAD_OCTETS + stored, was + RECORD_HEAD_OCTETS, stored);
	assert_true(pwrite(fd, swapped, row[0].record_octets, (off_t)row[0].offset) > 0);
	read_whole(&f, id[0], PK_EIO);
	/* Everything but the head comes from another body of the same tenant and length. */
	assert_int_equal(pread(fd, swapped, row[0].record_octets, (off_t)row[1].offset),
	                 row[0].record_octets);
	assert_true(pwrite(fd, swapped, row[0].record_octets, (off_t)row[0].offset) > 0);
	read_whole(&f, id[0], PK_EIO);
	assert_true(pwrite(fd, was, row[0].record_octets, (off_t)row[0].offset) > 0);
	read_whole(&f, id[0], PK_OK);
	/* Any octet behind the head. */
	for (size_t at = RECORD_HEAD_OCTETS; at < row[0].record_octets; at += 3001) {
		char changed = (char)(was[at] ^ 0x20);

		assert_int_equal(pwrite(fd, &changed, 1, (off_t)(row[0].offset + at)), 1);
		read_whole(&f, id[0], PK_EIO);
		assert_int_equal(pwrite(fd, &was[at], 1, (off_t)(row[0].offset + at)), 1);
	}
	read_whole(&f, id[0], PK_OK);
	close(fd);
	segment_unpin(&f.volume, segment);
	free(was);
	free(swapped);
	buf_free(&bytes[0]);
	buf_free(&bytes[1]);
	fixture_remove(&f);
}

/* Rows that lie about a record's lengths, or a body cut at a chunk's end. */
static enum pk_status save_it(struct txn *t, void *arg)
{
	struct blob_row *row = arg;

	return blob_save(t, row->refs, row); /* the test keeps the id in refs */
}

static void cut_bodies(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(3 * CHUNK_OCTETS, 1, true);
	const uint64_t stored = CHUNK_OCTETS + CRYPT_TAG;
	struct blob_row row, cut;
	uint64_t id, octets[4], records[4];
	struct txn t;

	(void)state;
	fixture_make(&f);
	id = fixture_store(&f, buf_slice(&bytes), 1);
	assert_int_equal(txn_begin_read(&f.volume, &t), PK_OK);
	assert_int_equal(blob_load(&t, id, &row), PK_OK);
	txn_end_read(&t);
	octets[0] = CHUNK_OCTETS, records[0] = RECORD_HEAD_OCTETS + stored;
	octets[1] = 2 * CHUNK_OCTETS, records[1] = RECORD_HEAD_OCTETS + 2 * stored + 24;
	octets[2] = 3 * CHUNK_OCTETS - 1, records[2] = row.record_octets;
	octets[3] = 0, records[3] = RECORD_HEAD_OCTETS + 3;
	for (size_t i = 0; i < 4; i++) {
		cut = row;
		cut.octets = octets[i];
		cut.record_octets = records[i];
		cut.refs = id;
		assert_int_equal(fixture_write(&f, save_it, &cut), PK_OK);
		if (octets[i])
			read_whole(&f, id, PK_EIO);
	}
	row.refs = id;
	assert_int_equal(fixture_write(&f, save_it, &row), PK_OK);
	read_whole(&f, id, PK_OK);
	buf_free(&bytes);
	fixture_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),       cmocka_unit_test(only_itself),
		cmocka_unit_test(record_heads), cmocka_unit_test(on_disk),
		cmocka_unit_test(cut_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
