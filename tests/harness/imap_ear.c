#include "imap_ear_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_MAX   ((size_t)3 << 20) /* octets of a line, its literals not counted: a structure's */
#define STATUS_MAX 65536             /* octets of a line that is no data */

void ear_fails(const struct imap_ear *e, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "%s: ", e->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

/* ---- what happened before an answer ---- */

struct event {
	enum {
		EVENT_EXISTS,
		EVENT_RECENT,
		EVENT_EXPUNGE,
		EVENT_VANISHED, /* number to last are UIDs */
		EVENT_FETCH,    /* last: the UID, or 0 */
		EVENT_FLAGS,    /* of the same; last: which they are, or 0 */
		EVENT_FOUND,    /* number: the greatest */
		EVENT_CONTINUE,
		EVENT_BYE,
	} kind;
	uint32_t number, last;
};

static void note(struct imap_ear *e, int kind, uint32_t number, uint32_t last)
{
	struct event v = {kind, number, last};

	buf_put(&e->events, (struct slice){(const char *)&v, sizeof(v)});
}

static size_t events(const struct imap_ear *e, const struct event **v)
{
	*v = (const struct event *)(const void *)e->events.p;
	return e->events.n / sizeof(**v);
}

static bool has_event(const struct imap_ear *e, int kind)
{
	const struct event *v;
	size_t n = events(e, &v);

	for (size_t i = 0; i < n; i++)
		if ((int)v[i].kind == kind)
			return true;
	return false;
}

static void must_be(const struct imap_ear *e, const char *why, const struct event *v)
{
	if (why)
		ear_fails(e, "%s: %u, %u, of %u", why, v->number, v->last, e->messages.n);
}

static void remove_uids(struct imap_ear *e, const struct event *v)
{
	uint32_t uid;

	for (uint64_t u = v->number; u <= v->last; u++)
		must_be(e,
		        counted_remove(&e->messages, counted_number(&e->messages, (uint32_t)u),
		                       &uid),
		        v);
}

static void learn_flags(struct imap_ear *e, const struct event *v)
{
	uint32_t *note = &e->messages.note[v->number - 1];

	if (e->polled && !e->silent && *note && *note != v->last)
		ear_fails(e, "the flags of %u have changed and it was not told", v->number);
	*note = v->last;
}

static void apply(struct imap_ear *e, const struct event *v)
{
	uint32_t uid;

	switch (v->kind) {
	case EVENT_EXISTS: must_be(e, counted_exists(&e->messages, v->number), v); break;
	case EVENT_EXPUNGE: must_be(e, counted_remove(&e->messages, v->number, &uid), v); break;
	case EVENT_FETCH: must_be(e, counted_uid(&e->messages, v->number, v->last), v); break;
	case EVENT_VANISHED: remove_uids(e, v); break;
	case EVENT_FLAGS: learn_flags(e, v); break;
	case EVENT_RECENT:
		must_be(e, v->number > e->messages.n ? "more are recent than exist" : NULL, v);
		break;
	case EVENT_FOUND:
	case EVENT_CONTINUE:
	case EVENT_BYE: break;
	}
}

static bool is_of_mailbox(const struct event *v)
{
	return v->kind <= EVENT_FLAGS;
}

/* What the events do to what is selected, in their order. */
static void apply_all(struct imap_ear *e)
{
	const struct event *v;
	size_t n = events(e, &v);

	for (size_t i = 0; i < n; i++) {
		if (!is_of_mailbox(&v[i]))
			continue;
		if (e->selected == EAR_NOTHING)
			ear_fails(e, "event %d, %u, and nothing is selected", (int)v[i].kind,
			          v[i].number);
		if (e->selected == EAR_UNKNOWN && v[i].kind == EVENT_EXISTS) {
			e->selected = EAR_COUNTED;
			e->messages.n = 0;
		}
		if (e->selected == EAR_COUNTED)
			apply(e, &v[i]);
	}
}

static void found_exist(const struct imap_ear *e, uint32_t before)
{
	const struct event *v;
	size_t n = events(e, &v);
	uint32_t most = before > e->messages.n ? before : e->messages.n;

	for (size_t i = 0; i < n && e->selected == EAR_COUNTED; i++)
		if (v[i].kind == EVENT_FOUND && v[i].number > most)
			ear_fails(e, "number %u of %u is found", v[i].number, most);
}

static void begin_select(struct imap_ear *e)
{
	if (e->status == 'B' && !e->events.n)
		return; /* RFC 3501 6.3.1: it was no SELECT */
	e->selected = EAR_COUNTED;
	e->messages.n = 0;
	if (e->status == 'O' && !has_event(e, EVENT_EXISTS))
		ear_fails(e, "SELECT without EXISTS");
}

static void end_selected(struct imap_ear *e, unsigned kinds)
{
	unsigned leaves = kinds & (KIND_SELECT | KIND_CLOSE);

	if (!leaves || e->status == 'B')
		return;
	if (kinds != leaves)
		e->selected = EAR_UNKNOWN;
	else if (kinds == KIND_CLOSE && e->status == 'O')
		e->selected = EAR_NOTHING;
	else if (kinds == KIND_SELECT && e->status != 'O')
		e->selected = EAR_NOTHING;
	else if (kinds != KIND_SELECT)
		e->selected = EAR_UNKNOWN;
}

static void end_command(struct imap_ear *e, const struct imap_response *r)
{
	unsigned kinds = ear_answer(e, r->tag);
	bool expunged = has_event(e, EVENT_EXPUNGE) || has_event(e, EVENT_VANISHED);
	uint32_t before = e->messages.n;

	e->status = r->word.p[0];
	snprintf(e->tag, sizeof(e->tag), "%.*s", (int)r->tag.n, r->tag.p);
	if (expunged && !(kinds & ~(unsigned)(KIND_FETCH | KIND_SEARCH)))
		ear_fails(e, "a message is expunged during %.*s", (int)r->text.n, r->text.p);
	if (kinds == KIND_SELECT)
		begin_select(e);
	else if (kinds & (KIND_SELECT | KIND_CLOSE))
		e->selected = EAR_UNKNOWN;
	apply_all(e);
	if (kinds == KIND_SEARCH)
		found_exist(e, before);
	end_selected(e, kinds);
	buf_clear(&e->events);
}

void ear_quiet(struct imap_ear *e)
{
	const struct event *v;
	size_t n = events(e, &v);

	for (size_t i = 0; i < n && v[i].kind != EVENT_CONTINUE; i++)
		if ((v[i].kind == EVENT_EXPUNGE || v[i].kind == EVENT_VANISHED) &&
		    !has_event(e, EVENT_BYE))
			ear_fails(e, "a message is expunged between commands");
	if (e->heard.n && !has_event(e, EVENT_BYE))
		ear_fails(e, "half a response: %.*s", (int)e->heard.n, e->heard.p);
}

/* ---- what the server says ---- */

static void hear_vanished(struct imap_ear *e, struct slice rest)
{
	struct grammar g = {.in = rest};
	uint32_t first, last;

	if (grammar_word(&g, "(EARLIER)")) /* of messages that are not counted */
		return;
	while (grammar_range(&g, &first, &last)) {
		note(e, EVENT_VANISHED, first, last);
		grammar_word(&g, ",");
	}
}

static void hear_found(struct imap_ear *e, struct slice rest)
{
	struct grammar g = {.in = rest};
	uint32_t number, most = 0;

	while (g.in.n && !grammar_peek(&g, '(') && grammar_positive(&g, &number)) {
		most = number > most ? number : most;
		grammar_word(&g, " ");
	}
	note(e, EVENT_FOUND, most, 0);
}

/* A number for a set of flags, whatever their order; never 0. */
static uint32_t flags_of(struct slice list)
{
	uint32_t all = 1;

	while (list.n) {
		struct slice word = slice_cut(&list, ' ');
		uint32_t one = 2166136261;

		for (size_t i = 0; i < word.n; i++)
			one = (one ^ (unsigned char)word.p[i]) * 16777619;
		all += slice_eq(word, S("\\Recent")) ? 0 : one;
	}
	return all ? all : 1;
}

static void hear_fetch(struct imap_ear *e, const struct imap_response *r)
{
	struct grammar g = {.in = r->rest};
	uint32_t uid = 0;

	if (grammar_word(&g, "(UID "))
		grammar_positive(&g, &uid);
	note(e, EVENT_FETCH, r->number, uid);
	if (uid)
		grammar_word(&g, " ");
	else
		grammar_word(&g, "(");
	if (grammar_word(&g, "FLAGS ("))
		note(e, EVENT_FLAGS, r->number, flags_of(slice_cut(&g.in, ')')));
}

static void hear_status(struct imap_ear *e, const struct imap_response *r)
{
	struct slice rest = r->rest;

	if (slice_eq(r->word, S("BYE")))
		note(e, EVENT_BYE, 0, 0);
	if (!slice_starts(rest, S("[MAILBOXID (")))
		return;
	rest = slice_skip(rest, 12);
	rest = slice_cut(&rest, ')');
	snprintf(e->mailbox, sizeof(e->mailbox), "%.*s", (int)rest.n, rest.p);
}

static void hear_data(struct imap_ear *e, const struct imap_response *r)
{
	e->utf8 |= imap_turns_on_utf8(r);
	if (slice_eq(r->word, S("VANISHED")))
		hear_vanished(e, r->rest);
	else if (slice_eq(r->word, S("SEARCH")) || slice_eq(r->word, S("SORT")))
		hear_found(e, r->rest);
}

static void hear_number(struct imap_ear *e, const struct imap_response *r)
{
	if (slice_eq(r->word, S("FETCH")))
		hear_fetch(e, r);
	else if (slice_eq(r->word, S("EXISTS")))
		note(e, EVENT_EXISTS, r->number, 0);
	else
		note(e, slice_eq(r->word, S("RECENT")) ? EVENT_RECENT : EVENT_EXPUNGE, r->number,
		     0);
}

static void hear(struct imap_ear *e, const struct imap_response *r)
{
	bool data = r->kind == SAID_DATA || r->kind == SAID_NUMBER;

	if (r->octets > (data ? DATA_MAX : STATUS_MAX))
		ear_fails(e, "a line of %zu octets", r->octets);
	switch (r->kind) {
	case SAID_CONTINUE: note(e, EVENT_CONTINUE, 0, 0); break;
	case SAID_TAGGED: end_command(e, r); break;
	case SAID_STATUS: hear_status(e, r); break;
	case SAID_DATA: hear_data(e, r); break;
	case SAID_NUMBER: hear_number(e, r); break;
	case SAID_NOTHING:
	case SAID_WRONG:
		ear_fails(e, "%s: %.*s", r->why, (int)(r->text.n < 4000 ? r->text.n : 4000),
		          r->text.p);
	}
}

static void search_secrets(struct imap_ear *e)
{
	for (size_t i = 0; i < sizeof(e->secret) / sizeof(*e->secret); i++) {
		struct slice s = e->secret[i];
		size_t from = e->searched > s.n ? e->searched - s.n : 0;

		if (s.n && memmem(e->heard.p + from, e->heard.n - from, s.p, s.n))
			ear_fails(e, "a secret: %.*s", (int)e->heard.n, e->heard.p);
	}
	e->searched = e->heard.n;
}

void ear_heard(struct imap_ear *e, struct slice octets)
{
	struct slice rest;

	buf_put(&e->heard, octets);
	if (!e->heard.n)
		return;
	search_secrets(e);
	rest = buf_slice(&e->heard);
	for (;;) {
		struct imap_response r = imap_response(&rest, e->utf8);

		if (r.kind == SAID_NOTHING)
			break;
		hear(e, &r);
	}
	buf_drop(&e->heard, e->heard.n - rest.n);
	e->searched = e->heard.n;
}

void ear_forget(struct imap_ear *e)
{
	buf_free(&e->sent);
	buf_free(&e->commands);
	buf_free(&e->heard);
	buf_free(&e->events);
	*e = (struct imap_ear){
		.name = e->name, .secret = {e->secret[0], e->secret[1]}
        };
}
