#include "smtp.h"

#include "base/date.h"
#include "proto/say.h"

#include <inttypes.h>

/*
 * The report of a delivery (RFC 3461 5.2.3, 6; RFC 3464) that a user has asked for with
 * NOTIFY=SUCCESS: into the user's own INBOX, behind the transaction in which the recipients got the
 * message. Others need none: what is not delivered is refused.
 */

bool smtp_wants_report(const struct smtp *s)
{
	return s->envelope.reports.n > 0;
}

static void put_field(struct buf *out, const char *name, struct slice value)
{
	if (value.n)
		buf_printf(out, "%s: %.*s\r\n", name, (int)value.n, value.p);
}

static void put_date(struct smtp *s, const char *name, struct buf *out)
{
	buf_printf(out, "%s: ", name);
	date_put_mail(out, s->io->now_ms, 0);
	buf_put(out, S("\r\n"));
}

static void put_head(struct smtp *s, const char *mark, struct buf *out)
{
	buf_printf(out, "Return-Path: <>\r\nFrom: Mail Delivery System <postmaster@%s>\r\n",
	           s->conf->hostname);
	put_field(out, "To", path_text(&s->envelope.from));
	put_date(s, "Date", out);
	buf_printf(out,
	           "Message-ID: <%s@%s>\r\n"
	           "Subject: Delivered: what you sent\r\n"
	           "Auto-Submitted: auto-replied\r\n"
	           "MIME-Version: 1.0\r\n"
	           "Content-Type: multipart/report; report-type=delivery-status;\r\n"
	           "\tboundary=\"%s\"\r\n\r\n",
	           mark, s->conf->hostname, mark);
}

static void put_words(const struct smtp *s, const char *mark, struct buf *out)
{
	struct slice left = buf_slice(&s->envelope.reports);

	buf_printf(out,
	           "--%s\r\nContent-Type: text/plain; charset=utf-8\r\n"
	           "Content-Transfer-Encoding: 8bit\r\n\r\n"
	           "Your message is in the mailbox of\r\n\r\n",
	           mark);
	while (left.n) {
		buf_put(out, S("  "));
		buf_put(out, slice_cut(&left, '\n'));
		buf_put(out, S("\r\n"));
		slice_cut(&left, '\n');
	}
	buf_put(out, S("\r\nYou asked to be told when it is; nothing is to be done.\r\n\r\n"));
}

/* RFC 3464, and RFC 6533 for what is not ASCII. */
static void put_status(struct smtp *s, const char *mark, struct buf *out)
{
	const struct smtp_envelope *e = &s->envelope;
	struct slice left = buf_slice(&e->reports);

	buf_printf(out, "--%s\r\nContent-Type: message/%sdelivery-status\r\n%s\r\n", mark,
	           e->utf8 ? "global-" : "", e->utf8 ? "Content-Transfer-Encoding: 8bit\r\n" : "");
	buf_printf(out, "Reporting-MTA: dns; %s\r\n", s->conf->hostname);
	put_field(out, "Original-Envelope-Id", buf_slice(&e->envid));
	put_date(s, "Arrival-Date", out);
	while (left.n) {
		struct slice address = slice_cut(&left, '\n');

		buf_put(out, S("\r\n"));
		put_field(out, "Original-Recipient", slice_cut(&left, '\n'));
		buf_printf(out, "Final-Recipient: %s; %.*s\r\n", e->utf8 ? "utf-8" : "rfc822",
		           (int)address.n, address.p);
		buf_put(out, S("Action: delivered\r\nStatus: 2.0.0\r\n"));
	}
}

/* As much of it as was kept in whole lines. */
static void put_header(const struct smtp *s, const char *mark, struct buf *out)
{
	struct slice kept = buf_slice(&s->message.kept);
	const char *end = kept.n ? memrchr(kept.p, '\n', kept.n) : NULL;

	buf_printf(out, "\r\n--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
	           mark, s->envelope.utf8 ? "message/global-headers" : "text/rfc822-headers");
	buf_put(out, slice_head(kept, end ? (size_t)(end + 1 - kept.p) : 0));
	buf_printf(out, "\r\n--%s--\r\n", mark);
}

static void put_report(struct smtp *s, struct buf *out)
{
	uint64_t random[2];
	char mark[2 * sizeof(random) + 1];

	s->io->host->random(s->io, random, sizeof(random));
	snprintf(mark, sizeof(mark), "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
	put_head(s, mark, out);
	put_words(s, mark, out);
	put_status(s, mark, out);
	put_header(s, mark, out);
}

static uint32_t reported(struct smtp *s, const struct pk_in *in)
{
	if (in->flags & PK_MORE)
		return PK_REPLY;
	SAY_LOG(s->io, PK_LOG_INFO, "report", LOG_NUMBER("message", s->messages),
	        LOG_CSTR("reason", pk_status_name((enum pk_status)in->status)),
	        LOG_TEXT("user", buf_slice(&s->user)));
	return smtp_answer_stored(s);
}

/* Into a body of its own. 0: it cannot be taken. */
static uint32_t write_body(struct smtp *s, struct slice text)
{
	const struct pk_host *host = s->io->host;
	uint32_t body = host->body_open(s->io, smtp_body_tag(s), text.n);

	if (body && host->body_write(s->io, body, text) == text.n)
		return body;
	if (body)
		host->body_drop(s->io, body);
	return 0;
}

uint32_t smtp_report(struct smtp *s)
{
	struct pk_new_message m = {.internaldate = s->io->now_ms};
	struct buf text = {0}, rows = {0}, request = {0};
	uint32_t body;

	put_report(s, &text);
	body = text.failed ? 0 : write_body(s, buf_slice(&text));
	buf_free(&text);
	if (!body)
		return reported(s, &(struct pk_in){.status = PK_ERETRY});
	m.body = (uint16_t)body;
	m.summary = s->io->host->body_end(s->io, body);
	pk_put_new_message_row(&rows, &m);
	pk_put_append_req(&request, &(struct pk_append_req){.mailbox = S("INBOX"),
	                                                    .messages = PK_ROWS(&rows)});
	request.failed |= rows.failed;
	buf_free(&rows);
	return smtp_ask(s, PK_OP_append, &request, reported);
}
