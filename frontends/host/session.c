#include "session.h"

#include "deliver.h"

#define IN_HIGH   16384u   /* octets that are read ahead of a session */
#define BODY_HIGH 65536u   /* the same while it takes a body */
#define TAKE_MOST 1048576u /* io->take is not honoured beyond */
#define STREAM    ((uint32_t)(PK_LINE | PK_BYTES | PK_EXACT))

/* Copies the texts of a peer behind one another into one allocation. */
static bool copy_peer(struct session *s, const struct pk_peer *from)
{
	struct slice *texts[] = {&s->peer.listener, &s->peer.addr, &s->peer.local,  &s->peer.sni,
	                         &s->peer.alpn,     &s->peer.arg,  &s->peer.cipher, NULL};
	struct buf names = {0};
	size_t at = 0;

	s->peer = *from;
	s->peer.size = sizeof(s->peer);
	for (struct slice **text = texts; *text; text++)
		buf_put(&names, **text);
	if (names.failed) {
		buf_free(&names);
		return false;
	}
	for (struct slice **text = texts; *text; text++) {
		(*text)->p = names.p + at;
		at += (*text)->n;
	}
	free(s->names);
	s->names = names.p;
	return true;
}

static void set_tls(struct session *s, const struct session_tls *tls)
{
	struct pk_peer peer = s->peer;

	peer.sni = tls->sni;
	peer.alpn = tls->alpn;
	peer.cipher = tls->cipher;
	s->io.tls = tls->version;
	s->io.proven = tls->proven;
	if (!copy_peer(s, &peer))
		s->over = true;
}

struct session *session_begin(struct service *v, const struct session_setup *setup)
{
	struct session *s = calloc(1, sizeof(*s) + v->plugin->session_bytes);

	if (!s)
		return NULL;
	s->service = v;
	s->owner = setup->owner;
	s->state = s + 1;
	if (!copy_peer(s, &setup->peer)) {
		free(s);
		return NULL;
	}
	if (!s->peer.id)
		s->peer.id = v->next_id++;
	s->io = (struct pk_io){.size = sizeof(s->io),
	                       .host = service_host(),
	                       .peer = &s->peer,
	                       .conf = setup->conf,
	                       .out_high = v->out_high,
	                       .calls_left = LINK_CALLS,
	                       .idle_ms = setup->idle_ms,
	                       .can_tls = setup->can_tls};
	s->heard_ms = s->moved_ms = v->mono_ms;
	s->login_ms = setup->login_ms ? v->mono_ms + setup->login_ms : 0;
	s->layer = setup->handshake ? PK_TLS : 0;
	if (setup->link)
		link_join(setup->link, s);
	v->sessions++;
	session_schedule(s);
	return s;
}

void session_open(struct session *s, const struct session_tls *tls)
{
	s->layer = 0;
	s->io.now_ms = s->service->now_ms;
	s->io.mono_ms = s->service->mono_ms;
	set_tls(s, tls);
	if (s->over)
		return;
	s->open = true;
	s->running = true;
	deliver_wants(s, s->service->plugin->open(s->state, &s->io));
	s->running = false;
	session_ran(s);
}

void session_free(struct session *s)
{
	link_leave(s);
	timers_unset(&s->service->timers, &s->timer);
	service_forget(s->service, s);
	if (s->open && s->service->plugin->close) {
		s->closing = true;
		s->service->plugin->close(s->state, &s->io);
	}
	bodies_free(s);
	while (s->first) {
		struct arrival *a = s->first;

		s->first = a->next;
		arrival_free(s, a);
	}
	intake_free(&s->intake);
	arena_free(&s->command);
	host_free_blocks(s);
	free(s->out);
	free(s->names);
	s->service->sessions--;
	free(s);
}

static void run(struct session *s)
{
	if (s->open && !s->running)
		deliver(s);
	if (!s->intake.n)
		intake_keep(&s->intake);
	if (!session_must_send(s))
		s->sending = false;
	else if (!s->sending) {
		s->sending = true;
		s->moved_ms = s->service->mono_ms;
	}
	session_schedule(s);
}

void session_ran(struct session *s)
{
	run(s);
	service_wake(s->service, s);
}

/* Whether what comes next may hold a password: asked for, or in the line of a login. */
bool session_secret(const struct session *s)
{
	return s->io.want & PK_SECRET || session_strange(s);
}

void session_feed(struct session *s, char *bytes, size_t n)
{
	bool secret = session_secret(s);

	if (s->over || s->layer == PK_CLOSE)
		return;
	s->heard_ms = s->service->mono_ms;
	intake_lend(&s->intake, bytes, n);
	session_ran(s);
	intake_keep(&s->intake);
	if (s->intake.failed)
		s->over = true;
	if (secret)
		explicit_bzero(bytes, n);
}

void session_eof(struct session *s)
{
	s->eof = true;
	session_ran(s);
}

size_t session_room(const struct session *s)
{
	size_t take = s->io.take < TAKE_MOST ? s->io.take : TAKE_MOST;
	size_t high = s->io.want & PK_BYTES ? BODY_HIGH : IN_HIGH;

	if (!s->open || s->over || s->eof || s->layer)
		return 0;
	if (s->io.want & (PK_LINE | PK_EXACT) && high < take + 2)
		high = take + 2;
	return high > s->intake.n ? high - s->intake.n : 0;
}

