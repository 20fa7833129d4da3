/* The primitives of sealing against the RFCs' vectors; sealed rows open only where they belong. */
/* links: store */
#include "unit.h"
#include "scratch.h"

#include "crypt.h"
#include "dictionary.h"
#include "seal.h"

static struct slice bytes(const void *p, size_t n)
{
	return (struct slice){p, n};
}

static struct slice from_hex(const char *hex, unsigned char *out)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(sscanf(hex + 2 * i, "%2hhx", &out[i]), 1);
	return bytes(out, n);
}

/* RFC 4231 4.2, 4.3, 4.4. */
static void mac_vectors(void **state)
{
	static const struct {
		const char *key, *data, *mac;
	} cases[] = {
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
	         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"													},
		{"4a656665",				 "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
	         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"													},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	         "dddddddddddddddddddddddddddddddddddddddddddddddddd"
	         "dddddddddddddddddddddddddddddddddddddddddddddddddd",	                                           "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
	};
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char key[64], data[64], want[32], got[32];

		from_hex(cases[i].mac, want);
		assert_true(crypt_mac(c, from_hex(cases[i].key, key), from_hex(cases[i].data, data),
		                      got));
		assert_memory_equal(got, want, 32);
	}
	crypt_give(all, c);
	crypts_free(all);
}

/* RFC 5869 A.1 and A.3: the first block. */
static void derive_vectors(void **state)
{
	static const struct {
		const char *key, *salt, *info, *out;
	} cases[] = {
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
	         "f0f1f2f3f4f5f6f7f8f9",	                                                   "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"},
		{"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "",                           "",
	         "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"                                                                                  },
	};
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char key[64], salt[64], info[64], want[32], got[32];

		from_hex(cases[i].out, want);
		assert_true(crypt_derive(c, from_hex(cases[i].key, key),
		                         from_hex(cases[i].salt, salt),
		                         from_hex(cases[i].info, info), got));
		assert_memory_equal(got, want, 32);
	}
	crypt_give(all, c);
	crypts_free(all);
}

/* In pieces or whole, the mac is the same. */
static void mac_in_pieces(void **state)
{
	unsigned char key[CRYPT_KEY] = {1, 2, 3}, whole[CRYPT_MAC], pieces[CRYPT_MAC];
	struct slice text =
		S("The quick brown fox jumps over the lazy dog and runs into the night");
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);

	(void)state;
	assert_true(crypt_mac(c, bytes(key, sizeof key), text, whole));
	for (size_t step = 1; step <= text.n; step++) {
		struct mac *m = mac_new(c, key);

		for (size_t at = 0; at < text.n; at += step)
			assert_true(mac_add(m, slice_head(slice_skip(text, at), step)));
		assert_true(mac_end(m, pieces));
		mac_free(m);
		assert_memory_equal(whole, pieces, sizeof whole);
	}
	crypt_give(all, c);
	crypts_free(all);
}

/* McGrew and Viega, test case 16 of the GCM specification, with 96-bit nonce. */
static void gcm_vector(void **state)
{
	unsigned char key[32], nonce[12], aad[20], plain[60], want[76];
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);
	struct buf sealed = {0}, opened = {0};
	struct gcm gcm = {.key = key, .nonce = nonce};

	(void)state;
	from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key);
	from_hex("cafebabefacedbaddecaf888", nonce);
	gcm.aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2", aad);
	from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
	         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
	         plain);
	from_hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
	         "76fc6ece0f4e1768cddf8853bb2d551b",
	         want);
	buf_put(&sealed, bytes(plain, sizeof plain));
	assert_true(crypt_seal(c, &gcm, &sealed, 0));
	assert_int_equal(sealed.n, sizeof want);
	assert_memory_equal(sealed.p, want, sizeof want);
	assert_true(crypt_open(c, &gcm, buf_slice(&sealed), &opened));
	assert_memory_equal(opened.p, plain, sizeof plain);
	for (size_t i = 0; i < sealed.n; i++) {
		sealed.p[i] ^= 1;
		assert_false(crypt_open(c, &gcm, buf_slice(&sealed), &opened));
		sealed.p[i] ^= 1;
	}
	assert_int_equal(opened.n, sizeof plain);
	buf_free(&sealed);
	buf_free(&opened);
	crypt_give(all, c);
	crypts_free(all);
}

/* Keys that are kept at hand open what they sealed and nothing else, in any order. */
static void keys_at_hand(void **state)
{
	unsigned char key[CRYPT_KEY] = {0}, nonce[CRYPT_NONCE] = {0};
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);
	struct gcm gcm = {.key = key, .nonce = nonce, .aad = S("of this"), .again = true};
	struct buf sealed[3] = {0}, opened = {0};

	(void)state;
	for (unsigned i = 0; i < COUNT(sealed); i++) {
		key[31] = nonce[0] = (unsigned char)i;
		buf_put(&sealed[i], S("kept"));
		assert_true(crypt_seal(c, &gcm, &sealed[i], 0));
	}
	for (unsigned n = 0; n < 81; n++) {
		static const unsigned powers[] = {1, 3, 9, 27};
		unsigned k = n / powers[n % 4] % 3, i = n / powers[(n + 1) % 4] % 3;

		key[31] = (unsigned char)k;
		nonce[0] = (unsigned char)i;
		gcm.again = n % 5 != 0;
		buf_clear(&opened);
		assert_int_equal(crypt_open(c, &gcm, buf_slice(&sealed[i]), &opened), i == k);
		assert_true(i != k || slice_eq(buf_slice(&opened), S("kept")));
	}
	for (unsigned i = 0; i < COUNT(sealed); i++)
		buf_free(&sealed[i]);
	buf_free(&opened);
	crypt_give(all, c);
	crypts_free(all);
}

