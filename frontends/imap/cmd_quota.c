#include "imap.h"

#include "proto/say.h"

/*
 * GETQUOTA, GETQUOTAROOT, SETQUOTA: RFC 9208. A root is "user/ADDRESS", "mailbox/NAME",
 * "domain/NAME" or "tenant/NAME"; the store decides which of them a user gets to see, and whether
 * it may limit its own mailboxes. Root names are written in the form of mailbox names, for these
 * are in them.
 */
#define NO_LIMIT     UINT64_MAX
#define MAILBOX_ROOT S("mailbox/")

static const struct {
	uint8_t scope;
	struct slice word;
} scopes[] = {
	{PK_SCOPE_USER,    S("user/")   },
	{PK_SCOPE_DOMAIN,  S("domain/") },
	{PK_SCOPE_TENANT,  S("tenant/") },
	{PK_SCOPE_MAILBOX, S("mailbox/")},
};

static const struct resource {
	uint8_t number;
	uint16_t unit; /* octets, for STORAGE (RFC 9208 5.1) */
	struct slice word;
} resources[] = {
	{PK_RES_OCTETS,    1024, S("STORAGE")},
	{PK_RES_MESSAGES,  1,    S("MESSAGE")},
	{PK_RES_MAILBOXES, 1,    S("MAILBOX")},
};
#define RESOURCES (sizeof(resources) / sizeof(*resources))

/* One root, from the rows that the store sent of it: they follow each other. */
struct root {
	uint8_t scope;
	struct slice name; /* without the scope's word */
	bool limited;
	struct {
		uint64_t used, limit;
	} of[RESOURCES];
};

struct quota_args {
	struct slice root;    /* asked for; empty: all of the mailbox */
	struct slice mailbox; /* "": only what applies to all */
	uint64_t limit[RESOURCES];
	bool unknown; /* another resource is to be limited */
};

static bool next_root(struct pk_rows *rows, struct root *r)
{
	struct pk_rows rest = *rows;
	struct pk_quota row;

	*r = (struct root){0};
	for (size_t i = 0; i < RESOURCES; i++)
		r->of[i].limit = NO_LIMIT;
	while (pk_next_quota(&rest, &row) && (!r->scope || row.scope == r->scope)) {
		r->scope = row.scope;
		r->name = row.name;
		r->limited |= row.limit != NO_LIMIT;
		for (size_t i = 0; i < RESOURCES; i++)
			if (resources[i].number == row.resource) {
				r->of[i].used = row.used;
				r->of[i].limit = row.limit;
			}
		*rows = rest;
	}
	return r->scope;
}

/* Its whole name, in memory that the next one takes. */
static struct slice root_name(struct imap *s, const struct root *r)
{
	buf_clear(&s->scratch);
	for (size_t i = 0; i < sizeof(scopes) / sizeof(*scopes); i++)
		if (scopes[i].scope == r->scope)
			buf_put(&s->scratch, scopes[i].word);
	buf_put(&s->scratch, r->name);
	return buf_slice(&s->scratch);
}

/* RFC 9208 4.2.1: what is not limited is not named. */
static void put_quota(struct imap *s, const struct root *r)
{
	const char *before = "";

	put(s, S("* QUOTA "));
	put_mailbox(s, root_name(s, r));
	put(s, S(" ("));
	for (size_t i = 0; i < RESOURCES; i++) {
		uint64_t unit = resources[i].unit, used = r->of[i].used;

		if (r->of[i].limit == NO_LIMIT)
			continue;
		used = used / unit + (used % unit > 0);
		say_printf(s->io, "%s%s %" PRIu64 " %" PRIu64, before, resources[i].word.p, used,
		           r->of[i].limit / unit);
		before = " ";
	}
	put(s, S(")\r\n"));
}

static enum pk_status quota_rows(const struct pk_in *in, struct pk_rows *rows)
{
	enum pk_status st = reply_status(in);
	struct pk_quota_rep r = {0};

	if (st == PK_OK)
		st = pk_get_quota_rep(in->bytes, &r);
	*rows = r.quotas;
	return st;
}

/* Another user's root and one that nobody has are answered alike. */
static uint32_t no_such_root(struct imap *s)
{
	return imap_ok(s, S("NO [NONEXISTENT] No such quota root"));
}

static uint32_t on_root(struct imap *s, struct pk_in *in)
{
	const struct quota_args *a = s->cmd->own;
	struct pk_rows rows;
	struct root r;
	enum pk_status st = quota_rows(in, &rows);

	if (st != PK_OK && st != PK_EINVAL)
		return imap_no(s, st);
	while (st == PK_OK && next_root(&rows, &r)) {
		if (!slice_eq(root_name(s, &r), a->root))
			continue;
		put_quota(s, &r);
		return imap_done(s);
	}
	return no_such_root(s);
}

