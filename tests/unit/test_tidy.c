/* Compaction by the clock, by request, and at the end of the store. */
/* links: store */
#include "unit.h"

#include "store_drive.h"
#include "tidy.h"

#include <dirent.h>
#include <sys/stat.h>

#define BODIES 20
#define OCTETS 60000

static uint64_t segment_octets(const struct drive *d)
{
	char path[512];
	uint64_t sum = 0;
	struct dirent *e;
	struct stat st;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/volumes/01/segments", d->dir.path);
	dir = opendir(path);
	assert_non_null(dir);
	while ((e = readdir(dir)))
		if (!fstatat(dirfd(dir), e->d_name, &st, 0) && S_ISREG(st.st_mode))
			sum += (uint64_t)st.st_size;
	closedir(dir);
	return sum;
}

/* Octets that nothing packs and nobody else has. */
static void fill(char *p, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (char)(seed >> 24);
	}
}

static void append(struct client *c, uint32_t seed)
{
	char *body = malloc(OCTETS);
	struct buf row = {0};
	uint16_t stream;

	fill(body, OCTETS, seed);
	stream = client_body(c, (struct slice){body, OCTETS});
	OK(ASK(c, append, NULL, .mailbox = S("INBOX"),
	       .messages = ROW1(&row, new_message, .body = stream,
	                        .flags = seed % 4 ? PK_DELETED : 0)));
	buf_free(&row);
	free(body);
}

/* A store that starts with a sealed segment of which a quarter lives. */
static void make_dead(struct drive *d, unsigned threads)
{
	struct pk_open_rep opened;
	struct client c;

	*d = (struct drive){0};
	drive_make(d, 1);
	client_login(d, &c, "u1");
	for (uint32_t i = 0; i < BODIES; i++)
		append(&c, i + 1);
	OK(ASK(&c, open, &opened, .mailbox = S("INBOX"), .mode = PK_OPEN_WRITE));
	OK(ASK(&c, expunge, NULL, .handle = opened.handle));
	client_close(&c);
	client_open(d, &c, DRIVE_ADMIN);
	OK(ASK(&c, vault_purge, NULL, .account = S("u1@example.test"), .before = INT64_MAX));
	client_close(&c);
	drive_close(d);
	d->threads = threads;
	drive_open(d);
}

static void the_clock_frees_what_is_dead(void **state)
{
	struct drive d;

	(void)state;
	make_dead(&d, 0);
	assert_true(segment_octets(&d) >= BODIES * OCTETS / 2);
	for (int i = 0; i < 3; i++) {
		d.now_ms += 11 * 60 * 1000;
		server_tick(&d.server);
		drive_turn(&d);
	}
	assert_true(segment_octets(&d) < BODIES * OCTETS / 2);
	assert_null(d.server.tidies);
	drive_remove(&d);
}

static void a_request_frees_what_is_dead(void **state)
{
	struct pk_compact_rep rep;
	struct client c;
	struct drive d;

	(void)state;
	make_dead(&d, 0);
	client_open(&d, &c, DRIVE_ADMIN);
	OK(ASK(&c, compact, &rep));
	client_close(&c);
	assert_true(segment_octets(&d) < BODIES * OCTETS / 2);
	drive_remove(&d);
}

/* The store may end at any moment of a compaction. */
static void the_end_comes_in_the_middle(void **state)
{
	struct drive d;

	(void)state;
	make_dead(&d, 2);
	server_tick(&d.server);
	assert_non_null(d.server.tidies);
	drive_close(&d);
	d.threads = 0;
	drive_open(&d);
	drive_remove(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_frees_what_is_dead),
		cmocka_unit_test(a_request_frees_what_is_dead),
		cmocka_unit_test(the_end_comes_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
