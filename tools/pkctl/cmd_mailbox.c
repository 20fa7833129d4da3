#include "ctl.h"
#include "out.h"

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_mailbox_list_rep rep;
	enum pk_status st = pk_get_mailbox_list_rep(reply, &rep);
	struct pk_count row;

	while (st == PK_OK && pk_next_count(&rep.mailboxes, &row)) {
		json_t *o = json_object();

		json_object_set_new(o, "name", out_text(row.name));
		json_object_set_new(o, "id", out_number(row.id));
		json_object_set_new(o, "messages", out_number(row.exists));
		json_object_set_new(o, "unseen", out_number(row.unseen));
		json_object_set_new(o, "uidnext", out_number(row.uidnext));
		out_add(doc, "mailboxes", o);
	}
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "mailboxes", json_array());
	return ctl_gather(ctl, CALL(ctl, mailbox_list, .account = slice_str(args[0])), list_frame,
	                  ctl->doc, args[0]);
}

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_mailbox_show_rep rep;
	enum pk_status st = pk_get_mailbox_show_rep(reply, &rep);
	struct pk_keyword row;

	if (st != PK_OK)
		return st;
	json_object_set_new(doc, "id", out_number(rep.id));
	json_object_set_new(doc, "messages", out_number(rep.exists));
	json_object_set_new(doc, "unseen", out_number(rep.unseen));
	json_object_set_new(doc, "deleted", out_number(rep.deleted));
	json_object_set_new(doc, "octets", out_number(rep.octets));
	json_object_set_new(doc, "uidvalidity", out_number(rep.uidvalidity));
	json_object_set_new(doc, "uidnext", out_number(rep.uidnext));
	json_object_set_new(doc, "modseq", out_number(rep.modseq));
	while (pk_next_keyword(&rep.keywords, &row))
		out_add(doc, "keywords", out_text(row.name));
	return st;
}

/* In place: %XX becomes the octet. False: something else follows a %. */
static bool unescape(char *name)
{
	char *to = name;

	for (; *name; name++) {
		unsigned octet;
		int used = 0;

		if (*name != '%') {
			*to++ = *name;
			continue;
		}
		if (sscanf(name, "%%%2x%n", &octet, &used) != 1 || used != 3 || !octet)
			return false;
		*to++ = (char)octet;
		name += 2;
	}
	*to = 0;
	return true;
}

/* USER@DOMAIN:MAILBOX, the mailbox being all behind the first ':' after the '@'. */
static int show(struct ctl *ctl, int count, char **args)
{
	json_t *mailbox = json_object();
	char *at = strrchr(args[0], '@'), *name = strchr(at ? at : args[0], ':');

	(void)count;
	json_object_set_new(ctl->doc, "mailbox", mailbox);
	if (!at || !name || !unescape(name + 1)) {
		fputs("pkctl: which mailbox? Give USER@DOMAIN:MAILBOX, odd octets as %XX\n",
		      stderr);
		return EX_USAGE;
	}
	*name++ = 0;
	json_object_set_new(mailbox, "account", out_text(slice_str(args[0])));
	json_object_set_new(mailbox, "name", out_text(slice_str(name)));
	return ctl_gather(
		ctl,
		CALL(ctl, mailbox_show, .account = slice_str(args[0]), .mailbox = slice_str(name)),
		show_frame, mailbox, name);
}

const struct command mailbox_commands[] = {
	{"mailbox",                  "list", "USER", "", "the mailboxes of a user", 1, 1, false, list},
	{"mailbox",		    "show", "USER:MAILBOX", "", "one mailbox's counters and keywords", 1, 1, false,
         show},
	{0},
};
