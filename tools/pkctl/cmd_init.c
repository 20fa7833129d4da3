#include "ctl.h"
#include "init_files.h"
#include "out.h"

#define SETTINGS "/etc/postkeep/postkeep.conf"

static const char *given_or(const char *given, const char *otherwise)
{
	return given ? given : otherwise;
}

/* Who will own a file: the user that was asked for; for root the usual one, where it exists. */
static bool owner(const char *asked, const char *usual, uid_t *uid, gid_t *gid)
{
	*uid = (uid_t)-1;
	*gid = (gid_t)-1;
	if (!asked && geteuid() != 0)
		return true;
	if (init_user(given_or(asked, usual), uid, gid) || !asked)
		return true;
	fprintf(stderr, "pkctl: there is no user %s\n", asked);
	return false;
}

/* What comes next, word for word as it is to be typed. */
static void say_next(const struct options *opt, const struct init_files *f)
{
	const char *tenant = given_or(opt->tenant, "acme");
	const char *user = given_or(opt->user, "jane@example.org");
	const char *at = strchr(user, '@');
	const char *domain = given_or(opt->domain, at && at[1] ? at + 1 : "example.org");

	fprintf(stderr,
	        "%s\n"
	        "Keep a copy of %s apart from the mail: without it nothing can be read.\n"
	        "Next, after a look at %s:\n"
	        "  postkeepd --check %s\n"
	        "  %s\n"
	        "  pkctl tenant create %s\n"
	        "  pkctl domain create %s/%s\n"
	        "  pkctl user create %s\n"
	        "  pkctl alias create postmaster@%s %s\n",
	        f->key_made ? "A new operator key was made."
	                    : "The operator key was there already, and stays.",
	        f->key, SETTINGS, SETTINGS,
	        access("/run/systemd/system", F_OK) == 0 ? "systemctl enable --now postkeep"
	                                                 : "postkeepd " SETTINGS,
	        tenant, tenant, domain, user, domain, user);
}

static int init(struct ctl *ctl, int count, char **args)
{
	struct init_files f = {
		.data = given_or(ctl->opt.data, "/var/lib/postkeep"),
		.key = given_or(ctl->opt.key, "/etc/postkeep/operator.key"),
	};
	int status;

	(void)count, (void)args;
	if (!owner(ctl->opt.owner, "postkeep", &f.key_user, &f.key_group) ||
	    !owner(ctl->opt.store_owner, "postkeep-store", &f.data_user, &f.data_group))
		return EX_NOUSER;
	status = init_check(&f);
	if (status == EX_OK)
		status = init_make(&f);
	if (status != EX_OK)
		return status;
	json_object_set_new(ctl->doc, "data", out_text(slice_str(f.data)));
	json_object_set_new(ctl->doc, "key", out_text(slice_str(f.key)));
	json_object_set_new(ctl->doc, "key_made", json_boolean(f.key_made));
	say_next(&ctl->opt, &f);
	return EX_OK;
}

/* clang-format off */
const struct command init_commands[] = {
	{"init", NULL, "", "DKoSTdu",
	 "make the data directory and the operator key", 0, 0, true, init},
	{0},
};
