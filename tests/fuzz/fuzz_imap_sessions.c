/* Up to four IMAP sessions of two users on one server, whose clients say anything in any order. */
/* links: harness host store imap */
#include "session.h"

#include "fuzz_imap_lines.h"
#include "fuzz_imap_world.h"

/*
 * The input is lines; the first octet of each says what happens, the rest to whom:
 *
 *	=0011	first line only: whose the clients 1 to 4 are; '-': it does not log in by itself
 *	A...	client 1 says the rest and CRLF (B, C, D: the others); then everything happens
 *	a...	the same, and nothing happens yet
 *	w...	client 1 says the rest as it is (x, y, z)
 *	(0 )0	client 1 takes nothing any more; it does again
 *	-0 .0	its connection is gone; it says no more. With its next line it comes back
 *	k0 g0	it is ended from outside; it is to end
 *	m0...	a message for user 0 is delivered, '|' being CRLF
 *	M0...	the same, each '*' in it being 200 lines
 *	h3	so much output gathers for who connects from here on: highs
 *	+3	time passes: leaps
 *	!3	the store's next answer is a failure: failures
 *	s3	from here on things happen in random order and pieces (0: at once)
 *	r	everything happens that can
 *
 * A client is followed by an ear (imap_ear.h). In each user's mail, names and keywords is a word
 * that no other may hear, unless he knows the password. At the end the sessions that see the same
 * mailbox see the same in it, and the store finds nothing wrong with itself.
 */
#define INPUT_MAX 20000
#define LINES_MAX 300
#define LARGE_MAX 200000 /* octets of a message */
#define MESSAGES  "100"  /* of a user, so that copies of copies end */

static const struct {
	int64_t ms, wall_ms;
} leaps[] = {
	{100,      100      },
        {1000,     1000     },
        {10000,    10000    },
	{61000,    61000    },
        {300000,   300000   },
        {1860000,  1860000  },
	{86400000, 86400000 },
        {1000,     -3600000 },
        {1000,     864000000},
};

static const size_t highs[] = {32768, 1, 50, 400, 3000};

static const enum pk_status failures[] = {PK_EUNAVAILABLE, PK_ENOMEM,    PK_EIO,    PK_EQUOTA,
                                          PK_ESTALE,       PK_EEXPUNGED, PK_ELIMIT, PK_ENOTFOUND,
                                          PK_EPERM,        PK_EINVAL};

/* ---- the lines of the input ---- */

static struct fuzz_client *client_at(struct slice s)
{
	return s.n ? &world.client[(unsigned char)s.p[0] % CLIENTS] : &world.client[0];
}

static unsigned digit(struct slice s)
{
	return s.n ? (unsigned char)s.p[0] % 16 : 0;
}

static void say(unsigned client, struct slice text, bool line)
{
	struct fuzz_client *k = &world.client[client];

	come(k);
	queue(k, text);
	if (line)
		queue(k, S("\r\n"));
}

static void put_lines(struct buf *b)
{
	for (unsigned i = 0; i < 200; i++)
		buf_printf(b, "%s%076u", i ? "\r\n" : "", i); /* base64, too */
}

static void deliver(struct slice s, bool large)
{
	unsigned u = digit(s) % USERS;
	struct buf b = {0};

	tell(s);
	for (int i = 0; i < CLIENTS; i++)
		set_secrets(&world.client[i]);
	buf_printf(&b, "X-Word: %s\r\n", users[u].word.p);
	for (s = slice_skip(s, 1); s.n; s = slice_skip(s, 1)) {
		if (s.p[0] == '|')
			buf_put(&b, S("\r\n"));
		else if (large && s.p[0] == '*' && b.n < LARGE_MAX)
			put_lines(&b);
		else
			buf_byte(&b, s.p[0]);
	}
	(void)drive_try_mail(world.d, users[u].name, buf_slice(&b), S(""));
	buf_free(&b);
	run();
}

static void hold(struct slice s, bool holds)
{
	struct fuzz_client *k = client_at(s);

	if (k->c && !drive_closed(k->c)) {
		drive_hold(k->c, holds);
		k->holds = holds;
	}
}

