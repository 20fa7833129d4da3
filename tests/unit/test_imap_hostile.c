/* What a hostile IMAP client sends has a bound in memory and in turns, and an answer or an end. */
/* links: imap harness host store */
#include "unit.h"

#include "heap_peak.h"
#include "imap_client.h"

#include "imap/imap.h"

#include "session.h"

#define MESSAGES  300
#define MAILBOXES 60

/* What one command may take here, with so many messages: turns of everything there is, and octets
 * of heap of host, plugin and store together. */
#define STEPS_MAX 2000
#define HEAP_MAX  ((size_t)8 << 20)
#define PIECE     65536u /* that a client sends at once */

struct world {
	struct drive *d;
	struct drive_client *c;
};

static struct slice say(struct world *w, struct slice octets)
{
	buf_clear(drive_got(w->c));
	drive_send(w->c, octets);
	return buf_slice(drive_got(w->c));
}

static bool has(struct slice text, const char *what)
{
	return text.n && memmem(text.p, text.n, what, strlen(what));
}

static void fill(struct world *w)
{
	struct buf b = {0};

	buf_put(&b, S("a LOGIN jane@example.test secret\r\n"));
	for (unsigned i = 0; i < MAILBOXES; i++)
		buf_printf(&b, "b CREATE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%u\r\n", i);
	for (unsigned i = 0; i < MESSAGES; i++) {
		struct buf m = {0};

		/* Each refers to all others, those behind it too: circles of every length. */
		buf_printf(&m, "Message-ID: <%u@x>\r\nSubject: Re: Re: [x] %u\r\nReferences:", i,
		           i % 7);
		for (unsigned k = 1; k < MESSAGES; k++)
			buf_printf(&m, "\r\n <%u@x>", (i + k * 17) % MESSAGES);
		buf_put(&m, S("\r\n\r\nbody\r\n"));
		buf_printf(&b, "c APPEND INBOX {%zu+}\r\n", m.n);
		buf_put(&b, buf_slice(&m));
		buf_put(&b, S("\r\n"));
		buf_free(&m);
	}
	buf_put(&b, S("d SELECT INBOX\r\n"));
	assert_true(has(say(w, buf_slice(&b)), "d OK "));
	buf_free(&b);
}

static int setup(void **state)
{
	static struct world w;

	w.d = client_drive(pk_plugin_entry(service_host()), 0);
	w.c = drive_connect(w.d);
	fill(&w);
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	drive_close(((struct world *)*state)->d);
	return 0;
}

