#include "mailbox_parts.h"

struct keywords {
	uint8_t length[PK_KEYWORDS_MAX]; /* 0: free */
	char name[PK_KEYWORDS_MAX][KEYWORD_MAX];
};

struct slice keyword_name(const struct mailbox *m, uint8_t bit)
{
	size_t i = (size_t)bit - PK_FIRST_KEYWORD;

	if (bit < PK_FIRST_KEYWORD || i >= PK_KEYWORDS_MAX)
		return (struct slice){0};
	return (struct slice){m->keywords->name[i], m->keywords->length[i]};
}

static enum pk_status note(struct keywords *k, uint8_t bit, struct slice name)
{
	size_t i = (size_t)bit - PK_FIRST_KEYWORD;

	if (bit < PK_FIRST_KEYWORD || i >= PK_KEYWORDS_MAX || !name.n || name.n > KEYWORD_MAX)
		return PK_EIO;
	memcpy(k->name[i], name.p, name.n);
	k->length[i] = (uint8_t)name.n;
	return PK_OK;
}

static enum pk_status fill(struct mailbox *m, struct cursor *c)
{
	struct key prefix = key_acct(m->account->acct, m->id, KIND_KEYWORD);
	enum pk_status st = cursor_seek(c, key_slice(&prefix));

	while (st == PK_OK && slice_starts(c->key, key_slice(&prefix))) {
		struct keyword_row row;

		st = keyword_decode(c->value, &row);
		if (st == PK_OK && c->key.n != prefix.n + 1)
			st = PK_EIO;
		if (st == PK_OK)
			st = note(m->keywords, (uint8_t)c->key.p[prefix.n], row.name);
		if (st == PK_OK)
			st = cursor_next(c);
	}
	return st == PK_ENOTFOUND ? PK_OK : st;
}

enum pk_status keywords_load(struct mailbox *m)
{
	struct cursor c;
	enum pk_status st;

	if (m->keywords)
		return PK_OK;
	st = cursor_open(m->txn, TREE_ACCT, &c);
	m->keywords = calloc(1, sizeof(*m->keywords));
	if (!m->keywords)
		st = PK_ENOMEM;
	if (st == PK_OK)
		st = fill(m, &c);
	cursor_close(&c);
	if (st != PK_OK) {
		free(m->keywords);
		m->keywords = NULL;
	}
	return st;
}

/* An atom (RFC 9051 9, flag-keyword): no controls, space or specials. */
static bool legal(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("(){%*\"\\]", c))
			return false;
	}
	return name.n > 0;
}

static enum pk_status make(struct mailbox *m, uint8_t bit, struct slice name)
{
	struct key key = key_keyword(m->account->acct, m->id, bit);
	struct buf row = {0};

	keyword_encode(&row, &(struct keyword_row){name});
	return put_row(m->txn, TREE_ACCT, &key, &row);
}

enum pk_status mailbox_keyword(struct mailbox *m, struct slice name, bool create, uint8_t *bit)
{
	uint8_t free_bit = 0;
	enum pk_status st = keywords_load(m);

	if (st != PK_OK)
		return st;
	for (*bit = PK_FIRST_KEYWORD; *bit < PK_FIRST_KEYWORD + PK_KEYWORDS_MAX; ++*bit) {
		struct slice known = keyword_name(m, *bit);

		if (known.n && slice_ieq(known, name))
			return PK_OK;
		if (!known.n && !free_bit)
			free_bit = *bit;
	}
	if (!legal(name))
		return PK_EINVAL;
	if (!create)
		return PK_ENOTFOUND;
	if (!free_bit || name.n > KEYWORD_MAX)
		return PK_ELIMIT;
	*bit = free_bit;
	st = make(m, *bit, name);
	return st == PK_OK ? note(m->keywords, *bit, name) : st;
}

enum pk_status mailbox_keywords(struct mailbox *m, struct slice names, bool create, uint64_t *bits)
{
	enum pk_status st = PK_OK;
	uint8_t bit;

	*bits = 0;
	while (st == PK_OK && names.n) {
		struct slice name = slice_cut(&names, ' ');

		if (!name.n)
			continue;
		st = mailbox_keyword(m, name, create, &bit);
		if (st == PK_OK)
			*bits |= 1ull << bit;
	}
	return st;
}
