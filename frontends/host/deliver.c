#include "deliver.h"

#include "session.h"
#include "trace.h"

#include <assert.h>

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

#define TURN       64 /* inputs in one turn: then it is the others' */
#define EXACT_MOST 65536u
#define STREAM     ((uint32_t)(PK_LINE | PK_BYTES | PK_EXACT))
#define LAYERS     ((uint32_t)(PK_TLS | PK_DEFLATE | PK_PLAIN | PK_CLOSE))
#define KNOWN      (2 * (uint32_t)PK_CLOSE - 1)

/*
 * Something that can happen. may() says whether it has and the session can take it; fill() makes
 * the input, the same one each time, until taken() has been called: so an input can be repeated.
 */
struct source {
	bool (*may)(struct session *s);
	void (*fill)(struct session *s, struct pk_in *in);
	void (*taken)(struct session *s);
};

static bool may_stop(struct session *s)
{
	return s->stop;
}

static void fill_stop(struct session *s, struct pk_in *in)
{
	in->kind = PK_IN_STOP;
	in->what = s->stop;
}

static void stop_taken(struct session *s)
{
	s->draining = s->stop == PK_STOP_DRAIN;
	s->stop = 0;
	if (s->draining)
		return;
	s->source = 0;
	s->layer = PK_CLOSE;
}

static bool may_layer(struct session *s)
{
	return s->layer_done;
}

static void fill_layer(struct session *s, struct pk_in *in)
{
	in->kind = PK_IN_LAYER;
	in->what = s->layer;
	in->status = s->layer_status;
	s->layer = 0;
}

static void layer_taken(struct session *s)
{
	s->layer_done = false;
}

static bool may_timer(struct session *s)
{
	return s->wake_due;
}

static void fill_timer(struct session *s, struct pk_in *in)
{
	(void)s;
	in->kind = PK_IN_TIMER;
}

static void timer_taken(struct session *s)
{
	s->wake_due = false;
}

static bool may_reply(struct session *s)
{
	return s->first && s->io.want & PK_REPLY;
}

static void fill_reply(struct session *s, struct pk_in *in)
{
	const struct arrival *a = s->first;

	in->kind = PK_IN_REPLY;
	in->tag = a->tag;
	in->status = a->status;
	in->flags = a->flags;
	in->bytes = a->bytes;
	if (a->wire && !(a->flags & PK_MORE))
		link_answered(s, a->wire);
}

static void reply_taken(struct session *s)
{
	struct arrival *a = s->first;

	s->first = a->next;
	if (!s->first)
		s->last = NULL;
	arrival_free(s, a);
}

static bool may_input(struct session *s)
{
	size_t take = s->io.take, room;

	s->cut_kind = s->io.want & PK_LINE ? PK_IN_LINE : PK_IN_BYTES;
	s->cut_secret = s->io.want & PK_SECRET;
	s->cut_wiped = session_secret(s);
	if (s->io.want & PK_LINE)
		return intake_line(&s->intake, take, &s->cut);
	if (s->io.want & PK_EXACT)
		return intake_exact(&s->intake, take < EXACT_MOST ? take : EXACT_MOST, &s->cut);
	room = body_room(s);
	return s->io.want & PK_BYTES &&
	       intake_bytes(&s->intake, take < room ? take : room, &s->cut);
}

static void fill_input(struct session *s, struct pk_in *in)
{
	s->cut.bytes.p = s->intake.p; /* may have moved since it was cut */
	in->kind = s->cut_kind;
	in->flags = s->cut.flags;
	in->bytes = s->cut.bytes;
	s->io.pending = s->intake.n - s->cut.used;
}

static void input_taken(struct session *s)
{
	intake_take(&s->intake, &s->cut, s->cut_wiped);
}

static bool may_again(struct session *s)
{
	return s->again && s->io.want & PK_AGAIN;
}

static void fill_again(struct session *s, struct pk_in *in)
{
	in->kind = PK_IN_AGAIN;
	s->again = false;
}

static void again_taken(struct session *s)
{
	(void)s;
}

static unsigned first_news(const struct session *s)
{
	for (unsigned i = 0; i < COUNT(s->news); i++)
		if (s->news[i])
			return i * 64 + (unsigned)__builtin_ctzll(s->news[i]);
	return 0;
}

static bool may_news(struct session *s)
{
	return s->io.want & PK_NEWS && !s->io.out_n && first_news(s);
}

static void fill_news(struct session *s, struct pk_in *in)
{
	in->kind = PK_IN_NEWS;
	in->what = first_news(s);
}

static void news_taken(struct session *s)
{
	unsigned event = first_news(s);

	s->news[event / 64] &= ~(UINT64_C(1) << event % 64);
}

/* Half a line or piece at the client's end is dropped; octets of a body still wait for room. */
static bool may_eof(struct session *s)
{
	return s->eof && !s->eof_told && s->io.want & STREAM &&
	       !(s->io.want & PK_BYTES && s->intake.n);
}

static void fill_eof(struct session *s, struct pk_in *in)
{
	(void)s;
	in->kind = PK_IN_EOF;
}

static void eof_taken(struct session *s)
{
	s->eof_told = true;
}

