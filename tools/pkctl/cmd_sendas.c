#include "ctl.h"
#include "out.h"

static int create(struct ctl *ctl, int count, char **args)
{
	(void)count;
	return ctl_fail(ctl,
	                CALL(ctl, sendas_create, .account = slice_str(args[0]),
	                     .address = slice_str(args[1])),
	                args[0]);
}

static const struct out_field columns[] = {
	OUT_AS("user", pk_sendas, account),
	OUT(pk_sendas, address),
	OUT_ROWS(pk_sendas, created, OUT_TIME),
	{0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_sendas_list_rep rep;
	enum pk_status st = pk_get_sendas_list_rep(reply, &rep);
	struct pk_sendas row;

	while (st == PK_OK && pk_next_sendas(&rep.rights, &row))
		out_row(doc, "rights", columns, &row);
	return st;
}

static enum pk_status list_ask(struct ctl *ctl, struct slice selector)
{
	return CALL(ctl, sendas_list, .selector = selector);
}

static int list(struct ctl *ctl, int count, char **args)
{
	static const struct ctl_list all = {list_ask, list_frame, "rights"};

	return ctl_list(ctl, &all, count ? args[0] : NULL);
}

static int erase(struct ctl *ctl, int count, char **args)
{
	(void)count;
	return ctl_fail(ctl,
	                CALL(ctl, sendas_delete, .account = slice_str(args[0]),
	                     .address = slice_str(args[1])),
	                args[0]);
}

/* clang-format off */
const struct command sendas_commands[] = {
	{"sendas", "create", "USER ADDRESS", "r",
	 "let the user send mail as another address of the tenant", 2, 2, false, create},
	{"sendas", "list", "[TENANT|TENANT/DOMAIN|USER]", "",
	 "who may send as whom, there or everywhere", 0, 1, false, list},
	{"sendas", "delete", "USER ADDRESS", "r",
	 "no more", 2, 2, false, erase},
	{0},
};
