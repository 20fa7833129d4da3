#include "sender.h"

#include "path.h"

#include "mime/address.h"

#include <postkeep/messages.h>

/* Takes a comment, with those inside it, off the front of *in. */
static bool skip_comment(struct slice *in)
{
	size_t depth = 0, i = 0;

	for (; i < in->n; i++) {
		if (in->p[i] == '\\')
			i++;
		else if (in->p[i] == '(')
			depth++;
		else if (in->p[i] == ')' && --depth == 0)
			break;
	}
	if (i >= in->n)
		return false;
	*in = slice_skip(*in, i + 1);
	return true;
}

static bool skip_quoted(struct slice *in)
{
	size_t i = 1;

	for (; i < in->n && in->p[i] != '"'; i++)
		i += in->p[i] == '\\';
	if (i >= in->n)
		return false;
	*in = slice_skip(*in, i + 1);
	return true;
}

/* The value as a line in which a comment is a space and a quoted string one quote. */
static bool put_bones(struct slice in, struct buf *out)
{
	while (in.n) {
		char c = in.p[0];

		if (c == '(') {
			if (!skip_comment(&in))
				return false;
			buf_byte(out, ' ');
		} else if (c == '"') {
			if (!skip_quoted(&in))
				return false;
			buf_byte(out, '"');
		} else {
			if (c != '\r' && c != '\n')
				buf_byte(out, (char)(c == '\t' ? ' ' : c));
			in = slice_skip(in, 1);
		}
	}
	return !out->failed;
}

static bool is_phrase(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || slice_has(S("<>@:;)\\\x7f"), s.p[i]))
			return false;
	return true;
}

/* The address of one mailbox of the bones: "name <address>", "<address>", "address". */
static bool take_mailbox(struct slice member, struct path *out)
{
	struct buf b = {0};
	struct slice in = slice_trim(member), phrase = {0};
	bool ok;

	if (slice_has(in, '<')) {
		phrase = slice_cut(&in, '<');
		ok = is_phrase(phrase) && slice_ends(in, S(">"));
		in.n -= in.n > 0;
	} else {
		ok = true;
	}
	in = slice_trim(in);
	buf_byte(&b, '<');
	buf_put(&b, in);
	buf_byte(&b, '>');
	ok = ok && !slice_has(in, '"') && !slice_starts(in, S("@"));
	in = buf_slice(&b);
	ok = ok && path_take(&in, out) == PK_OK && !in.n && slice_has(path_text(out), '@');
	buf_free(&b);
	return ok;
}

/* The parser that the readers of this house use has to see the same address. */
static bool agrees(struct address_parser *p, const struct path *path)
{
	struct mime_address a;
	struct slice text = path_text(path);

	if (!address_next(p, &a) || a.kind != MIME_ADDRESS || a.route.p)
		return false;
	return slice_eq(slice_cut(&text, '@'), a.mailbox) && slice_eq(text, a.host);
}

static bool take_all(struct slice bones, struct address_parser *p, struct buf *rows)
{
	struct mime_address more;
	struct path path;

	do {
		if (!take_mailbox(slice_cut(&bones, ','), &path) || !agrees(p, &path))
			return false;
		pk_put_name_row(rows, &(struct pk_name){path_text(&path)});
	} while (bones.n);
	return !address_next(p, &more) && !p->text.failed;
}

enum pk_status sender_addresses(struct slice value, struct buf *rows)
{
	struct address_parser p;
	struct buf bones = {0};
	bool ok;

	address_start(&p, value);
	ok = put_bones(value, &bones) && take_all(buf_slice(&bones), &p, rows);
	address_free(&p);
	buf_free(&bones);
	return ok ? PK_OK : PK_EINVAL;
}
