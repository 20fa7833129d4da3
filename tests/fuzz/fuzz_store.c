/* A host that asks anything of a whole store; verify must be silent afterwards. */
/* links: store */
#include "call.h"
#include "record.h"

#include "ipc/frame.h"

#include <assert.h>
#include <ftw.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The input, read as numbers, words and choices; zeros when it is used up. */
struct source {
	const uint8_t *p;
	size_t n;
	struct arena arena;
};

static uint64_t raw(struct source *s, size_t width)
{
	uint64_t v = 0;

	for (; width && s->n; width--, s->n--)
		v = v << 8 | *s->p++;
	return v;
}

/* Mostly small ones: so they are handles, UIDs and bits that exist. */
static uint64_t number(struct source *s, size_t width)
{
	uint64_t first = raw(s, 1);

	return first < 0xf0 ? first % 12 : raw(s, width);
}

static char own_address[32]; /* of this input's user */

static struct slice text(struct source *s)
{
	static const struct slice words[] = {
		{"INBOX",     5},
                {"inbox",     5},
                {"Junk",      4},
                {"a",         1},
                {"a/b",       3},
		{"a/b/c",     5},
                {"b",         1},
                {"$Label",    6},
                {"$Label x",  8},
                {"",          0},
		{"\xc3\xa4",  2},
                {"a%*",       3},
                {"x//y",      4},
                {"INBOX/sub", 9},
	};
	uint64_t which = raw(s, 1);
	size_t n = raw(s, 1);
	struct slice in = {(const char *)s->p, n < s->n ? n : s->n};

	if (which >> 2 == 0xe0 >> 2)
		return slice_str(own_address);
	if (which < 0xe0)
		return words[which % (sizeof(words) / sizeof(*words))];
	s->p += in.n;
	s->n -= in.n;
	return arena_copy(&s->arena, in);
}

/* Makers of all records and requests, from the table of messages. */
#define U8(f)      m->f = (uint8_t)number(s, 1);
#define U16(f)     m->f = (uint16_t)number(s, 2);
#define U32(f)     m->f = (uint32_t)number(s, 4);
#define U64(f)     m->f = number(s, 8);
#define I64(f)     m->f = (int64_t)number(s, 8);
#define STR(f)     m->f = text(s);
#define HANDLE(f)  m->f = (uint32_t)(1 + raw(s, 1) % 3);
#define BODY(f)    m->f = (uint16_t)(1 + raw(s, 1) % 3);
#define ACCOUNT(f) STR(f)
#define TENANT(f)  STR(f)
#define ROWS(f, name)                                             \
	{                                                         \
		struct buf b_ = {0};                              \
		for (uint64_t i_ = raw(s, 1) % 6; i_ > 0; i_--) { \
			struct pk_##name r_ = {};                 \
			make_##name(s, &r_);                      \
			pk_put_##name##_row(&b_, &r_);            \
		}                                                 \
		m->f.raw = arena_copy(&s->arena, buf_slice(&b_)); \
		buf_free(&b_);                                    \
	}
#define SINCE(n)
#define REC(name, fields)                                                               \
	[[maybe_unused]] static void make_##name(struct source *s, struct pk_##name *m) \
	{                                                                               \
		(void)s, (void)m;                                                       \
		fields                                                                  \
	}
#define CALL(number, name, roles, request, reply)                                  \
	static void make_##name##_req(struct source *s, struct pk_##name##_req *m) \
	{                                                                          \
		(void)s, (void)m;                                                  \
		request                                                            \
	}                                                                          \
	static void put_##name(struct source *s, struct buf *b)                    \
	{                                                                          \
		struct pk_##name##_req m = {};                                     \
		make_##name##_req(s, &m);                                          \
		pk_put_##name##_req(b, &m);                                        \
	}
#include <postkeep/messages.def>
#define CALL(number, name, roles, request, reply) [number] = put_##name,
static void (*const makers[PK_OP_MAX])(struct source *, struct buf *) = {
#include <postkeep/messages.def>
};

/* The store; made anew after so many inputs. */
#define INPUTS 4000
#define VERIFY 500 /* and looked at after so many */
static struct {
	struct server server;
	char dir[256];
	struct peer *admin;
	uint64_t tag;
	unsigned inputs;
} store;

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st, (void)flag, (void)f;
	return remove(path);
}

static void run(void)
{
	while (server_run(&store.server))
		;
}

static void say(struct peer *p, struct frame f)
{
	struct buf b = {0};

	frame_put(&b, &f);
	peer_feed(p, buf_slice(&b));
	buf_free(&b);
}

static struct peer *link_open(uint32_t roles)
{
	struct peer *p = peer_new(&store.server, roles, "fuzz");
	struct buf b = {0};

	pk_put_hello_req(&b, &(struct pk_hello_req){.major = PK_IPC_MAJOR});
	say(p, (struct frame){.op = PK_OP_hello, .payload = buf_slice(&b)});
	buf_clear(&b);
	pk_put_announce_req(&b, &(struct pk_announce_req){.tls = 1});
	say(p, (struct frame){.op = PK_OP_announce, .session = 1, .payload = buf_slice(&b)});
	buf_free(&b);
	run();
	buf_clear(&p->out);
	return p;
}

/* A frame that came, off the front; the last one is not followed by others. */
static bool next_frame(struct slice *frames, struct frame *f)
{
	size_t used;

	assert(frame_take(*frames, f, &used) == PK_OK);
	*frames = slice_skip(*frames, used);
	return used != 0;
}

/* A request of the administrator; reply: all frames of it. */
static enum pk_status ask(enum pk_op op, struct buf *request, struct buf *reply)
{
	struct frame f = {.op = op, .session = 1, .tag = ++store.tag};
	struct buf credit = {0};
	struct slice out;

