#include "ctl.h"
#include "out.h"

static const struct {
	const char *name;
	uint8_t resource;
} resources[] = {
	{"octets",    PK_RES_OCTETS   },
	{"messages",  PK_RES_MESSAGES },
	{"mailboxes", PK_RES_MAILBOXES},
};

static const char *const scopes[] = {
	[PK_SCOPE_TENANT] = "tenant",
	[PK_SCOPE_DOMAIN] = "domain",
	[PK_SCOPE_USER] = "user",
	[PK_SCOPE_MAILBOX] = "mailbox",
};

static const char *resource_name(uint8_t resource)
{
	for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++)
		if (resources[i].resource == resource)
			return resources[i].name;
	return "?";
}

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_quota_show_rep rep;
	enum pk_status st = pk_get_quota_show_rep(reply, &rep);
	struct pk_quota row;

	while (st == PK_OK && pk_next_quota(&rep.quotas, &row)) {
		bool known = row.scope < sizeof(scopes) / sizeof(*scopes) && scopes[row.scope];
		json_t *o = json_object();

		json_object_set_new(o, "scope", json_string(known ? scopes[row.scope] : "?"));
		json_object_set_new(o, "name", out_text(row.name));
		json_object_set_new(o, "resource", json_string(resource_name(row.resource)));
		json_object_set_new(o, "used", out_number(row.used));
		json_object_set_new(o, "limit", out_number(row.limit));
		out_add(doc, "quotas", o);
	}
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	(void)count;
	json_object_set_new(ctl->doc, "quotas", json_array());
	return ctl_gather(ctl, CALL(ctl, quota_show, .selector = slice_str(args[0])), show_frame,
	                  ctl->doc, args[0]);
}

/* 1048576, 10M, 2G, none. */
static bool parse_limit(const char *text, uint64_t *limit)
{
	static const char units[] = "KMGT";
	struct slice s = slice_str(text);
	const char *unit = s.n ? strchr(units, s.p[s.n - 1]) : NULL;
	unsigned shift = 0;

	if (strcmp(text, "none") == 0) {
		*limit = UINT64_MAX;
		return true;
	}
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		s.n--;
	}
	if (!slice_number(s, (uint64_t)INT64_MAX >> shift, limit))
		return false;
	*limit <<= shift;
	return true;
}

static int set(struct ctl *ctl, int count, char **args)
{
	const char *const wanted[] = {ctl->opt.octets, ctl->opt.messages, ctl->opt.mailboxes};
	uint64_t limits[3];
	int given = 0;

	(void)count;
	for (size_t i = 0; i < 3; i++) {
		if (wanted[i] && !parse_limit(wanted[i], &limits[i])) {
			fprintf(stderr, "pkctl: --%s: %s is no limit: a number, K M G T, or none\n",
			        resources[i].name, wanted[i]);
			return EX_USAGE;
		}
		given += wanted[i] != NULL;
	}
	if (!given) {
		fputs("pkctl: which limit? --octets, --messages or --mailboxes\n", stderr);
		return EX_USAGE;
	}
	for (size_t i = 0; i < 3; i++) {
		enum pk_status st = PK_OK;

		if (wanted[i])
			st = CALL(ctl, quota_set, .selector = slice_str(args[0]),
			          .resource = resources[i].resource, .limit = limits[i]);
		if (st != PK_OK)
			return ctl_fail(ctl, st, args[0]);
	}
	return EX_OK;
}

/* clang-format off */
const struct command quota_commands[] = {
	{"quota", "show", "SELECTOR", "",
	 "use and limits, from the tenant down", 1, 1, false, show},
	{"quota", "set", "SELECTOR", "OMXr",
	 "set limits of a tenant, domain, user or mailbox", 1, 1, false, set},
	{0},
};
