#include "search.h"

#include "objectid.h"
#include "structure.h"

#include "base/date.h"
#include "mime/scan.h"
#include "mime/text.h"
#include "mime/words.h"

#include <string.h>

static enum search_truth truth(bool yes)
{
	return yes ? SEARCH_YES : SEARCH_NO;
}

/* Text as people read it, folded for comparing, holds the needle? Without memory nobody knows. */
static enum search_truth has(const struct buf *utf8, struct slice needle)
{
	struct buf folded = {0};
	enum search_truth found;

	words_casemap(buf_slice(utf8), &folded);
	found = truth(!needle.n || (folded.n && memmem(folded.p, folded.n, needle.p, needle.n)));
	if (folded.failed || utf8->failed)
		found = SEARCH_MAYBE;
	buf_free(&folded);
	return found;
}

/* RFC 3501 6.4.4 HEADER: an absent field has nothing, not even the empty string. What the summary
 * cut short may still have it. */
static enum search_truth text_has(struct slice raw, struct slice needle, struct buf *scratch)
{
	enum search_truth found;

	if (!raw.p)
		return SEARCH_NO;
	buf_clear(scratch);
	words_decode(raw, scratch);
	found = has(scratch, needle);
	return found == SEARCH_NO && raw.n >= MIME_TEXT_MAX ? SEARCH_MAYBE : found;
}

/* The addresses as a header would have them: Name <mailbox@host>, ... */
static enum search_truth addresses_have(struct summary_list list, struct slice needle,
                                        struct buf *scratch)
{
	struct mime_address a;
	bool any = list.left > 0;

	buf_clear(scratch);
	while (summary_address_next(&list, &a)) {
		if (scratch->n)
			buf_put(scratch, S(", "));
		if (a.kind == MIME_GROUP_START)
			words_decode(a.mailbox, scratch);
		if (a.kind != MIME_ADDRESS)
			continue;
		words_decode(a.name, scratch);
		buf_put(scratch, a.name.n ? S(" <") : S("<"));
		buf_put(scratch, a.mailbox);
		if (a.host.n)
			buf_byte(scratch, '@');
		buf_put(scratch, a.host);
		buf_byte(scratch, '>');
	}
	return any ? has(scratch, needle) : SEARCH_NO;
}

static enum search_truth field_of(const struct search_key *k, const struct summary_envelope *e,
                                  struct buf *scratch)
{
	switch ((enum search_field)k->field) {
	case FIELD_SUBJECT: return text_has(e->subject, k->text, scratch);
	case FIELD_DATE: return text_has(e->date, k->text, scratch);
	case FIELD_MESSAGE_ID: return text_has(e->message_id, k->text, scratch);
	case FIELD_IN_REPLY_TO: return text_has(e->in_reply_to, k->text, scratch);
	case FIELD_FROM: return addresses_have(e->from, k->text, scratch);
	case FIELD_TO: return addresses_have(e->to, k->text, scratch);
	case FIELD_CC: return addresses_have(e->cc, k->text, scratch);
	case FIELD_BCC: return addresses_have(e->bcc, k->text, scratch);
	case FIELD_SENDER: return addresses_have(e->sender, k->text, scratch);
	case FIELD_REPLY_TO: return addresses_have(e->reply_to, k->text, scratch);
	case FIELD_ARRIVAL:
	case FIELD_SAVED:
	case FIELD_SENT: break;
	}
	return SEARCH_NO;
}

static enum search_truth field_has(const struct search_key *k, const struct search_message *m,
                                   struct buf *scratch)
{
	struct summary_envelope e;
	enum search_truth found;

	if (!m->sum)
		return SEARCH_MAYBE;
	if (!summary_envelope(m->sum, 0, &e))
		return SEARCH_NO;
	if (k->field == FIELD_BCC && prefix_bcc(m->row->prefix).n)
		return SEARCH_MAYBE;
	found = field_of(k, &e, scratch);
	return found == SEARCH_NO && summary_is_cut(m->sum) ? SEARCH_MAYBE : found;
}

/* RFC 3501 6.4.4: dates without time and zone, that is in the zone they were written in. */
static enum search_truth day_matches(const struct search_key *k, const struct search_message *m)
{
	const struct pk_message *row = m->row;
	int64_t day;

