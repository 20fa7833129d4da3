#ifndef IMAP_SEARCH_RUN_H
#define IMAP_SEARCH_RUN_H

#include "search.h"
#include "search_text.h"
#include "supply.h"

/*
 * Runs a program over the selected mailbox: SEARCH, SORT, THREAD. Three stages, each for what those
 * before it have left open:
 *
 *   sets    the keys are about numbers and \Recent alone: nobody is asked
 *   rows    rows of the messages, with as many columns as the keys need, a few requests ahead
 *   late    a few rows at a time, with their summaries (supplied if they have none), then of each
 *           the regions of text that can still decide; octets are read in turns of about 1 ms
 *
 * It is the first member of the command's own struct (s->cmd->own).
 */
struct search_run;

/* A message matches; in no order. sum: NULL if none is to be had, or none was asked for. False: out
 * of memory, or too much; then q->status says what. */
typedef bool search_found(struct imap *s, const struct pk_message *row, const struct summary *sum);

/* Messages that are taken together: their text is being read. */
struct search_late {
	struct uid_cut cut;
	struct buf rows;       /* of struct pk_message, as they came */
	size_t rows_at;        /* octets of them that are through */
	struct buf ready;      /* those whose text is read, with their summaries */
	struct buf jobs;       /* struct search_job: one each */
	size_t job;            /* the one at hand */
	bool seen;             /* something of it has come */
	bool begun;            /* its text is being looked at */
	bool decided;          /* the rest of it is of no interest */
	struct buf pieces;     /* of the request */
	uint32_t piece_n;      /* how many */
	bool reading;          /* it is under way */
	bool more;             /* and another reply to it follows this one: */
	struct buf octets;     /* what came ... */
	struct pk_rows chunks; /* ... what is left of it ... */
	struct pk_chunk chunk; /* ... and of the chunk at hand */
	struct text_search text;
};

struct search_run {
	struct imap *s;
	struct search_program program;
	uint32_t also; /* enum pk_message_want: what rows of matches must have, too */
	search_found *found;
	imap_step *done;
	enum pk_status status; /* why found said no */
	enum pk_status unread; /* why some messages could not be read */
	bool is_late;
	unsigned calls;                /* under way */
	roaring_uint32_iterator_t set; /* stage one */
	struct uid_cut cut;            /* stage two */
	roaring_bitmap_t *late;        /* what is left for stage three */
	struct search_late l;
	struct supply supply;
	struct buf ranges, scratch;
};

/* "charset", as CHARSET of SEARCH and the argument of SORT and THREAD, and "keys" to the end. What
 * is not SEARCH_PARSED is answered by search_refuse_args. */
enum search_parsed search_charset_arg(struct parser *p, struct slice *charset);
enum search_parsed search_keys_arg(struct imap *s, struct parser *p, struct slice charset,
                                   struct search_program *out);
/* "charset keys", of SORT and THREAD (RFC 5256 section 5, search-criteria). */
enum search_parsed search_charset_keys(struct imap *s, struct parser *p,
                                       struct search_program *out);
uint32_t search_refuse_args(struct imap *s, enum search_parsed why, const struct parser *p);

/* The program has been parsed into q. Ends in q->done, or in a NO. */
uint32_t search_start(struct imap *s, struct search_run *q);
void search_run_free(struct search_run *q);
/* NO, because found said no. */
uint32_t search_refuse(struct imap *s, const struct search_run *q);

/* Between search_run.c and search_late.c. */
enum { SEARCH_TAG_ROWS = 1, SEARCH_TAG_SUPPLY = 2, SEARCH_TAG_READ = 3 };
bool search_ask_rows(struct search_run *q, struct uid_cut *cut, uint32_t messages, uint32_t want);
/* A reply of the last stage. Both go on as far as it goes: the wants, or 0 when all is done. */
uint32_t search_late_reply(struct search_run *q, const struct pk_in *in);
uint32_t search_late_pump(struct search_run *q);
void search_late_free(struct search_late *l);

#endif
