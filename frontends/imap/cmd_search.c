#include "search_answer.h"
#include "search_run.h"

/* SEARCH: RFC 3501 6.4.4, RFC 9051 6.4.4, RFC 4731, RFC 5182. */

struct search {
	struct search_run run; /* first */
	struct search_answer answer;
};

static void free_search(void *own)
{
	struct search *q = own;

	search_run_free(&q->run);
	if (q->answer.found)
		roaring_bitmap_free(q->answer.found);
}

static bool on_found(struct imap *s, const struct pk_message *row, const struct summary *sum)
{
	struct search *q = s->cmd->own;

	(void)sum;
	search_answer_add(&q->answer, row->uid, row->modseq);
	return true;
}

static uint32_t save(struct imap *s, const struct search_answer *a)
{
	roaring_bitmap_t *saved = search_answer_saved(a);

	if (!saved) /* RFC 5182 2.5 */
		return imap_ok(s, S("NO [NOTSAVED] Out of memory"));
	view_save(s->view, saved);
	return imap_done(s);
}

static uint32_t say_found(struct imap *s)
{
	struct search *q = s->cmd->own;
	struct search_answer *a = &q->answer;

	/* RFC 5182 2.4: SAVE alone suppresses the response. */
	if (a->items != RETURN_SAVE && !search_answer_say(s, a))
		return PK_AGAIN;
	return a->items & RETURN_SAVE ? save(s, a) : imap_done(s);
}

static uint32_t on_again(struct imap *s, struct pk_in *in)
{
	return in->kind == PK_IN_AGAIN ? say_found(s) : s->io->want;
}

static uint32_t all_found(struct imap *s)
{
	s->then = on_again;
	return say_found(s);
}

static bool parse_return(const struct imap *s, struct parser *p, struct search_answer *a)
{
	/* RFC 9051 6.4.4: what is not said is ALL, and the answer is ESEARCH in any case. */
	if (s->modes & MODE_REV2) {
		a->extended = true;
		a->items = RETURN_ALL;
	}
	if (!parse_space(p))
		return false;
	if (!parse_word(p, S("RETURN")))
		return true;
	a->extended = true;
	a->items = 0;
	return parse_space(p) && search_return_parse(p, &a->items) && parse_space(p);
}

static enum search_parsed parse_charset(const struct imap *s, struct parser *p,
                                        struct slice *charset)
{
	enum search_parsed parsed;

	if (!parse_word(p, S("CHARSET")))
		return SEARCH_PARSED;
	/* RFC 6855 section 3: all is UTF-8. RFC 9051 6.4.4 allows to say so. */
	if ((s->modes & (MODE_UTF8 | MODE_REV2)) == MODE_UTF8) {
		parse_fail(p, S("No CHARSET with UTF8=ACCEPT"));
		return SEARCH_BAD;
	}
	if (!parse_space(p))
		return SEARCH_BAD;
	parsed = search_charset_arg(p, charset);
	return parsed != SEARCH_PARSED || parse_space(p) ? parsed : SEARCH_BAD;
}

static enum search_parsed parse(struct imap *s, struct parser *p, struct search *q)
{
	struct slice charset = {0};
	enum search_parsed parsed;

	if (!parse_return(s, p, &q->answer))
		return SEARCH_BAD;
	parsed = parse_charset(s, p, &charset);
	if (parsed != SEARCH_PARSED)
		return parsed;
	parsed = search_keys_arg(s, p, charset, &q->run.program);
	q->answer.modseq = q->run.program.modseq;
	return parsed;
}

uint32_t cmd_search(struct imap *s, struct parser *p)
{
	struct search *q = imap_alloc(s, sizeof(*q));
	enum search_parsed parsed;

	if (!q)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = q;
	s->cmd->clean = free_search;
	q->run.found = on_found;
	q->run.done = all_found;
	q->answer.found = roaring_bitmap_create();
	if (!q->answer.found)
		return imap_no(s, PK_ENOMEM);
	parsed = parse(s, p, q);
	/* RFC 5182 2.1: a NO leaves the variable empty; it was read while the keys were parsed. */
	if (parsed != SEARCH_BAD && q->answer.items & RETURN_SAVE)
		view_save(s->view, NULL);
	if (parsed != SEARCH_PARSED)
		return search_refuse_args(s, parsed, p);
	return search_start(s, &q->run);
}
