/* Every command in every place of a session of SMTP, LMTP and submission. */
/* links: smtp */
#include "unit.h"

#include "smtp_store.h"

/*
 * What is answered, and that the session is afterwards where it should be: the message that is then
 * sent has the recipients and the octets that belong to it. The tables are of RFC 5321 4.1.4,
 * RFC 2033 4, RFC 3030 2, RFC 3207 4.2, RFC 4954 4 and RFC 6409 4.3. (HAZARDS 33 to 35, after
 * Postfix 20260724.)
 */
enum mode { MX = 1, LMTP = 2, SUB = 4, ALL = 7 };

enum place {
	START, /* before EHLO */
	READY,
	SENDER, /* behind MAIL */
	RCPT,   /* behind an accepted RCPT */
	CHUNKS, /* behind a first BDAT */
	LOGIN,  /* within AUTH */
	TEXT,   /* within DATA */
	OCTETS, /* within a BDAT, of OCTETS_ALL of which FIRST are there */
	GONE,   /* the connection is closed */
	SAME,   /* of a command: stays where it was */
};

struct where {
	enum place place;
	bool tls, user, extended;
	bool jim; /* is a recipient too */
};

#define HELLO      "EHLO client.example.net\r\n"
#define FROM       "MAIL FROM:<jane@example.org>\r\n"
#define JANE       "RCPT TO:<jane@example.org>\r\n"
#define JIM        "RCPT TO:<jim@example.org>\r\n"
#define NOBODY     "RCPT TO:<nobody@example.org>\r\n"
#define PASSWORD   "AUTH PLAIN AGphbmUAc2VjcmV0\r\n"
#define FIRST      "A: b\r\n"
#define OCTETS_ALL 1500

/* What goes before: each has what the one above it has. EHLO is LHLO in LMTP, AUTH is for users. */
enum before { NOTHING, GREETED, SECURED, GREETED_AGAIN, LOGGED_IN };

static const struct way {
	const char *name;
	unsigned modes;
	enum before before;
	struct slice then;
	enum place place;
} ways[] = {
	{"the start",               ALL,      NOTHING,       S(""),                                     START },
	{"EHLO",		    ALL,      GREETED,       S(""),                                     READY },
	{"STARTTLS",                ALL,      SECURED,       S(""),                                     START },
	{"EHLO in TLS",             ALL,      GREETED_AGAIN, S(""),                                     READY },
	{"HELO",		    MX | SUB, NOTHING,       S("HELO x\r\n"),                           READY },
	{"HELO in TLS",             MX | SUB, SECURED,       S("HELO x\r\n"),                           READY },
	{"AUTH",		    SUB,      GREETED_AGAIN, S("AUTH PLAIN\r\n"),                       LOGIN },
	{"AUTH cancelled",          SUB,      GREETED_AGAIN, S("AUTH PLAIN\r\n*\r\n"),                  READY },
	{"AUTH failed",             SUB,      GREETED_AGAIN, S("AUTH PLAIN AGphbmUAd3Jvbmc=\r\n"),      READY },
	{"AUTH done",               SUB,      LOGGED_IN,     S(""),                                     READY },
	{"MAIL",		    ALL,      LOGGED_IN,     S(FROM),                                   SENDER},
	{"a refused RCPT",          ALL,      LOGGED_IN,     S(FROM NOBODY),                            SENDER},
	{"RCPT",		    ALL,      LOGGED_IN,     S(FROM JANE),                              RCPT  },
	{"RCPT and a refused one",  ALL,      LOGGED_IN,     S(FROM JANE NOBODY),                       RCPT  },
	{"DATA",		    ALL,      LOGGED_IN,     S(FROM JANE "DATA\r\n" FIRST),             TEXT  },
	{"a message",               ALL,      LOGGED_IN,     S(FROM JIM "DATA\r\n.\r\n"),               READY },
	{"a refused message",       ALL,      LOGGED_IN,     S(FROM JIM "DATA\r\nx\ry\r\n.\r\n"),       READY },
	{"BDAT",		    ALL,      LOGGED_IN,     S(FROM JANE "BDAT 6\r\n" FIRST),           CHUNKS},
	{"BDAT 0",                  ALL,      LOGGED_IN,     S(FROM JANE "BDAT 0\r\n"),                 CHUNKS},
	{"half a BDAT",             ALL,      LOGGED_IN,     S(FROM JANE "BDAT 1500 LAST\r\n" FIRST),   OCTETS},
	{"a refused BDAT",          ALL,      LOGGED_IN,     S(FROM JANE "BDAT 2\r\n\0\n"),             READY },
	{"half of a refused BDAT",  ALL,      LOGGED_IN,
         S(FROM JANE "BDAT 2\r\n\0\n" FROM JIM "BDAT 0\r\n"
                     "RSET\r\n"),
         READY												},
	{"BDAT of no size",         ALL,      LOGGED_IN,     S(FROM JANE "BDAT x\r\n"),                 READY },
	{"BDAT without recipients", ALL,      LOGGED_IN,     S(FROM "BDAT 6\r\nQUIT\r\n"),              READY },
	{"BDAT LAST",               ALL,      LOGGED_IN,     S(FROM JIM "BDAT 6 LAST\r\n" FIRST),       READY },
	{"a refused BDAT LAST",     ALL,      LOGGED_IN,     S(FROM JIM "BDAT 3 LAST\r\nx\ry"),         READY },
	{"RSET",		    ALL,      LOGGED_IN,     S(FROM JIM "RSET\r\n"),                    READY },
	{"RSET behind BDAT",        ALL,      LOGGED_IN,     S(FROM JIM "BDAT 6\r\n" FIRST "RSET\r\n"), READY },
};

