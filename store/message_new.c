#include "message_new.h"

#include "blob.h"

#include "ipc/wire.h"

static enum pk_status seal(struct keyring *keys, const struct message_source *s,
                           struct slice summary, struct buf *sealed)
{
	struct buf plain = {0};
	enum pk_status st = PK_ENOMEM;

	wire_put(&plain, s->prefix.n, 2);
	buf_put(&plain, s->prefix);
	buf_put(&plain, summary);
	if (!plain.failed)
		st = seal_row(keys, s->tenant, s->guid, buf_slice(&plain), sealed);
	buf_wipe(&plain);
	return st;
}

enum pk_status message_draft(struct keyring *keys, const struct message_source *s,
                             struct message_draft *d)
{
	struct message_row *row = &d->message.row;
	bool fits = s->prefix.n + s->summary.n <= MESSAGE_INLINE_MAX;
	enum pk_status st;

	*d = (struct message_draft){0};
	if (s->prefix.n > PREFIX_MAX)
		return PK_ETOOBIG;
	memcpy(row->guid, s->guid, sizeof(row->guid));
	row->octets = s->prefix.n + s->body_octets;
	row->internaldate_ms = s->internaldate_ms;
	row->zone_minutes = s->zone_minutes;
	row->savedate_ms = row->born_ms = s->now_ms;
	if (!fits)
		buf_put(&d->summary, s->summary);
	st = d->summary.failed ? PK_ENOMEM
	                       : seal(keys, s, fits ? s->summary : (struct slice){0}, &d->sealed);
	row->sealed = buf_slice(&d->sealed);
	return st;
}

void message_draft_free(struct message_draft *d)
{
	buf_wipe(&d->summary);
	buf_free(&d->sealed);
	*d = (struct message_draft){0};
}

enum pk_status message_store(struct mailbox *m, const struct message_draft *d, uint64_t blob,
                             uint32_t *uid)
{
	struct message_new new = d->message;
	enum pk_status st = PK_OK;

	new.row.blob = blob;
	if (d->summary.n)
		st = blob_put(m->txn, ACCT_TENANT(m->account->acct), buf_slice(&d->summary),
		              &new.row.summary_blob);
	return st == PK_OK ? mailbox_add(m, &new, uid) : st;
}

enum pk_status message_opened(struct slice plain, struct slice *prefix, struct slice *summary)
{
	struct wire w = {plain, false};

	*prefix = wire_take(&w, wire_get(&w, 2));
	*summary = w.in;
	return w.bad ? PK_EIO : PK_OK;
}
