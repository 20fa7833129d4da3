/* Segment files: turning over, pins, what a start and a power cut leave, compaction, faults. */
/* links: store */
#include "unit.h"
#include "volume_fixture.h"

#include "blob_row.h"
#include "disk.h"
#include "verify.h"

#include "base/formats.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <zlib.h>

static void segment_path(const struct volume_fixture *f, uint64_t id, char path[400])
{
	snprintf(path, 400, "%s/volume/segments/%08x-%08x", f->dir.path, (unsigned)(id >> 32),
	         (unsigned)id);
}

static bool file_there(const struct volume_fixture *f, uint64_t id)
{
	char path[400];

	segment_path(f, id, path);
	return !access(path, F_OK);
}

static unsigned files(const struct volume_fixture *f)
{
	char path[400];
	struct dirent *e;
	unsigned n = 0;
	DIR *d;

	snprintf(path, sizeof path, "%s/volume/segments", f->dir.path);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
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

/* Sum of what the seg rows say, and of what the files hold. */
struct sums {
	uint64_t octets, dead, rows;
};

static uint64_t findings(struct volume_fixture *f)
{
	struct buf rows = {0};
	struct verify v = {.rows = &rows};
	struct txn t;

	assert_int_equal(txn_begin_read(&f->volume, &t), PK_OK);
	v.txn = &t;
	assert_int_equal(verify_segments(&v), PK_OK);
	txn_end_read(&t);
	buf_free(&rows);
	return v.findings;
}

static struct sums sums_of(struct volume_fixture *f)
{
	struct sums s = {0};
	struct cursor c;
	struct txn t;

	assert_int_equal(txn_begin_read(&f->volume, &t), PK_OK);
	assert_int_equal(cursor_open(&t, TREE_SEG, &c), PK_OK);
	for (enum pk_status st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c)) {
		struct segment_row row;

		assert_int_equal(segment_decode(c.value, &row), PK_OK);
		assert_true(row.dead_octets <= row.octets);
		if (row.state == SEG_DEAD) /* its file is gone; the row goes at the next start */
			continue;
		s.octets += row.octets;
		s.dead += row.dead_octets;
		s.rows++;
	}
	cursor_close(&c);
	/* What is not dead is what the blobs' records take. */
	assert_int_equal(cursor_open(&t, TREE_BLOB, &c), PK_OK);
	for (enum pk_status st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c)) {
		struct blob_row row;

		assert_int_equal(blob_decode(c.value, &row), PK_OK);
		s.octets -= row.record_octets;
	}
	cursor_close(&c);
	txn_end_read(&t);
	assert_int_equal(s.octets, s.dead);
	assert_int_equal(findings(f), 0);
	return s;
}

#define SEG_SIZE ((uint64_t)256 * 1024)

/* Many small bodies fill several segments; none crosses an end; all are read after a start. */
static void turning_over(void **state)
{
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}};
	struct buf bytes[60];
	uint64_t id[60];

	(void)state;
	fixture_make(&f);
	for (unsigned i = 0; i < 60; i++) {
		struct blob_row row;

		bytes[i] = fixture_bytes(1000 + i * 500, i, true);
		id[i] = fixture_store(&f, buf_slice(&bytes[i]), 1);
		row = row_of(&f, id[i]);
		assert_true(row.offset + row.record_octets <= SEG_SIZE);
		assert_int_equal(row.segment >> 32, f.volume.epoch);
	}
	assert_true(files(&f) >= 4);
	sums_of(&f);
	for (unsigned i = 0; i < 60; i++)
		fixture_equal(&f, id[i], buf_slice(&bytes[i]));
	fixture_close(&f);
	fixture_open(&f);
	sums_of(&f);
	for (unsigned i = 0; i < 60; i++) {
		fixture_equal(&f, id[i], buf_slice(&bytes[i]));
		buf_free(&bytes[i]);
	}
	/* After the start a new segment is begun. */
	assert_int_equal(row_of(&f, fixture_store(&f, S("x"), 1)).segment >> 32, f.volume.epoch);
	fixture_remove(&f);
}

