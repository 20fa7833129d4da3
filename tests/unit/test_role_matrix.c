/* Every operation x role x own / other user / other tenant, generated from messages.def. */
/* links: store */
#include "unit.h"

#include "role_world.h"

#define MASKS 256 /* every set of the roles that have a name */
#define USERS ((uint32_t)(PK_ROLE_SESSION | PK_ROLE_SUBMIT)) /* nothing before a login */

static struct world world;
static unsigned own_seen; /* replies with mail of the asker: the scan works */

/* What one request brought: every frame of its link was looked at. */
struct outcome {
	int status; /* -1: no answer */
	unsigned secrets[WHOSE];
	unsigned bodies; /* of whomever */
};

static const char *case_name(const char *op, uint32_t mask, enum whose whose, bool in)
{
	static const char *const words[] = {"own", "a neighbour's", "a stranger's"};
	static char text[128];

	snprintf(text, sizeof(text), "%s on %s under roles %x, %s", op, words[whose], mask,
	         in ? "logged in" : "not logged in");
	return text;
}

static bool has(const struct frame *f, const char *secret, const char *what)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%s", secret, what);
	return memmem(f->payload.p, f->payload.n, text, strlen(text)) != NULL;
}

static void look_at(struct outcome *o, const struct frame *f)
{
	for (enum whose w = OWN; w < WHOSE; w++) {
		o->secrets[w] += has(f, parties[w].secret, "");
		o->bodies += has(f, parties[w].secret, " body") ||
		             has(f, parties[w].secret, " in flight");
	}
}

/* Takes all that the link says. No frame may be for another session. */
static void hear(struct client *c, uint32_t number, const char *op, struct outcome *o)
{
	size_t used = 1;
	struct frame f;

	for (size_t at = 0; used; at += used) {
		OK(frame_take(slice_skip(buf_slice(&c->link->out), at), &f, &used));
		if (!used)
			break;
		if (f.session != number)
			fail_msg("%s: session %u heard something", op, f.session);
		look_at(o, &f);
		if (f.flags & FRAME_REPLY && f.tag == c->tag)
			o->status = f.status;
	}
	buf_clear(&c->link->out);
}

/* Sends one request and takes what comes of it. The answer to a wrong password waits. */
static struct outcome send_op(struct client *c, uint32_t number, const struct op *op,
                              enum whose whose, struct maker *m)
{
	struct outcome o = {.status = -1};
	struct buf payload = {0}, b = {0};

	m->whose = whose;
	op->make(m, &payload);
	buf_clear(&c->link->out);
	frame_put(&b, &(struct frame){.op = op->number,
	                              .session = number,
	                              .tag = ++c->tag,
	                              .payload = buf_slice(&payload)});
	peer_feed(c->link, buf_slice(&b));
	drive_turn(c->drive);
	hear(c, number, op->name, &o);
	if (o.status == -1) {
		c->drive->now_ms += 16000;
		server_tick(&c->drive->server);
		drive_turn(c->drive);
		hear(c, number, op->name, &o);
	}
	buf_free(&payload);
	buf_free(&b);
	arena_free(&m->arena);
	return o;
}

static uint32_t mask_of(unsigned i)
{
	return (i & (PK_ROLE_AUTH - 1)) | (i & PK_ROLE_AUTH ? PK_ROLE_SUBMIT : 0);
}

static void asker_comes(bool in, uint32_t mask)
{
	world.asker.link->roles = DRIVE_SESSION | PK_ROLE_SUBMIT;
	session_on(&world, &world.asker, world.asker.link, ASKER);
	if (in) {
		session_login(&world.asker, OWN);
		session_settle(&world.asker, OWN);
	}
	if (in && mask & PK_ROLE_SUBMIT)
		OK(ASK(&world.asker, recipient, NULL, .address = slice_str(parties[OWN].account)));
}

static void asker_goes(void)
{
	struct session *s = session_find(world.asker.link, ASKER);

	world.asker.link->roles = DRIVE_SESSION;
	if (s)
		OK(ASK(&world.asker, bye, NULL));
	session_forget(&world.asker);
	assert_int_equal(world.drive.server.sessions, world.victim_count);
}

/* After a request that could change the asker's own: its mailbox and its message are there. */
static void mend_own(void)
{
	struct client *c = &world.asker;
	struct pk_status_rep rep = {0};

	session_forget(c);
	asker_comes(false, 0);
	session_login(c, OWN);
	(void)ASK(c, remove, NULL, .mailbox = S("Elsewhere"));
	(void)ASK(c, remove, NULL, .mailbox = slice_str(parties[NEIGHBOUR].mailbox));
	(void)ASK(c, remove, NULL, .mailbox = slice_str(parties[STRANGER].mailbox));
	if (ASK(c, status, &rep, .mailbox = slice_str(parties[OWN].mailbox)) != PK_OK ||
	    rep.exists == 0) {
		(void)ASK(c, remove, NULL, .mailbox = S("SECRET-u1 place"));
		(void)ASK(c, remove, NULL, .mailbox = slice_str(parties[OWN].mailbox));
		plant(c, OWN);
	}
	asker_goes();
}

