/* Every command of POP3 in every state, with arguments of every kind: what the RFCs say of it. */
/* links: harness host store pop3 */
#include "unit.h"

#include "drive.h"

#include "pop3/pop3.h"

#include "session.h"
#include "settings.h"

#include <ctype.h>

#define USER "jane@example.test"

/*
 * Where a session is. LOCKED is AFTER_USER while another session has the maildrop, try again later.
 * In IN_AUTH each line is a response that is wrong (RFC 5034 section 4), and in GONE nothing is
 * answered any more.
 */
enum place {
	BEFORE_TLS,
	AUTHORIZATION,
	AFTER_USER,
	TRANSACTION,
	LOCKED,
	COLUMNS,
	IN_AUTH = COLUMNS,
	GONE,
	PLACES
};

static const char *const place_names[PLACES] = {"before TLS",  "authorization", "after USER",
                                                "transaction", "locked",        "inside AUTH",
                                                "after QUIT"};
static const char place_letters[PLACES] = {'B', 'A', 'U', 'T', 'L', 'I', 'x'};

/*
 * An answer: '+' +OK, 'm' +OK and lines up to a dot, '-' -ERR, '?' a challenge, '!' -ERR [IN-USE];
 * behind it the place it leads to, which is the same one where none stands.
 */
static const struct row {
	const char *verb, *args;
	const char *in[COLUMNS];
} rows[] = {
  /* RFC 2449 section 5: in both states, no arguments */
	{"CAPA", "",					   {"m", "m", "m", "m", "m"}     },
	{"CAPA", " x",					 {"-", "-", "-", "-", "-"}     },
	{"CAPA", " \xff",				      {"-", "-", "-", "-", "-"}     },
 /* RFC 6856 section 3: in both states, perhaps a language range */
	{"LANG", "",					   {"m", "m", "m", "m", "m"}     },
	{"LANG", " en",					{"+", "+", "+", "+", "+"}     },
	{"LANG", " de-AT",				     {"+", "+", "+", "+", "+"}     },
	{"LANG", " *",					 {"+", "+", "+", "+", "+"}     },
	{"LANG", " MUL",				       {"-", "-", "-", "-", "-"}     },
	{"LANG", " en de",				     {"-", "-", "-", "-", "-"}     },
	{"LANG", " -",					 {"-", "-", "-", "-", "-"}     },
	{"LANG", " \xff",				      {"-", "-", "-", "-", "-"}     },
 /* RFC 6856 section 2.1: no parameters, AUTHORIZATION */
	{"UTF8", "",					   {"+", "+", "+", "-", "+"}     },
	{"UTF8", " x",					 {"-", "-", "-", "-", "-"}     },
 /* RFC 2595 section 4: no arguments, AUTHORIZATION, once */
	{"STLS", "",					   {"+A", "-", "-", "-", "-"}    },
	{"STLS", " x",					 {"-", "-", "-", "-", "-"}     },
 /* RFC 1939 section 7, and section 2.1 of RFC 2595: nothing of a login without TLS */
	{"USER", " jane",				      {"-", "+U", "+", "-", "+"}    },
	{"USER", " nobody",				    {"-", "+", "+A", "-", "+A"}   },
	{"USER", "",					   {"-", "-", "-", "-", "-"}     },
	{"USER", " ",					  {"-", "-", "-", "-", "-"}     },
	{"USER", " jane doe",				  {"-", "-", "-", "-", "-"}     },
	{"USER", " \xff",				      {"-", "+", "+A", "-", "+A"}   },
	{"USER", " jane%00",				   {"-", "+", "+A", "-", "+A"}   },
	{"USER", " %300",				      {"-", "-", "-", "-", "-"}     },
 /* The rest of the line is the password, spaces and all. */
	{"PASS", " secret",				    {"-", "-", "+T", "-", "!x"}   },
	{"PASS", " wrong",				     {"-", "-", "-A", "-", "-A"}   },
	{"PASS", "  secret",				   {"-", "-", "-A", "-", "-A"}   },
	{"PASS", " secret secret",                             {"-", "-", "-A", "-", "-A"}   },
	{"PASS", " secret%00",				 {"-", "-", "-A", "-", "-A"}   },
	{"PASS", " \xff",				      {"-", "-", "-A", "-", "-A"}   },
	{"PASS", "",					   {"-", "-", "-", "-", "-"}     },
 /* RFC 5034 section 4; one that failed is as if it had not been said. */
	{"AUTH", " PLAIN AGphbmUAc2VjcmV0",                    {"-", "+T", "+T", "-", "!x"}  },
	{"AUTH", " plain AGphbmUAc2VjcmV0",                    {"-", "+T", "+T", "-", "!x"}  },
	{"AUTH", " PLAIN",				     {"-", "?I", "?I", "-", "?I"}  },
	{"AUTH", "",					   {"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN AGphbmUAd3Jvbmc=",                    {"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN AGphbmUAc2VjcmV0 x",                  {"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN =",				   {"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN =AAA",				{"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN AAA=AAAA",                            {"-", "-", "-", "-", "-"}     },
	{"AUTH", " PLAIN !",				   {"-", "-", "-", "-", "-"}     },
	{"AUTH", " X-NONE",				    {"-", "-", "-", "-", "-"}     },
	{"AUTH", " \xff",				      {"-", "-", "-", "-", "-"}     },
 /* RFC 1939 section 5: of two messages, and one that is marked as deleted */
	{"STAT", "",					   {"-", "-", "-", "+", "-"}     },
	{"STAT", " 1",					 {"-", "-", "-", "-", "-"}     },
	{"LIST", "",					   {"-", "-", "-", "m", "-"}     },
	{"LIST", " 1",					 {"-", "-", "-", "+", "-"}     },
	{"LIST", " 1 2",				       {"-", "-", "-", "-", "-"}     },
	{"LIST", " x",					 {"-", "-", "-", "-", "-"}     },
	{"UIDL", "",					   {"-", "-", "-", "m", "-"}     },
	{"UIDL", " 1",					 {"-", "-", "-", "+", "-"}     },
	{"UIDL", " 1 2",				       {"-", "-", "-", "-", "-"}     },
	{"UIDL", " x",					 {"-", "-", "-", "-", "-"}     },
	{"RETR", " 1",					 {"-", "-", "-", "m", "-"}     },
	{"RETR", "",					   {"-", "-", "-", "-", "-"}     },
	{"RETR", " 1 2",				       {"-", "-", "-", "-", "-"}     },
	{"RETR", " x",					 {"-", "-", "-", "-", "-"}     },
	{"TOP",  " 1 0",				       {"-", "-", "-", "m", "-"}     },
	{"TOP",  " 1 18446744073709551615",                    {"-", "-", "-", "m", "-"}     },
	{"TOP",  " 1",					 {"-", "-", "-", "-", "-"}     },
	{"TOP",  "",					   {"-", "-", "-", "-", "-"}     },
	{"TOP",  " 1 0 0",				     {"-", "-", "-", "-", "-"}     },
	{"TOP",  " 1 -1",				      {"-", "-", "-", "-", "-"}     },
	{"TOP",  " 1 x",				       {"-", "-", "-", "-", "-"}     },
	{"DELE", " 1",					 {"-", "-", "-", "+", "-"}     },
	{"DELE", "",					   {"-", "-", "-", "-", "-"}     },
	{"DELE", " 1 2",				       {"-", "-", "-", "-", "-"}     },
	{"DELE", " x",					 {"-", "-", "-", "-", "-"}     },
	{"RSET", "",					   {"-", "-", "-", "+", "-"}     },
	{"RSET", " 1",					 {"-", "-", "-", "-", "-"}     },
	{"NOOP", "",					   {"-", "-", "-", "+", "-"}     },
	{"NOOP", " x",					 {"-", "-", "-", "-", "-"}     },
 /* Sections 4 and 6: in both states */
	{"QUIT", "",					   {"+x", "+x", "+x", "+x", "+x"}},
	{"QUIT", " x",					 {"-", "-", "-", "-", "-"}     },
 /* What is no command here; section 3: no valid octets, no verb, a verb's beginning and more
  */
	{NULL,   "",					   {"-", "-", "-", "-", "-"}     },
	{NULL,   "APOP jane c4c9334bac560ecc979e58001b3e22fb", {"-", "-", "-", "-", "-"}     },
	{NULL,   "XYZZY",				      {"-", "-", "-", "-", "-"}     },
	{NULL,   "RET 1",				      {"-", "-", "-", "-", "-"}     },
	{NULL,   "RETR\t1",				    {"-", "-", "-", "-", "-"}     },
	{NULL,   " NOOP",				      {"-", "-", "-", "-", "-"}     },
	{NULL,   "\xff\x01",				   {"-", "-", "-", "-", "-"}     },
	{NULL,   "NOOP%00",				    {"-", "-", "-", "-", "-"}     },
};

/* HAZARDS 105: with each command that takes a message's number, these are none. */
static const char *const no_numbers[] = {"0",    "3",   "4",   "-1",         "+1",
                                         "1x",   "0x1", "1.0", "4294967297", "18446744073709551617",
                                         "\xff", "1%00"};
static const char *const with_numbers[] = {"LIST %s", "UIDL %s", "RETR %s", "DELE %s", "TOP %s 1"};

struct world {
	struct drive *d;
	struct drive_client *c, *holder; /* who has the maildrop */
};

/* "%00" is a NUL, "%300" so many octets. */
static void put_line(struct buf *b, const char *text)
{
	struct slice left = slice_str(text), part = slice_cut(&left, '%');

	buf_put(b, part);
	if (slice_starts(left, S("300")))
		for (unsigned i = 0; i < 300; i++)
			buf_byte(b, 'x');
	else if (slice_starts(left, S("00")))
		buf_byte(b, '\0');
	buf_put(b, S("\r\n"));
}

static struct slice say(struct drive_client *c, const char *line)
{
	struct buf b = {0};

	buf_clear(drive_got(c));
	put_line(&b, line);
	drive_send(c, buf_slice(&b));
	buf_free(&b);
	return buf_slice(drive_got(c));
}

static bool is(struct slice answer, const char *begins)
{
	return slice_starts(answer, slice_str(begins));
}

static void put_mail(struct drive *d)
{
	drive_mail(d, S(USER), S("Subject: x\r\n\r\n.y\r\n"));
}

static struct drive *make_drive(bool tls)
{
	struct buf listener = {0};
	struct drive_options o = {.plugin = pk_plugin_entry(service_host()),
	                          .service = "pop3",
	                          .tls = tls,
	                          .can_tls = true};
	struct drive *d;

	pk_put_setting_row(&listener, &(struct pk_setting){S("plain"), S("no")});
	o.settings = PK_ROWS(&listener);
	d = drive_open(&o);
	buf_free(&listener);
	drive_user(d, S(USER), S("secret"));
	for (unsigned i = 0; i < 3; i++)
		put_mail(d);
	return d;
}

static void must(struct drive_client *c, const char *line, const char *begins)
{
	struct slice got = say(c, line);

	if (!is(got, begins))
		fail_msg("%s: %.*s", line, (int)got.n, got.p);
}

static void log_in(struct drive_client *c)
{
	must(c, "USER jane", "+OK");
	must(c, "PASS secret", "+OK");
}

/* A client that has come to the place. */
static void go_to(struct world *w, enum place p)
{
	if (p == LOCKED) {
		w->holder = drive_connect(w->d);
		log_in(w->holder);
	}
	w->c = drive_connect(w->d);
	if (p == AFTER_USER || p == LOCKED)
		must(w->c, "USER jane", "+OK");
	if (p == IN_AUTH)
		must(w->c, "AUTH PLAIN", "+ \r\n");
	if (p == TRANSACTION)
		log_in(w->c);
	if (p == TRANSACTION)
		must(w->c, "DELE 3", "+OK");
	if (p == GONE)
		must(w->c, "QUIT", "+OK");
}

/* An hour later nobody remembers wrong passwords. */
static void leave(struct world *w)
{
	drive_forget(w->c);
	if (w->holder)
		drive_forget(w->holder);
	w->c = w->holder = NULL;
	drive_pass(w->d, INT64_C(3600) * 1000);
}

/* Where it is, by what works there; the last thing that is asked of the session. */
static enum place find_place(struct world *w)
{
	struct slice capa;

	if (drive_closed(w->c))
		return GONE;
	capa = say(w->c, "CAPA");
	if (!is(capa, "+OK"))
		return IN_AUTH;
	if (memmem(capa.p, capa.n, "STLS\r\n", 6))
		return BEFORE_TLS;
	if (is(say(w->c, "NOOP"), "+OK"))
		return TRANSACTION;
	if (is(say(w->c, "PASS secret"), "+OK"))
		return AFTER_USER;
	return is(buf_slice(drive_got(w->c)), "-ERR [IN-USE]") ? LOCKED : AUTHORIZATION;
}

/* One answer and nothing behind it; RFC 1939 section 3, RFC 2449 section 3. */
static char kind_of(struct slice got)
{
	struct slice left = got, first = slice_cut(&left, '\n');
	bool whole = first.n && first.p[first.n - 1] == '\r' && first.n < 512;
	struct slice end = slice_skip(got, got.n > 5 ? got.n - 5 : 0);

	if (whole && is(got, "+OK") && left.n)
		return slice_eq(end, S("\r\n.\r\n")) || slice_eq(left, S(".\r\n")) ? 'm' : 0;
	if (!whole || left.n)
		return 0;
	if (is(got, "+ "))
		return '?';
	if (is(got, "-ERR [IN-USE] "))
		return '!';
	if (is(got, "+OK"))
		return '+';
	return is(got, "-ERR ") ? '-' : '\0';
}

static void look(struct world *w, enum place p, const char *line, const char *want)
{
	char answer;
	struct slice got;
	enum place after, wanted = p;

	go_to(w, p);
	got = say(w->c, line);
	answer = kind_of(got);
	if (p == GONE ? got.n > 0 : answer != *want)
		fail_msg("%s: \"%s\" is answered with\n%.*s", place_names[p], line, (int)got.n,
		         got.p);
	for (enum place i = 0; *want && want[1] && i < PLACES; i++)
		if (place_letters[i] == want[1])
			wanted = i;
	after = find_place(w);
	if (after != wanted)
		fail_msg("%s: \"%s\" leads to: %s", place_names[p], line, place_names[after]);
	leave(w);
	if (p == TRANSACTION && wanted == GONE)
		put_mail(w->d); /* for the one that QUIT has deleted */
}

static const char *wanted_in(const struct row *r, enum place p)
{
	return p == GONE ? "" : p == IN_AUTH ? "-A" : r->in[p];
}

static void each_row(struct world *w, enum place p)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[400];

		snprintf(line, sizeof(line), "%s%s", rows[i].verb ? rows[i].verb : "",
		         rows[i].args);
		look(w, p, line, wanted_in(&rows[i], p));
		for (char *c = line; rows[i].verb && c < line + strlen(rows[i].verb); c++)
			*c = (char)tolower((unsigned char)*c); /* section 3: in any case */
		if (rows[i].verb)
			look(w, p, line, wanted_in(&rows[i], p));
	}
}

static void in_place(enum place p)
{
	struct world w = {.d = make_drive(p != BEFORE_TLS)};

	each_row(&w, p);
	drive_close(w.d);
}

static void before_tls(void **state)
{
	(void)state;
	in_place(BEFORE_TLS);
}

static void authorization(void **state)
{
	(void)state;
	in_place(AUTHORIZATION);
}

static void after_user(void **state)
{
	(void)state;
	in_place(AFTER_USER);
}

static void transaction(void **state)
{
	(void)state;
	in_place(TRANSACTION);
}

static void locked(void **state)
{
	(void)state;
	in_place(LOCKED);
}

static void inside_auth(void **state)
{
	(void)state;
	in_place(IN_AUTH);
}

static void after_quit(void **state)
{
	(void)state;
	in_place(GONE);
}

static void numbers_of_no_message(void **state)
{
	struct world w = {.d = make_drive(true)};

	(void)state;
	for (size_t i = 0; i < COUNT(no_numbers) * COUNT(with_numbers); i++) {
		char line[100];

		snprintf(line, sizeof(line), with_numbers[i % COUNT(with_numbers)],
		         no_numbers[i / COUNT(with_numbers)]);
		look(&w, TRANSACTION, line, "-");
	}
	drive_close(w.d);
}

/* No command without a row: one that works somewhere, and one that is wrong everywhere. */
static void every_command_has_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < pop3_commands_count; i++) {
		bool works = false, fails = false;

		for (size_t k = 0; k < COUNT(rows); k++) {
			if (!rows[k].verb ||
			    !slice_eq(slice_str(rows[k].verb), pop3_commands[i].verb))
				continue;
			for (enum place p = 0; p < COLUMNS; p++)
				works |= rows[k].in[p][0] != '-';
			fails |= rows[k].in[AUTHORIZATION][0] == '-';
		}
		if (!works || !fails)
			fail_msg("%.*s has no rows", (int)pop3_commands[i].verb.n,
			         pop3_commands[i].verb.p);
	}
}

/* RFC 2449 6.5: the largest value that could be set for any user. */
static void login_delay_of_capa(void **state)
{
	(void)state;
	assert_int_equal(setting_find(S("pop3.login_delay"))->maximum, POP3_LOGIN_DELAY_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_has_rows),
		cmocka_unit_test(before_tls),
		cmocka_unit_test(authorization),
		cmocka_unit_test(after_user),
		cmocka_unit_test(transaction),
		cmocka_unit_test(locked),
		cmocka_unit_test(inside_auth),
		cmocka_unit_test(after_quit),
		cmocka_unit_test(numbers_of_no_message),
		cmocka_unit_test(login_delay_of_capa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
