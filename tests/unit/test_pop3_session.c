/* A POP3 session against a canned store, in pieces of every size. */
/* links: pop3 */
#include "unit.h"

#include "fake_host.h"

#include "pop3/pop3.h"

#define LOGIN     "USER jane\r\nPASS se cret\r\n"
#define GREETING  "+OK Postkeep\r\n"
#define LOGGED_IN GREETING "+OK\r\n+OK 4 messages (40 octets)\r\n"

/* The maildrop: message 3 is as hard to send as it can be. */
static const struct mail {
	uint32_t uid;
	struct slice uidl, text;
} mails[] = {
	{2,  S(""),         S("To: a\r\n\r\n1\r\n2\r\n")},
	{5,  S("own-id-5"), S("")                       },
	{9,
         S("b\xe4"
           "d"),
         S(".\r\n..\r\n\r\n.\r\n.x\r\n\n.\n")           },
	{40, S(""),         S("no end")                 },
};

/* What the store does and was told. */
struct told {
	enum pk_status auth, open, read, drop, uidls;
	size_t frame;      /* octets in a chunk; 0: all */
	uint32_t gone;     /* a UID that has been expunged since */
	bool retrieved;    /* it wants to hear what was retrieved */
	bool plain_uidls;  /* no message has one of its own; then none is asked for */
	char dropped[200]; /* UIDs, as first-last; with r in front: retrieved */
	unsigned reads;
	bool closed_early;   /* the first read breaks off in the middle */
	uint32_t many;       /* so many messages in place of ours, UIDs from 1 on */
	uint32_t large;      /* octets of each of them, where they are read; 0: 1 */
	bool short_one;      /* a message that is read lacks its last octet */
	uint32_t drops_done; /* so many requests of QUIT, then it fails; 0: all */
	uint32_t drops, dropped_most, dropped_sum; /* requests, messages of one and of all */
	bool twice;                                /* the last message of a read comes twice */
	uint32_t gone_below; /* of many: those with lower UIDs have been expunged since */
	bool own_uidls;      /* of many: each has the same unique-id of its own */
};

static void answer_auth(struct fake *f, struct told *t, uint64_t tag, struct slice request)
{
	struct pk_auth_rep r = {0};
	struct pk_auth_req q;
	struct buf b = {0};
	bool right;

	assert_int_equal(pk_get_auth_req(request, &q), PK_OK);
	right = slice_eq(q.data, S("\0jane\0se cret"));
	r.done = q.data.n > 0;
	if (right)
		r.user = S("jane@example.org");
	pk_put_auth_rep(&b, &r);
	f->io.bound = t->auth == PK_OK && right;
	if (slice_starts(q.mechanism, S("X-")))
		fake_reply(f, tag, PK_ENOTSUP, false, S(""));
	else
		fake_reply(f, tag, right || !r.done ? t->auth : PK_EAUTH, false, buf_slice(&b));
	buf_free(&b);
}

static void answer_open(struct fake *f, struct told *t, uint64_t tag, struct slice request)
{
	struct pk_open_rep r = {.handle = 7,
	                        .uidvalidity = 11,
	                        .exists = COUNT(mails),
	                        .tells_retrieved = t->retrieved};
	struct pk_open_req q;
	struct buf b = {0};

	assert_int_equal(pk_get_open_req(request, &q), PK_OK);
	assert_int_equal(q.mode, PK_OPEN_DROP);
	pk_put_open_rep(&b, &r);
	fake_reply(f, tag, t->open, true, buf_slice(&b));
	if (t->open == PK_OK)
		fake_reply(f, tag, PK_OK, false, buf_slice(&b));
	buf_free(&b);
}

static void answer_many(struct fake *f, const struct told *t, uint64_t tag)
{
	for (uint32_t uid = t->gone_below ? t->gone_below : 1; uid <= t->many;) {
		struct buf rows = {0}, b = {0};

		for (unsigned i = 0; i < 1000 && uid <= t->many; i++, uid++)
			pk_put_message_row(&rows, &(struct pk_message){
							  .uid = uid,
							  .octets = t->large ? t->large : 1,
							  .uidl = t->own_uidls ? S("own") : S("")});
		pk_put_messages_rep(&b, &(struct pk_messages_rep){.messages = PK_ROWS(&rows)});
		fake_reply(f, tag, PK_OK, uid <= t->many, buf_slice(&b));
		buf_free(&rows);
		buf_free(&b);
	}
}

/* A row a frame. */
static void answer_messages(struct fake *f, struct told *t, uint64_t tag, struct slice request)
{
	struct pk_messages_req q;
	struct pk_range r = {0};
	struct buf b = {0};

	assert_int_equal(pk_get_messages_req(request, &q), PK_OK);
	assert_int_equal(q.handle, 7);
	assert_true(pk_next_range(&q.uids, &r));
	assert_true(q.want & PK_WANT_SIZE || !t->plain_uidls);
	if (!(q.want & PK_WANT_SIZE) && t->uidls != PK_OK) {
		fake_reply(f, tag, t->uidls, false, S(""));
		return;
	}
	if (t->many) {
		answer_many(f, t, tag);
		return;
	}
	for (size_t i = 0; i < COUNT(mails); i++) {
		struct pk_message row = {.uid = mails[i].uid, .octets = mails[i].text.n};
		struct buf rows = {0};
		char made[24];

		if (row.uid < r.first || row.uid > r.last || row.uid == t->gone)
			continue;
		snprintf(made, sizeof(made), "11.%u", row.uid);
		row.uidl = t->plain_uidls ? slice_str(made) : mails[i].uidl;
		pk_put_message_row(&rows, &row);
		buf_clear(&b);
		pk_put_messages_rep(&b, &(struct pk_messages_rep){.messages = PK_ROWS(&rows)});
		fake_reply(f, tag, PK_OK, true, buf_slice(&b));
		buf_free(&rows);
	}
	buf_clear(&b);
	pk_put_messages_rep(&b, &(struct pk_messages_rep){0});
	fake_reply(f, tag, PK_OK, false, buf_slice(&b));
	buf_free(&b);
}

