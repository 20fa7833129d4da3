#include "address.h"

/*
 * The parser takes one member of the list at a time: words up to a character that tells what they
 * were. They are collected in p->text, where spans mark them until it moves no more. Between two
 * words stands a NUL: a space in a phrase, nothing in a local part or a domain (obs-local-part, RFC
 * 5322 4.4, may have spaces and comments round its dots).
 */
struct span {
	size_t from, to;
	bool present;
};

struct member {
	struct span name, route, mailbox, host;
};

static bool space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool at(const struct address_parser *p, char c)
{
	return p->rest.n && p->rest.p[0] == c;
}

static bool take(struct address_parser *p, char c)
{
	if (!at(p, c))
		return false;
	p->rest = slice_skip(p->rest, 1);
	return true;
}

/* NUL and line ends have no place in a text. */
static void put(struct buf *b, char c)
{
	if (c != '\r' && c != '\n')
		buf_byte(b, (char)(c ? c : '?'));
}

/* A comment with those inside it; its outer parentheses are not part of its text. */
static void take_comment(struct address_parser *p)
{
	size_t depth = 0, i = 0;

	buf_clear(&p->comment);
	for (; i < p->rest.n; i++) {
		char c = p->rest.p[i];

		if (c == '\\' && i + 1 < p->rest.n) {
			put(&p->comment, p->rest.p[++i]);
			continue;
		}
		if (c == '(' && depth++ == 0)
			continue;
		if (c == ')' && --depth == 0)
			break;
		put(&p->comment, c);
	}
	p->rest = slice_skip(p->rest, i + 1);
}

static void skip_cfws(struct address_parser *p)
{
	while (p->rest.n) {
		if (at(p, '('))
			take_comment(p);
		else if (space(p->rest.p[0]))
			p->rest = slice_skip(p->rest, 1);
		else
			break;
	}
}

static void take_quoted(struct address_parser *p)
{
	size_t i = 1;

	for (; i < p->rest.n && p->rest.p[i] != '"'; i++) {
		if (p->rest.p[i] == '\\' && i + 1 < p->rest.n)
			i++;
		put(&p->text, p->rest.p[i]);
	}
	p->rest = slice_skip(p->rest, i + 1);
}

static void take_literal(struct address_parser *p)
{
	size_t i = 0;

	for (; i < p->rest.n && p->rest.p[i] != ']'; i++) {
		if (p->rest.p[i] == '\\' && i + 1 < p->rest.n)
			i++;
		if (!space(p->rest.p[i]))
			put(&p->text, p->rest.p[i]);
	}
	if (i < p->rest.n)
		put(&p->text, ']');
	p->rest = slice_skip(p->rest, i + 1);
}

/* A dot counts as an atom's character, and so does all above ASCII (RFC 6532 3.2). */
static size_t atom_length(struct slice s)
{
	static const char ends[256] = {
		[' '] = 1, ['\t'] = 1, ['\r'] = 1, ['\n'] = 1, ['('] = 1,
		[')'] = 1, ['<'] = 1,  ['>'] = 1,  ['['] = 1,  [']'] = 1,
		[':'] = 1, [';'] = 1,  ['@'] = 1,  [','] = 1,  ['"'] = 1,
	};
	size_t n = 0;

	while (n < s.n && !ends[(unsigned char)s.p[n]])
		n++;
	return n;
}

/* An atom has no line ends, but may have NUL. */
static void put_atom(struct buf *b, struct slice atom)
{
	size_t from = b->n;

	buf_put(b, atom);
	for (; from < b->n; from++)
		if (!b->p[from])
			b->p[from] = '?';
}

/* One word of any kind; false: none begins here. */
static bool take_word(struct address_parser *p)
{
	size_t n = atom_length(p->rest);

	if (at(p, '"'))
		take_quoted(p);
	else if (at(p, '['))
		take_literal(p);
	else if (n)
		put_atom(&p->text, slice_head(p->rest, n));
	else
		return false;
	p->rest = slice_skip(p->rest, n);
	return true;
}

struct phrase {
	struct span all;
	size_t last; /* where the last word begins, with those that hang on it by dots */
	size_t words;
};

/* Words up to a character that means something; what has no meaning there is skipped. */
static struct phrase take_phrase(struct address_parser *p, const char *stops)
{
	struct phrase f = {.all = {.from = p->text.n}};
	bool dot = false;

	for (;;) {
		size_t mark = p->text.n;

		skip_cfws(p);
		if (!p->rest.n || (p->rest.p[0] && strchr(stops, p->rest.p[0])))
			break;
		if (f.words)
			buf_byte(&p->text, '\0');
		if (!dot && !at(p, '.'))
			f.last = p->text.n;
		if (!take_word(p)) {
			p->text.n = mark;
			p->rest = slice_skip(p->rest, 1);
			continue;
		}
		f.words++;
		dot = p->text.n > mark && p->text.p[p->text.n - 1] == '.';
	}
	f.all.to = p->text.n;
	f.all.present = f.words > 0;
	return f;
}

/* Atoms joined by dots, or a literal. */
static struct span take_domain(struct address_parser *p)
{
	struct span s = {.from = p->text.n, .present = true};

	skip_cfws(p);
	while (take_word(p)) {
		bool dot = p->text.n > s.from && p->text.p[p->text.n - 1] == '.';

		skip_cfws(p);
		if (!dot && !at(p, '.'))
			break;
	}
	s.to = p->text.n;
	return s;
}

