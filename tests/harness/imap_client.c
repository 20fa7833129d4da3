#include "imap_client.h"

#include <inttypes.h>
#include <stdarg.h>

const char *const client_flag[CLIENT_FLAGS] = {"\\Seen",  "\\Answered", "\\Flagged", "\\Deleted",
                                               "\\Draft", "$Work",      "Later"};

struct drive *client_drive(const struct pk_plugin *plugin, uint64_t schedule)
{
	struct buf settings = {0};
	struct drive_options o = {.service = "imap", .plugin = plugin, .seed = schedule};
	struct drive *d;

	pk_put_setting_row(&settings, &(struct pk_setting){S("plain"), S("yes")});
	o.settings = PK_ROWS(&settings);
	d = drive_open(&o);
	buf_free(&settings);
	drive_user(d, S("jane@example.test"), S("secret"));
	return d;
}

const char *client_box(int box)
{
	return box ? "other" : "INBOX";
}

void client_fails(struct imap_client *c, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "client %u, kind %d, command %u in %s: ", c->number, c->kind, c->tag,
	        c->box < 0 ? "-" : client_box(c->box));
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

/* The cache. */

static unsigned cache_place(const struct cache *k, uint32_t uid)
{
	unsigned low = 0, high = k->n;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (k->of[middle].uid < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct cached *cache_find(struct cache *k, uint32_t uid)
{
	unsigned at = cache_place(k, uid);

	return at < k->n && k->of[at].uid == uid ? &k->of[at] : NULL;
}

static struct cached *cache_add(struct imap_client *c, struct cache *k, uint32_t uid)
{
	unsigned at = cache_place(k, uid);

	if (at < k->n && k->of[at].uid == uid)
		return &k->of[at];
	if (k->n == CLIENT_MESSAGES)
		client_fails(c, "too many messages");
	memmove(&k->of[at + 1], &k->of[at], (k->n - at) * sizeof(*k->of));
	k->n++;
	k->of[at] = (struct cached){.uid = uid};
	return &k->of[at];
}

void cache_drop(struct cache *k, uint32_t first, uint32_t last)
{
	unsigned from = cache_place(k, first), to = from;

	while (to < k->n && k->of[to].uid <= last)
		to++;
	memmove(&k->of[from], &k->of[to], (k->n - to) * sizeof(*k->of));
	k->n -= to - from;
}

static struct cache *cache_of(struct imap_client *c)
{
	if (c->box < 0)
		client_fails(c, "no mailbox is selected");
	return &c->cache[c->box];
}

/* Words of a response. */

static bool take(struct slice *s, const char *word)
{
	if (!slice_starts(*s, slice_str(word)))
		return false;
	*s = slice_skip(*s, strlen(word));
	return true;
}

static uint64_t take_number(struct imap_client *c, struct slice *s)
{
	size_t n = 0;
	uint64_t v;

	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	if (!slice_number(slice_head(*s, n), INT64_MAX, &v))
		client_fails(c, "no number: %.*s", (int)s->n, s->p);
	*s = slice_skip(*s, n);
	return v;
}

/* One range of a set, with the comma behind it. */
static void take_range(struct imap_client *c, struct slice *s, uint32_t *first, uint32_t *last)
{
	*first = *last = (uint32_t)take_number(c, s);
	if (take(s, ":"))
		*last = (uint32_t)take_number(c, s);
	if (*first > *last || (s->n && !take(s, ",")))
		client_fails(c, "bad set: %.*s", (int)s->n, s->p);
}

static uint32_t take_flags(struct imap_client *c, struct slice *s)
{
	struct slice list = slice_cut(s, ')');
	uint32_t flags = 0;

	while (list.n) {
		struct slice word = slice_cut(&list, ' ');
		unsigned i = 0;

		if (slice_eq(word, S("\\Recent")))
			continue;
		while (i < CLIENT_FLAGS && !slice_eq(word, slice_str(client_flag[i])))
			i++;
		if (i == CLIENT_FLAGS)
			client_fails(c, "unknown flag %.*s", (int)word.n, word.p);
		flags |= 1u << i;
	}
	return flags;
}

/* Messages that go. */

static void may_expunge(struct imap_client *c)
{
	if (!c->pending || c->by_numbers)
		client_fails(c, "an expunge where none may be");
}

/* What cannot be, ends the program. */
static void must_be(struct imap_client *c, const char *why)
{
	if (why)
		client_fails(c, "%s; %u are counted", why, c->messages.n);
}

static void remove_number(struct imap_client *c, uint32_t number)
{
	uint32_t uid;

	must_be(c, counted_remove(&c->messages, number, &uid));
	c->vanished++;
	if (uid)
		cache_drop(cache_of(c), uid, uid);
}

static void hear_vanished(struct imap_client *c, struct slice s)
{
	bool earlier = take(&s, "(EARLIER) ");
	uint32_t first, last;

	if (c->kind != CLIENT_QRESYNC || (earlier && !c->earlier))
		client_fails(c, "VANISHED without a cause");
	if (!earlier)
		may_expunge(c);
	while (s.n) {
		take_range(c, &s, &first, &last);
		if (earlier && last >= c->uidnext && last > cache_of(c)->listed_to)
			client_fails(c, "%u vanished earlier and never was", last);
		cache_drop(cache_of(c), first, last);
		for (uint32_t uid = first; uid <= last; uid++) {
			uint32_t number = counted_number(&c->messages, uid);

			if (earlier && number && c->messages.uids[number - 1])
				client_fails(c, "%u vanished earlier and is counted", uid);
			if (!earlier && !number)
				client_fails(c, "%u vanished and was not counted", uid);
			if (!earlier)
				remove_number(c, number);
		}
	}
}

/* Messages. */

struct heard {
	uint32_t uid, flags;
	uint64_t modseq;
	bool has_flags;
};

static void hear_items(struct imap_client *c, struct slice s, struct heard *h)
{
	while (s.n && !slice_eq(s, S(")"))) {
		if (take(&s, "UID ")) {
			h->uid = (uint32_t)take_number(c, &s);
		} else if (take(&s, "FLAGS (")) {
			h->has_flags = true;
			h->flags = take_flags(c, &s);
		} else if (take(&s, "MODSEQ (")) {
			h->modseq = take_number(c, &s);
			take(&s, ")");
		} else if (!take(&s, "BODY[TEXT] \"\"") && !take(&s, "BODY[]<5> \"\"")) {
			client_fails(c, "FETCH of what? %.*s", (int)s.n, s.p);
		}
		take(&s, " ");
	}
}

static uint32_t changed(const struct client_store *how, uint32_t flags)
{
	return how->how == '+'   ? flags | how->flags
	       : how->how == '-' ? flags & ~how->flags
	                         : how->flags;
}

static void learn(struct imap_client *c, const struct heard *h)
{
	struct cache *k = cache_of(c);
	struct cached *m = h->has_flags ? cache_add(c, k, h->uid) : cache_find(k, h->uid);

	if (!m)
		return;
	if (h->has_flags)
		m->flags = h->flags;
	else if (h->modseq && c->store.silent)
		m->flags = changed(&c->store, m->flags);
	if (h->modseq && h->modseq < m->modseq)
		client_fails(c, "the modseq of %u goes back", h->uid);
	if (h->modseq)
		m->modseq = h->modseq;
}

static void hear_fetch(struct imap_client *c, uint32_t number, struct slice s)
{
	struct heard h = {0};

	hear_items(c, s, &h);
	must_be(c, counted_uid(&c->messages, number, h.uid));
	if (c->kind != CLIENT_PLAIN && !c->fetching && !(h.uid && h.modseq))
		client_fails(c, "FETCH without UID and MODSEQ");
	if (c->kind == CLIENT_PLAIN && h.modseq)
		client_fails(c, "MODSEQ for whom?");
	h.uid = c->messages.uids[number - 1];
	if (h.modseq > c->said)
		c->said = h.modseq;
	if (h.uid)
		learn(c, &h);
}

/* Responses. */

static void hear_code(struct imap_client *c, struct slice s)
{
	if (take(&s, "[HIGHESTMODSEQ ")) {
		c->code = take_number(c, &s);
	} else if (take(&s, "[UIDVALIDITY ")) {
		c->uidvalidity = (uint32_t)take_number(c, &s);
		if (cache_of(c)->uidvalidity != c->uidvalidity)
			*cache_of(c) = (struct cache){0};
	} else if (take(&s, "[UIDNEXT ")) {
		c->uidnext = (uint32_t)take_number(c, &s);
	}
}

static void hear_found(struct imap_client *c, struct slice s)
{
	c->found_n = 0;
	while (take(&s, " ") && !take(&s, "(MODSEQ ")) {
		if (c->found_n == CLIENT_MESSAGES)
			client_fails(c, "too many are found");
		c->found[c->found_n++] = (uint32_t)take_number(c, &s);
	}
}

static void hear_number(struct imap_client *c, struct slice s)
{
	uint32_t n = (uint32_t)take_number(c, &s);

	if (take(&s, " EXISTS")) {
		must_be(c, counted_exists(&c->messages, n));
	} else if (take(&s, " EXPUNGE")) {
		if (c->kind == CLIENT_QRESYNC)
			client_fails(c, "EXPUNGE after ENABLE QRESYNC");
		may_expunge(c);
		remove_number(c, n);
	} else if (take(&s, " FETCH (")) {
		hear_fetch(c, n, s);
	} else if (!take(&s, " RECENT")) {
		client_fails(c, "what is %.*s?", (int)s.n, s.p);
	}
}

static void hear_untagged(struct imap_client *c, struct slice s)
{
	if (take(&s, "OK "))
		hear_code(c, s);
	else if (take(&s, "VANISHED "))
		hear_vanished(c, s);
	else if (take(&s, "SEARCH"))
		hear_found(c, s);
	else if (s.n && s.p[0] >= '0' && s.p[0] <= '9')
		hear_number(c, s);
	else if (!take(&s, "FLAGS ") && !take(&s, "ENABLED") && !take(&s, "STATUS "))
		client_fails(c, "what is * %.*s?", (int)s.n, s.p);
}

/* RFC 7162 section 6: what the client takes for HIGHESTMODSEQ. */
static void hear_tagged(struct imap_client *c, struct slice s)
{
	c->pending = c->idle = false;
	c->status = s.n ? s.p[0] : 0;
	snprintf(c->words, sizeof(c->words), "%.*s", (int)s.n, s.p);
	slice_cut(&s, ' ');
	hear_code(c, s);
	if (c->status == 'B')
		client_fails(c, "%s", c->words);
	if (c->box < 0 || !c->synced)
		return;
	if (c->code)
		cache_of(c)->highest = c->code;
	else if (c->said > cache_of(c)->highest)
		cache_of(c)->highest = c->said;
}

static void hear_line(struct imap_client *c, struct slice line)
{
	char tag[16];

	snprintf(tag, sizeof(tag), "t%u ", c->tag);
	if (c->trace)
		fprintf(stderr, "S%u: %.*s\n", c->number, (int)line.n, line.p);
	if (take(&line, "* "))
		hear_untagged(c, line);
	else if (take(&line, tag))
		hear_tagged(c, line);
	else if (!take(&line, "+ "))
		client_fails(c, "what is %.*s?", (int)line.n, line.p);
}

static void hear_lines(struct imap_client *c, unsigned most)
{
	struct slice got = buf_slice(drive_got(c->c));

	for (; got.n && most; most--) {
		struct slice line = slice_cut(&got, '\n');

		if (slice_ends(line, S("\r")))
			line.n--;
		hear_line(c, line);
	}
	buf_clear(drive_got(c->c));
}

void client_hear(struct imap_client *c)
{
	if (!c->c)
		return;
	hear_lines(c, UINT32_MAX);
	if (drive_closed(c->c)) {
		client_break(c, 0);
		return;
	}
	if (c->pending && !c->idle)
		client_fails(c, "no answer");
}

/* Commands. */

void client_queue(struct imap_client *c, const char *format, ...)
{
	struct buf b = {0};
	char text[8192];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!c->idle) {
		c->tag++;
		c->said = c->code = 0;
		c->vanished = 0;
		c->by_numbers = !strncmp(text, "FETCH ", 6) || !strncmp(text, "STORE ", 6) ||
		                !strncmp(text, "SEARCH ", 7);
		c->fetching = strstr(text, "FETCH ");
		c->earlier = strstr(text, "VANISHED") || strstr(text, "(QRESYNC ");
		c->pending = true;
		buf_printf(&b, "t%u ", c->tag);
	}
	c->idle = !strcmp(text, "IDLE");
	buf_printf(&b, "%s\r\n", text);
	if (c->trace)
		fprintf(stderr, "C%u: %.*s", c->number, (int)b.n, b.p);
	drive_queue(c->c, buf_slice(&b));
	buf_free(&b);
}

static void must(struct imap_client *c)
{
	if (c->status != 'O')
		client_fails(c, "%s", c->words);
}

void client_connect(struct imap_client *c)
{
	c->c = drive_connect(c->d);
	c->box = -1;
	c->synced = c->pending = c->idle = false;
	client_do(c, "LOGIN jane@example.test secret");
	must(c);
	if (c->kind == CLIENT_PLAIN)
		return;
	client_do(c, c->kind == CLIENT_QRESYNC ? "ENABLE QRESYNC" : "ENABLE CONDSTORE");
	must(c);
}

void client_break(struct imap_client *c, unsigned lines)
{
	if (!c->c)
		return;
	hear_lines(c, lines);
	drive_forget(c->c);
	c->c = NULL;
	c->box = -1;
	c->pending = c->idle = c->synced = false;
}

void client_select(struct imap_client *c, const char *verb, int box, const char *parameters)
{
	c->box = box;
	c->messages.n = 0;
	c->synced = false;
	client_do(c, "%s %s%s", verb, client_box(box), parameters);
	must(c);
	c->selected_modseq = c->code;
	if (!c->code)
		client_fails(c, "no HIGHESTMODSEQ");
}

void client_list_new(struct imap_client *c)
{
	struct cache *k = cache_of(c);
	uint32_t from = k->listed_to + 1;

	k->uidvalidity = c->uidvalidity;
	client_do(c,
	          c->kind == CLIENT_PLAIN ? "UID FETCH %u:* (FLAGS)"
	                                  : "UID FETCH %u:* (FLAGS MODSEQ)",
	          from);
	must(c);
	for (unsigned i = 0; i < c->messages.n && c->messages.uids[i]; i++)
		if (c->messages.uids[i] > k->listed_to)
			k->listed_to = c->messages.uids[i];
}

void client_agrees(struct imap_client *c)
{
	struct cache *k = cache_of(c);

	if (k->n != c->messages.n)
		client_fails(c, "%u messages in the cache, %u are counted", k->n, c->messages.n);
	for (unsigned i = 0; i < k->n; i++) {
		if (c->messages.uids[i] && c->messages.uids[i] != k->of[i].uid)
			client_fails(c, "number %u is %u, in the cache %u", i + 1,
			             c->messages.uids[i], k->of[i].uid);
		c->messages.uids[i] = k->of[i].uid;
	}
}
