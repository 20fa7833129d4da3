#include "tenant_record.h"

#include "format.h"

#include <assert.h>

static void key_bytes(struct key *k, struct slice s)
{
	assert(s.n <= KEY_MAX - k->n);
	if (s.n)
		memcpy(k->p + k->n, s.p, s.n);
	k->n += s.n;
}

static void key_number(struct key *k, uint64_t v, size_t width)
{
	char raw[8];

	for (size_t i = 0; i < width; i++)
		raw[i] = (char)(v >> (8 * (width - 1 - i)));
	key_bytes(k, (struct slice){raw, width});
}

struct key key_tenant(uint32_t tenant, uint8_t kind)
{
	struct key k;

	k.n = 0;
	key_number(&k, tenant, 4);
	key_number(&k, kind, 1);
	return k;
}

struct key key_tenant_u32(uint32_t tenant, uint8_t kind, uint32_t id)
{
	struct key k = key_tenant(tenant, kind);

	key_number(&k, id, 4);
	return k;
}

struct key key_setting(uint32_t tenant, uint8_t scope, uint32_t id, struct slice name)
{
	struct key k = key_tenant(tenant, KIND_SETTING);

	key_number(&k, scope, 1);
	key_number(&k, id, 4);
	key_bytes(&k, name);
	return k;
}

struct key key_domain_name(uint32_t tenant, struct slice name)
{
	struct key k = key_tenant(tenant, KIND_DOMAIN_NAME);

	key_bytes(&k, name);
	return k;
}

struct key key_user_name(uint32_t tenant, uint32_t domain, struct slice local)
{
	struct key k = key_tenant_u32(tenant, KIND_USER_NAME, domain);

	key_bytes(&k, local);
	return k;
}

struct key key_alias(uint32_t tenant, uint32_t domain, struct slice local)
{
	struct key k = key_tenant_u32(tenant, KIND_ALIAS, domain);

	key_bytes(&k, local);
	key_number(&k, 0, 1);
	return k;
}

struct key key_alias_target(uint32_t tenant, uint32_t domain, struct slice local, uint16_t n)
{
	struct key k = key_alias(tenant, domain, local);

	key_number(&k, n, 2);
	return k;
}

struct key key_credential(uint32_t tenant, uint32_t user, uint16_t n)
{
	struct key k = key_tenant_u32(tenant, KIND_CREDENTIAL, user);

	key_number(&k, n, 2);
	return k;
}

struct key key_sendas(uint32_t tenant, uint32_t user, const struct address *a)
{
	struct key k = key_tenant_u32(tenant, KIND_SENDAS, user);

	key_bytes(&k, a->local);
	key_bytes(&k, S("@"));
	key_bytes(&k, a->domain);
	return k;
}

bool key_alias_split(struct slice key, uint32_t *domain, struct slice *local, uint16_t *n)
{
	const size_t head = 9, tail = 3;

	if (key.n < head + tail || key.p[4] != KIND_ALIAS || key.p[key.n - tail] != 0)
		return false;
	*domain = key_u32_at(key, 5);
	*local = (struct slice){key.p + head, key.n - head - tail};
	*n = (uint16_t)((unsigned char)key.p[key.n - 2] << 8 | (unsigned char)key.p[key.n - 1]);
	return true;
}

/* Values. */
static struct slice get_text(struct wire *w)
{
	return wire_take(w, (size_t)wire_get(w, 2));
}

static void put_text(struct buf *b, struct slice s)
{
	if (s.n > UINT16_MAX)
		b->failed = true;
	wire_put(b, s.n, 2);
	buf_put(b, s);
}

/* What may follow the fixed fields: optional ones {tag u8, length u16}; those not known pass. */
static enum pk_status end(struct wire *w)
{
	while (wire_more(w)) {
		wire_get(w, 1);
		get_text(w);
	}
	return w->bad ? PK_EIO : PK_OK;
}

static void get_counters(struct wire *w, struct counters *c)
{
	c->octets = wire_get(w, 8);
	c->messages = wire_get(w, 8);
	c->mailboxes = wire_get(w, 8);
	c->limit_octets = wire_get(w, 8);
	c->limit_messages = wire_get(w, 8);
	c->limit_mailboxes = wire_get(w, 8);
}

static void put_counters(struct buf *b, const struct counters *c)
{
	wire_put(b, c->octets, 8);
	wire_put(b, c->messages, 8);
	wire_put(b, c->mailboxes, 8);
	wire_put(b, c->limit_octets, 8);
	wire_put(b, c->limit_messages, 8);
	wire_put(b, c->limit_mailboxes, 8);
}

enum pk_status tenant_decode(struct slice in, struct tenant_row *r)
{
	struct wire w = format_row(in);

	*r = (struct tenant_row){0};
	r->state = (uint8_t)wire_get(&w, 1);
	r->next_domain = (uint32_t)wire_get(&w, 4);
	r->next_user = (uint32_t)wire_get(&w, 4);
	r->domains = (uint32_t)wire_get(&w, 4);
	r->users = (uint32_t)wire_get(&w, 4);
	get_counters(&w, &r->use);
	r->created_ms = (int64_t)wire_get(&w, 8);
	r->name = get_text(&w);
	return end(&w);
}

