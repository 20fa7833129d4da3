#include "words.h"

/*
 * RFC 5256 2.1: "extracting the base subject". The steps' numbers are the RFC's. The subject has
 * been decoded, and each run of space made one (step 1).
 */

static void drop_spaces(struct slice *s)
{
	while (s->n && s->p[0] == ' ')
		*s = slice_skip(*s, 1);
}

/* Step 2: subj-trailer = "(fwd)" / WSP */
static bool cut_trailer(struct slice *s)
{
	bool forwarded = false;

	for (;;) {
		if (slice_ends(*s, S(" "))) {
			s->n--;
		} else if (s->n >= 5 && slice_ieq(slice_skip(*s, s->n - 5), S("(fwd)"))) {
			s->n -= 5;
			forwarded = true;
		} else {
			return forwarded;
		}
	}
}

/* subj-blob = "[" *BLOBCHAR "]" *WSP, BLOBCHAR: all but brackets */
static bool take_blob(struct slice *s)
{
	struct slice rest = slice_skip(*s, 1);
	size_t n = 0;

	if (!slice_starts(*s, S("[")))
		return false;
	while (n < rest.n && rest.p[n] != '[' && rest.p[n] != ']')
		n++;
	if (n == rest.n || rest.p[n] != ']')
		return false;
	*s = slice_skip(rest, n + 1);
	drop_spaces(s);
	return true;
}

/* subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":" */
static bool take_refwd(struct slice *s)
{
	struct slice rest = *s;

	if (slice_istarts(rest, S("fwd")))
		rest = slice_skip(rest, 3);
	else if (slice_istarts(rest, S("re")) || slice_istarts(rest, S("fw")))
		rest = slice_skip(rest, 2);
	else
		return false;
	drop_spaces(&rest);
	(void)take_blob(&rest);
	if (!slice_starts(rest, S(":")))
		return false;
	*s = slice_skip(rest, 1);
	return true;
}

/* Step 3: subj-leader = (*subj-blob subj-refwd) / WSP */
static bool cut_leader(struct slice *s, bool *said)
{
	struct slice rest = *s;

	if (slice_starts(*s, S(" "))) {
		drop_spaces(s);
		return true;
	}
	while (take_blob(&rest))
		;
	if (!take_refwd(&rest))
		return false;
	*said = true;
	*s = rest;
	return true;
}

/* Steps 3 to 5. */
static void cut_front(struct slice *s, bool *said)
{
	bool again;

	do {
		struct slice rest = *s;

		again = cut_leader(s, said);
		if (!again && take_blob(&rest) && rest.n) { /* step 4 */
			*s = rest;
			again = true;
		}
	} while (again);
}

static struct slice base_of(struct slice s, bool *said)
{
	for (;;) {
		*said |= cut_trailer(&s);
		cut_front(&s, said);
		/* Step 6: "[fwd:" ... "]" */
		if (!slice_istarts(s, S("[fwd:")) || !slice_ends(s, S("]")))
			return s;
		s = slice_skip(s, 5);
		s.n--;
		*said = true;
	}
}

void words_base_subject(struct slice subject, struct buf *out, bool *reply_or_forward)
{
	struct buf text = {0};
	size_t to = 0;

	*reply_or_forward = false;
	words_decode(subject, &text);
	for (size_t i = 0; i < text.n; i++) {
		char c = (char)(text.p[i] == '\t' ? ' ' : text.p[i]);

		if (c != ' ' || !to || text.p[to - 1] != ' ')
			text.p[to++] = c;
	}
	text.n = to;
	words_casemap(base_of(buf_slice(&text), reply_or_forward), out);
	out->failed |= text.failed;
	buf_free(&text);
}
