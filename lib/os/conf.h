#ifndef OS_CONF_H
#define OS_CONF_H

#include <postkeep/buf.h>
#include <postkeep/status.h>

#include <confuse.h>
#include <stdarg.h>
#include <sys/types.h>

/*
 * Settings files, read with libconfuse. Where libconfuse stops at the first error, this goes on:
 * the line at fault is taken out and the rest is read again, so that one run shows all of them.
 */
#define CONF_HURT_MAX 50

struct conf_errors {
	cfg_errfunc_t report; /* conf_print or conf_log */
	struct buf *said;     /* gets it as conf_print would; NULL: nobody else wants to know */
	unsigned count;
	int hurt[CONF_HURT_MAX]; /* numbers of the lines that were taken out */
	unsigned hurt_count;
};

void conf_print(cfg_t *cfg, const char *format, va_list values); /* FILE:LINE: words on stderr */
void conf_log(cfg_t *cfg, const char *format, va_list values);   /* event=config_error */

struct conf_grammar {
	cfg_opt_t *options;       /* libconfuse's description of what may stand there */
	void (*prepare)(cfg_t *); /* sets validate functions */
};

/*
 * The file's tree, to be freed with cfg_free; after errors what is left without the lines at fault,
 * so that the caller can look for more. NULL: nothing can be said of the rest.
 */
cfg_t *conf_read(const struct conf_grammar *grammar, const char *file, struct conf_errors *errors);

/* Whether a line of these was taken out: what is missing there may have stood in it. */
bool conf_hurt(const struct conf_errors *errors, int from, int to);

/* Reports an error in the section, at its last line. */
[[gnu::format(printf, 3, 4)]] void conf_error(cfg_t *section, struct conf_errors *errors,
                                              const char *format, ...);
/* The same of a file as a whole. */
[[gnu::format(printf, 3, 4)]] void conf_file_error(const char *file, struct conf_errors *errors,
                                                   const char *format, ...);

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
