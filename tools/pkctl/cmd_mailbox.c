#include "ctl.h"
#include "out.h"

static const struct out_field columns[] = {
	OUT(pk_count, name),   OUT(pk_count, id),      OUT_AS("messages", pk_count, exists),
	OUT(pk_count, unseen), OUT(pk_count, uidnext), {0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_mailbox_list_rep rep;
	enum pk_status st = pk_get_mailbox_list_rep(reply, &rep);
	struct pk_count row;

	while (st == PK_OK && pk_next_count(&rep.mailboxes, &row))
		out_row(doc, "mailboxes", columns, &row);
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "mailboxes", json_array());
	return ctl_gather(ctl, CALL(ctl, mailbox_list, .account = slice_str(args[0])), list_frame,
	                  ctl->doc, args[0]);
}

static const struct out_field fields[] = {
	OUT(pk_mailbox_show_rep, id),
	OUT_AS("messages", pk_mailbox_show_rep, exists),
	OUT(pk_mailbox_show_rep, unseen),
	OUT(pk_mailbox_show_rep, deleted),
	OUT(pk_mailbox_show_rep, octets),
	OUT(pk_mailbox_show_rep, uidvalidity),
	OUT(pk_mailbox_show_rep, uidnext),
	OUT(pk_mailbox_show_rep, modseq),
	{0},
};

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_mailbox_show_rep rep;
	enum pk_status st = pk_get_mailbox_show_rep(reply, &rep);
	struct pk_keyword row;

	if (st != PK_OK)
		return st;
	out_fields(doc, fields, &rep);
	json_object_set_new(doc, "keywords", json_array());
	while (pk_next_keyword(&rep.keywords, &row))
		out_add(doc, "keywords", out_text(row.name));
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	const struct selector *s = &ctl->selector;
	json_t *mailbox = json_object();

	(void)count;
	json_object_set_new(ctl->doc, "mailbox", mailbox);
	json_object_set_new(mailbox, "account", out_text(s->account));
	json_object_set_new(mailbox, "name", out_text(s->mailbox));
	return ctl_gather(ctl,
	                  CALL(ctl, mailbox_show, .account = s->account, .mailbox = s->mailbox),
	                  show_frame, mailbox, args[0]);
}

/* clang-format off */
const struct command mailbox_commands[] = {
	{"mailbox", "list", "USER", "",
	 "the mailboxes of a user", 1, 1, false, list},
	{"mailbox", "show", "USER:MAILBOX", "",
	 "one mailbox's counters and keywords", 1, 1, false, show},
	{0},
};
