#include "serve.h"

#include "request.h"
#include "text.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct {
	unsigned code;
	const char *words;
} answers[] = {
	{200, "OK"			     },
	{400, "Bad Request"                    },
	{404, "Not Found"                      },
	{405, "Method Not Allowed"             },
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"          },
	{505, "HTTP Version Not Supported"     },
};

void clients_init(struct clients *cs, const struct metrics_set *set)
{
	*cs = (struct clients){.set = set, .listener = -1};
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		cs->all[i].fd = -1;
}

static void leave(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_free(&c->in);
	buf_free(&c->out);
	*c = (struct client){.fd = -1};
}

static const char *words_of(unsigned code)
{
	size_t i = 0;

	while (answers[i].code != code)
		i++;
	return answers[i].words;
}

/* RFC 9110 section 15.5.6: 405 says what is allowed. */
static void put_answer(struct buf *b, const struct request *r, struct slice body)
{
	buf_printf(b,
	           "HTTP/1.1 %u %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%s"
	           "Connection: close\r\n\r\n",
	           r->code, words_of(r->code),
	           r->code == 200 ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain",
	           body.n, r->code == 405 ? "Allow: GET, HEAD\r\n" : "");
	if (!r->head)
		buf_put(b, body);
}

static void count(struct clients *cs, unsigned code)
{
	char text[8];

	snprintf(text, sizeof(text), "%u", code);
	metrics_add_at(cs->counts, METRIC_metrics_requests_total,
	               metrics_word(LABEL_code, slice_str(text)), 1);
}

static void answer(struct clients *cs, struct client *c, struct request *r)
{
	struct buf body = {0};

	count(cs, r->code);
	if (r->code == 200)
		metrics_text(cs->set, &body);
	else
		buf_printf(&body, "%s\n", words_of(r->code));
	if (body.failed)
		r->code = 500;
	put_answer(&c->out, r, body.failed ? S("") : buf_slice(&body));
	buf_free(&body);
	buf_free(&c->in);
	c->answered = true;
}

/* What comes behind the answer is thrown away: closing with it unread would take the answer back.
 */
static void read_some(struct clients *cs, struct client *c)
{
	char octets[REQUEST_MOST];
	struct request r;
	ssize_t n = recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		leave(c);
		return;
	}
	if (n < 0 || c->answered)
		return;
	buf_put(&c->in, (struct slice){octets, (size_t)n});
	if (c->in.failed)
		leave(c);
	else if (request_parse(buf_slice(&c->in), &r))
		answer(cs, c, &r);
}

static void write_some(struct client *c)
{
	ssize_t n;

	if (c->out.failed) {
		leave(c);
		return;
	}
	n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		leave(c);
	else if (n > 0)
		c->sent += (size_t)n;
	if (c->fd >= 0 && c->sent == c->out.n)
		shutdown(c->fd, SHUT_WR);
}

static bool writes(const struct client *c)
{
	return c->answered && c->sent < c->out.n;
}

static struct client *place(struct clients *cs)
{
	struct client *first = &cs->all[0];

	for (size_t i = 0; i < CLIENTS_MOST; i++) {
		if (cs->all[i].fd < 0)
			return &cs->all[i];
		if (cs->all[i].late_ms < first->late_ms)
			first = &cs->all[i];
	}
	leave(first);
	return first;
}

static void accept_one(struct clients *cs, int64_t now_ms)
{
	int fd = accept4(cs->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		*place(cs) = (struct client){.fd = fd, .late_ms = now_ms + CLIENT_MS};
}

int clients_watch(const struct clients *cs, struct pollfd *polls, int64_t now_ms)
{
	int64_t wait = -1;

	polls[0] = (struct pollfd){.fd = cs->listener, .events = POLLIN};
	for (size_t i = 0; i < CLIENTS_MOST; i++) {
		const struct client *c = &cs->all[i];
		int64_t left = c->late_ms > now_ms ? c->late_ms - now_ms : 0;

		polls[1 + i] = (struct pollfd){.fd = c->fd, .events = writes(c) ? POLLOUT : POLLIN};
		if (c->fd >= 0 && (wait < 0 || left < wait))
			wait = left;
	}
	return (int)wait;
}

void clients_turn(struct clients *cs, const struct pollfd *polls, int64_t now_ms)
{
	for (size_t i = 0; i < CLIENTS_MOST; i++) {
		struct client *c = &cs->all[i];

		if (c->fd >= 0 && c->late_ms <= now_ms)
			leave(c);
		else if (c->fd >= 0 && polls[1 + i].revents && !writes(c))
			read_some(cs, c);
		if (c->fd >= 0 && writes(c))
			write_some(c);
	}
	if (polls[0].revents)
		accept_one(cs, now_ms);
}

void clients_close(struct clients *cs)
{
	for (size_t i = 0; i < CLIENTS_MOST; i++)
		leave(&cs->all[i]);
}
