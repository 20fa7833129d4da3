#include "ctl.h"
#include "out.h"

/* TENANT/DOMAIN is taken only when the domain is that tenant's. */
static enum pk_status find(struct ctl *ctl, struct slice *domain)
{
	struct pk_domain_show_rep rep;
	struct slice tenant = ctl->selector.tenant;
	enum pk_status st = PK_OK;

	*domain = ctl->selector.domain;
	if (!tenant.n)
		return PK_OK;
	st = CALL(ctl, domain_show, .domain = *domain);
	if (st == PK_OK)
		st = pk_get_domain_show_rep(ctl->reply, &rep);
	if (st == PK_OK && !slice_eq(rep.tenant, tenant))
		st = PK_ENOTFOUND;
	while (ctl->more && ctl_more(ctl) == PK_OK)
		;
	return st;
}

static int create(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0};
	enum pk_status st;

	if (!ctl_settings(&settings, count - 1, args + 1)) {
		buf_free(&settings);
		return EX_USAGE;
	}
	st = CALL(ctl, domain_create, .tenant = ctl->selector.tenant,
	          .domain = ctl->selector.domain, .settings = PK_ROWS(&settings));
	buf_free(&settings);
	return ctl_fail(ctl, st, args[0]);
}

static const struct out_field columns[] = {
	OUT(pk_domain, name),
	OUT(pk_domain, tenant),
	OUT(pk_domain, state),
	OUT(pk_domain, users),
	OUT(pk_domain, messages),
	OUT(pk_domain, octets),
	{0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_domain_list_rep rep;
	enum pk_status st = pk_get_domain_list_rep(reply, &rep);
	struct pk_domain row;

	while (st == PK_OK && pk_next_domain(&rep.domains, &row))
		out_row(doc, "domains", columns, &row);
	return st;
}

static int list(struct ctl *ctl, int count, char **args)
{
	struct slice tenant = slice_str(count ? args[0] : "");

	json_object_set_new(ctl->doc, "domains", json_array());
	return ctl_gather(ctl, CALL(ctl, domain_list, .tenant = tenant), list_frame, ctl->doc,
	                  count ? args[0] : "domains");
}

static const struct out_field fields[] = {
	OUT(pk_domain_show_rep, tenant),
	OUT(pk_domain_show_rep, state),
	OUT(pk_domain_show_rep, users),
	OUT(pk_domain_show_rep, messages),
	OUT(pk_domain_show_rep, octets),
	OUT_ROWS(pk_domain_show_rep, settings, OUT_SETTINGS),
	{0},
};

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_domain_show_rep rep;
	enum pk_status st = pk_get_domain_show_rep(reply, &rep);

	if (st != PK_OK)
		return st;
	out_fields(doc, fields, &rep);
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	struct slice domain;
	enum pk_status st = find(ctl, &domain);

	(void)count;
	if (st == PK_OK)
		st = CALL(ctl, domain_show, .domain = domain);
	json_object_set_new(ctl->doc, "domain", out_text(domain));
	return ctl_gather(ctl, st, show_frame, ctl->doc, args[0]);
}

static int set(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0};
	struct slice domain;
	enum pk_status st;
	int status = EX_USAGE;

	if (ctl_settings(&settings, count - 1, args + 1)) {
		st = find(ctl, &domain);
		if (st == PK_OK)
			st = CALL(ctl, domain_set, .domain = domain,
			          .settings = PK_ROWS(&settings));
		status = ctl_fail(ctl, st, args[0]);
	}
	buf_free(&settings);
	return status;
}

static int erase(struct ctl *ctl, int count, char **args)
{
	struct slice domain;
	enum pk_status st = find(ctl, &domain);
	int status = ctl_fail(ctl, st, args[0]);

	(void)count;
	if (status == EX_OK)
		status = ctl_confirm(ctl,
		                     "Domain %.*s, its users and all their mail will be deleted.",
		                     (int)domain.n, domain.p);
	if (status != EX_OK)
		return status;
	return ctl_fail(ctl, CALL(ctl, domain_delete, .domain = domain), args[0]);
}

/* clang-format off */
const struct command domain_commands[] = {
	{"domain", "create", "TENANT/DOMAIN [KEY=VALUE...]", "r",
	 "give a tenant a domain", 1, 1000, false, create},
	{"domain", "list", "[TENANT]", "",
	 "the domains of a tenant, or of all", 0, 1, false, list},
	{"domain", "show", "[TENANT/]DOMAIN", "",
	 "one domain and its settings", 1, 1, false, show},
	{"domain", "set", "[TENANT/]DOMAIN KEY=VALUE...", "r",
	 "change settings; an empty value takes one away", 2, 1000, false, set},
	{"domain", "delete", "[TENANT/]DOMAIN", "r",
	 "delete it, its users and their mail", 1, 1, false, erase},
	{0},
};
