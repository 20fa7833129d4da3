#include "os/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>

#define FILE_MAX   (4 * 1024 * 1024)
#define ERRORS_MAX 50

static void print_error(cfg_t *cfg, const char *format, va_list values)
{
	/* libconfuse says this of every key of a free-form section before it takes it. */
	if (cfg->flags & CFGF_KEYSTRVAL && strstr(format, "no such option"))
		return;
	fprintf(stderr, "%s:%d: ", cfg->filename ? cfg->filename : "?", cfg->line);
	vfprintf(stderr, format, values);
	fputc('\n', stderr);
}

void conf_error(cfg_t *section, unsigned *errors, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	print_error(section, format, values);
	va_end(values);
	++*errors;
}

char *conf_slurp(const char *file, size_t max, size_t *n)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : malloc(max + 1);
	ssize_t got = 1;

	for (*n = 0; text && got > 0 && *n<max; *n += got> 0 ? (size_t)got : 0)
		got = read(fd, text + *n, max - *n);
	if (text && got > 0 && read(fd, text + *n, 1) > 0) {
		errno = EFBIG;
		got = -1;
	}
	if (fd >= 0)
		close(fd);
	if (got < 0 || !text) {
		free(text);
		return NULL;
	}
	text[*n] = 0;
	return text;
}

/*
 * Turns a line into spaces, or of a line with braces what stands between the innermost ones. False:
 * there was nothing to take away.
 */
static bool blank_line(char *text, int line)
{
	char *end, *brace;

	while (--line > 0) {
		text = strchr(text, '\n');
		if (!text)
			return false;
		text++;
	}
	end = text + strcspn(text, "\n");
	brace = memrchr(text, '{', (size_t)(end - text));
	if (brace)
		text = brace + 1;
	brace = memchr(text, '}', (size_t)(end - text));
	if (brace)
		end = brace;
	if (text + strspn(text, " \t\r") >= end)
		return false;
	memset(text, ' ', (size_t)(end - text));
	return true;
}

/* How far the reading came: sections know it, those around them only once they are whole. */
static int last_line(cfg_t *cfg)
{
	int last = cfg->line;

	for (unsigned i = 0; i < cfg_num(cfg); i++) {
		cfg_opt_t *opt = cfg_getnopt(cfg, i);

		for (unsigned k = 0; opt->type == CFGT_SEC && k < cfg_opt_size(opt); k++) {
			int line = last_line(cfg_opt_getnsec(opt, k));

			last = line > last ? line : last;
		}
	}
	return last;
}

static cfg_t *read_once(cfg_opt_t *options, void (*prepare)(cfg_t *), const char *file,
                        struct slice text, int *line)
{
	cfg_t *cfg = cfg_init(options, CFGF_NONE);
	FILE *in = cfg ? fmemopen((void *)(uintptr_t)text.p, text.n, "r") : NULL;
	int result = CFG_FILE_ERROR;

	*line = 0;
	if (in) {
		cfg_set_error_function(cfg, print_error);
		prepare(cfg);
		cfg->filename = strdup(file);
		result = cfg_parse_fp(cfg, in);
		*line = last_line(cfg);
		fclose(in);
	}
	if (result == CFG_SUCCESS)
		return cfg;
	cfg_free(cfg);
	return NULL;
}

cfg_t *conf_read(cfg_opt_t *options, void (*prepare)(cfg_t *), const char *file, unsigned *errors)
{
	unsigned before = *errors;
	size_t n;
	char *text = conf_slurp(file, FILE_MAX, &n);
	cfg_t *cfg = NULL;
	bool again = text != NULL;
	int line;

	if (!text) {
		fprintf(stderr, "%s: %s\n", file, strerror(errno));
		++*errors;
		return NULL;
	}
	while (again) {
		cfg = read_once(options, prepare, file, (struct slice){text, n}, &line);
		if (cfg)
			break;
		again = ++*errors - before < ERRORS_MAX && blank_line(text, line);
	}
	free(text);
	if (cfg && *errors > before) {
		cfg_free(cfg);
		cfg = NULL;
	}
	return cfg;
}

static bool ours(const char *path, bool folder)
{
	struct stat st;

	if (stat(path, &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid()))
		return false;
	if (!(st.st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	return folder && st.st_mode & S_ISVTX;
}

enum pk_status conf_only_ours(const char *path, char **where)
{
	char place[PATH_MAX], *up;
	bool folder = false;

	*where = NULL;
	if (!realpath(path, place))
		return PK_ENOTFOUND;
	for (;;) {
		if (!ours(place, folder)) {
			*where = strdup(place);
			return PK_EPERM;
		}
		if (strcmp(place, "/") == 0)
			return PK_OK;
		folder = true;
		up = dirname(place);
		memmove(place, up, strlen(up) + 1);
	}
}

int conf_check_port(cfg_t *cfg, cfg_opt_t *opt)
{
	long port = cfg_opt_getnint(opt, 0);

	if (port >= 1 && port <= 65535)
		return 0;
	cfg_error(cfg, "%s must be 1 to 65535, not %ld", cfg_opt_name(opt), port);
	return -1;
}

int conf_check_positive(cfg_t *cfg, cfg_opt_t *opt)
{
	long value = cfg_opt_getnint(opt, 0);

	if (value > 0)
		return 0;
	cfg_error(cfg, "%s must be above 0, not %ld", cfg_opt_name(opt), value);
	return -1;
}

int conf_check_text(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);

	if (value && *value)
		return 0;
	cfg_error(cfg, "%s must not be empty", cfg_opt_name(opt));
	return -1;
}
