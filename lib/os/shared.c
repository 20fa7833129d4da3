#include "os/shared.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

int shared_make(const char *name, size_t octets)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)octets) == 0 && fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		return fd;
	close(fd);
	return -1;
}

bool shared_is(int fd, size_t octets)
{
	struct stat st;

	/* A kernel may have added seals of its own. */
	return (fcntl(fd, F_GET_SEALS) & (SEALS | F_SEAL_WRITE)) == SEALS && fstat(fd, &st) == 0 &&
	       st.st_size == (off_t)octets;
}

int shared_reader(int fd)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

void *shared_map(int fd, size_t octets, bool to_write)
{
	void *p = mmap(NULL, octets, PROT_READ | (to_write ? PROT_WRITE : 0), MAP_SHARED, fd, 0);

	return p == MAP_FAILED ? NULL : p;
}