/* start, then `unit` so many times, its first %u being 1, 2, ..., then end and CRLF. */
static const struct attack {
	const char *start, *unit;
	unsigned times;
	const char *end;
	char answer; /* O, N, B of the tag "h"; X: the connection is closed */
} attacks[] = {
	{"h SEARCH ",			    "(",              10000, "",                 'N'},
	{"h SEARCH ",			    "NOT ",           10000, "ALL",              'N'},
	{"h SEARCH ",			    "OR ALL ",        8000,  "ALL",              'N'},
	{"h SEARCH ",			    "(ALL ",          60,    "ALL",              'B'},
	{"h SEARCH ALL",			 " ALL",           500,   "",                 'O'},
	{"h SEARCH ALL",			 " ALL",           10000, "",                 'N'},
	{"h SEARCH UNKEYWORD x",                 " TEXT %u",       400,   "",                 'O'},
	{"h UID SEARCH ",                        "UID 1:* ",       500,   "ALL",              'O'},
	{"h SEARCH ",			    "1:4294967295,",  4900,  "1",                'B'},
	{"h UID SEARCH UID ",                    "1:4294967295,",  4900,  "1",                'O'},
	{"h UID FETCH ",			 "1:4294967295,",  4900,  "1 UID",            'O'},
	{"h UID FETCH ",			 "4294967295:1,",  4900,  "1 (FLAGS UID)",    'O'},
	{"h UID FETCH ",			 "%u0,",           9000,  "1 UID",            'O'},
	{"h UID STORE ",			 "1:4294967295,",  4900,  "1 FLAGS (\\Seen)", 'O'},
	{"h UID STORE ",			 "%u0,",           9000,  "1 FLAGS (\\Seen)", 'O'},
	{"h UID COPY ",			  "%u0,",           9000,  "1 INBOX",          'O'},
	{"h UID EXPUNGE ",                       "1:4294967295,",  4900,  "1",                'O'},
	{"h FETCH 1 (",			  "UID ",           16000, "UID)",             'O'},
	{"h FETCH 1 (",			  "BODY[] ",        9000,  "BODY[])",          'N'},
	{"h FETCH 1:* (",                        "BODY.PEEK[] ",   60,    "UID)",             'O'},
	{"h FETCH 1 (",			  "UID ",           99999, "UID)",             'X'},
	{"h FETCH 1 BODY[HEADER.FIELDS (",       "X%u ",           9000,  "X)]",              'N'},
	{"h FETCH 1 BODY[HEADER.FIELDS (",       "X ",             255,   "X)]",              'O'},
	{"h FETCH 1 BODY[1",                     ".1",             30000, "]",                'N'},
	{"h FETCH 1 BODY[",                      "9",              60000, "]",                'B'},
	{"h STORE 1:* FLAGS (",                  "x%u ",           9000,  "x)",               'N'},
	{"h STORE 1 FLAGS (",                    "\\Seen ",        9000,  "\\Seen)",          'O'},
	{"h APPEND INBOX (",                     "x%u ",           9000,  "x) {1}",           'N'},
	{"h LIST \"\" \"",                       "*%%",            1000,  "b\"",              'O'},
	{"h LIST \"\" \"",                       "*a",             500,   "b\"",              'O'},
	{"h LIST \"\" \"",                       "%%a",            500,   "b\"",              'O'},
	{"h LIST \"\" \"",                       "*a",             20000, "b\"",              'O'},
	{"h LIST \"\" (",                        "*a%u ",          200,   "b)",               'O'},
	{"h LIST \"\" (",                        "*a%u ",          9000,  "b)",               'N'},
	{"h LIST (",			     "SUBSCRIBED ",    5000,  "REMOTE) \"\" *",   'O'},
	{"h LIST \"\" * RETURN (",               "CHILDREN ",      6000,  "CHILDREN)",        'O'},
	{"h LIST \"\" * RETURN (STATUS (",       "MESSAGES ",      6000,  "UIDNEXT))",        'O'},
	{"h STATUS INBOX (",                     "MESSAGES ",      6000,  "SIZE)",            'O'},
	{"h ENABLE",			     " X%u",           9000,  "",                 'O'},
	{"h ID (",			       "\"a%u\" \"b\" ", 30,    "\"n\" NIL)",       'B'},
	{"h ID (",			       "\"a%u\" \"b\" ", 4000,  "\"n\" NIL)",       'B'},
	{"h SORT (",			     "SUBJECT ",       7000,  "DATE) UTF-8 ALL",  'O'},
	{"h SORT (SUBJECT REVERSE DATE) UTF-8 ", "ALL ",           1,     "ALL",              'O'},
	{"h THREAD REFERENCES UTF-8 ",           "ALL ",           1,     "ALL",              'O'},
	{"h THREAD ORDEREDSUBJECT UTF-8 ",       "ALL ",           1,     "ALL",              'O'},
	{"h SELECT INBOX (QRESYNC (1 1 ",        "%u,",            9000,  "99999))",          'B'},
	{"h SELECT ",			    "a",              60000, "",                 'N'},
	{"h CREATE ",			    "a/",             30000, "a",                'N'},
	{"h CREATE ",			    "&AOQ-",          12000, "",                 'N'},
	{"h RENAME INBOX ",                      "a/",             30000, "a",                'N'},
	{"h SUBSCRIBE ",			 "a",              60000, "",                 'N'},
	{"h GETQUOTAROOT ",                      "a",              60000, "",                 'N'},
	{"h SETQUOTA \"\" (",                    "STORAGE 1 ",     5000,  "MESSAGE 1)",       'N'},
	{"h NOOP \"",			    "\\\\",           30000, "\"",               'B'},
	{"",				     "x",              60000, " NOOP",            'B'},
	{"h ",				   "x",              60000, "",                 'B'},
	{"h LOGIN ",			     "x",              60000, " y",               'B'},
	{"h NOOP ",			      "x",              65600, "",                 'X'},
};

static void compose(struct buf *b, const struct attack *c)
{
	buf_put(b, slice_str(c->start));
	for (unsigned i = 1; i <= c->times; i++) {
		_Pragma("GCC diagnostic push");
		_Pragma("GCC diagnostic ignored \"-Wformat-nonliteral\"");
		buf_printf(b, c->unit, i);
		_Pragma("GCC diagnostic pop");
	}
	buf_put(b, slice_str(c->end));
	buf_put(b, S("\r\n"));
}

