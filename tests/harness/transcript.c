#include "transcript.h"

#include "mime/scan.h"

#include "options.h"
#include "session.h"

#include <stdarg.h>

struct player {
	const struct transcript_play *how;
	const char *file;
	struct slice text, line; /* what is still to play; the line that is played */
	unsigned number;         /* of the line */
	struct drive *d;
	struct drive_client *clients[DRIVE_CLIENTS + 1];
	struct buf settings, users, mails; /* before the server is there */
	struct slice first_user;
	bool tls, can_tls, proven;
	char *why;
};

[[gnu::format(printf, 2, 3)]] static void fail(struct player *p, const char *format, ...)
{
	struct buf b = {0};
	char words[2000];
	va_list args;

	if (p->why)
		return;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	buf_printf(&b, "line %u: %s", p->number, words);
	buf_byte(&b, '\0');
	p->why = b.p;
}

/* Text with its escapes made octets; *any: there was one. */
static struct slice unescape(struct buf *b, struct slice s, bool *any)
{
	*any = false;
	buf_clear(b);
	while (s.n) {
		size_t end = 1;
		unsigned octet;
		char digits[3] = {0};

		while (s.p[0] == '<' && end < s.n && strchr("0123456789abcdefABCDEF", s.p[end]))
			end++;
		if (s.p[0] != '<' || end == s.n || s.p[end] != '>' || end % 2 == 0 || end == 1) {
			buf_byte(b, s.p[0]);
			s = slice_skip(s, 1);
			continue;
		}
		for (size_t i = 1; i < end; i += 2) {
			memcpy(digits, s.p + i, 2);
			sscanf(digits, "%2x", &octet);
			buf_byte(b, (char)octet);
		}
		*any = true;
		s = slice_skip(s, end + 1);
	}
	return buf_slice(b);
}

