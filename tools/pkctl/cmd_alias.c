#include "ctl.h"
#include "out.h"

static void put_targets(struct buf *rows, int count, char **args)
{
	for (int i = 0; i < count; i++)
		pk_put_name_row(rows, &(struct pk_name){slice_str(args[i])});
}

static int create(struct ctl *ctl, int count, char **args)
{
	struct buf targets = {0};
	enum pk_status st;

	put_targets(&targets, count - 1, args + 1);
	st = CALL(ctl, alias_create, .address = slice_str(args[0]), .targets = PK_ROWS(&targets));
	buf_free(&targets);
	return ctl_fail(ctl, st, args[0]);
}

static int set(struct ctl *ctl, int count, char **args)
{
	struct buf targets = {0};
	enum pk_status st;

	put_targets(&targets, count - 1, args + 1);
	st = CALL(ctl, alias_set, .address = slice_str(args[0]), .targets = PK_ROWS(&targets));
	buf_free(&targets);
	return ctl_fail(ctl, st, args[0]);
}

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_alias_list_rep rep;
	enum pk_status st = pk_get_alias_list_rep(reply, &rep);
	struct pk_alias row;

	while (st == PK_OK && pk_next_alias(&rep.aliases, &row)) {
		json_t *o = json_object(), *targets = json_array();

		while (row.targets.n)
			json_array_append_new(targets, out_text(slice_cut(&row.targets, ' ')));
		json_object_set_new(o, "address", out_text(row.address));
		json_object_set_new(o, "targets", targets);
		out_add(doc, "aliases", o);
	}
	return st;
}

static enum pk_status list_ask(struct ctl *ctl, struct slice selector)
{
	return CALL(ctl, alias_list, .selector = selector);
}

static int list(struct ctl *ctl, int count, char **args)
{
	static const struct ctl_list all = {list_ask, list_frame, "aliases"};

	return ctl_list(ctl, &all, count ? args[0] : NULL);
}

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_alias_show_rep rep;
	enum pk_status st = pk_get_alias_show_rep(reply, &rep);
	struct pk_name row;

	while (st == PK_OK && pk_next_name(&rep.targets, &row))
		out_add(doc, "targets", out_text(row.name));
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	json_t *alias = json_object();

	(void)count;
	json_object_set_new(ctl->doc, "alias", alias);
	json_object_set_new(alias, "address", out_text(slice_str(args[0])));
	return ctl_gather(ctl, CALL(ctl, alias_show, .address = slice_str(args[0])), show_frame,
	                  alias, args[0]);
}

static int erase(struct ctl *ctl, int count, char **args)
{
	int status = ctl_confirm(ctl, "Mail to %s will be refused.", args[0]);

	(void)count;
	if (status != EX_OK)
		return status;
	return ctl_fail(ctl, CALL(ctl, alias_delete, .address = slice_str(args[0])), args[0]);
}

/* clang-format off */
const struct command alias_commands[] = {
	{"alias", "create", "ALIAS TARGET...", "r",
	 "send mail for an address on; @DOMAIN catches all", 2, 1001, false, create},
	{"alias", "list", "[TENANT|TENANT/DOMAIN]", "",
	 "the aliases there, or all", 0, 1, false, list},
	{"alias", "show", "ALIAS", "",
	 "where its mail goes", 1, 1, false, show},
	{"alias", "set", "ALIAS TARGET...", "r",
	 "send its mail to these and no others", 2, 1001, false, set},
	{"alias", "delete", "ALIAS", "r",
	 "refuse its mail from now on", 1, 1, false, erase},
	{0},
};