/* Output is gathered until only the client can go on (enum pk_want, PK_FLUSH). */
bool session_must_send(const struct session *s)
{
	bool others = (s->io.want & PK_REPLY && (link_calls(s) || s->first)) ||
	              s->io.want & PK_AGAIN || s->starved;

	if (!s->io.out_n || s->over)
		return false;
	return s->io.want & PK_FLUSH || s->layer || s->io.out_n >= s->io.out_high || !others;
}

struct slice session_output(const struct session *s)
{
	return (struct slice){s->io.out, s->io.out_n};
}

void session_sent(struct session *s, size_t n)
{
	bool full = s->io.out_n >= s->io.out_high;

	s->io.out += n;
	s->io.out_n -= n;
	s->io.out_cap -= n;
	s->moved_ms = s->service->mono_ms;
	if (!s->io.out_n) {
		s->io.out = s->out;
		s->io.out_cap = s->out_cap;
		if (s->io.want & PK_DONE || s->layer) {
			free(s->out);
			s->out = s->io.out = NULL;
			s->out_cap = s->io.out_cap = 0;
		}
	}
	if (!s->io.out_n || (full && s->io.out_n < s->io.out_high))
		session_ran(s);
}

uint32_t session_layer(const struct session *s)
{
	return s->io.out_n || s->layer_done ? 0 : s->layer;
}

struct buf session_unread(struct session *s)
{
	struct buf b = {0};

	buf_put(&b, (struct slice){s->intake.p, s->intake.n});
	if (b.failed)
		s->over = true;
	intake_drop(&s->intake);
	return b;
}

/* After STARTTLS and UNAUTHENTICATE the store must not know the session any more: it gets a new
 * number (RFC 3207 section 4.2, RFC 8437 section 3). */
static void forget_identity(struct session *s)
{
	struct link *l = s->end.link;

	link_leave(s);
	if (l)
		link_join(l, s);
	s->io.bound = 0;
}

void session_layered(struct session *s, enum pk_status st, const struct session_tls *tls)
{
	if (s->layer == PK_TLS) {
		intake_drop(&s->intake);
		s->io.can_tls = 0;
		set_tls(s, tls);
	}
	if (s->layer == PK_TLS || s->layer == PK_PLAIN)
		forget_identity(s);
	s->heard_ms = s->service->mono_ms;
	s->layer_status = (uint16_t)st;
	s->layer_done = true;
	session_ran(s);
}

void session_stop(struct session *s, enum pk_stop why)
{
	bool drains = s->draining || s->stop == PK_STOP_DRAIN;

	if ((s->layer == PK_CLOSE && s->open) || (drains && why == PK_STOP_DRAIN))
		return;
	if ((s->stopped && !drains) || !s->open)
		s->over = true;
	s->stopped = true;
	s->stop = (uint8_t)why;
	session_ran(s);
}

void session_turn(struct session *s)
{
	s->again = true;
	run(s);
	s->again = false;
}

bool session_more(const struct session *s)
{
	return deliver_more(s);
}

/* How long the client has been silent counts while only it can go on. */
static bool waits_for_client(const struct session *s)
{
	return s->io.want & STREAM && !s->layer && !s->source && !s->io.out_n && !link_calls(s) &&
	       !s->first;
}

static int64_t idle_at(const struct session *s)
{
	return s->open && s->io.idle_ms && waits_for_client(s) ? s->heard_ms + s->io.idle_ms
	                                                       : INT64_MAX;
}

static bool must_log_in(const struct session *s)
{
	const struct link *l = s->end.link;

	return s->login_ms && !s->io.bound && !s->stopped && s->layer != PK_CLOSE &&
	       !(l && l->roles && !(l->roles & PK_ROLE_ANON));
}

static int64_t earliest(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Monotonic ms; INT64_MAX: none. */
static int64_t session_deadline(const struct session *s)
{
	int64_t at = INT64_MAX;

	if (s->wake_ms)
		at = s->wake_ms;
	if (must_log_in(s))
		at = earliest(at, s->login_ms);
	if (s->lonely_ms)
		at = earliest(at, s->lonely_ms);
	if (s->sending || s->layer)
		at = earliest(at, s->moved_ms + s->service->stall_ms);
	return s->stopped ? at : earliest(at, idle_at(s));
}

/* A timer that is set too early costs a look; so it is only moved when it must ring sooner. */
void session_schedule(struct session *s)
{
	int64_t at = session_deadline(s);

	if (s->over || at == INT64_MAX || (s->timer.place && s->timer.at_ms <= at))
		return;
	if (!timers_set(&s->service->timers, &s->timer, at))
		s->over = true;
}

void session_tick(struct session *s)
{
	int64_t now = s->service->mono_ms;

	if (s->wake_ms && s->wake_ms <= now) {
		s->wake_ms = 0;
		s->io.wake_ms = s->wake_seen = 0;
		s->wake_due = true;
		session_ran(s);
	}
	if ((s->sending || s->layer) && s->moved_ms + s->service->stall_ms <= now) {
		s->over = true;
		service_wake(s->service, s);
	} else if (must_log_in(s) && s->login_ms <= now) {
		session_stop(s, PK_STOP_LOGIN);
	} else if (s->lonely_ms && s->lonely_ms <= now) {
		s->lonely_ms = 0;
		session_stop(s, PK_STOP_LINK);
	} else if (!s->stopped && idle_at(s) <= now) {
		session_stop(s, PK_STOP_IDLE);
	}
	session_schedule(s);
}
