/* Transactions, the pool and the writer of a volume. */
/* links: store */
#include "unit.h"

#include "volume.h"
#include "writer.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct bench {
	char dir[64];
	struct loop *loop;
	struct volume volume;
	unsigned rung;
};

static void on_ring(void *arg, const struct touched *t)
{
	struct bench *b = arg;

	for (; t; t = t->next)
		b->rung++;
}

static const struct volume_options small = {
	.map_octets = 64 << 20, .segment_octets = 1 << 20, .reserve_octets = 1, .no_sync = true};

static void open_as(struct bench *b, bool threaded, const struct volume_options *options)
{
	struct writer_owner owner = {.ring = on_ring, .arg = b};

	assert_int_equal(volume_open(&b->volume, b->dir, 1, options, NULL), PK_OK);
	b->volume.writer = writer_new(&b->volume, b->loop, threaded, &owner);
	assert_non_null(b->volume.writer);
}

static void open_volume(struct bench *b, bool threaded)
{
	open_as(b, threaded, &small);
}

static void set_up(struct bench *b, bool threaded)
{
	*b = (struct bench){.dir = "/tmp/pk-engine-XXXXXX"};
	assert_non_null(mkdtemp(b->dir));
	b->loop = loop_new(NULL, NULL);
	open_volume(b, threaded);
}

static void close_volume(struct bench *b)
{
	writer_free(b->volume.writer);
	volume_close(&b->volume);
}

static void tear_down(struct bench *b)
{
	char command[128];

	close_volume(b);
	loop_free(b->loop);
	snprintf(command, sizeof(command), "rm -rf %s", b->dir);
	assert_int_equal(system(command), 0);
}

/* A write that puts one row, and then says what it was told to. */
struct put {
	struct write write;
	struct slice key, value;
	enum pk_status answer;
	bool touch, done;
	unsigned applied;
	unsigned *order;
	unsigned at;
};

static enum pk_status apply_put(struct write *w, struct txn *t)
{
	struct put *p = (struct put *)(void *)w;
	enum pk_status st = txn_put(t, TREE_TRACE, p->key, p->value);

	p->applied++;
	if (p->touch)
		txn_touch(t, 7, 1);
	return st == PK_OK ? p->answer : st;
}

static void done_put(struct write *w)
{
	struct put *p = (struct put *)(void *)w;

	p->done = true;
	if (p->order)
		p->at = (*p->order)++;
}

static void submit(struct bench *b, struct put *p)
{
	p->write.apply = apply_put;
	p->write.done = done_put;
	writer_submit(b->volume.writer, &p->write);
}

static void run(struct bench *b)
{
	while (loop_turn(b->loop))
		;
}

static enum pk_status get(struct bench *b, struct slice key, char *out, size_t cap)
{
	struct slice v;
	struct txn t;
	enum pk_status st = txn_begin_read(&b->volume, &t);

	assert_int_equal(st, PK_OK);
	st = txn_get(&t, TREE_TRACE, key, &v);
	snprintf(out, cap, "%.*s", (int)v.n, v.n ? v.p : "");
	txn_end_read(&t);
	return st;
}

static void a_refused_write_leaves_nothing_and_harms_nobody(void **state)
{
	struct put puts[] = {
		{.key = S("a"),        .value = S("1"), .touch = true},
		{.key = S("b"),                    .value = S("2"),                       .answer = PK_EQUOTA, .touch = true},
		{.key = S("c"), .value = S("3")},
	};
	struct bench b;
	char got[16];

	(void)state;
	set_up(&b, false);
	for (size_t i = 0; i < COUNT(puts); i++)
		submit(&b, &puts[i]);
	run(&b);
	for (size_t i = 0; i < COUNT(puts); i++) {
		assert_true(puts[i].done);
		assert_int_equal(puts[i].write.status, puts[i].answer);
		assert_int_equal(get(&b, puts[i].key, got, sizeof(got)),
		                 puts[i].answer ? PK_ENOTFOUND : PK_OK);
	}
	assert_int_equal(b.rung, 1);
	assert_int_equal(writer_counts(b.volume.writer).reruns, 3);
	tear_down(&b);
}

static void a_batch_is_one_commit(void **state)
{
	struct put puts[50];
	char keys[50][8];
	struct bench b;

	(void)state;
	set_up(&b, false);
	for (size_t i = 0; i < COUNT(puts); i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%zu", i);
		puts[i] = (struct put){.key = slice_str(keys[i]),
		                       .value = S("v"),
		                       .write.tenant = (uint32_t)i % 3};
		submit(&b, &puts[i]);
	}
	run(&b);
	assert_int_equal(writer_counts(b.volume.writer).batches, 1);
	assert_int_equal(writer_counts(b.volume.writer).writes, 50);
	tear_down(&b);
}

