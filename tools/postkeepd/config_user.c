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

void load_user(struct loading *l, const struct wanted_user *w, struct priv_user *user)
{
	const struct priv_user own = priv_own();

	*user = own;
	if (!w->wanted && !priv_may_change())
		return;
	if (!w->wanted && !loading_whole(l, w->section == l->c->tree ? NULL : w->section))
		return;
	if (priv_find(w->wanted ? w->wanted : w->initial, user) != PK_OK)
		conf_error(w->section, &l->errors,
		           "%s: there is no user '%s'; make one, or name another", w->setting,
		           w->wanted ? w->wanted : w->initial);
	else if (user->uid != own.uid && !priv_may_change())
		conf_error(w->section, &l->errors, "%s: only root can start processes of '%s'",
		           w->setting, w->wanted);
}

void load_users(struct loading *l)
{
	for (size_t i = 0; i < sizeof(users) / sizeof(*users); i++)
		load_user(l,
		          &(struct wanted_user){l->c->tree, users[i].setting,
		                                cfg_getstr(l->c->tree, users[i].setting),
		                                users[i].initial},
		          (struct priv_user *)(void *)((char *)l->c + users[i].offset));
}

const struct priv_user *config_other_user(const struct priv_user *user)
{
	return user->uid == geteuid() ? NULL : user;
}
