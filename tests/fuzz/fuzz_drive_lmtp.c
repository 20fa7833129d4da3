/* An LMTP client that says anything to a whole server. */
/* links: harness host store smtp */
#include "session.h"

#include "fuzz_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_drive_run("lmtp", S("LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<u@example.test>\r\n"),
	                      (struct slice){(const char *)data, size});
}
