#ifndef VOLUME_FIXTURE_H
#define VOLUME_FIXTURE_H

#include "scratch.h"

#include "blob.h"
#include "keyring.h"
#include "volume.h"
#include "writer.h"

/* A volume of its own with a writer and pools, for tests of what lies in it. */
struct volume_fixture {
	struct scratch dir;
	struct volume_options options;
	unsigned threads; /* 0: all runs in loop_turn */
	struct loop *loop;
	struct pool *pool;
	struct keyring *keys;
	struct volume volume;
	bool latched;
};

#define FIRST_TENANT  7u
#define SECOND_TENANT 8u

static const unsigned char fixture_key[KEY_BYTES] = {42};

static inline void fixture_latch(void *arg, struct volume *v, const char *why)
{
	struct volume_fixture *f = arg;

	(void)v, (void)why;
	f->latched = true;
}

/* Opens what is in f->dir. */
static inline void fixture_open(struct volume_fixture *f)
{
	struct writer_owner owner = {.latch = fixture_latch, .arg = f};
	char path[300];

	f->latched = false;
	f->loop = loop_new(NULL, NULL);
	f->pool = pool_new(f->loop, "pool", f->threads, 1000);
	snprintf(path, sizeof path, "%s/keys", f->dir.path);
	assert_int_equal(keyring_open(&f->keys, path, fixture_key), PK_OK);
	snprintf(path, sizeof path, "%s/volume", f->dir.path);
	assert_int_equal(volume_open(&f->volume, path, 0, &f->options, f->keys), PK_OK);
	f->volume.writer = writer_new(&f->volume, f->loop, f->threads > 0, &owner);
}

static inline void fixture_make(struct volume_fixture *f)
{
	char path[300];

	if (!f->options.map_octets)
		f->options.map_octets = (uint64_t)1 << 30;
	f->options.reserve_octets = 1;
	scratch_make(&f->dir);
	snprintf(path, sizeof path, "%s/volume", f->dir.path);
	assert_int_equal(volume_create(path), PK_OK);
	fixture_open(f);
	assert_int_equal(keyring_create(f->keys, FIRST_TENANT), PK_OK);
	assert_int_equal(keyring_create(f->keys, SECOND_TENANT), PK_OK);
}

static inline void fixture_close(struct volume_fixture *f)
{
	pool_free(f->pool);
	writer_free(f->volume.writer);
	while (loop_turn(f->loop))
		;
	volume_close(&f->volume);
	keyring_close(f->keys);
	loop_free(f->loop);
}

static inline void fixture_remove(struct volume_fixture *f)
{
	fixture_close(f);
	scratch_remove(&f->dir);
}

static inline void fixture_wait(struct volume_fixture *f, const bool *what)
{
	while (!*what)
		if (!loop_turn(f->loop))
			usleep(50);
}

/* One write, waited for. */
struct fixture_write {
	struct write write;
	enum pk_status (*apply)(struct txn *, void *arg);
	void *arg;
	bool done;
};

static inline enum pk_status fixture_apply(struct write *w, struct txn *t)
{
	struct fixture_write *x = (struct fixture_write *)(void *)w;

	return x->apply(t, x->arg);
}

static inline void fixture_written(struct write *w)
{
	((struct fixture_write *)(void *)w)->done = true;
}

static inline void fixture_submit(struct volume_fixture *f, struct fixture_write *x)
{
	x->done = false;
	x->write.apply = fixture_apply;
	x->write.done = fixture_written;
	x->write.now_ms = 1000;
	writer_submit(f->volume.writer, &x->write);
}

static inline enum pk_status
fixture_write(struct volume_fixture *f, enum pk_status (*apply)(struct txn *, void *arg), void *arg)
{
	struct fixture_write x = {.apply = apply, .arg = arg};

	fixture_submit(f, &x);
	fixture_wait(f, &x.done);
	return x.write.status;
}

/* A body taken in, in pieces as the credit allows. */
struct fixture_body {
	struct ingest *ingest;
	size_t credit, granted;
	enum pk_status failed, ready;
	bool is_ready;
};

static inline void fixture_room(void *arg, size_t octets)
{
	struct fixture_body *b = arg;

	b->credit += octets;
	b->granted += octets;
}

static inline void fixture_failed(void *arg, enum pk_status why)
{
	struct fixture_body *b = arg;

	assert_int_equal(b->failed, PK_OK);
	b->failed = why;
}

static inline void fixture_ready(void *arg, enum pk_status st)
{
	struct fixture_body *b = arg;

	assert_false(b->is_ready);
	b->is_ready = true;
	b->ready = st;
}

