#include "ctl.h"
#include "mime/scan.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>

#define STREAM 1

/* Reads all of it; lines that end in a bare LF get the CR that mail has (RFC 5322 2.1). */
static bool read_message(const char *file, struct buf *message)
{
	int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	char piece[65536], before = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0) {
		n = read(fd, piece, sizeof(piece));
		for (ssize_t i = 0; i < n; before = piece[i++]) {
			if (piece[i] == '\n' && before != '\r')
				buf_byte(message, '\r');
			buf_byte(message, piece[i]);
		}
	}
	if (n < 0)
		fprintf(stderr, "pkctl: %s: %s\n", file, strerror(errno));
	if (fd > STDERR_FILENO)
		close(fd);
	return n == 0 && !message->failed;
}

static void note(struct ctl *ctl, const char *to, enum pk_status st, struct slice text)
{
	json_t *o = json_object();

	json_object_set_new(o, "to", out_text(slice_str(to)));
	json_object_set_new(o, "status", json_string(pk_status_name(st)));
	json_object_set_new(o, "text", out_text(text.n ? text : slice_str(pk_status_words(st))));
	out_add(ctl->doc, "deliveries", o);
}

/* Asks for each recipient; accepted ones go to the front of `to`. Returns the last refusal. */
static int ask_recipients(struct ctl *ctl, uint64_t octets, size_t *accepted)
{
	int status = EX_OK;

	*accepted = 0;
	for (size_t i = 0; i < ctl->opt.to_count; i++) {
		enum pk_status st = CALL(ctl, recipient, .address = slice_str(ctl->opt.to[i]),
		                         .octets = octets, .return_path = slice_str(ctl->opt.from));

		if (st == PK_OK) {
			ctl->opt.to[(*accepted)++] = ctl->opt.to[i];
			continue;
		}
		note(ctl, ctl->opt.to[i], st, ctl->client.error.text);
		status = ctl_fail(ctl, st, ctl->opt.to[i]);
	}
	return status;
}

/* What the store keeps of it: tools look into mail, the store does not. */
static enum pk_status summarise(struct slice message, struct buf *summary)
{
	struct mime_scan *scan = mime_scan_new();
	enum pk_status st = PK_ENOMEM;

	if (scan) {
		mime_scan_feed(scan, message);
		st = mime_scan_end(scan, summary);
	}
	mime_scan_free(scan);
	return st;
}

static int commit(struct ctl *ctl, size_t count, struct slice summary)
{
	enum pk_status st =
		CALL(ctl, deliver, .body = STREAM, .return_path = slice_str(ctl->opt.from),
	             .each = 1, .summary = summary);
	struct pk_deliver_rep rep;
	struct pk_result row;
	int status = EX_OK;

	if (st == PK_OK)
		st = pk_get_deliver_rep(ctl->reply, &rep);
	if (st != PK_OK)
		return ctl_fail(ctl, st, "deliver");
	for (size_t i = 0; i < count && pk_next_result(&rep.results, &row); i++) {
		note(ctl, ctl->opt.to[i], (enum pk_status)row.code, row.text);
		ctl->client.error.text = row.text;
		if (row.code != PK_OK)
			status = ctl_fail(ctl, (enum pk_status)row.code, ctl->opt.to[i]);
	}
	return status;
}

static int deliver(struct ctl *ctl, int count, char **args)
{
	struct buf message = {0}, summary = {0};
	size_t accepted = 0;
	int status = EX_NOINPUT, refused;
	enum pk_status st;

	(void)count;
	if (!ctl->opt.to_count) {
		fputs("pkctl: to whom? Give --to ADDRESS, more than once if you like\n", stderr);
		return EX_USAGE;
	}
	if (read_message(args[0], &message)) {
		refused = ask_recipients(ctl, message.n, &accepted);
		status = refused;
		if (accepted) {
			st = client_send_body(&ctl->client, STREAM, buf_slice(&message));
			if (st == PK_OK)
				st = summarise(buf_slice(&message), &summary);
			status = st == PK_OK ? commit(ctl, accepted, buf_slice(&summary))
			                     : ctl_fail(ctl, st, args[0]);
			if (status == EX_OK && refused != EX_OK)
				status = EXIT_PARTLY;
		}
	}
	buf_free(&message);
	buf_free(&summary);
	return status;
}

static int set_uidl(struct ctl *ctl, int count, char **args)
{
	const struct selector *s = &ctl->selector;
	uint64_t uid;

	(void)count;
	if (!slice_number(slice_str(args[1]), UINT32_MAX, &uid)) {
		fprintf(stderr, "pkctl: '%s' is no UID\n", args[1]);
		return EX_USAGE;
	}
	return ctl_fail(ctl,
	                CALL(ctl, message_set_uidl, .account = s->account, .mailbox = s->mailbox,
	                     .uid = (uint32_t)uid, .uidl = slice_str(args[2])),
	                args[0]);
}

/* clang-format off */
const struct command message_commands[] = {
	{"message", "deliver", "FILE", "tfr",
	 "deliver a message to local addresses; FILE - is stdin", 1, 1, false, deliver},
	{"message", "set-uidl", "USER:MAILBOX UID UIDL", "r",
	 "the unique-id by which POP3 knows a message; '' takes it away", 3, 3, false, set_uidl},
	{0},
};
