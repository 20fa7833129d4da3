#ifndef IMAP_SEARCH_H
#define IMAP_SEARCH_H

#include "imap.h"
#include "view.h"

#include "mime/summary.h"

/*
 * The keys of SEARCH (RFC 3501 6.4.4) as a program in postfix order: each key pushes whether the
 * message has it, AND, OR and NOT combine. Parsed and run without recursion.
 */
#define SEARCH_KEYS_MAX  1024
#define SEARCH_DEPTH_MAX 64

enum search_op {
	SEARCH_AND,
	SEARCH_OR,
	SEARCH_NOT,
	SEARCH_ALL,
	SEARCH_NONE, /* a keyword that the mailbox does not have */
	SEARCH_SET,  /* one of `set` */
	SEARCH_FLAG, /* a bit of `value` */
	SEARCH_RECENT,
	SEARCH_BEFORE, /* the day in `value`; field: of arrival or of the Date field */
	SEARCH_ON,
	SEARCH_SINCE,
	SEARCH_LARGER,
	SEARCH_SMALLER,
	SEARCH_TEXT,   /* `text` is in the field */
	SEARCH_MODSEQ, /* RFC 7162 3.1.5: `value` or above */
};

enum search_field {
	FIELD_ARRIVAL, /* INTERNALDATE */
	FIELD_SENT,
	FIELD_SUBJECT,
	FIELD_FROM,
	FIELD_TO,
	FIELD_CC,
	FIELD_BCC,
	FIELD_SENDER,
	FIELD_REPLY_TO,
	FIELD_DATE,
	FIELD_MESSAGE_ID,
	FIELD_IN_REPLY_TO,
};

struct search_key {
	uint8_t op;    /* enum search_op */
	uint8_t field; /* enum search_field */
	int64_t value;
	struct slice text; /* in the form of words_casemap; its memory is the program's */
	roaring_bitmap_t *set;
};

struct search_program {
	struct buf keys;       /* struct search_key each */
	uint32_t want;         /* enum pk_message_want: what a row must have */
	bool summary;          /* it needs the message's summary */
	bool modseq;           /* the answer tells the highest modseq */
	bool numbers;          /* message numbers are in it */
	roaring_bitmap_t *all; /* only these can match */
};

enum search_parsed {
	SEARCH_PARSED,
	SEARCH_BAD,     /* p->error */
	SEARCH_CHARSET, /* not one of ours */
	SEARCH_CANNOT,  /* a key that cannot be answered */
	SEARCH_MEMORY,
};

/* " keys" to the end of the command. Free the program whatever comes of it. */
enum search_parsed search_parse(const struct view *v, struct parser *p, struct search_program *out);
void search_free(struct search_program *g);

/* Whether a message matches. sum may be NULL if the program needs no summary; scratch is for
 * texts. */
bool search_match(const struct search_program *g, const struct view *v,
                  const struct pk_message *row, const struct summary *sum, struct buf *scratch);

#endif