static const struct mail *find_mail(uint32_t uid)
{
	for (size_t i = 0; i < COUNT(mails); i++)
		if (mails[i].uid == uid)
			return &mails[i];
	return NULL;
}

/* Of a large one: the same letter all over. */
static struct slice text_of(const struct told *t, uint32_t uid)
{
	static char texts[13][10000];

	if (!t->many)
		return find_mail(uid)->text;
	assert_true(uid < COUNT(texts) && t->large <= sizeof(texts[0]));
	memset(texts[uid], 'a' + (int)uid, t->large);
	return (struct slice){texts[uid], t->large - (t->short_one && uid == 4)};
}

static void put_chunk(struct fake *f, uint64_t tag, struct pk_chunk chunk, bool more)
{
	struct buf rows = {0}, b = {0};

	pk_put_chunk_row(&rows, &chunk);
	pk_put_read_rep(&b, &(struct pk_read_rep){.chunks = PK_ROWS(&rows)});
	fake_reply(f, tag, PK_OK, more, buf_slice(&b));
	buf_free(&rows);
	buf_free(&b);
}

/* One message in chunks, each a frame. */
static void answer_piece(struct fake *f, struct told *t, uint64_t tag, const struct pk_piece *p,
                         bool more)
{
	struct slice text = slice_head(slice_skip(text_of(t, p->uid), p->offset), p->octets);
	size_t n = t->frame ? t->frame : text.n;

	if (p->uid == t->gone) {
		put_chunk(f, tag, (struct pk_chunk){.status = PK_EEXPUNGED}, more);
		return;
	}
	for (; text.n > n; text = slice_skip(text, n)) {
		put_chunk(f, tag, (struct pk_chunk){.bytes = slice_head(text, n)}, true);
		if (t->closed_early) {
			put_chunk(f, tag, (struct pk_chunk){.status = PK_EIO}, more);
			return;
		}
	}
	put_chunk(f, tag, (struct pk_chunk){.bytes = text}, more);
}

/* All messages in one frame. */
static void answer_whole(struct fake *f, const struct told *t, uint64_t tag, struct pk_rows pieces)
{
	struct buf rows = {0}, b = {0};
	struct pk_piece p;

	while (pk_next_piece(&pieces, &p))
		pk_put_chunk_row(
			&rows, &(struct pk_chunk){
				       .bytes = slice_head(slice_skip(text_of(t, p.uid), p.offset),
		                                           p.octets)});
	pk_put_read_rep(&b, &(struct pk_read_rep){.chunks = PK_ROWS(&rows)});
	fake_reply(f, tag, PK_OK, false, buf_slice(&b));
	buf_free(&rows);
	buf_free(&b);
}

static void answer_read(struct fake *f, struct told *t, uint64_t tag, struct slice request)
{
	struct pk_read_req q;
	struct pk_piece p = {0};

	assert_int_equal(pk_get_read_req(request, &q), PK_OK);
	t->reads++;
	if (t->read != PK_OK)
		fake_reply(f, tag, t->read, false, S(""));
	else if (!t->frame && !t->gone)
		answer_whole(f, t, tag, q.pieces);
	else
		while (pk_next_piece(&q.pieces, &p))
			answer_piece(f, t, tag, &p, q.pieces.raw.n > 0 || t->twice);
	if (t->twice)
		put_chunk(f, tag, (struct pk_chunk){.bytes = find_mail(p.uid)->text}, false);
}

static void note_dropped(struct told *t, const char *how, const struct pk_range *r)
{
	size_t n = strlen(t->dropped);
	uint32_t messages = r->last - r->first + 1;

	t->dropped_sum += messages;
	if (messages > t->dropped_most)
		t->dropped_most = messages;
	if (!t->many)
		snprintf(t->dropped + n, sizeof(t->dropped) - n, "%s%u-%u;", how, r->first,
		         r->last);
}

static void answer_drop(struct fake *f, struct told *t, uint64_t tag, struct slice request)
{
	struct pk_drop_messages_req q;
	struct pk_range r;
	struct buf b = {0};

	assert_int_equal(pk_get_drop_messages_req(request, &q), PK_OK);
	t->drops++;
	while (pk_next_range(&q.uids, &r))
		note_dropped(t, "", &r);
	while (pk_next_range(&q.retrieved, &r))
		note_dropped(t, "r", &r);
	pk_put_drop_messages_rep(&b, &(struct pk_drop_messages_rep){0});
	fake_reply(f, tag, t->drops_done && t->drops > t->drops_done ? PK_ERETRY : t->drop, false,
	           buf_slice(&b));
	buf_free(&b);
}

