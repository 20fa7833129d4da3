#ifndef IMAP_APPEND_H
#define IMAP_APPEND_H

#include "imap.h"

/*
 * APPEND up to its message's literal, which is announced at the end of the text. False: it is not
 * the message but the name of the mailbox that comes as a literal. True: *wants is what follows.
 * s->skipping until the literal is taken.
 */
bool append_begin(struct imap *s, struct parser *args, uint64_t octets, bool sync, uint32_t *wants);

#endif
