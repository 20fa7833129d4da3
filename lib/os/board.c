#include "os/board.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Its size is fixed before anybody has it: a page that is cut off would end who looks at it. */
enum pk_status board_make(int *writer, int *reader)
{
	int fd = memfd_create("postkeep-board", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char path[32];

	*writer = *reader = -1;
	if (fd < 0)
		return PK_EUNAVAILABLE;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (ftruncate(fd, sizeof(struct board)) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
		*reader = open(path, O_RDONLY | O_CLOEXEC);
	if (*reader < 0) {
		close(fd);
		return PK_EUNAVAILABLE;
	}
	*writer = fd;
	return PK_OK;
}

struct board *board_map(int fd, bool writes)
{
	void *p = mmap(NULL, sizeof(struct board), writes ? PROT_READ | PROT_WRITE : PROT_READ,
	               MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}

void board_unmap(struct board *b)
{
	if (b)
		munmap(b, sizeof(*b));
}