static void store(struct fake *f, uint64_t tag, uint32_t op, struct slice request)
{
	struct told *t = f->test;

	switch (op) {
	case PK_OP_auth: answer_auth(f, t, tag, request); break;
	case PK_OP_open: answer_open(f, t, tag, request); break;
	case PK_OP_messages: answer_messages(f, t, tag, request); break;
	case PK_OP_read: answer_read(f, t, tag, request); break;
	case PK_OP_drop_messages: answer_drop(f, t, tag, request); break;
	case PK_OP_close: fake_reply(f, tag, PK_OK, false, S("")); break;
	default: fail_msg("op %u", op);
	}
}

static void begin(struct fake *f, struct told *t, bool plain)
{
	/* plain, scram, language */
	struct pk_value options[] = {{.number = plain}, {.number = 1}, {.text = S("en")}};

	f->store = store;
	f->test = t;
	fake_open(f, pk_plugin_entry(NULL), options);
}

static void check(struct slice got, struct slice want, struct slice in)
{
	if (slice_eq(got, want))
		return;
	fail_msg("client:\n%.*s\nwanted:\n%.*s\ngot:\n%.*s", (int)in.n, in.p, (int)want.n, want.p,
	         (int)got.n, got.p);
}

struct talk {
	struct slice in, out;
	bool closed;
	const char *dropped;
	struct told told;
};

/* The same answers, whatever the pieces, frames and room for output. */
static void talk(const struct talk *c)
{
	static const size_t pieces[] = {1, 2, 7, 1000000};
	static const size_t frames[] = {0, 1, 3};
	static const size_t high[] = {1, 10, 65536};

	for (size_t i = 0; i < COUNT(pieces) * COUNT(frames) * COUNT(high); i++) {
		struct fake f = {.io = {.out_high = high[i % 3]}};
		struct told t = c->told;

		if (!t.frame)
			t.frame = frames[i / 3 % 3];
		begin(&f, &t, true);
		fake_feed(&f, c->in, pieces[i / 9]);
		check(buf_slice(&f.sent), c->out, c->in);
		assert_int_equal(f.closed, c->closed);
		assert_string_equal(t.dropped, c->dropped ? c->dropped : "");
		fake_close(&f);
	}
}

