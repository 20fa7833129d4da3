#include "unfinished.h"

#include "tenant_edit.h"
#include "tenant_record.h"
#include "trace.h"

#include "base/log.h"

#define LOOK_ROWS 10000 /* in one read transaction */

/* One volume's search, and what it has found. */
struct search {
	struct write write; /* first */
	struct job job;
	struct server *server;
	struct volume *volume;
	struct key at; /* where the next look begins */
	enum pk_status status;
	const struct kind *kind; /* of what was found; NULL: nothing in this look */
	uint32_t tenant, id;
	unsigned budget;
	struct trace_erasing traces;
	char domain[DOMAIN_MAX + 1];
};

/* What can be half deleted: how it is known, erased, and what follows the last row but one. */
struct kind {
	uint8_t kind; /* of its row */
	const char *word;
	enum pk_status (*state)(struct search *s, struct slice row, uint8_t *state);
	enum pk_status (*erase)(struct search *s, struct txn *t);
	void (*erased)(struct search *s);
};

static struct search *of_write(struct write *w)
{
	return (struct search *)(void *)w;
}

static struct search *of_job(struct job *j)
{
	return (struct search *)(void *)((char *)j - offsetof(struct search, job));
}

static void look(struct search *s);

/* Through with what was found; the search goes on behind it. */
static void settled(struct search *s)
{
	LOG(s->status == PK_OK ? PK_LOG_INFO : PK_LOG_ERROR, "deletion_resumed",
	    LOG_CSTR("what", s->kind->word), LOG_NUMBER("tenant", s->tenant),
	    LOG_NUMBER("id", s->id), LOG_CSTR("status", pk_status_name(s->status)));
	s->kind = NULL;
	look(s);
}

static void job_settled(struct job *j)
{
	settled(of_job(j));
}

static bool ends(struct search *s)
{
	bool stopping = s->server->stopping;

	if (stopping)
		free(s);
	return stopping;
}

static void submit(struct search *s, void (*run)(struct job *), void (*done)(struct job *))
{
	if (ends(s))
		return;
	s->job = (struct job){.run = run, .done = done};
	if (pool_submit(s->server->work, &s->job) == PK_OK)
		return;
	run(&s->job); /* the queue is full */
	loop_post(pool_loop(s->server->work), &s->job);
}

/* Of a user nothing is left but its rows, which went. */

static enum pk_status user_state(struct search *s, struct slice row, uint8_t *state)
{
	struct user_row u;
	enum pk_status st = user_decode(row, &u);

	(void)s;
	*state = u.state;
	return st;
}

static enum pk_status user_step(struct search *s, struct txn *t)
{
	return user_erase(t, ACCT(s->tenant, s->id), &s->budget);
}

/* A domain's name in the directory goes last. */

static enum pk_status domain_state(struct search *s, struct slice row, uint8_t *state)
{
	struct domain_row d;
	enum pk_status st = domain_decode(row, &d);

	*state = d.state;
	if (st == PK_OK && d.name.n <= DOMAIN_MAX)
		snprintf(s->domain, sizeof(s->domain), "%.*s", (int)d.name.n, d.name.p);
	return st;
}

static enum pk_status domain_step(struct search *s, struct txn *t)
{
	return domain_erase(t, s->tenant, s->id, &s->budget);
}

static void release_domain(struct job *j)
{
	struct search *s = of_job(j);

	s->status = directory_release(s->server->directory, true, slice_str(s->domain));
	if (s->status == PK_ENOTFOUND)
		s->status = PK_OK;
}

static void domain_erased(struct search *s)
{
	submit(s, release_domain, job_settled);
}

/* A tenant's key, what the trace has of it, its own row, and its names in the directory. */

static enum pk_status tenant_state(struct search *s, struct slice row, uint8_t *state)
{
	struct tenant_row t;
	enum pk_status st = tenant_decode(row, &t);

	(void)s;
	*state = t.state;
	return st;
}

static enum pk_status tenant_step(struct search *s, struct txn *t)
{
	return tenant_erase(t, s->tenant, &s->budget);
}

static void release_tenant(struct job *j)
{
	struct search *s = of_job(j);

	s->status = directory_release_tenant(s->server->directory, s->tenant);
}

static enum pk_status forget_apply(struct write *w, struct txn *t)
{
	return tenant_forget(t, of_write(w)->tenant);
}

static void forgotten(struct write *w)
{
	struct search *s = of_write(w);

	s->status = w->status;
	if (s->status == PK_OK)
		submit(s, release_tenant, job_settled);
	else
		settled(s);
}

static void shred(struct job *j)
{
	struct search *s = of_job(j);

	s->status = keyring_destroy(s->server->keys, s->tenant);
	if (s->status == PK_ENOTFOUND) /* it came this far before */
		s->status = PK_OK;
}

