#include "filter.h"

enum { LINE_START, NAME, REST };

static bool listed(const struct section *sec, struct slice name)
{
	for (uint32_t i = 0; i < sec->names; i++)
		if (slice_ieq(sec->name[i], name))
			return true;
	return false;
}

/* The name is complete, or too long to be in any list. */
static void decide(struct filter *f, bool complete, struct buf *out)
{
	struct slice name = slice_trim((struct slice){f->name, f->name_n});
	bool in = complete && listed(f->section, name);

	f->field = name.n > 0;
	f->keep = f->field && in == (f->section->what == SECTION_FIELDS);
	if (f->keep)
		buf_put(out, (struct slice){f->name, f->name_n});
	f->at = REST;
}

/* One octet at the start of a line or in a field's name. */
static void begin(struct filter *f, char c, struct buf *out)
{
	if (f->at == LINE_START && (c == ' ' || c == '\t')) {
		f->at = REST; /* goes on like the line before */
		f->keep = f->keep && f->field;
		if (f->keep)
			buf_byte(out, c);
		return;
	}
	if (c == '\n') { /* an empty line, or one that is no field */
		bool empty = !f->name_n || (f->name_n == 1 && f->name[0] == '\r');

		if (empty) {
			buf_put(out, (struct slice){f->name, f->name_n});
			buf_byte(out, c);
		}
		f->name_n = 0;
		f->field = f->keep = false;
		f->at = LINE_START;
		return;
	}
	f->at = NAME;
	f->name[f->name_n++] = c;
	if (c == ':') {
		f->name_n--;
		decide(f, true, out);
		if (f->keep)
			buf_byte(out, c);
	} else if (f->name_n == sizeof(f->name)) {
		decide(f, false, out);
	}
}

void filter_feed(struct filter *f, struct slice piece, struct buf *out)
{
	while (piece.n) {
		struct slice line = piece;
		const char *end;

		if (f->at != REST) {
			begin(f, piece.p[0], out);
			piece = slice_skip(piece, 1);
			continue;
		}
		end = memchr(piece.p, '\n', piece.n);
		if (end) {
			line.n = (size_t)(end - piece.p) + 1;
			f->at = LINE_START;
			f->name_n = 0;
		}
		if (f->keep)
			buf_put(out, line);
		piece = slice_skip(piece, line.n);
	}
}