	if (k->field == FIELD_SAVED) /* RFC 8514 section 4; it has no zone of its own */
		day = date_day(row->savedate, 0);
	else if (k->field == FIELD_ARRIVAL)
		day = date_day(row->internaldate, (int16_t)row->zone);
	else if (!m->sum)
		return SEARCH_MAYBE;
	else if (m->sum->has_date)
		day = date_day(m->sum->date_ms, m->sum->zone_minutes);
	else
		return SEARCH_NO;
	if (k->op == SEARCH_BEFORE)
		return truth(day < k->value);
	return truth(k->op == SEARCH_ON ? day == k->value : day >= k->value);
}

static int64_t arrived_second(const struct pk_message *row)
{
	return row->internaldate / 1000 - (row->internaldate % 1000 < 0);
}

static bool is_emailid(struct slice id, struct slice guid, struct buf *scratch)
{
	buf_clear(scratch);
	emailid_put(scratch, guid);
	return slice_eq(id, buf_slice(scratch));
}

static enum search_truth key_matches(const struct search_key *k, const struct search_message *m,
                                     struct buf *scratch)
{
	const struct pk_message *row = m->row;

	switch ((enum search_op)k->op) {
	case SEARCH_ALL: return SEARCH_YES;
	case SEARCH_SET: return truth(roaring_bitmap_contains(k->set, row->uid));
	case SEARCH_FLAG: return truth(row->flags & (uint64_t)k->value);
	case SEARCH_RECENT: return truth(view_is_recent(m->view, row->uid));
	case SEARCH_BEFORE:
	case SEARCH_ON:
	case SEARCH_SINCE: return day_matches(k, m);
	case SEARCH_OLDER: return truth(arrived_second(row) <= k->value);
	case SEARCH_YOUNGER: return truth(arrived_second(row) >= k->value);
	case SEARCH_LARGER: return truth(row->octets > (uint64_t)k->value);
	case SEARCH_SMALLER: return truth(row->octets < (uint64_t)k->value);
	case SEARCH_MODSEQ: return truth(row->modseq >= (uint64_t)k->value);
	case SEARCH_EMAILID: return truth(is_emailid(k->text, row->guid, scratch));
	case SEARCH_FIELD:
	case SEARCH_HEADER:
	case SEARCH_TEXT:
	case SEARCH_BODY:
		if (m->needles)
			return (enum search_truth)m->needles[k->number];
		return k->op == SEARCH_FIELD ? field_has(k, m, scratch) : SEARCH_MAYBE;
	case SEARCH_NONE:
	case SEARCH_AND:
	case SEARCH_OR:
	case SEARCH_NOT: break;
	}
	return SEARCH_NO;
}

enum search_truth search_match(const struct search_program *g, const struct search_message *m,
                               struct buf *scratch)
{
	uint8_t stack[SEARCH_DEPTH_MAX * 2 + 4] = {0};
	size_t top = 0; /* values on the stack */

	for (size_t i = 0; i < search_keys(g); i++) {
		const struct search_key *k = search_key_at(g, i);

		if (k->op > SEARCH_NOT) {
			stack[top++] = (uint8_t)key_matches(k, m, scratch);
		} else if (k->op == SEARCH_NOT) {
			stack[top - 1] = (uint8_t)(SEARCH_YES - stack[top - 1]);
		} else {
			uint8_t last = stack[--top], *first = &stack[top - 1];

			if (k->op == SEARCH_AND ? last < *first : last > *first)
				*first = last;
		}
	}
	return top ? (enum search_truth)stack[0] : SEARCH_NO;
}

unsigned search_unknown(const struct search_program *g, const struct search_message *m,
                        uint8_t *needles, struct buf *scratch)
{
	static const unsigned where[] = {
		[SEARCH_FIELD] = TEXT_TOP,
		[SEARCH_HEADER] = TEXT_TOP,
		[SEARCH_TEXT] = TEXT_HEADERS | TEXT_BODIES,
		[SEARCH_BODY] = TEXT_BODIES,
	};
	unsigned wanted = 0;

	for (size_t i = 0; i < search_keys(g); i++) {
		const struct search_key *k = search_key_at(g, i);

		if (k->op < SEARCH_FIELD)
			continue;
		needles[k->number] = (uint8_t)key_matches(k, m, scratch);
		if (needles[k->number] == SEARCH_MAYBE)
			wanted |= where[k->op];
	}
	return wanted;
}
