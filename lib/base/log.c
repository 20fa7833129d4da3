#include "base/log.h"

#include <inttypes.h>

static const char *const level_names[] = {"none", "error", "warning", "info", "debug"};

static bool bare(struct slice s)
{
	static const char others[] = "-_.:/@+,[]*%";

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !memchr(others, c, sizeof(others) - 1))
			return false;
	}
	return s.n;
}

static bool clean(unsigned char c, const char *also)
{
	return c >= 0x20 && c < 0x7f && !strchr(also, c);
}

static void put_escaped(struct buf *b, struct slice s, const char *also)
{
	static const char hex[] = "0123456789abcdef";

	while (s.n) {
		size_t run = 0;
		unsigned char c;
		char escape[4];

		while (run < s.n && clean((unsigned char)s.p[run], also))
			run++;
		buf_put(b, slice_head(s, run));
		s = slice_skip(s, run);
		if (!s.n)
			return;
		c = (unsigned char)s.p[0];
		memcpy(escape, (const char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
		buf_put(b, (struct slice){escape, sizeof(escape)});
		s = slice_skip(s, 1);
	}
}

static void put_text(struct buf *b, struct slice s)
{
	bool cut = s.n > LOG_VALUE_MAX;

	s = slice_head(s, LOG_VALUE_MAX);
	if (bare(s) && !cut) {
		buf_put(b, s);
		return;
	}
	buf_byte(b, '"');
	put_escaped(b, s, "\"\\");
	buf_put(b, cut ? S("...\"") : S("\""));
}

static void put_field(struct buf *b, const struct log_field *f)
{
	if (f->kind == LOG_IS_PAIRS) {
		put_escaped(b, slice_head(f->text, (size_t)4 * LOG_VALUE_MAX), "");
		return;
	}
	buf_put(b, slice_str(f->key));
	buf_byte(b, '=');
	if (f->kind == LOG_IS_NUMBER)
		buf_printf(b, "%" PRId64, f->number);
	else
		put_text(b, f->text);
}

void log_pairs(struct buf *b, const struct log_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_byte(b, ' ');
		put_field(b, &fields[i]);
	}
}

void log_format(struct buf *b, const struct log_line *line)
{
	time_t seconds = (time_t)(line->now_ms / 1000);
	bool known = line->level >= PK_LOG_ERROR && line->level <= PK_LOG_DEBUG;
	char text[24] = "?";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_room(b, 256);
	buf_printf(b, "time=%s.%03dZ level=%s pid=%ld event=%s", text, (int)(line->now_ms % 1000),
	           level_names[known ? line->level : 0], line->pid, line->event);
	if (line->count)
		buf_byte(b, ' ');
	log_pairs(b, line->fields, line->count);
	buf_byte(b, '\n');
}

void log_event(enum pk_log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
	struct log_line line = {.pid = (long)getpid(),
	                        .level = level,
	                        .event = event,
	                        .fields = fields,
	                        .count = count};
	struct timespec now = {0};
	struct buf b = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	line.now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	log_format(&b, &line);
	if (!b.failed && write(STDERR_FILENO, b.p, b.n) < 0)
		b.failed = true; /* nobody is left to tell */
	buf_free(&b);
}