#define AT(place)   (1u << (place))
#define ANYWHERE    (AT(START) | AT(READY) | AT(SENDER) | AT(RCPT) | AT(CHUNKS))
#define WITH_SENDER (AT(SENDER) | AT(RCPT))
#define WITH_RCPT   (AT(RCPT) | AT(CHUNKS))

/* In another mode it is 500, before a login that it needs 530, in another place 503. */
static const struct command {
	struct slice line;
	unsigned modes;
	bool login;
	unsigned places;
	int code;
	enum place next;
} commands[] = {
	{S(HELLO),			     MX | SUB, 0, ANYWHERE,    250, READY },
	{S("HELO x\r\n"),                      MX | SUB, 0, ANYWHERE,    250, READY },
	{S("LHLO x\r\n"),                      LMTP,     0, ANYWHERE,    250, READY },
	{S("EHLO a\x01\r\n"),                  MX | SUB, 0, ANYWHERE,    501, SAME  },
	{S("EHLO\r\n"),			MX | SUB, 0, ANYWHERE,    501, SAME  },
	{S(FROM),			      ALL,      1, AT(READY),   250, SENDER},
	{S("MAIL FROM:jane\r\n"),              ALL,      1, AT(READY),   501, SAME  },
	{S("MAIL FROM:<a@b> SIZE=999999\r\n"), ALL,      1, AT(READY),   552, SAME  },
	{S("MAIL FROM:<a@b> X=Y\r\n"),         ALL,      1, AT(READY),   555, SAME  },
	{S(JIM),			       ALL,      1, WITH_SENDER, 250, RCPT  },
	{S(NOBODY),			    ALL,      1, WITH_SENDER, 550, SAME  },
	{S("RCPT TO:<full@example.org>\r\n"),  ALL,      1, WITH_SENDER, 452, SAME  },
	{S("RCPT TO:<>\r\n"),                  ALL,      1, WITH_SENDER, 501, SAME  },
	{S("DATA\r\n"),			ALL,      1, AT(RCPT),    354, TEXT  },
	{S("DATA x\r\n"),                      ALL,      1, AT(RCPT),    501, SAME  },
	{S("BDAT 2\r\n\r\n"),                  ALL,      1, WITH_RCPT,   250, CHUNKS},
	{S("BDAT 2 LAST\r\n\r\n"),             ALL,      1, WITH_RCPT,   250, READY },
	{S("BDAT 0 LAST\r\n"),                 ALL,      1, WITH_RCPT,   250, READY },
	{S("BDAT 0\r\n"),                      ALL,      1, WITH_RCPT,   250, CHUNKS},
	{S("BDAT 6 LAST\r\nQUIT\0\n"),         ALL,      1, WITH_RCPT,   550, READY },
	{S("BDAT x\r\n"),                      ALL,      0, ANYWHERE,    501, READY },
	{S("BDAT 6 FIRST\r\nQUIT\r\n"),        ALL,      0, ANYWHERE,    501, GONE  },
	{S("RSET\r\n"),			ALL,      0, ANYWHERE,    250, READY },
	{S("RSET x\r\n"),                      ALL,      0, ANYWHERE,    501, SAME  },
	{S("NOOP\r\n"),			ALL,      0, ANYWHERE,    250, SAME  },
	{S("VRFY jane\r\n"),                   ALL,      1, ANYWHERE,    252, SAME  },
	{S("EXPN all\r\n"),                    ALL,      0, ANYWHERE,    502, SAME  },
	{S("HELP\r\n"),			ALL,      0, ANYWHERE,    214, SAME  },
	{S("STARTTLS\r\n"),                    ALL,      0, AT(READY),   220, START },
	{S("STARTTLS x\r\n"),                  ALL,      0, AT(READY),   501, SAME  },
	{S(PASSWORD),			  SUB,      0, AT(READY),   235, SAME  },
	{S("AUTH PLAIN\r\n"),                  SUB,      0, AT(READY),   334, LOGIN },
	{S("AUTH PLAIN *\r\n"),                SUB,      0, AT(READY),   501, SAME  },
	{S("AUTH PLAIN AGphbmUAd3Jvbmc=\r\n"), SUB,      0, AT(READY),   535, SAME  },
	{S("AUTH ANONYMOUS\r\n"),              SUB,      0, AT(READY),   504, SAME  },
	{S("QUIT\r\n"),			ALL,      0, ANYWHERE,    221, GONE  },
	{S("QUIT x\r\n"),                      ALL,      0, ANYWHERE,    501, SAME  },
	{S("NONSENSE\r\n"),                    ALL,      0, ANYWHERE,    500, SAME  },
	{S("\r\n"),			    ALL,      0, ANYWHERE,    500, SAME  },
	{S("XCLIENT ADDR=127.0.0.1\r\n"),      ALL,      0, ANYWHERE,    500, SAME  },
	{S("GET / HTTP/1.1\r\n"),              ALL,      0, ANYWHERE,    421, GONE  },
	{S("NOOP\n"),			  ALL,      0, ANYWHERE,    421, GONE  },
};