/* A body larger than a segment has a file of its own; small volumes of segments take all sizes. */
static void larger_than_a_segment(void **state)
{
	struct volume_fixture f = {.options = {.segment_octets = 65536}};

	(void)state;
	fixture_make(&f);
	for (unsigned i = 0; i < 8; i++) {
		struct buf bytes = fixture_bytes(40000u << i >> 1, i, true);
		uint64_t id = fixture_store(&f, buf_slice(&bytes), 1);

		fixture_equal(&f, id, buf_slice(&bytes));
		buf_free(&bytes);
	}
	sums_of(&f);
	fixture_remove(&f);
}

/* A sealed segment goes when its last record is dead, but not from under a reader. */
static void pins(void **state)
{
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}};
	struct buf bytes = fixture_bytes(100000, 1, true), got = {0};
	struct blob open, late;
	struct blob_row row;
	uint64_t id[2], next;

	(void)state;
	fixture_make(&f);
	for (unsigned i = 0; i < 2; i++) {
		bytes.p[0] = (char)i;
		id[i] = fixture_store(&f, buf_slice(&bytes), 1);
	}
	row = row_of(&f, id[0]);
	assert_int_equal(row_of(&f, id[1]).segment, row.segment);
	bytes.p[0] = 2;
	next = fixture_store(&f, buf_slice(&bytes), 1);
	assert_true(row_of(&f, next).segment != row.segment);

	assert_int_equal(fixture_blob(&f, id[0], &open), PK_OK);
	assert_int_equal(fixture_ref(&f, id[0], -1), PK_OK);
	assert_int_equal(fixture_ref(&f, id[1], -1), PK_OK);
	assert_true(file_there(&f, row.segment));
	assert_int_equal(fixture_blob(&f, id[0], &late), PK_ENOTFOUND);
	bytes.p[0] = 0;
	assert_int_equal(blob_read(&open, 0, UINT64_MAX, &got), PK_OK);
	assert_true(slice_eq(buf_slice(&got), buf_slice(&bytes)));
	blob_close(&open);
	assert_false(file_there(&f, row.segment));
	sums_of(&f);
	fixture_close(&f);
	fixture_open(&f);
	sums_of(&f);
	buf_free(&got);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* Pinned by number only: what blob_open does when its transaction is older than the file's end. */
static void reader_of_the_past(void **state)
{
	struct volume_fixture f = {.options = {.segment_octets = 65536}};
	struct buf bytes = fixture_bytes(50000, 1, true);
	uint64_t id, next;
	struct blob b;
	struct txn t;

	(void)state;
	fixture_make(&f);
	id = fixture_store(&f, buf_slice(&bytes), 1);
	bytes.p[0] ^= 1;
	next = fixture_store(&f, buf_slice(&bytes), 1);
	assert_int_equal(txn_begin_read(&f.volume, &t), PK_OK);
	assert_int_equal(fixture_ref(&f, id, -1), PK_OK);
	assert_int_equal(blob_open(&t, id, &b), PK_ENOTFOUND);
	txn_end_read(&t);
	fixture_equal(&f, next, buf_slice(&bytes));
	buf_free(&bytes);
	fixture_remove(&f);
}

