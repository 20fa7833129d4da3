#include "search.h"

#include "base/date.h"
#include "mime/words.h"

#include <string.h>

/* Text of a field as people read it, folded for comparing, holds the needle? */
static bool has(struct slice utf8, struct slice needle)
{
	struct buf folded = {0};
	bool found;

	words_casemap(utf8, &folded);
	found = !needle.n || (folded.n && memmem(folded.p, folded.n, needle.p, needle.n));
	buf_free(&folded);
	return found;
}

/* RFC 3501 6.4.4 HEADER: an absent field has nothing, not even the empty string. */
static bool text_has(struct slice raw, struct slice needle, struct buf *scratch)
{
	if (!raw.p)
		return false;
	buf_clear(scratch);
	words_decode(raw, scratch);
	return has(buf_slice(scratch), needle);
}

/* The addresses as a header would have them: Name <mailbox@host>, ... */
static bool addresses_have(struct summary_list list, struct slice needle, struct buf *scratch)
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
	return any && has(buf_slice(scratch), needle);
}

static bool field_has(const struct search_key *k, const struct summary *sum, struct buf *scratch)
{
	struct summary_envelope e;

	if (!sum || !summary_envelope(sum, 0, &e))
		return false;
	switch ((enum search_field)k->field) {
	case FIELD_SUBJECT: return text_has(e.subject, k->text, scratch);
	case FIELD_DATE: return text_has(e.date, k->text, scratch);
	case FIELD_MESSAGE_ID: return text_has(e.message_id, k->text, scratch);
	case FIELD_IN_REPLY_TO: return text_has(e.in_reply_to, k->text, scratch);
	case FIELD_FROM: return addresses_have(e.from, k->text, scratch);
	case FIELD_TO: return addresses_have(e.to, k->text, scratch);
	case FIELD_CC: return addresses_have(e.cc, k->text, scratch);
	case FIELD_BCC: return addresses_have(e.bcc, k->text, scratch);
	case FIELD_SENDER: return addresses_have(e.sender, k->text, scratch);
	case FIELD_REPLY_TO: return addresses_have(e.reply_to, k->text, scratch);
	case FIELD_ARRIVAL:
	case FIELD_SENT: break;
	}
	return false;
}

/* RFC 3501 6.4.4: dates without time and zone, that is in the zone they were written in. */
static bool day_matches(const struct search_key *k, const struct pk_message *row,
                        const struct summary *sum)
{
	int64_t day;

	if (k->field == FIELD_ARRIVAL)
		day = date_day(row->internaldate, (int16_t)row->zone);
	else if (sum && sum->has_date)
		day = date_day(sum->date_ms, sum->zone_minutes);
	else
		return false;
	if (k->op == SEARCH_BEFORE)
		return day < k->value;
	return k->op == SEARCH_ON ? day == k->value : day >= k->value;
}

static bool key_matches(const struct search_key *k, const struct view *v,
                        const struct pk_message *row, const struct summary *sum,
                        struct buf *scratch)
{
	switch ((enum search_op)k->op) {
	case SEARCH_ALL: return true;
	case SEARCH_SET: return roaring_bitmap_contains(k->set, row->uid);
	case SEARCH_FLAG: return row->flags & (uint64_t)k->value;
	case SEARCH_RECENT: return view_is_recent(v, row->uid);
	case SEARCH_BEFORE:
	case SEARCH_ON:
	case SEARCH_SINCE: return day_matches(k, row, sum);
	case SEARCH_LARGER: return row->octets > (uint64_t)k->value;
	case SEARCH_SMALLER: return row->octets < (uint64_t)k->value;
	case SEARCH_MODSEQ: return row->modseq >= (uint64_t)k->value;
	case SEARCH_TEXT: return field_has(k, sum, scratch);
	case SEARCH_NONE:
	case SEARCH_AND:
	case SEARCH_OR:
	case SEARCH_NOT: break;
	}
	return false;
}

bool search_match(const struct search_program *g, const struct view *v,
                  const struct pk_message *row, const struct summary *sum, struct buf *scratch)
{
	const struct search_key *k = (const struct search_key *)(const void *)g->keys.p;
	bool stack[SEARCH_DEPTH_MAX * 2 + 4] = {false};
	size_t top = 0; /* values on the stack */

	for (size_t i = 0; i < g->keys.n / sizeof(*k); i++) {
		if (k[i].op > SEARCH_NOT) {
			stack[top++] = key_matches(&k[i], v, row, sum, scratch);
		} else if (k[i].op == SEARCH_NOT) {
			stack[top - 1] = !stack[top - 1];
		} else {
			bool last = stack[--top];

			if (k[i].op == SEARCH_AND)
				stack[top - 1] = stack[top - 1] && last;
			else
				stack[top - 1] = stack[top - 1] || last;
		}
	}
	return top && stack[0];
}
