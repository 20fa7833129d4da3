#include "reply.h"

#include <postkeep/messages.h>

struct refusal refusal_of(const struct pk_in *in)
{
	struct refusal r = {.status = (enum pk_status)in->status};
	struct pk_error e;

	if (pk_get_error(in->bytes, &e) != PK_OK)
		return r;
	r.lasting = e.lasting;
	if (e.worded)
		r.words = e.text;
	return r;
}

static struct slice temporary(void)
{
	return S("451 4.3.0 temporary failure, try again later");
}

struct slice reply_to_recipient(const struct refusal *r)
{
	switch (r->status) {
	case PK_OK: return S("250 2.1.5 ok");
	case PK_ENOTFOUND: return S("550 5.1.1 no such mailbox here: check the address");
	case PK_EPERM: return S("550 5.7.1 no relaying: this domain is not served here");
	case PK_EINVAL: return S("501 5.1.3 this is no address");
	case PK_ESUSPENDED:
		return r->lasting ? S("550 5.2.1 the mailbox is suspended: reach its owner another "
		                      "way")
		                  : S("450 4.2.1 the mailbox is suspended, try again later");
	case PK_EQUOTA:
		return r->lasting ? S("552 5.2.2 the mailbox is full: its owner has to make room")
		                  : S("452 4.2.2 the mailbox is full, try again later");
	case PK_ETOOBIG:
		return S("552 5.3.4 the message is too big for this mailbox: make it smaller");
	case PK_ELIMIT: return S("452 4.5.3 too many recipients, send them in another message");
	case PK_EFULL: return S("452 4.3.1 no space left on the system, try again later");
	case PK_EPROTO:
	case PK_EAUTH:
	case PK_EEXISTS:
	case PK_EBUSY:
	case PK_EHELD:
	case PK_EEXPUNGED:
	case PK_ESTALE:
	case PK_ERETRY:
	case PK_EUNAVAILABLE:
	case PK_ENOTSUP:
	case PK_EIO:
	case PK_ENOMEM:
	case PK_STATUS_COUNT: break;
	}
	return temporary();
}

struct slice reply_to_message(const struct refusal *r)
{
	switch (r->status) {
	case PK_OK: return S("250 2.0.0 delivered");
	case PK_ENOTFOUND: return S("550 5.1.1 the mailbox is gone");
	case PK_ETOOBIG: return S("552 5.3.4 the message is too big: make it smaller");
	case PK_ESUSPENDED:
	case PK_EQUOTA:
	case PK_EFULL: return reply_to_recipient(r);
	case PK_EPROTO:
	case PK_EAUTH:
	case PK_EPERM:
	case PK_EEXISTS:
	case PK_ELIMIT:
	case PK_EBUSY:
	case PK_EHELD:
	case PK_EEXPUNGED:
	case PK_ESTALE:
	case PK_ERETRY:
	case PK_EUNAVAILABLE:
	case PK_ENOTSUP:
	case PK_EIO:
	case PK_EINVAL:
	case PK_ENOMEM:
	case PK_STATUS_COUNT: break;
	}
	return temporary();
}

struct slice reply_to_sender(const struct refusal *r)
{
	if (r->status == PK_OK)
		return S("250 2.1.0 ok");
	if (r->status == PK_EPERM)
		return S("553 5.7.1 this address is not yours: send from your own, or an alias of "
		         "it");
	if (r->status == PK_ELIMIT)
		return S("450 4.7.1 too many messages in an hour, try again later");
	if (r->status == PK_EAUTH)
		return S("550 5.7.13 this account may not send any more: ask your administrator");
	return reply_to_message(r);
}

struct slice reply_to_submission(const struct refusal *r)
{
	if (r->status == PK_EPERM)
		return S("550 5.7.1 the sender in the header is not yours: From takes your own "
		         "addresses");
	if (r->status == PK_ELIMIT || r->status == PK_EAUTH)
		return reply_to_sender(r);
	return reply_to_message(r);
}

struct slice reply_words(struct slice reply, const struct refusal *r, struct buf *out)
{
	struct slice rest = reply;

	if (!r->words.n || r->status == PK_OK)
		return reply;
	slice_cut(&rest, ' ');
	slice_cut(&rest, ' ');
	buf_clear(out);
	buf_put(out, slice_head(reply, reply.n - rest.n));
	for (size_t i = 0; i < r->words.n && i < REPLY_WORDS_MAX; i++)
		buf_byte(out,
		         (char)(r->words.p[i] < ' ' || r->words.p[i] > '~' ? '?' : r->words.p[i]));
	return out->failed ? reply : buf_slice(out);
}
