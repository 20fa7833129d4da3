#include "sweep.h"

#include "drop.h"
#include "vault.h"

#include "base/log.h"

#define CHUNK_ROWS 1000 /* about 10 ms */

/* One piece of sweeping, in one bulk write. */
struct sweep {
	struct write write; /* first */
	struct volume *volume;
	bool more;
};

static struct sweep *of_write(struct write *w)
{
	return (struct sweep *)(void *)w;
}

static enum pk_status sweep_vault(struct account *a, size_t *done)
{
	return vault_expire(a, a->txn->now_ms, CHUNK_ROWS, done);
}

static enum pk_status sweep_pop(struct account *a, size_t *done)
{
	return drop_sweep(a, CHUNK_ROWS, done);
}

/* What an alarm of each kind is for: less than CHUNK_ROWS in *done, and it is over. */
static const struct {
	char kind;
	enum pk_status (*sweep)(struct account *, size_t *done);
} kinds[] = {
	{SCHED_VAULT, sweep_vault},
	{SCHED_POP,   sweep_pop  },
};

/* The first alarm that is due. */
static enum pk_status due(struct txn *t, int64_t now_ms, size_t *kind, struct slice *key)
{
	struct slice value;
	enum pk_status st = PK_ENOTFOUND;

	for (*kind = 0; *kind < sizeof(kinds) / sizeof(*kinds); ++*kind) {
		st = txn_first(t, TREE_SCHED, (struct slice){&kinds[*kind].kind, 1},
		               (struct slice){0}, key, &value);
		if (st == PK_OK && (int64_t)key_u64_at(*key, 1) <= now_ms)
			return PK_OK;
		if (st != PK_OK && st != PK_ENOTFOUND)
			return st;
	}
	return PK_ENOTFOUND;
}

static enum pk_status sweep_account(struct txn *t, size_t kind, uint64_t acct, size_t *done)
{
	struct account a;
	enum pk_status st = account_load(t, acct, &a);

	if (st == PK_ENOTFOUND) { /* it is gone, and its vault with it */
		*done = 0;
		return PK_OK;
	}
	if (st == PK_OK)
		st = kinds[kind].sweep(&a, done);
	return st == PK_OK ? account_save(&a) : st;
}

static enum pk_status apply(struct write *w, struct txn *t)
{
	struct sweep *s = of_write(w);
	char copy[KEY_MAX];
	struct slice key;
	size_t done = 0, kind;
	enum pk_status st = due(t, t->now_ms, &kind, &key);

	s->more = false;
	if (st != PK_OK)
		return st == PK_ENOTFOUND ? PK_OK : st;
	memcpy(copy, key.p, key.n);
	key.p = copy;
	st = sweep_account(t, kind, key_u64_at(key, 9), &done);
	if (st == PK_OK && done < CHUNK_ROWS)
		st = txn_del(t, TREE_SCHED, key);
	s->more = true;
	return st;
}

static void done(struct write *w)
{
	struct sweep *s = of_write(w);

	if (s->write.status == PK_OK && s->more) {
		writer_submit(s->volume->writer, &s->write);
		return;
	}
	if (s->write.status != PK_OK)
		LOG(PK_LOG_ERROR, "sweep_error", LOG_NUMBER("volume", s->volume->number),
		    LOG_CSTR("error", pk_status_words(s->write.status)));
	s->volume->sweeping = false;
	free(s);
}

static void start(struct volume *v, int64_t now_ms)
{
	struct sweep *s = calloc(1, sizeof(*s));

	if (!s)
		return;
	s->volume = v;
	s->write.apply = apply;
	s->write.done = done;
	s->write.bulk = true;
	s->write.now_ms = now_ms;
	v->sweeping = true;
	writer_submit(v->writer, &s->write);
}

static bool wanted(struct volume *v, int64_t now_ms)
{
	struct slice key;
	struct txn t;
	size_t kind;
	bool is_due = false;

	if (v->sweeping || v->options.read_only)
		return false;
	if (txn_begin_read(v, &t) == PK_OK)
		is_due = due(&t, now_ms, &kind, &key) == PK_OK;
	txn_end_read(&t);
	return is_due;
}

void sweep_tick(struct server *s)
{
	int64_t now_ms = server_now(s);

	for (size_t i = 0; i < s->volume_count; i++)
		if (wanted(s->volumes[i], now_ms))
			start(s->volumes[i], now_ms);
}
