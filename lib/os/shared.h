#ifndef OS_SHARED_H
#define OS_SHARED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Memory that processes share: a memfd whose size is sealed before anybody has it, as one that is
 * cut off would end who looks at it. Descriptors are close-on-exec; -1 and NULL: errno says why.
 */
int shared_make(const char *name, size_t octets);
bool shared_is(int fd, size_t octets); /* made by shared_make, of this size, to write */
int shared_reader(int fd); /* the same memory, which cannot be written through this one */
void *shared_map(int fd, size_t octets, bool to_write);

#endif
