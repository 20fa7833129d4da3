/* The host's session driver, with a toy protocol and a toy store: what plugin.h promises. */
/* links: host */
#include "unit.h"

#include "toy_world.h"

static void expect(struct toy_world *w, const char *got)
{
	buf_byte(&w->got, '\0');
	assert_string_equal(w->got.p, got);
	buf_clear(&w->got);
}

static void open_world(struct toy_world *w)
{
	*w = (struct toy_world){0};
	toy_world_open(w, &toy_plugin);
	toy_play(w);
	expect(w, "hello\r\n");
}

/* Scripts of several parts: a part begins when the one before has been answered. */
static const char *const parts[] = {
	"get 10\r\nget 0\r\nget 40000\r\nget 200000\r\nx\r\n",
	"four 3\r\nfour 20000\r\ncancel 50000\r\nget 7\r\ncancel 5\r\n",
	"lines 2000\r\nwork 5\r\nlines 3\r\nwork 1\r\nrandom 2\r\n",
	"exact 10\r\n0123456789exact 0\r\nuntil 100\r\nabcdefgh!get 5\r\nuntil 3\r\nabcdefghi!x\n",
	"0123456789012345678901234567890123456789012345678901234567890123456789\r\nget 1\r\n",
	"layer 512\r\n",
	"get 9\r\nlayer 1024\r\n",
	"resize 100\r\nresize 101\r\nresize 999999999\r\nlayer 2048\r\n",
	"get 100000\r\nlines 500\r\n",
};

static void say_parts(struct toy_world *w)
{
	for (size_t i = 0; i < COUNT(parts); i++)
		toy_say_all(w, slice_str(parts[i]));
}

/* A body's command and octets. */
static void put_body(struct buf *b, size_t n)
{
	buf_printf(b, "body %zu\r\n", n);
	for (size_t i = 0; i < n; i++)
		buf_byte(b, i % 71 == 70 ? '\n' : (char)('a' + i % 23));
}

static void play_all(struct toy_world *w, uint64_t seed, struct buf *got)
{
	static const size_t bodies[] = {1, 100, 65536, 70000, 99999, 250000, 5};
	struct buf script = {0};

	*w = (struct toy_world){.seed = seed, .store.refuse_at = 99999};
	toy_world_open(w, &toy_plugin);
	say_parts(w);
	for (size_t i = 0; i < COUNT(bodies); i++)
		put_body(&script, bodies[i]);
	buf_put(&script, S("get 20\r\nquit 0\r\n"));
	toy_say_all(w, buf_slice(&script));
	buf_free(&script);
	buf_put(got, buf_slice(&w->got));
	assert_true(w->closed);
	assert_int_equal(w->layers, 3);
	toy_world_close(w);
	assert_int_equal(w->store.byes, 3); /* a new session after TLS and after PLAIN */
}

static void output_does_not_depend_on_the_schedule(void **state)
{
	struct toy_world w;
	struct buf first = {0};

	(void)state;
	play_all(&w, 0, &first);
	assert_true(first.n > 300000);
	for (uint64_t seed = 1; seed <= 58; seed++) {
		struct buf got = {0};

		play_all(&w, seed, &got);
		if (!slice_eq(buf_slice(&first), buf_slice(&got)))
			fail_msg("seed %d: %zu octets instead of %zu", (int)seed, got.n, first.n);
		assert_true(w.out_most < w.service.out_high + LINK_WINDOW_MOST / 4 + 600);
		buf_free(&got);
	}
	buf_free(&first);
}

static void bodies_reach_the_store_whole(void **state)
{
	struct toy_world w;
	struct buf script = {0};

	(void)state;
	open_world(&w);
	put_body(&script, 90000);
	toy_say_all(&w, buf_slice(&script));
	buf_free(&script);
	assert_int_equal(w.store.data_octets, 90000);
	assert_in_range(w.store.data_frames, 2, 6);
	assert_non_null(strstr(w.got.p, "body 0 sum "));
	assert_non_null(strstr(w.got.p, "summary yes alloc kept\r\n"));
	toy_world_close(&w);
}

/* More of them than there are numbers of bodies in the toy store, and than the real one keeps. */
static void bodies_that_nothing_took_are_dropped(void **state)
{
	struct toy_world w;
	struct buf script = {0};

	(void)state;
	open_world(&w);
	w.store.refuse_all = true;
	for (unsigned i = 0; i < 1000; i++) {
		buf_clear(&script);
		put_body(&script, 10 + i % 7);
		toy_say_all(&w, buf_slice(&script));
		assert_int_equal(toy_kept(&w.store), 0);
	}
	assert_int_equal(w.store.drops, 1000);
	assert_null(w.s->bodies);
	w.store.refuse_all = false;
	buf_clear(&script);
	put_body(&script, 70000);
	toy_say_all(&w, buf_slice(&script));
	assert_non_null(memmem(w.got.p, w.got.n, "body 0 sum ", 11));
	assert_int_equal(toy_kept(&w.store), 0);
	buf_free(&script);
	toy_world_close(&w);
}

