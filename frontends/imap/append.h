#ifndef IMAP_APPEND_H
#define IMAP_APPEND_H

#include "imap.h"
#include "keywords.h"

/*
 * APPEND up to its first message's literal, which is announced at the end of the text. False: it is
 * not the message but the name of the mailbox that comes as a literal. True: *wants is what
 * follows. s->skipping until the literal is taken.
 */
bool append_begin(struct imap *s, struct parser *args, bool sync, uint32_t *wants);

/* What is said of one message, ahead of it. */
struct append_args {
	struct flag_args flags;
	int64_t date_ms;
	int16_t zone_minutes;
	uint64_t octets;
	bool utf8;           /* a ")" follows the message */
	struct buf keywords; /* between spaces */
};
/* From the space behind the mailbox, or behind the message before. False: p->error. */
bool append_args_parse(struct parser *p, struct append_args *a, int64_t now_ms);
void append_args_free(struct append_args *a);

/* Looks for octets of eight bits in the header of a message that comes in pieces. Zeroed: ready. */
struct header_watch {
	bool in_line; /* there was something in the line at hand */
	bool over;
};
bool header_is_8bit(struct header_watch *w, struct slice octets);

#endif
