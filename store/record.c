#include "record.h"

#include "format.h"

#include <assert.h>
#include <endian.h>

/*
 * Most rows are described by a table of their fields, in the order of the disk. Fields with a tag
 * are optional: they follow the others in the order of their tags as {tag u8, length u16, octets}
 * and are left out while they have their absent value. Tags that a row's table does not know are
 * skipped; they are lost when the row is written again.
 */
struct field {
	enum { NUMBER, OCTETS, TEXT } kind;
	uint8_t tag;
	size_t width; /* of NUMBER and OCTETS */
	size_t at;    /* in the struct */
	uint64_t absent;
};
#define FIELDS_MAX 16
struct layout {
	const struct field *fields;
	size_t count;
};

#define MEMBER(type, m) sizeof(((struct type *)0)->m), offsetof(struct type, m)
#define NUM(type, m)                          \
	{                                     \
		NUMBER, 0, MEMBER(type, m), 0 \
	}
#define OPTIONAL(tag, type, m, not )              \
	{                                         \
		NUMBER, tag, MEMBER(type, m), not \
	}
#define RAW(type, m)                          \
	{                                     \
		OCTETS, 0, MEMBER(type, m), 0 \
	}
#define STRING(tag, type, m)                              \
	{                                                 \
		TEXT, tag, 0, offsetof(struct type, m), 0 \
	}
#define LAYOUT(fields) (&(struct layout){fields, sizeof(fields) / sizeof(*(fields))})

static uint64_t number_load(const char *p, size_t width)
{
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;

	switch (width) {
	case 8: memcpy(&v64, p, 8); return v64;
	case 4: memcpy(&v32, p, 4); return v32;
	case 2: memcpy(&v16, p, 2); return v16;
	default: return (unsigned char)*p;
	}
}

static void number_save(char *p, size_t width, uint64_t v)
{
	uint32_t v32 = (uint32_t)v;
	uint16_t v16 = (uint16_t)v;

	switch (width) {
	case 8: memcpy(p, &v, 8); break;
	case 4: memcpy(p, &v32, 4); break;
	case 2: memcpy(p, &v16, 2); break;
	default: *p = (char)v;
	}
}

/* The same as they stand on the disk. */
static uint64_t disk_load(const char *p, size_t width)
{
	switch (width) {
	case 8: return le64toh(number_load(p, 8));
	case 4: return le32toh((uint32_t)number_load(p, 4));
	case 2: return le16toh((uint16_t)number_load(p, 2));
	default: return (unsigned char)*p;
	}
}

static void disk_save(char *p, size_t width, uint64_t v)
{
	switch (width) {
	case 8: number_save(p, 8, htole64(v)); break;
	case 4: number_save(p, 4, htole32((uint32_t)v)); break;
	case 2: number_save(p, 2, htole16((uint16_t)v)); break;
	default: *p = (char)v;
	}
}

static struct slice text_of(const struct field *f, const char *in)
{
	struct slice text;

	memcpy(&text, in + f->at, sizeof(text));
	return text;
}

/* How long a field's octets are; SIZE_MAX: it is left out. */
static size_t field_length(const struct field *f, const char *in)
{
	struct slice text;

	switch (f->kind) {
	case NUMBER:
		return f->tag && number_load(in + f->at, f->width) == f->absent ? SIZE_MAX
		                                                                : f->width;
	case OCTETS: return f->width;
	case TEXT: break;
	}
	text = text_of(f, in);
	return text.n ? text.n : SIZE_MAX;
}

static char *field_put(char *p, const struct field *f, const char *in, size_t n)
{
	if (f->tag) {
		*p++ = (char)f->tag;
		disk_save(p, 2, n);
		p += 2;
	}
	switch (f->kind) {
	case NUMBER: disk_save(p, n, number_load(in + f->at, n)); break;
	case OCTETS: memcpy(p, in + f->at, n); break;
	case TEXT: memcpy(p, text_of(f, in).p, n); break;
	}
	return p + n;
}

