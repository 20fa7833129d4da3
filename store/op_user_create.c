#include "credential.h"
#include "tenant.h"
#include "tenant_admin.h"
#include "tenant_edit.h"

/*
 * Users in bulk: names are checked on the loop, secrets hashed on the work pool a few at a time,
 * rows written in transactions of at most CHUNK users. Each user has a result of its own; what
 * fails for one leaves the others alone.
 */
#define CHUNK         500
#define HASHES_AT_ONE 8

struct one {
	enum pk_status status; /* before the writer: PK_OK, or why not */
	enum pk_status made;   /* by the writer */
	const char *words;     /* constant; NULL: those of the status */
	struct place place;
	struct address name; /* its slices point into the arena */
	struct slice shown;  /* in the arena */
	struct slice secret; /* in c->in: a password to be hashed, or a hash */
	bool hashed;
	struct secret made_of; /* what is kept of it */
};

struct creating {
	struct one *users;
	size_t count, at, end; /* [at, end): in the transaction under way */
	size_t hashed;         /* how far the hashing got */
	struct volume *volume;
	struct changes changes;
};

static void cleanup(struct call *c)
{
	struct creating *s = c->state;

	for (size_t i = 0; i < s->count; i++)
		secret_free(&s->users[i].made_of);
}

static void refuse(struct one *u, enum pk_status st, const char *words)
{
	u->status = st;
	u->words = words;
}

static void check_name(struct call *c, struct one *u, struct slice address)
{
	char shown[LOCAL_MAX + 1];
	struct slice local = address, name;
	struct address a;
	size_t domain_octets = 0;

	if (address_fold(address, &a) != PK_OK) {
		refuse(u, PK_EINVAL, "not an address");
		return;
	}
	while (local.n && local.p[local.n - 1] != '@') {
		local.n--;
		domain_octets++;
	}
	local.n--;
	if (local_show(local, shown, &name) != PK_OK)
		name = a.local; /* it was given between quotes */
	u->name.local = arena_copy(&c->arena, a.local);
	u->name.domain = arena_copy(&c->arena, a.domain);
	u->shown = arena_copy(&c->arena, name);
	u->status = directory_domain(c->server->directory, a.domain, &u->place);
	if (u->status == PK_ENOTFOUND)
		u->words = "no such domain";
}

static void check_secret(struct one *u, const struct pk_new_user *row)
{
	u->secret = row->secret;
	u->hashed = row->hashed || row->secret.n == 0;
	if (row->secret.n == 0)
		return;
	if (row->hashed && secret_take(row->secret, &u->made_of) != PK_OK)
		refuse(u, PK_EINVAL, "not a hash that can be verified here");
	else if (!row->hashed && !secret_ok(row->secret))
		refuse(u, PK_EINVAL, "not a password: UTF-8 without NUL, at most 1024 octets");
}

static void put_results(struct call *c)
{
	struct creating *s = c->state;
	struct pk_user_create_rep rep = {0};

	for (size_t i = 0; i < s->count; i++) {
		const struct one *u = &s->users[i];
		enum pk_status st = u->status != PK_OK ? u->status : u->made;
		struct pk_result row = {.code = (uint16_t)st};

		if (st != PK_OK)
			row.text = slice_str(u->words ? u->words : pk_status_words(st));
		rep.created += st == PK_OK;
		pk_put_result_row(&c->rows, &row);
	}
	rep.results = PK_ROWS(&c->rows);
	pk_put_user_create_rep(&c->out, &rep);
	call_done(c, PK_OK);
}

static enum pk_status make_one(struct call *c, struct txn *t, struct one *u)
{
	struct creating *s = c->state;
	uint64_t acct;
	enum pk_status st = user_make(t, u->place.tenant, &u->name, u->shown, &acct);

	if (st == PK_EEXISTS || st == PK_ENOTFOUND || st == PK_ELIMIT || st == PK_EQUOTA) {
		u->made = st; /* nothing was written for this one */
		return PK_OK;
	}
	if (st == PK_OK && u->secret.n)
		st = credential_set(t, acct, &u->made_of);
	if (st == PK_OK)
		st = changes_apply(c, t,
		                   &(struct scope){u->place.tenant, PK_SCOPE_USER, ACCT_USER(acct)},
		                   &s->changes);
	return st;
}

static enum pk_status make_apply(struct call *c, struct txn *t)
{
	struct creating *s = c->state;
	enum pk_status st = PK_OK;

	for (size_t i = s->at; st == PK_OK && i < s->end; i++) {
		s->users[i].made = PK_OK;
		if (s->users[i].status == PK_OK)
			st = make_one(c, t, &s->users[i]);
	}
	return st;
}

static void write_next(struct call *c);

static void written(struct call *c)
{
	struct creating *s = c->state;

	for (size_t i = s->at; c->status != PK_OK && i < s->end; i++)
		s->users[i].made = c->status;
	s->at = s->end;
	write_next(c);
}

/* Users that follow each other and live in one volume. */
static void write_next(struct call *c)
{
	struct creating *s = c->state;
	struct volume *v = NULL;

	for (s->end = s->at; s->end < s->count && s->end - s->at < CHUNK; s->end++) {
		const struct one *u = &s->users[s->end];
		struct volume *its = server_volume(c->server, u->place.volume);

		if (u->status != PK_OK)
			continue;
		if (v && its != v)
			break;
		v = its;
	}
	if (v)
		call_write_then(c, v, make_apply, written);
	else
		put_results(c); /* none is left that could be made */
}

static void hash_run(struct call *c)
{
	struct creating *s = c->state;

	for (unsigned n = 0; s->hashed < s->count && n < HASHES_AT_ONE; s->hashed++) {
		struct one *u = &s->users[s->hashed];

		if (u->status != PK_OK || u->hashed)
			continue;
		u->status = secret_make(u->secret, &u->made_of);
		n++;
	}
}

static void hash_next(struct call *c)
{
	struct creating *s = c->state;

	while (s->hashed < s->count &&
	       (s->users[s->hashed].hashed || s->users[s->hashed].status != PK_OK))
		s->hashed++;
	if (s->hashed < s->count)
		call_work(c, hash_run, hash_next);
	else
		write_next(c);
}

void op_user_create(struct call *c, const struct pk_user_create_req *q)
{
	struct creating *s = arena_alloc(&c->arena, sizeof(*s));
	struct pk_rows rows = q->users;
	struct pk_new_user row;

	if (!s || !admin_changes(c, q->settings, PK_SCOPE_USER, &s->changes)) {
		if (!s)
			call_done(c, PK_ENOMEM);
		return;
	}
	while (pk_next_new_user(&rows, &row))
		s->count++;
	s->users = arena_alloc(&c->arena, (s->count + 1) * sizeof(*s->users));
	if (!s->users) {
		call_done(c, PK_ENOMEM);
		return;
	}
	c->state = s;
	c->cleanup = cleanup;
	rows = q->users;
	for (size_t i = 0; pk_next_new_user(&rows, &row); i++) {
		check_name(c, &s->users[i], row.address);
		if (s->users[i].status == PK_OK)
			check_secret(&s->users[i], &row);
	}
	hash_next(c);
}
