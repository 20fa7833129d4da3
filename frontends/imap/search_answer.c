#include "search_answer.h"

#include "proto/say.h"

#define TURN 8192 /* messages told in one turn */

static const struct {
	struct slice name;
	uint8_t item;
} items[] = {
	{S("MIN"),   RETURN_MIN  },
        {S("MAX"),   RETURN_MAX  },
        {S("ALL"),   RETURN_ALL  },
	{S("COUNT"), RETURN_COUNT},
        {S("SAVE"),  RETURN_SAVE },
};

static bool parse_item(struct parser *p, uint8_t *out)
{
	struct slice name;

	if (!parse_atom(p, &name))
		return false;
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++)
		if (slice_ieq(name, items[i].name)) {
			*out |= items[i].item;
			return true;
		}
	return parse_fail(p, S("Unknown result option"));
}

bool search_return_parse(struct parser *p, uint8_t *out)
{
	if (!parse_char(p, '('))
		return false;
	while (!parse_peek(p, ')')) {
		if (!parse_item(p, out))
			return false;
		if (!parse_peek(p, ')') && !parse_space(p))
			return false;
	}
	if (!*out) /* RFC 4731 3.1 */
		*out = RETURN_ALL;
	return parse_char(p, ')');
}

void search_answer_add(struct search_answer *a, uint32_t uid, uint64_t modseq)
{
	roaring_bitmap_add(a->found, uid);
	if (!a->min || uid < a->min) {
		a->min = uid;
		a->min_modseq = modseq;
	}
	if (uid > a->max) {
		a->max = uid;
		a->max_modseq = modseq;
	}
	if (modseq > a->highest)
		a->highest = modseq;
}

static uint32_t number(const struct imap *s, uint32_t uid)
{
	return s->cmd->uid ? uid : view_number(s->view, uid);
}

/* RFC 4731 3.2: of what is told. */
static uint64_t told_modseq(const struct search_answer *a)
{
	if (!a->extended || a->items & (RETURN_ALL | RETURN_COUNT) ||
	    !(a->items & (RETURN_MIN | RETURN_MAX)))
		return a->highest;
	if (!(a->items & RETURN_MAX))
		return a->min_modseq;
	if (!(a->items & RETURN_MIN) || a->max_modseq > a->min_modseq)
		return a->max_modseq;
	return a->min_modseq;
}

/* Behind "ALL": RFC 3501 section 9, sequence-set. The messages of a range follow one another. */
static void put_range(struct imap *s, struct search_answer *a)
{
	uint32_t first = a->said.current_value, last;

	roaring_move_uint32_iterator_equalorlarger(&a->told, first);
	do {
		last = a->said.current_value;
		roaring_advance_uint32_iterator(&a->said);
		roaring_advance_uint32_iterator(&a->told);
	} while (a->said.has_value && a->told.has_value &&
	         a->told.current_value == a->said.current_value &&
	         (!s->cmd->uid || a->said.current_value == last + 1));
	say_printf(s->io, "%s%u", a->any ? "," : " ALL ", number(s, first));
	a->any = true;
	if (last != first)
		say_printf(s->io, ":%u", number(s, last));
}

static void put_number(struct imap *s, struct search_answer *a)
{
	put(s, S(" "));
	say_number(s->io, number(s, a->said.current_value));
	roaring_advance_uint32_iterator(&a->said);
}

static void put_head(struct imap *s, const struct search_answer *a)
{
	if (!a->extended) {
		put(s, S("* SEARCH"));
		return;
	}
	put(s, S("* ESEARCH (TAG \""));
	put(s, s->cmd->tag);
	put(s, s->cmd->uid ? S("\") UID") : S("\")"));
	if (a->min && a->items & RETURN_MIN)
		say_printf(s->io, " MIN %u", number(s, a->min));
	if (a->max && a->items & RETURN_MAX)
		say_printf(s->io, " MAX %u", number(s, a->max));
}

static void put_tail(struct imap *s, const struct search_answer *a)
{
	unsigned long long modseq = told_modseq(a);

	if (a->extended && a->items & RETURN_COUNT)
		say_printf(s->io, " COUNT %llu",
		           (unsigned long long)roaring_bitmap_get_cardinality(a->found));
	if (a->modseq && a->min)
		say_printf(s->io, a->extended ? " MODSEQ %llu" : " (MODSEQ %llu)", modseq);
	put(s, S("\r\n"));
}

/* Only ALL, and the old response, list messages. */
static bool lists(const struct search_answer *a)
{
	return !a->extended || a->items & RETURN_ALL;
}

bool search_answer_say(struct imap *s, struct search_answer *a)
{
	if (!a->begun) {
		a->begun = true;
		put_head(s, a);
		roaring_init_iterator(a->found, &a->said);
		roaring_init_iterator(s->view->told, &a->told);
	}
	for (unsigned n = 0; lists(a) && n < TURN && a->said.has_value && !out_full(s); n++) {
		if (a->extended)
			put_range(s, a);
		else
			put_number(s, a);
	}
	if (lists(a) && a->said.has_value)
		return false;
	put_tail(s, a);
	return true;
}

roaring_bitmap_t *search_answer_saved(const struct search_answer *a)
{
	roaring_bitmap_t *b;

	if (a->items & (RETURN_ALL | RETURN_COUNT) || !(a->items & (RETURN_MIN | RETURN_MAX)))
		return roaring_bitmap_copy(a->found);
	b = roaring_bitmap_create();
	if (b && a->min && a->items & RETURN_MIN)
		roaring_bitmap_add(b, a->min);
	if (b && a->max && a->items & RETURN_MAX)
		roaring_bitmap_add(b, a->max);
	return b;
}
