/*
 * What reading costs the store in processor time: link, LMDB, seals, segments; no host.
 *
 *	read_bench [ROUNDS]
 *
 * The best of the rounds is told. The store lies in $TMPDIR, which should be a memory disk.
 */
#include "store_drive.h"

#define MESSAGES 1000
#define AT_ONCE  50 /* messages of a request */
#define OCTETS   4096
#define WORDS    4000

static struct drive drive;
static struct client reader;
static uint32_t handle;

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint64_t draw(void)
{
	static uint64_t x = 88172645463325252;

	x ^= x << 13, x ^= x >> 7, x ^= x << 17;
	return x >> 11;
}

/* As in text, some words are much more frequent than others. */
static void put_word(struct buf *b)
{
	static char words[WORDS][12];
	uint64_t below = WORDS >> draw() % 10;

	for (size_t i = 0; !words[0][0] && i < sizeof(words); i++)
		words[i / 12][i % 12] = "etaoinshrdlucmfwypvb"[draw() % 20];
	buf_put(b, slice_head((struct slice){words[draw() % below], 12}, 2 + draw() % 9));
	buf_byte(b, draw() % 12 ? ' ' : '\n');
}

static void deliver(struct client *c, unsigned n)
{
	static const char summary[500] = "as long as an ordinary one";
	struct buf body = {0};

	OK(ASK(c, recipient, NULL, .address = S("u1@example.test")));
	buf_printf(&body, "From: ann@x.example\r\nSubject: what it costs %u\r\n\r\n", n);
	while (body.n < OCTETS)
		put_word(&body);
	OK(ASK(c, deliver, NULL, .body = client_body(c, buf_slice(&body)),
	       .return_path = S("ann@x.example"), .summary = {summary, sizeof(summary)}));
	buf_free(&body);
}

static void read_rows(uint32_t first, uint32_t last)
{
	struct buf rows = {0};

	OK(ASK(&reader, messages, NULL, .handle = handle, .uids = ROW1(&rows, range, first, last),
	       .want = PK_WANT_FLAGS | PK_WANT_SIZE | PK_WANT_DATES | PK_WANT_SUMMARY));
	buf_free(&rows);
}

static void read_bodies(uint32_t first, uint32_t last)
{
	struct buf rows = {0};

	for (uint32_t uid = first; uid <= last; uid++)
		pk_put_piece_row(&rows, &(struct pk_piece){uid, 0, UINT64_MAX});
	OK(ASK(&reader, read, NULL, .handle = handle, .pieces = PK_ROWS(&rows),
	       .want = PK_WANT_SIZE));
	buf_free(&rows);
}

/* Processor time a message of all of them. */
static double cost(void (*fn)(uint32_t first, uint32_t last), uint32_t at_once)
{
	double from = cpu_us();

	for (uint32_t uid = 1; uid <= MESSAGES; uid += at_once)
		fn(uid, uid + at_once - 1);
	return (cpu_us() - from) / MESSAGES;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *what;
		void (*fn)(uint32_t first, uint32_t last);
		uint32_t at_once;
	} kinds[] = {
		{"row with summary", read_rows,   AT_ONCE},
		{"body",             read_bodies, AT_ONCE},
		{"body alone",       read_bodies, 1      },
	};
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	struct pk_open_rep rep;
	struct client mail;

	drive_make(&drive, 1);
	client_open(&drive, &mail, DRIVE_DELIVER);
	for (unsigned n = 0; n < MESSAGES; n++)
		deliver(&mail, n);
	client_close(&mail);
	client_login(&drive, &reader, "u1");
	drive_credit(&reader, 7 * PK_CREDIT);
	OK(ASK(&reader, open, &rep, .mailbox = S("INBOX")));
	handle = rep.handle;
	printf("processor time of the store, 4 KB messages:");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		double best = 1e9, now;

		for (int r = 0; r < rounds; r++) {
			now = cost(kinds[i].fn, kinds[i].at_once);
			best = now < best ? now : best;
		}
		printf("%s %s %.2f us", i ? "," : "", kinds[i].what, best);
	}
	printf("\n");
	client_close(&reader);
	drive_remove(&drive);
	return 0;
}
