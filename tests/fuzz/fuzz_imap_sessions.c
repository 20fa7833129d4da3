/* Up to four IMAP sessions of two users on one server, whose clients say anything in any order. */
/* links: harness host store imap */
#include "session.h"

#include "fuzz_drive.h"
#include "imap_ear.h"

#include <sanitizer/allocator_interface.h>

/*
 * The input is lines; the first octet of each says what happens, the rest to whom:
 *
 *	=0011	which user is whose, clients 1 to 4; '-': it does not log in by itself. First line
 *only A...	client 1 says the rest and CRLF (B, C, D: the others); then everything happens a...
 *the same, and nothing happens yet w...	client 1 says the rest, as it is (x, y, z) (1 )1
 *client 1 takes nothing any more; it does again -1 .1	its connection is gone; it will say no more.
 *It comes back with its next line k1	it is ended from outside m0...	a message for user 0 is
 *delivered, '|' being CRLF +3	time passes: see leaps
 *	!3	the store's next answer is a failure: see failures
 *	s3	from here on things happen in random order and pieces (0: at once)
 *	r	everything happens that can
 *
 * A client is followed by an ear (imap_ear.h). In each user's mail, names and keywords is a word
 * that no other may hear, unless he knows the password. At the end the sessions that see the same
 * mailbox see the same in it, and the store finds nothing wrong with itself.
 */
#define CLIENTS   4
#define USERS     2
#define INPUT_MAX 20000
#define LINES_MAX 300
#define MESSAGES  "100" /* of a user, so that copies of copies end */

/* What a server may hold, and how long it may work, for inputs and mailboxes of this size. */
#define STEPS_MAX   100000
#define OUTPUT_MAX  ((size_t)1 << 20)
#define INPUT_HELD  ((size_t)1 << 17)
#define COMMAND_MAX ((size_t)8 << 20)
#define LINK_MAX    ((size_t)2 << 20)
#define HEAP_MAX    ((size_t)96 << 20)

static const struct {
	struct slice name, password, word;
} users[USERS] = {
	{S("jane@example.test"), S("secret"),  S("7Hq2mVx9LrTb")},
	{S("joe@example.test"),  S("rosebud"), S("p4Zk8WsYc1Nd")},
};

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

static const enum pk_status failures[] = {PK_EUNAVAILABLE, PK_ENOMEM,    PK_EIO,    PK_EQUOTA,
                                          PK_ESTALE,       PK_EEXPUNGED, PK_ELIMIT, PK_ENOTFOUND,
                                          PK_EPERM,        PK_EINVAL};

struct fuzz_client {
	struct drive_client *c; /* NULL: not connected */
	struct imap_ear ear;
	int user;       /* -1: does not log in by itself */
	bool holds;     /* takes nothing */
	struct buf all; /* what the final command said */
};

static struct fuzz_world {
	struct drive *d;
	struct fuzz_client client[CLIENTS];
	bool told[USERS]; /* somebody said this user's word himself: all may hear it */
	size_t heap;      /* octets before the first line */
} world;

/* ---- secrets ---- */

static bool has(struct slice text, struct slice what)
{
	return text.n && memmem(text.p, text.n, what.p, what.n);
}

static void tell(struct slice text)
{
	for (int u = 0; u < USERS; u++)
		world.told[u] |= has(text, users[u].word);
}

/* The words that a client may not hear: of users whose password it has not said. Base64 of it
 * has one of three forms. */
static void set_secrets(struct fuzz_client *k)
{
	static const struct slice coded[USERS][3] = {
		{S("c2VjcmV0"),  S("NlY3Jld"),  S("zZWNyZX")  },
		{S("cm9zZWJ1Z"), S("Jvc2VidW"), S("yb3NlYnVk")},
	};

	struct slice said = buf_slice(&k->ear.sent);

	for (int u = 0; u < USERS; u++) {
		bool knows = k->user == u || world.told[u] || has(said, users[u].password);

		for (int i = 0; i < 3; i++)
			knows |= has(said, coded[u][i]);
		k->ear.secret[u] = knows ? S("") : users[u].word;
	}
}

/* ---- clients ---- */

static void hear(struct fuzz_client *k)
{
	struct buf *got = k->c ? drive_got(k->c) : NULL;

	if (!got)
		return;
	if (getenv("FUZZ_TRACE") && got->n)
		fprintf(stderr, "%s< %.*s\n", k->ear.name, (int)got->n, got->p);
	ear_heard(&k->ear, buf_slice(got));
	buf_clear(got);
	if (!k->holds && !drive_closed(k->c))
		ear_quiet(&k->ear);
}

static void hear_all(void)
{
	for (int i = 0; i < CLIENTS; i++)
		hear(&world.client[i]);
}

static void drop(struct fuzz_client *k)
{
	if (!k->c)
		return;
	hear(k);
	drive_forget(k->c);
	k->c = NULL;
	ear_forget(&k->ear);
}

static void queue(struct fuzz_client *k, struct slice octets)
{
	if (getenv("FUZZ_TRACE"))
		fprintf(stderr, "%s> %.*s\n", k->ear.name, (int)octets.n, octets.p);
	ear_sent(&k->ear, octets);
	tell(buf_slice(&k->ear.sent));
	for (int i = 0; i < CLIENTS; i++)
		set_secrets(&world.client[i]);
	drive_queue(k->c, octets);
}

static void come(struct fuzz_client *k)
{
	struct buf b = {0};

	if (k->c && drive_closed(k->c))
		drop(k);
	if (k->c)
		return;
	k->c = drive_connect(world.d);
	k->holds = false;
	set_secrets(k);
	hear(k);
	if (k->user < 0)
		return;
	buf_printf(&b, "log LOGIN %s %s\r\nsel SELECT INBOX\r\n", users[k->user].name.p,
	           users[k->user].password.p);
	queue(k, buf_slice(&b));
	buf_free(&b);
}

static void check_bounds(void)
{
	struct drive_held h = drive_held(world.d);
	size_t heap = __sanitizer_get_current_allocated_bytes();

	if (h.output > OUTPUT_MAX || h.input > INPUT_HELD || h.command > COMMAND_MAX ||
	    h.up > LINK_MAX || h.down > LINK_MAX || heap > world.heap + HEAP_MAX) {
		fprintf(stderr, "held: output %zu input %zu command %zu up %zu down %zu heap %zu\n",
		        h.output, h.input, h.command, h.up, h.down, heap - world.heap);
		abort();
	}
}

static void run(void)
{
	drive_run(world.d);
	check_bounds();
	hear_all();
}

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

static void deliver(struct slice s)
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
	case 'm': deliver(s); break;
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
