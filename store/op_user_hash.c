#include "call.h"
#include "credential.h"

#include "base/base64.h"

/* The hash of a password as it would be kept, for whoever makes many users with one call. */
struct hashing {
	struct slice secret; /* in c->in */
	struct secret made;
	enum pk_status status;
	struct buf text;
};

static void cleanup(struct call *c)
{
	struct hashing *h = c->state;

	secret_free(&h->made);
	buf_wipe(&h->text);
}

static void run(struct call *c)
{
	struct hashing *h = c->state;

	h->status = secret_make(h->secret, &h->made);
}

static void hashed(struct call *c)
{
	struct hashing *h = c->state;

	secret_text(&h->made, &h->text);
	pk_put_user_hash_rep(&c->out, &(struct pk_user_hash_rep){.hash = buf_slice(&h->text)});
	call_done(c, h->text.failed ? PK_ENOMEM : h->status);
}

void op_user_hash(struct call *c, const struct pk_user_hash_req *q)
{
	struct hashing *h = arena_alloc(&c->arena, sizeof(*h));

	if (!h) {
		call_done(c, PK_ENOMEM);
		return;
	}
	*h = (struct hashing){.secret = q->secret};
	c->state = h;
	c->cleanup = cleanup;
	if (secret_ok(q->secret))
		call_work(c, run, hashed);
	else
		call_fail(c, PK_EINVAL, "a password is UTF-8 without NUL, at most %d octets",
		          SECRET_MAX);
}
