#include "pool.h"

#include <pthread.h>

struct queue {
	struct job *first, **last;
	unsigned n;
};

static void queue_init(struct queue *q)
{
	*q = (struct queue){.last = &q->first};
}

static void queue_put(struct queue *q, struct job *j)
{
	j->next = NULL;
	*q->last = j;
	q->last = &j->next;
	q->n++;
}

static struct job *queue_take(struct queue *q)
{
	struct job *j = q->first;

	if (!j)
		return NULL;
	q->first = j->next;
	if (!q->first)
		q->last = &q->first;
	q->n--;
	return j;
}

struct loop {
	pthread_mutex_t lock;
	struct queue inbox;
	void (*wake)(void *);
	void *arg;
};

struct loop *loop_new(void (*wake)(void *), void *arg)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	pthread_mutex_init(&l->lock, NULL);
	queue_init(&l->inbox);
	l->wake = wake;
	l->arg = arg;
	return l;
}

void loop_post_all(struct loop *l, struct job *first)
{
	struct job *next;
	bool wake;

	pthread_mutex_lock(&l->lock);
	wake = l->inbox.n == 0;
	for (; first; first = next) {
		next = first->next;
		queue_put(&l->inbox, first);
	}
	pthread_mutex_unlock(&l->lock);
	if (wake && l->wake)
		l->wake(l->arg);
}

void loop_post(struct loop *l, struct job *j)
{
	j->next = NULL;
	loop_post_all(l, j);
}

bool loop_turn(struct loop *l)
{
	struct job *j, *next;

	pthread_mutex_lock(&l->lock);
	j = l->inbox.first;
	queue_init(&l->inbox);
	pthread_mutex_unlock(&l->lock);
	if (!j)
		return false;
	for (; j; j = next) {
		next = j->next;
		if (j->run_first) {
			j->run_first = false;
			j->run(j);
		}
		j->done(j);
	}
	return true;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

struct pool {
	struct loop *loop;
	const char *name;
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct queue waiting;
	unsigned waiting_max, threads, busy;
	bool stop;
	pthread_t thread[];
};

/* before: the one that this thread has run. */
static struct job *next_job(struct pool *p, const struct job *before)
{
	struct job *j;

	pthread_mutex_lock(&p->lock);
	p->busy -= before != NULL;
	while (!(j = queue_take(&p->waiting)) && !p->stop)
		pthread_cond_wait(&p->some, &p->lock);
	p->busy += j != NULL;
	pthread_mutex_unlock(&p->lock);
	return j;
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct job *j = NULL;

	pthread_setname_np(pthread_self(), p->name);
	while ((j = next_job(p, j))) {
		j->run(j);
		loop_post(p->loop, j);
	}
	return NULL;
}

struct pool *pool_new(struct loop *l, const char *name, unsigned threads, unsigned waiting_max)
{
	struct pool *p = calloc(1, sizeof(*p) + threads * sizeof(*p->thread));

	if (!p)
		return NULL;
	p->loop = l;
	p->name = name;
	p->waiting_max = waiting_max;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->some, NULL);
	queue_init(&p->waiting);
	for (; p->threads < threads; p->threads++) {
		if (pthread_create(&p->thread[p->threads], NULL, work, p)) {
			pool_free(p);
			return NULL;
		}
	}
	return p;
}

enum pk_status pool_submit(struct pool *p, struct job *j)
{
	bool full;

	if (!p->threads) {
		j->run_first = true;
		loop_post(p->loop, j);
		return PK_OK;
	}
	pthread_mutex_lock(&p->lock);
	full = p->waiting.n >= p->waiting_max;
	if (!full)
		queue_put(&p->waiting, j);
	pthread_mutex_unlock(&p->lock);
	if (full)
		return PK_EBUSY;
	/* Not under the lock: the thread that wakes would wait for it at once. */
	pthread_cond_signal(&p->some);
	return PK_OK;
}

struct loop *pool_loop(const struct pool *p)
{
	return p->loop;
}

struct pool_load pool_load(struct pool *p)
{
	struct pool_load load;

	pthread_mutex_lock(&p->lock);
	load = (struct pool_load){p->threads, p->busy, p->waiting.n};
	pthread_mutex_unlock(&p->lock);
	return load;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->some);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->threads; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->some);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
