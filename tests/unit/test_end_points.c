/* Which certificates there are, as the supervisor tells it; and what is told of one. */
/* links: store */
#include "unit.h"

#include "end_points.h"

#include "os/end_point.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#define DAY (INT64_C(24) * 3600 * 1000)

/* Tells the words of a text as a set, or a piece of one. */
static void tell(struct end_points *e, const char *words, bool more, int64_t now_ms)
{
	struct slice rest = slice_str(words);
	struct buf rows = {0};

	while (rest.n)
		pk_put_ctl_end_point_row(&rows, &(struct pk_ctl_end_point){slice_cut(&rest, ' ')});
	end_points_take(e, &(struct pk_ctl_end_points){more, PK_ROWS(&rows)}, now_ms);
	buf_free(&rows);
}

/* Those of a, b, c and d that are known. */
static const char *known(const struct end_points *e, int64_t now_ms)
{
	static _Thread_local char words[5];
	char *at = words;

	for (const char *c = "abcd"; *c; c++)
		if (end_points_has(e, (struct slice){c, 1}, now_ms))
			*at++ = *c;
	*at = '\0';
	return words;
}

static void a_set_replaces_the_one_before(void **state)
{
	struct end_points e = {0};
	int64_t over = 1000 + END_POINTS_GRACE_MS;

	(void)state;
	assert_string_equal(known(&e, 0), "");
	assert_false(end_points_has(&e, S(""), 0));
	tell(&e, "a b", false, 0);
	assert_string_equal(known(&e, 100 * DAY), "ab");
	tell(&e, "b c", false, 1000);
	assert_string_equal(known(&e, 1000), "abc");
	assert_string_equal(known(&e, over - 1), "abc");
	assert_string_equal(known(&e, over), "bc");
	tell(&e, "b c", false, 2000); /* the same again gives no more time */
	assert_string_equal(known(&e, over), "bc");
	tell(&e, "a", false, 3000); /* it is back */
	assert_string_equal(known(&e, over), "abc");
	assert_string_equal(known(&e, 3000 + END_POINTS_GRACE_MS), "a");
	end_points_free(&e);
}

/* A set in pieces ends nothing before its last one. */
static void pieces_are_one_set(void **state)
{
	struct end_points e = {0};

	(void)state;
	tell(&e, "a b", false, 0);
	tell(&e, "c", true, 1000);
	assert_string_equal(known(&e, DAY), "abc");
	tell(&e, "b", true, 1000);
	tell(&e, "d", false, 1000);
	assert_string_equal(known(&e, DAY), "bcd");
	end_points_free(&e);
}

static bool has_number(const struct end_points *e, uint32_t number)
{
	return end_points_has(e, (struct slice){(char *)&number, sizeof(number)}, 10);
}

/* So many hashes, numbers from this one on, at the time 10. */
static void tell_numbers(struct end_points *e, uint32_t from, uint32_t count)
{
	struct buf rows = {0};

	for (uint32_t n = from; n < from + count; n++)
		pk_put_ctl_end_point_row(&rows, &(struct pk_ctl_end_point){
							{(char *)&n, sizeof(n)}
                });
	end_points_take(e, &(struct pk_ctl_end_points){.hashes = PK_ROWS(&rows)}, 10);
	buf_free(&rows);
}

/* What is over goes; what there is, is bounded, and nothing of it is left out for what there was.
 */
static void memory_is_bounded(void **state)
{
	const uint32_t each = 20000;
	struct end_points e = {0};

	(void)state;
	for (uint32_t set = 0; set < 10; set++) {
		tell_numbers(&e, set * each, each);
		assert_true(end_points_count(&e) <= END_POINTS_MAX);
		for (uint32_t n = set * each; n < (set + 1) * each; n++)
			assert_true(has_number(&e, n));
	}
	tell_numbers(&e, 0, END_POINTS_MAX + 5);
	assert_int_equal(end_points_count(&e), END_POINTS_MAX);
	end_points_free(&e);
	assert_int_equal(end_points_count(&e), 0);
	tell(&e, "a", false, DAY);
	tell(&e, "b", false, DAY);
	end_points_tick(&e, DAY + END_POINTS_GRACE_MS - 1);
	assert_int_equal(end_points_count(&e), 2);
	end_points_tick(&e, DAY + END_POINTS_GRACE_MS);
	assert_int_equal(end_points_count(&e), 1);
	end_points_free(&e);
}

/* RFC 5929 section 4.1: the hash of the signature's algorithm; SHA-256 for MD5 and SHA-1. */
static void the_hash_is_that_of_the_signature(void **state)
{
	static const struct {
		const EVP_MD *(*sign)(void);
		const char *hash;
	} cases[] = {
		{EVP_sha1,   "SHA256"},
                {EVP_sha256, "SHA256"},
                {EVP_sha384, "SHA384"},
		{EVP_sha512, "SHA512"},
                {NULL,       "SHA256"}, /* Ed25519 names none */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		EVP_PKEY *key = cases[i].sign ? EVP_EC_gen("P-256")
		                              : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		X509 *x = X509_new();
		unsigned char wanted[EVP_MAX_MD_SIZE];
		unsigned n = 0;
		struct end_point e;

		X509_gmtime_adj(X509_getm_notBefore(x), 0);
		X509_gmtime_adj(X509_getm_notAfter(x), 1000);
		X509_set_pubkey(x, key);
		assert_true(X509_sign(x, key, cases[i].sign ? cases[i].sign() : NULL) > 0);
		assert_int_equal(X509_digest(x, EVP_get_digestbyname(cases[i].hash), wanted, &n),
		                 1);
		end_point_of(x, &e);
		assert_int_equal(e.octets, n);
		assert_memory_equal(e.hash, wanted, n);
		X509_free(x);
		EVP_PKEY_free(key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_replaces_the_one_before),
		cmocka_unit_test(pieces_are_one_set),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(the_hash_is_that_of_the_signature),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
