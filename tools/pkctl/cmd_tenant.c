#include "ctl.h"
#include "out.h"

static int create(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0};
	struct pk_tenant_create_rep rep = {0};
	enum pk_status st;

	if (!ctl_settings(&settings, count - 1, args + 1)) {
		buf_free(&settings);
		return EX_USAGE;
	}
	st = CALL(ctl, tenant_create, .name = slice_str(args[0]), .settings = PK_ROWS(&settings));
	buf_free(&settings);
	if (st == PK_OK)
		st = pk_get_tenant_create_rep(ctl->reply, &rep);
	json_object_set_new(ctl->doc, "tenant", out_text(slice_str(args[0])));
	json_object_set_new(ctl->doc, "id", out_number(rep.id));
	return ctl_fail(ctl, st, args[0]);
}

static const struct out_field columns[] = {
	OUT(pk_tenant, name),
	OUT(pk_tenant, state),
	OUT(pk_tenant, domains),
	OUT(pk_tenant, users),
	OUT(pk_tenant, messages),
	OUT(pk_tenant, octets),
	{0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_tenant_list_rep rep;
	enum pk_status st = pk_get_tenant_list_rep(reply, &rep);
	struct pk_tenant row;

	while (st == PK_OK && pk_next_tenant(&rep.tenants, &row))
		out_row(doc, "tenants", columns, &row);
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	(void)count, (void)args;
	json_object_set_new(ctl->doc, "tenants", json_array());
	return ctl_gather(ctl, CALL(ctl, tenant_list), list_frame, ctl->doc, "tenants");
}

static const struct out_field fields[] = {
	OUT(pk_tenant_show_rep, id),
	OUT(pk_tenant_show_rep, state),
	OUT(pk_tenant_show_rep, domains),
	OUT(pk_tenant_show_rep, users),
	OUT(pk_tenant_show_rep, messages),
	OUT(pk_tenant_show_rep, octets),
	OUT_ROWS(pk_tenant_show_rep, settings, OUT_SETTINGS),
	{0},
};

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_tenant_show_rep rep;
	enum pk_status st = pk_get_tenant_show_rep(reply, &rep);

	if (st != PK_OK)
		return st;
	out_fields(doc, fields, &rep);
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "tenant", out_text(slice_str(args[0])));
	return ctl_gather(ctl, CALL(ctl, tenant_show, .tenant = slice_str(args[0])), show_frame,
	                  ctl->doc, args[0]);
}

static int set(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0};
	int status = EX_USAGE;

	if (ctl_settings(&settings, count - 1, args + 1))
		status = ctl_fail(ctl,
		                  CALL(ctl, tenant_set, .tenant = slice_str(args[0]),
		                       .settings = PK_ROWS(&settings)),
		                  args[0]);
	buf_free(&settings);
	return status;
}

static int erase(struct ctl *ctl, int count, char **args)
{
	int status = ctl_confirm(
		ctl, "Tenant %s, its domains, its users and all their mail will be deleted.",
		args[0]);

	(void)count;
	if (status != EX_OK)
		return status;
	return ctl_fail(ctl, CALL(ctl, tenant_delete, .tenant = slice_str(args[0])), args[0]);
}

/* clang-format off */
const struct command tenant_commands[] = {
	{"tenant", "create", "TENANT [KEY=VALUE...]", "r",
	 "make a tenant: [a-z0-9-], at most 63", 1, 1000, false, create},
	{"tenant", "list", "", "",
	 "all tenants with what they use", 0, 0, false, list},
	{"tenant", "show", "TENANT", "",
	 "one tenant and its settings", 1, 1, false, show},
	{"tenant", "set", "TENANT KEY=VALUE...", "r",
	 "change settings; an empty value takes one away", 2, 1000, false, set},
	{"tenant", "delete", "TENANT", "r",
	 "delete it and all that is in it", 1, 1, false, erase},
	{0},
};
