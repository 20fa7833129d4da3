#include "thread_private.h"

#include "mime/summary.h"

#include <stdlib.h>

/* ---- what there is ---- */

static uint32_t add_id(struct threads *t, struct slice id)
{
	return id.n ? names_add(&t->ids, id) : THREAD_NONE;
}

static void add_reference(struct threads *t, struct thread_message *m, struct slice id)
{
	uint32_t node = add_id(t, id);

	if (node == THREAD_NONE)
		return;
	buf_put(&t->references, (struct slice){(const char *)&node, sizeof(node)});
	m->references_n++;
}

/* RFC 5256 3: References, or else the first id of In-Reply-To. */
static void add_references(struct threads *t, struct thread_message *m,
                           const struct thread_facts *facts)
{
	struct slice rest = facts->references, id;

	m->references = (uint32_t)(t->references.n / sizeof(uint32_t));
	while (summary_reference_next(&rest, &id))
		add_reference(t, m, id);
	if (!m->references_n)
		add_reference(t, m, facts->in_reply_to);
}

enum pk_status thread_add(struct threads *t, const struct thread_facts *facts)
{
	struct thread_message m = {.sent_ms = facts->sent_ms,
	                           .uid = facts->uid,
	                           .node = THREAD_NONE,
	                           .subject = THREAD_NONE,
	                           .reply = facts->reply_or_forward};

	if (t->algorithm == THREAD_REFERENCES) {
		m.node = add_id(t, facts->id);
		add_references(t, &m, facts);
	}
	/* RFC 5256 3: step 5 leaves the empty subject alone, ORDEREDSUBJECT does not. */
	if (facts->subject.n || t->algorithm == THREAD_ORDEREDSUBJECT)
		m.subject = names_add(&t->subjects, facts->subject);
	buf_put(&t->messages, (struct slice){(const char *)&m, sizeof(m)});
	t->n++;
	if (t->messages.failed || t->references.failed || t->ids.failed || t->subjects.failed)
		return PK_ENOMEM;
	if (t->ids.n + t->n > THREAD_IDS_MAX ||
	    t->ids.text.n + t->subjects.text.n > THREAD_TEXT_MAX)
		return PK_ELIMIT;
	return PK_OK;
}

uint32_t thread_uid(const struct threads *t, uint32_t node)
{
	return message_of(t, t->nodes[node].message)->uid;
}

void thread_free(struct threads *t)
{
	names_free(&t->ids);
	names_free(&t->subjects);
	buf_free(&t->messages);
	buf_free(&t->references);
	ordering_free(&t->order);
	free(t->date_order);
	free(t->nodes);
	free(t->of_subject);
	forest_free(&t->forest);
}

/* ---- the steps ---- */

static int by_uid(const void *own, uint32_t a, uint32_t b)
{
	uint32_t x = message_of(own, a)->uid, y = message_of(own, b)->uid;

	return x < y ? -1 : x > y;
}

/* RFC 5256 2.2: of the same date, the earlier in the mailbox. */
static int by_date(const void *own, uint32_t a, uint32_t b)
{
	int64_t x = message_of(own, a)->sent_ms, y = message_of(own, b)->sent_ms;

	return x < y ? -1 : x > y ? 1 : by_uid(own, a, b);
}

static enum thread_turn order_turn(struct threads *t, uint32_t steps,
                                   int (*compare)(const void *, uint32_t, uint32_t))
{
	if (!t->order.at && !ordering_begin(&t->order, t->n, compare, t))
		return THREAD_MEMORY;
	return ordering_turn(&t->order, steps) ? THREAD_DONE : THREAD_AGAIN;
}

static enum thread_turn order_by_uid(struct threads *t, uint32_t steps)
{
	return order_turn(t, steps, by_uid);
}

static enum thread_turn order_by_date(struct threads *t, uint32_t steps)
{
	return order_turn(t, steps, by_date);
}

/* All from 0 to n - 1, one after the other. */
static enum thread_turn each(struct threads *t, uint32_t n, uint32_t steps,
                             void (*step)(struct threads *, uint32_t))
{
	for (; steps && t->at < n; steps--)
		step(t, t->at++);
	return t->at < n ? THREAD_AGAIN : THREAD_DONE;
}

