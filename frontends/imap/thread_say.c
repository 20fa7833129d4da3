#include "thread_say.h"
#include "view.h"

#include "proto/say.h"

/* Has it a list of its own? An only child stands behind its parent. */
static bool nested(const struct threads *t, uint32_t node)
{
	const struct thread_node *n = &t->nodes[node];

	return n->parent == THREAD_NONE || n->next != THREAD_NONE ||
	       t->nodes[n->parent].first != node;
}

static void begin(struct imap *s, struct thread_say *y)
{
	const struct threads *t = y->threads;
	const struct thread_node *n = &t->nodes[y->at];

	if (nested(t, y->at))
		put(s, S("("));
	if (n->message != THREAD_NONE) {
		uint32_t uid = thread_uid(t, y->at);

		say_number(s->io, s->cmd->uid ? uid : view_number(s->view, uid));
		if (n->first != THREAD_NONE)
			put(s, S(" "));
	}
	if (n->first != THREAD_NONE)
		y->at = n->first;
	else
		y->closing = true;
}

static void end(struct imap *s, struct thread_say *y)
{
	const struct threads *t = y->threads;
	const struct thread_node *n = &t->nodes[y->at];

	if (nested(t, y->at))
		put(s, S(")"));
	y->closing = n->next == THREAD_NONE;
	y->at = y->closing ? n->parent : n->next;
}

bool thread_say(struct imap *s, struct thread_say *y, uint32_t steps)
{
	for (; steps && y->at != THREAD_NONE && !out_full(s); steps--) {
		if (y->closing)
			end(s, y);
		else
			begin(s, y);
	}
	return y->at == THREAD_NONE;
}