/* The root that a command names, and the mailbox it is of; empty: another kind of root. */
static bool root_arg(struct imap *s, struct parser *p, bool last, struct quota_args *a,
                     uint32_t *wants)
{
	struct slice rest, inbox = S("INBOX");

	if (!name_arg(s, p, last, &a->root, wants))
		return false;
	if (!slice_starts(a->root, MAILBOX_ROOT))
		return true;
	a->mailbox = rest = slice_skip(a->root, MAILBOX_ROOT.n);
	if (slice_ieq(slice_cut(&rest, '/'), inbox)) /* INBOX in any case */
		memcpy((char *)a->mailbox.p, inbox.p, inbox.n);
	return true;
}

uint32_t cmd_getquota(struct imap *s, struct parser *p)
{
	struct quota_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	if (!root_arg(s, p, true, a, &wants))
		return wants;
	s->cmd->own = a;
	return ASK(s, quota, on_root, .mailbox = a->mailbox);
}

/* A mailbox of its own root only where that has a limit. */
static bool is_told(const struct root *r)
{
	return r->scope != PK_SCOPE_MAILBOX || r->limited;
}

static uint32_t on_roots(struct imap *s, struct pk_in *in)
{
	const struct quota_args *a = s->cmd->own;
	struct pk_rows rows, again;
	struct root r;
	enum pk_status st = quota_rows(in, &rows);

	if (st != PK_OK)
		return imap_no(s, st);
	again = rows;
	put(s, S("* QUOTAROOT "));
	put_mailbox(s, a->mailbox);
	while (next_root(&rows, &r))
		if (is_told(&r)) {
			put(s, S(" "));
			put_mailbox(s, root_name(s, &r));
		}
	put(s, S("\r\n"));
	while (next_root(&again, &r))
		if (is_told(&r))
			put_quota(s, &r);
	return imap_done(s);
}

uint32_t cmd_getquotaroot(struct imap *s, struct parser *p)
{
	struct quota_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	if (!name_arg(s, p, true, &a->mailbox, &wants))
		return wants;
	s->cmd->own = a;
	return ASK(s, quota, on_roots, .mailbox = a->mailbox);
}

static bool parse_limit(struct parser *p, struct quota_args *a)
{
	struct slice word;
	uint64_t n;

	if (!parse_atom(p, &word) || !parse_space(p) || !parse_number(p, INT64_MAX, &n))
		return false;
	for (size_t i = 0; i < RESOURCES; i++)
		if (slice_ieq(word, resources[i].word)) {
			a->limit[i] = n;
			return n <= INT64_MAX / resources[i].unit ||
			       parse_fail(p, S("Not a number, or too large"));
		}
	a->unknown = true;
	return true;
}

static bool parse_limits(struct parser *p, struct quota_args *a)
{
	bool first = true;

	for (size_t i = 0; i < RESOURCES; i++)
		a->limit[i] = NO_LIMIT;
	if (!parse_space(p) || !parse_char(p, '('))
		return false;
	while (!parse_peek(p, ')')) {
		if ((!first && !parse_space(p)) || !parse_limit(p, a))
			return false;
		first = false;
	}
	return parse_char(p, ')') && parse_end(p);
}

static uint32_t on_limited(struct imap *s, struct pk_in *in)
{
	const struct quota_args *a = s->cmd->own;
	enum pk_status st = reply_status(in);

	if (st == PK_ENOTFOUND || st == PK_EINVAL)
		return no_such_root(s);
	if (st != PK_OK)
		return imap_no(s, st);
	return ASK(s, quota, on_root, .mailbox = a->mailbox);
}

static uint64_t octets(uint64_t limit, size_t i)
{
	return limit == NO_LIMIT ? NO_LIMIT : limit * resources[i].unit;
}

/* Users limit no more than their own mailboxes, and these only where they may: the setting
 * quota.self. What all of them may have is not theirs to say. */
uint32_t cmd_setquota(struct imap *s, struct parser *p)
{
	struct quota_args *a = imap_alloc(s, sizeof(*a));
	uint32_t wants;

	if (!a)
		return imap_no(s, PK_ENOMEM);
	if (!root_arg(s, p, false, a, &wants))
		return wants;
	if (!parse_limits(p, a))
		return imap_bad(s, p->error);
	if (!a->mailbox.n)
		return imap_no(s, PK_EPERM);
	if (a->unknown)
		return imap_ok(s, S("NO [CANNOT] No such resource"));
	if (a->limit[2] != NO_LIMIT)
		return imap_ok(s, S("NO [CANNOT] A mailbox has no limit of mailboxes"));
	s->cmd->own = a;
	return ASK(s, quota_self, on_limited, .mailbox = a->mailbox,
	           .octets_limit = octets(a->limit[0], 0), .messages_limit = a->limit[1]);
}