static const struct talk usual[] = {
  /* RFC 1939 section 10, with our messages */
	{S(LOGIN "STAT\r\nLIST\r\nRETR 1\r\nDELE 1\r\nRETR 4\r\nDELE 4\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK 4 40\r\n+OK 4 messages (40 octets)\r\n1 15\r\n2 0\r\n3 19\r\n4 6\r\n.\r\n"
                     "+OK 15 octets\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n+OK deleted\r\n"
                     "+OK 6 octets\r\nno end\r\n.\r\n+OK deleted\r\n+OK bye\r\n"),
         true,                                                                                                               "2-2;40-40;",
         {0}																	       },
	{S(LOGIN "RETR 3\r\nRETR 2\r\nRETR 3\r\nRETR 1\r\nRETR 3\r\nNOOP\r\n"),
         S(LOGGED_IN "+OK 19 octets\r\n..\r\n...\r\n\r\n..\r\n..x\r\n\n.\n\r\n.\r\n"
                     "+OK 0 octets\r\n.\r\n"
                     "+OK 19 octets\r\n..\r\n...\r\n\r\n..\r\n..x\r\n\n.\n\r\n.\r\n"
                     "+OK 15 octets\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n"
                     "+OK 19 octets\r\n..\r\n...\r\n\r\n..\r\n..x\r\n\n.\n\r\n.\r\n+OK\r\n"),
         false,                                                                                                              NULL,
         {0}																	       },
	{S(LOGIN "DELE 1\r\nDELE 2\r\nRSET\r\nSTAT\r\nDELE 2\r\nDELE 3\r\nSTAT\r\nLIST\r\n"
                 "UIDL\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK deleted\r\n+OK deleted\r\n+OK nothing is deleted\r\n+OK 4 40\r\n"
                     "+OK deleted\r\n+OK deleted\r\n+OK 2 21\r\n+OK 2 messages (21 "
                     "octets)\r\n1 15\r\n4 6\r\n"
                     ".\r\n+OK\r\n1 11.2\r\n4 11.40\r\n.\r\n+OK bye\r\n"),
         true,                                                                                                               "5-5;9-9;",
         {0}																	       },
 /* Section 7: UIDL. What is no unique-id is not sent as one. */
	{S(LOGIN "UIDL\r\nUIDL 2\r\nUIDL 3\r\nUIDL 4\r\n"),
         S(LOGGED_IN "+OK\r\n1 11.2\r\n2 own-id-5\r\n3 11.9\r\n4 11.40\r\n.\r\n"
                     "+OK 2 own-id-5\r\n+OK 3 11.9\r\n+OK 4 11.40\r\n"),
         false,                                                                                                              NULL,
         {0}																	       },
	{S(LOGIN "UIDL\r\nUIDL 2\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK\r\n1 11.2\r\n2 11.5\r\n3 11.9\r\n4 11.40\r\n.\r\n+OK 2 "
                     "11.5\r\n+OK bye\r\n"),
         true,                                                                                                               NULL,
         {.plain_uidls = true}															     },
 /* Section 7: TOP */
	{S(LOGIN "TOP 1 0\r\nTOP 1 1\r\nTOP 1 2\r\nTOP 1 99\r\nTOP 3 0\r\nTOP 3 1\r\nTOP 2 5\r\n"
                 "TOP 4 1\r\n"),
         S(LOGGED_IN "+OK\r\nTo: a\r\n\r\n.\r\n+OK\r\nTo: a\r\n\r\n1\r\n.\r\n"
                     "+OK\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n+OK\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n"
                     "+OK\r\n..\r\n...\r\n\r\n.\r\n+OK\r\n..\r\n...\r\n\r\n..\r\n.\r\n"
                     "+OK\r\n.\r\n+OK\r\nno end\r\n.\r\n"),
         false,                                                                                                              NULL,
         {0}																	       },
	{S(LOGIN "LIST 1\r\nLIST 4\r\nDELE 4\r\nLIST 4\r\nUIDL 4\r\nRETR 4\r\nTOP 4 "
                 "0\r\nDELE 4\r\n"),
         S(LOGGED_IN "+OK 1 15\r\n+OK 4 6\r\n+OK deleted\r\n-ERR no such message\r\n"
                     "-ERR no such message\r\n-ERR no such message\r\n-ERR no such message\r\n"
                     "-ERR the message is deleted already\r\n"),
         false,                                                                                                              NULL,
         {0}																	       },
 /* A RETR of what is no message waits for its turn. */
	{S(LOGIN "RETR 1\r\nRETR 9\r\nRETR 2\r\nDELE 1\r\nRETR 1\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK 15 octets\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n-ERR no such message\r\n"
                     "+OK 0 octets\r\n.\r\n+OK deleted\r\n-ERR no such message\r\n+OK bye\r\n"),
         true,                                                                                                               "2-2;",
         {0}																	       },
 /* What was retrieved whole is told where it is wanted, deleted or not; TOP is no
  RETR. */
	{S(LOGIN "RETR 1\r\nTOP 3 99\r\nRETR 2\r\nDELE 2\r\nRETR 4\r\nRSET\r\nDELE "
                 "4\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK 15 octets\r\nTo: a\r\n\r\n1\r\n2\r\n.\r\n"
                     "+OK\r\n..\r\n...\r\n\r\n..\r\n..x\r\n\n.\n\r\n.\r\n"
                     "+OK 0 octets\r\n.\r\n+OK deleted\r\n+OK 6 octets\r\nno "
                     "end\r\n.\r\n"
                     "+OK nothing is deleted\r\n+OK deleted\r\n+OK bye\r\n"),
         true,                                                                                                               "40-40;r2-2;r5-5;r40-40;",
         {.retrieved = true}															       },
 /* HAZARDS 106: no QUIT, nothing is deleted. */
	{S(LOGIN "DELE 1\r\n"),						       S(LOGGED_IN "+OK deleted\r\n"), false, NULL,                      {0}},
	{S(LOGIN "DELE 1\r\nQUIT\r\n"),
         S(LOGGED_IN "+OK deleted\r\n-ERR [SYS/TEMP] some deleted messages are not removed: delete "
                     "them again\r\n"),
         true,                                                                                                               "2-2;",
         {.drop = PK_EIO}																  },
	{S("QUIT\r\nCAPA\r\n"),						       S(GREETING "+OK bye\r\n"),      true,  NULL,                      {0}},
 /* Sent as they are, commands may end in LF alone. */
	{S("NOOP\nCAPA\n"),
         S(GREETING "-ERR not now\r\n+OK\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
                    "PIPELINING\r\nUTF8 USER\r\nLANG\r\nEXPIRE 0 USER\r\nLOGIN-DELAY 86400 "
                    "USER\r\nUSER\r\nSASL PLAIN LOGIN "
                    "SCRAM-SHA-256\r\nIMPLEMENTATION Postkeep\r\n.\r\n"),
         false,                                                                                                              NULL,
         {0}																	       },
};

static void talks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(usual); i++)
		talk(&usual[i]);
}

/* HAZARDS 105: numbers that wrap, and all that is none. */
static void bad_numbers(void **state)
{
	static const char *const numbers[] = {
		"0",   "5",  "-1",  "1x", "4294967297", "18446744073709551617",
		"1.0", "+1", "0x1", "1 1"};

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		struct told t = {0};
		struct fake f = {0};
		struct buf in = {0};

		buf_printf(&in,
		           "LIST %s\r\nUIDL %s\r\nRETR %s\r\nDELE %s\r\nTOP %s 0\r\nTOP 1 -1\r\n",
		           numbers[i], numbers[i], numbers[i], numbers[i], numbers[i]);
		begin(&f, &t, true);
		fake_feed(&f, S(LOGIN), 99);
		buf_clear(&f.sent);
		fake_feed(&f, buf_slice(&in), 99);
		for (int k = 0; k < 6; k++) {
			struct slice left = buf_slice(&f.sent), line = slice_cut(&left, '\n');

			if (!slice_starts(line, S("-ERR ")))
				fail_msg("%s: %.*s", numbers[i], (int)line.n, line.p);
			buf_drop(&f.sent, line.n + 1);
		}
		assert_int_equal(f.sent.n, 0);
		buf_free(&in);
		fake_close(&f);
	}
}

