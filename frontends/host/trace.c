#include "trace.h"

#include "proto/say.h"

#define WORDS_SHOWN 3 /* of a line before the login: a tag, a verb, a mechanism */

/* What may be said in the open before the login. */
static const char *const words[] = {
	"APOP",        "AUTH",          "AUTHENTICATE",
	"BDAT",        "CAPA",          "CAPABILITY",
	"CRAM-MD5",    "DATA",          "EHLO",
	"ENABLE",      "HELO",          "ID",
	"EXTERNAL",    "LHLO",          "LANG",
	"LOGIN",       "LOGOUT",        "MAIL",
	"NOOP",        "PASS",          "PLAIN",
	"QUIT",        "RCPT",          "RSET",
	"SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS",
	"STARTTLS",    "STLS",          "USER",
	"UTF8",        "VRFY",
};

static bool known(struct slice word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_ieq(word, slice_str(words[i])))
			return true;
	return false;
}

static void put_known(struct buf *b, struct slice line)
{
	for (unsigned n = 0; n < WORDS_SHOWN && line.n; n++) {
		struct slice word = slice_cut(&line, ' ');

		if (n)
			buf_byte(b, ' ');
		buf_put(b, known(word) ? word : S("*"));
	}
	if (line.n)
		buf_put(b, S(" ..."));
}

/* All but what is between quotes; a backslash quotes one more octet (RFC 9051 section 4.3). */
static void put_unquoted(struct buf *b, struct slice line)
{
	bool quoted = false;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == '"') {
			quoted = !quoted;
			buf_put(b, quoted ? S("\"...") : S("\""));
		} else if (quoted && c == '\\') {
			i++;
		} else if (!quoted) {
			buf_byte(b, c);
		}
	}
}

bool session_strange(const struct session *s)
{
	const struct link *l = s->end.link;

	return !s->io.bound && !(l && l->roles && !(l->roles & PK_ROLE_ANON));
}

/* A login where there is none to do: as its verb, or behind a tag. */
static bool names_login(struct slice line)
{
	static const char *const verbs[] = {"LOGIN", "PASS", "AUTH", "AUTHENTICATE"};

	for (unsigned n = 0; n < 2; n++) {
		struct slice word = slice_cut(&line, ' ');

		for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
			if (slice_ieq(word, slice_str(verbs[i])))
				return true;
	}
	return false;
}

static bool traced(struct session *s)
{
	if (s->trace_ms && s->trace_ms <= s->service->mono_ms)
		s->trace_ms = 0;
	return s->trace_ms;
}

static void say(struct session *s, const char *from, size_t octets, struct buf *text)
{
	if (!text->failed)
		SAY_LOG(&s->io, PK_LOG_INFO, "trace", LOG_CSTR("from", from),
		        LOG_NUMBER("octets", (int64_t)octets), LOG_TEXT("text", buf_slice(text)));
	buf_free(text);
}

void trace_start(struct session *s, uint32_t seconds)
{
	int64_t ms = (int64_t)seconds * 1000;

	s->trace_ms = seconds ? s->service->mono_ms + (ms < TRACE_MOST_MS ? ms : TRACE_MOST_MS) : 0;
}

void trace_input(struct session *s, const struct pk_in *in)
{
	struct buf text = {0};

	if (!traced(s) || (in->kind != PK_IN_LINE && in->kind != PK_IN_BYTES))
		return;
	s->trace_inside |= in->kind == PK_IN_BYTES;
	if (s->cut_secret || s->trace_inside)
		buf_put(&text, S("..."));
	else if (session_strange(s) || names_login(in->bytes))
		put_known(&text, in->bytes);
	else
		put_unquoted(&text, in->bytes);
	say(s, "client", in->bytes.n, &text);
}

void trace_answer(struct session *s, size_t before, uint32_t want)
{
	struct slice line = slice_skip((struct slice){s->io.out, s->io.out_n}, before);
	size_t octets = line.n;
	struct buf text = {0};
	const char *end;

	if (want & PK_DONE)
		s->trace_inside = false;
	/* Who waits for the client has ended an answer: no mail is on its way out. */
	if (!(want & (PK_DONE | PK_LINE | PK_BYTES | PK_EXACT | PK_CLOSE)) || !line.n || !traced(s))
		return;
	if (slice_ends(line, S("\r\n")))
		line.n -= 2;
	end = line.n ? memrchr(line.p, '\n', line.n) : NULL;
	if (end)
		line = slice_skip(line, (size_t)(end + 1 - line.p));
	put_unquoted(&text, line);
	say(s, "server", octets, &text);
}
