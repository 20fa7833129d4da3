#include "append.h"

#include "base/date.h"

/* What stands before the literal of each message: RFC 3501 section 9 append, RFC 4466 append-data.
 */

static bool parse_date(struct parser *p, struct append_args *a)
{
	struct slice date;

	if (!parse_peek(p, '"'))
		return true;
	if (!parse_string(p, &date) || !parse_space(p))
		return false;
	return date_parse_imap(date, &a->date_ms, &a->zone_minutes) || parse_fail(p, S("Bad date"));
}

/* "{123}", "{123+}", "~{123}" (RFC 3516), "UTF8 (~{123}" (RFC 6855 section 4): the end of what is
 * there. */
static bool parse_announcement(struct parser *p, struct append_args *a)
{
	a->utf8 = parse_word(p, S("UTF8"));
	if (a->utf8 && (!parse_space(p) || !parse_char(p, '(') || !parse_peek(p, '~')))
		return parse_fail(p, S("Missing literal"));
	if (parse_peek(p, '~'))
		p->in = slice_skip(p->in, 1);
	if (!parse_char(p, '{') || !parse_number(p, UINT64_MAX, &a->octets))
		return false;
	if (parse_peek(p, '+'))
		p->in = slice_skip(p->in, 1);
	return parse_char(p, '}') && parse_end(p);
}

static void put_keywords(struct append_args *a)
{
	buf_clear(&a->keywords);
	for (size_t i = 0; i < a->flags.keywords; i++) {
		if (i)
			buf_byte(&a->keywords, ' ');
		buf_put(&a->keywords, a->flags.keyword[i]);
	}
}

bool append_args_parse(struct parser *p, struct append_args *a, int64_t now_ms)
{
	a->flags = (struct flag_args){0};
	a->date_ms = now_ms;
	a->zone_minutes = 0;
	if (!parse_space(p))
		return false;
	if (parse_peek(p, '(') && (!parse_flag_list(p, &a->flags) || !parse_space(p)))
		return false;
	if (!parse_date(p, a) || !parse_announcement(p, a))
		return false;
	put_keywords(a);
	return !a->keywords.failed || parse_fail(p, S("Out of memory"));
}

void append_args_free(struct append_args *a)
{
	buf_free(&a->keywords);
}

bool header_is_8bit(struct header_watch *w, struct slice octets)
{
	for (size_t i = 0; i < octets.n && !w->over; i++) {
		char c = octets.p[i];

		if ((unsigned char)c >= 0x80)
			return true;
		if (c == '\n') {
			w->over = !w->in_line;
			w->in_line = false;
		} else if (c != '\r') {
			w->in_line = true;
		}
	}
	return false;
}