static void pass(unsigned n)
{
	n %= sizeof(leaps) / sizeof(*leaps);
	drive_leap(world.d, leaps[n].ms, leaps[n].wall_ms);
	run();
}

static void act(struct slice line)
{
	char what = line.p[0];
	struct slice s = slice_skip(line, 1);
	struct fuzz_client *k = client_at(s);

	switch (what) {
	case '(': hold(s, true); break;
	case ')': hold(s, false); break;
	case '-': drop(k); break;
	case '.':
		if (k->c)
			drive_eof(k->c);
		break;
	case 'k':
		if (k->c)
			drive_stop(k->c, PK_STOP_KICK);
		break;
	case 'g':
		if (k->c)
			drive_stop(k->c, PK_STOP_DRAIN);
		break;
	case 'm': deliver(s, false); break;
	case 'M': deliver(s, true); break;
	case 'h': drive_out_high(world.d, highs[digit(s) % 5]); break;
	case '+': pass(digit(s)); break;
	case '!': drive_inject(world.d, failures[digit(s) % 10]); break;
	case 's': drive_schedule(world.d, digit(s)); break;
	case 'r': run(); break;
	default: break;
	}
}

static void play_line(struct slice line)
{
	char c = line.n ? line.p[0] : 0;
	struct slice rest = slice_skip(line, 1);

	if (c >= 'A' && c < 'A' + CLIENTS) {
		say((unsigned)(c - 'A'), rest, true);
		run();
	} else if (c >= 'a' && c < 'a' + CLIENTS) {
		say((unsigned)(c - 'a'), rest, true);
	} else if (c >= 'w' && c < 'w' + CLIENTS) {
		say((unsigned)(c - 'w'), rest, false);
	} else if (c) {
		act(line);
	}
}

/* ---- beginning and end ---- */

static void plant(unsigned u)
{
	struct drive_client *c = drive_connect(world.d);
	const char *w = users[u].word.p;
	struct buf b = {0}, m = {0};

	buf_printf(
		&m,
		"From: %s <%s@x>\r\nSubject: %s\r\nMessage-ID: <%s@x>\r\n"
		"Content-Type: multipart/mixed; boundary=b; x=%s\r\n\r\n--b\r\n\r\n%s\r\n"
		"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in %s\r\n\r\n%s\r\n--b--\r\n",
		w, w, w, w, w, w, w, w);
	buf_printf(
		&b,
		"a LOGIN %s %s\r\nb CREATE %s\r\nc CREATE Work\r\nd APPEND INBOX (k%s) {%zu+}\r\n",
		users[u].name.p, users[u].password.p, w, w, m.n);
	buf_put(&b, buf_slice(&m));
	buf_put(&b, S("\r\ne LOGOUT\r\n"));
	drive_send(c, buf_slice(&b));
	drive_forget(c);
	drive_mail(world.d, users[u].name, buf_slice(&m));
	buf_free(&b);
	buf_free(&m);
}

static void begin(struct slice *input)
{
	static const char *const names[CLIENTS] = {"client 1", "client 2", "client 3", "client 4"};
	struct slice of = S("0011");

	if (slice_starts(*input, S("=")))
		of = slice_skip(slice_cut(input, '\n'), 1);
	world.d = fuzz_drive_open("imap");
	for (unsigned u = 0; u < USERS; u++) {
		drive_user(world.d, users[u].name, users[u].password);
		if (drive_set(world.d, users[u].name, S("quota.messages"), S(MESSAGES)) != PK_OK)
			abort();
		plant(u);
	}
	for (unsigned i = 0; i < CLIENTS; i++) {
		world.client[i] = (struct fuzz_client){.ear.name = names[i]};
		world.client[i].user = i >= of.n || of.p[i] == '-' ? -1 : of.p[i] == '1';
	}
	drive_bound(world.d, STEPS_MAX);
	world.heap = __sanitizer_get_current_allocated_bytes();
}

