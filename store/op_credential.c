#include "auth.h"
#include "credential.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_edit.h"

#include <sodium.h>

/* App passwords, tokens and certificates of a user: told of, made, taken away. */
static const struct kind {
	struct slice word;
	uint8_t kind;
	bool drawn; /* its secret is drawn here, told once */
	bool scram;
} kinds[] = {
	{S("password"),     CREDENTIAL_PASSWORD,    false, false},
	{S("password"),     CREDENTIAL_SCRAM,       false, false},
	{S("app-password"), CREDENTIAL_APP,         true,  true },
	{S("token"),        CREDENTIAL_TOKEN,       true,  false},
	{S("certificate"),  CREDENTIAL_CERTIFICATE, false, false},
};

static const struct kind *kind_of(uint8_t kind)
{
	const struct kind *k = kinds;

	while (k->kind != kind && k < kinds + sizeof(kinds) / sizeof(*kinds) - 1)
		k++;
	return k;
}

/* One that can be made here: not the password itself. */
static const struct kind *kind_named(struct slice word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].kind >= CREDENTIAL_APP && slice_eq(kinds[i].word, word))
			return &kinds[i];
	return NULL;
}

struct credentialing { /* of any kind */
	struct target at;
	const struct kind *kind;
	uint16_t number;
	struct pk_credential_create_req q; /* points into c->in */
	char letters[DRAWN_LETTERS + 1];
	unsigned char hash[32];
	struct secret made;
	enum pk_status status;
};

static void cleanup(struct call *c)
{
	struct credentialing *s = c->state;

	secret_free(&s->made);
	sodium_memzero(s->letters, sizeof(s->letters));
	if (c->out.n)
		sodium_memzero(c->out.p, c->out.n); /* the secret as it was told */
}

static struct credentialing *begin(struct call *c, struct slice account)
{
	struct credentialing *s = arena_alloc(&c->arena, sizeof(*s));

	if (!s) {
		call_done(c, PK_ENOMEM);
		return NULL;
	}
	*s = (struct credentialing){0};
	c->state = s;
	c->cleanup = cleanup;
	return admin_user(c, account, &s->at) ? s : NULL;
}

static void put_row_of(struct call *c, uint16_t n, const struct credential_row *row)
{
	pk_put_credential_row(&c->rows,
	                      &(struct pk_credential){.number = n,
	                                              .kind = kind_of(row->kind)->word,
	                                              .label = row->label,
	                                              .protocols = row->protocols,
	                                              .created = row->created_ms,
	                                              .expires = row->expires_ms,
	                                              .scram = row->scram_iterations > 0});
}

static enum pk_status list_step(struct call *c, struct txn *t)
{
	struct credentialing *s = c->state;
	struct credential_row row;
	struct buf plain = {0};
	uint16_t n = 0;
	enum pk_status st = target_ids(c, t, &s->at);

	if (st != PK_OK)
		return st;
	st = credential_get(t, s->at.acct, 0, &plain, &row);
	while (st == PK_OK || (st == PK_ENOTFOUND && n == 0)) {
		if (st == PK_OK)
			put_row_of(c, n, &row);
		buf_wipe(&plain);
		st = credential_next(t, s->at.acct, &n, &plain, &row);
		if (st == PK_ENOTFOUND)
			break;
	}
	buf_wipe(&plain);
	pk_put_credential_list_rep(
		&c->out, &(struct pk_credential_list_rep){.credentials = PK_ROWS(&c->rows)});
	return st == PK_ENOTFOUND ? PK_OK : st;
}

void op_credential_list(struct call *c, const struct pk_credential_list_req *q)
{
	struct credentialing *s = begin(c, q->account);

	if (s)
		call_read(c, s->at.volume, list_step);
}

/* The number for a new one; what has expired goes. */
static enum pk_status next_number(struct call *c, struct txn *t)
{
	struct credentialing *s = c->state;
	struct credential_row row;
	struct buf plain = {0};
	unsigned count = 0;
	uint16_t n = 0;
	enum pk_status st;

