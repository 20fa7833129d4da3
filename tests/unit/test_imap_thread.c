/* What SORT and THREAD stand on: orders, names, forests; hard trees (RFC 5256 section 3). */
/* links: imap */
#include "unit.h"

#include "imap/forest.h"
#include "imap/names.h"
#include "imap/ordering.h"
#include "imap/thread.h"

#include <stdlib.h>
#include <string.h>

static uint32_t dice(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* ---- ordering ---- */

struct values {
	uint32_t v[5000];
	uint32_t n;
	unsigned compared;
};

static int by_value(const void *own, uint32_t a, uint32_t b)
{
	struct values *v = (struct values *)(uintptr_t)own;

	v->compared++;
	return v->v[a] < v->v[b] ? -1 : v->v[a] > v->v[b];
}

static unsigned log2_up(uint32_t n)
{
	unsigned bits = 0;

	while (1U << bits < n)
		bits++;
	return bits;
}

/* HAZARDS 74: sorted, stable, in n log n, in turns no longer than they are told. */
static void orders(void **state)
{
	static const uint32_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 100, 1023, 1024, 1025, 5000};
	static struct values v;
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (uint32_t range = 1; range < 100000; range *= 50) {
			struct ordering o = {0};
			unsigned turns = 0;

			v.n = sizes[i];
			v.compared = 0;
			for (uint32_t k = 0; k < v.n; k++)
				v.v[k] = dice(&seed) % range;
			assert_true(ordering_begin(&o, v.n, by_value, &v));
			for (; !ordering_turn(&o, 7); turns++)
				;
			for (uint32_t k = 1; k < v.n; k++)
				assert_true(v.v[o.at[k - 1]] < v.v[o.at[k]] ||
				            (v.v[o.at[k - 1]] == v.v[o.at[k]] &&
				             o.at[k - 1] < o.at[k]));
			assert_true(v.compared <= v.n * log2_up(v.n));
			assert_true(turns + 1 >= v.n * log2_up(v.n) / 7);
			ordering_free(&o);
		}
}

/* ---- names ---- */

static void equal_texts_have_one_number(void **state)
{
	struct names m = {
		.key = {1, 2}
        };
	char text[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 20000; i++) {
			int n = snprintf(text, sizeof(text), "%u@%u", i, i % 7);

			assert_int_equal(names_add(&m, (struct slice){text, (size_t)n}), i);
		}
	assert_int_equal(names_add(&m, S("")), 20000);
	assert_int_equal(names_add(&m, S("")), 20000);
	assert_int_equal(m.n, 20001);
	names_free(&m);
}

/* ---- forest ---- */

#define NODES 60

static uint32_t naive_root(const uint32_t *parent, uint32_t v)
{
	while (parent[v] != UINT32_MAX)
		v = parent[v];
	return v;
}

/* Links and cuts at random, against parents walked up. */
static void roots_of_a_forest(void **state)
{
	struct forest f = {0};
	uint32_t parent[NODES], cuts = 0;
	uint64_t seed = 7;

	(void)state;
	memset(parent, 0xff, sizeof(parent));
	assert_true(forest_begin(&f, NODES));
	for (int i = 0; i < 50000; i++) {
		uint32_t a = dice(&seed) % NODES, b = dice(&seed) % NODES;
		bool may = parent[b] == UINT32_MAX && naive_root(parent, a) != b;

		assert_int_equal(forest_root(&f, a), naive_root(parent, a));
		if (may) {
			forest_link(&f, b, a);
			parent[b] = a;
		} else if (parent[b] != UINT32_MAX && dice(&seed) % 3 == 0) {
			forest_cut(&f, b);
			parent[b] = UINT32_MAX;
			cuts++;
		}
		assert_int_equal(forest_root(&f, b), naive_root(parent, b));
	}
	assert_true(cuts > 1000);
	forest_free(&f);
}

/* ---- threads ---- */

static void run(struct threads *t, uint32_t steps)
{
	enum thread_turn turn;

	assert_true(thread_begin(t));
	while ((turn = thread_turn(t, steps)) == THREAD_AGAIN)
		;
	assert_int_equal(turn, THREAD_DONE);
}

