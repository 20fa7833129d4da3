/*
 * What a delivery costs the store in processor time: link, writer, LMDB and disk calls, no host.
 *
 *	deliver_bench [ROUNDS]
 *
 * The best of the rounds is told. The store lies in $TMPDIR, which should be a memory disk.
 */
#include "store_drive.h"

#define USERS      100
#define DELIVERIES 6400 /* a round */
#define AT_ONCE    64
#define OCTETS     4096

static char body[OCTETS];

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void make_body(void)
{
	static const char *const words[] = {"mail ", "server ", "report ", "\r\n", "zeta "};
	uint64_t x = 88172645463325252;
	struct buf b = {0};

	buf_put(&b, S("From: ann@x.example\r\nSubject: what it costs\r\n\r\n"));
	while (b.n < OCTETS) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		buf_put(&b, slice_str(words[(x >> 40) % 5]));
		buf_byte(&b, (char)('a' + (x >> 50) % 26));
	}
	memcpy(body, b.p, OCTETS);
	buf_free(&b);
}

/* All but the answer to `deliver`. */
static void start(struct client *c, unsigned n)
{
	struct buf b = {0};
	char to[64], id[64];
	uint16_t stream;

	snprintf(to, sizeof(to), "u%u@example.test", n % USERS + 1);
	snprintf(id, sizeof(id), "<%u.of.the.bench@client.example.org>", n);
	OK(ASK(c, recipient, NULL, .address = slice_str(to)));
	stream = client_body(c, (struct slice){body, OCTETS});
	pk_put_deliver_req(&b, &(struct pk_deliver_req){.body = stream,
	                                                .return_path = S("ann@x.example"),
	                                                .message_id = slice_str(id)});
	c->n = 0;
	drive_send(c,
	           (struct frame){.op = PK_OP_deliver, .tag = ++c->tag, .payload = buf_slice(&b)});
	buf_free(&b);
}

/* Processor time of a delivery, where so many wait for the same commit. */
static double deliveries(struct drive *d, struct client *clients, unsigned at_once)
{
	enum pk_status st = PK_OK;
	double from = cpu_us();

	for (unsigned n = 0; n < DELIVERIES; n += at_once) {
		d->now_ms += 20;
		for (unsigned i = 0; i < at_once; i++)
			start(&clients[i], n + i);
		drive_turn(d);
		for (unsigned i = 0; i < at_once; i++) {
			assert_true(drive_hear(&clients[i], &st));
			OK(st);
		}
	}
	return (cpu_us() - from) / DELIVERIES;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10;
	double lone = 1e9, many = 1e9;
	static struct client clients[AT_ONCE];
	static struct drive d;

	make_body();
	drive_make(&d, USERS);
	for (unsigned i = 0; i < AT_ONCE; i++)
		client_open(&d, &clients[i], DRIVE_DELIVER);
	for (int r = 0; r < rounds; r++) {
		double one = deliveries(&d, clients, 1), all = deliveries(&d, clients, AT_ONCE);

		lone = one < lone ? one : lone;
		many = all < many ? all : many;
	}
	for (unsigned i = 0; i < AT_ONCE; i++)
		client_close(&clients[i]);
	drive_remove(&d);
	printf("processor time a delivery of 4 KB: alone %.1f us, of %d in a commit %.1f us\n",
	       lone, AT_ONCE, many);
	return 0;
}