/* Lines of a message are no commands; what is none, CR, LF or NUL alone, has tests of its own. */
static bool is_text(const struct command *c)
{
	return slice_ends(c->line, S("\r\n")) && !slice_has(c->line, '\0');
}

/* An empty one is an answer in an exchange. */
static bool is_one_line(const struct command *c)
{
	struct slice line = c->line;

	slice_cut(&line, '\n');
	return !line.n && c->line.n > 2;
}

static bool is_verb(const struct command *c, const char *verb)
{
	return slice_istarts(c->line, slice_str(verb));
}

static bool is_hello(const struct command *c)
{
	return is_verb(c, "EHLO") || is_verb(c, "HELO") || is_verb(c, "LHLO");
}

/* What these ask for besides; a wrong argument of STARTTLS is seen before. 0: it may go on. */
static int not_now(const struct command *c, const struct where *at)
{
	if (is_verb(c, "STARTTLS") && c->code == 220)
		return at->tls || at->user ? 503 : 0;
	if (c->code == 552) /* RFC 1870: a parameter of ESMTP */
		return at->extended ? 0 : 555;
	if (is_verb(c, "AUTH"))
		return at->user || !at->extended ? 503 : at->tls ? 0 : 538;
	return 0;
}

static int refusal(const struct command *c, unsigned mode, const struct where *at)
{
	if (c->code == 421)
		return 0;
	if (at->place == LOGIN)
		return 501;
	if (!(c->modes & mode))
		return 500;
	if (c->login && mode == SUB && !at->user)
		return 530;
	if (!(c->places & AT(at->place)))
		return 503;
	return not_now(c, at);
}