/* How deep the only thread is, whose nodes have one child each. */
static uint32_t depth(const struct threads *t)
{
	uint32_t n = 0;

	assert_int_equal(t->roots, t->last_root);
	for (uint32_t node = t->roots; node != THREAD_NONE; node = t->nodes[node].first) {
		assert_int_equal(t->nodes[node].next, THREAD_NONE);
		n++;
	}
	return n;
}

#define CHAIN 30000

static void put_id(struct buf *b, uint32_t i)
{
	buf_printf(b, "%s<%u@x>", b->n ? " " : "", i);
}

/* HAZARDS 74: a chain as deep as the mailbox, each message naming its last hundred ancestors, is
 * done in n log n: by walking up, this would not end today. */
static void deep_chain(void **state)
{
	static const bool upwards[] = {true, false};
	struct buf references = {0}, id = {0};

	(void)state;
	for (size_t k = 0; k < COUNT(upwards); k++) {
		struct threads t = {.algorithm = THREAD_REFERENCES};

		for (uint32_t i = 0; i < CHAIN; i++) {
			uint32_t number = upwards[k] ? i : CHAIN - 1 - i;
			struct thread_facts facts = {.uid = i + 1, .sent_ms = i, .subject = S("X")};

			buf_clear(&references);
			buf_clear(&id);
			buf_printf(&id, "%u@x", number);
			for (uint32_t r = number > 100 ? number - 100 : 0; r < number; r++)
				put_id(&references, r);
			facts.id = buf_slice(&id);
			facts.references = buf_slice(&references);
			assert_int_equal(thread_add(&t, &facts), PK_OK);
		}
		run(&t, 1000);
		assert_int_equal(depth(&t), CHAIN);
		thread_free(&t);
	}
	buf_free(&references);
	buf_free(&id);
}

/* The same in one turn or in thousands. */
static void turns_make_no_difference(void **state)
{
	static const uint32_t steps[] = {1, 3, 1000000};
	uint64_t sums[COUNT(steps)] = {0};

	(void)state;
	for (size_t k = 0; k < COUNT(steps); k++) {
		struct threads t = {.algorithm = THREAD_REFERENCES};
		uint64_t seed = 5;

		for (uint32_t i = 0; i < 500; i++) {
			struct buf references = {0}, id = {0};
			struct thread_facts facts = {
				.uid = i + 1, .sent_ms = dice(&seed) % 50, .subject = S("A")};

			facts.subject.n = dice(&seed) % 2;
			facts.reply_or_forward = dice(&seed) % 2;
			buf_printf(&id, "%u@x", dice(&seed) % 400);
			for (uint32_t r = dice(&seed) % 5; r; r--)
				put_id(&references, dice(&seed) % 400);
			facts.id = buf_slice(&id);
			facts.references = buf_slice(&references);
			assert_int_equal(thread_add(&t, &facts), PK_OK);
			buf_free(&references);
			buf_free(&id);
		}
		run(&t, steps[k]);
		for (uint32_t i = 0; i < t.nodes_n; i++)
			sums[k] = sums[k] * 31 + t.nodes[i].parent * 7 + t.nodes[i].next;
		thread_free(&t);
		assert_int_equal(sums[k], sums[0]);
	}
}

/* More ids than are kept are refused, not gathered without end. */
static void too_many_ids(void **state)
{
	struct threads t = {.algorithm = THREAD_REFERENCES};
	struct buf references = {0};
	enum pk_status st = PK_OK;
	uint32_t next = 0;

	(void)state;
	for (uint32_t i = 0; st == PK_OK; i++) {
		struct thread_facts facts = {.uid = i + 1};

		buf_clear(&references);
		for (int r = 0; r < 100; r++)
			put_id(&references, next++);
		facts.references = buf_slice(&references);
		st = thread_add(&t, &facts);
	}
	assert_int_equal(st, PK_ELIMIT);
	assert_true(next <= THREAD_IDS_MAX + 100);
	thread_free(&t);
	buf_free(&references);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),
		cmocka_unit_test(equal_texts_have_one_number),
		cmocka_unit_test(roots_of_a_forest),
		cmocka_unit_test(deep_chain),
		cmocka_unit_test(turns_make_no_difference),
		cmocka_unit_test(too_many_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
