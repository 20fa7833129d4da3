#include "ctl.h"
#include "out.h"

#include <string.h>

/* user pop3: what POP3 does for a user, by the settings pop3.* without the front of their names. */

#define FRONT "pop3."

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_user_show_rep rep;
	enum pk_status st = pk_get_user_show_rep(reply, &rep);
	const char *name;
	json_t *all, *value;

	if (st != PK_OK)
		return st;
	all = out_settings(rep.settings);
	json_object_foreach(all, name, value) if (strncmp(name, FRONT, strlen(FRONT)) == 0)
		json_object_set(doc, name + strlen(FRONT), value);
	json_decref(all);
	return PK_OK;
}

static int show(struct ctl *ctl, const char *user)
{
	json_t *pop3 = json_object();

	json_object_set_new(ctl->doc, "pop3", pop3);
	json_object_set_new(pop3, "address", out_text(slice_str(user)));
	return ctl_gather(ctl, CALL(ctl, user_show, .account = slice_str(user)), show_frame, pop3,
	                  user);
}

/* access=from-now as pop3.access=from-now. False: out of memory, or it is no KEY=VALUE. */
static bool put_change(struct buf *rows, const char *argument)
{
	char whole[1024];
	char *arguments[] = {whole};
	int n = snprintf(whole, sizeof(whole), FRONT "%s", argument);

	return n > 0 && (size_t)n < sizeof(whole) && ctl_settings(rows, 1, arguments);
}

static int change(struct ctl *ctl, const char *user, int count, char **args)
{
	struct buf settings = {0};
	bool good = true;
	int status = EX_USAGE;

	for (int i = 0; good && i < count; i++)
		good = put_change(&settings, args[i]);
	if (good)
		status = ctl_fail(ctl,
		                  CALL(ctl, user_set, .account = slice_str(user),
		                       .settings = PK_ROWS(&settings)),
		                  user);
	buf_free(&settings);
	return status;
}

static int pop3(struct ctl *ctl, int count, char **args)
{
	return count > 1 ? change(ctl, args[0], count - 1, args + 1) : show(ctl, args[0]);
}

/* clang-format off */
const struct command user_pop3_commands[] = {
	{"user", "pop3", "USER [KEY=VALUE...]", "r",
	 "what POP3 shows and does for a user, or change it: access=from-now after=archive", 1, 20, false, pop3},
	{0},
};
