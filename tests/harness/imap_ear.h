#ifndef IMAP_EAR_H
#define IMAP_EAR_H

#include <postkeep/buf.h>

#include "counted.h"
#include "imap_grammar.h"

/*
 * Follows one IMAP connection from outside, whatever its client says, and ends the program with
 * words when the server says what it may not: no response that the grammar does not have; answers
 * to tags only that began a line, in order; message numbers, UIDs and counts that fit to one
 * another (RFC 3501 7.3, 7.4); no message expunged during FETCH, STORE, SEARCH, SORT and THREAD, or
 * between commands (7.4.1, RFC 5256); flags that are as they were told last, once it has polled;
 * none of the secrets that it is not to hear.
 *
 * Which command an answer is for, is known by the lines that began with its tag. Where there are
 * several that differ (a literal may look like a command), less is checked. The octets of a literal
 * that does not wait are never a command, whatever is answered (RFC 7888 section 4).
 */
struct imap_ear {
	const char *name;       /* for words; the first members are the caller's */
	struct slice secret[2]; /* never to be heard; empty: none */

	struct buf sent; /* all that the client said */
	size_t line;     /* where the last line of it begins */
	size_t literal;  /* where the last literal of it ends */
	bool lost;       /* that is not known any more */
	struct buf commands;
	size_t answered; /* so many of them */

	struct buf heard; /* what is no whole response yet */
	size_t searched;  /* octets of it that hold no secret */
	bool utf8;
	struct buf events; /* since the last tagged response */

	enum ear_selected { EAR_NOTHING, EAR_UNKNOWN, EAR_COUNTED } selected;
	struct counted messages; /* of EAR_COUNTED; `note` is of the flags, 0: were not told */
	bool silent;             /* it changes flags and is not told */
	bool polled;             /* nothing changes any more: flags are as they were told */
	char mailbox[64];        /* its MAILBOXID */
	char status;             /* of the last tagged response: O, N, B */
	char tag[16];            /* and the beginning of its tag */
};

void ear_sent(struct imap_ear *e, struct slice octets);
void ear_heard(struct imap_ear *e, struct slice octets);
void ear_quiet(struct imap_ear *e);  /* all has come that will, until the client goes on */
void ear_forget(struct imap_ear *e); /* the connection is gone; name and secrets stay */
[[gnu::format(printf, 2, 3), gnu::noreturn]] void ear_fails(const struct imap_ear *e,
                                                            const char *format, ...);

#endif
