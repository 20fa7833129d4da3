#ifndef IMAP_SYNC_H
#define IMAP_SYNC_H

#include "imap.h"

/*
 * Tells the client what other sessions did to the selected mailbox: when the doorbell has rung (or
 * never could: the watch begins with the first call), asks the store for the changes since the last
 * time; then sends EXISTS, RECENT, FLAGS and FETCH, and EXPUNGE if `expunge` (RFC 3501 5.2, 5.5,
 * 7.4.1). Each change is told once; what this session did itself has been told by its commands.
 * Goes on with `after`. Without a selected mailbox it only does that.
 */
uint32_t sync_mailbox(struct imap *s, bool expunge, imap_step *after);

/*
 * Who polls (NOOP, CHECK, IDLE) hears what was committed before he asked, whether the doorbell has
 * rung or not: on its way it may be behind the answer that another client had. The next
 * sync_mailbox asks, unless the host sees that nothing has changed.
 */
void sync_poll(struct imap *s);

/* Says EXISTS and RECENT if they are not what was said last. */
void sync_counts(struct imap *s);
/* Takes keyword names; says FLAGS and PERMANENTFLAGS if there are new ones. */
void sync_keywords(struct imap *s, struct pk_rows rows);
void put_flag_lists(struct imap *s);
/* "* 3 FETCH (FLAGS (\Seen))", with the UID in it if the command is of the UID form and in rev2
 * (RFC 9051 7.5.2), with UID and MODSEQ for CONDSTORE clients (RFC 7162 3.2.4), to which it may be
 * without the flags. */
void put_fetch_flags(struct imap *s, const struct pk_flag *row, bool flags);

/* Calls fn for the rows of a reply, as far as they have not been taken yet. False: output is full,
 * the reply must come again. */
typedef void flag_row_fn(struct imap *s, const struct pk_flag *row, void *arg);
bool each_flag_row(struct imap *s, struct pk_rows rows, struct pk_in *in, flag_row_fn *fn,
                   void *arg);

/* The client has shown that it knows of modseqs: RFC 7162 3.1. */
void condstore_enable(struct imap *s);
/*
 * Says HIGHESTMODSEQ if a CONDSTORE client would get it wrong: it was told a modseq of a message,
 * but not yet all changes below (RFC 7162 3.2, section 6). raise: also if it would take too low a
 * one.
 */
void sync_highest(struct imap *s, bool raise);

#endif
