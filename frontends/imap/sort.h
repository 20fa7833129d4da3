#ifndef IMAP_SORT_H
#define IMAP_SORT_H

#include "parse.h"

#include "mime/summary.h"

#include <postkeep/buf.h>
#include <postkeep/messages.h>

/*
 * What SORT sorts by: RFC 5256 3 and 5, RFC 5957. A message's values become one string of octets,
 * so that two messages compare as these do: numbers with the largest digit first, texts in the form
 * of words_casemap with a NUL behind them, and all octets of a reversed value turned round.
 */
enum sort_by {
	SORT_ARRIVAL,
	SORT_CC,
	SORT_DATE,
	SORT_FROM,
	SORT_SIZE,
	SORT_SUBJECT,
	SORT_TO,
	SORT_DISPLAYFROM,
	SORT_DISPLAYTO,
	SORT_KEYS
};

/* Each key once: what comes again changes nothing. */
struct sort_order {
	uint8_t by[SORT_KEYS]; /* enum sort_by */
	bool reverse[SORT_KEYS];
	unsigned n;
};

bool sort_order_parse(struct parser *p, struct sort_order *out); /* "(SUBJECT REVERSE DATE)" */
uint32_t sort_order_wants(const struct sort_order *o); /* enum pk_message_want of the rows */
/* Appends the string of a message; sum: NULL if there is none. */
void sort_key_put(struct buf *out, const struct sort_order *o, const struct pk_message *row,
                  const struct summary *sum);

/* RFC 5256 2.2: the sent date, or when there is none, the date of arrival. */
int64_t sent_ms(const struct pk_message *row, const struct summary *sum);

#endif
