#include "os/board.h"

#include "os/shared.h"

#include <sys/mman.h>
#include <unistd.h>

enum pk_status board_make(int *writer, int *reader)
{
	*writer = shared_make("postkeep-board", sizeof(struct board));
	*reader = *writer >= 0 ? shared_reader(*writer) : -1;
	if (*reader >= 0)
		return PK_OK;
	if (*writer >= 0)
		close(*writer);
	*writer = -1;
	return PK_EUNAVAILABLE;
}

struct board *board_map(int fd, bool writes)
{
	return shared_map(fd, sizeof(struct board), writes);
}

void board_unmap(const struct board *b)
{
	if (b)
		munmap((void *)(uintptr_t)b, sizeof(*b));
}
