#ifndef IMAP_EAR_PARTS_H
#define IMAP_EAR_PARTS_H

#include "imap_ear.h"

/* What imap_ear.c and imap_ear_sent.c share. */

/* What is known of a command by its name, for what may come before its answer. */
enum kind {
	KIND_OTHER = 1,
	KIND_FETCH = 2,  /* by numbers: nothing is expunged */
	KIND_SEARCH = 4, /* the same, and the answer has numbers */
	KIND_SELECT = 8,
	KIND_CLOSE = 16,
	KIND_TALK = 32,    /* lines that follow are no commands */
	KIND_LITERAL = 64, /* it stands in a literal */
};

/* What the command with this tag may have been, all kinds together; it is over. */
unsigned ear_answer(struct imap_ear *e, struct slice tag);

#endif