/* A tenant with a long queue does not hold up another one, nor does bulk work. */
static void tenants_take_turns(void **state)
{
	struct put *many = calloc(1000, sizeof(*many)),
		   one = {.key = S("one"), .value = S("v"), .write.tenant = 2};
	struct put bulk[2] = {
		{.key = S("x"), .value = S("v"), .write.bulk = true},
		{.key = S("y"), .value = S("v"), .write.bulk = true}
        };
	unsigned order = 0;
	struct bench b;

	(void)state;
	set_up(&b, false);
	for (size_t i = 0; i < COUNT(bulk); i++) {
		bulk[i].order = &order;
		submit(&b, &bulk[i]);
	}
	for (size_t i = 0; i < 1000; i++) {
		many[i] = (struct put){
			.key = S("many"), .value = S("v"), .order = &order, .write.tenant = 1};
		submit(&b, &many[i]);
	}
	one.order = &order;
	submit(&b, &one);
	run(&b);
	assert_true(one.at < 10);
	assert_true(bulk[0].at < 10);
	assert_true(bulk[1].at > 250);
	for (size_t i = 1; i < 1000; i++)
		assert_true(many[i].at > many[i - 1].at);
	tear_down(&b);
	free(many);
}

static void a_row_may_come_from_the_map_itself(void **state)
{
	struct bench b;
	struct txn t;
	struct slice v;
	char got[16];
	struct put first = {.key = S("from"), .value = S("content")}, second = {.key = S("to")};

	(void)state;
	set_up(&b, false);
	submit(&b, &first);
	run(&b);
	assert_int_equal(txn_begin_read(&b.volume, &t), PK_OK);
	assert_int_equal(txn_get(&t, TREE_TRACE, S("from"), &v), PK_OK);
	second.value = v;
	submit(&b, &second);
	run(&b);
	txn_end_read(&t);
	assert_int_equal(get(&b, S("to"), got, sizeof(got)), PK_OK);
	assert_string_equal(got, "content");
	tear_down(&b);
}

static void rows_have_a_greatest_size(void **state)
{
	static char big[ROW_MAX];
	struct put fits =
			   {
				   .key = S("k"), .value = {big, ROW_MAX - 1}
        },
		   over = {.key = S("k2"), .value = {big, ROW_MAX - 1}};
	struct bench b;

	(void)state;
	set_up(&b, false);
	submit(&b, &fits);
	submit(&b, &over);
	run(&b);
	assert_int_equal(fits.write.status, PK_OK);
	assert_int_equal(over.write.status, PK_ETOOBIG);
	tear_down(&b);
}

static void cursors_walk_in_key_order(void **state)
{
	static const struct slice keys[] = {S("a"), S("p1"), S("p2"), S("p2x"), S("q")};
	struct put puts[COUNT(keys)];
	struct cursor c;
	struct bench b;
	struct txn t;

	(void)state;
	set_up(&b, false);
	for (size_t i = 0; i < COUNT(keys); i++) {
		puts[i] = (struct put){.key = keys[i], .value = S("v")};
		submit(&b, &puts[i]);
	}
	run(&b);
	assert_int_equal(txn_begin_read(&b.volume, &t), PK_OK);
	assert_int_equal(cursor_open(&t, TREE_TRACE, &c), PK_OK);
	assert_int_equal(cursor_seek(&c, S("p")), PK_OK);
	assert_true(slice_eq(c.key, S("p1")));
	assert_int_equal(cursor_next(&c), PK_OK);
	assert_true(slice_eq(c.key, S("p2")));
	assert_int_equal(cursor_last(&c, S("p")), PK_OK);
	assert_true(slice_eq(c.key, S("p2x")));
	assert_int_equal(cursor_last(&c, S("q")), PK_OK);
	assert_int_equal(cursor_next(&c), PK_ENOTFOUND);
	assert_int_equal(cursor_last(&c, S("b")), PK_ENOTFOUND);
	cursor_close(&c);
	txn_end_read(&t);
	tear_down(&b);
}

/* Puts 1,900 octets under numbers from `first` on, until that fails; how many there are now. */
static unsigned fill(struct bench *b, unsigned first, unsigned most, enum pk_status *st)
{
	static const char octets[1900];
	unsigned n = first;

	for (*st = PK_OK; n < most; n++) {
		char key[8];
		struct put p = {
			.key = {key,    8             },
                          .value = {octets, sizeof(octets)}
                };

		snprintf(key, sizeof(key), "%07u", n);
		submit(b, &p);
		run(b);
		*st = p.write.status;
		if (*st != PK_OK)
			break;
	}
	return n;
}

static unsigned count_rows(struct bench *b)
{
	struct cursor c;
	struct txn t;
	unsigned n = 0;
	enum pk_status st = txn_begin_read(&b->volume, &t);

	assert_int_equal(st, PK_OK);
	assert_int_equal(cursor_open(&t, TREE_TRACE, &c), PK_OK);
	for (st = cursor_seek(&c, S("")); st == PK_OK; st = cursor_next(&c))
		n++;
	assert_int_equal(st, PK_ENOTFOUND);
	cursor_close(&c);
	txn_end_read(&t);
	return n;
}