static void move(const struct command *c, struct where *at)
{
	if (is_hello(c) && c->code == 250)
		at->extended = !is_verb(c, "HELO");
	at->jim |= c->next == RCPT;
	at->tls |= c->code == 220;
	at->user |= c->code == 235;
	if (c->next == READY && at->place == START && !is_hello(c))
		return; /* there is nothing to forget, and still no EHLO */
	if (c->next != SAME)
		at->place = c->next;
}

/* The reply that it must get; moves *at on. 0: none. */
static int expected(const struct command *c, unsigned mode, struct where *at)
{
	int code;

	if (at->place == TEXT || at->place == OCTETS)
		return 0;
	code = refusal(c, mode, at);
	if (code == 501 && at->place == LOGIN)
		at->place = READY;
	if (code == 503 && is_verb(c, "BDAT") && at->place > READY)
		at->place = READY; /* RFC 3030 2: the transaction has failed */
	if (code)
		return code;
	move(c, at);
	return c->code;
}

static void greet(struct fake *f, unsigned mode)
{
	fake_feed(f, mode == LMTP ? S("LHLO client.example.net\r\n") : S(HELLO), 99);
}

static void log_in(struct fake *f, unsigned mode)
{
	if (mode == SUB)
		fake_feed(f, S(PASSWORD), 99);
}

static void go(struct fake *f, const struct way *w, unsigned mode, struct where *at)
{
	if (w->before >= GREETED)
		greet(f, mode);
	if (w->before >= SECURED)
		fake_feed(f, S("STARTTLS\r\n"), 99);
	if (w->before >= GREETED_AGAIN)
		greet(f, mode);
	if (w->before >= LOGGED_IN)
		log_in(f, mode);
	fake_feed(f, w->then, 99);
	at->place = w->place;
	at->tls = w->before >= SECURED;
	at->user = w->before >= LOGGED_IN && mode == SUB;
	at->extended = w->before == GREETED || w->before >= GREETED_AGAIN;
}

static void begin_tls(struct fake *f)
{
	fake_feed(f, S("STARTTLS\r\n"), 99);
	fake_feed(f, S(HELLO), 99);
}

/* To a message that waits for its text. */
static void begin_message(struct fake *f, unsigned mode, const struct where *at)
{
	if (at->place == START || !at->extended)
		greet(f, mode);
	if (mode == SUB && !at->tls)
		begin_tls(f);
	if (!at->user)
		log_in(f, mode);
	fake_feed(f, S(FROM JIM "DATA\r\n"), 99);
}

/* The rest of a BDAT, of which so many octets are there. */
static void fill(struct fake *f, size_t n)
{
	struct buf rest = {0};

	while (n++ < OCTETS_ALL - 2)
		buf_byte(&rest, 'z');
	buf_put(&rest, S("\r\n"));
	fake_feed(f, buf_slice(&rest), 999);
	buf_free(&rest);
}

/* From wherever it is a message is sent. */
static void finish(struct fake *f, unsigned mode, const struct where *at, size_t octets)
{
	if (at->place == LOGIN)
		fake_feed(f, S("*\r\n"), 99);
	if (at->place == START || at->place == READY || at->place == LOGIN)
		begin_message(f, mode, at);
	if (at->place == SENDER)
		fake_feed(f, S(JIM), 99);
	if (at->place == SENDER || at->place == RCPT)
		fake_feed(f, S("DATA\r\n"), 99);
	if (at->place == CHUNKS)
		fake_feed(f, S("BDAT 3 LAST\r\ny\r\n"), 99);
	else if (at->place == OCTETS)
		fill(f, octets);
	else
		fake_feed(f, S("y\r\n.\r\n"), 99);
}

