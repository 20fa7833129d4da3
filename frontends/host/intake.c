#include "intake.h"

#include <postkeep/plugin.h>

#define SMALLEST 512

static bool lent(const struct intake *in)
{
	return in->n && !(in->own && in->p >= in->own && in->p < in->own + in->own_cap);
}

static void release(struct intake *in)
{
	if (in->own)
		explicit_bzero(in->own, in->own_cap);
	free(in->own);
	in->own = NULL;
	in->own_cap = 0;
}

/* Makes room for n octets of our own; what is unread moves to the front. */
static bool make_room(struct intake *in, size_t n)
{
	size_t cap = SMALLEST;
	char *fresh;

	if (n <= in->own_cap) {
		memmove(in->own, in->p, in->n);
		in->p = in->own;
		return true;
	}
	while (cap < n)
		cap *= 2;
	fresh = malloc(cap);
	if (!fresh) {
		in->failed = true;
		return false;
	}
	if (in->n)
		memcpy(fresh, in->p, in->n);
	release(in);
	in->own = fresh;
	in->own_cap = cap;
	in->p = fresh;
	return true;
}

void intake_lend(struct intake *in, char *bytes, size_t n)
{
	if (!n || in->failed)
		return;
	if (!in->n) {
		in->p = bytes;
		in->n = n;
		in->seen = 0;
		return;
	}
	if (in->p + in->n + n > in->own + in->own_cap && !make_room(in, in->n + n))
		return;
	memcpy(in->p + in->n, bytes, n);
	in->n += n;
}

void intake_keep(struct intake *in)
{
	if (lent(in))
		make_room(in, in->n);
	else if (!in->n)
		release(in);
}

static void use(struct intake *in, size_t n, bool wipe)
{
	if (!n)
		return;
	if (wipe)
		explicit_bzero(in->p, n);
	in->p += n;
	in->n -= n;
	in->seen = in->seen > n ? in->seen - n : 0;
}

void intake_take(struct intake *in, const struct cut *cut, bool wipe)
{
	use(in, cut->used, wipe);
	in->skipping = cut->unended;
}

static void skip_rest(struct intake *in)
{
	char *end = in->n ? memchr(in->p, '\n', in->n) : NULL;

	in->skipping = !end;
	use(in, end ? (size_t)(end - in->p) + 1 : in->n, false);
}

static bool too_long(struct intake *in, size_t take, struct cut *cut)
{
	if (in->n <= take + 1 && (in->n <= take || in->p[take] == '\r'))
		return false;
	*cut = (struct cut){
		{in->p, take},
                in->n, PK_LONG, true
        };
	return true;
}

bool intake_line(struct intake *in, size_t take, struct cut *cut)
{
	char *end;
	size_t n;

	if (in->skipping)
		skip_rest(in);
	end = in->n ? memchr(in->p + in->seen, '\n', in->n - in->seen) : NULL;
	if (!end) {
		in->seen = in->n;
		return too_long(in, take, cut);
	}
	n = (size_t)(end - in->p);
	*cut = (struct cut){
		{in->p, n},
                n + 1, PK_BARE_LF, false
        };
	if (n && end[-1] == '\r') {
		cut->bytes.n--;
		cut->flags = 0;
	}
	if (cut->bytes.n > take) {
		cut->bytes.n = take;
		cut->flags = PK_LONG;
	}
	return true;
}

bool intake_bytes(struct intake *in, size_t at_most, struct cut *cut)
{
	if (in->skipping)
		skip_rest(in);
	*cut = (struct cut){.bytes = slice_head((struct slice){in->p, in->n}, at_most)};
	cut->used = cut->bytes.n;
	return cut->used;
}

bool intake_exact(struct intake *in, size_t take, struct cut *cut)
{
	if (in->skipping)
		skip_rest(in);
	*cut = (struct cut){
		.bytes = {in->p, take},
                  .used = take
        };
	return in->n >= take;
}

void intake_drop(struct intake *in)
{
	use(in, in->n, true);
	in->skipping = false;
	release(in);
}

void intake_free(struct intake *in)
{
	intake_drop(in);
	*in = (struct intake){0};
}