/* What was written and never named goes at the next start, or at once. */
static void orphans(void **state)
{
	struct volume_fixture f = {0};
	struct buf bytes = fixture_bytes(1000000, 1, true);
	const uint32_t tenant = FIRST_TENANT;
	struct fixture_body body;
	uint64_t id;

	(void)state;
	fixture_make(&f);
	id = fixture_store(&f, S("something"), 1);
	fixture_body(&f, &body, 1 << 22);
	fixture_feed(&f, &body, buf_slice(&bytes), 65536);
	assert_int_equal(files(&f), 2);
	ingest_free(body.ingest);
	while (loop_turn(f.loop))
		;
	/* The next body begins where the dropped one began. */
	fixture_body(&f, &body, 1 << 22);
	fixture_feed(&f, &body, buf_slice(&bytes), 65536);
	assert_int_equal(fixture_end(&f, &body, &tenant, 1), PK_OK);
	assert_int_equal(row_of(&f, fixture_commit(&f, &body, FIRST_TENANT, 1)).offset,
	                 SEGMENT_HEAD_OCTETS);
	assert_int_equal(files(&f), 2);
	ingest_free(body.ingest);
	sums_of(&f);
	fixture_close(&f);
	fixture_open(&f);
	assert_int_equal(files(&f), 2);
	fixture_equal(&f, id, S("something"));
	sums_of(&f);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* Two large bodies in one segment: the later one is named first; then the earlier, or never. */
static void out_of_order(void **state)
{
	const uint32_t tenant = FIRST_TENANT;
	struct buf bytes[2] = {fixture_bytes(300000, 1, true), fixture_bytes(300000, 2, true)};

	(void)state;
	for (int both = 0; both < 2; both++) {
		struct volume_fixture f = {0};
		struct fixture_body b[2];
		struct blob_row row[2];
		uint64_t id[2] = {0}, before;

		fixture_make(&f);
		for (int i = 0; i < 2; i++) {
			fixture_body(&f, &b[i], 1 << 22);
			fixture_feed(&f, &b[i], buf_slice(&bytes[i]), 65536);
			assert_int_equal(fixture_end(&f, &b[i], &tenant, 1), PK_OK);
		}
		id[1] = fixture_commit(&f, &b[1], FIRST_TENANT, 1);
		row[1] = row_of(&f, id[1]);
		before = sums_of(&f).dead;
		assert_int_equal(before, row[1].offset);
		if (both) {
			id[0] = fixture_commit(&f, &b[0], FIRST_TENANT, 1);
			row[0] = row_of(&f, id[0]);
			assert_int_equal(row[0].segment, row[1].segment);
			assert_int_equal(row[0].offset + row[0].record_octets, row[1].offset);
			assert_int_equal(sums_of(&f).dead, SEGMENT_HEAD_OCTETS);
		}
		for (int i = 0; i < 2; i++)
			ingest_free(b[i].ingest);
		fixture_close(&f);
		fixture_open(&f);
		sums_of(&f);
		fixture_equal(&f, id[1], buf_slice(&bytes[1]));
		if (both)
			fixture_equal(&f, id[0], buf_slice(&bytes[0]));
		fixture_remove(&f);
	}
	buf_free(&bytes[0]);
	buf_free(&bytes[1]);
}

/* What verify tells of rows that are wrong. */
static enum pk_status spoil(struct txn *t, void *arg)
{
	const uint64_t *id = arg;
	struct key key = key_u64(*id);
	struct segment_row row;
	struct buf value = {0};

	assert_int_equal(segment_row_load(t, *id, &row), PK_OK);
	row.dead_octets++;
	segment_encode(&value, &row);
	return put_row(t, TREE_SEG, &key, &value);
}

static enum pk_status forget(struct txn *t, void *arg)
{
	struct key key = key_u64(*(const uint64_t *)arg);

	return txn_del(t, TREE_SEG, key_slice(&key));
}

static void wrong_rows(void **state)
{
	struct volume_fixture f = {0};
	uint64_t segment;

	(void)state;
	fixture_make(&f);
	segment = row_of(&f, fixture_store(&f, S("something"), 1)).segment;
	assert_int_equal(findings(&f), 0);
	assert_int_equal(fixture_write(&f, spoil, &segment), PK_OK);
	assert_int_equal(findings(&f), 1);
	assert_int_equal(fixture_write(&f, forget, &segment), PK_OK);
	assert_int_equal(findings(&f), 1);
	fixture_remove(&f);
}

/* Opened for reading only, after a failed sync: bodies are served, nothing is changed. */
static void read_only(void **state)
{
	struct volume_fixture f = {0};
	const uint32_t tenant = FIRST_TENANT;
	struct buf bytes = fixture_bytes(400000, 1, true);
	struct fixture_body b;
	uint64_t id[2];
	unsigned before;

	(void)state;
	fixture_make(&f);
	id[0] = fixture_store(&f, S("something"), 1);
	id[1] = fixture_store(&f, buf_slice(&bytes), 1);
	before = files(&f);
	fixture_close(&f);
	f.options.read_only = true;
	fixture_open(&f);
	fixture_equal(&f, id[0], S("something"));
	fixture_equal(&f, id[1], buf_slice(&bytes));
	fixture_body(&f, &b, 1 << 22);
	fixture_feed(&f, &b, buf_slice(&bytes), 65536);
	assert_int_equal(fixture_end(&f, &b, &tenant, 1), PK_EUNAVAILABLE);
	ingest_free(b.ingest);
	assert_int_equal(files(&f), before);
	buf_free(&bytes);
	fixture_remove(&f);
}

/* A segment newer than the environment: a backup was put back without its segments. */
static void newer_segment(void **state)
{
	struct volume_fixture f = {0};
	struct volume v;
	char path[400];
	int fd;

	(void)state;
	fixture_make(&f);
	segment_path(&f, (uint64_t)(f.volume.epoch + 1) << 32 | 1, path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	fixture_close(&f);
	snprintf(path, sizeof path, "%s/keys", f.dir.path);
	assert_int_equal(keyring_open(&f.keys, path, fixture_key), PK_OK);
	snprintf(path, sizeof path, "%s/volume", f.dir.path);
	assert_int_equal(volume_open(&v, path, 0, &f.options, f.keys), PK_EIO);
	keyring_close(f.keys);
	scratch_remove(&f.dir);
}

/* Scanning gives back what the rows say; damage is stepped over. */
struct seen {
	unsigned n;
	uint64_t blobs[8], offsets[8];
};

static bool see(void *arg, const struct record_head *head, uint64_t offset)
{
	struct seen *s = arg;

	assert_int_equal(head->tenant, FIRST_TENANT);
	s->blobs[s->n] = head->blob;
	s->offsets[s->n++] = offset;
	return s->n < COUNT(s->blobs);
}

static void newer_record(const char *path, uint64_t offset)
{
	unsigned char head[RECORD_HEAD_OCTETS];
	int fd = open(path, O_RDWR);
	uint32_t crc;

	assert_int_equal(pread(fd, head, sizeof head, (off_t)offset), sizeof head);
	head[4] = FORMAT_SEGMENT + 1;
	crc = (uint32_t)crc32(0, head, sizeof head - 4);
	for (unsigned i = 0; i < 4; i++)
		head[72 + i] = (unsigned char)(crc >> (8 * i));
	assert_int_equal(pwrite(fd, head, sizeof head, (off_t)offset), sizeof head);
	close(fd);
}

static void scan(void **state)
{
	struct volume_fixture f = {0};
	struct segment *segment;
	struct seen seen = {0};
	struct blob_row row;
	uint64_t id[4];
	char path[400];
	FILE *file;

	(void)state;
	fixture_make(&f);
	for (unsigned i = 0; i < 4; i++) {
		struct buf bytes = fixture_bytes(1000 * i, i, true);

		id[i] = fixture_store(&f, buf_slice(&bytes), 1);
		buf_free(&bytes);
	}
	row = row_of(&f, id[2]);
	assert_int_equal(segment_pin(&f.volume, row.segment, &segment), PK_OK);
	assert_int_equal(segment_scan(segment, see, &seen), PK_OK);
	assert_int_equal(seen.n, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(seen.blobs[i], id[i]);
		assert_int_equal(seen.offsets[i], row_of(&f, id[i]).offset);
	}
	/* A damaged head: the record before it and those behind it are found. */
	segment_path(&f, row.segment, path);
	file = fopen(path, "r+");
	fseek(file, (long)row.offset + 30, SEEK_SET);
	fputc(0x55, file);
	fclose(file);
	seen.n = 0;
	assert_int_equal(segment_scan(segment, see, &seen), PK_OK);
	assert_int_equal(seen.n, 3);
	assert_int_equal(seen.blobs[1], id[1]);
	assert_int_equal(seen.blobs[2], id[3]);
	/* A record of a later format is not stepped over: what it says is not known. */
	newer_record(path, row.offset);
	seen.n = 0;
	assert_int_equal(segment_scan(segment, see, &seen), PK_ENOTSUP);
	assert_int_equal(seen.n, 2);
	segment_unpin(&f.volume, segment);
	fixture_remove(&f);
}

/* Compaction. */

struct compacted {
	bool done;
	enum pk_status status;
	uint64_t freed;
};

static void compaction_done(void *arg, enum pk_status st, uint64_t freed)
{
	struct compacted *c = arg;

	c->done = true;
	c->status = st;
	c->freed = freed;
}

static uint64_t compact(struct volume_fixture *f)
{
	struct compacted c = {0};

	assert_non_null(compaction_start(&f->volume, f->pool, compaction_done, &c));
	fixture_wait(f, &c.done);
	assert_int_equal(c.status, PK_OK);
	return c.freed;
}

#define BODIES 80

static void compaction(unsigned threads)
{
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}, .threads = threads};
	struct buf bytes[BODIES], got = {0};
	uint64_t id[BODIES], freed;
	struct blob open;
	struct sums before, after;

	fixture_make(&f);
	for (unsigned i = 0; i < BODIES; i++) {
		bytes[i] = fixture_bytes(i % 10 ? 20000 + i : 300000, i, true);
		id[i] = fixture_store(&f, buf_slice(&bytes[i]), 1);
	}
	for (unsigned i = 0; i < BODIES; i++)
		if (i % 3)
			assert_int_equal(fixture_ref(&f, id[i], -1), PK_OK);
	before = sums_of(&f);
	assert_int_equal(fixture_blob(&f, id[3], &open), PK_OK);
	freed = compact(&f);
	assert_true(freed > before.dead / 2);
	after = sums_of(&f);
	assert_true(after.dead < before.dead);
	for (unsigned i = 0; i < BODIES; i += 3)
		fixture_equal(&f, id[i], buf_slice(&bytes[i]));
	assert_int_equal(blob_read(&open, 0, UINT64_MAX, &got), PK_OK);
	assert_true(slice_eq(buf_slice(&got), buf_slice(&bytes[3])));
	blob_close(&open);
	buf_free(&got);
	/* There is nothing left to do, and a start finds all. */
	assert_int_equal(compact(&f), 0);
	fixture_close(&f);
	fixture_open(&f);
	sums_of(&f);
	for (unsigned i = 0; i < BODIES; i++) {
		if (i % 3 == 0)
			fixture_equal(&f, id[i], buf_slice(&bytes[i]));
		buf_free(&bytes[i]);
	}
	fixture_remove(&f);
}