static void write_it(struct search *s, enum pk_status (*apply)(struct write *, struct txn *),
                     void (*done)(struct write *))
{
	if (ends(s))
		return;
	s->write.apply = apply;
	s->write.done = done;
	s->write.bulk = true;
	s->write.now_ms = server_now(s->server);
	writer_submit(s->volume->writer, &s->write);
}

static enum pk_status traces_apply(struct write *w, struct txn *t)
{
	return trace_erase(t, of_write(w)->tenant, &of_write(w)->traces);
}

static void traces_erased(struct write *w)
{
	struct search *s = of_write(w);

	s->traces.from = s->traces.next;
	s->status = w->status;
	if (s->status == PK_OK && s->traces.more)
		write_it(s, traces_apply, traces_erased);
	else if (s->status == PK_OK)
		write_it(s, forget_apply, forgotten);
	else
		settled(s);
}

static void shredded(struct job *j)
{
	struct search *s = of_job(j);

	trace_forget(s->server, s->tenant);
	s->traces = (struct trace_erasing){0};
	if (s->status == PK_OK)
		write_it(s, traces_apply, traces_erased);
	else
		settled(s);
}

static void tenant_erased(struct search *s)
{
	submit(s, shred, shredded);
}

static const struct kind kinds[] = {
	{KIND_TENANT, "tenant", tenant_state, tenant_step, tenant_erased},
	{KIND_DOMAIN, "domain", domain_state, domain_step, domain_erased},
	{KIND_USER,   "user",   user_state,   user_step,   settled      },
};

static enum pk_status erase_apply(struct write *w, struct txn *t)
{
	struct search *s = of_write(w);

	s->budget = ERASE_ROWS;
	return s->kind->erase(s, t);
}

static void erased(struct write *w)
{
	struct search *s = of_write(w);

	s->status = w->status;
	if (s->status == PK_OK && s->budget == 0) {
		write_it(s, erase_apply, erased);
	} else if (s->status == PK_OK) {
		s->kind->erased(s);
	} else {
		if (s->status == PK_ENOTFOUND) /* somebody deleted it again, and was first */
			s->status = PK_OK;
		settled(s);
	}
}

/* Looking. */

static const struct kind *kind_of(uint8_t kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

/* The next kind of rows of the same tenant. */
static void skip_kind(struct search *s, struct slice key)
{
	s->at = key_tenant(key_u32_at(key, 0), (uint8_t)(key.p[4] + 1));
}

static enum pk_status look_at(struct search *s, struct cursor *c)
{
	const struct kind *kind = kind_of((uint8_t)c->key.p[4]);
	uint8_t state = 0;
	enum pk_status st;

	if (!kind) {
		skip_kind(s, c->key);
		return cursor_seek(c, key_slice(&s->at));
	}
	st = kind->state(s, c->value, &state);
	if (st == PK_OK && state == STATE_DELETING) {
		s->kind = kind;
		s->tenant = key_u32_at(c->key, 0);
		s->id = key_u32_at(c->key, 5);
	}
	memcpy(s->at.p, c->key.p, c->key.n); /* a row that cannot be read is verify's to tell */
	s->at.n = c->key.n;
	s->at.p[s->at.n++] = 0; /* behind it */
	return s->kind ? PK_OK : cursor_next(c);
}

static void look_run(struct job *j)
{
	struct search *s = of_job(j);
	struct cursor c = {0};
	struct txn t;

	s->status = txn_begin_read(s->volume, &t);
	if (s->status == PK_OK)
		s->status = cursor_open(&t, TREE_TENANT, &c);
	if (s->status == PK_OK)
		s->status = cursor_seek(&c, key_slice(&s->at));
	for (unsigned n = 0; s->status == PK_OK && !s->kind && n < LOOK_ROWS; n++)
		s->status = look_at(s, &c);
	cursor_close(&c);
	txn_end_read(&t);
}

static void looked(struct job *j)
{
	struct search *s = of_job(j);

	if (s->status == PK_OK && s->kind) {
		write_it(s, erase_apply, erased);
	} else if (s->status == PK_OK) {
		look(s);
	} else {
		if (s->status != PK_ENOTFOUND)
			LOG(PK_LOG_ERROR, "deletion_resumed", LOG_CSTR("what", "search"),
			    LOG_CSTR("status", pk_status_name(s->status)));
		free(s);
	}
}

static void look(struct search *s)
{
	submit(s, look_run, looked);
}

void unfinished_start(struct server *server)
{
	for (size_t i = 0; i < server->volume_count; i++) {
		struct search *s = NULL;

		if (!server->volumes[i]->options.read_only)
			s = calloc(1, sizeof(*s));
		if (!s)
			continue;
		s->server = server;
		s->volume = server->volumes[i];
		s->at = key_tenant(1, KIND_TENANT);
		look(s);
	}
}
