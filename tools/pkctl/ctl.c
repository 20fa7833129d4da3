#include "ctl.h"

#include <stdarg.h>

#define TIMEOUT_MS 60000

static int status_to_exit(enum pk_status st)
{
	static const int table[PK_STATUS_COUNT] = {
		[PK_OK] = EX_OK,
		[PK_EPROTO] = EX_PROTOCOL,
		[PK_EAUTH] = EX_NOPERM,
		[PK_EPERM] = EX_NOPERM,
		[PK_ENOTFOUND] = EX_NOUSER,
		[PK_EEXISTS] = EX_CANTCREAT,
		[PK_EQUOTA] = EX_NOPERM,
		[PK_ELIMIT] = EX_NOPERM,
		[PK_ETOOBIG] = EX_DATAERR,
		[PK_EBUSY] = EX_TEMPFAIL,
		[PK_ESUSPENDED] = EX_NOPERM,
		[PK_EHELD] = EX_NOPERM,
		[PK_EEXPUNGED] = EX_NOUSER,
		[PK_ESTALE] = EX_NOUSER,
		[PK_ERETRY] = EX_TEMPFAIL,
		[PK_EUNAVAILABLE] = EX_UNAVAILABLE,
		[PK_ENOTSUP] = EX_SOFTWARE,
		[PK_EIO] = EX_IOERR,
		[PK_EINVAL] = EX_DATAERR,
		[PK_ENOMEM] = EX_OSERR,
		[PK_EFULL] = EX_TEMPFAIL,
	};

	return (unsigned)st < PK_STATUS_COUNT ? table[st] : EX_SOFTWARE;
}

int ctl_fail(struct ctl *ctl, enum pk_status st, const char *what)
{
	struct slice text = ctl->connected ? ctl->client.error.text : (struct slice){0};

	if (st == PK_OK)
		return EX_OK;
	snprintf(ctl->error, sizeof(ctl->error), text.n ? "%s: %s (%.*s)" : "%s: %s", what,
	         pk_status_words(st), (int)text.n, text.p);
	for (char *c = ctl->error; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	fprintf(stderr, "pkctl: %s\n", ctl->error);
	return status_to_exit(st);
}

enum pk_status ctl_announce(struct ctl *ctl)
{
	return CALL(ctl, announce, .listener = S("admin"), .reason = slice_str(ctl->opt.reason),
	            .as = slice_str(ctl->opt.as));
}

int ctl_connect(struct ctl *ctl)
{
	struct pk_hello_rep hello;
	enum pk_status st = client_connect(&ctl->client, ctl->opt.socket);
	int status;

	if (st != PK_OK) {
		fprintf(stderr, "pkctl: %s: %s\n", ctl->opt.socket,
		        st == PK_EPERM ? "you may not use this socket"
		                       : "no server answers there (is postkeepd running?)");
		return st == PK_EPERM ? EX_NOPERM : EX_UNAVAILABLE;
	}
	ctl->connected = true;
	ctl->client.timeout_ms = TIMEOUT_MS;
	st = client_hello(&ctl->client, "pkctl", &hello);
	if (st == PK_OK && !(hello.roles & (PK_ROLE_ADMIN | PK_ROLE_VIEW)))
		st = PK_EPERM;
	if (st == PK_OK) {
		ctl->client.session = 1;
		st = ctl_announce(ctl);
	}
	status = ctl_fail(ctl, st, ctl->opt.socket);
	ctl->client.error = (struct pk_error){0};
	return status;
}

void ctl_close(struct ctl *ctl)
{
	if (ctl->connected)
		client_close(&ctl->client);
	ctl->connected = false;
}

enum pk_status ctl_call(struct ctl *ctl, enum pk_op op, struct buf *b)
{
	enum pk_status st = PK_ENOMEM;

	ctl->client.error = (struct pk_error){0};
	if (!b->failed && b->n > PK_FRAME_MAX)
		st = PK_ETOOBIG;
	else if (!b->failed)
		st = client_call(&ctl->client, op, buf_slice(b), &ctl->reply, &ctl->more);
	buf_wipe(b);
	return st;
}

enum pk_status ctl_more(struct ctl *ctl)
{
	return client_more(&ctl->client, &ctl->reply, &ctl->more);
}

int ctl_gather(struct ctl *ctl, enum pk_status st, enum pk_status (*each)(struct slice, json_t *),
               json_t *into, const char *what)
{
	while (st == PK_OK) {
		st = each(ctl->reply, into);
		if (st != PK_OK || !ctl->more)
			break;
		st = ctl_more(ctl);
	}
	return ctl_fail(ctl, st, what);
}

/* Names of tenants, gathered before others are asked for what they have: one request at a time. */
static enum pk_status tenant_names(struct slice reply, json_t *names)
{
	struct pk_tenant_list_rep rep;
	enum pk_status st = pk_get_tenant_list_rep(reply, &rep);
	struct pk_tenant row;

	while (st == PK_OK && pk_next_tenant(&rep.tenants, &row))
		json_array_append_new(names, json_stringn(row.name.p, row.name.n));
	return st;
}

int ctl_list(struct ctl *ctl, const struct ctl_list *list, const char *selector)
{
	json_t *names = json_array(), *name;
	int status = EX_OK;
	size_t i;

	json_object_set_new(ctl->doc, list->name, json_array());
	if (selector)
		json_array_append_new(names, json_string(selector));
	else
		status = ctl_gather(ctl, CALL(ctl, tenant_list), tenant_names, names, list->name);
	for (i = 0; status == EX_OK && i < json_array_size(names); i++) {
		name = json_array_get(names, i);
		status = ctl_gather(ctl, list->ask(ctl, slice_str(json_string_value(name))),
		                    list->each, ctl->doc, json_string_value(name));
	}
	json_decref(names);
	return status;
}

int ctl_confirm(struct ctl *ctl, const char *format, ...)
{
	char answer[16] = "";
	va_list values;

	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
	if (ctl->opt.dry_run)
		return CTL_DRY;
	if (ctl->opt.yes)
		return EX_OK;
	if (ctl->opt.batch || !isatty(STDIN_FILENO)) {
		snprintf(ctl->error, sizeof(ctl->error),
		         "there is no terminal to ask on: give --yes");
		fprintf(stderr, "pkctl: %s\n", ctl->error);
		return EX_USAGE;
	}
	fputs("Type yes to go on: ", stderr);
	if (fgets(answer, sizeof(answer), stdin) && strcmp(answer, "yes\n") == 0)
		return EX_OK;
	fputs("pkctl: nothing was done\n", stderr);
	return EX_NOPERM;
}

bool ctl_settings(struct buf *rows, int count, char **arguments)
{
	for (int i = 0; i < count; i++) {
		struct slice value = slice_str(arguments[i]), key = slice_cut(&value, '=');

		if (!strchr(arguments[i], '=') || !key.n) {
			fprintf(stderr, "pkctl: '%s' is not KEY=VALUE\n", arguments[i]);
			return false;
		}
		pk_put_setting_row(rows, &(struct pk_setting){key, value});
	}
	return true;
}