static bool has_jane(enum place place)
{
	return place == RCPT || place == CHUNKS || place == TEXT || place == OCTETS;
}

/* What must have come of it. */
static bool message_ok(const struct fake *f, const struct told *t, const struct where *before,
                       const struct where *at, const struct command *c)
{
	bool text = before->place == TEXT || before->place == OCTETS;
	bool jane = has_jane(before->place) && has_jane(at->place);
	struct slice body = buf_slice(&f->body);
	struct buf want = {0};
	bool ok;

	buf_printf(&want, "jane@example.org>%s%s", jane ? "jane@example.org;" : "",
	           !jane || at->jim ? "jim@example.org;" : "");
	ok = slice_eq(buf_slice(&want), slice_str(t->delivered)) &&
	     f->bodies_open == f->bodies_ended + f->bodies_dropped &&
	     slice_ends(body, at->place == OCTETS ? S("zz\r\n") : S("y\r\n")) &&
	     (!text || memmem(body.p, body.n, c->line.p, c->line.n));
	buf_free(&want);
	return ok;
}

static const char *name_of(unsigned mode)
{
	return mode == MX ? "mx" : mode == LMTP ? "lmtp" : "submission";
}

/* One reply of that code; 501 and 535 are the same to a line that an exchange did not want. */
static bool code_ok(const struct fake *f, int want, const struct where *before)
{
	struct slice sent = buf_slice(&f->sent);
	uint64_t code = 0, first = 0;
	unsigned replies = 0;

	while (sent.n) {
		struct slice line = slice_cut(&sent, '\n');

		if (!slice_number(slice_head(line, 3), 999, &code) || (first && code != first))
			return false;
		first = code;
		replies += line.p[3] == ' ';
	}
	if (before->place == LOGIN && code == 535)
		code = 501;
	return code == (uint64_t)want && replies == (want != 0);
}

static bool one_ok(struct fake *f, const struct way *w, const struct command *c, unsigned mode)
{
	struct told t = {0};
	struct where at = {0}, before;
	unsigned deliveries;
	int code;

	f->io.can_tls = true;
	told_begin(f, &t, name_of(mode), 0);
	go(f, w, mode, &at);
	before = at;
	buf_clear(&f->sent);
	code = expected(c, mode, &at);
	fake_feed(f, c->line, 1);
	if (!code_ok(f, code, &before) || f->closed != (at.place == GONE))
		return false;
	if (f->closed)
		return true;
	deliveries = t.deliveries;
	finish(f, mode, &at, sizeof(FIRST) - 1 + c->line.n);
	return t.deliveries == deliveries + 1 && message_ok(f, &t, &before, &at, c);
}

static void one(const struct way *w, const struct command *c, unsigned mode)
{
	struct fake f = {0};

	if (!one_ok(&f, w, c, mode))
		fail_msg("%s, behind %s: %.*s%.*s", name_of(mode), w->name, (int)c->line.n,
		         c->line.p, (int)f.sent.n, f.sent.p);
	fake_close(&f);
}

static void all_in(unsigned mode)
{
	unsigned n = 0;

	for (size_t w = 0; w < COUNT(ways); w++) {
		bool text = ways[w].place == TEXT || ways[w].place == OCTETS;

		for (size_t i = 0; ways[w].modes & mode && i < COUNT(commands); i++) {
			if (text && !is_text(&commands[i]))
				continue;
			if (ways[w].place == LOGIN && !is_one_line(&commands[i]))
				continue;
			one(&ways[w], &commands[i], mode);
			n++;
		}
	}
	assert_true(n > 800);
}

static void from_servers(void **state)
{
	(void)state;
	all_in(MX);
}

static void from_servers_of_the_house(void **state)
{
	(void)state;
	all_in(LMTP);
}

static void from_users(void **state)
{
	(void)state;
	all_in(SUB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_servers),
		cmocka_unit_test(from_servers_of_the_house),
		cmocka_unit_test(from_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
