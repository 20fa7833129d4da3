/* The sockets of links on a loop: what happens to several of them in one turn. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "links.h"

#include <sys/socket.h>

struct world {
	struct drive drive;
	uv_loop_t loop;
	struct links links;
	uv_poll_t bell;
	int bell_fds[2];
};

/* As a commit does that another link's client waits for. */
static void ring_all(uv_poll_t *h, int status, int events)
{
	struct world *w = h->data;
	char octet;

	(void)status, (void)events;
	assert_int_equal(read(w->bell_fds[0], &octet, 1), 1);
	for (struct peer *p = w->drive.server.peers; p; p = p->next) {
		buf_put(&p->out, S("news"));
		p->readable(p);
	}
}

static void open_world(struct world *w)
{
	memset(w, 0, sizeof(*w));
	drive_make(&w->drive, 0);
	assert_int_equal(uv_loop_init(&w->loop), 0);
	OK(links_open(&w->links, &w->loop, &w->drive.server));
	assert_int_equal(pipe(w->bell_fds), 0);
	w->bell.data = w;
	uv_poll_init(&w->loop, &w->bell, w->bell_fds[0]);
	uv_poll_start(&w->bell, UV_READABLE, ring_all);
}

static void close_world(struct world *w)
{
	links_close(&w->links);
	uv_close((uv_handle_t *)&w->bell, NULL);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	close(w->bell_fds[0]);
	close(w->bell_fds[1]);
	drive_remove(&w->drive);
}

static int link_end(struct world *w)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	OK(links_add(&w->links, pair[0], DRIVE_SESSION, "test", "test"));
	return pair[1];
}

static size_t peers_of(const struct world *w)
{
	size_t n = 0;

	for (const struct peer *p = w->drive.server.peers; p; p = p->next)
		n++;
	return n;
}

/* One that was given something to say and closes in the same turn is not looked at again. */
static void rung_and_closed_in_one_turn(void **state)
{
	struct world w;
	int ends[3];
	char got[8];

	(void)state;
	open_world(&w);
	for (unsigned i = 0; i < 3; i++)
		ends[i] = link_end(&w);
	uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(write(w.bell_fds[1], "x", 1), 1); /* ready before the others */
	close(ends[0]);
	close(ends[1]);
	for (unsigned i = 0; i < 5; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(peers_of(&w), 1);
	assert_int_equal(read(ends[2], got, sizeof(got)), 4);
	close(ends[2]);
	close_world(&w);
}

/* A peer that broke the form is closed though it does not read what it was told before. */
static void a_fault_closes_who_does_not_read(void **state)
{
	struct world w;
	struct buf big = {0};
	int end;

	(void)state;
	open_world(&w);
	end = link_end(&w);
	while (big.n < (size_t)1 << 20)
		buf_put(&big, S("unread "));
	buf_put(&w.drive.server.peers->out, buf_slice(&big));
	w.drive.server.peers->readable(w.drive.server.peers);
	uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(peers_of(&w), 1);
	assert_int_equal(write(end, "\xff\xff\xff\xff", 4), 4);
	for (unsigned i = 0; i < 5; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_int_equal(peers_of(&w), 0);
	buf_free(&big);
	close(end);
	close_world(&w);
}

/* What a peer says waits in its socket while it leaves too much unread; then it is heard. */
static void who_does_not_read_is_not_read(void **state)
{
	struct world w;
	struct peer *p;
	struct buf big = {0}, hello = {0};
	char got[1 << 16];
	int end;

	(void)state;
	open_world(&w);
	end = link_end(&w);
	p = w.drive.server.peers;
	while (big.n < (size_t)6 << 20)
		buf_put(&big, S("unread "));
	buf_put(&p->out, buf_slice(&big));
	p->readable(p);
	uv_run(&w.loop, UV_RUN_NOWAIT);
	frame_put(&hello, &(struct frame){.op = PK_OP_hello, .payload = S("\1\0\0\0\0\0\0\0")});
	assert_int_equal(write(end, hello.p, hello.n), (ssize_t)hello.n);
	for (unsigned i = 0; i < 5; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_false(p->hello);
	for (unsigned i = 0; i < 1000 && !p->hello; i++) {
		assert_true(recv(end, got, sizeof(got), MSG_DONTWAIT) != 0);
		uv_run(&w.loop, UV_RUN_NOWAIT);
	}
	assert_true(p->hello);
	buf_free(&big);
	buf_free(&hello);
	close(end);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rung_and_closed_in_one_turn),
		cmocka_unit_test(a_fault_closes_who_does_not_read),
		cmocka_unit_test(who_does_not_read_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
