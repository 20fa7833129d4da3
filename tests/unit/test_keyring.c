/* Tenant keys: kept, told apart, found wrong, destroyed; whole through every fault of the disk. */
/* links: store */
#include "unit.h"
#include "scratch.h"

#include "disk.h"
#include "keyring.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>

static const unsigned char operator_key[KEY_BYTES] = {1}, wrong_key[KEY_BYTES] = {2};

static struct keyring *ring_open(const struct scratch *dir)
{
	struct keyring *ring;

	assert_int_equal(keyring_open(&ring, dir->path, operator_key), PK_OK);
	return ring;
}

static void kept(void **state)
{
	unsigned char first[KEY_BYTES], second[KEY_BYTES], again[KEY_BYTES], rows[KEY_BYTES];
	unsigned char mac[32], mac_again[32], mac_other[32];
	struct scratch dir;
	struct keyring *ring;
	uint8_t version;

	(void)state;
	scratch_make(&dir);
	ring = ring_open(&dir);
	assert_int_equal(keyring_get(ring, 1, first, &version), PK_ENOTFOUND);
	assert_int_equal(keyring_create(ring, 1), PK_OK);
	assert_int_equal(keyring_create(ring, 1), PK_EEXISTS);
	assert_int_equal(keyring_create(ring, UINT32_MAX), PK_OK);
	assert_int_equal(keyring_get(ring, 1, first, &version), PK_OK);
	assert_int_equal(version, 1);
	assert_int_equal(keyring_get(ring, UINT32_MAX, second, &version), PK_OK);
	assert_memory_not_equal(first, second, sizeof first);
	assert_int_equal(keyring_rows(ring, 1, rows, &version), PK_OK);
	assert_memory_not_equal(first, rows, sizeof first);
	assert_int_equal(keyring_mac(ring, 1, "dedup", S("x"), mac), PK_OK);
	assert_int_equal(keyring_mac(ring, 1, "message-id", S("x"), mac_other), PK_OK);
	assert_memory_not_equal(mac, mac_other, sizeof mac);
	keyring_close(ring);

	ring = ring_open(&dir);
	assert_int_equal(keyring_create(ring, 1), PK_EEXISTS);
	assert_int_equal(keyring_get(ring, 1, again, &version), PK_OK);
	assert_memory_equal(first, again, sizeof first);
	assert_int_equal(keyring_mac(ring, 1, "dedup", S("x"), mac_again), PK_OK);
	assert_memory_equal(mac, mac_again, sizeof mac);
	assert_int_equal(keyring_destroy(ring, 1), PK_OK);
	assert_int_equal(keyring_destroy(ring, 1), PK_ENOTFOUND);
	assert_int_equal(keyring_get(ring, 1, again, &version), PK_ENOTFOUND);
	assert_int_equal(keyring_get(ring, UINT32_MAX, again, &version), PK_OK);
	assert_int_equal(keyring_create(ring, 1), PK_OK);
	assert_int_equal(keyring_get(ring, 1, again, &version), PK_OK);
	assert_memory_not_equal(first, again, sizeof first);
	keyring_close(ring);
	scratch_remove(&dir);
}

