/*
 * What bodies cost: sealing and opening in memory, and storing through writer and segments.
 *
 *	body_bench WHERE [MESSAGE-FILE ...]
 *
 * WHERE: a directory for a volume, removed afterwards. Without messages, words are made up.
 */
#include "blob.h"
#include "volume.h"
#include "writer.h"

#include <ftw.h>
#include <sys/stat.h>

#define MESSAGES 1000
#define BODIES   20000
#define FLYING   64
#define LARGE    ((size_t)64 << 20)

static struct buf messages[MESSAGES];
static uint64_t message_octets;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Of this thread: others may be busy too. */
static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "body_bench: %s failed\n", what);
	exit(1);
}

static void make_words(struct buf *b, size_t octets, uint64_t x)
{
	static const char *const words[] = {"mail ",   "server ", "the ",     "of ",
	                                    "report ", "\r\n",    "meeting ", "zeta"};

	while (b->n < octets) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		buf_put(b, slice_str(words[x >> 40 & 7]));
		buf_byte(b, (char)('a' + (x >> 50) % 26));
	}
	b->n = octets;
}

static void load(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "r");
	char piece[65536];
	size_t n;

	need(f, path);
	while ((n = fread(piece, 1, sizeof piece, f)))
		buf_put(b, (struct slice){piece, n});
	fclose(f);
}

static void load_messages(char **paths, int count)
{
	for (int i = 0; i < MESSAGES; i++) {
		if (count)
			load(&messages[i], paths[i % count]);
		else
			make_words(&messages[i], 4096, (uint64_t)i * 7919 + 1);
		message_octets += messages[i].n;
	}
}

static void in_memory(struct keyring *ring)
{
	struct crypt *c = crypt_take(keyring_crypts(ring));
	struct body_key key;
	struct buf record = {0};
	uint64_t stored = 0;
	double from = cpu(), each;

	for (int round = 0; round < 10; round++)
		for (int i = 0; i < MESSAGES; i++) {
			buf_clear(&record);
			need(body_key_new(ring, c, 1, &key) == PK_OK, "key");
			need(record_seal(c, &key, buf_slice(&messages[i]), &record) == PK_OK,
			     "seal");
			stored += record.n;
		}
	each = (cpu() - from) / (10 * MESSAGES);
	printf("seal a message      %8.1f us  %.0f -> %.0f octets (%.1f %%)\n", each * 1e6,
	       (double)message_octets / MESSAGES, (double)stored / 10 / MESSAGES,
	       100.0 * (double)stored / 10 / (double)message_octets);
	buf_free(&record);
	crypt_give(keyring_crypts(ring), c);
}

static void chunks(struct keyring *ring, const char *what, struct slice raw)
{
	struct crypt *c = crypt_take(keyring_crypts(ring));
	struct buf sealed = {0}, out = {0};
	struct chunk chunk = {0};
	struct body_key key;
	double from, seal, open;

	need(body_key_new(ring, c, 1, &key) == PK_OK, "key");
	raw = slice_head(raw, CHUNK_OCTETS);
	chunk.octets = raw.n;
	from = cpu();
	for (int i = 0; i < 1000; i++) {
		buf_clear(&sealed);
		need(chunk_seal(c, &key, &chunk, raw, &sealed) == PK_OK, "seal");
	}
	seal = (cpu() - from) / 1000;
	from = cpu();
	for (int i = 0; i < 1000; i++) {
		buf_clear(&out);
		need(chunk_open(c, &key, &chunk, buf_slice(&sealed), &out) == PK_OK, "open");
	}
	open = (cpu() - from) / 1000;
	printf("chunks of %-8s  %8.0f MB/s sealed, %.0f MB/s opened (%.0f %%)\n", what,
	       (double)raw.n / 1e6 / seal, (double)raw.n / 1e6 / open,
	       100.0 * (double)sealed.n / (double)raw.n);
	buf_free(&sealed);
	buf_free(&out);
	crypt_give(keyring_crypts(ring), c);
}

/* Through ingest, writer and segments. */
struct flight {
	struct write write;
	struct ingest *ingest;
	struct store *store;
	uint64_t blob;
};
struct store {
	struct loop *loop;
	struct pool *pool;
	struct volume volume;
	unsigned started, finished;
	uint64_t blobs[BODIES];
	struct flight flights[FLYING];
};

static const uint32_t tenant = 1;
static const struct ingest_want want = {.tenant = 1, .max = LARGE};

static enum pk_status name_it(struct write *w, struct txn *t)
{
	struct flight *f = (struct flight *)(void *)w;

	return blob_commit(t, f->ingest, tenant, 1, &f->blob);
}

static void take_off(struct flight *f);

static void named(struct write *w)
{
	struct flight *f = (struct flight *)(void *)w;

	need(w->status == PK_OK, "commit");
	ingest_free(f->ingest);
	f->store->blobs[f->store->finished++] = f->blob;
	take_off(f);
}

static void ready(void *arg, enum pk_status st)
{
	struct flight *f = arg;

	need(st == PK_OK, "ingest");
	f->write = (struct write){.apply = name_it, .done = named, .tenant = tenant};
	writer_submit(f->store->volume.writer, &f->write);
}