/* One request in a session of the asker, and what may come of it. */
static void one_case(const struct op *op, uint32_t mask, enum whose whose, bool in)
{
	uint32_t now = in ? mask : mask & ~USERS;
	bool may = op->roles & now;
	struct maker m = {0};
	struct digests before, after;
	struct outcome o;

	asker_comes(in, mask);
	before = world_digest(&world);
	world.asker.link->roles = mask;
	o = send_op(&world.asker, ASKER, op, whose, &m);
	after = world_digest(&world);
	/* The session is the identity (pk-ipc(7)): no request behind a login names another. */
	assert_false(op->roles & USERS && m.names_account);
	if (op->number == PK_OP_hello)
		assert_int_equal(o.status, PK_OK); /* the link's, whatever it may be */
	else if (o.status == -1)
		fail_msg("no answer: %s", case_name(op->name, mask, whose, in));
	else if (!may && o.status != PK_EPERM)
		fail_msg("%d: %s", o.status, case_name(op->name, mask, whose, in));
	if (o.secrets[NEIGHBOUR] || o.secrets[STRANGER] || (!may && o.secrets[OWN]))
		fail_msg("mail was shown: %s", case_name(op->name, mask, whose, in));
	if (!same(&before, &after, NEIGHBOUR) || !same(&before, &after, STRANGER))
		fail_msg("others were changed: %s", case_name(op->name, mask, whose, in));
	if (!may && (!same(&before, &after, OWN) || !same(&before, &after, SHARED)))
		fail_msg("refused and done: %s", case_name(op->name, mask, whose, in));
	if (may && whose != OWN && m.names_session && o.status == PK_OK)
		fail_msg("another session's: %s", case_name(op->name, mask, whose, in));
	if (op->roles & USERS && may && whose == OWN && o.status != PK_OK && o.status != PK_EEXISTS)
		fail_msg("no valid request, %d: %s", o.status,
		         case_name(op->name, mask, whose, in));
	own_seen += o.secrets[OWN];
	victims_are_well(&world, op->name);
	asker_goes();
	if (!same(&before, &after, OWN) || !same(&before, &after, SHARED))
		mend_own();
}

/* ADMIN, VIEW and DELIVER are for other people's things; only_their_role has these. */
static bool is_for_others(const struct op *op, uint32_t mask)
{
	uint32_t may = op->roles & mask;

	return op->number != PK_OP_hello &&
	       may & (PK_ROLE_ADMIN | PK_ROLE_VIEW | PK_ROLE_DELIVER) &&
	       !(may & (PK_ROLE_ANON | USERS));
}

static int set_up(void **state)
{
	(void)state;
	world_make(&world);
	world.asker.link = link_as(&world, DRIVE_SESSION);
	world.asker.drive = &world.drive;
	victims_join(&world, world.asker.link, 1);
	victims_join(&world, link_as(&world, DRIVE_SESSION), 101);
	own_seen = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world_remove(&world);
	return 0;
}

/*
 * A role that no request names yet is tried with those of users only, and with all the others; what
 * these make of each other is tried without it.
 */
static bool is_tried(uint32_t mask)
{
	uint32_t named = 0;

	for (size_t i = 0; i < COUNT(ops); i++)
		if (ops[i].roles != PK_ROLE_LINK)
			named |= ops[i].roles;
	return !(mask & ~named) || !(mask & named & ~USERS) || mask == mask_of(MASKS - 1);
}

static void all_cases(bool in)
{
	for (unsigned n = 0; n < MASKS; n++) {
		uint32_t mask = mask_of(n), now = in ? mask : mask & ~USERS;

		for (size_t i = 0; is_tried(mask) && i < COUNT(ops); i++)
			for (enum whose whose = OWN; whose < WHOSE; whose++)
				if (!is_for_others(&ops[i], now))
					one_case(&ops[i], mask, whose, in);
	}
}

static void a_session_reaches_its_own_only(void **state)
{
	(void)state;
	all_cases(true);
	assert_true(own_seen > 100);
}

static void before_a_login_nothing_is_reached(void **state)
{
	(void)state;
	all_cases(false);
	assert_int_equal(own_seen, 0);
}

