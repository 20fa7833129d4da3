#include "supply.h"
#include "view.h"

#include "base/formats.h"

/* A summary of another format counts as absent; the log says which. */
static void tell_format(struct imap *s, const struct pk_message *row)
{
	uint8_t found = row->summary.n ? (uint8_t)row->summary.p[0] : FORMAT_SUMMARY;
	char words[FORMAT_WORDS], line[FORMAT_WORDS + 40];
	const char *why = format_fault(found, FORMAT_SUMMARY, words);

	if (!why)
		return;
	snprintf(line, sizeof(line), "uid=%u summary=\"%s\"", row->uid, why);
	s->io->host->log(s->io, PK_LOG_WARNING, slice_str(line));
}

bool supply_start(struct supply *u, struct imap *s, const struct pk_message *row, uint32_t tag)
{
	struct pk_piece piece = {.uid = row->uid, .offset = row->prefix.n, .octets = UINT64_MAX};
	struct buf pieces = {0};
	bool asked;

	supply_free(u);
	tell_format(s, row);
	u->scan = mime_scan_new();
	if (!u->scan)
		return false;
	u->uid = row->uid;
	piece.octets = row->octets > row->prefix.n ? row->octets - row->prefix.n : 0;
	pk_put_piece_row(&pieces, &piece);
	asked = !pieces.failed &&
	        CALL_STORE(s, read, tag, .handle = s->view->handle, .pieces = PK_ROWS(&pieces));
	buf_free(&pieces);
	return asked;
}

static void end(struct supply *u, enum pk_status st)
{
	buf_clear(&u->summary);
	u->status = st == PK_OK ? mime_scan_end(u->scan, &u->summary) : st;
	if (u->status != PK_OK)
		buf_clear(&u->summary);
	mime_scan_free(u->scan);
	u->scan = NULL;
	u->done = true;
}

void supply_take(struct supply *u, const struct pk_in *in)
{
	struct pk_read_rep r;
	struct pk_chunk chunk;
	enum pk_status st = reply_status(in);

	if (!u->scan)
		return;
	if (st == PK_OK)
		st = pk_get_read_rep(in->bytes, &r);
	while (st == PK_OK && pk_next_chunk(&r.chunks, &chunk)) {
		st = chunk.status < PK_STATUS_COUNT ? (enum pk_status)chunk.status : PK_EIO;
		if (st == PK_OK)
			mime_scan_feed(u->scan, chunk.bytes);
	}
	if (st != PK_OK || !(in->flags & PK_MORE))
		end(u, st);
}

void supply_free(struct supply *u)
{
	mime_scan_free(u->scan);
	buf_free(&u->summary);
	*u = (struct supply){0};
}

enum pk_status supply_open(const struct supply *u, const struct pk_message *row,
                           struct summary *out)
{
	uint64_t body = row->octets > row->prefix.n ? row->octets - row->prefix.n : 0;

	if (u->uid == row->uid && u->done)
		return summary_open(buf_slice(&u->summary), body, out);
	if (row->summary.n && summary_open(row->summary, body, out) == PK_OK)
		return PK_OK;
	return PK_ENOTFOUND;
}
