#include "ctl.h"
#include "out.h"
#include "secret.h"
#include "users.h"

static int create_one(struct ctl *ctl, char *address, struct slice secret, struct buf *settings)
{
	struct pk_user_create_rep rep;
	struct pk_result result = {.code = PK_EIO};
	struct buf user = {0};
	enum pk_status st;

	pk_put_new_user_row(&user,
	                    &(struct pk_new_user){slice_str(address), secret, ctl->opt.hashed});
	st = CALL(ctl, user_create, .users = PK_ROWS(&user), .settings = PK_ROWS(settings));
	buf_wipe(&user);
	if (st == PK_OK)
		st = pk_get_user_create_rep(ctl->reply, &rep);
	if (st == PK_OK && !rep.created && pk_next_result(&rep.results, &result)) {
		ctl->client.error.text = result.text;
		st = (enum pk_status)result.code;
	}
	return ctl_fail(ctl, st, address);
}

static int create(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0}, secret = {0};
	int status = EX_USAGE, skip = ctl->opt.batch ? 0 : 1;

	if (!ctl->opt.batch && !count) {
		fputs("pkctl: which user? Give its address, or --batch\n", stderr);
		return EX_USAGE;
	}
	if (ctl_settings(&settings, count - skip, args + skip)) {
		if (ctl->opt.batch)
			status = users_batch(ctl, &settings);
		else if (ctl->opt.no_password || secret_take(ctl, &secret, args[0]))
			status = create_one(ctl, args[0], buf_slice(&secret), &settings);
	}
	buf_wipe(&secret);
	buf_free(&settings);
	return status;
}

static const struct out_field columns[] = {
	OUT(pk_user, address),  OUT(pk_user, state),  OUT(pk_user, mailboxes),
	OUT(pk_user, messages), OUT(pk_user, octets), {0},
};

static enum pk_status list_frame(struct slice reply, json_t *doc)
{
	struct pk_user_list_rep rep;
	enum pk_status st = pk_get_user_list_rep(reply, &rep);
	struct pk_user row;

	while (st == PK_OK && pk_next_user(&rep.users, &row))
		out_row(doc, "users", columns, &row);
	return st;
}

static enum pk_status list_ask(struct ctl *ctl, struct slice selector)
{
	return CALL(ctl, user_list, .selector = selector);
}

static int list(struct ctl *ctl, int count, char **args)
{
	static const struct ctl_list all = {list_ask, list_frame, "users"};

	return ctl_list(ctl, &all, count ? args[0] : NULL);
}

static const struct out_field fields[] = {
	OUT(pk_user_show_rep, id),
	OUT(pk_user_show_rep, tenant),
	OUT(pk_user_show_rep, state),
	OUT(pk_user_show_rep, created),
	OUT(pk_user_show_rep, mailboxes),
	OUT(pk_user_show_rep, messages),
	OUT(pk_user_show_rep, octets),
	OUT_ROWS(pk_user_show_rep, aliases, OUT_NAMES),
	OUT_ROWS(pk_user_show_rep, settings, OUT_SETTINGS),
	{0},
};

static enum pk_status show_frame(struct slice reply, json_t *doc)
{
	struct pk_user_show_rep rep;
	enum pk_status st = pk_get_user_show_rep(reply, &rep);

	if (st != PK_OK)
		return st;
	out_fields(doc, fields, &rep);
	return st;
}

static int show(struct ctl *ctl, int count, char **args)
{
	json_t *user = json_object();

	(void)count;
	json_object_set_new(ctl->doc, "user", user);
	json_object_set_new(user, "address", out_text(slice_str(args[0])));
	return ctl_gather(ctl, CALL(ctl, user_show, .account = slice_str(args[0])), show_frame,
	                  user, args[0]);
}

static int set(struct ctl *ctl, int count, char **args)
{
	struct buf settings = {0};
	int status = EX_USAGE;

	if (ctl_settings(&settings, count - 1, args + 1))
		status = ctl_fail(ctl,
		                  CALL(ctl, user_set, .account = slice_str(args[0]),
		                       .settings = PK_ROWS(&settings)),
		                  args[0]);
	buf_free(&settings);
	return status;
}

static int erase(struct ctl *ctl, int count, char **args)
{
	int status = ctl_confirm(ctl, "User %s and all its mail will be deleted.", args[0]);

	(void)count;
	if (status != EX_OK)
		return status;
	return ctl_fail(ctl, CALL(ctl, user_delete, .account = slice_str(args[0])), args[0]);
}

static int passwd(struct ctl *ctl, int count, char **args)
{
	struct buf secret = {0};
	int status = EX_DATAERR;

	(void)count;
	if (ctl->opt.no_password || secret_take(ctl, &secret, args[0]))
		status = ctl_fail(ctl,
		                  CALL(ctl, user_passwd, .account = slice_str(args[0]),
		                       .secret = buf_slice(&secret), .hashed = ctl->opt.hashed),
		                  args[0]);
	buf_wipe(&secret);
	return status;
}

static int hash(struct ctl *ctl, int count, char **args)
{
	struct pk_user_hash_rep rep;
	struct buf secret = {0};
	enum pk_status st;

	(void)count, (void)args;
	if (!secret_read(&secret, "nobody yet"))
		return EX_DATAERR;
	st = CALL(ctl, user_hash, .secret = buf_slice(&secret));
	buf_wipe(&secret);
	if (st == PK_OK)
		st = pk_get_user_hash_rep(ctl->reply, &rep);
	if (st == PK_OK)
		json_object_set_new(ctl->doc, "hash", out_text(rep.hash));
	return ctl_fail(ctl, st, "hash");
}

/* clang-format off */
const struct command user_commands[] = {
	{"user", "create", "USER [KEY=VALUE...]", "hnBr",
	 "make a user; the password is asked for, or a line of stdin", 0, 1000, false, create},
	{"user", "list", "[TENANT|TENANT/DOMAIN]", "",
	 "the users there, or all", 0, 1, false, list},
	{"user", "show", "USER", "",
	 "one user, its aliases and settings", 1, 1, false, show},
	{"user", "set", "USER KEY=VALUE...", "r",
	 "change settings; an empty value takes one away", 2, 1000, false, set},
	{"user", "delete", "USER", "r",
	 "delete it and its mail", 1, 1, false, erase},
	{"user", "passwd", "USER", "hnr",
	 "set the password: asked for, or a line of stdin", 1, 1, false, passwd},
	{"user", "hash", "", "",
	 "the hash of a password, for --hashed", 0, 0, false, hash},
	{0},
};