static const struct source sources[] = {
	[DELIVER_STOP] = {may_stop,  fill_stop,  stop_taken },
	[DELIVER_LAYER] = {may_layer, fill_layer, layer_taken},
	[DELIVER_TIMER] = {may_timer, fill_timer, timer_taken},
	[DELIVER_REPLY] = {may_reply, fill_reply, reply_taken},
	[DELIVER_INPUT] = {may_input, fill_input, input_taken},
	[DELIVER_AGAIN] = {may_again, fill_again, again_taken},
	[DELIVER_NEWS] = {may_news,  fill_news,  news_taken },
	[DELIVER_EOF] = {may_eof,   fill_eof,   eof_taken  },
};

static enum deliver_source choose(struct session *s)
{
	enum deliver_source i = DELIVER_TIMER;

	if (s->layer == PK_CLOSE)
		return DELIVER_NOTHING;
	if (may_stop(s))
		return DELIVER_STOP;
	if (s->io.out_n >= s->io.out_high)
		return DELIVER_NOTHING;
	if (s->layer)
		return may_layer(s) ? DELIVER_LAYER : DELIVER_NOTHING;
	if (s->source)
		return s->body_blocked ? DELIVER_NOTHING : (enum deliver_source)(s->source - 1);
	while (i < DELIVER_NOTHING && !sources[i].may(s))
		i++;
	return i;
}

static void set_wake(struct session *s)
{
	if (s->io.wake_ms == s->wake_seen)
		return;
	s->wake_seen = s->io.wake_ms;
	s->wake_ms = s->wake_seen ? s->service->mono_ms + s->wake_seen : 0;
}

static void command_over(struct session *s)
{
	bodies_drop_ended(s);
	arena_free(&s->command);
	link_narrow(s);
	s->heard_ms = s->service->mono_ms;
	if (s->draining)
		s->layer = PK_CLOSE;
}

/* Nobody will ever tell this session anything: its client is gone, or its wants are a mistake. */
static bool hopeless(const struct session *s)
{
	uint32_t lively = PK_REPLY | PK_AGAIN | (s->eof_told ? 0 : STREAM | PK_NEWS);

	return !(s->io.want & lively) && !s->layer && !s->source && !s->wake_ms && !s->wake_due;
}

void deliver_wants(struct session *s, uint32_t want)
{
	if (want & ~KNOWN) {
		service_log(s->service, s, PK_LOG_ERROR, S("unknown want of the plugin"));
		s->over = true;
		return;
	}
	s->io.want = want;
	set_wake(s);
	if (want & LAYERS && s->layer != PK_CLOSE)
		s->layer = want & PK_CLOSE ? PK_CLOSE : (uint16_t)(want & LAYERS);
	if (s->layer)
		s->moved_ms = s->service->mono_ms;
	if (want & PK_DONE)
		command_over(s);
	if (hopeless(s))
		s->layer = PK_CLOSE;
}

/*
 * Whether the same input must come again: the session's cursor moved, or a body had no room. A
 * cursor that stayed where it was means that the session is through.
 */
static bool comes_again(const struct session *s, enum deliver_source at, const struct pk_in *in)
{
	uint64_t before = s->source == at + 1u ? s->cursor : 0;

	return at > DELIVER_LAYER && in->resume && (in->resume != before || s->body_blocked) &&
	       !s->cancelled;
}

static void tell(struct session *s, enum deliver_source at)
{
	struct pk_in in = {.size = sizeof(in), .resume = s->source == at + 1u ? s->cursor : 0};
	uint32_t want;
	size_t before = s->io.out_n;

	s->io.pending = s->intake.n;
	sources[at].fill(s, &in);
	if (s->trace_ms && s->source != at + 1u)
		trace_input(s, &in);
	s->io.now_ms = s->service->now_ms;
	s->io.mono_ms = s->service->mono_ms;
	s->io.calls_left = LINK_CALLS - link_calls(s);
	s->body_blocked = false;
	s->cancelled = false;
	s->telling = (uint8_t)(at + 1u);
	want = s->service->plugin->input(s->state, &s->io, &in);
	s->telling = 0;
	if (s->trace_ms)
		trace_answer(s, before, want);
	if (comes_again(s, at, &in)) {
		s->cursor = in.resume;
		s->source = (uint8_t)(at + 1u);
	} else {
		if (at != DELIVER_STOP)
			s->source = 0;
		s->body_blocked = false;
		if (in.kind == PK_IN_BYTES)
			s->cut.used -= in.unused < s->cut.used ? in.unused : s->cut.used;
		sources[at].taken(s);
	}
	deliver_wants(s, want);
}

void deliver(struct session *s)
{
	enum deliver_source at;
	unsigned told = 0;

	assert(!s->running);
	s->running = true;
	while (s->open && !s->over && told < TURN && (at = choose(s)) < DELIVER_NOTHING) {
		tell(s, at);
		told++;
	}
	s->running = false;
	s->starved = told == TURN;
}

bool deliver_more(const struct session *s)
{
	bool again = s->io.want & PK_AGAIN && !s->layer && !s->source;

	return s->open && !s->over && (s->starved || (again && s->io.out_n < s->io.out_high));
}
