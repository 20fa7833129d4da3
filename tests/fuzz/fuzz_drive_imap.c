/* An IMAP client that says anything to a whole server. */
/* links: harness host store imap */
#include "session.h"

#include "fuzz_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_drive_run("imap", S("a LOGIN u@example.test p\r\nb SELECT INBOX\r\n"),
	                      (struct slice){(const char *)data, size});
}