/* HAZARDS 128: it is an answer, what was written stays, and a larger map takes more. */
static void a_full_map_is_an_answer(void **state)
{
	struct volume_options tiny = small, wide = small;
	struct bench b = {.dir = "/tmp/pk-engine-XXXXXX"};
	enum pk_status st;
	unsigned n;

	(void)state;
	tiny.map_octets = 1 << 20;
	assert_non_null(mkdtemp(b.dir));
	b.loop = loop_new(NULL, NULL);
	open_as(&b, false, &tiny);
	n = fill(&b, 0, 10000, &st);
	assert_int_equal(st, PK_EFULL);
	assert_true(n > 100);
	assert_int_equal(count_rows(&b), n);
	assert_int_equal(fill(&b, n, n + 1, &st), n); /* and the next one too */
	assert_int_equal(st, PK_EFULL);
	close_volume(&b);
	open_as(&b, false, &wide);
	assert_int_equal(count_rows(&b), n);
	assert_int_equal(fill(&b, n, n + 50, &st), n + 50);
	assert_int_equal(st, PK_OK);
	tear_down(&b);
}

/* HAZARDS 128: more readers than there are slots are told to come again; writing goes on. */
static void readers_without_a_slot_come_again(void **state)
{
	struct volume_options two = small;
	struct bench b = {.dir = "/tmp/pk-engine-XXXXXX"};
	struct txn readers[3];
	enum pk_status st;

	(void)state;
	two.readers = 2;
	assert_non_null(mkdtemp(b.dir));
	b.loop = loop_new(NULL, NULL);
	open_as(&b, false, &two);
	for (int i = 0; i < 2; i++)
		assert_int_equal(txn_begin_read(&b.volume, &readers[i]), PK_OK);
	assert_int_equal(txn_begin_read(&b.volume, &readers[2]), PK_EUNAVAILABLE);
	assert_int_equal(fill(&b, 0, 5, &st), 5);
	txn_end_read(&readers[0]);
	assert_int_equal(count_rows(&b), 5);
	txn_end_read(&readers[1]);
	tear_down(&b);
}

/* HAZARDS 128: what a killed process held is free at the next start. */
static void slots_of_the_dead_are_free(void **state)
{
	struct volume_options two = small;
	struct bench b = {.dir = "/tmp/pk-engine-XXXXXX"};
	struct txn readers[2];
	int status;
	pid_t pid;

	(void)state;
	two.readers = 2;
	assert_non_null(mkdtemp(b.dir));
	pid = fork();
	if (pid == 0) {
		if (volume_open(&b.volume, b.dir, 1, &two, NULL) == PK_OK &&
		    txn_begin_read(&b.volume, &readers[0]) == PK_OK &&
		    txn_begin_read(&b.volume, &readers[1]) == PK_OK)
			kill(getpid(), SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	b.loop = loop_new(NULL, NULL);
	open_as(&b, false, &two);
	for (int i = 0; i < 2; i++)
		assert_int_equal(txn_begin_read(&b.volume, &readers[i]), PK_OK);
	for (int i = 0; i < 2; i++)
		txn_end_read(&readers[i]);
	tear_down(&b);
}

static void an_epoch_never_comes_back(void **state)
{
	uint64_t before, id;
	struct bench b;

	(void)state;
	set_up(&b, false);
	before = volume_blob_id(&b.volume);
	id = volume_blob_id(&b.volume);
	assert_int_equal(id, before + 1);
	close_volume(&b);
	open_volume(&b, false);
	assert_true(volume_blob_id(&b.volume) >> 32 > before >> 32);
	tear_down(&b);
}

static void threads_answer_on_the_loop(void **state)
{
	struct put puts[100];
	struct bench b;
	unsigned waiting = COUNT(puts);

	(void)state;
	set_up(&b, true);
	for (size_t i = 0; i < COUNT(puts); i++) {
		puts[i] = (struct put){.key = S("k"), .value = S("v"), .write.tenant = (uint32_t)i};
		submit(&b, &puts[i]);
	}
	for (int turns = 0; waiting && turns < 5000; turns++) {
		if (!loop_turn(b.loop))
			usleep(1000);
		waiting = 0;
		for (size_t i = 0; i < COUNT(puts); i++)
			waiting += !puts[i].done;
	}
	assert_int_equal(waiting, 0);
	tear_down(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_refused_write_leaves_nothing_and_harms_nobody),
		cmocka_unit_test(a_batch_is_one_commit),
		cmocka_unit_test(tenants_take_turns),
		cmocka_unit_test(a_row_may_come_from_the_map_itself),
		cmocka_unit_test(rows_have_a_greatest_size),
		cmocka_unit_test(cursors_walk_in_key_order),
		cmocka_unit_test(a_full_map_is_an_answer),
		cmocka_unit_test(readers_without_a_slot_come_again),
		cmocka_unit_test(slots_of_the_dead_are_free),
		cmocka_unit_test(an_epoch_never_comes_back),
		cmocka_unit_test(threads_answer_on_the_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
