/* Every operation under every role, before and after a login: generated from messages.def. */
/* links: store */
#include "unit.h"

#include "server.h"

#include "ipc/frame.h"

#define ANON    PK_ROLE_ANON
#define SESSION PK_ROLE_SESSION
#define SUBMIT  PK_ROLE_SUBMIT
#define DELIVER PK_ROLE_DELIVER
#define RELAY   PK_ROLE_RELAY
#define JOB     PK_ROLE_JOB
#define ADMIN   PK_ROLE_ADMIN
#define VIEW    PK_ROLE_VIEW
#define LINK    PK_ROLE_LINK

#define CALL(number, name, roles, request, reply)                    \
	static void encode_##name(struct buf *b)                     \
	{                                                            \
		pk_put_##name##_req(b, &(struct pk_##name##_req){}); \
	}
#include <postkeep/messages.def>

static const struct op {
	uint16_t number;
	uint32_t roles;
	const char *name;
	void (*encode)(struct buf *); /* a request of zeros */
} ops[] = {
#define CALL(number, name, roles, request, reply) {number, roles, #name, encode_##name},
#include <postkeep/messages.def>
};

struct world {
	char dir[64];
	struct server server;
	struct peer *peer;
	uint64_t tag;
};

static void open_world(struct world *w)
{
	struct server_options o = {
		.volume = {.map_octets = 64 << 20, .reserve_octets = 1, .no_sync = true}
        };

	*w = (struct world){.dir = "/tmp/pk-roles-XXXXXX"};
	assert_non_null(mkdtemp(w->dir));
	o.data = w->dir;
	memset(o.operator_key, 7, sizeof(o.operator_key));
	assert_int_equal(server_open(&w->server, &o), PK_OK);
}

static void close_world(struct world *w)
{
	char command[128];

	server_close(&w->server);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	assert_int_equal(system(command), 0);
}

/* Sends one request; the status of its last reply, -1 when none came. */
static int ask(struct world *w, uint32_t session, uint16_t op, struct slice request,
               struct buf *reply)
{
	struct frame f = {.op = op, .session = session, .tag = ++w->tag, .payload = request}, got;
	struct buf b = {0};
	int status = -1;
	size_t at = 0, used = 1;

	frame_put(&b, &f);
	peer_feed(w->peer, buf_slice(&b));
	buf_free(&b);
	server_run(&w->server);
	while (used) {
		assert_int_equal(frame_take(slice_skip(buf_slice(&w->peer->out), at), &got, &used),
		                 PK_OK);
		if (used && got.flags & FRAME_REPLY && got.tag == w->tag) {
			status = got.status;
			if (reply) {
				buf_clear(reply);
				buf_put(reply, got.payload);
			}
		}
		at += used;
	}
	buf_clear(&w->peer->out);
	return status;
}

static void connect_as(struct world *w, uint32_t roles)
{
	struct buf b = {0};

	w->peer = peer_new(&w->server, roles, "test");
	pk_put_hello_req(&b, &(struct pk_hello_req){.major = PK_IPC_MAJOR});
	assert_int_equal(ask(w, 0, PK_OP_hello, buf_slice(&b), NULL), PK_OK);
	buf_free(&b);
}

static void announce(struct world *w, uint32_t session)
{
	struct buf b = {0};

	pk_put_announce_req(&b, &(struct pk_announce_req){.peer = S("127.0.0.1"), .tls = 0x304});
	assert_int_equal(ask(w, session, PK_OP_announce, buf_slice(&b), NULL), PK_OK);
	buf_free(&b);
}

static void a_role_may_do_what_the_table_says(void **state)
{
	static const uint32_t roles[] = {ANON, ANON | SESSION, DELIVER, RELAY, JOB, ADMIN, SESSION};
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t r = 0; r < COUNT(roles); r++) {
		for (size_t i = 0; i < COUNT(ops); i++) {
			bool may = ops[i].roles & roles[r] &
			           ~(uint32_t)SESSION; /* nobody has logged in */
			bool greeted = roles[r] & (ANON | DELIVER | ADMIN);
			struct buf b = {0};
			int status;

			connect_as(&w, roles[r]);
			if (greeted)
				announce(&w, 1);
			ops[i].encode(&b);
			status = ask(&w, 1, ops[i].number, buf_slice(&b), NULL);
			if (ops[i].number == PK_OP_hello || !greeted)
				may = false;
			if (ops[i].number == PK_OP_hello)
				assert_int_equal(status, PK_ENOTSUP); /* of version 0.0 */
			else if (!may && status == PK_OK)
				fail_msg("%s went through under role %x", ops[i].name, roles[r]);
			else if (may && status == -1)
				fail_msg("%s was never answered under role %x", ops[i].name,
				         roles[r]);
			if (greeted && !may && ops[i].number != PK_OP_hello)
				assert_int_equal(status, PK_EPERM);
			buf_free(&b);
			peer_close(w.peer);
			server_run(&w.server);
		}
	}
	assert_int_equal(w.server.sessions, 0);
	close_world(&w);
}

static void a_refused_session_stays_refused(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	connect_as(&w, ANON | SESSION);
	announce(&w, 1);
	assert_int_equal(ask(&w, 1, PK_OP_tenant_list, S(""), NULL), PK_EPERM);
	assert_int_equal(ask(&w, 1, PK_OP_auth, S(""), NULL), PK_EPERM);
	assert_int_equal(ask(&w, 1, PK_OP_bye, S(""), NULL), PK_OK);
	assert_int_equal(w.server.sessions, 0);
	announce(&w, 1);
	peer_close(w.peer);
	close_world(&w);
}

static void an_unknown_operation_is_not_supported(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	connect_as(&w, ANON | SESSION);
	announce(&w, 1);
	assert_int_equal(ask(&w, 1, 254, S(""), NULL), PK_ENOTSUP);
	assert_int_equal(ask(&w, 1, 9999, S(""), NULL), PK_ENOTSUP);
	assert_int_equal(ask(&w, 1, PK_OP_announce, S("short"), NULL), PK_EPROTO);
	assert_int_equal(ask(&w, 2, PK_OP_auth, S(""), NULL), PK_EPROTO);
	assert_false(w.peer->dead);
	peer_close(w.peer);
	close_world(&w);
}

static void a_framing_fault_ends_the_link(void **state)
{
	struct world w;

	(void)state;
	open_world(&w);
	connect_as(&w, ANON | SESSION);
	peer_feed(w.peer, S("\xff\xff\xff\xff garbage"));
	assert_true(w.peer->dead);
	peer_close(w.peer);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_role_may_do_what_the_table_says),
		cmocka_unit_test(a_refused_session_stays_refused),
		cmocka_unit_test(an_unknown_operation_is_not_supported),
		cmocka_unit_test(a_framing_fault_ends_the_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
