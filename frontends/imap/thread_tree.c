#include "thread_private.h"

/* The trees: RFC 5256 section 3, REFERENCES, whose steps these are, and ORDEREDSUBJECT. */

static uint32_t new_node(struct threads *t, uint32_t message)
{
	t->nodes[t->nodes_n].message = message;
	return t->nodes_n++;
}

static bool is_dummy(const struct threads *t, uint32_t node)
{
	return t->nodes[node].message == THREAD_NONE;
}

/* ---- step 1 ---- */

/* Unless that would make a loop: then the parent is below the child, whose tree it shares. */
static void adopt(struct threads *t, uint32_t parent, uint32_t child)
{
	if (parent == child || forest_root(&t->forest, parent) == child)
		return;
	forest_link(&t->forest, child, parent);
	t->nodes[child].parent = parent;
}

static void abandon(struct threads *t, uint32_t child)
{
	forest_cut(&t->forest, child);
	t->nodes[child].parent = THREAD_NONE;
}

/* Of equal ids the first counts; the others, and messages without one, get one of their own. */
static uint32_t own_node(struct threads *t, uint32_t message, uint32_t node)
{
	if (node == THREAD_NONE || !is_dummy(t, node))
		return new_node(t, message);
	t->nodes[node].message = message;
	return node;
}

static uint32_t reference_at(const struct threads *t, uint32_t i)
{
	return ((const uint32_t *)(const void *)t->references.p)[i];
}

void thread_link(struct threads *t, uint32_t i)
{
	uint32_t message = t->order.at[i], last = THREAD_NONE;
	struct thread_message *m = message_of(t, message);

	m->node = own_node(t, message, m->node);
	for (uint32_t k = 0; k < m->references_n; k++) { /* 1.A */
		uint32_t node = reference_at(t, m->references + k);

		if (k && t->nodes[node].parent == THREAD_NONE)
			adopt(t, last, node);
		last = node;
	}
	if (t->nodes[m->node].parent == last) /* 1.B */
		return;
	if (t->nodes[m->node].parent != THREAD_NONE)
		abandon(t, m->node);
	if (last != THREAD_NONE)
		adopt(t, last, m->node);
}

/* ---- steps 2 and 3 ---- */

/* The nearest ancestor that is a message, or else the dummy at the top. Whoever is passed points
 * there afterwards. */
static uint32_t holder(struct threads *t, uint32_t node)
{
	struct thread_node *nodes = t->nodes;
	uint32_t top = node;

	while (is_dummy(t, top) && nodes[top].parent != THREAD_NONE)
		top = nodes[top].parent;
	while (node != top) {
		uint32_t next = nodes[node].parent;

		nodes[node].parent = top;
		node = next;
	}
	return top;
}

void thread_prune(struct threads *t, uint32_t i)
{
	struct thread_node *n = &t->nodes[message_of(t, i)->node];

	if (n->parent == THREAD_NONE)
		return;
	n->parent = holder(t, n->parent);
	if (is_dummy(t, n->parent)) {
		uint32_t *kids = &t->nodes[n->parent].kids;

		*kids = *kids == THREAD_NONE ? 1 : *kids + 1;
	}
}

/* "Do not promote the children if doing so would make them children of the root, unless there is
 * only one child." */
void thread_prune_top(struct threads *t, uint32_t i)
{
	struct thread_node *n = &t->nodes[message_of(t, i)->node];

	if (n->parent != THREAD_NONE && is_dummy(t, n->parent) && t->nodes[n->parent].kids == 1)
		n->parent = THREAD_NONE;
}

/* ---- steps 4 and 6 ---- */

static void append(struct threads *t, uint32_t *first, uint32_t *last, uint32_t node)
{
	t->nodes[node].next = THREAD_NONE;
	if (*first == THREAD_NONE)
		*first = node;
	else
		t->nodes[*last].next = node;
	*last = node;
}

void thread_unhang(struct threads *t, uint32_t node)
{
	struct thread_node *n = &t->nodes[node];

	n->first = n->last = n->next = THREAD_NONE;
}

/* Messages come by date, so each is the last of its siblings, and a dummy stands where its first
 * child does. */
void thread_hang(struct threads *t, uint32_t i)
{
	uint32_t node = message_of(t, t->order.at[i])->node;
	struct thread_node *n = &t->nodes[node];
	struct thread_node *p;

	if (n->parent == THREAD_NONE) {
		append(t, &t->roots, &t->last_root, node);
		return;
	}
	/* A dummy whose children went to another one (step 5) points there. */
	if (is_dummy(t, n->parent) && t->nodes[n->parent].parent != THREAD_NONE)
		n->parent = t->nodes[n->parent].parent;
	p = &t->nodes[n->parent];
	if (is_dummy(t, n->parent) && p->first == THREAD_NONE)
		append(t, &t->roots, &t->last_root, n->parent);
	append(t, &p->first, &p->last, node);
}

/* ---- step 5 ---- */

static const struct thread_message *first_message(const struct threads *t, uint32_t root)
{
	uint32_t node = is_dummy(t, root) ? t->nodes[root].first : root;

	return message_of(t, t->nodes[node].message);
}

static bool is_reply(const struct threads *t, uint32_t node)
{
	return !is_dummy(t, node) && message_of(t, t->nodes[node].message)->reply;
}

void thread_subject(struct threads *t, uint32_t root)
{
	uint32_t subject = first_message(t, root)->subject, *of;

	if (subject == THREAD_NONE)
		return;
	of = &t->of_subject[subject];
	if (*of == THREAD_NONE ||
	    (!is_dummy(t, *of) && (is_dummy(t, root) || (is_reply(t, *of) && !is_reply(t, root)))))
		*of = root;
}

void thread_merge(struct threads *t, uint32_t root)
{
	uint32_t subject = first_message(t, root)->subject, other, dummy;

	if (subject == THREAD_NONE || t->of_subject[subject] == root)
		return;
	other = t->of_subject[subject];
	/* Two dummies: the children of this one go to the other, too. */
	if (is_dummy(t, other) || (is_reply(t, root) && !is_reply(t, other))) {
		t->nodes[root].parent = other;
		return;
	}
	dummy = new_node(t, THREAD_NONE);
	t->nodes[root].parent = t->nodes[other].parent = dummy;
	t->of_subject[subject] = dummy;
}

/* ---- ORDEREDSUBJECT ---- */

void thread_group(struct threads *t, uint32_t i)
{
	uint32_t message = t->order.at[i];
	struct thread_message *m = message_of(t, message);
	uint32_t *of = &t->of_subject[m->subject];

	m->node = new_node(t, message);
	if (*of == THREAD_NONE)
		*of = m->node;
	else
		t->nodes[m->node].parent = *of;
}