static void compaction_one_thread(void **state)
{
	(void)state;
	compaction(0);
}

static void compaction_threads(void **state)
{
	(void)state;
	compaction(2);
}

/* Bodies that go while compaction copies them stay gone; nothing else is lost. */
static void compaction_against_deletes(void **state)
{
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}};
	struct buf bytes[40];
	uint64_t id[40];
	bool gone[40] = {false};

	(void)state;
	fixture_make(&f);
	for (unsigned i = 0; i < 40; i++) {
		bytes[i] = fixture_bytes(20000 + i, i, true);
		id[i] = fixture_store(&f, buf_slice(&bytes[i]), 1);
	}
	for (unsigned i = 0; i < 40; i++)
		if (i % 2) {
			assert_int_equal(fixture_ref(&f, id[i], -1), PK_OK);
			gone[i] = true;
		}
	/* At each turn of the loop one more goes, between any two steps. */
	for (unsigned at = 0, turns = 0; at < 40; turns++) {
		struct compacted c = {0};

		assert_non_null(compaction_start(&f.volume, f.pool, compaction_done, &c));
		for (unsigned n = 0; !c.done; n++) {
			loop_turn(f.loop);
			if (n % 5 == turns % 5 && at < 40 && !gone[at]) {
				struct fixture_write x = {
					.apply = fixture_ref_it,
					.arg = &(struct fixture_ref){id[at], -1}
                                };

				fixture_submit(&f, &x);
				while (!x.done)
					loop_turn(f.loop);
				assert_int_equal(x.write.status, PK_OK);
				gone[at] = true;
			}
			at++;
		}
		sums_of(&f);
	}
	for (unsigned i = 0; i < 40; i++) {
		if (!gone[i])
			fixture_equal(&f, id[i], buf_slice(&bytes[i]));
		buf_free(&bytes[i]);
	}
	fixture_remove(&f);
}

