#include "fetch.h"
#include "structure.h"

/* RFC 3501 section 9: fetch, fetch-att, section. */

enum {
	SEEN = 1,    /* sets \Seen */
	SECTION = 2, /* a section must follow */
	PARTS = 4    /* of part numbers alone, with the word before it in the answer */
};

static const struct word {
	struct slice name;
	uint8_t kind; /* enum fetch_kind */
	uint8_t what; /* enum section_what */
	uint8_t flags;
	uint32_t want; /* enum pk_message_want */
} words[] = {
	{S("UID"),           FETCH_UID,           0,              0,                      0              },
	{S("FLAGS"),         FETCH_FLAGS,         0,              0,                      PK_WANT_FLAGS  },
	{S("MODSEQ"),        FETCH_MODSEQ,        0,              0,                      PK_WANT_FLAGS  },
	{S("INTERNALDATE"),  FETCH_INTERNALDATE,  0,              0,                      PK_WANT_DATES  },
	{S("RFC822.SIZE"),   FETCH_SIZE,          0,              0,                      PK_WANT_SIZE   },
	{S("ENVELOPE"),      FETCH_ENVELOPE,      0,              0,                      PK_WANT_SUMMARY},
	{S("BODYSTRUCTURE"), FETCH_BODYSTRUCTURE, 0,              0,                      PK_WANT_SUMMARY},
	{S("BODY"),          FETCH_BODY,          0,              0,                      PK_WANT_SUMMARY},
	{S("BODY.PEEK"),     FETCH_SECTION,       SECTION_ALL,    SECTION,                0              },
	{S("RFC822"),        FETCH_SECTION,       SECTION_ALL,    SEEN,                   0              },
	{S("RFC822.HEADER"), FETCH_SECTION,       SECTION_HEADER, 0,                      0              },
	{S("RFC822.TEXT"),   FETCH_SECTION,       SECTION_TEXT,   SEEN,                   0              },
	{S("BINARY"),        FETCH_SECTION,       SECTION_ALL,    SEEN | SECTION | PARTS, 0              },
	{S("BINARY.PEEK"),   FETCH_SECTION,       SECTION_ALL,    SECTION | PARTS,        0              },
	{S("BINARY.SIZE"),   FETCH_BINARY_SIZE,   SECTION_ALL,    SECTION | PARTS,        0              },
	{S("SAVEDATE"),      FETCH_SAVEDATE,      0,              0,                      PK_WANT_DATES  },
	{S("EMAILID"),       FETCH_EMAILID,       0,              0,                      PK_WANT_GUID   },
	{S("THREADID"),      FETCH_THREADID,      0,              0,                      0              },
	{S("PREVIEW"),       FETCH_PREVIEW,       0,              0,                      PK_WANT_SUMMARY},
};

static const struct {
	struct slice name, items;
} macros[] = {
	{S("ALL"),  S("(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)")     },
	{S("FAST"), S("(FLAGS INTERNALDATE RFC822.SIZE)")              },
	{S("FULL"), S("(FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)")},
};

/* The longest come first, since one may begin another. */
static const struct {
	struct slice name;
	uint8_t what;
} section_words[] = {
	{S("HEADER.FIELDS.NOT"), SECTION_FIELDS_NOT},
	{S("HEADER.FIELDS"),     SECTION_FIELDS    },
	{S("HEADER"),            SECTION_HEADER    },
	{S("TEXT"),              SECTION_TEXT      },
	{S("MIME"),              SECTION_MIME      },
};

struct context {
	struct imap *s;
	struct parser *p;
	struct fetch_items *out;
	struct buf label;
	enum pk_status st; /* why it cannot be, other than by its words */
};

static bool fail(struct context *c, enum pk_status st)
{
	c->st = st;
	return false;
}

static bool is_word_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.';
}

static struct slice take_word(struct parser *p)
{
	size_t n = 0;
	struct slice word;

	while (n < p->in.n && is_word_char(p->in.p[n]))
		n++;
	word = slice_head(p->in, n);
	p->in = slice_skip(p->in, n);
	return word;
}

static bool is_digit(const struct parser *p)
{
	return p->in.n && p->in.p[0] >= '0' && p->in.p[0] <= '9';
}

/* "1.2.3", and the dot behind it if a word follows. */
static bool parse_path(struct context *c, struct section *sec)
{
	uint32_t path[FETCH_DEPTH_MAX];
	uint64_t n;

	while (is_digit(c->p)) {
		if (sec->depth == FETCH_DEPTH_MAX)
			return fail(c, PK_ELIMIT);
		if (!parse_number(c->p, UINT32_MAX, &n))
			return false;
		if (!n)
			return parse_fail(c->p, S("Parts count from 1"));
		buf_printf(&c->label, "%s%u", sec->depth ? "." : "", (unsigned)n);
		path[sec->depth++] = (uint32_t)n;
		if (!parse_peek(c->p, '.'))
			break;
		c->p->in = slice_skip(c->p->in, 1);
		if (parse_peek(c->p, ']'))
			return parse_fail(c->p, S("Missing part"));
	}
	sec->path = imap_alloc(c->s, sec->depth * sizeof(*path) + 1);
	if (!sec->path)
		return fail(c, PK_ENOMEM);
	memcpy(sec->path, path, sec->depth * sizeof(*path));
	return true;
}

