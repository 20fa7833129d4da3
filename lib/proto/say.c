#include "proto/say.h"

#include <stdarg.h>

void say_line(struct pk_io *io, struct slice text)
{
	pk_put(io, text);
	pk_put(io, S("\r\n"));
}

char *say_digits(char *end, uint64_t n)
{
	do
		*--end = (char)('0' + n % 10);
	while (n /= 10);
	return end;
}

void say_number(struct pk_io *io, uint64_t n)
{
	char digits[20], *end = digits + sizeof(digits), *p = say_digits(end, n);

	pk_put(io, (struct slice){p, (size_t)(end - p)});
}

void say_printf(struct pk_io *io, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	/* One octet more than it adds: the terminator of vsnprintf. */
	if (n < 0 || ((size_t)n >= io->out_cap - io->out_n && !io->host->grow(io, (size_t)n + 1)))
		return;
	va_start(args, format);
	(void)vsnprintf(io->out + io->out_n, (size_t)n + 1, format, args);
	va_end(args);
	io->out_n += (size_t)n;
}

void say_log(struct pk_io *io, enum pk_log_level level, const char *event,
             const struct log_field *fields, size_t count)
{
	struct buf b = {0};

	buf_printf(&b, "event=%s ", event);
	log_pairs(&b, fields, count);
	if (!b.failed)
		io->host->log(io, (int)level, buf_slice(&b));
	buf_free(&b);
}
