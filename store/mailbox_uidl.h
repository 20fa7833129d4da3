#ifndef STORE_MAILBOX_UIDL_H
#define STORE_MAILBOX_UIDL_H

#include "mailbox.h"

/*
 * The unique-id that POP3 tells of a message (RFC 1939 section 7), brought along from where it was
 * before: 1 to UIDL_MAX octets from 0x21 to 0x7E. Empty: it is uidvalidity.uid again. PK_EEXPUNGED;
 * PK_EINVAL; PK_EEXISTS: it is another message's.
 */
enum pk_status mailbox_set_uidl(struct mailbox *, uint32_t uid, struct slice uidl);

#endif