/* RFC 5322 2.2: what a field's name can be. */
static bool is_field_name(struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == ':')
			return false;
	return s.n && s.n <= FETCH_NAME_MAX;
}

static void label_name(struct buf *b, struct slice name)
{
	if (is_atom(name)) {
		buf_put(b, name);
		return;
	}
	buf_byte(b, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_byte(b, '\\');
		buf_byte(b, name.p[i]);
	}
	buf_byte(b, '"');
}

static bool parse_names(struct context *c, struct section *sec)
{
	struct slice names[FETCH_NAMES_MAX];

	if (!parse_space(c->p) || !parse_char(c->p, '('))
		return false;
	buf_put(&c->label, S(" ("));
	do {
		struct slice *name = &names[sec->names];

		if (sec->names == FETCH_NAMES_MAX)
			return fail(c, PK_ELIMIT);
		if ((sec->names && !parse_space(c->p)) || !parse_astring(c->p, name))
			return false;
		if (!is_field_name(*name))
			return parse_fail(c->p, S("Bad field name"));
		if (sec->names++)
			buf_byte(&c->label, ' ');
		label_name(&c->label, *name);
	} while (!parse_peek(c->p, ')'));
	buf_byte(&c->label, ')');
	sec->name = imap_alloc(c->s, sec->names * sizeof(*names));
	if (!sec->name)
		return fail(c, PK_ENOMEM);
	memcpy(sec->name, names, sec->names * sizeof(*names));
	return parse_char(c->p, ')');
}

static bool parse_section_word(struct context *c, struct section *sec)
{
	struct slice word = take_word(c->p);

	for (size_t i = 0; i < sizeof(section_words) / sizeof(*section_words); i++) {
		if (!slice_ieq(word, section_words[i].name))
			continue;
		sec->what = section_words[i].what;
		if (sec->what == SECTION_MIME && !sec->depth)
			return parse_fail(c->p, S("MIME of which part?"));
		if (sec->depth)
			buf_byte(&c->label, '.');
		buf_put(&c->label, section_words[i].name);
		if (sec->what == SECTION_FIELDS || sec->what == SECTION_FIELDS_NOT)
			return parse_names(c, sec);
		return true;
	}
	return parse_fail(c->p, S("Unknown section"));
}

/* "<0.100>", in numbers as RFC 9051 has them. */
static bool parse_partial(struct context *c, struct fetch_item *item)
{
	struct parser *p = c->p;

	item->partial = true;
	if (!parse_char(p, '<') || !parse_number(p, INT64_MAX, &item->from) ||
	    !parse_char(p, '.') || !parse_number(p, INT64_MAX, &item->octets) ||
	    !parse_char(p, '>'))
		return false;
	if (!item->octets)
		return parse_fail(p, S("A part of no octets"));
	buf_printf(&c->label, "<%" PRIu64 ">", item->from);
	return true;
}

/* "[1.2.TEXT]<0.100>" */
static bool parse_section(struct context *c, const struct word *w, struct fetch_item *item)
{
	struct parser *p = c->p;

	item->binary = w->flags & PARTS;
	buf_put(&c->label, item->kind == FETCH_BINARY_SIZE ? S("BINARY.SIZE[")
	                   : item->binary                  ? S("BINARY[")
	                                                   : S("BODY["));
	if (!parse_char(p, '[') || (is_digit(p) && !parse_path(c, &item->section)))
		return false;
	if (!item->binary && !parse_peek(p, ']') && !parse_section_word(c, &item->section))
		return false;
	if (!parse_char(p, ']'))
		return false;
	buf_byte(&c->label, ']');
	return item->kind == FETCH_BINARY_SIZE || !parse_peek(p, '<') || parse_partial(c, item);
}

/* RFC 8970 section 6: "PREVIEW (LAZY)". Other words belong to who is behind the item. */
static bool parse_preview(struct parser *p, bool *lazy)
{
	struct parser ahead = *p;

	if (!parse_space(&ahead) || !parse_char(&ahead, '(') || !parse_word(&ahead, S("LAZY")))
		return true;
	*p = ahead;
	*lazy = true;
	while (parse_peek(p, ' '))
		if (!parse_space(p) || !parse_word(p, S("LAZY")))
			return parse_fail(p, S("Unknown modifier"));
	return parse_char(p, ')');
}

