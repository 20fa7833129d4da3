/* Windows of decoded parts (RFC 3516): the octets, and what it takes to get them. */
/* links: imap harness host store */
#include "unit.h"

#include "drive_parts.h"
#include "imap_client.h"

#include "base/base64.h"
#include "mime/decode.h"

static struct drive *drive;
static struct drive_client *client;

static struct slice say(const char *line)
{
	struct buf b = {0};

	buf_clear(drive_got(client));
	buf_printf(&b, "%s\r\n", line);
	drive_send(client, buf_slice(&b));
	buf_free(&b);
	return buf_slice(drive_got(client));
}

static bool has(struct slice text, const char *what)
{
	return text.n && memmem(text.p, text.n, what, strlen(what));
}

static void begin(uint64_t seed)
{
	drive = client_drive(pk_plugin_entry(service_host()), seed);
	client = drive_connect(drive);
	assert_true(has(say("a LOGIN jane@example.test secret"), "a OK "));
}

static int set_up(void **state)
{
	(void)state;
	begin(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	drive_close(drive);
	return 0;
}

/* Octets that look like nothing, for ever the same. */
static void put_octets(struct buf *b, size_t n, uint64_t seed)
{
	for (size_t i = 0; i < n; i++)
		buf_byte(b, (char)(drive_random(&seed) >> 32));
}

/* Lines of so many characters; 0: of changing length, first many short ones. */
static void put_base64(struct buf *b, struct slice raw, size_t line)
{
	struct buf text = {0};
	struct slice rest;

	base64_encode(raw, &text);
	rest = buf_slice(&text);
	while (rest.n) {
		size_t n = line ? line : rest.n > text.n / 2 ? 4 : 76;
		struct slice some = slice_head(rest, n);

		buf_put(b, some);
		buf_put(b, S("\r\n"));
		rest = slice_skip(rest, some.n);
	}
	buf_free(&text);
}

/* Every third octet of the first half escaped, none of the second. */
static void put_quoted(struct buf *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i % 60 == 59)
			buf_put(b, S("  \r\n"));
		else if (i % 3 || i > n / 2)
			buf_byte(b, (char)('a' + i % 26));
		else
			buf_printf(b, "=%02zX", 'A' + i % 26);
	}
}

enum form { REGULAR, LONG_LINES, IRREGULAR, QUOTED, FORMS };

/* A message of one part, and what it decodes to. */
static void make(enum form form, size_t octets, struct buf *message, struct buf *decoded)
{
	struct mime_decoder d = {.encoding = form == QUOTED ? MIME_QUOTED_PRINTABLE : MIME_BASE64};
	struct buf raw = {0}, body = {0};

	put_octets(&raw, octets, 5 + form);
	if (form == QUOTED)
		put_quoted(&body, octets);
	else
		put_base64(&body, buf_slice(&raw),
		           form == REGULAR      ? 76
		           : form == LONG_LINES ? 900
		                                : 0);
	mime_decode(&d, buf_slice(&body), decoded);
	mime_decode_end(&d, decoded);
	buf_printf(message, "Subject: form %d\r\nContent-Type: application/octet-stream\r\n", form);
	buf_printf(message, "Content-Transfer-Encoding: %s\r\n\r\n",
	           form == QUOTED ? "quoted-printable" : "base64");
	buf_put(message, buf_slice(&body));
	buf_free(&raw);
	buf_free(&body);
}

static void append(struct slice message)
{
	struct buf b = {0};

	buf_printf(&b, "ap APPEND INBOX {%zu+}\r\n", message.n);
	buf_put(&b, message);
	buf_put(&b, S("\r\n"));
	buf_clear(drive_got(client));
	drive_send(client, buf_slice(&b));
	buf_free(&b);
	assert_true(has(buf_slice(drive_got(client)), "ap OK "));
}

/* One of each form; decoded[form] is what its part decodes to, octets[form] the message's. */
static struct buf decoded[FORMS];
static size_t octets[FORMS];

static void fill(size_t n)
{
	for (enum form form = 0; form < FORMS; form++) {
		struct buf message = {0};

		buf_free(&decoded[form]);
		make(form, n, &message, &decoded[form]);
		append(buf_slice(&message));
		octets[form] = message.n;
		buf_free(&message);
	}
	assert_true(has(say("s EXAMINE INBOX"), "s OK "));
}

static void forget(void)
{
	for (enum form form = 0; form < FORMS; form++)
		buf_free(&decoded[form]);
}

/* The next literal of the answer. */
static struct slice literal(struct slice *answer)
{
	const char *brace = NULL;
	struct slice text;
	size_t n;

	while (answer->n && !brace) {
		struct slice head = slice_cut(answer, '\n');

		brace = head.n ? memrchr(head.p, '{', head.n) : NULL;
	}
	if (!brace)
		return (struct slice){0};
	n = strtoul(brace + 1, NULL, 10);
	text = slice_head(*answer, n);
	*answer = slice_skip(*answer, n);
	return text;
}