/* A store that gives no credit: the host takes what always fits, and asks the client for no more
 * than its buffer. */
static void memory_is_bounded_without_credit(void **state)
{
	struct toy_world w;
	struct buf script = {0};
	size_t sent;

	(void)state;
	open_world(&w);
	put_body(&script, 3000000);
	w.script = buf_slice(&script);
	for (unsigned i = 0; i < 10000; i++) {
		toy_client_sends(&w, 1000);
		toy_read(&w.store, SIZE_MAX);
		toy_turn(&w);
	}
	sent = script.n - w.script.n;
	assert_in_range(sent, 65536, 2 * 65536 + 100);
	assert_true(w.s->end.held.cap <= 65536);
	toy_play(&w);
	assert_int_equal(w.store.data_octets, 3000000);
	buf_free(&script);
	toy_world_close(&w);
}

static void idle_session_is_small(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	say_parts(&w);
	assert_null(w.s->out);
	assert_null(w.s->intake.own);
	assert_null(w.s->command.top);
	assert_null(w.s->end.held.p);
	assert_null(w.s->bodies);
	assert_true(sizeof(struct session) <= 1024);
	toy_world_close(&w);
}

/* HAZARDS 1: what was sent before the handshake is never seen after it. */
static void starttls_drops_what_was_sent_before(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	toy_say_all(&w, S("get 1\r\n"));
	assert_int_equal(w.s->end.number, 1);
	buf_clear(&w.got);
	w.s->io.bound = 1;
	w.hold_layers = true;
	toy_say_all(&w, S("layer 512\r\nget 3\r\nget"));
	expect(&w, "go\r\n");
	assert_int_equal(session_layer(w.s), PK_TLS);
	assert_int_equal(session_room(w.s), 0);
	w.hold_layers = false;
	toy_play(&w);
	expect(&w, "layer 512 status 0 tls 304 pending 0 bound 0\r\n");
	assert_int_equal(w.s->io.can_tls, 0);
	assert_int_equal(w.store.byes, 1);
	toy_say_all(&w, S("get 1\r\n"));
	expect(&w, "b.\r\n");
	toy_world_close(&w);
}

static void bound_comes_from_the_store(void **state)
{
	struct toy_world w;
	struct frame f = {.flags = FRAME_REPLY | FRAME_BOUND, .session = 1};

	(void)state;
	open_world(&w);
	w.script = S("get 1\r\n");
	toy_client_sends(&w, SIZE_MAX);
	toy_read(&w.store, SIZE_MAX);
	assert_int_equal(w.s->io.bound, 0);
	f.tag = w.s->end.last_tag;
	toy_send(&w.store, f);
	toy_play(&w);
	assert_int_equal(w.s->io.bound, 1);
	toy_world_close(&w);
}

static void news_waits_until_all_is_sent(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	toy_say_all(&w, S("get 0\r\n"));
	buf_clear(&w.got);
	toy_event(&w.store, 1, PK_OP_changed, S(""));
	toy_play(&w);
	expect(&w, ""); /* kept until it is wanted */
	w.script = S("idle 0\r\n");
	toy_client_sends(&w, SIZE_MAX);
	assert_true(session_must_send(w.s));
	toy_turn(&w);
	assert_int_equal(w.s->io.out_n, 3);
	toy_client_gets(&w, 2);
	assert_int_equal(w.s->io.out_n, 1);
	toy_play(&w);
	expect(&w, "+\r\nnews 49\r\n");
	toy_event(&w.store, 1, PK_OP_changed, S(""));
	toy_event(&w.store, 1, PK_OP_changed, S(""));
	while (toy_write(&w.store, 100))
		;
	toy_play(&w);
	expect(&w, "news 49\r\nnews 49\r\n");
	toy_say_all(&w, S("\r\n"));
	expect(&w, "idle over\r\n");
	toy_world_close(&w);
}

