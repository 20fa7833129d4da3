#include "structure.h"

#include "mime/scan.h"

#define QUOTED_MAX 1000 /* octets; longer texts go as literals */

static bool can_be_quoted(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || (unsigned char)text.p[i] > 0x7e)
			return false;
	return text.n <= QUOTED_MAX;
}

static bool needs_escape(struct slice text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '"' || text.p[i] == '\\')
			return true;
	return false;
}

void put_nstring(struct buf *out, struct slice text)
{
	if (!text.p) {
		buf_put(out, S("NIL"));
		return;
	}
	if (!can_be_quoted(text)) {
		buf_printf(out, "{%zu}\r\n", text.n);
		buf_put(out, text);
		return;
	}
	buf_byte(out, '"');
	if (!needs_escape(text)) {
		buf_put(out, text);
	} else {
		for (size_t i = 0; i < text.n; i++) {
			if (text.p[i] == '"' || text.p[i] == '\\')
				buf_byte(out, '\\');
			buf_byte(out, text.p[i]);
		}
	}
	buf_byte(out, '"');
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

	buf_byte(out, '(');
	put_nstring(out, group ? absent : a->name);
	buf_byte(out, ' ');
	put_nstring(out, group ? absent : a->route);
	buf_byte(out, ' ');
	if (a->kind == MIME_GROUP_END)
		put_nstring(out, absent);
	else
		put_string(out, a->mailbox);
	buf_byte(out, ' ');
	if (group) /* NIL is what tells a group from an address */
		put_nstring(out, absent);
	else
		put_string(out, a->host);
	buf_byte(out, ')');
}

static void put_addresses(struct buf *out, struct summary_list list)
{
	struct mime_address a;
	bool any = false;

	while (summary_address_next(&list, &a)) {
		if (!any)
			buf_byte(out, '(');
		any = true;
		put_address(out, &a);
	}
	buf_put(out, any ? S(")") : S("NIL"));
}

void put_envelope(struct buf *out, const struct summary *sum, uint32_t root)
{
	struct summary_envelope e = {0};

	if (!summary_envelope(sum, root, &e))
		e = (struct summary_envelope){0};
	buf_byte(out, '(');
	put_nstring(out, e.date);
	buf_byte(out, ' ');
	put_nstring(out, e.subject);
	buf_byte(out, ' ');
	put_addresses(out, e.from);
	buf_byte(out, ' ');
	put_addresses(out, e.sender.left ? e.sender : e.from);
	buf_byte(out, ' ');
	put_addresses(out, e.reply_to.left ? e.reply_to : e.from);
	buf_byte(out, ' ');
	put_addresses(out, e.to);
	buf_byte(out, ' ');
	put_addresses(out, e.cc);
	buf_byte(out, ' ');
	put_addresses(out, e.bcc);
	buf_byte(out, ' ');
	put_nstring(out, e.in_reply_to);
	buf_byte(out, ' ');
	put_nstring(out, e.message_id);
	buf_byte(out, ')');
}

static void put_params(struct buf *out, struct summary_list list)
{
	struct slice name, value;
	bool any = false;

	while (summary_param_next(&list, &name, &value)) {
		buf_byte(out, any ? ' ' : '(');
		any = true;
		put_string(out, name);
		buf_byte(out, ' ');
		put_string(out, value);
	}
	buf_put(out, any ? S(")") : S("NIL"));
}

static void put_disposition(struct buf *out, const struct summary_part *part)
{
	if (!part->disposition.p) {
		buf_put(out, S("NIL"));
		return;
	}
	buf_byte(out, '(');
	put_string(out, part->disposition);
	buf_byte(out, ' ');
	put_params(out, part->disposition_params);
	buf_byte(out, ')');
}

static void put_languages(struct buf *out, struct summary_list list)
{
	struct slice text;
	bool any = false;

	while (summary_text_next(&list, &text)) {
		buf_byte(out, any ? ' ' : '(');
		any = true;
		put_string(out, text);
	}
	buf_put(out, any ? S(")") : S("NIL"));
}

