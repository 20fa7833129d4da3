#ifndef HEARD_LOG_H
#define HEARD_LOG_H

#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

/* The log goes into a file meanwhile. */
struct heard {
	FILE *file;
	int kept;
};

static inline void listen_to_log(struct heard *h)
{
	h->file = tmpfile();
	h->kept = dup(STDERR_FILENO);
	assert_non_null(h->file);
	assert_int_equal(dup2(fileno(h->file), STDERR_FILENO), STDERR_FILENO);
}

/* Those that were written since then and have the words in them; forgets them. */
static inline unsigned lines_with(struct heard *h, const char *words)
{
	char line[LOG_LINE_MAX];
	unsigned n = 0;

	rewind(h->file);
	while (fgets(line, sizeof(line), h->file))
		n += strstr(line, words) != NULL;
	return n;
}

static inline void forget_log(struct heard *h)
{
	assert_int_equal(ftruncate(fileno(h->file), 0), 0);
	rewind(h->file);
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_SET), 0);
}

static inline void stop_listening(struct heard *h)
{
	dup2(h->kept, STDERR_FILENO);
	close(h->kept);
	fclose(h->file);
}

#endif