static void logins(void **state)
{
	static const struct talk cases[] = {
		{S("AUTH PLAIN AGphbmUAc2UgY3JldA==\r\nSTAT\r\n"),
	         S(GREETING "+OK 4 messages (40 octets)\r\n+OK 4 40\r\n"),
	         false, NULL,
	         {0}		      },
		{S("AUTH PLAIN\r\nAGphbmUAc2UgY3JldA==\r\nSTAT\r\n"),
	         S(GREETING "+ \r\n+OK 4 messages (40 octets)\r\n+OK 4 40\r\n"),
	         false, NULL,
	         {0}		      },
		{S("auth plain\r\n*\r\nUSER jane\r\n"),
	         S(GREETING "+ \r\n-ERR cancelled\r\n+OK\r\n"),
	         false, NULL,
	         {0}		      },
		{S("AUTH PLAIN\r\n!\r\nQUIT\r\n"),
	         S(GREETING "+ \r\n-ERR malformed\r\n+OK bye\r\n"),
	         true,  NULL,
	         {0}		      },
		{S("AUTH X-NONE\r\nAUTH\r\n"),
	         S(GREETING "-ERR no such mechanism\r\n-ERR an argument is missing\r\n"),
	         false, NULL,
	         {0}		      },
 /* One answer for a wrong name and a wrong password; USER says nothing (HAZARDS 14).
  */
		{S("USER jane\r\nPASS wrong\r\nUSER nobody\r\nPASS wrong\r\nUSER x\r\nPASS "
	           "y\r\nNOOP\r\n"),
	         S(GREETING "+OK\r\n-ERR [AUTH] wrong name or password\r\n+OK\r\n"
	                    "-ERR [AUTH] wrong name or password\r\n+OK\r\n"
	                    "-ERR [AUTH] wrong name or password\r\n"),
	         true,  NULL,
	         {0}		      },
		{S("PASS x\r\nUSER jane\r\nPASS a\0b\r\nPASS x\r\n"),
	         S(GREETING "-ERR USER first\r\n+OK\r\n-ERR malformed\r\n-ERR USER first\r\n"),
	         false, NULL,
	         {0}		      },
		{S(LOGIN "NOOP\r\n"),
	         S(GREETING
	           "+OK\r\n-ERR [IN-USE] another session has the maildrop, try again later\r\n"),
	         true,  NULL,
	         {.open = PK_EBUSY}       },
		{S(LOGIN),
	         S(GREETING
	           "+OK\r\n-ERR [SYS/PERM] the account is suspended, or POP3 is switched off for "
	           "it: ask your administrator\r\n"),
	         false, NULL,
	         {.auth = PK_ESUSPENDED}  },
		{S(LOGIN),
	         S(GREETING "+OK\r\n-ERR [SYS/TEMP] try again later\r\n"),
	         false, NULL,
	         {.auth = PK_EUNAVAILABLE}},
		{S(LOGIN LOGIN "AUTH PLAIN\r\nSTLS\r\n"),
	         S(LOGGED_IN "-ERR not now\r\n-ERR not now\r\n-ERR not now\r\n-ERR not now\r\n"),
	         false, NULL,
	         {0}		      },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		talk(&cases[i]);
}

/* RFC 2595; HAZARDS 1 to 6: no password without TLS, nothing kept across it. */
static void tls(void **state)
{
	struct fake f = {.io = {.can_tls = 1}};
	struct told t = {0};

	(void)state;
	begin(&f, &t, false);
	fake_feed(&f, S("CAPA\r\n" LOGIN "AUTH PLAIN AGphbmUAc2UgY3JldA==\r\n"), 99);
	check(buf_slice(&f.sent),
	      S(GREETING
	        "+OK\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUTF8 "
	        "USER\r\nLANG\r\nEXPIRE 0 USER\r\nLOGIN-DELAY 86400 USER\r\nSTLS\r\n"
	        "IMPLEMENTATION Postkeep\r\n.\r\n-ERR not without TLS: STLS first\r\n"
	        "-ERR not without TLS: STLS first\r\n-ERR not without TLS: STLS first\r\n"),
	      S(""));
	buf_clear(&f.sent);
	fake_feed(&f, S("STLS\r\nUSER evil\r\n"), 99);
	check(buf_slice(&f.sent), S("+OK begin TLS\r\n"), S(""));
	assert_int_equal(f.layers, 1);
	buf_clear(&f.sent);
	fake_feed(&f, S("PASS se cret\r\nSTLS\r\nCAPA\r\n" LOGIN), 99);
	check(buf_slice(&f.sent),
	      S("-ERR USER first\r\n-ERR TLS is on already\r\n"
	        "+OK\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nUTF8 "
	        "USER\r\nLANG\r\nEXPIRE 0 USER\r\nLOGIN-DELAY 86400 USER\r\nUSER\r\n"
	        "SASL PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\nIMPLEMENTATION "
	        "Postkeep\r\n.\r\n+OK\r\n"
	        "+OK 4 messages (40 octets)\r\n"),
	      S(""));
	fake_close(&f);
}

static void no_tls_to_offer(void **state)
{
	struct fake f = {0};
	struct told t = {0};

	(void)state;
	begin(&f, &t, false);
	fake_feed(&f, S("STLS\r\n"), 99);
	check(buf_slice(&f.sent), S(GREETING "-ERR not offered\r\n"), S(""));
	fake_close(&f);
}

static void reads_that_fail(void **state)
{
	static const struct talk cases[] = {
		{S(LOGIN "RETR 1\r\nRETR 4\r\nNOOP\r\n"),
	         S(LOGGED_IN
	           "-ERR [SYS/TEMP] try again later\r\n-ERR [SYS/TEMP] try again later\r\n"
	           "+OK\r\n"),
	         false, NULL,
	         {.read = PK_EIO}                  },
 /* Nothing of the answer has been said yet. */
		{S(LOGIN "UIDL\r\nUIDL 2\r\nNOOP\r\n"),
	         S(LOGGED_IN
	           "-ERR [SYS/TEMP] try again later\r\n-ERR [SYS/TEMP] try again later\r\n"
	           "+OK\r\n"),
	         false, NULL,
	         {.uidls = PK_EIO}                 },
 /* In the middle of a message there is nothing left but to close. */
		{S(LOGIN "RETR 1\r\nRETR 4\r\nNOOP\r\n"),
	         S(LOGGED_IN "+OK 15 octets\r\nTo: "),
	         true,  NULL,
	         {.frame = 4, .closed_early = true}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		talk(&cases[i]);
}

/* HAZARDS 108: IMAP has expunged message 3 since the login. Numbers and sizes stay. */
static void expunged_beside(void **state)
{
	struct fake f = {.io = {.out_high = 10}};
	struct told t = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	buf_clear(&f.sent);
	t.gone = 9;
	fake_feed(&f, S("LIST\r\nUIDL\r\nUIDL 3\r\nRETR 3\r\nTOP 3 0\r\nDELE 3\r\nSTAT\r\n"), 99);
	check(buf_slice(&f.sent),
	      S("+OK 4 messages (40 octets)\r\n1 15\r\n2 0\r\n3 19\r\n4 6\r\n.\r\n"
	        "+OK\r\n1 11.2\r\n2 own-id-5\r\n3 11.9\r\n4 11.40\r\n.\r\n+OK 3 11.9\r\n"
	        "-ERR the message is gone\r\n-ERR the message is gone\r\n+OK deleted\r\n+OK 3 "
	        "21\r\n"),
	      S(""));
	fake_close(&f);
}

/* However many are gone, an answer is never made larger than there is room for. */
static void very_many_expunged_beside(void **state)
{
	struct told t = {.many = 5000, .own_uidls = true};
	struct fake f = {.io = {.out_high = 1000}};
	struct slice left;

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	buf_clear(&f.sent);
	t.gone_below = 5000;
	fake_feed(&f, S("UIDL\r\n"), 99);
	left = buf_slice(&f.sent);
	assert_true(slice_starts(left, S("+OK\r\n1 11.1\r\n2 11.2\r\n")));
	assert_true(slice_ends(left, S("\r\n4999 11.4999\r\n5000 own\r\n.\r\n")));
	assert_in_range(f.io.out_cap, 1, 10000);
	fake_close(&f);
}

/* RETRs that come in one go are one request; others do not wait for its answer. */
static void reads_ahead(void **state)
{
	struct told t = {0};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	f.hold_replies = true;
	fake_feed(&f, S("RETR 1\r\nRETR 4\r\nRETR 3\r\nRET"), 99);
	assert_int_equal(t.reads, 1);
	fake_feed(&f, S("R 1\r\nRETR 2\r\nRETR 2\r\nRETR 2\r\nRETR 2\r\nRETR 2\r\n"), 8);
	assert_int_equal(t.reads, 4);
	f.hold_replies = false;
	fake_pump(&f);
	assert_int_equal(t.reads, 5);
	fake_close(&f);
}

/* Message 3 alone, behind message 2: 4 is read with it, and sent from what was read. */
static void reads_on(void **state)
{
	static const struct {
		struct slice between, out;
		unsigned reads;
		uint32_t gone;
		size_t high;
	} cases[] = {
		{S(""),           S("+OK 6 octets\r\nno end\r\n.\r\n"),                      1, 0,  65536},
		{S(""),           S("+OK 6 octets\r\nno end\r\n.\r\n"),                      1, 0,  1    },
		{S("NOOP\r\n"),   S("+OK\r\n+OK 6 octets\r\nno end\r\n.\r\n"),               1, 0,  10   },
		{S("DELE 4\r\n"), S("+OK deleted\r\n-ERR no such message\r\n"),              1, 0,  10   },
		{S("RETR 2\r\n"), S("+OK 0 octets\r\n.\r\n+OK 6 octets\r\nno end\r\n.\r\n"), 3, 0,
	         10										      },
		{S(""),           S("-ERR the message is gone\r\n"),                         2, 40, 10   },
	};
	static const size_t frames[] = {0, 1, 4};

	(void)state;
	for (size_t i = 0; i < COUNT(cases) * COUNT(frames); i++) {
		struct told t = {.frame = frames[i % 3]};
		struct fake f = {.io = {.out_high = cases[i / 3].high}};

		begin(&f, &t, true);
		fake_feed(&f, S(LOGIN "RETR 2\r\n"), 99);
		t.reads = 0;
		t.gone = cases[i / 3].gone;
		fake_feed(&f, S("RETR 3\r\n"), 99);
		buf_clear(&f.sent);
		fake_feed(&f, cases[i / 3].between, 99);
		fake_feed(&f, S("RETR 4\r\n"), 99);
		check(buf_slice(&f.sent), cases[i / 3].out, cases[i / 3].between);
		assert_int_equal(t.reads, cases[i / 3].reads);
		fake_close(&f);
	}
}

/* What comes while a message is read ahead waits; then nothing is read twice. */
static void waits_for_what_is_read_ahead(void **state)
{
	struct told t = {.frame = 1};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN "RETR 2\r\n"), 99);
	buf_clear(&f.sent);
	t.reads = 0;
	f.hold_replies = true;
	fake_feed(&f, S("RETR 3\r\n"), 99);
	fake_feed(&f, S("RETR 4\r\nNOOP\r\nRETR 4\r\n"), 8);
	f.hold_replies = false;
	fake_pump(&f);
	check(buf_slice(&f.sent),
	      S("+OK 19 octets\r\n..\r\n...\r\n\r\n..\r\n..x\r\n\n.\n\r\n.\r\n"
	        "+OK 6 octets\r\nno end\r\n.\r\n+OK\r\n+OK 6 octets\r\nno end\r\n.\r\n"),
	      S(""));
	assert_int_equal(t.reads, 2);
	fake_close(&f);
}

static void retrieve(struct fake *f, uint32_t number)
{
	char line[20];

	buf_clear(&f->sent);
	snprintf(line, sizeof(line), "RETR %u\r\n", number);
	fake_feed(f, slice_str(line), 99);
}

static void check_large(const struct fake *f, const struct told *t, uint32_t number)
{
	struct buf want = {0};

	buf_put(&want, S("+OK 10000 octets\r\n"));
	buf_put(&want, text_of(t, number));
	buf_put(&want, S("\r\n.\r\n"));
	check(buf_slice(&f->sent), buf_slice(&want), S("RETR"));
	buf_free(&want);
}

/* 64 KB are at hand; when half of it is taken the store reads on, and nobody waits for it. */
static void reads_on_meanwhile(void **state)
{
	static const size_t frames[] = {0, 3000, 10000};

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct told t = {.many = 12, .large = 10000, .frame = frames[i]};
		struct fake f = {.io = {.out_high = 4000}};

		begin(&f, &t, true);
		fake_feed(&f, S(LOGIN), 99);
		for (uint32_t n = 1; n <= 12; n++) {
			f.hold_replies = n >= 3 && n <= 5; /* 7 to 9 are on their way */
			retrieve(&f, n);
			check_large(&f, &t, n);
			assert_int_equal(t.reads, n < 3 ? 1 : n < 6 ? 2 : 3);
		}
		fake_close(&f);
	}
}