static void compaction_stopped(void **state)
{
	(void)state;
	for (unsigned after = 0; after < 6; after++) {
		struct volume_fixture f = {.options = {.segment_octets = 65536}};
		struct compaction *running;
		struct compacted c = {0};
		struct buf bytes;
		uint64_t id[8];

		fixture_make(&f);
		for (unsigned i = 0; i < 8; i++) {
			bytes = fixture_bytes(10000, i, true);
			id[i] = fixture_store(&f, buf_slice(&bytes), 1);
			buf_free(&bytes);
		}
		for (unsigned i = 0; i < 8; i += 2)
			assert_int_equal(fixture_ref(&f, id[i], -1), PK_OK);
		running = compaction_start(&f.volume, f.pool, compaction_done, &c);
		for (unsigned n = 0; n < after; n++)
			loop_turn(f.loop);
		if (!c.done)
			compaction_stop(running);
		fixture_wait(&f, &c.done);
		sums_of(&f);
		for (unsigned i = 1; i < 8; i += 2) {
			bytes = fixture_bytes(10000, i, true);
			fixture_equal(&f, id[i], buf_slice(&bytes));
			buf_free(&bytes);
		}
		fixture_remove(&f);
	}
}

/*
 * Power cuts. At each operation on segments the state of the disk is copied as a cut would leave
 * it: the environment as far as it is written, of segments only what was synced. What the copy
 * names it must be able to read; what was acknowledged it must name.
 */