/* "@a,@b:" behind '<' (RFC 5322 4.4, obs-route); its text without the colon. */
static struct span take_route(struct address_parser *p)
{
	struct span s = {.from = p->text.n};

	skip_cfws(p);
	while (at(p, '@') || at(p, ',')) {
		put(&p->text, p->rest.p[0]);
		if (take(p, '@'))
			take_domain(p);
		else
			take(p, ',');
		skip_cfws(p);
	}
	take(p, ':');
	s.to = p->text.n;
	s.present = s.to > s.from;
	return s;
}

/* What stands between a member and the comma is dropped; a '<' begins the next one. */
static void skip_junk(struct address_parser *p)
{
	size_t mark = p->text.n;

	do
		take_phrase(p, "<:@,;");
	while (take(p, '@') || take(p, ':'));
	p->text.n = mark;
}

static void take_angle(struct address_parser *p, struct member *m)
{
	while (take(p, '<'))
		skip_cfws(p);
	m->route = take_route(p);
	m->mailbox = take_phrase(p, "<>@,;").all;
	m->host = (struct span){.from = p->text.n, .to = p->text.n};
	if (take(p, '@'))
		m->host = take_domain(p);
	take_phrase(p, ">,;");
	take(p, '>');
	skip_junk(p);
}

/* The words before an '@': the last is the local part, those before it a name without <>. */
static void take_bare(struct address_parser *p, struct member *m, const struct phrase *f)
{
	m->mailbox = (struct span){.from = f->last, .to = f->all.to, .present = true};
	if (f->last > f->all.from)
		m->name = (struct span){.from = f->all.from, .to = f->last - 1, .present = true};
	take(p, '@');
	buf_clear(&p->comment); /* only one behind the address is a name */
	put(&p->text, '@');
	m->host = take_domain(p);
	skip_cfws(p);
	if (at(p, '<')) { /* jane@example.org <jane@example.org> */
		m->name = (struct span){.from = f->all.from, .to = p->text.n, .present = true};
		take_angle(p, m);
	} else {
		skip_junk(p);
	}
}

/* In a phrase all words are apart; in a local part only where no dot joins them. */
static bool is_gap(const struct address_parser *p, struct span s, size_t i, bool phrase)
{
	return phrase ||
	       (i > s.from && i + 1 < s.to && p->text.p[i - 1] != '.' && p->text.p[i + 1] != '.');
}

static struct slice text_of(struct address_parser *p, struct span s, bool phrase)
{
	size_t to = s.from;

	if (!s.present)
		return (struct slice){0};
	for (size_t i = s.from; i < s.to; i++)
		if (p->text.p[i])
			p->text.p[to++] = p->text.p[i];
		else if (is_gap(p, s, i, phrase))
			p->text.p[to++] = ' ';
	return (struct slice){p->text.p ? p->text.p + s.from : "", to - s.from};
}

static void show(struct address_parser *p, struct member *m, struct mime_address *out)
{
	struct span name = m->name;

	if (!name.present && p->comment.n) {
		name = (struct span){
			.from = p->text.n, .to = p->text.n + p->comment.n, .present = true};
		buf_put(&p->text, buf_slice(&p->comment));
	}
	if (p->text.failed)
		return;
	m->mailbox.present = m->host.present = true;
	*out = (struct mime_address){.kind = MIME_ADDRESS};
	out->name = text_of(p, name, true);
	out->route = text_of(p, m->route, false);
	out->host = text_of(p, m->host, false);
	out->mailbox = text_of(p, m->mailbox, false);
}

void address_start(struct address_parser *p, struct slice list)
{
	*p = (struct address_parser){.rest = list};
}

/* Skips empty members. False: the list has ended. */
static bool find_member(struct address_parser *p, struct mime_address *out)
{
	for (;;) {
		skip_cfws(p);
		if (p->in_group && (!p->rest.n || at(p, ';'))) {
			take(p, ';');
			p->in_group = false;
			*out = (struct mime_address){.kind = MIME_GROUP_END};
			return true;
		}
		if (!take(p, ',') && !take(p, ';'))
			return p->rest.n > 0;
	}
}

bool address_next(struct address_parser *p, struct mime_address *out)
{
	struct member m = {0};
	struct phrase f;

	do {
		buf_clear(&p->text);
		buf_clear(&p->comment);
		*out = (struct mime_address){.kind = MIME_ADDRESS};
		if (!find_member(p, out))
			return false;
		if (out->kind == MIME_GROUP_END)
			return true;
		f = take_phrase(p, "<:@,;");
		if (at(p, ':') && !p->in_group) {
			take(p, ':');
			p->in_group = true;
			f.all.present = true;
			*out = (struct mime_address){.kind = MIME_GROUP_START,
			                             .mailbox = text_of(p, f.all, true)};
			return !p->text.failed;
		}
	} while (take(p, ':') || (!f.words && !at(p, '<') && !at(p, '@')));
	m.name = f.all;
	if (at(p, '<'))
		take_angle(p, &m);
	else if (at(p, '@')) {
		m.name = (struct span){0};
		take_bare(p, &m, &f);
	} else {
		m.mailbox = f.all;
		m.name = (struct span){0};
	}
	show(p, &m, out);
	return !p->text.failed;
}

void address_free(struct address_parser *p)
{
	buf_free(&p->text);
	buf_free(&p->comment);
}
