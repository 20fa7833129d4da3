#include "status_items.h"
#include "sync.h"

#include "proto/say.h"

struct status_item {
	struct slice name;
	void (*put)(struct imap *s, const struct status_item *item, const struct pk_status_rep *r);
	size_t offset; /* in the store's reply */
	uint32_t want; /* of it */
};

static void put_u32(struct imap *s, const struct status_item *item, const struct pk_status_rep *r)
{
	uint32_t value;

	memcpy(&value, (const char *)r + item->offset, sizeof(value));
	say_printf(s->io, "%u", value);
}

static void put_u64(struct imap *s, const struct status_item *item, const struct pk_status_rep *r)
{
	uint64_t value;

	memcpy(&value, (const char *)r + item->offset, sizeof(value));
	say_printf(s->io, "%llu", (unsigned long long)value);
}

static void put_limit(struct imap *s, const struct status_item *item, const struct pk_status_rep *r)
{
	(void)item, (void)r;
	say_printf(s->io, "%llu", (unsigned long long)imap_append_limit(s));
}

static void put_id(struct imap *s, const struct status_item *item, const struct pk_status_rep *r)
{
	(void)item;
	say_printf(s->io, "(" MAILBOX_ID ")", r->id);
}

#define FIELD(f) offsetof(struct pk_status_rep, f)
static const struct status_item items[] = {
	{S("MESSAGES"),        put_u32,   FIELD(exists),         0               },
	{S("RECENT"),          put_u32,   FIELD(recent),         PK_COUNT_RECENT },
	{S("UIDNEXT"),         put_u32,   FIELD(uidnext),        0               },
	{S("UIDVALIDITY"),     put_u32,   FIELD(uidvalidity),    0               },
	{S("UNSEEN"),          put_u32,   FIELD(unseen),         0               },
	{S("DELETED"),         put_u32,   FIELD(deleted),        0               }, /* RFC 9051 */
	{S("SIZE"),            put_u64,   FIELD(octets),         0               }, /* RFC 8438 */
	{S("HIGHESTMODSEQ"),   put_u64,   FIELD(modseq),         0               }, /* RFC 7162 */
	{S("DELETED-STORAGE"), put_u64,   FIELD(deleted_octets), PK_COUNT_DELETED}, /* RFC 9208 */
	{S("APPENDLIMIT"),     put_limit, 0,                     0               }, /* RFC 7889 */
	{S("MAILBOXID"),       put_id,    0,                     0               }, /* RFC 8474 */
};
#define ITEMS (sizeof(items) / sizeof(*items))

static bool parse_item(struct parser *p, unsigned *bits)
{
	struct slice word;

	if (!parse_atom(p, &word))
		return false;
	for (size_t i = 0; i < ITEMS; i++)
		if (slice_ieq(word, items[i].name)) {
			*bits |= 1u << i;
			return true;
		}
	return parse_fail(p, S("Unknown status item"));
}

uint32_t status_want(unsigned bits)
{
	uint32_t want = bits ? PK_COUNT_ALL : 0;

	for (size_t i = 0; i < ITEMS; i++)
		want |= bits & 1u << i ? items[i].want : 0;
	return want;
}

/* RFC 9051 6.3.11, appendix E: rev2 has no RECENT; appendix A: who has enabled it is not told. */
static bool has_items(const struct imap *s, struct parser *p, unsigned bits)
{
	return tells_recent(s) || !(status_want(bits) & PK_COUNT_RECENT) ||
	       parse_fail(p, S("RECENT is no status item of IMAP4rev2"));
}

bool parse_status_items(const struct imap *s, struct parser *p, unsigned *bits)
{
	bool first = true;

	if (!parse_char(p, '('))
		return false;
	do {
		if ((!first && !parse_space(p)) || !parse_item(p, bits))
			return false;
		first = false;
	} while (!parse_peek(p, ')'));
	return parse_char(p, ')') && has_items(s, p, *bits);
}

void status_enables(struct imap *s, unsigned bits)
{
	for (size_t i = 0; i < ITEMS; i++)
		if (bits & 1u << i && items[i].offset == FIELD(modseq))
			condstore_enable(s);
}

void put_status(struct imap *s, struct slice name, unsigned bits, const struct pk_status_rep *r)
{
	bool first = true;

	put(s, S("* STATUS "));
	put_mailbox(s, name);
	put(s, S(" ("));
	for (size_t i = 0; i < ITEMS; i++) {
		if (!(bits & 1u << i))
			continue;
		if (!first)
			put(s, S(" "));
		first = false;
		put(s, items[i].name);
		put(s, S(" "));
		items[i].put(s, &items[i], r);
	}
	put(s, S(")\r\n"));
}
