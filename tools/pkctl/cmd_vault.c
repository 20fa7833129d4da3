#include "ctl.h"
#include "out.h"

static const struct out_field columns[] = {
	OUT(pk_vaulted, vid),     OUT(pk_vaulted, mailbox),
	OUT(pk_vaulted, uid),     OUT(pk_vaulted, octets),
	OUT(pk_vaulted, removed), OUT(pk_vaulted, expires),
	OUT(pk_vaulted, by),      {0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_vault_list_rep rep;
	enum pk_status st = pk_get_vault_list_rep(reply, &rep);
	struct pk_vaulted row;

	while (st == PK_OK && pk_next_vaulted(&rep.messages, &row))
		out_row(doc, "messages", columns, &row);
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "messages", json_array());
	return ctl_gather(ctl, CALL(ctl, vault_list, .account = slice_str(args[0])), list_frame,
	                  ctl->doc, args[0]);
}

/* 2026-01-31 or 2026-01-31T12:00:00Z. */
static bool parse_time(const char *text, int64_t *ms)
{
	struct tm utc = {0};
	const char *end = strptime(text, "%Y-%m-%d", &utc);

	if (end && *end)
		end = strptime(end, "T%H:%M:%SZ", &utc);
	if (!end || *end)
		return false;
	*ms = (int64_t)timegm(&utc) * 1000;
	return true;
}

static int purge(struct ctl *ctl, int count, char **args)
{
	int64_t before = INT64_MAX;
	struct pk_vault_purge_rep rep = {0};
	enum pk_status st;
	int status;

	(void)count;
	if (!ctl->opt.all == !ctl->opt.before ||
	    (ctl->opt.before && !parse_time(ctl->opt.before, &before))) {
		fputs("pkctl: what? --all, or --before 2026-01-31[T12:00:00Z]\n", stderr);
		return EX_USAGE;
	}
	status = ctl_confirm(ctl, "What %s removed %s%s will be gone for good.", args[0],
	                     ctl->opt.all ? "so far" : "before ",
	                     ctl->opt.all ? "" : ctl->opt.before);
	if (status != EX_OK)
		return status;
	st = CALL(ctl, vault_purge, .account = slice_str(args[0]), .before = before);
	if (st == PK_OK)
		st = pk_get_vault_purge_rep(ctl->reply, &rep);
	json_object_set_new(ctl->doc, "removed", out_number(rep.removed));
	return ctl_fail(ctl, st, args[0]);
}

/* clang-format off */
const struct command vault_commands[] = {
	{"vault", "list", "USER", "",
	 "removed mail that is still kept", 1, 1, false, list},
	{"vault", "purge", "USER", "abr",
	 "let removed mail go now", 1, 1, false, purge},
	{0},
};
