#ifndef IMAP_TALK_H
#define IMAP_TALK_H

/* One IMAP client of a server of its own, for tests that look at what it gets as text. */
#include "unit.h"

#include "imap_client.h"
#include "session.h"

struct talk {
	struct drive *d;
	struct drive_client *c;
	struct pk_plugin plugin; /* a changed one, where a test has it */
};

static inline void talk_open(struct talk *t, uint64_t seed)
{
	t->d = client_drive(pk_plugin_entry(service_host()), seed);
	t->c = drive_connect(t->d);
	buf_clear(drive_got(t->c));
}

static inline void talk_close(struct talk *t)
{
	drive_close(t->d);
}

/* Sends a line and returns all that came. */
static inline struct slice say(struct talk *t, const char *line)
{
	struct buf b = {0};

	buf_clear(drive_got(t->c));
	buf_printf(&b, "%s\r\n", line);
	drive_send(t->c, buf_slice(&b));
	buf_free(&b);
	return buf_slice(drive_got(t->c));
}

static inline bool has(struct slice text, const char *what)
{
	return text.n && memmem(text.p, text.n, what, strlen(what));
}

static inline void log_in(struct talk *t)
{
	assert_true(has(say(t, "a LOGIN jane@example.test secret"), "a OK "));
}

static inline void append(struct talk *t, struct slice message)
{
	struct buf b = {0};

	buf_printf(&b, "ap APPEND INBOX {%zu+}\r\n", message.n);
	buf_put(&b, message);
	buf_put(&b, S("\r\n"));
	buf_clear(drive_got(t->c));
	drive_send(t->c, buf_slice(&b));
	buf_free(&b);
	assert_true(has(buf_slice(drive_got(t->c)), "ap OK "));
}

#endif
