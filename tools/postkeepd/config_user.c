#include "config_parts.h"

/* The users of the children: of their own where that can be, else all are the one who started us.
 */
static const struct {
	const char *setting, *initial;
	size_t offset;
} users[] = {
	{"store_user", "postkeep-store", offsetof(struct config, store_user)},
	{"front_user", "postkeep-front", offsetof(struct config, front_user)},
};

static void load_user(struct loading *l, const char *setting, const char *initial,
                      struct priv_user *user)
{
	const char *wanted = cfg_getstr(l->c->tree, setting);
	const struct priv_user own = priv_own();

	*user = own;
	if (!wanted && !priv_may_change())
		return;
	if (!wanted && !loading_whole(l, NULL))
		return;
	if (priv_find(wanted ? wanted : initial, user) != PK_OK)
		conf_error(l->c->tree, &l->errors,
		           "%s: there is no user '%s'; make one, or name another", setting,
		           wanted ? wanted : initial);
	else if (user->uid != own.uid && !priv_may_change())
		conf_error(l->c->tree, &l->errors, "%s: only root can start processes of '%s'",
		           setting, wanted);
}

void load_users(struct loading *l)
{
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++)
		load_user(l, users[i].setting, users[i].initial,
		          (struct priv_user *)(void *)((char *)l->c + users[i].offset));
}

const struct priv_user *config_other_user(const struct priv_user *user)
{
	return user->uid == geteuid() ? NULL : user;
}
