#include "auth_queue.h"

#define LANES (AUTH_SUSPECT + 1)

enum pk_status auth_queue_open(struct auth_queue *q, struct loop *loop, unsigned threads)
{
	*q = (struct auth_queue){.slots = threads ? threads : 1};
	for (size_t i = 0; i < LANES; i++)
		q->lanes[i].last = &q->lanes[i].first;
	q->pool = pool_new(loop, "login", threads, q->slots);
	return q->pool ? PK_OK : PK_ENOMEM;
}

static struct auth_ticket *take(struct auth_queue *q, size_t lane)
{
	struct auth_ticket *t = q->lanes[lane].first;

	if (!t)
		return NULL;
	q->lanes[lane].first = t->next;
	if (!t->next)
		q->lanes[lane].last = &q->lanes[lane].first;
	q->lanes[lane].n--;
	return t;
}

static void start(struct auth_queue *q);

static void hashed(struct job *j)
{
	struct auth_ticket *t = (struct auth_ticket *)(void *)j;
	struct auth_queue *q = t->queue;

	q->running--;
	t->done(t, true);
	start(q);
}

static void start(struct auth_queue *q)
{
	for (size_t lane = 0; lane < LANES && q->running < q->slots;) {
		struct auth_ticket *t = take(q, lane);

		if (!t) {
			lane++;
			continue;
		}
		t->job.done = hashed;
		if (!*t->gone && pool_submit(q->pool, &t->job) == PK_OK)
			q->running++;
		else
			t->done(t, false);
	}
}

bool auth_queue_put(struct auth_queue *q, enum auth_lane lane, struct auth_ticket *t,
                    int64_t now_ms)
{
	if (q->lanes[lane].n >= AUTH_LANE_MOST)
		return false;
	t->queue = q;
	t->next = NULL;
	t->due_ms = now_ms + AUTH_QUEUE_MS;
	*q->lanes[lane].last = t;
	q->lanes[lane].last = &t->next;
	q->lanes[lane].n++;
	start(q);
	return true;
}

void auth_queue_tick(struct auth_queue *q, int64_t now_ms)
{
	for (size_t lane = 0; lane < LANES; lane++) {
		const struct auth_ticket *t = q->lanes[lane].first;

		/* They wait as long as each other: the first is the first that is over. */
		while (t && (t->due_ms <= now_ms || t->due_ms - now_ms > AUTH_QUEUE_MS)) {
			struct auth_ticket *over = take(q, lane);

			over->done(over, false);
			t = q->lanes[lane].first;
		}
	}
}

void auth_queue_close(struct auth_queue *q)
{
	for (size_t lane = 0; q->pool && lane < LANES; lane++)
		for (struct auth_ticket *t = take(q, lane); t; t = take(q, lane))
			t->done(t, false);
	if (q->pool)
		pool_free(q->pool);
	q->pool = NULL;
}
