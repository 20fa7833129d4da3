#include "timers.h"

static void put(struct timers *t, struct timer *timer, uint32_t place)
{
	t->heap[place] = timer;
	timer->place = place;
}

static void sift(struct timers *t, struct timer *timer, uint32_t place)
{
	while (place > 1 && t->heap[place / 2]->at_ms > timer->at_ms) {
		put(t, t->heap[place / 2], place);
		place /= 2;
	}
	for (;;) {
		uint32_t child = 2 * place;

		if (child < t->n && t->heap[child + 1]->at_ms < t->heap[child]->at_ms)
			child++;
		if (child > t->n || t->heap[child]->at_ms >= timer->at_ms)
			break;
		put(t, t->heap[child], place);
		place = child;
	}
	put(t, timer, place);
}

static bool make_room(struct timers *t)
{
	uint32_t cap = t->cap ? t->cap * 2 : 64;
	struct timer **heap;

	if (t->n + 1 < t->cap)
		return true;
	heap = realloc(t->heap, cap * sizeof(struct timer *));
	if (!heap)
		return false;
	t->heap = heap;
	t->cap = cap;
	return true;
}

bool timers_set(struct timers *t, struct timer *timer, int64_t at_ms)
{
	if (!timer->place) {
		if (!make_room(t))
			return false;
		timer->place = ++t->n;
	}
	timer->at_ms = at_ms;
	sift(t, timer, timer->place);
	return true;
}

void timers_unset(struct timers *t, struct timer *timer)
{
	uint32_t place = timer->place;

	if (!place)
		return;
	timer->place = 0;
	if (place < t->n--)
		sift(t, t->heap[t->n + 1], place);
}

struct timer *timers_first(const struct timers *t)
{
	return t->n ? t->heap[1] : NULL;
}

void timers_free(struct timers *t)
{
	free(t->heap);
	*t = (struct timers){0};
}
