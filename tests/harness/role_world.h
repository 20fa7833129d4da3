#ifndef ROLE_WORLD_H
#define ROLE_WORLD_H

/*
 * The world of the matrix of roles: three accounts of two tenants in one volume, each with mail
 * that nobody else may see, and what its rows come to. Link A has sessions of NEIGHBOUR and
 * STRANGER (numbers 1 and 2) beside the one that asks (3); link B, made later, has two more of
 * theirs (101 and 102), whose numbers A does not know.
 */
#include "role_rows.h"

#include "call.h"

#define ASKER 3

struct world {
	struct drive drive;
	struct client admin; /* between cases only */
	struct client asker;
	struct victim {
		struct client client;
		enum whose whose;
		bool sends; /* a host's that delivers: recipients and a body, no login */
		int64_t credit;
	} victims[4];
	unsigned victim_count;
	struct scratch frozen; /* the store that world_copy copies */
};

static struct digests world_digest(struct world *w)
{
	struct server *s = &w->drive.server;
	struct digests d = {0};
	struct txn t;

	OK(txn_begin_read(s->volumes[0], &t));
	for (int tree = 0; tree < TREE_COUNT; tree++)
		digest_tree(&d, &t, (enum tree)tree);
	txn_end_read(&t);
	OK(directory_each(s->directory, false, digest_name, &d));
	OK(directory_each(s->directory, true, digest_name, &d));
	return d;
}

/* Sessions. */

static void session_on(struct world *w, struct client *c, struct peer *link, uint32_t number)
{
	memset(c, 0, sizeof(*c));
	c->drive = &w->drive;
	c->link = link;
	c->number = number;
	OK(ASK(c, announce, NULL, .peer = S("127.0.0.1"), .tls = 0x304, .listener = S("test")));
}

static void session_forget(struct client *c)
{
	for (size_t i = 0; i < COUNT(c->frames); i++)
		buf_free(&c->frames[i]);
}

static void session_login(struct client *c, enum whose whose)
{
	struct buf data = {0};

	buf_byte(&data, '\0');
	buf_put(&data, slice_str(parties[whose].account));
	buf_byte(&data, '\0');
	buf_put(&data, S("secret"));
	OK(ASK(c, auth, NULL, .mechanism = S("PLAIN"), .data = buf_slice(&data)));
	buf_free(&data);
}

static void body_in_flight(struct client *c, enum whose whose)
{
	char text[64];

	snprintf(text, sizeof(text), "%s in flight", parties[whose].secret);
	c->next_stream = (uint16_t)(parties[whose].stream - 1);
	assert_int_equal(client_body(c, slice_str(text)), parties[whose].stream);
	drive_turn(c->drive);
	buf_clear(&c->link->out);
}

/* Its handle and its body get the numbers of the party; no others come near them. */
static void session_settle(struct client *c, enum whose whose)
{
	struct session *s = session_find(c->link, c->number);

	s->next_handle = parties[whose].handle - 1;
	OK(ASK(c, open, NULL, .mailbox = slice_str(parties[whose].mailbox), .mode = PK_OPEN_WRITE));
	body_in_flight(c, whose);
}

static struct peer *link_as(struct world *w, uint32_t roles)
{
	struct peer *p = peer_new(&w->drive.server, roles, "test");

	drive_hello(p);
	return p;
}

static struct victim *victim_new(struct world *w, struct peer *link, uint32_t number,
                                 enum whose whose)
{
	struct victim *v = &w->victims[w->victim_count++];

	session_on(w, &v->client, link, number);
	v->whose = whose;
	return v;
}

static void victim_settled(struct victim *v)
{
	v->credit = session_find(v->client.link, v->client.number)->credit;
}

static void victims_join(struct world *w, struct peer *link, uint32_t first)
{
	for (enum whose whose = NEIGHBOUR; whose < WHOSE; whose++) {
		struct victim *v = victim_new(w, link, first + whose - NEIGHBOUR, whose);

		session_login(&v->client, whose);
		session_settle(&v->client, whose);
		victim_settled(v);
	}
}

/* A session of a host that delivers: a recipient was accepted and a body is there. */
static void sender_settles(struct client *c, enum whose whose)
{
	OK(ASK(c, recipient, NULL, .address = slice_str(parties[whose].account), .octets = 100));
	body_in_flight(c, whose);
}

