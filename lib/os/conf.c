#include "os/conf.h"

#include "base/log.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>

#define FILE_MAX  (4 << 20)
#define SAID_MOST 65536 /* octets of conf_errors.said; what does not fit is left out */

/* libconfuse says this of every key of a free-form section before it takes it. */
static bool is_noise(const cfg_t *cfg, const char *format)
{
	return cfg->flags & CFGF_KEYSTRVAL && strstr(format, "no such option");
}

static void put_line(struct buf *b, const cfg_t *cfg, const char *format, va_list values)
{
	char words[LOG_VALUE_MAX + 1];

	buf_printf(b, "%s:", cfg->filename ? cfg->filename : "?");
	if (cfg->line)
		buf_printf(b, "%d:", cfg->line);
	vsnprintf(words, sizeof(words), format, values);
	buf_printf(b, " %s\n", words);
}

void conf_print(cfg_t *cfg, const char *format, va_list values)
{
	struct buf line = {0};

	if (is_noise(cfg, format))
		return;
	put_line(&line, cfg, format, values);
	fwrite(line.p, 1, line.n, stderr);
	buf_free(&line);
}

void conf_log(cfg_t *cfg, const char *format, va_list values)
{
	char words[LOG_VALUE_MAX + 1];

	if (is_noise(cfg, format))
		return;
	vsnprintf(words, sizeof(words), format, values);
	LOG(PK_LOG_ERROR, "config_error", LOG_CSTR("file", cfg->filename ? cfg->filename : "?"),
	    LOG_NUMBER("line", cfg->line), LOG_CSTR("reason", words));
}

static void say(struct conf_errors *errors, cfg_t *cfg, const char *format, va_list values)
{
	va_list again;

	if (errors->said && errors->said->n < SAID_MOST && !is_noise(cfg, format)) {
		va_copy(again, values);
		put_line(errors->said, cfg, format, again);
		va_end(again);
	}
	errors->report(cfg, format, values);
}

/* Whose file is being read: libconfuse gives its error function nothing of ours. */
static _Thread_local struct conf_errors *reading;

static void say_reading(cfg_t *cfg, const char *format, va_list values)
{
	if (reading)
		say(reading, cfg, format, values);
	else
		conf_print(cfg, format, values);
}

void conf_error(cfg_t *section, struct conf_errors *errors, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(errors, section, format, values);
	va_end(values);
	errors->count++;
}

void conf_file_error(const char *file, struct conf_errors *errors, const char *format, ...)
{
	cfg_t place = {.filename = (char *)(uintptr_t)file};
	va_list values;

	va_start(values, format);
	say(errors, &place, format, values);
	va_end(values);
	errors->count++;
}

bool conf_hurt(const struct conf_errors *errors, int from, int to)
{
	for (unsigned i = 0; i < errors->hurt_count; i++)
		if (errors->hurt[i] >= from && errors->hurt[i] <= to)
			return true;
	return false;
}

/* What was read, without the room that was not needed; nothing of it stays elsewhere, as it may be
 * a key. */
static char *fitted(char *text, size_t n)
{
	char *copy = malloc(n + 1);

	if (copy)
		memcpy(copy, text, n);
	if (copy)
		copy[n] = 0;
	explicit_bzero(text, n);
	free(text);
	return copy;
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
	return fitted(text, *n);
}

/* Where a section ends that begins at this brace: its closing one, or the end of the text. */
static char *section_end(char *brace)
{
	int depth = 0;

	for (char *p = brace; *p; p++) {
		if (*p == '#')
			p += strcspn(p, "\n") - 1;
		else if (*p == '"' || *p == '\'')
			p += strcspn(p + 1, (char[]){*p, '\n', 0}) + (p[1] != 0);
		else if (*p == '{')
			depth++;
		else if (*p == '}' && --depth == 0)
			return p + 1;
	}
	return brace + strlen(brace);
}

/* Lines stay lines, so that what is behind keeps its number. */
static bool blank(char *from, const char *to)
{
	bool any = false;

	for (; from < to;
	     from++) { /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.*): a text */
		if (isspace((unsigned char)*from))
			continue;
		*from = ' ';
		any = true;
	}
	return any;
}

/*
 * Turns a line into spaces. Of a line with braces: what stands between the innermost ones; or, when
 * there is nothing, as at the head of a section nobody knows, the whole section. False: there was
 * nothing to take away.
 */
static bool blank_line(char *text, int line)
{
	char *end, *open, *close;

	while (--line > 0) {
		text = strchr(text, '\n');
		if (!text)
			return false;
		text++;
	}
	end = text + strcspn(text, "\n");
	open = memrchr(text, '{', (size_t)(end - text));
	close = memchr(open ? open : text, '}', (size_t)(end - (open ? open : text)));
	if (blank(open ? open + 1 : text, close ? close : end))
		return true;
	return open && blank(text, section_end(open));
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

static cfg_t *read_once(const struct conf_grammar *grammar, const char *file, struct slice text,
                        struct conf_errors *errors, int *line)
{
	cfg_t *cfg = cfg_init(grammar->options, CFGF_NONE);
	FILE *in = cfg ? fmemopen((void *)(uintptr_t)text.p, text.n, "r") : NULL;
	int result = CFG_FILE_ERROR;

	*line = 0;
	if (in) {
		reading = errors;
		cfg_set_error_function(cfg, say_reading);
		grammar->prepare(cfg);
		cfg->filename = strdup(file);
		result = cfg_parse_fp(cfg, in);
		*line = last_line(cfg);
		fclose(in);
		reading = NULL;
	}
	if (result == CFG_SUCCESS)
		return cfg;
	cfg_free(cfg);
	return NULL;
}

cfg_t *conf_read(const struct conf_grammar *grammar, const char *file, struct conf_errors *errors)
{
	size_t n;
	char *text = conf_slurp(file, FILE_MAX, &n);
	bool again = text;
	cfg_t *cfg = NULL;
	int line;

	if (!text)
		conf_file_error(file, errors, "%s", strerror(errno));
	while (again) {
		cfg = read_once(grammar, file, (struct slice){text, n}, errors, &line);
		if (cfg)
			break;
		errors->count++;
		errors->hurt[errors->hurt_count++] = line;
		again = errors->hurt_count < CONF_HURT_MAX && blank_line(text, line);
	}
	free(text);
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
