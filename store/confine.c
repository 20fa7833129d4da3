#include "confine.h"

#include "base/log.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <sys/stat.h>
#include <time.h>

enum pk_status confine(const char *data, enum sandbox_mode mode)
{
	tzset(); /* strftime would, for the log */
	if (!OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL) || sodium_init() < 0)
		return PK_EUNAVAILABLE;
	if (mkdir(data, 0700) < 0 && errno != EEXIST) {
		LOG(PK_LOG_ERROR, "data_error", LOG_CSTR("path", data),
		    LOG_CSTR("error", strerrordesc_np(errno)));
		return PK_EIO;
	}
	sandbox_log(SANDBOX_STORE, mode);
	return sandbox_enter(SANDBOX_STORE, mode, data);
}