/* One line of the last FETCH without what differs from session to session. */
static void keep_line(struct buf *b, const struct imap_response *r)
{
	struct slice rest = r->rest;

	buf_printf(b, "%u ", r->number);
	while (rest.n) {
		struct slice word = slice_cut(&rest, ' ');

		if (slice_eq(word, S("MODSEQ"))) {
			slice_cut(&rest, ' ');
			continue;
		}
		while (word.n && strchr("()", word.p[0]))
			word = slice_skip(word, 1);
		while (word.n && strchr("()", word.p[word.n - 1]))
			word.n--;
		if (word.n && !slice_eq(word, S("\\Recent"))) {
			buf_put(b, word);
			buf_byte(b, ' ');
		}
	}
	buf_byte(b, '\n');
}

/* Whether it answers; what it says of messages is kept. Else it is in the middle of something. */
static bool ask(struct fuzz_client *k, struct slice tag, struct slice command)
{
	if (!k->c || drive_closed(k->c))
		return false;
	queue(k, command);
	drive_run(world.d);
	buf_clear(&k->all);
	for (struct slice rest = buf_slice(drive_got(k->c)); rest.n;) {
		struct imap_response r = imap_response(&rest, k->ear.utf8);

		if (r.kind == SAID_NOTHING)
			break;
		if (r.kind == SAID_NUMBER && slice_eq(r.word, S("FETCH")))
			keep_line(&k->all, &r);
	}
	hear(k);
	return !drive_closed(k->c) && slice_eq(slice_str(k->ear.tag), tag) && k->ear.status == 'O';
}

/* Whoever does not answer, leaves. */
static void poll(struct slice tag, struct slice command)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		if (!ask(&world.client[i], tag, command))
			drop(&world.client[i]);
}

/* As many messages as it counts. */
static void look(struct fuzz_client *k)
{
	unsigned lines = 0;

	buf_clear(&k->all);
	if (!k->c || k->ear.selected != EAR_COUNTED || !k->ear.messages.n ||
	    !ask(k, S("look"), S("look UID FETCH 1:* (FLAGS)\r\n")))
		return;
	for (size_t i = 0; i < k->all.n; i++)
		lines += k->all.p[i] == '\n';
	if (lines != k->ear.messages.n)
		ear_fails(&k->ear, "%u messages of %u: %.*s", lines, k->ear.messages.n,
		          (int)k->all.n, k->all.p);
}

static void see_the_same(const struct fuzz_client *a, const struct fuzz_client *b)
{
	if (a->all.n && b->all.n && a->user == b->user && a->user >= 0 &&
	    !strcmp(a->ear.mailbox, b->ear.mailbox) &&
	    !slice_eq(buf_slice(&a->all), buf_slice(&b->all)))
		ear_fails(&a->ear, "sees %.*s\n%s sees %.*s", (int)a->all.n, a->all.p, b->ear.name,
		          (int)b->all.n, b->all.p);
}

/* Who polls knows the truth. The first poll ends what was open, so it may change something. */
static void agree(void)
{
	drive_inject(world.d, PK_OK);
	drive_schedule(world.d, 0);
	for (unsigned i = 0; i < CLIENTS; i++)
		if (world.client[i].c)
			drive_hold(world.client[i].c, world.client[i].holds = false);
	run();
	poll(S("poll1"), S("DONE\r\npoll1 NOOP\r\n"));
	poll(S("poll2"), S("poll2 NOOP\r\n"));
	for (unsigned i = 0; i < CLIENTS; i++)
		world.client[i].ear.polled = true;
	for (unsigned i = 0; i < CLIENTS; i++)
		look(&world.client[i]);
	for (unsigned i = 0; i < CLIENTS; i++)
		for (unsigned j = 0; j < i; j++)
			see_the_same(&world.client[i], &world.client[j]);
}

static void end(void)
{
	agree();
	for (unsigned i = 0; i < CLIENTS; i++) {
		drop(&world.client[i]);
		buf_free(&world.client[i].all);
	}
	drive_run(world.d);
	drive_verify(world.d);
	drive_close(world.d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct slice input = {(const char *)data, n};

	if (n > INPUT_MAX)
		return 0;
	begin(&input);
	for (unsigned i = 0; input.n && i < LINES_MAX; i++)
		play_line(slice_cut(&input, '\n'));
	end();
	return 0;
}
