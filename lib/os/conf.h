#ifndef OS_CONF_H
#define OS_CONF_H

#include <postkeep/slice.h>
#include <postkeep/status.h>

#include <confuse.h>
#include <sys/types.h>

/*
 * Settings files, read with libconfuse. Where libconfuse stops at the first error, this goes on:
 * the line at fault is taken out and the rest is read again, so that one run shows all of them.
 * Errors are lines `FILE:LINE: words` on stderr.
 */

/*
 * The file's tree, to be freed with cfg_free; NULL after errors. *errors grows by their number.
 * options: libconfuse's description of what may stand there; prepare sets validate functions.
 */
cfg_t *conf_read(cfg_opt_t *options, void (*prepare)(cfg_t *), const char *file, unsigned *errors);

/* Reports an error in the section, at its last line. Also for validate functions of libconfuse. */
[[gnu::format(printf, 3, 4)]] void conf_error(cfg_t *section, unsigned *errors, const char *format,
                                              ...);

/*
 * Whether nobody but root and the caller's own user can change what the path names: the file and
 * every folder above it (a sticky folder counts as safe). PK_EPERM: others can, *where is the
 * place, allocated.
 */
enum pk_status conf_only_ours(const char *path, char **where);

/* A whole file, at most max octets, with a NUL behind it. Freed by the caller. NULL: see errno. */
char *conf_slurp(const char *file, size_t max, size_t *n);

/* For cfg_set_validate_func: a port, 1 to 65535; a number above zero; a word that is not empty. */
int conf_check_port(cfg_t *cfg, cfg_opt_t *opt);
int conf_check_positive(cfg_t *cfg, cfg_opt_t *opt);
int conf_check_text(cfg_t *cfg, cfg_opt_t *opt);

#endif
