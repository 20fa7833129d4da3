#include "binary.h"
#include "objectid.h"
#include "structure.h"
#include "text.h"

#include "base/date.h"

#define HEADER_AT_ONCE  65536 /* octets of a header whose wanted fields are held in memory */
#define DECODED_AT_ONCE 65536 /* octets of a decoded part, likewise */

void plan_clear(struct plan *p)
{
	buf_clear(&p->text);
	buf_clear(&p->steps);
	p->cursor.uid = 0;
}

void plan_free(struct plan *p)
{
	buf_free(&p->text);
	buf_free(&p->steps);
}

size_t plan_steps(const struct plan *p)
{
	return p->steps.n / sizeof(struct step);
}

struct step *plan_step(const struct plan *p, size_t i)
{
	return (struct step *)(void *)p->steps.p + i;
}

void plan_pieces(const struct plan *p, size_t first, struct buf *rows)
{
	for (size_t i = first; i < plan_steps(p); i++) {
		const struct step *step = plan_step(p, i);

		pk_put_piece_row(rows, &(struct pk_piece){.uid = step->uid,
		                                          .offset = step->at,
		                                          .octets = step->octets});
	}
}

static void add_step(struct plan *p, const struct step *step)
{
	buf_put(&p->steps, (struct slice){(const char *)step, sizeof(*step)});
}

static void plan_fields(struct plan *p, struct step *step)
{
	bool large = step->octets > HEADER_AT_ONCE;

	step->kind = large ? STEP_COUNT : STEP_FIELDS;
	add_step(p, step);
	if (large) {
		step->kind = STEP_SEND;
		add_step(p, step);
	}
}

/* "<from.octets>" of a span: RFC 3501 6.4.5, partial. */
static void cut_partial(const struct fetch_item *item, struct span *span)
{
	uint64_t from = item->from < span->octets ? item->from : span->octets;

	span->at += from;
	span->octets -= from;
	if (item->octets < span->octets)
		span->octets = item->octets;
}

/*
 * RFC 3516 4.3. What is large is told before it is decoded; the summary has how much that will be.
 */
static void plan_decoded(struct plan *p, struct step *step, struct span span, struct decoded d,
                         const struct view *v)
{
	uint64_t left = step->from < d.octets ? d.octets - step->from : 0;

	p->unknown_cte |= d.unknown;
	if (d.unknown || !left) {
		text_put(&p->text, d.unknown ? S("NIL") : S("\"\""));
		return;
	}
	if (step->limit > left)
		step->limit = left;
	if (d.encoding == MIME_IDENTITY) {
		span.at += step->from;
		span.octets = step->limit;
		step->from = 0;
	}
	binary_plan(p, step, span, &d, v->binary);
	step->kind = step->limit > DECODED_AT_ONCE ? STEP_STREAM : STEP_DECODE;
	add_step(p, step);
}

static void plan_binary_size(struct plan *p, const struct fetch_item *item,
                             const struct pk_message *row, const struct summary *sum)
{
	struct span span = section_find(&item->section, sum, row->prefix.n, row->octets);
	struct decoded d = section_decoded(&item->section, sum, &span);

	p->unknown_cte |= d.unknown && !span.nil;
	text_number(&p->text, d.unknown || span.nil ? 0 : d.octets);
}

static void plan_section(struct plan *p, const struct fetch_item *item, const struct view *v,
                         const struct pk_message *row, const struct summary *sum)
{
	const struct section *sec = &item->section;
	struct span span = section_find(sec, sum, row->prefix.n, row->octets);
	bool fields = sec->what == SECTION_FIELDS || sec->what == SECTION_FIELDS_NOT;
	struct step step = {.text = p->text.n,
	                    .uid = row->uid,
	                    .from = item->from,
	                    .limit = item->partial ? item->octets : UINT64_MAX,
	                    .item = item,
	                    .kind = STEP_OCTETS};

	if (span.nil) {
		text_put(&p->text, S("NIL"));
		return;
	}
	if (item->binary) {
		plan_decoded(p, &step, span, section_decoded(sec, sum, &span), v);
		return;
	}
	if (item->partial && !fields)
		cut_partial(item, &span);
	if (!span.octets) {
		text_put(&p->text, S("\"\""));
		return;
	}
	step.at = span.at;
	step.octets = span.octets;
	if (fields)
		plan_fields(p, &step);
	else
		add_step(p, &step);
}

/* RFC 8970 3.2, 4.1: empty if nothing can be made of the message, NIL if nothing was made of it. */
static void put_preview(struct buf *b, const struct summary *sum)
{
	if (sum)
		put_nstring(b, sum->preview.p ? sum->preview : S(""));
	else
		text_put(b, S("NIL"));
}

static void plan_item(struct plan *p, const struct fetch_item *item, const struct view *v,
                      const struct pk_message *row, const struct summary *sum)
{
	struct buf *b = &p->text;

	text_put(b, item->label);
	switch ((enum fetch_kind)item->kind) {
	case FETCH_UID: text_number(b, row->uid); break;
	case FETCH_FLAGS:
		flags_put(b, &v->keywords, row->flags, view_is_recent(v, row->uid));
		break;
	case FETCH_INTERNALDATE:
		text_char(b, '"');
		date_put_imap(b, row->internaldate, (int16_t)row->zone);
		text_char(b, '"');
		break;
	case FETCH_SIZE: text_number(b, row->octets); break;
	case FETCH_ENVELOPE: put_envelope(b, sum, 0, row->prefix); break;
	case FETCH_BODY:
	case FETCH_BODYSTRUCTURE: put_structure(b, sum, item->how); break;
	case FETCH_SECTION: plan_section(p, item, v, row, sum); break;
	case FETCH_BINARY_SIZE: plan_binary_size(p, item, row, sum); break;
	case FETCH_SAVEDATE:
		text_char(b, '"');
		date_put_imap(b, row->savedate, 0);
		text_char(b, '"');
		break;
	case FETCH_EMAILID:
		text_char(b, '(');
		emailid_put(b, row->guid);
		text_char(b, ')');
		break;
	case FETCH_THREADID: text_put(b, S("NIL")); break;
	case FETCH_PREVIEW: put_preview(b, sum); break;
	case FETCH_MODSEQ:
		text_char(b, '(');
		text_number(b, row->modseq);
		text_char(b, ')');
		break;
	}
}

bool plan_message(struct plan *p, const struct fetch_items *items, const struct view *v,
                  const struct pk_message *row, const struct summary *sum)
{
	text_put(&p->text, S("* "));
	text_number(&p->text, view_number(v, row->uid));
	text_put(&p->text, S(" FETCH ("));
	for (size_t i = 0; i < items->n; i++) {
		if (i)
			text_char(&p->text, ' ');
		plan_item(p, &items->item[i], v, row, sum);
	}
	text_put(&p->text, S(")\r\n"));
	return !p->text.failed && !p->steps.failed;
}