/* No request may start when it is time to read on: who has what was asked for stays. */
static void cannot_read_on(void **state)
{
	struct told t = {.many = 12, .large = 10000};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	for (uint32_t n = 1; n <= 12; n++) {
		if (n == 3)
			f.io.calls_left = 0;
		retrieve(&f, n);
		check_large(&f, &t, n);
		assert_false(f.closed);
		if (n == 3)
			f.io.calls_left = FAKE_CALLS;
	}
	fake_close(&f);
}

/* Where messages begin is not known any more: they are read again. */
static void too_little_ahead(void **state)
{
	struct told t = {.many = 12, .large = 10000, .short_one = true};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	retrieve(&f, 1);
	check_large(&f, &t, 1);
	t.short_one = false;
	for (uint32_t n = 2; n <= 6; n++) {
		retrieve(&f, n);
		check_large(&f, &t, n);
	}
	fake_close(&f);
}

/* A store that sends more than it was asked for. */
static void too_much_ahead(void **state)
{
	struct told t = {.frame = 4};
	struct fake f = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN "RETR 2\r\n"), 99);
	t.twice = true;
	fake_feed(&f, S("RETR 3\r\n"), 99);
	assert_true(f.closed);
	fake_close(&f);
}

/* More than the queue holds, in one go. */
static void many_reads(void **state)
{
	struct told t = {0};
	struct fake f = {0};
	struct buf in = {0}, out = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	buf_clear(&f.sent);
	for (int i = 0; i < 200; i++) {
		buf_put(&in, i % 3 ? S("RETR 4\r\n") : S("RETR 2\r\n"));
		buf_put(&out,
		        i % 3 ? S("+OK 6 octets\r\nno end\r\n.\r\n") : S("+OK 0 octets\r\n.\r\n"));
	}
	fake_feed(&f, buf_slice(&in), 1000000);
	check(buf_slice(&f.sent), buf_slice(&out), S(""));
	assert_in_range(t.reads, 4, 5);
	buf_free(&in);
	buf_free(&out);
	fake_close(&f);
}

