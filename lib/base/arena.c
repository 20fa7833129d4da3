#include <postkeep/arena.h>

#include <stdalign.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) __asan_poison_memory_region(p, n)
#define SHOW(p, n) __asan_unpoison_memory_region(p, n)
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
#endif

#define BLOCK_BYTES 2048

struct arena_block {
	struct arena_block *next;
	size_t used, cap; /* bytes of mem */
	alignas(max_align_t) char mem[];
};

static struct arena_block *block_new(size_t cap)
{
	struct arena_block *b = calloc(1, sizeof(*b) + cap);

	if (!b)
		return NULL;
	b->cap = cap;
	HIDE(b->mem, cap);
	return b;
}

static void block_free(struct arena_block *b)
{
	SHOW(b->mem, b->cap);
	free(b);
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t step = alignof(max_align_t);
	struct arena_block *b = a->top;
	void *p;

	if (bytes > SIZE_MAX / 4) {
		a->failed = true;
		return NULL;
	}
	bytes = (bytes ? bytes + step - 1 : step) / step * step;
	if (!b || b->cap - b->used < bytes) {
		b = block_new(bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
		if (!b) {
			a->failed = true;
			return NULL;
		}
		b->next = a->top;
		a->top = b;
	}
	p = b->mem + b->used;
	b->used += bytes;
	a->used += bytes;
	SHOW(p, bytes);
	return memset(p, 0, bytes);
}

struct slice arena_copy(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.n);

	if (!p)
		return (struct slice){0};
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct slice){p, s.n};
}

static void free_down_to(struct arena *a, struct arena_block *keep)
{
	while (a->top != keep) {
		struct arena_block *b = a->top;

		a->top = b->next;
		block_free(b);
	}
	a->used = 0;
	a->failed = false;
}

void arena_reset(struct arena *a)
{
	struct arena_block *first = a->top;

	while (first && first->next)
		first = first->next;
	free_down_to(a, first);
	if (first && first->cap > BLOCK_BYTES)
		free_down_to(a, NULL);
	else if (first) {
		first->used = 0;
		HIDE(first->mem, first->cap);
	}
}

void arena_free(struct arena *a)
{
	free_down_to(a, NULL);
}