/* Frames with and without dictionary; what does not shrink is left alone. */
static void packs(void **state)
{
	static const char mail[] =
		"Received: from mail.example.com (mail.example.com [192.0.2.1])\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\nHello\r\n";
	struct slice plain = bytes(mail, sizeof mail - 1);
	struct crypts *all = crypts_new();
	struct crypt *c = crypt_take(all);
	struct buf with = {0}, without = {0}, back = {0};
	unsigned char noise[1000];

	(void)state;
	assert_true(crypt_pack(c, DICTIONARY_NEWEST, plain, &with));
	assert_true(crypt_pack(c, DICTIONARY_NONE, plain, &without));
	assert_true(with.n * 2 < without.n);
	assert_true(crypt_unpack(c, DICTIONARY_NEWEST, buf_slice(&with), plain.n, &back));
	assert_true(crypt_unpack(c, DICTIONARY_NONE, buf_slice(&without), plain.n, &back));
	assert_int_equal(back.n, 2 * plain.n);
	assert_memory_equal(back.p, mail, plain.n);
	assert_memory_equal(back.p + plain.n, mail, plain.n);
	assert_false(crypt_unpack(c, DICTIONARY_NONE, buf_slice(&with), plain.n, &back));
	assert_false(crypt_unpack(c, DICTIONARY_NEWEST, buf_slice(&with), plain.n + 1, &back));
	assert_false(crypt_unpack(c, DICTIONARY_NEWEST, buf_slice(&with), plain.n - 1, &back));
	assert_false(crypt_unpack(c, DICTIONARY_COUNT, buf_slice(&with), plain.n, &back));
	crypt_random(c, noise, 500);
	crypt_random(c, noise + 500, 500);
	buf_clear(&with);
	assert_false(crypt_pack(c, DICTIONARY_NEWEST, bytes(noise, sizeof noise), &with));
	assert_int_equal(with.n, 0);
	buf_free(&with);
	buf_free(&without);
	buf_free(&back);
	crypt_give(all, c);
	crypts_free(all);
}

static const uint8_t guid[GUID_BYTES] = "0123456789abcde", other[GUID_BYTES] = "0123456789abcdf";

static void rows(void **state)
{
	static const unsigned char operator_key[KEY_BYTES] = {9};
	struct buf sealed = {0}, again = {0}, plain = {0};
	struct slice text = S("prefix and summary");
	struct scratch dir;
	struct keyring *ring;

	(void)state;
	scratch_make(&dir);
	assert_int_equal(keyring_open(&ring, dir.path, operator_key), PK_OK);
	assert_int_equal(seal_row(ring, 7, guid, text, &sealed), PK_ENOTFOUND);
	assert_int_equal(keyring_create(ring, 7), PK_OK);
	assert_int_equal(keyring_create(ring, 8), PK_OK);
	assert_int_equal(seal_row(ring, 7, guid, text, &sealed), PK_OK);
	assert_int_equal(seal_row(ring, 7, guid, text, &again), PK_OK);
	assert_int_equal(sealed.n, text.n + SEAL_EXTRA);
	assert_memory_not_equal(sealed.p + 1, again.p + 1, 12);
	assert_int_equal(seal_open(ring, 7, guid, buf_slice(&sealed), &plain), PK_OK);
	assert_true(slice_eq(buf_slice(&plain), text));
	assert_int_equal(seal_open(ring, 8, guid, buf_slice(&sealed), &plain), PK_EIO);
	assert_int_equal(seal_open(ring, 9, guid, buf_slice(&sealed), &plain), PK_EIO);
	assert_int_equal(seal_open(ring, 7, other, buf_slice(&sealed), &plain), PK_EIO);
	for (size_t n = 0; n < sealed.n; n++)
		assert_int_equal(
			seal_open(ring, 7, guid, slice_head(buf_slice(&sealed), n), &plain),
			PK_EIO);
	for (size_t i = 0; i < sealed.n; i++) {
		sealed.p[i] ^= 1;
		assert_int_equal(seal_open(ring, 7, guid, buf_slice(&sealed), &plain), PK_EIO);
		sealed.p[i] ^= 1;
	}
	assert_true(slice_eq(buf_slice(&plain), text));
	buf_free(&sealed);
	buf_free(&again);
	buf_free(&plain);
	keyring_close(ring);
	scratch_remove(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mac_vectors),   cmocka_unit_test(derive_vectors),
		cmocka_unit_test(mac_in_pieces), cmocka_unit_test(gcm_vector),
		cmocka_unit_test(keys_at_hand),  cmocka_unit_test(packs),
		cmocka_unit_test(rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
