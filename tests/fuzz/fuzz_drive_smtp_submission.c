/* A user who sends mail, and says anything to a whole server. */
/* links: harness host store smtp */
#include "session.h"

#include "fuzz_drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_drive_run("submission", S("EHLO x\r\nAUTH PLAIN AHVAZXhhbXBsZS50ZXN0AHA=\r\n"),
	                      (struct slice){(const char *)data, size});
}