#define CUT_BODIES 12

struct cuts {
	struct volume_fixture *f;
	struct {
		char name[20];
		off_t synced;
	} file[64];
	size_t count;
	bool deaf; /* the control: as if no sync were ever called */
	bool off;
	unsigned operations, lost;
	struct buf bytes[CUT_BODIES];
	uint64_t id[CUT_BODIES]; /* of acknowledged ones */
	size_t acknowledged;
};

static off_t size_of(const struct cuts *c, const char *name)
{
	char path[400];
	struct stat sb;

	snprintf(path, sizeof path, "%s/volume/segments/%s", c->f->dir.path, name);
	return stat(path, &sb) ? 0 : sb.st_size;
}

static void copy_file(const char *from, const char *to, off_t most)
{
	char chunk[65536];
	int in = open(from, O_RDONLY), out = open(to, O_CREAT | O_WRONLY, 0600);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while (most > 0 &&
	       (n = read(in, chunk, most < (off_t)sizeof chunk ? (size_t)most : sizeof chunk)) >
	               0) {
		assert_int_equal(write(out, chunk, (size_t)n), n);
		most -= n;
	}
	close(in);
	close(out);
}

static void copy_tree(struct cuts *c, const struct scratch *to)
{
	char from[600], target[600];

	snprintf(target, sizeof target, "%s/keys", to->path);
	snprintf(from, sizeof from, "%s/keys", c->f->dir.path);
	assert_int_equal(symlink(from, target), 0);
	snprintf(target, sizeof target, "%s/volume", to->path);
	assert_int_equal(mkdir(target, 0700), 0);
	snprintf(from, sizeof from, "%s/volume/data.mdb", c->f->dir.path);
	snprintf(target, sizeof target, "%s/volume/data.mdb", to->path);
	copy_file(from, target, INT64_MAX);
	snprintf(target, sizeof target, "%s/volume/segments", to->path);
	assert_int_equal(mkdir(target, 0700), 0);
	for (size_t i = 0; i < c->count; i++) {
		if (!size_of(c, c->file[i].name))
			continue; /* removed */
		snprintf(from, sizeof from, "%s/volume/segments/%s", c->f->dir.path,
		         c->file[i].name);
		snprintf(target, sizeof target, "%s/volume/segments/%s", to->path, c->file[i].name);
		copy_file(from, target, c->file[i].synced);
	}
}