static void row_encode(struct buf *b, const struct layout *l, const void *row)
{
	size_t lengths[FIELDS_MAX], all = 1;
	const char *in = row;
	char *p;

	assert(l->count <= FIELDS_MAX);
	for (size_t i = 0; i < l->count; i++) {
		lengths[i] = field_length(&l->fields[i], in);
		if (lengths[i] == SIZE_MAX)
			continue;
		b->failed |= lengths[i] > UINT16_MAX;
		all += lengths[i] + (l->fields[i].tag ? 3 : 0);
	}
	if (!buf_room(b, all))
		return;
	p = b->p + b->n;
	*p++ = FORMAT_ROW;
	for (size_t i = 0; i < l->count; i++)
		if (lengths[i] != SIZE_MAX)
			p = field_put(p, &l->fields[i], in, lengths[i]);
	b->n += all;
}

static void field_get(const struct field *f, struct slice in, char *out)
{
	switch (f->kind) {
	case NUMBER: number_save(out + f->at, f->width, disk_load(in.p, f->width)); break;
	case OCTETS: memcpy(out + f->at, in.p, f->width); break;
	case TEXT: memcpy(out + f->at, &in, sizeof(in)); break;
	}
}

static void field_absent(const struct field *f, char *out)
{
	if (f->kind == NUMBER)
		number_save(out + f->at, f->width, f->absent);
	else
		memset(out + f->at, 0, sizeof(struct slice));
}

static const struct field *tag_find(const struct layout *l, uint8_t tag)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->fields[i].tag == tag)
			return &l->fields[i];
	return NULL;
}

/* The optional fields up to the end; tags ascend, so none comes twice. */
static bool optional_get(struct slice in, const struct layout *l, char *out)
{
	uint8_t last = 0;

	while (in.n >= 3) {
		uint8_t tag = (uint8_t)in.p[0];
		struct slice value = slice_head(slice_skip(in, 3), disk_load(in.p + 1, 2));
		const struct field *f;

		if (tag <= last || value.n < disk_load(in.p + 1, 2))
			return false;
		last = tag;
		in = slice_skip(in, 3 + value.n);
		f = tag_find(l, tag);
		if (f && f->kind == NUMBER && value.n != f->width)
			return false;
		if (f)
			field_get(f, value, out);
	}
	return in.n == 0;
}

static enum pk_status row_decode(struct slice in, const struct layout *l, void *row)
{
	char *out = row;

	if (format_row(in).bad)
		return PK_EIO;
	in = slice_skip(in, 1);
	for (size_t i = 0; i < l->count; i++) {
		const struct field *f = &l->fields[i];

		if (f->tag) {
			field_absent(f, out);
			continue;
		}
		if (in.n < f->width)
			return PK_EIO;
		field_get(f, in, out);
		in = (struct slice){in.p + f->width, in.n - f->width};
	}
	return optional_get(in, l, out) ? PK_OK : PK_EIO;
}