/* Output is gathered while the session can go on by itself (enum pk_want, PK_FLUSH). */
static void output_is_gathered(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("x\r\nget 5\r\n");
	toy_client_sends(&w, SIZE_MAX);
	assert_int_equal(w.s->io.out_n, 5);
	assert_false(session_must_send(w.s));
	toy_read(&w.store, SIZE_MAX);
	while (toy_write(&w.store, 100))
		;
	assert_true(session_must_send(w.s));
	toy_play(&w);
	expect(&w, "1 x\r\nfedcb.\r\n");
	toy_world_close(&w);
}

static void eof_comes_after_all_lines(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("get 2\r\nx\r\nhalf a li");
	toy_client_sends(&w, SIZE_MAX);
	session_eof(w.s);
	assert_int_equal(session_room(w.s), 0);
	toy_play(&w);
	expect(&w, "cb.\r\n1 x\r\neof\r\n");
	assert_true(w.closed);
	toy_world_close(&w);
}

/* Each stop is told once, at any want, also when output is full; then the session is closed. */
static void kick_at_a_full_output(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("lines 5000\r\n");
	toy_client_sends(&w, SIZE_MAX);
	toy_turn(&w);
	assert_true(w.s->io.out_n >= w.service.out_high);
	session_stop(w.s, PK_STOP_KICK);
	assert_int_equal(w.s->layer, PK_CLOSE);
	session_stop(w.s, PK_STOP_LINK);
	toy_play(&w);
	assert_true(w.closed);
	assert_true(slice_ends(buf_slice(&w.got), S("\r\nstop 3\r\n")));
	toy_world_close(&w);
}

static void drain_lets_a_command_end(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("lines 500\r\nget 1\r\n");
	toy_client_sends(&w, SIZE_MAX);
	toy_turn(&w);
	session_stop(w.s, PK_STOP_DRAIN);
	assert_int_equal(w.s->layer, 0);
	toy_play(&w);
	assert_true(w.closed);
	assert_true(slice_ends(buf_slice(&w.got), S("line 500\r\n")));
	toy_world_close(&w);
}

/* One that may end its command can still be told that it ends now; in its protocol's words. */
static void a_second_stop_does_not_wait(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("get 1\r\n");
	toy_client_sends(&w, SIZE_MAX);
	session_stop(w.s, PK_STOP_DRAIN);
	session_stop(w.s, PK_STOP_DRAIN);
	assert_false(session_over(w.s));
	assert_int_equal(session_layer(w.s), 0);
	session_stop(w.s, PK_STOP_KICK);
	toy_client_gets(&w, SIZE_MAX);
	expect(&w, "stop 4\r\nstop 3\r\n");
	assert_int_equal(session_layer(w.s), PK_CLOSE);
	toy_world_close(&w);
}

static void deadlines(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	toy_pass(&w, 59999);
	expect(&w, "");
	toy_pass(&w, 1);
	expect(&w, "stop 2\r\n"); /* no login within a minute */
	assert_true(w.closed);
	toy_world_close(&w);

	open_world(&w);
	w.s->io.bound = 1;
	toy_say_all(&w, S("silent 5000\r\n"));
	toy_pass(&w, 4000);
	toy_say_all(&w, S("x\r\n"));
	toy_pass(&w, 4999);
	assert_false(w.closed);
	buf_clear(&w.got);
	toy_pass(&w, 1);
	expect(&w, "stop 1\r\n");
	assert_true(w.closed);
	toy_world_close(&w);
}

static void timer(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	toy_say_all(&w, S("sleep 500\r\nx\r\n"));
	toy_pass(&w, 499);
	expect(&w, "");
	toy_pass(&w, 1);
	expect(&w, "woken 1\r\n1 x\r\n");
	toy_world_close(&w);
}

/* HAZARDS 76: a client that does not read is closed, but not while it reads slowly. */
static void a_reader_that_does_not_read(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.s->io.bound = 1;
	w.script = S("lines 100\r\n");
	toy_client_sends(&w, SIZE_MAX);
	for (unsigned i = 0; i < 10; i++) {
		toy_turn(&w);
		w.service.mono_ms += 50000;
		service_tick(&w.service);
		assert_false(session_over(w.s));
		session_sent(w.s, 1);
	}
	w.service.mono_ms += 60000;
	service_tick(&w.service);
	assert_true(session_over(w.s));
	toy_world_close(&w);
}