/* The store changes no more than 100,000 messages in one transaction; a few take their time. */
static void very_many_deleted(void **state)
{
	struct told t = {.many = 25000};
	struct fake f = {0};
	struct buf in = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	for (uint32_t i = 1; i <= t.many; i++)
		buf_printf(&in, "DELE %u\r\n", i);
	buf_put(&in, S("QUIT\r\n"));
	fake_feed(&f, buf_slice(&in), 1000000);
	assert_true(f.closed);
	assert_int_equal(t.dropped_sum, t.many);
	assert_int_equal(t.dropped_most, 10000);
	assert_int_equal(t.drops, 3);
	fake_close(&f);
	/* Cut off in the midst: it hears so, and says no more. */
	t = (struct told){.many = 25000, .drops_done = 1};
	memset(&f, 0, sizeof(f));
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN), 99);
	fake_feed(&f, buf_slice(&in), 1000000);
	assert_true(f.closed);
	assert_int_equal(t.drops, 2);
	assert_true(slice_ends(
		buf_slice(&f.sent),
		S("-ERR [SYS/TEMP] some deleted messages are not removed: delete them again\r\n")));
	buf_free(&in);
	fake_close(&f);
}

static void stops(void **state)
{
	static const struct {
		enum pk_stop why;
		struct slice said;
	} cases[] = {
		{PK_STOP_IDLE,  S("")					    },
		{PK_STOP_LOGIN, S("")					    },
		{PK_STOP_KICK,  S("-ERR [SYS/TEMP] the session was ended\r\n")   },
		{PK_STOP_LINK,  S("-ERR [SYS/TEMP] the session was ended\r\n")   },
		{PK_STOP_DRAIN, S("-ERR [SYS/TEMP] the server is going down\r\n")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fake f = {0};
		struct told t = {0};

		begin(&f, &t, true);
		fake_feed(&f, S(LOGIN "DELE 1\r\n"), 99);
		buf_clear(&f.sent);
		fake_event(&f, PK_IN_STOP, cases[i].why);
		check(buf_slice(&f.sent), cases[i].said, S(""));
		assert_true(f.closed);
		assert_string_equal(t.dropped, ""); /* RFC 1939 section 3 */
		fake_close(&f);
	}
}

/* Words in the midst of a long answer would be taken for a part of it. */
static void stops_amid_an_answer(void **state)
{
	static const struct slice commands[] = {S("LIST\r\n"), S("UIDL\r\n"), S("TOP 3 9\r\n"),
	                                        S("RETR 3\r\n")};

	(void)state;
	for (size_t i = 0; i < COUNT(commands); i++) {
		struct fake f = {0};
		struct told t = {.frame = 4};

		begin(&f, &t, true);
		fake_feed(&f, S(LOGIN), 99);
		buf_clear(&f.sent);
		f.io.out_high = 10;
		buf_put(&f.in, commands[i]);
		while (!f.io.out_n)
			assert_true(fake_step(&f));
		fake_event(&f, PK_IN_STOP, PK_STOP_KICK);
		assert_true(f.closed);
		assert_true(f.sent.n > 3);
		assert_false(slice_ends(buf_slice(&f.sent), S("the session was ended\r\n")));
		fake_close(&f);
	}
}

static void errors_end_it(void **state)
{
	static const struct talk web = {S("GET / HTTP/1.1\r\n" LOGIN),
	                                S(GREETING "-ERR this is not a web server\r\n"),
	                                true,
	                                NULL,
	                                {0}};
	struct fake f = {0};
	struct told t = {0};

	(void)state;
	talk(&web);
	begin(&f, &t, true);
	for (int i = 0; i < 9; i++)
		fake_feed(&f, S("X\r\n"), 99);
	assert_false(f.closed);
	fake_feed(&f, S("X\r\n"), 99);
	assert_true(f.closed);
	fake_close(&f);
}

static void long_lines(void **state)
{
	struct fake f = {0};
	struct told t = {0};

	(void)state;
	begin(&f, &t, true);
	fake_feed(&f, S(LOGIN "DELE 1"), 99);
	for (int i = 0; i < 60; i++)
		fake_feed(&f, S("          "), 99);
	buf_clear(&f.sent);
	fake_feed(&f, S("2\r\nQUIT\r\n"), 99);
	check(buf_slice(&f.sent), S("-ERR the line is too long\r\n"), S(""));
	assert_true(f.closed);
	fake_close(&f);
}

/* As long as they get. */
static void unique_ids(void **state)
{
	static const struct {
		uint32_t uidvalidity, uid;
		const char *made;
	} cases[] = {
		{1,          1,          "1.1"                  },
		{10,         4294967295, "10.4294967295"        },
		{4294967295, 4294967295, "4294967295.4294967295"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct maildrop d = {.uidvalidity = cases[i].uidvalidity};
		struct maildrop_uidl room;

		assert_true(
			slice_eq(maildrop_uidl(&d, cases[i].uid, &room), slice_str(cases[i].made)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(talks),
		cmocka_unit_test(bad_numbers),
		cmocka_unit_test(logins),
		cmocka_unit_test(tls),
		cmocka_unit_test(no_tls_to_offer),
		cmocka_unit_test(reads_that_fail),
		cmocka_unit_test(expunged_beside),
		cmocka_unit_test(very_many_expunged_beside),
		cmocka_unit_test(reads_ahead),
		cmocka_unit_test(reads_on),
		cmocka_unit_test(waits_for_what_is_read_ahead),
		cmocka_unit_test(too_much_ahead),
		cmocka_unit_test(reads_on_meanwhile),
		cmocka_unit_test(cannot_read_on),
		cmocka_unit_test(too_little_ahead),
		cmocka_unit_test(many_reads),
		cmocka_unit_test(stops),
		cmocka_unit_test(stops_amid_an_answer),
		cmocka_unit_test(errors_end_it),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(very_many_deleted),
		cmocka_unit_test(unique_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