/* RFC 3501 body-ext-1part and body-ext-mpart have the same end. */
static void put_extensions(struct buf *out, const struct summary_part *part)
{
	buf_byte(out, ' ');
	put_disposition(out, part);
	buf_byte(out, ' ');
	put_languages(out, part->languages);
	buf_byte(out, ' ');
	put_nstring(out, part->location);
}

static void put_fields(struct buf *out, const struct summary_part *part)
{
	put_params(out, part->params);
	buf_byte(out, ' ');
	put_nstring(out, part->id);
	buf_byte(out, ' ');
	put_nstring(out, part->description);
	buf_byte(out, ' ');
	put_nstring(out, part->encoding.p ? part->encoding : S("7BIT"));
	buf_printf(out, " %llu", (unsigned long long)part->body_octets);
}

/* A part that claims to hold others, but of which none is known, is octets and no more. */
static bool is_octets(const struct summary_part *part)
{
	return part->kind == MIME_LEAF &&
	       (slice_ieq(part->type, S("multipart")) ||
	        (slice_ieq(part->type, S("message")) &&
	         (slice_ieq(part->subtype, S("rfc822")) || slice_ieq(part->subtype, S("global")))));
}

static void put_leaf(struct buf *out, const struct summary_part *part, bool extensions)
{
	buf_byte(out, '(');
	if (is_octets(part)) {
		buf_put(out, S("\"application\" \"octet-stream\" "));
	} else {
		put_string(out, part->type);
		buf_byte(out, ' ');
		put_string(out, part->subtype);
		buf_byte(out, ' ');
	}
	put_fields(out, part);
	if (slice_ieq(part->type, S("text")))
		buf_printf(out, " %llu", (unsigned long long)part->body_lines);
	if (extensions) {
		buf_byte(out, ' ');
		put_nstring(out, part->md5);
		put_extensions(out, part);
	}
	buf_byte(out, ')');
}

/* What stands before the parts inside. */
static void open_part(struct buf *out, const struct summary *sum, const struct summary_part *part)
{
	buf_byte(out, '(');
	if (part->kind == MIME_MULTIPART) {
		if (part->first_child == SUMMARY_NONE) /* the grammar wants one */
			buf_put(out, S("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)"));
		return;
	}
	put_string(out, part->type);
	buf_byte(out, ' ');
	put_string(out, part->subtype);
	buf_byte(out, ' ');
	put_fields(out, part);
	buf_byte(out, ' ');
	put_envelope(out, sum, part->first_child);
	buf_byte(out, ' ');
}

static void close_part(struct buf *out, const struct summary_part *part, bool extensions)
{
	if (part->kind == MIME_MULTIPART) {
		buf_byte(out, ' ');
		put_string(out, part->subtype);
		if (extensions) {
			buf_byte(out, ' ');
			put_params(out, part->params);
			put_extensions(out, part);
		}
	} else {
		buf_printf(out, " %llu", (unsigned long long)part->body_lines);
		if (extensions) {
			buf_byte(out, ' ');
			put_nstring(out, part->md5);
			put_extensions(out, part);
		}
	}
	buf_byte(out, ')');
}

/* Down to the first child where there is one, else across, else up: no recursion, and the way up
 * is in the parts themselves. */
void put_structure(struct buf *out, const struct summary *sum, bool extensions)
{
	struct summary_part part;
	uint32_t i = 0;

	while (summary_part(sum, i, &part) && !out->failed) {
		if (part.kind == MIME_LEAF)
			put_leaf(out, &part, extensions);
		else
			open_part(out, sum, &part);
		if (part.kind != MIME_LEAF && part.first_child != SUMMARY_NONE) {
			i = part.first_child;
			continue;
		}
		if (part.kind != MIME_LEAF)
			close_part(out, &part, extensions);
		while (part.next_sibling == SUMMARY_NONE) {
			if (part.parent == SUMMARY_NONE || !summary_part(sum, part.parent, &part))
				return;
			close_part(out, &part, extensions);
		}
		i = part.next_sibling;
	}
}
