#include "confine.h"

#include "base/log.h"

#include <time.h>

enum pk_status confine(enum sandbox_mode mode, struct charsets **held)
{
	*held = charsets_hold();
	if (!*held)
		return PK_ENOMEM;
	if (charsets_missing(*held))
		LOG(PK_LOG_WARNING, "charsets_missing",
		    LOG_NUMBER("count", (int64_t)charsets_missing(*held)));
	tzset(); /* strftime would, for the log */
	sandbox_log(SANDBOX_HOST, mode);
	return sandbox_enter(SANDBOX_HOST, mode, NULL);
}