static void link_loss(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	toy_say_all(&w, S("get 0\r\n"));
	buf_clear(&w.got);
	w.script = S("get 5\r\n");
	toy_client_sends(&w, SIZE_MAX);
	link_lost(w.link, 30000);
	toy_client_gets(&w, SIZE_MAX);
	expect(&w, "stop 5\r\n"); /* it was waiting for an answer */
	toy_world_close(&w);

	open_world(&w);
	toy_say_all(&w, S("get 0\r\n"));
	buf_clear(&w.got);
	link_lost(w.link, 30000);
	toy_turn(&w);
	assert_int_equal(w.s->io.out_n, 0);
	w.service.mono_ms += 30000;
	service_tick(&w.service);
	toy_client_gets(&w, SIZE_MAX);
	expect(&w, "stop 5\r\n"); /* within 30 s */
	toy_world_close(&w);
}

static void requests_without_a_link(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	link_lost(w.link, 30000);
	toy_say_all(&w, S("x\r\nget 5\r\n"));
	expect(&w, "1 x\r\nstop 5\r\n");
	toy_world_close(&w);
}

static uint32_t bad_input(void *session, struct pk_io *io, struct pk_in *in)
{
	(void)session, (void)io;
	return slice_eq(in->bytes, S("odd")) ? 1u << 31 | PK_LINE : PK_FLUSH;
}

/* A session that can never be told anything again, or wants what nobody knows, is closed. */
static void mistakes_of_plugins(void **state)
{
	static const char *const words[] = {"odd\r\n", "nothing\r\n"};
	struct pk_plugin plugin = toy_plugin;

	(void)state;
	plugin.input = bad_input;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct toy_world w = {0};

		toy_world_open(&w, &plugin);
		toy_say_all(&w, slice_str(words[i]));
		assert_true(w.closed);
		toy_world_close(&w);
	}
}

static uint32_t greedy_input(void *session, struct pk_io *io, struct pk_in *in)
{
	(void)session, (void)in;
	assert_null(io->host->alloc(io, 65 * 1024 * 1024));
	assert_non_null(io->host->alloc(io, 1024));
	while (io->host->grow(io, 100000)) {
		memset(io->out + io->out_n, 'x', 100000);
		io->out_n += 100000;
	}
	assert_false(io->host->grow(io, 1));
	return PK_LINE;
}

static void limits_of_memory(void **state)
{
	struct pk_plugin plugin = toy_plugin;
	struct toy_world w = {0};

	(void)state;
	plugin.input = greedy_input;
	toy_world_open(&w, &plugin);
	toy_play(&w);
	toy_say_all(&w, S("x\r\n"));
	assert_true(w.closed);
	assert_int_equal(w.got.n, 7);
	toy_world_close(&w);
}

/* Plays a command whose client needs so many ms each time it takes something, until it has got
 * `octets` or all. The most credit that the store had. */
static int64_t play_at_pace(struct toy_world *w, int64_t ms, size_t octets)
{
	int64_t most = 0;
	bool any = true;

	buf_clear(&w->got);
	while (any && w->got.n < octets) {
		any = toy_client_sends(w, SIZE_MAX);
		any |= toy_client_gets(w, SIZE_MAX);
		any |= toy_store_reads(w, SIZE_MAX);
		if (w->store.seen[1].down > most)
			most = w->store.seen[1].down;
		any |= toy_write(&w->store, SIZE_MAX);
		any |= toy_turn(w);
		w->service.mono_ms += ms;
	}
	return most;
}

static void is_narrow(struct toy_world *w)
{
	assert_true(w->store.seen[1].down <= PK_CREDIT);
	assert_int_equal(w->s->end.ahead, 0);
	assert_int_equal(w->s->io.out_high, w->service.out_high);
}

static void the_window_follows_the_client(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.script = S("get 2000000\r\n");
	assert_in_range(play_at_pace(&w, 0, 1900000), LINK_WINDOW_MOST - 40000, LINK_WINDOW_MOST);
	assert_int_equal(w.s->end.ahead, LINK_WINDOW_MOST - PK_CREDIT);
	play_at_pace(&w, 0, SIZE_MAX);
	is_narrow(&w);
	w.script = S("get 1000000\r\n");
	assert_in_range(play_at_pace(&w, 500, SIZE_MAX), 1, PK_CREDIT);
	is_narrow(&w);
	w.script = S("get 4000000\r\n"); /* fast, then slow, within one command */
	play_at_pace(&w, 0, 1000000);
	assert_true(w.s->end.ahead > PK_CREDIT);
	play_at_pace(&w, 500, 2500000);
	is_narrow(&w);
	assert_int_equal(w.link->ahead, 0);
	toy_world_close(&w);
}