static void check_cut(struct cuts *c)
{
	struct volume_fixture after = {.options = c->f->options};

	after.options.no_sync = true;
	scratch_make(&after.dir);
	copy_tree(c, &after.dir);
	fixture_open(&after);
	for (size_t i = 0; i < c->acknowledged; i++) {
		struct buf got = {0};
		struct blob b;

		/* The row is there in any case; its body, if order was kept. */
		if (fixture_blob(&after, c->id[i], &b) != PK_OK ||
		    blob_read(&b, 0, UINT64_MAX, &got) != PK_OK ||
		    !slice_eq(buf_slice(&got), buf_slice(&c->bytes[i])))
			c->lost++;
		blob_close(&b);
		buf_free(&got);
	}
	if (!c->deaf)
		sums_of(&after);
	fixture_remove(&after);
}

static int cut_before(void *arg, enum disk_op op, const char *name, uint64_t offset, size_t octets)
{
	struct cuts *c = arg;
	size_t i = 0;

	(void)offset, (void)octets;
	if (c->off || strlen(name) != 17)
		return 0;
	while (i < c->count && strcmp(c->file[i].name, name))
		i++;
	if (i == c->count) {
		assert_true(c->count < COUNT(c->file));
		snprintf(c->file[c->count++].name, sizeof c->file[0].name, "%s", name);
	}
	c->off = true;
	c->operations++;
	check_cut(c);
	c->off = false;
	if (op == DISK_SYNC && !c->deaf)
		c->file[i].synced = size_of(c, name);
	return 0;
}

static void power_cuts(bool deaf)
{
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}};
	struct cuts *c = calloc(1, sizeof *c);
	const struct disk_hook hook = {cut_before, c};

	fixture_make(&f);
	c->f = &f;
	c->deaf = deaf;
	disk_hook(&hook);
	for (unsigned i = 0; i < CUT_BODIES; i++) {
		c->bytes[i] = fixture_bytes(i % 3 ? 30000 + i : 290000, i, true);
		c->id[i] = fixture_store(&f, buf_slice(&c->bytes[i]), 1);
		c->acknowledged = i + 1;
		c->off = true;
		check_cut(c);
		c->off = false;
	}
	disk_hook(NULL);
	assert_true(c->operations > 2 * CUT_BODIES);
	if (deaf)
		assert_true(c->lost > CUT_BODIES);
	else
		assert_int_equal(c->lost, 0);
	for (unsigned i = 0; i < CUT_BODIES; i++)
		buf_free(&c->bytes[i]);
	free(c);
	fixture_remove(&f);
}

