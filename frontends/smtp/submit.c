#include "sender.h"
#include "smtp.h"

#include "base/date.h"
#include "mime/header.h"

#include <inttypes.h>

/*
 * A user's message (RFC 6409): whose it is, what its header lacks, and the request that delivers
 * it. As Postfix does, a missing From is the envelope's sender.
 */
#define BCC_MAX 700 /* octets that the copy in Sent has room for */

static struct slice own_address(const struct smtp *s)
{
	return s->envelope.from.n ? path_text(&s->envelope.from) : buf_slice(&s->user);
}

/* Each value of From and its kin has to name somebody, and clearly. */
static struct slice check_senders(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct slice rest = slice_skip(buf_slice(&m->header.senders), 1);

	if (m->header.too_long)
		return S("552 5.3.4 the header is too long");
	if (m->header.fields[HEADER_FROM] > 1 || m->header.fields[HEADER_SENDER] > 1)
		return S("550 5.6.0 the header has two fields From, or two fields Sender");
	for (bool more = m->header.senders.n; more; more = rest.n)
		if (sender_addresses(slice_cut(&rest, '\0'), &m->senders) != PK_OK)
			return S("550 5.6.0 From or Sender is not clear: \"name\" <address>, "
			         "please");
	if (!m->header.fields[HEADER_FROM])
		pk_put_name_row(&m->senders, &(struct pk_name){own_address(s)});
	return m->senders.failed ? reply_to_message(REFUSAL(PK_ENOMEM)) : S("");
}

/* RFC 6409 8.2, 8.3 */
static void put_missing(struct smtp *s, const struct header *h, struct buf *out)
{
	uint64_t random[2];

	if (!h->fields[HEADER_FROM]) {
		buf_put(out, S("From: "));
		buf_put(out, own_address(s));
		buf_put(out, S("\r\n"));
	}
	if (!h->fields[HEADER_DATE]) {
		buf_put(out, S("Date: "));
		date_put_mail(out, s->io->now_ms, 0);
		buf_put(out, S("\r\n"));
	}
	if (!h->fields[HEADER_MESSAGE_ID]) {
		s->io->host->random(s->io, random, sizeof(random));
		buf_printf(out, "Message-ID: <%016" PRIx64 "%016" PRIx64 "@%s>\r\n", random[0],
		           random[1], s->conf->hostname);
	}
}

/* What has come to the stage since it had so many octets. */
static void keep(struct smtp *s, size_t before)
{
	struct smtp_message *m = &s->message;
	size_t room = SMTP_REPORT_HEADER - m->kept.n;

	if (smtp_wants_report(s))
		buf_put(&m->kept, slice_head(slice_skip(buf_slice(&m->stage), before), room));
}

static void end_header(struct smtp *s)
{
	struct smtp_message *m = &s->message;
	struct slice refusal = check_senders(s);
	size_t before = m->stage.n;

	m->editing = false;
	if (refusal.n) {
		smtp_message_refuse(s, SMTP_HEADER, refusal);
		return;
	}
	put_missing(s, &m->header, &m->stage);
	keep(s, before);
	buf_put(&m->stage, S("\r\n"));
	buf_put(&m->stage, buf_slice(&m->header.held));
	m->stage.failed |= m->header.held.failed || m->header.senders.failed;
	buf_free(&m->header.held);
	buf_free(&m->header.senders);
}

size_t smtp_edit(struct smtp *s, struct slice text)
{
	struct smtp_message *m = &s->message;
	size_t before = m->stage.n, used = header_take(&m->header, text, &m->stage);

	keep(s, before);
	if (m->header.over)
		end_header(s);
	return used;
}

void smtp_edit_end(struct smtp *s)
{
	size_t before = s->message.stage.n;

	header_finish(&s->message.header, &s->message.stage);
	keep(s, before);
	end_header(s);
}

/* What stood in Bcc, one line; nothing if it is too long to be told in full. */
static void put_bcc(const struct header *h, struct buf *out)
{
	struct slice rest = slice_skip(buf_slice(&h->bcc), 1);

	while (rest.n && !h->bcc_too_long) {
		if (out->n)
			buf_put(out, S(", "));
		header_unfold(slice_cut(&rest, '\0'), out);
	}
	if (out->n > BCC_MAX)
		buf_clear(out);
}

static uint32_t submitted(struct smtp *s, const struct pk_in *in)
{
	struct refusal r = refusal_of(in);
	struct pk_submit_rep rep = {0};

	if (r.status == PK_OK)
		r.status = pk_get_submit_rep(in->bytes, &rep);
	s->message.copied = rep.copied;
	return smtp_answer_one(s, in, r, &rep.results);
}

uint32_t smtp_submit(struct smtp *s, struct slice summary)
{
	struct buf b = {0}, bcc = {0};

	put_bcc(&s->message.header, &bcc);
	pk_put_submit_req(&b, &(struct pk_submit_req){
				      .body = (uint16_t)s->message.body,
				      .return_path = path_text(&s->envelope.from),
				      .senders = PK_ROWS(&s->message.senders),
				      .summary = summary,
				      .message_id = s->message.id,
				      .bcc = buf_slice(&bcc),
			      });
	b.failed |= bcc.failed;
	buf_free(&bcc);
	return smtp_ask(s, PK_OP_submit, &b, submitted);
}
