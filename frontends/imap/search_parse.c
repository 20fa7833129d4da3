#include "search.h"

/* How keys are put together: lists, NOT, OR (RFC 9051 section 9, search-key). */

/* What is open while parsing: a list, or an operator that waits for its keys. */
struct frame {
	enum { IN_LIST, IN_NOT, IN_OR } kind;
	uint32_t keys; /* a list's so far; OR's still to come */
};

struct frames {
	struct search_parser c;
	struct frame frame[SEARCH_DEPTH_MAX];
	unsigned depth;
};

static bool push(struct frames *f, int kind, uint32_t keys)
{
	if (f->depth == SEARCH_DEPTH_MAX)
		return search_stop(&f->c, SEARCH_LIMIT);
	f->frame[f->depth++] = (struct frame){kind, keys};
	return true;
}

/* A key is complete: so may be what waited for it. */
static bool completed(struct frames *f)
{
	while (f->depth) {
		struct frame *top = &f->frame[f->depth - 1];

		if (top->kind == IN_LIST)
			return top->keys++ == 0 || search_emit_op(&f->c, SEARCH_AND);
		if (top->kind == IN_OR && --top->keys)
			return true;
		if (!search_emit_op(&f->c, top->kind == IN_OR ? SEARCH_OR : SEARCH_NOT))
			return false;
		f->depth--;
	}
	return true;
}

static bool open_operator(struct frames *f, int kind, uint32_t keys)
{
	return push(f, kind, keys) && (parse_space(f->c.p) || search_stop(&f->c, SEARCH_BAD));
}

static bool parse_key(struct frames *f)
{
	struct parser *p = f->c.p;
	struct search_key k;

	if (parse_peek(p, '(')) {
		p->in = slice_skip(p->in, 1);
		return push(f, IN_LIST, 0);
	}
	if (parse_word(p, S("NOT")))
		return open_operator(f, IN_NOT, 0);
	if (parse_word(p, S("OR")))
		return open_operator(f, IN_OR, 2);
	if (!search_parse_key(&f->c, &k))
		return false;
	/* Sets outside of NOT, OR and parentheses say where to look at all. */
	if (k.op == SEARCH_SET && f->depth == 1)
		roaring_bitmap_and_inplace(f->c.out->all, k.set);
	return completed(f);
}

/* Behind a key: the ends of lists, then a space and another key, or the end. */
static bool parse_behind(struct frames *f, bool *more)
{
	struct parser *p = f->c.p;

	while (parse_peek(p, ')')) {
		struct frame *top = &f->frame[f->depth - 1];

		if (f->depth == 1 || top->kind != IN_LIST || !top->keys)
			return search_bad(&f->c, S("Unexpected ')'"));
		p->in = slice_skip(p->in, 1);
		f->depth--;
		if (!completed(f))
			return false;
	}
	*more = p->in.n > 0;
	if (*more)
		return parse_space(p) || search_stop(&f->c, SEARCH_BAD);
	return f->depth == 1 || search_bad(&f->c, S("Search ends too early"));
}

static bool parse_keys(struct frames *f)
{
	bool more = true;

	while (more) {
		unsigned depth = f->depth;

		if (!parse_key(f))
			return false;
		if (f->depth > depth) /* it opened something: its first key follows */
			continue;
		if (!parse_behind(f, &more))
			return false;
	}
	return true;
}

enum search_parsed search_parse(const struct search_context *c, struct parser *p,
                                struct search_program *out)
{
	struct frames f = {
		.c = {.context = c, .p = p, .out = out}
        };

	*out = (struct search_program){0};
	out->all = roaring_bitmap_andnot(c->view->told, c->view->gone);
	if (!out->all)
		return SEARCH_MEMORY;
	if (push(&f, IN_LIST, 0) && parse_keys(&f))
		return SEARCH_PARSED;
	return f.c.why == SEARCH_PARSED ? SEARCH_BAD : f.c.why;
}