static void wrong_operator_key(void **state)
{
	struct scratch dir;
	struct keyring *ring;
	char path[300];

	(void)state;
	scratch_make(&dir);
	keyring_close(ring_open(&dir));
	assert_int_equal(keyring_open(&ring, dir.path, wrong_key), PK_EAUTH);
	assert_null(ring);

	/* Without the check file a tenant's tells. */
	ring = ring_open(&dir);
	assert_int_equal(keyring_create(ring, 3), PK_OK);
	keyring_close(ring);
	snprintf(path, sizeof path, "%s/operator", dir.path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(keyring_open(&ring, dir.path, wrong_key), PK_EAUTH);
	assert_int_equal(access(path, F_OK), -1);
	keyring_close(ring_open(&dir));
	assert_int_equal(access(path, F_OK), 0);
	scratch_remove(&dir);
}

static void file_cut_or_changed(void **state)
{
	unsigned char key[KEY_BYTES];
	struct scratch dir;
	struct keyring *ring;
	char from[300], to[300];
	uint8_t version;
	struct stat sb;

	(void)state;
	scratch_make(&dir);
	ring = ring_open(&dir);
	assert_int_equal(keyring_create(ring, 0xabc), PK_OK);
	keyring_close(ring);
	snprintf(from, sizeof from, "%s/00000abc.key", dir.path);
	snprintf(to, sizeof to, "%s/00000abd.key", dir.path);
	assert_int_equal(stat(from, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	for (off_t at = 0; at < sb.st_size; at++) {
		FILE *f = fopen(from, "r+");
		int c;

		fseek(f, at, SEEK_SET);
		c = fgetc(f) ^ 0x40;
		fseek(f, at, SEEK_SET);
		fputc(c, f);
		fflush(f);
		ring = ring_open(&dir);
		assert_int_equal(keyring_get(ring, 0xabc, key, &version), PK_EIO);
		keyring_close(ring);
		fseek(f, at, SEEK_SET);
		fputc(c ^ 0x40, f);
		fclose(f);
	}
	/* Another tenant's file is not this one's. */
	assert_int_equal(link(from, to), 0);
	assert_int_equal(truncate(from, sb.st_size), 0);
	ring = ring_open(&dir);
	assert_int_equal(keyring_get(ring, 0xabc, key, &version), PK_OK);
	assert_int_equal(keyring_get(ring, 0xabd, key, &version), PK_EIO);
	keyring_close(ring);
	assert_int_equal(truncate(from, sb.st_size - 1), 0);
	ring = ring_open(&dir);
	assert_int_equal(keyring_get(ring, 0xabc, key, &version), PK_EIO);
	keyring_close(ring);
	scratch_remove(&dir);
}

static void wrapped(void **state)
{
	struct buf sealed = {0}, plain = {0};
	struct scratch dir;
	struct keyring *ring;

	(void)state;
	scratch_make(&dir);
	ring = ring_open(&dir);
	assert_int_equal(keyring_wrap(ring, S("user 1"), S("secret"), &sealed), PK_OK);
	assert_int_equal(sealed.n, 6 + 40);
	assert_int_equal(keyring_unwrap(ring, S("user 1"), buf_slice(&sealed), &plain), PK_OK);
	assert_true(slice_eq(buf_slice(&plain), S("secret")));
	assert_int_equal(keyring_unwrap(ring, S("user 2"), buf_slice(&sealed), &plain), PK_EIO);
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(keyring_unwrap(ring, S("user 1"),
		                                slice_head(buf_slice(&sealed), n), &plain),
		                 PK_EIO);
	assert_true(slice_eq(buf_slice(&plain), S("secret")));
	buf_free(&sealed);
	buf_free(&plain);
	keyring_close(ring);
	scratch_remove(&dir);
}

/* Fails the n-th operation, once. */
struct nth {
	int left;
	bool hit;
};

static int nth_before(void *arg, enum disk_op op, const char *name, uint64_t offset, size_t octets)
{
	struct nth *n = arg;

	(void)op, (void)name, (void)offset, (void)octets;
	if (n->left-- != 0)
		return 0;
	n->hit = true;
	return ENOSPC;
}

/* Whatever fails while a key is made or destroyed, it is there or not there, never half. */
static void nth_fault(void **state)
{
	unsigned char before[KEY_BYTES], key[KEY_BYTES];
	struct nth nth = {0, true};
	uint8_t version;

	(void)state;
	for (int n = 0; nth.hit; n++) {
		const struct disk_hook hook = {nth_before, &nth};
		enum pk_status created = PK_EIO, destroyed = PK_EIO;
		struct scratch dir;
		struct keyring *ring;

		scratch_make(&dir);
		nth = (struct nth){n, false};
		disk_hook(&hook);
		if (keyring_open(&ring, dir.path, operator_key) == PK_OK) {
			created = keyring_create(ring, 5);
			if (created == PK_OK) {
				assert_int_equal(keyring_get(ring, 5, before, &version), PK_OK);
				destroyed = keyring_destroy(ring, 5);
			}
			keyring_close(ring);
		}
		disk_hook(NULL);
		ring = ring_open(&dir);
		if (destroyed == PK_OK) {
			assert_int_equal(keyring_get(ring, 5, key, &version), PK_ENOTFOUND);
			assert_int_equal(keyring_create(ring, 5), PK_OK);
		} else if (created == PK_OK) {
			enum pk_status st = keyring_get(ring, 5, key, &version);

			/* Wiped and not yet removed is PK_EIO: gone, as was asked for. */
			assert_true(st == PK_OK || st == PK_EIO || st == PK_ENOTFOUND);
			if (st == PK_OK)
				assert_memory_equal(key, before, sizeof key);
		}
		keyring_close(ring);
		scratch_remove(&dir);
	}
}

static void *use_keys(void *arg)
{
	struct keyring *ring = arg;
	unsigned char key[KEY_BYTES], mac[32];
	uint8_t version;

	for (uint32_t i = 0; i < 400; i++) {
		enum pk_status st = keyring_get(ring, i % 20, key, &version);

		assert_true(st == PK_OK || st == PK_ENOTFOUND);
		st = keyring_mac(ring, i % 20, "dedup", S("x"), mac);
		assert_true(st == PK_OK || st == PK_ENOTFOUND);
	}
	return NULL;
}

static void from_threads(void **state)
{
	struct scratch dir;
	struct keyring *ring;
	pthread_t threads[4];

	(void)state;
	scratch_make(&dir);
	ring = ring_open(&dir);
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use_keys, ring), 0);
	for (uint32_t i = 0; i < 20; i++)
		assert_int_equal(keyring_create(ring, i), PK_OK);
	for (uint32_t i = 0; i < 20; i += 3)
		assert_int_equal(keyring_destroy(ring, i), PK_OK);
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	keyring_close(ring);
	scratch_remove(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kept),
		cmocka_unit_test(wrong_operator_key),
		cmocka_unit_test(file_cut_or_changed),
		cmocka_unit_test(wrapped),
		cmocka_unit_test(nth_fault),
		cmocka_unit_test(from_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