/* A window, as it should be. */
static void is_window(enum form form, size_t from, size_t n)
{
	struct slice all = buf_slice(&decoded[form]), got, answer;
	char line[100];

	snprintf(line, sizeof(line), "w FETCH %d BINARY.PEEK[1]<%zu.%zu>", (int)form + 1, from, n);
	answer = say(line);
	assert_true(has(answer, "w OK "));
	got = literal(&answer);
	if (!slice_eq(got, slice_head(slice_skip(all, from), n)))
		fail_msg("form %d, from %zu, %zu octets: %zu others", (int)form, from, n, got.n);
}

/* Every octet of a part is read about once, however small the windows are. */
static void windows_in_turn(void **state)
{
	static const size_t sizes[] = {65536, 4096, 100000, 1000};

	(void)state;
	fill(1500000);
	for (enum form form = 0; form < FORMS; form++)
		for (size_t i = 0; i < COUNT(sizes); i++) {
			size_t n = sizes[i], most = n < 4000 ? 100 * n : SIZE_MAX, at;
			uint64_t before = drive->told, windows, told;

			for (at = 0; at < decoded[form].n && at < most; at += n)
				is_window(form, at, n);
			windows = (at + n - 1) / n;
			told = drive->told - before - windows * 2500; /* rows, slack, heads */
			if (most == SIZE_MAX &&
			    told > octets[form] * (form == IRREGULAR ? 6 : 5) / 4)
				fail_msg("form %d by %zu: %llu octets of %zu", (int)form, n,
				         (unsigned long long)told, octets[form]);
			if (most != SIZE_MAX)
				assert_true(told < 4 * most);
		}
	forget();
}

/* The first windows cost what they hold, not what the part does. */
static void the_beginning_is_little(void **state)
{
	uint64_t before;

	(void)state;
	fill(1500000);
	for (enum form form = 0; form < FORMS; form++) {
		before = drive->told;
		is_window(form, 0, 1000);
		assert_true(drive->told - before < 12000);
	}
	forget();
}

/* In any order, of any size, with all kinds of pieces on the way. */
static void windows_at_random(void **state)
{
	(void)state;
	drive_close(drive);
	for (uint64_t seed = 0; seed < 3; seed++) {
		uint64_t random = 77 + seed;
		size_t at = 0, n = 1;
		enum form form = 0;

		begin(seed);
		fill(30000);
		for (unsigned i = 0; i < 400; i++) {
			switch (drive_random(&random) % 4) {
			case 0: form = (enum form)(drive_random(&random) % FORMS); break;
			case 1: at = drive_random(&random) % (decoded[form].n + 10); break;
			default: at += n; break;
			}
			n = 1 + drive_random(&random) % 50;
			if (drive_random(&random) % 3 == 0)
				n *= 200;
			is_window(form, at, n);
		}
		forget();
		if (seed < 2)
			drive_close(drive);
	}
}

/* Several at once: of one part, of several messages, beside others that wait behind them. */
static void windows_beside_each_other(void **state)
{
	static const char *const lines[] = {
		("x FETCH 1:* (BINARY.PEEK[1]<100.70000> BINARY.PEEK[1]<70100.10> "
	         "BODY.PEEK[1]<0.5>)"),
		"x FETCH 1:* (BODY.PEEK[1]<0.70000> BINARY.PEEK[1]<70110.3000>)",
		"x FETCH 1:* (BINARY.PEEK[1])",
	};
	static const struct {
		size_t from, n;
	} windows[][2] = {
		{{100, 70000},  {70100, 10}  },
		{{0, 0},        {70110, 3000}},
		{{0, SIZE_MAX}, {0, 0}       },
	};
	const unsigned messages = 40;

	(void)state;
	for (unsigned i = 0; i < messages; i += FORMS)
		fill(200000);
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct slice answer = say(lines[i]);

		assert_true(has(answer, "x OK "));
		for (unsigned k = 0; k < messages; k++)
			for (size_t w = 0; w < 2; w++) {
				struct slice all = buf_slice(&decoded[k % FORMS]), want;

				want = slice_head(slice_skip(all, windows[i][w].from),
				                  windows[i][w].n);
				if (i == 1 && w == 0) /* as it stands */
					assert_int_equal(literal(&answer).n, 70000);
				else if (windows[i][w].n && !slice_eq(literal(&answer), want))
					fail_msg("%s: message %u, window %zu", lines[i], k + 1, w);
				if (i == 0 && w == 1)
					assert_int_equal(literal(&answer).n, 5);
			}
	}
	forget();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(windows_in_turn),
		TEST(the_beginning_is_little),
		TEST(windows_at_random),
		TEST(windows_beside_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