static void windows_of_a_link_are_bounded(void **state)
{
	struct toy_world w;

	(void)state;
	open_world(&w);
	w.link->ahead = LINK_AHEAD_MOST - PK_CREDIT; /* the others' */
	w.script = S("get 2000000\r\n");
	assert_in_range(play_at_pace(&w, 0, SIZE_MAX), PK_CREDIT + 1, 2 * PK_CREDIT);
	assert_int_equal(w.link->ahead, LINK_AHEAD_MOST - PK_CREDIT);
	w.script = S("get 2000000\r\n"); /* leaves with a wide window */
	play_at_pace(&w, 0, 500000);
	assert_int_equal(w.link->ahead, LINK_AHEAD_MOST);
	link_leave(w.s);
	assert_int_equal(w.link->ahead, LINK_AHEAD_MOST - PK_CREDIT);
	w.link->ahead = 0;
	toy_world_close(&w);
}

/* Frames that a store of sound mind never sends: refused or ignored, never a crash. */
static void odd_frames(void **state)
{
	static const struct {
		struct frame f;
		bool refused;
	} odd[] = {
		{{.op = PK_OP_changed, .session = 60, .flags = FRAME_EVENT},                      true },
		{{.op = PK_OP_list, .session = 1, .tag = 99, .flags = FRAME_REPLY},               false},
		{{.op = PK_OP_bye, .session = 1, .tag = UINT64_C(1) << 32, .flags = FRAME_REPLY},
	         false										 },
		{{.op = PK_OP_credit, .session = 1, .payload = S("x")},                           false},
		{{.op = PK_OP_body_failed,
	          .session = 1,
	          .flags = FRAME_EVENT,
	          .payload = S("\1\0\6\0")},
	         false										 },
		{{.op = 65535, .session = 1, .flags = FRAME_EVENT},                               false},
		{{.op = PK_OP_data, .session = 1},                                                false},
		{{.op = PK_OP_hello, .flags = FRAME_REPLY, .status = PK_ENOTSUP},                 true },
		{{.op = PK_OP_hello, .flags = FRAME_REPLY, .payload = S("x")},                    true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(odd); i++) {
		struct toy_world w;
		struct buf b = {0};

		open_world(&w);
		toy_say_all(&w, S("get 0\r\n"));
		buf_clear(&w.got);
		frame_put(&b, &odd[i].f);
		assert_int_equal(link_feed(w.link, buf_slice(&b)),
		                 odd[i].refused ? PK_EPROTO : PK_OK);
		toy_say_all(&w, S("get 1\r\n"));
		expect(&w, "b.\r\n");
		buf_free(&b);
		toy_world_close(&w);
	}
}

static void timers_ring_in_order(void **state)
{
	struct timer t[200] = {0};
	struct timers all = {0};
	int64_t before = 0;
	uint64_t seed = 1;

	(void)state;
	for (size_t round = 0; round < 3; round++)
		for (size_t i = 0; i < COUNT(t); i++) {
			seed = seed * 6364136223846793005u + 1;
			assert_true(timers_set(&all, &t[i], (int64_t)(seed >> 50)));
		}
	for (size_t i = 0; i < COUNT(t); i += 3)
		timers_unset(&all, &t[i]);
	timers_unset(&all, &t[0]);
	for (size_t n = 0; n < COUNT(t) - (COUNT(t) + 2) / 3; n++) {
		struct timer *first = timers_first(&all);

		assert_true(first->at_ms >= before);
		before = first->at_ms;
		timers_unset(&all, first);
	}
	assert_null(timers_first(&all));
	timers_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_does_not_depend_on_the_schedule),
		cmocka_unit_test(bodies_reach_the_store_whole),
		cmocka_unit_test(bodies_that_nothing_took_are_dropped),
		cmocka_unit_test(memory_is_bounded_without_credit),
		cmocka_unit_test(the_window_follows_the_client),
		cmocka_unit_test(windows_of_a_link_are_bounded),
		cmocka_unit_test(idle_session_is_small),
		cmocka_unit_test(starttls_drops_what_was_sent_before),
		cmocka_unit_test(bound_comes_from_the_store),
		cmocka_unit_test(news_waits_until_all_is_sent),
		cmocka_unit_test(output_is_gathered),
		cmocka_unit_test(eof_comes_after_all_lines),
		cmocka_unit_test(kick_at_a_full_output),
		cmocka_unit_test(drain_lets_a_command_end),
		cmocka_unit_test(a_second_stop_does_not_wait),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(timer),
		cmocka_unit_test(a_reader_that_does_not_read),
		cmocka_unit_test(link_loss),
		cmocka_unit_test(requests_without_a_link),
		cmocka_unit_test(mistakes_of_plugins),
		cmocka_unit_test(limits_of_memory),
		cmocka_unit_test(odd_frames),
		cmocka_unit_test(timers_ring_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
