#include "login.h"

/* What a login's name says: the user, and to POP3 also which maildrop. */

static bool is_pop3(const struct call *c)
{
	return slice_eq(slice_str(c->session->peer->service), S("pop3"));
}

/* Failures of jane+Folder are jane's. */
static void count_for_user(struct subject *w)
{
	struct slice rest = buf_slice(&w->user), local = slice_cut(&rest, '@');

	if (!slice_has(local, '+'))
		return;
	buf_put(&w->counted, slice_cut(&local, '+'));
	buf_byte(&w->counted, '@');
	buf_put(&w->counted, rest);
}

bool login_name(struct call *c, struct slice given)
{
	struct subject *w = &((struct login *)c->state)->who;
	struct slice domain = c->server->options.default_domain;

	w->recent = is_pop3(c) && slice_istarts(given, S("recent:"));
	if (w->recent)
		given = slice_skip(given, S("recent:").n);
	buf_put(&w->user, slice_head(given, ADDRESS_MAX + 1));
	if (!slice_has(given, '@') && domain.n) {
		buf_byte(&w->user, '@');
		buf_put(&w->user, domain);
	}
	if (is_pop3(c))
		count_for_user(w);
	return given.n <= ADDRESS_MAX && !w->user.failed && !w->counted.failed &&
	       address_fold(buf_slice(&w->user), &w->address) == PK_OK;
}

bool login_folder(struct call *c)
{
	struct subject *w = &((struct login *)c->state)->who;
	struct slice rest = buf_slice(&w->user), local = slice_cut(&rest, '@');
	struct slice folded = w->address.local;

	slice_cut(&local, '+');
	if (!is_pop3(c) || w->folder.n || !local.n)
		return false;
	w->acct = 0;
	buf_put(&w->folder, local);
	w->address.local = slice_cut(&folded, '+');
	return !w->folder.failed;
}

/* Which maildrop the name meant, where it is not the user's usual one. */
enum pk_status login_maildrop(struct call *c)
{
	const struct subject *w = &((struct login *)c->state)->who;
	struct session *s = c->session;

	free(s->maildrop); /* of a login that was refused */
	s->maildrop = NULL;
	if (!w->recent && !w->folder.n)
		return PK_OK;
	s->maildrop = calloc(1, sizeof(*s->maildrop) + w->folder.n);
	if (!s->maildrop)
		return PK_ENOMEM;
	s->maildrop->recent = w->recent;
	s->maildrop->n = w->folder.n;
	if (w->folder.n)
		memcpy(s->maildrop->folder, w->folder.p, w->folder.n);
	return PK_OK;
}
