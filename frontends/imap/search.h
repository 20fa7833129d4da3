#ifndef IMAP_SEARCH_H
#define IMAP_SEARCH_H

#include "imap.h"
#include "view.h"

#include "mime/summary.h"

/*
 * The keys of SEARCH (RFC 9051 6.4.4) as a program in postfix order: each key pushes whether the
 * message has it, AND, OR and NOT combine. Parsed and run without recursion.
 */
#define SEARCH_KEYS_MAX  1024
#define SEARCH_DEPTH_MAX 64

enum search_op {
	SEARCH_AND,
	SEARCH_OR,
	SEARCH_NOT,
	SEARCH_ALL,
	SEARCH_NONE, /* a keyword that the mailbox does not have, a thread */
	SEARCH_SET,  /* one of `set` */
	SEARCH_FLAG, /* a bit of `value` */
	SEARCH_RECENT,
	SEARCH_BEFORE, /* the day in `value`; field: of arrival, of saving, of the Date field */
	SEARCH_ON,
	SEARCH_SINCE,
	SEARCH_OLDER, /* arrived at that second or before: RFC 5032 */
	SEARCH_YOUNGER,
	SEARCH_LARGER,
	SEARCH_SMALLER,
	SEARCH_MODSEQ,  /* changed then or later: RFC 7162 3.1.5 */
	SEARCH_EMAILID, /* `text` as objectid.h has it: RFC 8474 section 6 */
	/* From here on `text` is a needle, in the form of words_casemap, and `number` its own. */
	SEARCH_FIELD,  /* in a field that the summary has */
	SEARCH_HEADER, /* in a field `name` of the message's header */
	SEARCH_TEXT,   /* in any header or body */
	SEARCH_BODY,   /* in a body */
};

enum search_field {
	FIELD_ARRIVAL, /* INTERNALDATE */
	FIELD_SAVED,   /* RFC 8514 */
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

/* What a row must have for its summary. */
#define SEARCH_SUMMARY (PK_WANT_SUMMARY | PK_WANT_PREFIX | PK_WANT_SIZE)

struct search_key {
	uint8_t op;      /* enum search_op */
	uint8_t field;   /* enum search_field */
	uint16_t number; /* among the needles */
	int64_t value;
	struct slice text; /* its memory is the program's */
	struct slice name; /* of the field, for needles in the header; the command's memory */
	roaring_bitmap_t *set;
};

struct search_program {
	struct buf keys;       /* struct search_key each */
	uint32_t want;         /* enum pk_message_want: what a row must have, besides for needles */
	bool summary;          /* some keys look into the summary */
	bool octets;           /* some keys read the message */
	bool modseq;           /* MODSEQ was asked for: it is told, too */
	bool numbers;          /* message numbers are in it */
	uint16_t needles;      /* how many */
	size_t needle_most;    /* octets of the longest */
	roaring_bitmap_t *all; /* only these can match */
};

enum search_parsed {
	SEARCH_PARSED,
	SEARCH_BAD,     /* p->error */
	SEARCH_CHARSET, /* not one of ours */
	SEARCH_MEMORY,
	SEARCH_LIMIT, /* too many keys, or too deep in each other */
};

/* How the strings of a command are to be read, and what the moment is. */
struct search_context {
	const struct view *view;
	struct slice charset; /* empty: UTF-8 */
	int64_t now_ms;
};

/* "keys" to the end of the command. Free the program whatever comes of it. */
enum search_parsed search_parse(const struct search_context *c, struct parser *p,
                                struct search_program *out);
void search_free(struct search_program *g);

/* search_keys.c: a word and its arguments. */
struct search_parser {
	const struct search_context *context;
	struct parser *p;
	struct search_program *out;
	enum search_parsed why;
};
/* Set why, unless it is set. False, always. */
bool search_stop(struct search_parser *c, enum search_parsed why);
bool search_bad(struct search_parser *c, struct slice why);
bool search_emit_op(struct search_parser *c, enum search_op op);
/* Parses and emits one key that is not made of others; tells which, the set and the text being the
 * program's. */
bool search_parse_key(struct search_parser *c, struct search_key *k);

/* What is known of a key or of a whole program: AND is the smaller, OR the larger. */
enum search_truth { SEARCH_NO, SEARCH_MAYBE, SEARCH_YES };

/* What of a message is at hand. */
struct search_message {
	const struct view *view;
	const struct pk_message *row;
	const struct summary *sum; /* NULL: not at hand */
	const uint8_t *needles;    /* enum search_truth each, by number; NULL: nothing was read */
};
/* scratch is for texts. */
enum search_truth search_match(const struct search_program *g, const struct search_message *m,
                               struct buf *scratch);
/* What the summary says of each needle (g->needles of them, enum search_truth). Returns what of the
 * message's text (enum text_wanted) is needed to know the others. */
unsigned search_unknown(const struct search_program *g, const struct search_message *m,
                        uint8_t *needles, struct buf *scratch);

static inline const struct search_key *search_key_at(const struct search_program *g, size_t i)
{
	return (const struct search_key *)(const void *)g->keys.p + i;
}
static inline size_t search_keys(const struct search_program *g)
{
	return g->keys.n / sizeof(struct search_key);
}

#endif
