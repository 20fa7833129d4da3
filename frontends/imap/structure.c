#include "structure.h"
#include "text.h"

#include "mime/header.h"
#include "mime/scan.h"

#define QUOTED_MAX 1000 /* octets; longer texts go as literals */

/* What an octet asks for in a quoted string (RFC 3501 section 9). */
enum { PLAIN, ESCAPE = 1, NEVER = 2 };

static unsigned needs(struct slice text)
{
	unsigned all = text.n > QUOTED_MAX ? NEVER : PLAIN;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		all |= c - 0x20u > 0x7eu - 0x20u ? NEVER : PLAIN;
		all |= c == '"' || c == '\\' ? ESCAPE : PLAIN;
	}
	return all;
}

void put_nstring(struct buf *out, struct slice text)
{
	unsigned all;

	if (!text.p) {
		text_put(out, S("NIL"));
		return;
	}
	all = needs(text);
	if (all & NEVER) {
		text_char(out, '{');
		text_number(out, text.n);
		text_put(out, S("}\r\n"));
		text_put(out, text);
		return;
	}
	text_char(out, '"');
	if (!(all & ESCAPE))
		text_put(out, text);
	for (size_t i = 0; all & ESCAPE && i < text.n; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			text_char(out, '\\');
		text_char(out, text.p[i]);
	}
	text_char(out, '"');
}

static void put_count(struct buf *out, uint64_t n)
{
	text_char(out, ' ');
	text_number(out, n);
}

/* A text that may not be NIL. */
static void put_string(struct buf *out, struct slice text)
{
	put_nstring(out, text.p ? text : S(""));
}

static void put_address(struct buf *out, const struct mime_address *a)
{
	static const struct slice absent = {0};
	bool group = a->kind != MIME_ADDRESS;

	text_char(out, '(');
	put_nstring(out, group ? absent : a->name);
	text_char(out, ' ');
	put_nstring(out, group ? absent : a->route);
	text_char(out, ' ');
	if (a->kind == MIME_GROUP_END)
		put_nstring(out, absent);
	else
		put_string(out, a->mailbox);
	text_char(out, ' ');
	if (group) /* NIL is what tells a group from an address */
		put_nstring(out, absent);
	else
		put_string(out, a->host);
	text_char(out, ')');
}

static void put_addresses(struct buf *out, struct summary_list list)
{
	struct mime_address a;
	bool any = false;

	while (summary_address_next(&list, &a)) {
		if (!any)
			text_char(out, '(');
		any = true;
		put_address(out, &a);
	}
	text_put(out, any ? S(")") : S("NIL"));
}

/* A list, or where it is empty what was written for another one before. */
static void put_addresses_or(struct buf *out, struct summary_list list, size_t at, size_t n)
{
	text_char(out, ' ');
	if (list.left)
		put_addresses(out, list);
	else if (buf_room(out, n))
		text_put(out, (struct slice){out->p + at, n});
}

struct slice prefix_bcc(struct slice prefix)
{
	static const struct slice name = S("Bcc: ");

	if (!slice_starts(prefix, name))
		return (struct slice){0};
	prefix = slice_skip(prefix, name.n);
	return slice_cut(&prefix, '\r');
}

static void put_addresses_of(struct buf *out, struct slice field)
{
	struct address_parser p;
	struct mime_address a;
	size_t before = out->n;

	address_start(&p, field);
	text_char(out, '(');
	while (address_next(&p, &a))
		put_address(out, &a);
	if (out->n == before + 1) {
		out->n = before;
		text_put(out, S("NIL"));
	} else {
		text_char(out, ')');
	}
	out->failed |= p.text.failed;
	address_free(&p);
}

void put_envelope(struct buf *out, const struct summary *sum, uint32_t root, struct slice prefix)
{
	struct slice bcc = prefix_bcc(prefix);
	struct summary_envelope e = {0};
	size_t from, from_n;

	if (!summary_envelope(sum, root, &e))
		e = (struct summary_envelope){0};
	text_char(out, '(');
	put_nstring(out, e.date);
	text_char(out, ' ');
	put_nstring(out, e.subject);
	text_char(out, ' ');
	from = out->n;
	put_addresses(out, e.from);
	from_n = out->n - from;
	put_addresses_or(out, e.sender, from, from_n);
	put_addresses_or(out, e.reply_to, from, from_n);
	text_char(out, ' ');
	put_addresses(out, e.to);
	text_char(out, ' ');
	put_addresses(out, e.cc);
	text_char(out, ' ');
	if (bcc.n)
		put_addresses_of(out, bcc);
	else
		put_addresses(out, e.bcc);
	text_char(out, ' ');
	put_nstring(out, e.in_reply_to);
	text_char(out, ' ');
	put_nstring(out, e.message_id);
	text_char(out, ')');
}

static void put_value(struct buf *out, struct slice name, struct slice value, unsigned how)
{
	struct header_param p = {name, value};
	struct buf utf8 = {0};

	if (how & STRUCTURE_DECODED && slice_ends(name, S("*")) &&
	    header_param_text(&p, 1, slice_head(name, name.n - 1), &utf8))
		value = buf_slice(&utf8);
	put_string(out, value);
	out->failed |= utf8.failed;
	buf_free(&utf8);
}

static void put_params(struct buf *out, struct summary_list list, unsigned how)
{
	struct slice name, value;
	bool any = false;

	while (summary_param_next(&list, &name, &value)) {
		text_char(out, any ? ' ' : '(');
		any = true;
		put_string(out, name);
		text_char(out, ' ');
		put_value(out, name, value, how);
	}
	text_put(out, any ? S(")") : S("NIL"));
}