#define CODEC(name, type)                                          \
	enum pk_status name##_decode(struct slice in, type *row)   \
	{                                                          \
		return row_decode(in, LAYOUT(name##_fields), row); \
	}                                                          \
	void name##_encode(struct buf *b, const type *row)         \
	{                                                          \
		row_encode(b, LAYOUT(name##_fields), row);         \
	}

static const struct field account_fields[] = {
	NUM(account_row, octets),
	NUM(account_row, messages),
	NUM(account_row, mailboxes),
	NUM(account_row, domain),
	NUM(account_row, next_mbox),
	NUM(account_row, next_docid),
	NUM(account_row, modseq),
	NUM(account_row, resync_below),
	NUM(account_row, next_uidvalidity),
	NUM(account_row, subscriptions),
	OPTIONAL(1, account_row, limit_octets, LIMIT_NONE),
	OPTIONAL(2, account_row, limit_messages, LIMIT_NONE),
	OPTIONAL(3, account_row, limit_mailboxes, LIMIT_NONE),
};
CODEC(account, struct account_row)

static const struct field name_fields[] = {
	NUM(name_row, mbox),
	NUM(name_row, attributes),
};
CODEC(name, struct name_row)

static const struct field mailbox_fields[] = {
	NUM(mailbox_row, exists),
	NUM(mailbox_row, unseen),
	NUM(mailbox_row, deleted),
	NUM(mailbox_row, octets),
	NUM(mailbox_row, recent_from),
	NUM(mailbox_row, uidnext),
	NUM(mailbox_row, uidvalidity),
	NUM(mailbox_row, modseq),
	NUM(mailbox_row, vanished_floor),
	NUM(mailbox_row, expunged_rows),
	NUM(mailbox_row, oldest_ms),
	STRING(1, mailbox_row, name),
	OPTIONAL(2, mailbox_row, limit_octets, LIMIT_NONE),
	OPTIONAL(3, mailbox_row, limit_messages, LIMIT_NONE),
	OPTIONAL(4, mailbox_row, pop_rows, 0),
	OPTIONAL(5, mailbox_row, pop_from, 0),
};
CODEC(mailbox, struct mailbox_row)

static const struct field message_fields[] = {
	RAW(message_row, guid),
	NUM(message_row, blob),
	NUM(message_row, octets),
	NUM(message_row, internaldate_ms),
	NUM(message_row, zone_minutes),
	NUM(message_row, savedate_ms),
	NUM(message_row, born_ms),
	NUM(message_row, docid),
	STRING(1, message_row, sealed),
	STRING(2, message_row, uidl),
	OPTIONAL(3, message_row, summary_blob, 0),
};
CODEC(message, struct message_row)

static const struct field docid_fields[] = {
	NUM(docid_row, mbox),
	NUM(docid_row, uid),
	OPTIONAL(1, docid_row, vid, 0),
};
CODEC(docid, struct docid_row)

static const struct field pop_fields[] = {
	NUM(pop_row, fetched_ms),
	NUM(pop_row, hidden),
};
CODEC(pop, struct pop_row)

static const struct field keyword_fields[] = {
	STRING(1, keyword_row, name),
};
CODEC(keyword, struct keyword_row)

static const struct field vault_counters_fields[] = {
	NUM(vault_counters, octets),
	NUM(vault_counters, messages),
	NUM(vault_counters, next_vid),
};
CODEC(vault_counters, struct vault_counters)

static const struct field vault_fields[] = {
	NUM(vault_row, removed_ms),
	NUM(vault_row, expires_ms),
	NUM(vault_row, by),
	NUM(vault_row, mbox),
	NUM(vault_row, uid),
	NUM(vault_row, uidvalidity),
	NUM(vault_row, flags),
	STRING(1, vault_row, keywords),
	STRING(2, vault_row, mailbox),
};
CODEC(vault, struct vault_row)

static const struct field sent_fields[] = {
	NUM(sent_row, at_ms),
	NUM(sent_row, mbox),
	NUM(sent_row, uid),
	NUM(sent_row, by),
};
CODEC(sent, struct sent_row)

static const struct field blob_fields[] = {
	NUM(blob_row, segment),     NUM(blob_row, offset),     NUM(blob_row, record_octets),
	NUM(blob_row, octets),      NUM(blob_row, tenant),     NUM(blob_row, refs),
	NUM(blob_row, key_version), NUM(blob_row, dictionary), RAW(blob_row, salt),
	RAW(blob_row, mac),
};
CODEC(blob, struct blob_row)

static const struct field segment_fields[] = {
	NUM(segment_row, state),       NUM(segment_row, large),         NUM(segment_row, octets),
	NUM(segment_row, dead_octets), NUM(segment_row, dead_since_ms),
};
CODEC(segment, struct segment_row)

static const struct field dedup_fields[] = {
	NUM(dedup_row, blob),
};
CODEC(dedup, struct dedup_row)

void empty_encode(struct buf *b)
{
	buf_byte(b, FORMAT_ROW);
}
