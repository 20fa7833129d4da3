/* A POP3 client that says anything to a whole server. */
/* links: harness host store pop3 */
#include "session.h"

#include "fuzz_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_drive_run("pop3", S("USER u@example.test\r\nPASS p\r\n"),
	                      (struct slice){(const char *)data, size});
}
