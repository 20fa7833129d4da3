#include "record.h"

#include <assert.h>
#include <endian.h>

static void put_u64(struct key *k, uint64_t v)
{
	v = htobe64(v);
	memcpy(k->p + k->n, &v, 8);
	k->n += 8;
}

static void put_u32(struct key *k, uint32_t v)
{
	v = htobe32(v);
	memcpy(k->p + k->n, &v, 4);
	k->n += 4;
}

struct key key_acct(uint64_t acct, uint32_t mbox, uint8_t kind)
{
	struct key k;

	k.n = 0;
	put_u64(&k, acct);
	put_u32(&k, mbox);
	k.p[k.n++] = kind;
	return k;
}

struct key key_acct_u32(uint64_t acct, uint32_t mbox, uint8_t kind, uint32_t last)
{
	struct key k = key_acct(acct, mbox, kind);

	put_u32(&k, last);
	return k;
}

struct key key_acct_u64(uint64_t acct, uint32_t mbox, uint8_t kind, uint64_t last)
{
	struct key k = key_acct(acct, mbox, kind);

	put_u64(&k, last);
	return k;
}

struct key key_acct_pair(uint64_t acct, uint32_t mbox, uint8_t kind, uint64_t a, uint32_t b)
{
	struct key k = key_acct_u64(acct, mbox, kind, a);

	put_u32(&k, b);
	return k;
}

struct key key_acct_expiry(uint64_t acct, uint64_t expires, uint64_t vid)
{
	struct key k = key_acct_u64(acct, ACCT_VAULT, KIND_EXPIRY, expires);

	put_u64(&k, vid);
	return k;
}

struct key key_sent(uint64_t acct, const unsigned char id[SENT_ID_OCTETS])
{
	struct key k = key_acct(acct, 0, KIND_SENT);

	memcpy(k.p + k.n, id, SENT_ID_OCTETS);
	k.n += SENT_ID_OCTETS;
	return k;
}

struct key key_sent_time(uint64_t acct, int64_t at_ms, const unsigned char id[SENT_ID_OCTETS])
{
	struct key k = key_acct_u64(acct, 0, KIND_SENT_TIME, (uint64_t)at_ms);

	memcpy(k.p + k.n, id, SENT_ID_OCTETS);
	k.n += SENT_ID_OCTETS;
	return k;
}

struct key key_keyword(uint64_t acct, uint32_t mbox, uint8_t bit)
{
	struct key k = key_acct(acct, mbox, KIND_KEYWORD);

	k.p[k.n++] = bit;
	return k;
}

struct key key_name(uint64_t acct, uint8_t kind, struct slice name)
{
	struct key k = key_acct(acct, 0, kind);

	assert(name.n <= NAME_MAX_OCTETS);
	for (size_t i = 0; i < name.n; i++)
		k.p[k.n++] = name.p[i] == '/' ? 0 : (unsigned char)name.p[i];
	return k;
}

struct slice name_of_key(struct slice key, char out[NAME_MAX_OCTETS + 1])
{
	struct slice in = slice_head(slice_skip(key, KEY_ACCT_OCTETS), NAME_MAX_OCTETS);

	for (size_t i = 0; i < in.n; i++)
		out[i] = (char)(in.p[i] ? in.p[i] : '/');
	out[in.n] = '\0';
	return (struct slice){out, in.n};
}

struct key key_u64(uint64_t id)
{
	struct key k;

	k.n = 0;
	put_u64(&k, id);
	return k;
}

struct key key_dedup(uint32_t tenant, const unsigned char mac[32])
{
	struct key k;

	k.n = 0;
	put_u32(&k, tenant);
	memcpy(k.p + k.n, mac, 32);
	k.n += 32;
	return k;
}

struct key key_sched(uint8_t kind, int64_t at_ms, uint64_t id)
{
	struct key k;

	assert(at_ms >= 0); /* or times would not sort */
	k.n = 0;
	k.p[k.n++] = kind;
	put_u64(&k, (uint64_t)at_ms);
	put_u64(&k, id);
	return k;
}

bool key_fits(enum tree tree, struct slice key)
{
	static const size_t least[TREE_COUNT] = {
		[TREE_ACCT] = KEY_ACCT_OCTETS,
		[TREE_TENANT] = 5,
		[TREE_BLOB] = 8,
		[TREE_DEDUP] = 36,
		[TREE_SEG] = 8,
		[TREE_SCHED] = 17,
	};

	return key.n >= least[tree];
}

static uint64_t key_at(struct slice key, size_t at, size_t width)
{
	uint64_t v = 0;

	if (at > key.n || width > key.n - at)
		return 0;
	for (size_t i = 0; i < width; i++)
		v = v << 8 | (unsigned char)key.p[at + i];
	return v;
}

uint32_t key_u32_at(struct slice key, size_t at)
{
	return (uint32_t)key_at(key, at, 4);
}

uint64_t key_u64_at(struct slice key, size_t at)
{
	return key_at(key, at, 8);
}