/* All at the top; `at` is the next one. */
static enum thread_turn each_root(struct threads *t, uint32_t steps,
                                  void (*step)(struct threads *, uint32_t))
{
	for (; steps && t->at != THREAD_NONE; steps--) {
		uint32_t root = t->at;

		t->at = t->nodes[root].next;
		step(t, root);
	}
	return t->at != THREAD_NONE ? THREAD_AGAIN : THREAD_DONE;
}

static enum thread_turn link_all(struct threads *t, uint32_t steps)
{
	uint32_t cost = 0;

	for (; t->at < t->n && cost < steps; t->at++) {
		cost += 1 + message_of(t, t->order.at[t->at])->references_n;
		thread_link(t, t->at);
	}
	return t->at < t->n ? THREAD_AGAIN : THREAD_DONE;
}

/* What linking needed is not needed any more. */
static enum thread_turn end_links(struct threads *t, uint32_t steps)
{
	(void)steps;
	forest_free(&t->forest);
	ordering_free(&t->order);
	names_free(&t->ids);
	return THREAD_DONE;
}

static enum thread_turn prune_all(struct threads *t, uint32_t steps)
{
	return each(t, t->n, steps, thread_prune);
}

static enum thread_turn prune_tops(struct threads *t, uint32_t steps)
{
	return each(t, t->n, steps, thread_prune_top);
}

static enum thread_turn group_all(struct threads *t, uint32_t steps)
{
	return each(t, t->n, steps, thread_group);
}

static enum thread_turn unhang_all(struct threads *t, uint32_t steps)
{
	t->roots = t->last_root = THREAD_NONE;
	return each(t, t->nodes_n, steps, thread_unhang);
}

static enum thread_turn hang_all(struct threads *t, uint32_t steps)
{
	return each(t, t->n, steps, thread_hang);
}

static enum thread_turn at_first_root(struct threads *t, uint32_t steps)
{
	(void)steps;
	t->at = t->roots;
	return THREAD_DONE;
}

static enum thread_turn subjects_all(struct threads *t, uint32_t steps)
{
	return each_root(t, steps, thread_subject);
}

static enum thread_turn merge_all(struct threads *t, uint32_t steps)
{
	return each_root(t, steps, thread_merge);
}

static enum thread_turn (*const references[])(struct threads *, uint32_t) = {
	order_by_uid,  link_all,   end_links,  prune_all,     prune_tops,
	order_by_date, unhang_all, hang_all,   at_first_root, subjects_all,
	at_first_root, merge_all,  unhang_all, hang_all,      NULL,
};

static enum thread_turn (*const ordered_subject[])(struct threads *, uint32_t) = {
	order_by_date, group_all, unhang_all, hang_all, NULL,
};

enum thread_turn thread_turn(struct threads *t, uint32_t steps)
{
	enum thread_turn (*const *phase)(struct threads *, uint32_t) =
		(t->algorithm == THREAD_REFERENCES ? references : ordered_subject) + t->step;
	enum thread_turn turn = *phase ? (*phase)(t, steps) : THREAD_DONE;

	if (!*phase || turn != THREAD_DONE)
		return turn;
	t->step++;
	if (*phase != at_first_root)
		t->at = 0;
	return THREAD_AGAIN;
}

bool thread_begin(struct threads *t)
{
	t->step = 0;
	t->at = 0;
	t->roots = t->last_root = THREAD_NONE;
	t->nodes_n = t->ids.n;
	/* Each message may have a node of its own, and each two at the top a new dummy. */
	t->nodes_max = t->ids.n + t->n + t->n / 2 + 1;
	t->nodes = calloc(t->nodes_max, sizeof(*t->nodes));
	t->of_subject = calloc(t->subjects.n + 1UL, sizeof(*t->of_subject));
	if (!t->nodes || !t->of_subject || !forest_begin(&t->forest, t->ids.n + t->n))
		return false;
	memset(t->nodes, 0xff, t->nodes_max * sizeof(*t->nodes)); /* THREAD_NONE */
	memset(t->of_subject, 0xff, t->subjects.n * sizeof(*t->of_subject));
	return true;
}