static char answer(struct slice got)
{
	while (got.n) {
		struct slice line = slice_cut(&got, '\n');

		if (slice_starts(line, S("h ")))
			return line.p[2];
		if (slice_starts(line, S("x")))
			return 'B';
	}
	return 0;
}

struct spent {
	uint64_t steps;
	size_t heap;
};

/* What goes on until all is quiet. What the client gets does not count. */
static struct spent run(struct world *w)
{
	uint64_t steps = drive_steps(w->d);
	size_t before;

	buf_clear(drive_got(w->c));
	assert_true(buf_room(drive_got(w->c), (size_t)80 << 20));
	heap_peak_begin();
	before = heap_peak.now;
	drive_run(w->d);
	return (struct spent){drive_steps(w->d) - steps, heap_peak.most - before};
}

static void come_back(struct world *w)
{
	drive_forget(w->c);
	w->c = drive_connect(w->d);
	say(w, S("a LOGIN jane@example.test secret\r\nb SELECT INBOX\r\n"));
}

static void one_attack(struct world *w, const struct attack *a)
{
	struct buf b = {0};
	struct slice got;
	struct spent s;
	char how;

	compose(&b, a);
	drive_queue(w->c, buf_slice(&b));
	buf_free(&b);
	s = run(w);
	got = buf_slice(drive_got(w->c));
	how = drive_closed(w->c) ? 'X' : answer(got);
	if (how != a->answer || s.steps > STEPS_MAX || s.heap > HEAP_MAX)
		fail_msg("%s%s x %u: %c, %u steps, %zu octets: %.*s", a->start, a->unit, a->times,
		         how, (unsigned)s.steps, s.heap, (int)(got.n < 200 ? got.n : 200), got.p);
	buf_free(drive_got(w->c));
	if (how == 'X')
		come_back(w);
	say(w, S("n NOOP\r\n")); /* so that no ten of them are in a row */
}

static void commands_have_bounds(void **state)
{
	for (size_t i = 0; i < COUNT(attacks); i++)
		one_attack(*state, &attacks[i]);
}

/* HAZARDS 73: as many wildcards as there are mean what one of them means. */
static void a_thousand_wildcards(void **state)
{
	struct world *w = *state;
	struct buf b = {0};
	struct slice got;
	unsigned lines = 0;

	compose(&b, &(struct attack){"h LIST \"\" \"", "*%%", 1000, "7\"", 'O'});
	got = say(w, buf_slice(&b));
	buf_free(&b);
	while (got.n)
		lines += slice_starts(slice_cut(&got, '\n'), S("* LIST "));
	assert_int_equal(lines, MAILBOXES / 10);
}

/* Sends so many octets more; what goes on for each piece, the most of it. Octets that were taken.
 */
static size_t flood(struct world *w, char c, size_t octets, struct spent *most)
{
	char piece[PIECE];
	size_t sent = 0;

	memset(piece, c, sizeof(piece));
	*most = (struct spent){0};
	while (sent < octets && !drive_closed(w->c)) {
		struct spent s;

		drive_queue(w->c, (struct slice){piece, sizeof(piece)});
		s = run(w);
		most->steps = s.steps > most->steps ? s.steps : most->steps;
		most->heap = s.heap > most->heap ? s.heap : most->heap;
		sent += sizeof(piece);
	}
	return sent;
}

#define WITHOUT_END ((size_t)100 << 20)

static void no_growth(const struct spent *s)
{
	if (s->steps > 100 || s->heap > (size_t)1 << 20)
		fail_msg("%u steps, %zu octets for a piece", (unsigned)s->steps, s->heap);
}

/* A line of 100 MB: the connection is closed at the first piece above the limit. */
static void line_without_end(void **state)
{
	static const char *const begins[] = {"", "h NOOP \"", "h SEARCH ", "{", "h APPEND INBOX "};
	struct world *w = *state;
	struct spent most;

	for (size_t i = 0; i < COUNT(begins); i++) {
		come_back(w);
		drive_queue(w->c, slice_str(begins[i]));
		assert_true(flood(w, 'x', WITHOUT_END, &most) <= 2 * PIECE);
		assert_true(has(buf_slice(drive_got(w->c)), "* BYE "));
		no_growth(&most);
		drive_forget(w->c);
		w->c = drive_connect(w->d); /* and before the login */
		drive_queue(w->c, slice_str(begins[i]));
		assert_int_equal(flood(w, 'x', WITHOUT_END, &most), PIECE);
		no_growth(&most);
	}
	come_back(w);
}