/* Numbers of sessions are those of a link: another link's mean nothing on this one. */
static void a_link_reaches_its_own_sessions_only(void **state)
{
	struct digests before = world_digest(&world), after;
	struct maker m = {0};

	(void)state;
	world.asker.link->roles = PK_ROLE_LINK;
	for (size_t i = 0; i < COUNT(ops); i++)
		for (enum whose whose = NEIGHBOUR; whose < WHOSE; whose++) {
			uint32_t number = whose == NEIGHBOUR ? 101 : 102;
			struct outcome o = send_op(&world.asker, number, &ops[i], whose, &m);
			bool own = ops[i].number == PK_OP_announce; /* makes one of that number */

			if (own || ops[i].number == PK_OP_hello)
				assert_int_equal(o.status, PK_OK);
			else if (o.status != PK_EPROTO)
				fail_msg("%s reached session %u", ops[i].name, number);
			if (own)
				session_end(session_find(world.asker.link, number));
			victims_are_well(&world, ops[i].name);
		}
	for (size_t i = 0; i < COUNT(notes); i++)
		for (enum whose whose = NEIGHBOUR; whose < WHOSE; whose++) {
			(void)send_op(&world.asker, whose == NEIGHBOUR ? 101 : 102, &notes[i],
			              whose, &m);
			victims_are_well(&world, notes[i].name);
		}
	after = world_digest(&world);
	for (enum whose w = OWN; w <= SHARED; w++)
		assert_true(same(&before, &after, w));
}

static void a_note_reaches_its_own_session_only(void **state)
{
	struct maker m = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(notes); i++)
		for (enum whose whose = NEIGHBOUR; whose < WHOSE; whose++) {
			asker_comes(true, 0);
			(void)send_op(&world.asker, ASKER, &notes[i], whose, &m);
			victims_are_well(&world, notes[i].name);
			asker_goes();
		}
}

/*
 * What is for other people's things: each request to a store of its own. ADMIN sees no mail and
 * changes no tenant but the one it names; VIEW sees as much and changes nothing; DELIVER sees
 * nothing at all.
 */
static void only_their_role(uint32_t role, const struct op *op, enum whose whose)
{
	bool delivers = op->roles & PK_ROLE_DELIVER && role != PK_ROLE_VIEW;
	struct maker m = {0};
	struct digests before, after;
	struct outcome o;

	world_copy(&world);
	world.asker.link = link_as(&world, role);
	if (delivers)
		senders_join(&world, world.asker.link);
	session_on(&world, &world.asker, world.asker.link, ASKER);
	if (delivers)
		sender_settles(&world.asker, OWN);
	before = world_digest(&world);
	o = send_op(&world.asker, ASKER, op, whose, &m);
	after = world_digest(&world);
	if (o.status == -1 || o.status == PK_EPERM || o.status == PK_EPROTO || o.status == PK_EIO)
		fail_msg("%d: %s", o.status, case_name(op->name, role, whose, false));
	if (m.names_session && (whose == OWN) != (o.status == PK_OK))
		fail_msg("%d: %s", o.status, case_name(op->name, role, whose, false));
	if (o.bodies || (role == PK_ROLE_DELIVER &&
	                 o.secrets[OWN] + o.secrets[NEIGHBOUR] + o.secrets[STRANGER]))
		fail_msg("mail was shown: %s", case_name(op->name, role, whose, false));
	if (role == PK_ROLE_VIEW &&
	    (!same(&before, &after, OWN) || !same(&before, &after, SHARED) ||
	     !same(&before, &after, NEIGHBOUR)))
		fail_msg("who may look changed: %s", case_name(op->name, role, whose, false));
	if (whose != STRANGER && !same(&before, &after, STRANGER))
		fail_msg("a stranger was changed: %s", case_name(op->name, role, whose, false));
	if (whose == STRANGER && (!same(&before, &after, OWN) || !same(&before, &after, NEIGHBOUR)))
		fail_msg("a stranger changed: %s", case_name(op->name, role, whose, false));
	own_seen += o.secrets[whose];
	victims_are_well(&world, op->name);
	world_remove(&world);
}

static void links_for_others_show_no_mail(void **state)
{
	static const uint32_t roles[] = {PK_ROLE_DELIVER, PK_ROLE_ADMIN, PK_ROLE_VIEW};

	(void)state;
	world_freeze(&world);
	own_seen = 0;
	for (size_t r = 0; r < COUNT(roles); r++)
		for (size_t i = 0; i < COUNT(ops); i++)
			for (enum whose whose = OWN; whose < WHOSE; whose++)
				if (is_for_others(&ops[i], roles[r]))
					only_their_role(roles[r], &ops[i], whose);
	assert_true(own_seen > 3); /* the names of mailboxes and keywords */
	world.drive.dir = world.frozen;
	drive_open(&world.drive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_session_reaches_its_own_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(before_a_login_nothing_is_reached, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(a_link_reaches_its_own_sessions_only, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(a_note_reaches_its_own_session_only, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(links_for_others_show_no_mail, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
