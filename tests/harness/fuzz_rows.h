#ifndef HARNESS_FUZZ_ROWS_H
#define HARNESS_FUZZ_ROWS_H

#include <postkeep/buf.h>

#include <assert.h>

/*
 * For targets that try many decoders: the first octet of an input says which. FUZZ_ROW makes
 * try_NAME, which holds that any octets are refused, or that the row they are encodes to one that
 * is read as the same again.
 */
#define FUZZ_ROW(name, type)                                                      \
	static void try_##name(struct slice in)                                   \
	{                                                                         \
		struct type row, again;                                           \
		struct buf once = {0}, twice = {0};                               \
                                                                                  \
		if (name##_decode(in, &row) == PK_OK) {                           \
			name##_encode(&once, &row);                               \
			assert(once.n <= in.n &&                                  \
			       name##_decode(buf_slice(&once), &again) == PK_OK); \
			name##_encode(&twice, &again);                            \
			assert(slice_eq(buf_slice(&once), buf_slice(&twice)));    \
		}                                                                 \
		buf_free(&once);                                                  \
		buf_free(&twice);                                                 \
	}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define FUZZ_TRIES(...)                                                         \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)               \
	{                                                                       \
		static void (*const tries[])(struct slice) = {__VA_ARGS__};     \
                                                                                \
		if (n)                                                          \
			tries[data[0] % (sizeof(tries) / sizeof(*tries))](      \
				(struct slice){(const char *)data + 1, n - 1}); \
		return 0;                                                       \
	}

#endif