/* RFC 7888 section 4: what is refused is read and dropped, without end if need be. */
static void refused_literal_without_end(void **state)
{
	static const char *const begins[] = {
		"h NOOP {9223372036854775807+}\r\n", "h LOGIN {99999999999999999999999+}\r\n",
		"h FROB {4294967295+}\r\n", "h APPEND INBOX {4294967296+}\r\n",
		"h APPEND INBOX (\\Seen x {4294967296+}\r\n"};
	struct world *w = *state;
	struct spent most;

	for (size_t i = 0; i < COUNT(begins); i++) {
		come_back(w);
		assert_true(answer(say(w, slice_str(begins[i]))) != 'O');
		assert_int_equal(flood(w, '\n', WITHOUT_END / 4, &most), WITHOUT_END / 4);
		no_growth(&most);
		assert_int_equal(drive_got(w->c)->n, 0); /* its octets are no commands */
		assert_false(drive_closed(w->c));
	}
	come_back(w);
}

/* One that waits is not waited for. */
static void large_literal_is_not_asked_for(void **state)
{
	static const char *const commands[] = {"h NOOP {65537}\r\n", "h SELECT {4294967295}\r\n",
	                                       "h SEARCH {99999999999999999999}\r\n",
	                                       "h APPEND INBOX {4294967295}\r\n"};
	struct world *w = *state;

	come_back(w);
	for (size_t i = 0; i < COUNT(commands); i++) {
		struct slice got = say(w, slice_str(commands[i]));

		assert_true(answer(got) == 'B' || has(got, "h NO [TOOBIG]"));
	}
}

/* Octets of a message flow to the store, and never gather. */
static void large_message_flows(void **state)
{
	struct world *w = *state;
	struct spent most;

	come_back(w);
	say(w, S("h APPEND INBOX {33554432+}\r\n"));
	assert_int_equal(flood(w, 'a', 33554432, &most), 33554432);
	if (most.heap > HEAP_MAX)
		fail_msg("%zu octets for a piece", most.heap);
	assert_int_equal(answer(say(w, S("\r\n"))), 'O');
}

#define PIPELINED 50000

/* HAZARDS 76: commands without end, by one who does not read: then nothing more is taken. */
static void answers_that_nobody_takes(void **state)
{
	struct world *w = *state;
	struct buf b = {0};
	struct spent s;
	size_t answers = 0;

	come_back(w);
	for (unsigned i = 0; i < PIPELINED; i++)
		buf_put(&b, S("h NOOP\r\n"));
	drive_hold(w->c, true);
	drive_queue(w->c, buf_slice(&b));
	buf_free(&b);
	s = run(w);
	no_growth(&s);
	assert_true(drive_held(w->d).output < 65536);
	drive_hold(w->c, false);
	run(w);
	for (size_t i = 0; i < drive_got(w->c)->n; i++)
		answers += drive_got(w->c)->p[i] == '\n';
	assert_int_equal(answers, PIPELINED);
}

/* RFC 3501 7.1.5, HAZARDS 67: ten BAD in a row are the end, nine are not, whatever made them. */
static void ten_bad_in_a_row(void **state)
{
	static const char *const bad[] = {"h FROB\r\n",
	                                  "h FETCH 1 FROB\r\n",
	                                  "h SEARCH (\r\n",
	                                  "h FETCH 0 UID\r\n",
	                                  "h LOGIN a b\r\n",
	                                  "h STARTTLS x\r\n",
	                                  "\r\n",
	                                  "h NOOP {3+}\r\nabc\r\n",
	                                  "h SELECT {65537}\r\n",
	                                  "h IDLE\r\nFROB\r\n"};
	struct world *w = *state;

	come_back(w);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 9; i++)
			assert_true(has(say(w, slice_str(bad[i])), " BAD "));
		assert_false(drive_closed(w->c));
		assert_int_equal(answer(say(w, S("h NOOP\r\n"))), 'O');
	}
	for (unsigned i = 0; i < 10; i++) {
		assert_false(drive_closed(w->c));
		assert_true(has(say(w, slice_str(bad[i])), " BAD "));
	}
	assert_true(has(buf_slice(drive_got(w->c)), "* BYE "));
	assert_true(drive_closed(w->c));
	come_back(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_have_bounds),
		cmocka_unit_test(a_thousand_wildcards),
		cmocka_unit_test(line_without_end),
		cmocka_unit_test(refused_literal_without_end),
		cmocka_unit_test(large_literal_is_not_asked_for),
		cmocka_unit_test(large_message_flows),
		cmocka_unit_test(answers_that_nobody_takes),
		cmocka_unit_test(ten_bad_in_a_row),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