static void senders_join(struct world *w, struct peer *link)
{
	for (enum whose whose = NEIGHBOUR; whose < WHOSE; whose++) {
		struct victim *v = victim_new(w, link, whose, whose);

		sender_settles(&v->client, whose);
		v->sends = true;
		victim_settled(v);
	}
}

/* A victim still has what it had. */
static void victims_are_well(struct world *w, const char *after)
{
	for (unsigned i = 0; i < w->victim_count; i++) {
		struct victim *v = &w->victims[i];
		struct session *s = session_find(v->client.link, v->client.number);
		const struct party *p = &parties[v->whose];
		bool well = s && !s->refused && !s->first && s->credit == v->credit && s->bodies;

		if (well)
			well = v->sends ? s->rcpts != NULL
			                : s->acct && session_handle(s, p->handle);
		if (!well)
			fail_msg("%s touched session %u", after, v->client.number);
	}
}

/* The mail. */

static void plant(struct client *c, enum whose whose)
{
	const struct party *p = &parties[whose];
	char text[128], keyword[64];
	struct buf rows = {0};

	snprintf(text, sizeof(text), "%s place", p->secret);
	OK(ASK(c, create, NULL, .mailbox = slice_str(text)));
	OK(ASK(c, create, NULL, .mailbox = slice_str(p->mailbox)));
	snprintf(text, sizeof(text), "%s body", p->secret);
	snprintf(keyword, sizeof(keyword), "%s-keyword", p->secret);
	OK(ASK(c, append, NULL, .mailbox = slice_str(p->mailbox),
	       .messages = ROW1(&rows, new_message, .body = client_body(c, slice_str(text)),
	                        .summary = slice_str(text), .keywords = slice_str(keyword))));
	buf_free(&rows);
}

static void plant_all(struct world *w)
{
	for (enum whose whose = OWN; whose < WHOSE; whose++) {
		struct client c;

		session_on(w, &c, link_as(w, DRIVE_SESSION), 1);
		session_login(&c, whose);
		plant(&c, whose);
		client_close(&c);
	}
}

/* So that every request of a session can be a valid one. */
static void allow(struct client *admin, const char *tenant)
{
	struct buf rows = {0};

	pk_put_setting_row(&rows, &(struct pk_setting){S("quota.self"), S("on")});
	pk_put_setting_row(&rows, &(struct pk_setting){S("pop3.self"), S("on")});
	OK(ASK(admin, tenant_set, NULL, .tenant = slice_str(tenant), .settings = PK_ROWS(&rows)));
	buf_free(&rows);
}

static void world_make(struct world *w)
{
	struct buf rows = {0};

	memset(w, 0, sizeof(*w));
	drive_make(&w->drive, 2);
	client_open(&w->drive, &w->admin, DRIVE_ADMIN);
	OK(ASK(&w->admin, tenant_create, NULL, .name = S("globex")));
	OK(ASK(&w->admin, domain_create, NULL, .tenant = S("globex"), .domain = S("other.test")));
	OK(ASK(&w->admin, user_create, NULL,
	       .users = ROW1(&rows, new_user, S("u3@other.test"), S("secret"), 0)));
	buf_free(&rows);
	allow(&w->admin, "acme");
	allow(&w->admin, "globex");
	client_close(&w->admin);
	plant_all(w);
}

/* The sessions end, the store stays. */
static void world_forget(struct world *w)
{
	for (unsigned i = 0; i < w->victim_count; i++)
		session_forget(&w->victims[i].client);
	w->victim_count = 0;
	session_forget(&w->asker);
	drive_close(&w->drive);
}

static void world_freeze(struct world *w)
{
	world_forget(w);
	w->frozen = w->drive.dir;
}

/* A store of its own, the same as the frozen one. */
static void world_copy(struct world *w)
{
	char command[1024];

	scratch_make(&w->drive.dir);
	snprintf(command, sizeof(command), "cp -r --sparse=always %s/. %s", w->frozen.path,
	         w->drive.dir.path);
	assert_int_equal(system(command), 0);
	drive_open(&w->drive);
}

static void world_remove(struct world *w)
{
	world_forget(w);
	scratch_remove(&w->drive.dir);
}

#endif
