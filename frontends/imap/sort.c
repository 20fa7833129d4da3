#include "sort.h"

#include "mime/charset.h"
#include "mime/words.h"

static const struct {
	struct slice name;
	uint8_t by;
	uint32_t want;
} keys[] = {
	{S("ARRIVAL"),     SORT_ARRIVAL,     PK_WANT_DATES                  },
	{S("CC"),          SORT_CC,          PK_WANT_SUMMARY                },
	{S("DATE"),        SORT_DATE,        PK_WANT_SUMMARY | PK_WANT_DATES},
	{S("FROM"),        SORT_FROM,        PK_WANT_SUMMARY                },
	{S("SIZE"),        SORT_SIZE,        PK_WANT_SIZE                   },
	{S("SUBJECT"),     SORT_SUBJECT,     PK_WANT_SUMMARY                },
	{S("TO"),          SORT_TO,          PK_WANT_SUMMARY                },
	{S("DISPLAYFROM"), SORT_DISPLAYFROM, PK_WANT_SUMMARY                },
	{S("DISPLAYTO"),   SORT_DISPLAYTO,   PK_WANT_SUMMARY                },
};

static void add(struct sort_order *o, uint8_t by, bool reverse)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->by[i] == by)
			return;
	o->by[o->n] = by;
	o->reverse[o->n++] = reverse;
}

static bool parse_key(struct parser *p, struct sort_order *out)
{
	bool reverse = parse_word(p, S("REVERSE"));
	struct slice name;

	if ((reverse && !parse_space(p)) || !parse_atom(p, &name))
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (slice_ieq(name, keys[i].name)) {
			add(out, keys[i].by, reverse);
			return true;
		}
	return parse_fail(p, S("Unknown sort key"));
}

bool sort_order_parse(struct parser *p, struct sort_order *out)
{
	*out = (struct sort_order){0};
	if (!parse_char(p, '(') || !parse_key(p, out))
		return false;
	while (!parse_peek(p, ')'))
		if (!parse_space(p) || !parse_key(p, out))
			return false;
	return parse_char(p, ')');
}

uint32_t sort_order_wants(const struct sort_order *o)
{
	uint32_t want = 0;

	for (unsigned i = 0; i < o->n; i++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++)
			want |= keys[k].by == o->by[i] ? keys[k].want : 0;
	return want;
}

int64_t sent_ms(const struct pk_message *row, const struct summary *sum)
{
	return sum && sum->has_date ? sum->date_ms : row->internaldate;
}

static void put_number(struct buf *out, uint64_t v)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_byte(out, (char)(v >> shift));
}

/* Negative ones first. */
static void put_time(struct buf *out, int64_t ms)
{
	put_number(out, (uint64_t)ms ^ UINT64_C(1) << 63);
}

static bool first_address(const struct summary *sum, enum sort_by by, struct mime_address *out)
{
	struct summary_envelope e;
	struct summary_list list;

	if (!sum || !summary_envelope(sum, 0, &e))
		return false;
	list = by == SORT_CC ? e.cc : by == SORT_FROM || by == SORT_DISPLAYFROM ? e.from : e.to;
	return summary_address_next(&list, out);
}

/* RFC 5256 3: addr-mailbox of the first address; of a group's start that is its name. */
static void put_mailbox_of(struct buf *out, const struct summary *sum, enum sort_by by)
{
	struct mime_address a;
	struct buf utf8 = {0};

	if (!first_address(sum, by, &a) || a.kind == MIME_GROUP_END)
		return;
	(void)charset_to_utf8(S("utf-8"), a.mailbox, &utf8);
	words_casemap(buf_slice(&utf8), out);
	out->failed |= utf8.failed;
	buf_free(&utf8);
}

/* RFC 5957 section 3; a group's start has no host. */
static void put_display(struct buf *out, const struct summary *sum, enum sort_by by)
{
	struct mime_address a;

	if (!first_address(sum, by, &a))
		return;
	if (a.kind != MIME_ADDRESS)
		put_mailbox_of(out, sum, by);
	else
		buf_put(out, by == SORT_DISPLAYFROM ? sum->sort_from : sum->sort_to);
}

static void put_value(struct buf *out, enum sort_by by, const struct pk_message *row,
                      const struct summary *sum)
{
	switch (by) {
	case SORT_ARRIVAL: put_time(out, row->internaldate); return;
	case SORT_DATE: put_time(out, sent_ms(row, sum)); return;
	case SORT_SIZE: put_number(out, row->octets); return;
	case SORT_CC:
	case SORT_FROM:
	case SORT_TO: put_mailbox_of(out, sum, by); break;
	case SORT_SUBJECT:
		if (sum)
			buf_put(out, sum->base_subject);
		break;
	case SORT_DISPLAYFROM:
	case SORT_DISPLAYTO: put_display(out, sum, by); break;
	case SORT_KEYS: break;
	}
	buf_byte(out, '\0');
}

void sort_key_put(struct buf *out, const struct sort_order *o, const struct pk_message *row,
                  const struct summary *sum)
{
	for (unsigned i = 0; i < o->n; i++) {
		size_t from = out->n;

		put_value(out, (enum sort_by)o->by[i], row, sum);
		for (; o->reverse[i] && from < out->n; from++)
			out->p[from] = (char)~out->p[from];
	}
}