	for (s->number = 1;; s->number = (uint16_t)(n + 1)) {
		bool same;

		buf_wipe(&plain);
		st = credential_next(t, s->at.acct, &n, &plain, &row);
		if (st != PK_OK)
			break;
		if (row.expires_ms && row.expires_ms <= t->now_ms) {
			st = credential_del(t, s->at.acct, n);
			if (st != PK_OK)
				break;
			continue;
		}
		same = row.kind == s->kind->kind && slice_ieq(row.label, s->q.label);
		if (same && row.kind != CREDENTIAL_TOKEN)
			st = call_error(c, PK_EEXISTS, "there is one with this label");
		else if (++count >= CREDENTIALS_MAX || n == UINT16_MAX)
			st = call_error(c, PK_ELIMIT, "a user has at most %d", CREDENTIALS_MAX);
		if (st != PK_OK)
			break;
	}
	buf_wipe(&plain);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static enum pk_status create_apply(struct call *c, struct txn *t)
{
	struct credentialing *s = c->state;
	struct credential_row row = {.kind = s->kind->kind,
	                             .protocols = s->q.protocols,
	                             .created_ms = t->now_ms,
	                             .expires_ms = s->q.expires,
	                             .label = s->q.label};
	struct pk_credential_create_rep rep;
	enum pk_status st = target_ids(c, t, &s->at);

	if (st == PK_OK)
		st = next_number(c, t);
	secret_row(&s->made, &row);
	row.hash = (struct slice){(const char *)s->hash, sizeof(s->hash)};
	if (st == PK_OK)
		st = credential_keep(t, s->at.acct, s->number, &row);
	rep = (struct pk_credential_create_rep){.number = s->number,
	                                        .secret = slice_str(s->letters)};
	c->secret = true;
	if (st == PK_OK)
		pk_put_credential_create_rep(&c->out, &rep);
	return st;
}

static void create_run(struct call *c)
{
	struct credentialing *s = c->state;

	s->status = secret_scram(slice_str(s->letters), &s->made);
}

static void create_made(struct call *c)
{
	struct credentialing *s = c->state;

	if (s->status == PK_OK)
		call_write(c, s->at.volume, create_apply);
	else
		call_done(c, s->status);
}

/* Leaves the hash of what will be shown later; false: it was answered. */
static bool take_secret(struct call *c, struct credentialing *s)
{
	if (s->kind->drawn) {
		drawn_make(s->letters);
		drawn_hash(slice_str(s->letters), s->hash);
		return true;
	}
	if (s->q.fingerprint.n == sizeof(s->hash)) {
		memcpy(s->hash, s->q.fingerprint.p, sizeof(s->hash));
		return true;
	}
	call_fail(c, PK_EINVAL, "a fingerprint is the SHA-256 of a certificate, %zu octets",
	          sizeof(s->hash));
	return false;
}

void op_credential_create(struct call *c, const struct pk_credential_create_req *q)
{
	struct credentialing *s = begin(c, q->account);

	if (!s)
		return;
	s->q = *q;
	s->kind = kind_named(q->kind);
	if (!s->kind)
		call_fail(c, PK_EINVAL, "a kind is app-password, token or certificate");
	else if (!q->label.n || q->label.n > LABEL_MAX || !secret_ok(q->label))
		call_fail(c, PK_EINVAL, "a label is UTF-8, 1 to %d octets", LABEL_MAX);
	else if (s->kind->kind == CREDENTIAL_TOKEN && !q->expires)
		call_fail(c, PK_EINVAL, "a token expires");
	else if (q->expires && q->expires <= server_now(c->server))
		call_fail(c, PK_EINVAL, "it would have expired already");
	else if (!take_secret(c, s))
		return;
	else if (s->kind->scram)
		call_work(c, create_run, create_made);
	else
		call_write(c, s->at.volume, create_apply);
}

static enum pk_status delete_apply(struct call *c, struct txn *t)
{
	struct credentialing *s = c->state;
	enum pk_status st = target_ids(c, t, &s->at);

	if (st == PK_OK)
		st = credential_del(t, s->at.acct, s->number);
	return st == PK_ENOTFOUND && s->at.acct ? call_error(c, st, "there is none of this number")
	                                        : st;
}

/* Sessions that it opened end. */
static void deleted(struct call *c)
{
	struct credentialing *s = c->state;

	if (c->status == PK_OK)
		auth_kick_credential(c->server, s->at.acct, s->number);
	call_done(c, c->status);
}

void op_credential_delete(struct call *c, const struct pk_credential_delete_req *q)
{
	struct credentialing *s = begin(c, q->account);

	if (!s)
		return;
	s->number = q->number;
	if (q->number == 0)
		call_fail(c, PK_EINVAL, "the password itself is changed, not deleted");
	else
		call_write_then(c, s->at.volume, delete_apply, deleted);
}