static void put_disposition(struct buf *out, const struct summary_part *part, unsigned how)
{
	if (!part->disposition.p) {
		text_put(out, S("NIL"));
		return;
	}
	text_char(out, '(');
	put_string(out, part->disposition);
	text_char(out, ' ');
	put_params(out, part->disposition_params, how);
	text_char(out, ')');
}

static void put_languages(struct buf *out, struct summary_list list)
{
	struct slice text;
	bool any = false;

	while (summary_text_next(&list, &text)) {
		text_char(out, any ? ' ' : '(');
		any = true;
		put_string(out, text);
	}
	text_put(out, any ? S(")") : S("NIL"));
}

/* RFC 3501 body-ext-1part and body-ext-mpart have the same end. */
static void put_extensions(struct buf *out, const struct summary_part *part, unsigned how)
{
	text_char(out, ' ');
	put_disposition(out, part, how);
	text_char(out, ' ');
	put_languages(out, part->languages);
	text_char(out, ' ');
	put_nstring(out, part->location);
}

static void put_fields(struct buf *out, const struct summary_part *part, unsigned how)
{
	put_params(out, part->params, how);
	text_char(out, ' ');
	put_nstring(out, part->id);
	text_char(out, ' ');
	put_nstring(out, part->description);
	text_char(out, ' ');
	put_nstring(out, part->encoding.p ? part->encoding : S("7BIT"));
	put_count(out, part->body_octets);
}

/* A part that claims to hold others, but of which none is known, is octets and no more. */
static bool is_octets(const struct summary_part *part)
{
	return part->kind == MIME_LEAF &&
	       (slice_ieq(part->type, S("multipart")) ||
	        (slice_ieq(part->type, S("message")) &&
	         (slice_ieq(part->subtype, S("rfc822")) || slice_ieq(part->subtype, S("global")))));
}

static void put_leaf(struct buf *out, const struct summary_part *part, unsigned how)
{
	text_char(out, '(');
	if (is_octets(part)) {
		text_put(out, S("\"application\" \"octet-stream\" "));
	} else {
		put_string(out, part->type);
		text_char(out, ' ');
		put_string(out, part->subtype);
		text_char(out, ' ');
	}
	put_fields(out, part, how);
	if (slice_ieq(part->type, S("text")))
		put_count(out, part->body_lines);
	if (how & STRUCTURE_EXTENSIONS) {
		text_char(out, ' ');
		put_nstring(out, part->md5);
		put_extensions(out, part, how);
	}
	text_char(out, ')');
}

/* What stands before the parts inside. */
static void open_part(struct buf *out, const struct summary *sum, const struct summary_part *part,
                      unsigned how)
{
	text_char(out, '(');
	if (part->kind == MIME_MULTIPART && part->first_child == SUMMARY_NONE) {
		/* the grammar wants one */
		text_put(out, S("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0"));
		text_put(out, how & STRUCTURE_EXTENSIONS ? S(" NIL NIL NIL NIL)") : S(")"));
	}
	if (part->kind == MIME_MULTIPART)
		return;
	put_string(out, part->type);
	text_char(out, ' ');
	put_string(out, part->subtype);
	text_char(out, ' ');
	put_fields(out, part, how);
	text_char(out, ' ');
	put_envelope(out, sum, part->first_child, S(""));
	text_char(out, ' ');
}

static void close_part(struct buf *out, const struct summary_part *part, unsigned how)
{
	if (part->kind == MIME_MULTIPART) {
		text_char(out, ' ');
		put_string(out, part->subtype);
		if (how & STRUCTURE_EXTENSIONS) {
			text_char(out, ' ');
			put_params(out, part->params, how);
			put_extensions(out, part, how);
		}
	} else {
		put_count(out, part->body_lines);
		if (how & STRUCTURE_EXTENSIONS) {
			text_char(out, ' ');
			put_nstring(out, part->md5);
			put_extensions(out, part, how);
		}
	}
	text_char(out, ')');
}

/* Down to the first child where there is one, else across, else up: no recursion, and the way up
 * is in the parts themselves. False: too much. */
static bool put_parts(struct buf *out, const struct summary *sum, unsigned how)
{
	size_t most = out->n + STRUCTURE_MAX;
	struct summary_part part;
	uint32_t i = 0;

	while (summary_part(sum, i, &part) && !out->failed && out->n < most) {
		if (part.kind == MIME_LEAF)
			put_leaf(out, &part, how);
		else
			open_part(out, sum, &part, how);
		if (part.kind != MIME_LEAF && part.first_child != SUMMARY_NONE) {
			i = part.first_child;
			continue;
		}
		if (part.kind != MIME_LEAF)
			close_part(out, &part, how);
		while (part.next_sibling == SUMMARY_NONE) {
			if (part.parent == SUMMARY_NONE || !summary_part(sum, part.parent, &part))
				return true;
			close_part(out, &part, how);
		}
		i = part.next_sibling;
	}
	return out->n < most;
}

void put_structure(struct buf *out, const struct summary *sum, unsigned how)
{
	size_t start = out->n;
	struct summary_part root;

	if (put_parts(out, sum, how) || !summary_part(sum, 0, &root))
		return;
	out->n = start;
	text_put(out, S("(\"application\" \"octet-stream\" NIL NIL NIL \"binary\""));
	put_count(out, root.body_octets);
	text_put(out, how & STRUCTURE_EXTENSIONS ? S(" NIL NIL NIL NIL)") : S(")"));
}
