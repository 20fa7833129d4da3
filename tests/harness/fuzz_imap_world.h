#ifndef FUZZ_IMAP_WORLD_H
#define FUZZ_IMAP_WORLD_H

/* The clients of fuzz_imap_sessions and their server: what is followed, and what is bounded. */
#include "fuzz_drive.h"
#include "imap_ear.h"

#include <sanitizer/allocator_interface.h>

#define CLIENTS 4
#define USERS   2

/* What a server may hold, and how long it may work, for inputs and mailboxes of this size. */
#define STEPS_MAX   100000
#define OUTPUT_MAX  ((size_t)1 << 20)
#define INPUT_HELD  ((size_t)1 << 17)
#define COMMAND_MAX ((size_t)8 << 20)
#define LINK_MAX    ((size_t)2 << 20)
#define HEAP_MAX    ((size_t)96 << 20)

static const struct {
	struct slice name, password, word;
} users[USERS] = {
	{S("jane@example.test"), S("secret"),  S("7Hq2mVx9LrTb")},
	{S("joe@example.test"),  S("rosebud"), S("p4Zk8WsYc1Nd")},
};

struct fuzz_client {
	struct drive_client *c; /* NULL: not connected */
	struct imap_ear ear;
	int user;       /* -1: does not log in by itself */
	bool holds;     /* takes nothing */
	struct buf all; /* what the final command said */
};

static struct fuzz_world {
	struct drive *d;
	struct fuzz_client client[CLIENTS];
	bool told[USERS]; /* somebody said this user's word himself: all may hear it */
	size_t heap;      /* octets before the first line */
} world;

/* ---- secrets ---- */

static inline bool has(struct slice text, struct slice what)
{
	return text.n && memmem(text.p, text.n, what.p, what.n);
}

static inline void tell(struct slice text)
{
	for (int u = 0; u < USERS; u++)
		world.told[u] |= has(text, users[u].word);
}

/* The words that a client may not hear: of users whose password it has not said. Base64 of it
 * has one of three forms. */
static inline void set_secrets(struct fuzz_client *k)
{
	static const struct slice coded[USERS][3] = {
		{S("c2VjcmV0"),  S("NlY3Jld"),  S("zZWNyZX")  },
		{S("cm9zZWJ1Z"), S("Jvc2VidW"), S("yb3NlYnVk")},
	};

	struct slice said = buf_slice(&k->ear.sent);

	for (int u = 0; u < USERS; u++) {
		bool knows = k->user == u || world.told[u] || has(said, users[u].password);

		for (int i = 0; i < 3; i++)
			knows |= has(said, coded[u][i]);
		k->ear.secret[u] = knows ? S("") : users[u].word;
	}
}

/* ---- clients ---- */

static inline void hear(struct fuzz_client *k)
{
	struct buf *got = k->c ? drive_got(k->c) : NULL;

	if (!got)
		return;
	if (getenv("FUZZ_TRACE") && got->n)
		fprintf(stderr, "%s< %.*s\n", k->ear.name, (int)got->n, got->p);
	ear_heard(&k->ear, buf_slice(got));
	buf_clear(got);
	if (!k->holds && !drive_closed(k->c))
		ear_quiet(&k->ear);
}

static inline void hear_all(void)
{
	for (int i = 0; i < CLIENTS; i++)
		hear(&world.client[i]);
}

static inline void drop(struct fuzz_client *k)
{
	if (!k->c)
		return;
	hear(k);
	drive_forget(k->c);
	k->c = NULL;
	ear_forget(&k->ear);
}

static inline void queue(struct fuzz_client *k, struct slice octets)
{
	if (getenv("FUZZ_TRACE"))
		fprintf(stderr, "%s> %.*s\n", k->ear.name, (int)octets.n, octets.p);
	ear_sent(&k->ear, octets);
	tell(buf_slice(&k->ear.sent));
	for (int i = 0; i < CLIENTS; i++)
		set_secrets(&world.client[i]);
	drive_queue(k->c, octets);
}

static inline void come(struct fuzz_client *k)
{
	struct buf b = {0};

	if (k->c && drive_closed(k->c))
		drop(k);
	if (k->c)
		return;
	k->c = drive_connect(world.d);
	k->holds = false;
	set_secrets(k);
	hear(k);
	if (k->user < 0)
		return;
	buf_printf(&b, "log LOGIN %s %s\r\nsel SELECT INBOX\r\n", users[k->user].name.p,
	           users[k->user].password.p);
	queue(k, buf_slice(&b));
	buf_free(&b);
}

static inline void check_bounds(void)
{
	struct drive_held h = drive_held(world.d);
	size_t heap = __sanitizer_get_current_allocated_bytes();

	if (h.output > OUTPUT_MAX || h.input > INPUT_HELD || h.command > COMMAND_MAX ||
	    h.up > LINK_MAX || h.down > LINK_MAX || heap > world.heap + HEAP_MAX) {
		fprintf(stderr, "held: output %zu input %zu command %zu up %zu down %zu heap %zu\n",
		        h.output, h.input, h.command, h.up, h.down, heap - world.heap);
		abort();
	}
}

static inline void run(void)
{
	drive_run(world.d);
	check_bounds();
	hear_all();
}

#endif
