#ifndef HEAP_PEAK_H
#define HEAP_PEAK_H

/*
 * For a test program of one thread: how much heap was in use at most. Every allocation of the
 * program and of its libraries is counted, also what is freed before anybody could look.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>

static struct {
	size_t now, most;
} heap_peak;

static inline void heap_peak_begin(void)
{
	heap_peak.most = heap_peak.now;
}

static inline void heap_took(size_t octets)
{
	heap_peak.now += octets;
	if (heap_peak.now > heap_peak.most)
		heap_peak.most = heap_peak.now;
}

#if defined(__SANITIZE_ADDRESS__)

size_t __sanitizer_get_allocated_size(const volatile void *p);
void __sanitizer_malloc_hook(const volatile void *p, size_t n);
void __sanitizer_free_hook(const volatile void *p);

void __sanitizer_malloc_hook(const volatile void *p, size_t n)
{
	(void)p;
	heap_took(n);
}

void __sanitizer_free_hook(const volatile void *p)
{
	heap_peak.now -= p ? __sanitizer_get_allocated_size(p) : 0;
}

#else

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static inline void *heap_given(void *p)
{
	heap_took(p ? malloc_usable_size(p) : 0);
	return p;
}

void *malloc(size_t n)
{
	return heap_given(__libc_malloc(n));
}

void *calloc(size_t n, size_t each)
{
	return heap_given(__libc_calloc(n, each));
}

/* As if the old octets were there until they are copied. */
void *realloc(void *p, size_t n)
{
	size_t before = p ? malloc_usable_size(p) : 0;
	void *to = __libc_realloc(p, n);

	heap_given(to);
	heap_peak.now -= to || !n ? before : 0;
	return to;
}

void free(void *p)
{
	heap_peak.now -= p ? malloc_usable_size(p) : 0;
	__libc_free(p);
}

#endif
#endif
