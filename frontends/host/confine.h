#ifndef HOST_CONFINE_H
#define HOST_CONFINE_H

#include "mime/charset.h"
#include "os/sandbox.h"

/*
 * Loads what libraries would load later, and gives up all files. After the plugin and TLS are
 * there, before any thread starts. What fails is logged. *held: to be released when nothing is
 * decoded any more; the plugins' own copies of the decoder find iconv's modules loaded until then.
 */
enum pk_status confine(enum sandbox_mode mode, struct charsets **held);

#endif
