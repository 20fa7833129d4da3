#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/socket.h>

static const struct {
	const char *name, *priority; /* of syslog(3) */
} levels[] = {
	{"none",    "<5>"},
        {"error",   "<3>"},
        {"warning", "<4>"},
        {"info",    "<6>"},
        {"debug",   "<7>"}
};

#define CUT " cut=1\n"

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

static void put_head(struct buf *b, const struct log_line *line)
{
	time_t seconds = (time_t)(line->now_ms / 1000);
	bool known = line->level >= PK_LOG_ERROR && line->level <= PK_LOG_DEBUG;
	char text[24] = "?";
	struct tm tm;

	if (gmtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(b, "%stime=%s.%03dZ level=%s pid=%ld event=%s",
	           line->journal ? levels[known ? line->level : 0].priority : "", text,
	           (int)(line->now_ms % 1000), levels[known ? line->level : 0].name, line->pid,
	           line->event);
}

void log_format(struct buf *b, const struct log_line *line)
{
	size_t most = b->n + LOG_LINE_MAX - (sizeof(CUT) - 1);
	bool cut = false;

	buf_room(b, 256);
	put_head(b, line);
	for (size_t i = 0; i < line->count; i++) {
		size_t before = b->n;

		buf_byte(b, ' ');
		put_field(b, &line->fields[i]);
		if (b->n > most) {
			b->n = before;
			cut = true;
		}
	}
	buf_put(b, cut ? S(CUT) : S("\n"));
}

bool log_is_journal(void)
{
	return getenv("JOURNAL_STREAM");
}

/* Sockets are told not to wait; a line is one datagram or one piece of a stream, so it is whole. */
static ssize_t write_now(struct slice s)
{
	ssize_t n = send(STDERR_FILENO, s.p, s.n, MSG_DONTWAIT | MSG_NOSIGNAL);

	return n < 0 && errno == ENOTSOCK ? write(STDERR_FILENO, s.p, s.n) : n;
}

static unsigned lines_in(struct slice s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

unsigned log_write(struct slice lines)
{
	unsigned dropped = 0;

	while (lines.n) {
		struct slice some = slice_head(lines, LOG_LINE_MAX);
		const char *end = lines.n > some.n ? memrchr(some.p, '\n', some.n) : NULL;
		ssize_t n;

		if (end)
			some.n = (size_t)(end - some.p) + 1;
		do
			n = write_now(some);
		while (n < 0 && errno == EINTR);
		if (n < (ssize_t)some.n)
			dropped += lines_in(slice_skip(some, n < 0 ? 0 : (size_t)n));
		lines = slice_skip(lines, some.n);
	}
	return dropped;
}

void log_event(enum pk_log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
	struct log_line line = {.pid = (long)getpid(),
	                        .level = level,
	                        .event = event,
	                        .fields = fields,
	                        .count = count,
	                        .journal = log_is_journal()};
	struct timespec now = {0};
	struct buf b = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	line.now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	log_format(&b, &line);
	if (!b.failed)
		(void)log_write(buf_slice(&b)); /* nobody is left to tell */
	buf_free(&b);
}