/* Whether the whole of s looks like the pattern. */
static bool matches(struct slice s, struct slice pattern)
{
	size_t i = 0, j = 0, star = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (j < pattern.n && pattern.p[j] == '*') {
			star = j++;
			from = i;
		} else if (j < pattern.n && pattern.p[j] == s.p[i]) {
			i++;
			j++;
		} else if (star != SIZE_MAX) {
			j = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (j < pattern.n && pattern.p[j] == '*')
		j++;
	return j == pattern.n;
}

static bool same(struct slice got, struct slice wanted, bool pattern)
{
	struct buf b = {0};
	bool any, equal = pattern ? matches(got, wanted) : slice_eq(got, wanted);
	struct slice octets = unescape(&b, wanted, &any);

	if (!equal && any)
		equal = pattern ? matches(got, octets) : slice_eq(got, octets);
	buf_free(&b);
	return equal;
}

static void begin(struct player *p)
{
	struct drive_options o = {
		.plugin = p->how->plugin,
		.service = p->how->service,
		.settings = PK_ROWS(&p->settings),
		.tls = p->tls,
		.can_tls = p->can_tls,
		.proven = p->proven,
		.seed = p->how->seed,
		.piece = p->how->piece,
	};
	struct slice users = buf_slice(&p->users);

	p->d = drive_open(&o);
	while (users.n) {
		struct slice address = slice_cut(&users, '\0');

		drive_user(p->d, address, slice_cut(&users, '\0'));
	}
	if (p->proven)
		drive_certificate(p->d, p->first_user);
}

static struct drive_client *client(struct player *p, unsigned number)
{
	if (!p->d)
		begin(p);
	if (!p->clients[number])
		p->clients[number] = drive_connect(p->d);
	return p->clients[number];
}

static void play_user(struct player *p, struct slice text)
{
	struct slice address = slice_cut(&text, ' ');

	buf_put(&p->users, address);
	buf_byte(&p->users, '\0');
	buf_put(&p->users, text);
	buf_byte(&p->users, '\0');
	if (!p->first_user.n)
		p->first_user = address;
}

static void play_option(struct player *p, struct slice text)
{
	struct pk_setting s = {.key = slice_cut(&text, '=')};

	s.value = text;
	if (slice_eq(s.key, S("certificate"))) {
		p->proven = slice_eq(text, S("yes"));
		return;
	}
	if (!slice_eq(s.key, S("tls"))) {
		pk_put_setting_row(&p->settings, &s);
		return;
	}
	p->tls = slice_eq(text, S("implicit"));
	p->can_tls = slice_eq(text, S("starttls"));
}

static void read_message(struct player *p, struct slice name, struct buf *message)
{
	const char *slash = strrchr(p->file, '/');
	char path[1000];
	FILE *f;
	int c;

	snprintf(path, sizeof(path), "%.*s%.*s", slash ? (int)(slash - p->file) + 1 : 0, p->file,
	         (int)name.n, name.p);
	f = fopen(path, "r");
	if (!f) {
		fail(p, "no file %s", path);
		return;
	}
	while ((c = fgetc(f)) != EOF) {
		if (c == '\n' && (!message->n || message->p[message->n - 1] != '\r'))
			buf_byte(message, '\r');
		buf_byte(message, (char)c);
	}
	fclose(f);
}

static void play_mail(struct player *p, struct slice text)
{
	struct slice name = slice_cut(&text, ' ');
	struct buf message = {0};

	if (!p->d)
		begin(p);
	read_message(p, name, &message);
	drive_mail(p->d, text.n ? text : p->first_user, buf_slice(&message));
	buf_free(&message);
}

static void nothing_unexpected(struct player *p, unsigned number)
{
	struct drive_client *c = p->clients[number];
	struct buf *got = c ? drive_got(c) : NULL;

	if (got && got->n)
		fail(p, "client %u also got: %.*s", number, (int)(got->n < 500 ? got->n : 500),
		     got->p);
}

static bool next_line(struct player *p);

/* The lines of the same client that follow go with it. */
static void play_send(struct player *p, unsigned number)
{
	char mark[3] = {'C', (char)('0' + number), 0};
	struct drive_client *c = client(p, number);
	struct buf all = {0}, b = {0};

	nothing_unexpected(p, number);
	for (;;) {
		struct slice rest = p->text, text = p->line;
		bool any, end, same_client;

		slice_cut(&text, ' ');
		end = !slice_has(slice_head(p->line, 3), '.');
		buf_put(&all, unescape(&b, text, &any));
		if (end)
			buf_put(&all, S("\r\n"));
		same_client = slice_starts(rest, slice_str(mark)) ||
		              (number == 1 &&
		               (slice_starts(rest, S("C:")) || slice_starts(rest, S("C."))));
		if (!same_client || !next_line(p))
			break;
	}
	drive_send(c, buf_slice(&all));
	buf_free(&all);
	buf_free(&b);
}

static void play_expect(struct player *p, unsigned number, char how, struct slice wanted)
{
	struct buf *got = drive_got(client(p, number));
	bool ends = how == '!';
	struct slice line;
	char *end;

	do {
		end = got->n ? memchr(got->p, '\n', got->n) : NULL;
		line = (struct slice){got->p, end ? (size_t)(end - got->p) : got->n};
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (ends)
			break;
		if (end && same(line, wanted, how != ':'))
			buf_drop(got, (size_t)(end - got->p) + 1);
		else if (how == '*')
			return;
		else
			fail(p, "wanted: %.*s\n#     got: %.*s%s", (int)wanted.n, wanted.p,
			     (int)line.n, line.p, end ? "" : " (no line)");
	} while (how == '*');
	if (ends && (got->n || !drive_closed(p->clients[number])))
		fail(p, "the connection is %s: %.*s",
		     drive_closed(p->clients[number]) ? "closed" : "open", (int)line.n, line.p);
}

static void play_time(struct player *p, struct slice text)
{
	struct pk_value v;

	client(p, 1);
	if (!slice_starts(text, S("+")) ||
	    option_parse(PK_DURATION, slice_skip(text, 1), &v) != PK_OK)
		fail(p, "no time");
	else
		drive_pass(p->d, v.number);
}

static void play_event(struct player *p, unsigned number, struct slice text)
{
	struct drive_client *c = client(p, number);

	if (slice_eq(text, S("kick")))
		drive_stop(c, PK_STOP_KICK);
	else if (slice_eq(text, S("drain")))
		drive_stop(c, PK_STOP_DRAIN);
	else if (slice_eq(text, S("link")))
		drive_lose_link(p->d);
	else if (slice_eq(text, S("eof")))
		drive_eof(c);
	else
		fail(p, "no event");
}

static void play_inject(struct player *p, struct slice text)
{
	client(p, 1);
	for (int st = PK_OK + 1; st < PK_STATUS_COUNT; st++)
		if (slice_eq(text, slice_str(pk_status_name((enum pk_status)st)))) {
			drive_inject(p->d, (enum pk_status)st);
			return;
		}
	fail(p, "no status");
}

/* "SELECTOR NAME=VALUE" */
static void play_setting(struct player *p, struct slice text)
{
	struct slice selector = slice_cut(&text, ' '), name = slice_cut(&text, '=');

	client(p, 1);
	if (drive_set(p->d, selector, name, text) != PK_OK)
		fail(p, "no such setting");
}

static bool next_line(struct player *p)
{
	if (!p->text.n)
		return false;
	p->line = slice_cut(&p->text, '\n');
	p->number++;
	return true;
}

static void play_line(struct player *p)
{
	struct slice text = p->line, mark = slice_cut(&text, ' ');
	unsigned number = 1;
	char how;

	if (!mark.n || mark.p[0] == '#')
		return;
	if (mark.n == 3 && mark.p[1] >= '1' && mark.p[1] <= '9')
		number = (unsigned)(mark.p[1] - '0');
	how = mark.p[mark.n - 1];
	switch (mark.p[0]) {
	case 'U': play_user(p, text); break;
	case 'O': play_option(p, text); break;
	case 'M': play_mail(p, text); break;
	case 'C': play_send(p, number); break;
	case 'S': play_expect(p, number, how, text); break;
	case 'T': play_time(p, text); break;
	case 'E': play_event(p, number, text); break;
	case 'I': play_inject(p, text); break;
	case 'A': play_setting(p, text); break;
	default: fail(p, "no such mark: %.*s", (int)mark.n, mark.p);
	}
}

static bool read_file(const char *file, struct buf *b)
{
	FILE *f = fopen(file, "r");
	size_t n = 1;

	while (f && n && buf_room(b, 4096)) {
		n = fread(b->p + b->n, 1, 4096, f);
		b->n += n;
	}
	if (f)
		fclose(f);
	return f && b->n;
}

/* Clients that log in do it in plain here and are offered STARTTLS, unless the transcript says
 * otherwise. */
static void set_defaults(struct player *p)
{
	const struct pk_plugin *plugin = p->how->plugin;

	for (uint32_t i = 0; i < plugin->options; i++) {
		struct slice name = slice_str(plugin->option[i].name);

		if (slice_eq(name, S("plain")) && drive_logs_in(p->how->service)) {
			play_option(p, S("plain=yes"));
			p->can_tls = true;
		}
		if (slice_eq(name, S("mode"))) {
			struct pk_setting s = {name, slice_str(p->how->service)};

			pk_put_setting_row(&p->settings, &s);
		}
	}
}

char *transcript_play(const char *file, const struct transcript_play *how)
{
	struct player p = {.how = how, .file = file};
	struct buf text = {0};

	if (!read_file(file, &text))
		fail(&p, "it cannot be read");
	p.text = buf_slice(&text);
	set_defaults(&p);
	while (!p.why && next_line(&p))
		play_line(&p);
	for (unsigned i = 1; !p.why && i <= DRIVE_CLIENTS; i++)
		nothing_unexpected(&p, i);
	if (p.d)
		drive_close(p.d);
	buf_free(&text);
	buf_free(&p.settings);
	buf_free(&p.users);
	buf_free(&p.mails);
	return p.why;
}
