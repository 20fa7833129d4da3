/* Rows and keys of the tenant tree: what is written is read, and nothing shorter. */
/* links: store */
#include "unit.h"

#include "tenant_record.h"

#include "base/formats.h"

static const struct counters use = {1, 2, 3, LIMIT_NONE, 5, UINT64_MAX - 1};

static void every_prefix_is_refused(struct buf *b, enum pk_status (*decode)(struct slice, void *),
                                    void *row)
{
	for (size_t n = 0; n < b->n; n++)
		assert_int_equal(decode(slice_head(buf_slice(b), n), row), PK_EIO);
	assert_int_equal(decode(buf_slice(b), row), PK_OK);
	/* An optional field that this release does not know. */
	buf_put(b, S("\x7f\x02\x00xy"));
	assert_int_equal(decode(buf_slice(b), row), PK_OK);
	buf_byte(b, 0x7e);
	assert_int_equal(decode(buf_slice(b), row), PK_EIO);
	b->p[0] = FORMAT_ROW + 1;
	b->n -= 6;
	assert_int_equal(decode(buf_slice(b), row), PK_EIO);
	b->p[0] = FORMAT_ROW;
	assert_int_equal(decode(buf_slice(b), row), PK_OK);
}

#define CHECK(decode, b, row) \
	every_prefix_is_refused(b, (enum pk_status(*)(struct slice, void *))decode, row)

static void tenants(void **state)
{
	struct tenant_row row = {STATE_SUSPENDED, 7, 8, 9, 10, use, -5, S("acme")}, got;
	struct buf b = {0};

	(void)state;
	tenant_encode(&b, &row);
	CHECK(tenant_decode, &b, &got);
	assert_int_equal(got.state, STATE_SUSPENDED);
	assert_int_equal(got.next_domain, 7);
	assert_int_equal(got.next_user, 8);
	assert_int_equal(got.domains, 9);
	assert_int_equal(got.users, 10);
	assert_memory_equal(&got.use, &use, sizeof(use));
	assert_true(got.created_ms == -5 && slice_eq(got.name, S("acme")));
	buf_free(&b);
}

static void domains(void **state)
{
	struct domain_row row = {STATE_ACTIVE, 4, use, 77, S("example.org")}, got;
	struct buf b = {0};

	(void)state;
	domain_encode(&b, &row);
	CHECK(domain_decode, &b, &got);
	assert_true(got.state == STATE_ACTIVE && got.users == 4 && got.created_ms == 77);
	assert_memory_equal(&got.use, &use, sizeof(use));
	assert_true(slice_eq(got.name, S("example.org")));
	buf_free(&b);
}

static void users(void **state)
{
	struct user_row row = {STATE_DELETING, 3, 88, 12, S("Jane@example.org")}, got;
	struct buf b = {0};

	(void)state;
	user_encode(&b, &row);
	CHECK(user_decode, &b, &got);
	assert_true(got.state == STATE_DELETING && got.domain == 3 && got.created_ms == 88 &&
	            got.credential_version == 12 && slice_eq(got.address, S("Jane@example.org")));
	buf_free(&b);
}

static void credentials(void **state)
{
	struct credential_row got, row = {.kind = CREDENTIAL_PASSWORD,
	                                  .protocols = 6,
	                                  .created_ms = 1,
	                                  .expires_ms = 2,
	                                  .label = S("phone"),
	                                  .hash = S("$argon2id$"),
	                                  .scram_iterations = 15000,
	                                  .scram_salt = S("s"),
	                                  .scram_stored = S("st"),
	                                  .scram_server = S("se")};
	struct buf b = {0};

	(void)state;
	credential_encode(&b, &row);
	CHECK(credential_decode, &b, &got);
	assert_true(got.kind == row.kind && got.protocols == 6 && got.created_ms == 1 &&
	            got.expires_ms == 2 && got.scram_iterations == 15000);
	assert_true(slice_eq(got.label, row.label) && slice_eq(got.hash, row.hash) &&
	            slice_eq(got.scram_salt, row.scram_salt) &&
	            slice_eq(got.scram_stored, row.scram_stored) &&
	            slice_eq(got.scram_server, row.scram_server));
	buf_free(&b);
}

static void what_was_sent(void **state)
{
	struct send_row row =
				{
					.minute = 1 << 25, .counts = {7, 0, UINT32_MAX}
        },
			got;
	struct sendas_row right = {.created_ms = -7}, back;
	struct buf b = {0};

	(void)state;
	send_encode(&b, &row);
	CHECK(send_decode, &b, &got);
	assert_memory_equal(&got, &row, sizeof(row));
	buf_clear(&b);
	sendas_encode(&b, &right);
	CHECK(sendas_decode, &b, &back);
	assert_int_equal(back.created_ms, -7);
	buf_free(&b);
}

static void ids_and_texts(void **state)
{
	struct buf b = {0};
	struct slice text;
	uint32_t id;

	(void)state;
	id_encode(&b, 0xfffefdfc);
	CHECK(id_decode, &b, &id);
	assert_int_equal(id, 0xfffefdfc);
	buf_clear(&b);
	text_encode(&b, S("on"));
	CHECK(text_decode, &b, &text);
	assert_true(slice_eq(text, S("on")));
	buf_free(&b);
}

/* One alias's targets are one range: no other alias begins with its prefix. */
static void alias_keys(void **state)
{
	struct key k = key_alias_target(1, 2, S("sales"), 0x0102);
	struct key prefix = key_alias(1, 2, S("sales")), other = key_alias(1, 2, S("sale"));
	struct slice local;
	uint32_t domain;
	uint16_t n;

	(void)state;
	assert_true(key_alias_split(key_slice(&k), &domain, &local, &n));
	assert_true(domain == 2 && n == 0x0102 && slice_eq(local, S("sales")));
	assert_true(slice_starts(key_slice(&k), key_slice(&prefix)));
	assert_false(slice_starts(key_slice(&k), key_slice(&other)));
	assert_false(key_alias_split(slice_head(key_slice(&k), 11), &domain, &local, &n));
	k = key_alias_target(1, 2, S(""), 7);
	assert_true(key_alias_split(key_slice(&k), &domain, &local, &n));
	assert_true(local.n == 0 && n == 7);
	k = key_credential(1, 2, 3);
	assert_false(key_alias_split(key_slice(&k), &domain, &local, &n));
}

static void keys_sort_by_number(void **state)
{
	struct key a = key_tenant_u32(1, KIND_USER, 255), b = key_tenant_u32(1, KIND_USER, 256);
	struct key c = key_tenant(256, KIND_TENANT), d = key_tenant(255, KIND_SEND);

	(void)state;
	assert_true(slice_cmp(key_slice(&a), key_slice(&b)) < 0);
	assert_true(slice_cmp(key_slice(&d), key_slice(&c)) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tenants),       cmocka_unit_test(domains),
		cmocka_unit_test(users),         cmocka_unit_test(credentials),
		cmocka_unit_test(what_was_sent), cmocka_unit_test(ids_and_texts),
		cmocka_unit_test(alias_keys),    cmocka_unit_test(keys_sort_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
