#include "staged.h"

#include "volume.h"

struct staged_message {
	struct staged_message *next;
	struct message_new message; /* row.sealed points into `octets` */
	uint64_t flags;
	struct sent_id sent;
	int64_t internaldate_ms;
	struct slice keywords; /* likewise */
	struct laid body;
	struct laid *summary; /* NULL: it is in the row */
	char octets[];
};

struct staged *staged_new(const struct session *s)
{
	struct staged *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->volume = s->volume;
	d->tenant = ACCT_TENANT(s->acct);
	d->last = &d->first;
	return d;
}

void staged_free(struct staged *d)
{
	if (!d)
		return;
	while (d->first) {
		struct staged_message *m = d->first;

		d->first = m->next;
		free(m->summary);
		free(m);
	}
	laid_settle(d->volume, d->runs, d->named);
	if (d->peer)
		d->peer->staged -= d->memory;
	free(d);
}

struct staged *session_take_staged(struct session *s)
{
	struct staged *d = s->staged;

	s->staged = NULL;
	return d;
}

size_t staged_count(const struct staged *d)
{
	return d ? d->n : 0;
}

enum pk_status staged_check(struct call *c, uint32_t staged)
{
	struct session *s = c->session;

	if (!staged)
		staged_free(session_take_staged(s));
	return staged == staged_count(s->staged)
	               ? PK_OK
	               : call_error(c, PK_EINVAL, "so many are not staged");
}

static enum pk_status lay_summary(struct laying *l, struct slice summary, struct staged_message *m)
{
	if (!summary.n)
		return PK_OK;
	m->summary = malloc(sizeof *m->summary);
	return m->summary ? lay_octets(l, summary, m->summary) : PK_ENOMEM;
}

static struct slice keep(char **to, struct slice s)
{
	struct slice kept = {*to, s.n};

	if (s.n)
		memcpy(*to, s.p, s.n);
	*to += s.n;
	return kept;
}

static enum pk_status lay_one(struct staged *d, struct laying *l, const struct arrival *a)
{
	const struct message_draft *draft = &a->draft;
	size_t octets = sizeof(struct staged_message) + draft->sealed.n + a->q.keywords.n;
	struct staged_message *m = calloc(1, octets);
	char *to;
	enum pk_status st;

	if (!m)
		return PK_ENOMEM;
	to = m->octets;
	m->message = draft->message;
	m->message.row.sealed = keep(&to, buf_slice(&draft->sealed));
	m->keywords = keep(&to, a->q.keywords);
	m->flags = a->q.flags & PK_SYSTEM_FLAGS;
	m->sent = a->sent;
	m->internaldate_ms = a->q.internaldate;
	st = lay_body(l, a->body, &m->body);
	if (st == PK_OK)
		st = lay_summary(l, buf_slice(&draft->summary), m);
	*d->last = m;
	d->last = &m->next;
	d->n++;
	d->octets += m->message.row.octets;
	d->memory += octets + (m->summary ? sizeof *m->summary : 0);
	return st;
}

enum pk_status staged_lay(struct staged *out, struct arrivals *a)
{
	struct laying l = {.volume = out->volume, .tenant = out->tenant};
	enum pk_status st = PK_OK, ended;

	for (size_t i = 0; st == PK_OK && i < a->n; i++)
		st = lay_one(out, &l, &a->of[i]);
	ended = lay_end(&l);
	out->runs = l.runs;
	return st == PK_OK ? ended : st;
}

static void join_runs(struct staged *d, struct laid_run *newer)
{
	struct laid_run **last = &newer;

	while (*last)
		last = &(*last)->next;
	*last = d->runs;
	d->runs = newer;
}

static bool has_room(const struct session *s, const struct staged *more)
{
	return staged_count(s->staged) + more->n <= PK_APPEND_MAX &&
	       s->peer->staged + more->memory <= LINK_STAGED_OCTETS;
}

enum pk_status session_stage(struct session *s, struct staged *more)
{
	struct staged *d = s->staged;

	if (!has_room(s, more))
		return PK_ELIMIT;
	s->peer->staged += more->memory;
	if (!d) {
		more->peer = s->peer;
		s->staged = more;
		return PK_OK;
	}
	d->memory += more->memory;
	d->n += more->n;
	d->octets += more->octets;
	*d->last = more->first;
	d->last = more->last;
	join_runs(d, more->runs);
	free(more);
	return PK_OK;
}

static enum pk_status store_one(const struct staged_message *from, uint32_t tenant,
                                struct mailbox *m, uint32_t *uid)
{
	struct message_new new = from->message;
	enum pk_status st = mailbox_keywords(m, from->keywords, true, &new.flags);

	new.flags |= from->flags | from->sent.flags;
	if (st == PK_OK)
		st = laid_commit(m->txn, &from->body, tenant, &new.row.blob);
	if (st == PK_OK && from->summary)
		st = laid_commit(m->txn, from->summary, tenant, &new.row.summary_blob);
	if (st == PK_OK)
		st = mailbox_add(m, &new, uid);
	return st == PK_OK ? sent_appended(m, &from->sent, *uid, from->internaldate_ms) : st;
}

enum pk_status staged_give_way(struct staged *d, struct mailbox *m, bool sent,
                               struct quota_need *freed)
{
	enum pk_status st = PK_OK;

	for (struct staged_message *s = d->first; s && st == PK_OK; s = s->next)
		st = sent_give_way(m, sent, &s->sent, freed);
	return st;
}

enum pk_status staged_store(struct staged *d, struct mailbox *m,
                            void (*each)(void *arg, uint32_t uid), void *arg)
{
	enum pk_status st = PK_OK;
	uint32_t uid;

	d->named = true;
	for (const struct staged_message *s = d->first; s && st == PK_OK; s = s->next) {
		st = store_one(s, d->tenant, m, &uid);
		if (st == PK_OK)
			each(arg, uid);
	}
	return st;
}