static void cuts_lose_nothing(void **state)
{
	(void)state;
	power_cuts(false);
}

static void cuts_without_sync_lose(void **state)
{
	(void)state;
	power_cuts(true);
}

/* The n-th operation fails, once or from then on. */
struct nth {
	int left;
	bool hit, always;
	int error;
};

static int nth_before(void *arg, enum disk_op op, const char *name, uint64_t offset, size_t octets)
{
	struct nth *n = arg;

	(void)op, (void)name, (void)offset, (void)octets;
	if (n->left > 0) {
		n->left--;
		return 0;
	}
	if (n->hit && !n->always)
		return 0;
	n->hit = true;
	return n->error;
}

/* Stores a body if the disk lets it; 0: it did not. */
static uint64_t try_store(struct volume_fixture *f, struct slice bytes)
{
	const uint32_t tenant = FIRST_TENANT;
	struct fixture_body b;
	struct fixture_name name;
	uint64_t id = 0;

	fixture_body(f, &b, 1 << 30);
	fixture_feed(f, &b, bytes, 65536);
	if (fixture_end(f, &b, &tenant, 1) == PK_OK) {
		struct fixture_write x = {.apply = fixture_name_it, .arg = &name};

		name = (struct fixture_name){b.ingest, FIRST_TENANT, 1, 0};
		fixture_submit(f, &x);
		while (!x.done && !f->latched)
			if (!loop_turn(f->loop))
				usleep(50);
		if (x.done && x.write.status == PK_OK)
			id = name.blob;
	}
	ingest_free(b.ingest);
	return id;
}

static void one_fault(struct nth *nth)
{
	static const size_t sizes[] = {3000, 300000, 30000};
	struct volume_fixture f = {.options = {.segment_octets = SEG_SIZE}};
	const struct disk_hook hook = {nth_before, nth};
	uint64_t id[6] = {0};
	struct buf bytes[6];

	fixture_make(&f);
	disk_hook(&hook);
	for (unsigned i = 0; i < 6; i++) {
		bytes[i] = fixture_bytes(sizes[i % 3], i, true);
		if (!f.latched)
			id[i] = try_store(&f, buf_slice(&bytes[i]));
	}
	disk_hook(NULL);
	if (!nth->hit)
		for (unsigned i = 0; i < 6; i++)
			assert_true(id[i]);
	/* Full disks are an answer, and pass; everything else stops the volume. */
	if (!nth->always && nth->error == ENOSPC)
		assert_true(id[5] && !f.latched);
	fixture_close(&f);
	fixture_open(&f);
	for (unsigned i = 0; i < 6; i++) {
		if (id[i])
			fixture_equal(&f, id[i], buf_slice(&bytes[i]));
		buf_free(&bytes[i]);
	}
	sums_of(&f);
	fixture_remove(&f);
}

static void nth_faults(void **state)
{
	static const int errors[] = {ENOSPC, EIO};

	(void)state;
	for (unsigned kind = 0; kind < 4; kind++) {
		struct nth nth = {.hit = true};

		for (int n = 0; nth.hit; n++) {
			nth = (struct nth){n, false, kind & 1, errors[kind / 2]};
			one_fault(&nth);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turning_over),
		cmocka_unit_test(larger_than_a_segment),
		cmocka_unit_test(pins),
		cmocka_unit_test(reader_of_the_past),
		cmocka_unit_test(orphans),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(wrong_rows),
		cmocka_unit_test(read_only),
		cmocka_unit_test(newer_segment),
		cmocka_unit_test(scan),
		cmocka_unit_test(compaction_one_thread),
		cmocka_unit_test(compaction_threads),
		cmocka_unit_test(compaction_against_deletes),
		cmocka_unit_test(compaction_stopped),
		cmocka_unit_test(cuts_lose_nothing),
		cmocka_unit_test(cuts_without_sync_lose),
		cmocka_unit_test(nth_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