#define FIXTURE_CREDIT (64 * 1024)

static inline void fixture_body(struct volume_fixture *f, struct fixture_body *b, uint64_t max)
{
	struct ingest_owner owner = {fixture_room, fixture_failed, b};
	struct ingest_want want = {.tenant = FIRST_TENANT, .max = max};

	*b = (struct fixture_body){.credit = FIXTURE_CREDIT};
	b->ingest = ingest_new(&f->volume, f->pool, &want, &owner);
	assert_non_null(b->ingest);
}

static inline void fixture_feed(struct volume_fixture *f, struct fixture_body *b,
                                struct slice bytes, size_t step)
{
	while (bytes.n) {
		size_t n = bytes.n < step ? bytes.n : step;

		while (!b->credit)
			if (!loop_turn(f->loop))
				usleep(50);
		if (n > b->credit)
			n = b->credit;
		b->credit -= n;
		ingest_feed(b->ingest, slice_head(bytes, n));
		bytes = slice_skip(bytes, n);
	}
}

static inline enum pk_status fixture_end(struct volume_fixture *f, struct fixture_body *b,
                                         const uint32_t *tenants, size_t count)
{
	ingest_end(b->ingest, tenants, count, fixture_ready, b);
	fixture_wait(f, &b->is_ready);
	return b->ready;
}

/* Names a body: the argument of a write. */
struct fixture_name {
	struct ingest *ingest;
	uint32_t tenant, refs;
	uint64_t blob;
};

static inline enum pk_status fixture_name_it(struct txn *t, void *arg)
{
	struct fixture_name *n = arg;

	return blob_commit(t, n->ingest, n->tenant, n->refs, &n->blob);
}

static inline uint64_t fixture_commit(struct volume_fixture *f, struct fixture_body *b,
                                      uint32_t tenant, uint32_t refs)
{
	struct fixture_name name = {b->ingest, tenant, refs, 0};

	assert_int_equal(fixture_write(f, fixture_name_it, &name), PK_OK);
	return name.blob;
}

/* Takes a whole body in for FIRST_TENANT and gives the number of its blob. */
static inline uint64_t fixture_store(struct volume_fixture *f, struct slice bytes, uint32_t refs)
{
	const uint32_t tenant = FIRST_TENANT;
	struct fixture_body b;
	uint64_t blob;

	fixture_body(f, &b, 1 << 30);
	fixture_feed(f, &b, bytes, 50000);
	assert_int_equal(fixture_end(f, &b, &tenant, 1), PK_OK);
	blob = fixture_commit(f, &b, FIRST_TENANT, refs);
	ingest_free(b.ingest);
	return blob;
}

static inline enum pk_status fixture_blob(struct volume_fixture *f, uint64_t id, struct blob *b)
{
	enum pk_status st;
	struct txn t;

	assert_int_equal(txn_begin_read(&f->volume, &t), PK_OK);
	st = blob_open(&t, id, b);
	txn_end_read(&t);
	return st;
}

static inline void fixture_equal(struct volume_fixture *f, uint64_t id, struct slice want)
{
	struct buf got = {0};
	struct blob b;

	assert_int_equal(fixture_blob(f, id, &b), PK_OK);
	assert_int_equal(b.octets, want.n);
	assert_int_equal(blob_read(&b, 0, UINT64_MAX, &got), PK_OK);
	assert_int_equal(got.n, want.n);
	if (want.n)
		assert_memory_equal(got.p, want.p, want.n);
	blob_close(&b);
	buf_free(&got);
}

struct fixture_ref {
	uint64_t blob;
	int64_t by;
};

static inline enum pk_status fixture_ref_it(struct txn *t, void *arg)
{
	struct fixture_ref *r = arg;

	return blob_ref(t, r->blob, r->by);
}

static inline enum pk_status fixture_ref(struct volume_fixture *f, uint64_t blob, int64_t by)
{
	return fixture_write(f, fixture_ref_it, &(struct fixture_ref){blob, by});
}

/* Octets that pack well or not at all, the same for the same seed. */
static inline struct buf fixture_bytes(size_t octets, unsigned seed, bool noise)
{
	struct buf b = {0};
	uint64_t x = seed * 0x9e3779b97f4a7c15u + 1;

	assert_true(buf_room(&b, octets + 1));
	for (size_t i = 0; i < octets; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		b.p[i] = noise ? (char)(x >> 32) : "the quick brown fox\r\n"[x >> 32 & 7];
	}
	b.n = octets;
	return b;
}

#endif
