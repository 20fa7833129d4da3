#include "message_tell.h"
#include "message_new.h"

#include "blob.h"
#include "volume.h"

static enum pk_status read_summary(struct message_teller *t, uint64_t blob)
{
	struct blob b;
	enum pk_status st = blob_open(t->m->txn, blob, &b);

	if (st != PK_OK)
		return st;
	st = b.octets <= (size_t)PK_SUMMARY_MAX ? blob_read(&b, 0, b.octets, &t->summary) : PK_EIO;
	blob_close(&b);
	return st;
}

/* The sealed parts that are wanted. */
static enum pk_status open_row(struct message_teller *t, const struct message_row *row,
                               struct pk_message *out)
{
	uint32_t tenant = ACCT_TENANT(t->m->account->acct);
	struct slice prefix, summary;
	enum pk_status st;

	buf_clear(&t->plain);
	buf_clear(&t->summary);
	st = seal_open(t->m->txn->volume->keys, tenant, row->guid, row->sealed, &t->plain);
	if (st == PK_OK)
		st = message_opened(buf_slice(&t->plain), &prefix, &summary);
	if (st == PK_OK && t->want & PK_WANT_SUMMARY && row->summary_blob) {
		st = read_summary(t, row->summary_blob);
		summary = buf_slice(&t->summary);
	}
	if (st != PK_OK)
		return st;
	if (t->want & PK_WANT_PREFIX)
		out->prefix = prefix;
	if (t->want & PK_WANT_SUMMARY)
		out->summary = summary;
	return PK_OK;
}

static void tell_uidl(struct message_teller *t, const struct message_row *row,
                      struct pk_message *out)
{
	int n = snprintf(t->uidl, sizeof(t->uidl), "%u.%u", t->m->row.uidvalidity, out->uid);

	out->uidl = row->uidl.n ? row->uidl : (struct slice){t->uidl, (size_t)n};
}

enum pk_status message_tell(struct message_teller *t, uint32_t uid, const struct flag_entry *flags,
                            const struct message_row *row, struct pk_message *out)
{
	*out = (struct pk_message){.uid = uid};
	if (t->want & PK_WANT_FLAGS) {
		out->flags = flags->flags;
		out->modseq = flags->modseq;
	}
	if (t->want & PK_WANT_SIZE)
		out->octets = row->octets;
	if (t->want & PK_WANT_DATES) {
		out->internaldate = row->internaldate_ms;
		out->zone = (uint16_t)row->zone_minutes;
		out->savedate = row->savedate_ms;
		out->born = row->born_ms;
	}
	if (t->want & PK_WANT_GUID) {
		out->guid = (struct slice){(const char *)row->guid, sizeof(row->guid)};
		out->docid = row->docid;
	}
	if (t->want & PK_WANT_UIDL)
		tell_uidl(t, row, out);
	return t->want & (PK_WANT_PREFIX | PK_WANT_SUMMARY) ? open_row(t, row, out) : PK_OK;
}

void message_teller_drop(struct message_teller *t)
{
	buf_wipe(&t->plain);
	buf_wipe(&t->summary);
}
