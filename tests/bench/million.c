/*
 * million [MESSAGES [APPENDED]]: fills a mailbox through the store's requests and says what it
 * cost: the first ones by APPEND with small bodies (10,000), the rest by COPY into the same
 * mailbox; then opens it warm, changes it, and asks what changed.
 */
#include "store_drive.h"

static struct drive drive;
static struct client client;
static struct buf rows;

/* Since a moment: time on the wall, and of the processor, which other load does not stretch. */
struct since {
	double wall_ms, cpu_ms;
};

static double clock_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct since begin(void)
{
	return (struct since){clock_ms(CLOCK_MONOTONIC), clock_ms(CLOCK_PROCESS_CPUTIME_ID)};
}

static void say(const char *what, struct since s, unsigned per)
{
	double wall = clock_ms(CLOCK_MONOTONIC) - s.wall_ms;
	double cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - s.cpu_ms;

	printf("%-34s %10.2f ms, cpu %10.2f ms", what, wall, cpu);
	if (per)
		printf(" = %.2f us each", cpu * 1000 / per);
	printf("\n");
	fflush(stdout);
}

static void append(unsigned n)
{
	static const char summary[400] = "as long as an ordinary one";
	struct buf body = {0};
	struct since began = begin();

	for (unsigned i = 0; i < n; i++) {
		buf_clear(&body);
		buf_printf(&body, "From: a@example.test\r\nSubject: %u\r\n\r\nsmall\r\n", i);
		pk_put_new_message_row(&rows,
		                       &(struct pk_new_message){
					       .body = client_body(&client, buf_slice(&body)),
					       .summary = {summary, sizeof(summary)}
                });
		if (i % 100 != 99 && i != n - 1)
			continue;
		OK(ASK(&client, append, NULL, .mailbox = S("INBOX"), .messages = PK_ROWS(&rows)));
		buf_clear(&rows);
	}
	say("append, 100 a request", began, n);
	buf_free(&body);
}

static uint32_t open_inbox(struct pk_open_rep *rep)
{
	OK(ASK(&client, open, rep, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	return rep->handle;
}

static struct pk_rows range(uint32_t first, uint32_t last)
{
	return ROW1(&rows, range, first, last);
}

static void copy(uint32_t all)
{
	struct pk_open_rep rep;
	uint32_t handle = open_inbox(&rep), have = rep.exists;
	struct since began = begin();

	while (have < all) {
		uint32_t n = all - have < have ? all - have : have;

		n = n < 90000 ? n : 90000;
		began = begin();
		OK(ASK(&client, copy, NULL, .handle = handle, .uids = range(1, n),
		       .mailbox = S("INBOX")));
		have += n;
		if (n == 90000 || have == all)
			say("copy of so many, one transaction", began, n);
	}
}

static void look(uint32_t all)
{
	struct pk_open_rep rep;
	struct pk_changes_rep changes;
	uint32_t handle = open_inbox(&rep);
	struct since began;

	for (int i = 0; i < 3; i++) {
		began = begin();
		open_inbox(&rep);
		say("open, warm", began, 0);
	}
	assert_int_equal(rep.exists, all);
	began = begin();
	OK(ASK(&client, changes, &changes, .handle = handle, .since = rep.modseq));
	say("changes, none", began, 0);
	began = begin();
	OK(ASK(&client, store, NULL, .handle = handle, .uids = range(all / 2, all / 2),
	       .mode = PK_STORE_ADD, .flags = PK_FLAGGED));
	say("store of one", began, 0);
	began = begin();
	OK(ASK(&client, changes, &changes, .handle = handle, .since = rep.modseq));
	say("changes, one", began, 0);
	began = begin();
	OK(ASK(&client, messages, NULL, .handle = handle, .uids = range(1, 1000),
	       .want = PK_WANT_FLAGS | PK_WANT_SIZE | PK_WANT_DATES | PK_WANT_SUMMARY));
	say("messages, 1000 with summaries", began, 1000);
	began = begin();
	OK(ASK(&client, store, NULL, .handle = handle, .uids = range(1, 10000),
	       .mode = PK_STORE_ADD, .flags = PK_DELETED));
	say("store of 10,000", began, 10000);
	began = begin();
	OK(ASK(&client, expunge, NULL, .handle = handle));
	say("expunge of 10,000", began, 10000);
	began = begin();
	OK(ASK(&client, copy, NULL, .handle = handle, .uids = range(10001, 20000),
	       .mailbox = S("Archive"), .move = 1));
	say("move of 10,000", began, 10000);
}

int main(int argc, char **argv)
{
	uint64_t all = 1000000, appended = 10000;

	if ((argc > 1 && !slice_number(slice_str(argv[1]), 100000000, &all)) ||
	    (argc > 2 && !slice_number(slice_str(argv[2]), 100000000, &appended)))
		return 64;
	drive_make(&drive, 1);
	client_login(&drive, &client, "u1");
	append((unsigned)(appended < all ? appended : all));
	copy((uint32_t)all);
	look((uint32_t)all);
	client_close(&client);
	buf_free(&rows);
	drive_remove(&drive);
	return 0;
}
