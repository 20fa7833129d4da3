#include "smtp.h"

/* Codes: RFC 5321 4.2.3. Enhanced ones: RFC 3463. Both say whether to try again. */
struct slice smtp_recipient_reply(enum pk_status st)
{
	switch (st) {
	case PK_OK: return S("250 2.1.5 ok");
	case PK_ENOTFOUND: return S("550 5.1.1 no such mailbox here");
	case PK_EPERM: return S("550 5.7.1 no relaying: this domain is not served here");
	case PK_EINVAL: return S("501 5.1.3 this is no address");
	case PK_ESUSPENDED: return S("450 4.2.1 the mailbox is suspended");
	case PK_EQUOTA: return S("452 4.2.2 the mailbox is full");
	case PK_ETOOBIG: return S("552 5.3.4 the message is too big for this mailbox");
	case PK_ELIMIT: return S("452 4.5.3 too many recipients, send them in another message");
	case PK_EFULL: return S("452 4.3.1 no space left on the system");
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
	return S("451 4.3.0 temporary failure, try again later");
}

struct slice smtp_message_reply(enum pk_status st)
{
	switch (st) {
	case PK_OK: return S("250 2.0.0 delivered");
	case PK_ENOTFOUND: return S("550 5.1.1 the mailbox is gone");
	case PK_ESUSPENDED: return S("450 4.2.1 the mailbox is suspended");
	case PK_EQUOTA: return S("452 4.2.2 the mailbox is full");
	case PK_ETOOBIG: return S("552 5.3.4 the message is too big");
	case PK_EFULL: return S("452 4.3.1 no space left on the system");
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
	return S("451 4.3.0 temporary failure, try again later");
}