void tenant_encode(struct buf *b, const struct tenant_row *r)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, r->state, 1);
	wire_put(b, r->next_domain, 4);
	wire_put(b, r->next_user, 4);
	wire_put(b, r->domains, 4);
	wire_put(b, r->users, 4);
	put_counters(b, &r->use);
	wire_put(b, (uint64_t)r->created_ms, 8);
	put_text(b, r->name);
}

enum pk_status domain_decode(struct slice in, struct domain_row *r)
{
	struct wire w = format_row(in);

	*r = (struct domain_row){0};
	r->state = (uint8_t)wire_get(&w, 1);
	r->users = (uint32_t)wire_get(&w, 4);
	get_counters(&w, &r->use);
	r->created_ms = (int64_t)wire_get(&w, 8);
	r->name = get_text(&w);
	return end(&w);
}

void domain_encode(struct buf *b, const struct domain_row *r)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, r->state, 1);
	wire_put(b, r->users, 4);
	put_counters(b, &r->use);
	wire_put(b, (uint64_t)r->created_ms, 8);
	put_text(b, r->name);
}

enum pk_status user_decode(struct slice in, struct user_row *r)
{
	struct wire w = format_row(in);

	*r = (struct user_row){0};
	r->state = (uint8_t)wire_get(&w, 1);
	r->domain = (uint32_t)wire_get(&w, 4);
	r->created_ms = (int64_t)wire_get(&w, 8);
	r->credential_version = (uint32_t)wire_get(&w, 4);
	r->address = get_text(&w);
	return end(&w);
}

void user_encode(struct buf *b, const struct user_row *r)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, r->state, 1);
	wire_put(b, r->domain, 4);
	wire_put(b, (uint64_t)r->created_ms, 8);
	wire_put(b, r->credential_version, 4);
	put_text(b, r->address);
}

enum pk_status id_decode(struct slice in, uint32_t *id)
{
	struct wire w = format_row(in);

	*id = (uint32_t)wire_get(&w, 4);
	return end(&w);
}

void id_encode(struct buf *b, uint32_t id)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, id, 4);
}

enum pk_status text_decode(struct slice in, struct slice *text)
{
	struct wire w = format_row(in);

	*text = get_text(&w);
	return end(&w);
}

void text_encode(struct buf *b, struct slice text)
{
	wire_put(b, FORMAT_ROW, 1);
	put_text(b, text);
}

enum pk_status send_decode(struct slice in, struct send_row *r)
{
	struct wire w = format_row(in);
	size_t n;

	*r = (struct send_row){0};
	r->minute = (int64_t)wire_get(&w, 8);
	n = (size_t)wire_get(&w, 1);
	if (n > SEND_MINUTES)
		return PK_EIO;
	for (size_t i = 0; i < n; i++)
		r->counts[i] = (uint32_t)wire_get(&w, 4);
	return end(&w);
}

void send_encode(struct buf *b, const struct send_row *r)
{
	size_t n = SEND_MINUTES;

	while (n && !r->counts[n - 1])
		n--;
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, (uint64_t)r->minute, 8);
	wire_put(b, n, 1);
	for (size_t i = 0; i < n; i++)
		wire_put(b, r->counts[i], 4);
}

enum pk_status sendas_decode(struct slice in, struct sendas_row *r)
{
	struct wire w = format_row(in);

	r->created_ms = (int64_t)wire_get(&w, 8);
	return end(&w);
}

void sendas_encode(struct buf *b, const struct sendas_row *r)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, (uint64_t)r->created_ms, 8);
}

enum pk_status credential_decode(struct slice in, struct credential_row *r)
{
	struct wire w = format_row(in);

	*r = (struct credential_row){0};
	r->kind = (uint8_t)wire_get(&w, 1);
	r->protocols = (uint32_t)wire_get(&w, 4);
	r->created_ms = (int64_t)wire_get(&w, 8);
	r->expires_ms = (int64_t)wire_get(&w, 8);
	r->label = get_text(&w);
	r->hash = get_text(&w);
	r->scram_iterations = (uint32_t)wire_get(&w, 4);
	r->scram_salt = get_text(&w);
	r->scram_stored = get_text(&w);
	r->scram_server = get_text(&w);
	return end(&w);
}

void credential_encode(struct buf *b, const struct credential_row *r)
{
	wire_put(b, FORMAT_ROW, 1);
	wire_put(b, r->kind, 1);
	wire_put(b, r->protocols, 4);
	wire_put(b, (uint64_t)r->created_ms, 8);
	wire_put(b, (uint64_t)r->expires_ms, 8);
	put_text(b, r->label);
	put_text(b, r->hash);
	wire_put(b, r->scram_iterations, 4);
	put_text(b, r->scram_salt);
	put_text(b, r->scram_stored);
	put_text(b, r->scram_server);
}