static void needs(struct fetch_items *out, const struct fetch_item *item, uint32_t want)
{
	bool whole = item->section.what == SECTION_ALL && !item->section.depth;

	out->bodies |= item->kind == FETCH_SECTION;
	if (item->kind == FETCH_SECTION || item->kind == FETCH_BINARY_SIZE)
		want = whole ? PK_WANT_SIZE : PK_WANT_SIZE | PK_WANT_SUMMARY;
	if (want & PK_WANT_SUMMARY) {
		out->summary = true;
		out->scan |= !item->lazy;
		want |= PK_WANT_SIZE | PK_WANT_PREFIX;
	}
	out->want |= want;
}

static bool has_item(const struct fetch_items *out, uint8_t kind)
{
	for (size_t i = 0; i < out->n; i++)
		if (out->item[i].kind == kind && kind != FETCH_SECTION && kind != FETCH_BINARY_SIZE)
			return true;
	return false;
}

static bool add_item(struct context *c, struct fetch_item *item, const struct word *w)
{
	struct fetch_items *out = c->out;

	needs(out, item, w->want);
	if (has_item(out, item->kind))
		return true;
	if (out->n == FETCH_ITEMS_MAX)
		return fail(c, PK_ELIMIT);
	buf_byte(&c->label, ' ');
	item->label = buf_slice(&c->label);
	if (c->label.failed || !imap_copy(c->s, &item->label))
		return fail(c, PK_ENOMEM);
	out->modseq |= item->kind == FETCH_MODSEQ;
	out->item[out->n++] = *item;
	return true;
}

static uint8_t structure_how(const struct imap *s, uint8_t kind)
{
	return (kind == FETCH_BODYSTRUCTURE ? STRUCTURE_EXTENSIONS : 0) |
	       (s->modes & MODE_REV2 ? STRUCTURE_DECODED : 0);
}

static const struct word *find_word(struct slice name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_ieq(name, words[i].name))
			return &words[i];
	return NULL;
}

/* Some words never have a section, some always. */
static bool may_be(const struct word *w, bool bracket)
{
	return w && (bracket ? w->kind == FETCH_BODY || w->flags & SECTION : !(w->flags & SECTION));
}

static bool parse_item(struct context *c)
{
	const struct word *w = find_word(take_word(c->p));
	struct fetch_item item = {0};
	bool bracket = parse_peek(c->p, '[');

	if (!may_be(w, bracket))
		return parse_fail(c->p, S("Unknown FETCH item"));
	item.kind = w->kind;
	item.section.what = w->what;
	item.how = structure_how(c->s, w->kind);
	buf_clear(&c->label);
	if (bracket) {
		if (item.kind == FETCH_BODY)
			item.kind = FETCH_SECTION;
		if (!parse_section(c, w, &item))
			return false;
	} else {
		buf_put(&c->label, w->name);
		if (item.kind == FETCH_PREVIEW && !parse_preview(c->p, &item.lazy))
			return false;
	}
	c->out->seen |= w->flags & SEEN || (bracket && w->kind == FETCH_BODY);
	return add_item(c, &item, w);
}

static bool parse_items(struct context *c)
{
	struct parser *p = c->p;

	if (!parse_peek(p, '('))
		return parse_item(c);
	if (!parse_char(p, '('))
		return false;
	for (bool first = true; first || parse_peek(p, ' '); first = false)
		if ((!first && !parse_space(p)) || !parse_item(c))
			return false;
	return parse_char(p, ')');
}

static bool parse_macro(struct context *c, bool *found)
{
	struct parser *p = c->p, macro = {0};
	bool ok;

	*found = false;
	for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++)
		if (parse_word(p, macros[i].name)) {
			*found = true;
			macro.in = macros[i].items;
			c->p = &macro;
			ok = parse_items(c);
			c->p = p;
			return ok;
		}
	return true;
}

/* An item that is told whether it was asked for or not. */
static bool add_implied(struct context *c, uint8_t kind)
{
	struct fetch_item item = {.kind = kind};
	const struct word *w = words;

	while (w->kind != kind)
		w++;
	buf_clear(&c->label);
	buf_put(&c->label, w->name);
	return add_item(c, &item, w);
}

bool parse_fetch(struct imap *s, struct parser *p, struct fetch_items *out, enum pk_status *st)
{
	struct context c = {.s = s, .p = p, .out = out};
	bool ok = parse_space(p), macro = false;

	if (ok && s->cmd->uid) /* RFC 3501 6.4.8 */
		ok = add_implied(&c, FETCH_UID);
	ok = ok && parse_macro(&c, &macro) && (macro || parse_items(&c)) &&
	     parse_fetch_modifiers(s, p, out) && parse_end(p);
	if (ok && out->changed) /* RFC 7162 3.1.4.1 */
		ok = add_implied(&c, FETCH_MODSEQ);
	buf_free(&c.label);
	*st = c.st;
	return ok;
}