	pk_put_credit_note(&credit, &(struct pk_credit_note){1 << 20});
	say(store.admin,
	    (struct frame){.op = PK_OP_credit, .session = 1, .payload = buf_slice(&credit)});
	buf_free(&credit);
	f.payload = buf_slice(request);
	say(store.admin, f);
	run();
	buf_free(request);
	if (reply)
		buf_put(reply, buf_slice(&store.admin->out));
	out = buf_slice(&store.admin->out);
	assert(next_frame(&out, &f));
	buf_clear(&store.admin->out);
	return (enum pk_status)f.status;
}

static void store_open(void)
{
	const char *tmp = getenv("TMPDIR"); /* a memory disk is fastest */
	struct server_options o = {
		.data = store.dir,
		.volume = {.map_octets = 4ull << 30, .reserve_octets = 1, .no_sync = true}
        };

	snprintf(store.dir, sizeof(store.dir), "%s/postkeep-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	assert(mkdtemp(store.dir) && server_open(&store.server, &o) == PK_OK);
	store.admin = link_open(PK_ROLE_ADMIN);
}

static void verify(void)
{
	struct pk_verify_rep rep;
	struct buf b = {0}, out = {0};
	struct slice frames;
	struct frame f;
	bool more = true;

	pk_put_verify_req(&b, &(struct pk_verify_req){.bodies = 1});
	assert(ask(PK_OP_verify, &b, &out) == PK_OK);
	frames = buf_slice(&out);
	while (next_frame(&frames, &f)) { /* one a step, and at last what ended it */
		assert(f.status == PK_OK && pk_get_verify_rep(f.payload, &rep) == PK_OK);
		if (rep.findings.raw.n)
			fprintf(stderr, "verify: %.*s\n", (int)rep.findings.raw.n,
			        rep.findings.raw.p);
		assert(!rep.findings.raw.n);
		more = f.flags & FRAME_MORE;
	}
	assert(!more);
	buf_free(&out);
}

static void store_close(void)
{
	if (!*store.dir)
		return;
	verify();
	server_close(&store.server);
	nftw(store.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*store.dir = '\0';
}

static void tenant_make(void)
{
	struct buf b = {0};

	pk_put_tenant_create_req(&b, &(struct pk_tenant_create_req){.name = S("acme")});
	assert(ask(PK_OP_tenant_create, &b, NULL) == PK_OK);
	pk_put_domain_create_req(
		&b, &(struct pk_domain_create_req){.tenant = S("acme"), .domain = S("a.test")});
	assert(ask(PK_OP_domain_create, &b, NULL) == PK_OK);
}

/* A user of this input alone: its number. */
static uint32_t user_make(void)
{
	struct buf b = {0}, rows = {0}, out = {0};
	struct pk_user_show_rep rep;
	struct slice frames;
	struct frame f;

	snprintf(own_address, sizeof(own_address), "u%u@a.test", store.inputs);
	pk_put_new_user_row(&rows, &(struct pk_new_user){.address = slice_str(own_address)});
	pk_put_user_create_req(&b, &(struct pk_user_create_req){.users = PK_ROWS(&rows)});
	assert(ask(PK_OP_user_create, &b, NULL) == PK_OK);
	pk_put_user_show_req(&b, &(struct pk_user_show_req){.account = slice_str(own_address)});
	assert(ask(PK_OP_user_show, &b, &out) == PK_OK);
	frames = buf_slice(&out);
	assert(next_frame(&frames, &f) && pk_get_user_show_rep(f.payload, &rep) == PK_OK);
	buf_free(&rows);
	buf_free(&out);
	return rep.id;
}

/* The user is logged in without a password. */
static void bind(struct peer *p, uint32_t user)
{
	struct session *s = session_find(p, 1);

	s->acct = ACCT(1, user);
	s->volume = store.server.volumes[0];
	s->body_tenant = 1;
	s->domain = 1;
	s->credit = INT64_MAX / 2;
}

/* One frame: mostly a request that is well formed, sometimes a body, sometimes anything. */
static void act(struct peer *p, struct source *s)
{
	struct frame f = {.session = 1, .tag = ++store.tag};
	unsigned what = (unsigned)raw(s, 1);
	struct buf payload = {0};

	if (what < 0x20) {
		f.op = PK_OP_data;
		f.stream = (uint16_t)(1 + what % 3);
		buf_put(&payload, text(s));
	} else if (what < 0x28) {
		f.op = (uint16_t)raw(s, 1);
		buf_put(&payload, text(s));
	} else if (what < 0x30) {
		f.op = PK_OP_credit;
		pk_put_credit_note(&payload, &(struct pk_credit_note){(int64_t)number(s, 8)});
	} else {
		f.op = (uint16_t)(what < 0x38 ? raw(s, 1) : 20 + raw(s, 1) % 55);
		if (f.op == PK_OP_announce || f.op >= PK_OP_MAX || !makers[f.op])
			return;
		makers[f.op](s, &payload);
	}
	f.payload = buf_slice(&payload);
	if (!p->dead)
		say(p, f);
	buf_free(&payload);
	if (what & 1)
		run();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct source s = {.p = data, .n = n};
	struct peer *p;

	if (store.inputs++ % INPUTS == 0) {
		if (store.inputs == 1)
			atexit(store_close);
		store_close();
		store_open();
		tenant_make();
	}
	if (store.inputs % VERIFY == 0)
		verify();
	p = link_open(PK_ROLE_ANON | PK_ROLE_SESSION | PK_ROLE_SUBMIT);
	bind(p, user_make());
	for (unsigned i = 0; i < 100 && s.n; i++)
		act(p, &s);
	run();
	peer_close(p);
	run();
	arena_free(&s.arena);
	return 0;
}