static void take_off(struct flight *f)
{
	static const struct ingest_owner nobody;
	struct store *s = f->store;

	if (s->started == BODIES)
		return;
	f->ingest = ingest_new(&s->volume, s->pool, &want, &nobody);
	need(f->ingest, "ingest");
	ingest_feed(f->ingest, buf_slice(&messages[s->started++ % MESSAGES]));
	ingest_end(f->ingest, &tenant, 1, ready, f);
}

static void store_small(struct store *s)
{
	struct writer_counts counts;
	double from = now(), took;

	for (int i = 0; i < FLYING; i++) {
		s->flights[i].store = s;
		take_off(&s->flights[i]);
	}
	while (s->finished < BODIES)
		if (!loop_turn(s->loop))
			usleep(10);
	took = now() - from;
	counts = writer_counts(s->volume.writer);
	printf("store a message     %8.1f us  %.0f a second, %.1f a batch, %d at a time\n",
	       took * 1e6 / BODIES, BODIES / took, (double)counts.writes / (double)counts.batches,
	       FLYING);
}

static void read_small(struct store *s)
{
	struct buf out = {0};
	double from = cpu();

	for (unsigned i = 0; i < BODIES; i++) {
		struct blob b;
		struct txn t;

		buf_clear(&out);
		need(txn_begin_read(&s->volume, &t) == PK_OK, "begin");
		need(blob_open(&t, s->blobs[i * 7919 % BODIES], &b) == PK_OK, "open");
		txn_end_read(&t);
		need(blob_read(&b, 0, UINT64_MAX, &out) == PK_OK, "read");
		blob_close(&b);
	}
	printf("read a message      %8.1f us\n", (cpu() - from) * 1e6 / BODIES);
	buf_free(&out);
}

static bool is_done;

static void large_ready(void *arg, enum pk_status st)
{
	(void)arg;
	need(st == PK_OK, "ingest");
	is_done = true;
}

static void room(void *arg, size_t octets)
{
	*(size_t *)arg += octets;
}

static void store_large(struct store *s, struct slice piece)
{
	size_t credit = piece.n, sent = 0;
	struct ingest_owner owner = {.room = room, .arg = &credit};
	struct ingest *i = ingest_new(&s->volume, s->pool, &want, &owner);
	double from = now();

	while (sent < LARGE) {
		struct slice part =
			slice_head(piece, credit < LARGE - sent ? credit : LARGE - sent);

		credit -= part.n;
		sent += part.n;
		if (part.n)
			ingest_feed(i, part);
		else if (!loop_turn(s->loop))
			usleep(10);
	}
	ingest_end(i, &tenant, 1, large_ready, NULL);
	while (!is_done)
		if (!loop_turn(s->loop))
			usleep(10);
	printf("store a large body  %8.0f MB/s, synced\n", (double)LARGE / 1e6 / (now() - from));
	ingest_free(i);
}

static int remove_one(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	(void)sb, (void)type, (void)ftw;
	return remove(path);
}

int main(int argc, char **argv)
{
	static const unsigned char operator_key[KEY_BYTES];
	static struct store s;
	const struct volume_options options = {.map_octets = (uint64_t)16 << 30};
	const struct writer_owner owner = {0};
	struct buf words = {0}, noise = {0};
	struct keyring *ring;
	char path[512];

	need(argc > 1, "usage: body_bench WHERE [MESSAGE-FILE ...]");
	load_messages(argv + 2, argc - 2);
	snprintf(path, sizeof path, "%s/keys", argv[1]);
	need(!mkdir(argv[1], 0700), argv[1]);
	need(keyring_open(&ring, path, operator_key) == PK_OK, "keyring");
	need(keyring_create(ring, tenant) == PK_OK, "key");
	make_words(&words, CHUNK_OCTETS, 1);
	need(buf_room(&noise, CHUNK_OCTETS), "memory");
	for (size_t i = 0; i < CHUNK_OCTETS; i++)
		buf_byte(&noise, (char)((i * i * 2654435761u) >> 13));
	in_memory(ring);
	chunks(ring, "words", buf_slice(&words));
	chunks(ring, "noise", buf_slice(&noise));

	snprintf(path, sizeof path, "%s/volume", argv[1]);
	need(volume_create(path) == PK_OK, "create");
	need(volume_open(&s.volume, path, 0, &options, ring) == PK_OK, "open");
	s.loop = loop_new(NULL, NULL);
	s.pool = pool_new(s.loop, "pool", 2, 1000);
	s.volume.writer = writer_new(&s.volume, s.loop, true, &owner);
	store_small(&s);
	read_small(&s);
	store_large(&s, buf_slice(&words));

	pool_free(s.pool);
	writer_free(s.volume.writer);
	volume_close(&s.volume);
	keyring_close(ring);
	loop_free(s.loop);
	for (int i = 0; i < MESSAGES; i++)
		buf_free(&messages[i]);
	buf_free(&words);
	buf_free(&noise);
	return nftw(argv[1], remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0;
}
