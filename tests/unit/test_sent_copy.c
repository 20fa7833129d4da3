/* The copy of what a user sends, in the own mailbox, and the one that the user's client appends. */
/* links: store */
#include "unit.h"

#include "store_drive.h"

#include "mailbox.h"

static int setup(void **state)
{
	struct drive *d = calloc(1, sizeof(*d));

	drive_make(d, 3);
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct drive *d = *state;

	drive_remove(d);
	free(d);
	return 0;
}

#define U1   "u1@example.test"
#define U2   "u2@example.test"
#define BODY S("From: u1@example.test\r\nMessage-ID: <1@x>\r\n\r\nas the server got it\r\n")
#define OWN  S("From: u1@example.test\r\nMessage-ID: <1@x>\r\n\r\nas the client wrote it\r\n")
#define OWN_OCTETS \
	(sizeof("From: u1@example.test\r\nMessage-ID: <1@x>\r\n\r\nas the client wrote it\r\n") - 1)

static void user_open(struct drive *d, struct client *c, const char *user)
{
	client_login(d, c, user);
	c->link->roles = PK_ROLE_ANON | PK_ROLE_SESSION | PK_ROLE_SUBMIT;
}

/* u1 sends a message; what became of the copy. */
static enum pk_copied send_as(struct client *c, const char *to, const char *id, const char *bcc)
{
	struct buf senders = {0};
	struct pk_submit_rep rep = {0};

	OK(ASK(c, recipient, NULL, .address = slice_str(to)));
	OK(ASK(c, submit, &rep, .body = client_body(c, BODY), .return_path = S(U1),
	       .senders = ROW1(&senders, name, S(U1)), .summary = S("a summary"),
	       .message_id = slice_str(id), .bcc = slice_str(bcc)));
	buf_free(&senders);
	return (enum pk_copied)rep.copied;
}

static enum pk_copied send_one(struct client *c, const char *id)
{
	return send_as(c, U2, id, "");
}

/* The client's own; its UID. */
static uint32_t append(struct client *c, const char *mailbox, const char *id)
{
	struct buf rows = {0};
	struct pk_append_rep rep;
	struct pk_range uid = {0};

	OK(ASK(c, append, &rep, .mailbox = slice_str(mailbox),
	       .messages = ROW1(&rows, new_message, .body = client_body(c, OWN), .flags = PK_SEEN,
	                        .internaldate = c->drive->now_ms, .keywords = S("$Mine"),
	                        .message_id = slice_str(id))));
	buf_free(&rows);
	assert_true(pk_next_range(&rep.uids, &uid));
	return uid.first;
}

static void settings(struct drive *d, const char *selector, const char *key, const char *value)
{
	struct client admin;
	struct buf b = {0};
	struct pk_rows rows = ROW1(&b, setting, slice_str(key), slice_str(value));

	client_open(d, &admin, DRIVE_ADMIN);
	if (strchr(selector, '@'))
		OK(ASK(&admin, user_set, NULL, .account = slice_str(selector), .settings = rows));
	else
		OK(ASK(&admin, tenant_set, NULL, .tenant = slice_str(selector), .settings = rows));
	client_close(&admin);
	buf_free(&b);
}

static void limit(struct drive *d, const char *selector, uint8_t resource, uint64_t n)
{
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, quota_set, NULL, .selector = slice_str(selector), .resource = resource,
	       .limit = n));
	client_close(&admin);
}

/* How many are there; UINT32_MAX: no such mailbox. */
static uint32_t exists(struct client *c, const char *mailbox)
{
	struct pk_status_rep rep;
	enum pk_status st = ASK(c, status, &rep, .mailbox = slice_str(mailbox));

	assert_true(st == PK_OK || st == PK_ENOTFOUND);
	return st == PK_OK ? rep.exists : UINT32_MAX;
}

/* Attributes of a mailbox, and whether it is subscribed to. */
static uint32_t attributes(struct client *c, const char *mailbox, bool *subscribed)
{
	uint32_t found = UINT32_MAX;

	OK(ASK(c, list, NULL, .which = PK_LIST_NAMES));
	EACH_ROW(c, list, mailboxes, mailbox, m)
	if (slice_eq(m.name, slice_str(mailbox))) {
		found = m.attributes;
		*subscribed = m.subscribed;
	}
	return found;
}

static void healthy(struct drive *d)
{
	struct client admin;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, verify, NULL, .bodies = 1));
	EACH_ROW(&admin, verify, findings, finding, f)
	fail_msg("%.*s: %.*s", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	client_close(&admin);
}

/* A message as clients see it. */
struct seen {
	uint64_t flags;
	char keywords[128]; /* names, each with a space behind it */
	char text[512];
};

static void text_of(struct client *c, uint32_t handle, uint32_t uid, struct seen *out)
{
	struct buf pieces = {0}, text = {0};

	OK(ASK(c, read, NULL, .handle = handle, .pieces = ROW1(&pieces, piece, uid, 0, 1 << 20)));
	EACH_ROW(c, read, chunks, chunk, got)
	{
		assert_int_equal(got.status, PK_OK);
		buf_put(&text, got.bytes);
	}
	snprintf(out->text, sizeof(out->text), "%.*s", (int)text.n, text.p);
	buf_free(&pieces);
	buf_free(&text);
}

static void look(struct client *c, const char *mailbox, uint32_t uid, struct seen *out)
{
	struct pk_open_rep opened;
	struct pk_flags_rep flags;
	struct pk_flag flag = {0};
	struct pk_keyword keyword;
	struct buf uids = {0}, names = {0};
	size_t n = 0;

	memset(out, 0, sizeof(*out));
	OK(ASK(c, open, &opened, .mailbox = slice_str(mailbox), .mode = PK_OPEN_READ));
	while (pk_next_keyword(&opened.keywords, &keyword)) {
		buf_byte(&names, (char)keyword.bit);
		buf_printf(&names, "%.*s ", (int)keyword.name.n, keyword.name.p);
		buf_byte(&names, 0);
	}
	OK(ASK(c, flags, &flags, .handle = opened.handle, .uids = ROW1(&uids, range, uid, uid)));
	assert_true(pk_next_flag(&flags.flags, &flag));
	out->flags = flag.flags & PK_SYSTEM_FLAGS;
	for (size_t at = 0; at < names.n; at += strlen(names.p + at) + 1)
		if (flag.flags >> (unsigned char)names.p[at] & 1)
			n += (size_t)snprintf(out->keywords + n, sizeof(out->keywords) - n, "%s",
			                      names.p + at + 1);
	text_of(c, opened.handle, uid, out);
	OK(ASK(c, close, NULL, .handle = opened.handle));
	buf_free(&uids);
	buf_free(&names);
}

static void flag_it(struct client *c, const char *mailbox, uint32_t uid, uint64_t flags,
                    const char *keyword)
{
	struct pk_open_rep opened;
	struct buf uids = {0}, names = {0};

	OK(ASK(c, open, &opened, .mailbox = slice_str(mailbox), .mode = PK_OPEN_WRITE));
	OK(ASK(c, store, NULL, .handle = opened.handle, .uids = ROW1(&uids, range, uid, uid),
	       .mode = PK_STORE_ADD, .flags = flags,
	       .keywords = ROW1(&names, name, slice_str(keyword))));
	OK(ASK(c, close, NULL, .handle = opened.handle));
	buf_free(&uids);
	buf_free(&names);
}

/* Deletes all that have \Deleted, or moves one. */
static void expunge(struct client *c, const char *mailbox)
{
	struct pk_open_rep opened;

	OK(ASK(c, open, &opened, .mailbox = slice_str(mailbox), .mode = PK_OPEN_WRITE));
	OK(ASK(c, expunge, NULL, .handle = opened.handle));
	OK(ASK(c, close, NULL, .handle = opened.handle));
}

static void move(struct client *c, const char *mailbox, uint32_t uid, const char *to)
{
	struct pk_open_rep opened;
	struct buf uids = {0};

	OK(ASK(c, open, &opened, .mailbox = slice_str(mailbox), .mode = PK_OPEN_WRITE));
	OK(ASK(c, copy, NULL, .handle = opened.handle, .uids = ROW1(&uids, range, uid, uid),
	       .mailbox = slice_str(to), .move = 1));
	OK(ASK(c, close, NULL, .handle = opened.handle));
	buf_free(&uids);
}

static unsigned vaulted(struct drive *d)
{
	struct client admin;
	unsigned n = 0;

	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, vault_list, NULL, .account = S(U1)));
	EACH_ROW(&admin, vault_list, messages, vaulted, row)
	n += row.vid > 0;
	client_close(&admin);
	return n;
}

/* Rows of u1's account of a kind. */
static unsigned rows(struct drive *d, uint8_t kind)
{
	struct key prefix = key_acct(ACCT(1, 1), 0, kind);
	struct cursor c;
	struct txn t;
	unsigned n = 0;

	OK(txn_begin_read(d->server.volumes[0], &t));
	OK(cursor_open(&t, TREE_ACCT, &c));
	for (enum pk_status st = cursor_seek(&c, key_slice(&prefix));
	     st == PK_OK && slice_starts(c.key, key_slice(&prefix)); st = cursor_next(&c))
		n++;
	cursor_close(&c);
	txn_end_read(&t);
	return n;
}

/* On every device, read, and with the Bcc that nobody else sees. */
static void what_was_sent_is_in_sent(void **state)
{
	struct drive *d = *state;
	struct client c, other, phone;
	struct seen seen;
	struct pk_open_rep opened;

	user_open(d, &c, "u1");
	client_login(d, &phone, "u1");
	OK(ASK(&phone, open, &opened, .mailbox = S("Sent"), .mode = PK_OPEN_READ));
	OK(ASK(&phone, watch, NULL, .handle = opened.handle, .on = 1));
	assert_int_equal(send_as(&c, U2, "1@x", "secret@example.test, other@example.test"),
	                 PK_COPIED);
	OK(ASK(&phone, status, NULL, .mailbox = S("Sent")));
	assert_int_equal(phone.rung, 1);
	assert_int_equal(exists(&c, "Sent"), 1);
	look(&c, "Sent", 1, &seen);
	assert_int_equal(seen.flags, PK_SEEN);
	assert_true(slice_starts(slice_str(seen.text),
	                         S("Bcc: secret@example.test, other@example.test\r\nFrom: u1@")));
	client_login(d, &other, "u2");
	look(&other, "INBOX", 1, &seen);
	assert_int_equal(seen.flags, 0);
	assert_null(strstr(seen.text, "secret@"));
	assert_true(slice_starts(slice_str(seen.text), S("Return-Path: <u1@example.test>\r\n")));
	assert_non_null(strstr(seen.text, "Delivered-To: u2@example.test\r\nFrom: u1@"));
	/* Without a Bcc nothing stands before the message. */
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	look(&c, "Sent", 2, &seen);
	assert_string_equal(seen.text, BODY.p);
	client_close(&other);
	client_close(&phone);
	client_close(&c);
	healthy(d);
}

static void it_can_be_off(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	settings(d, "acme", "submit.copy", "off");
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED_NOT);
	settings(d, U1, "submit.copy", "on");
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	settings(d, "acme", "submit.copy", "on");
	settings(d, U1, "submit.copy", "off");
	assert_int_equal(send_one(&c, "3@x"), PK_COPIED_NOT);
	assert_int_equal(exists(&c, "Sent"), 1);
	client_close(&c);
}

/* By its use, else by the name that the tenant set, else it is made. */
static void which_mailbox_it_is(void **state)
{
	struct drive *d = *state;
	struct client c;
	bool subscribed = false;

	user_open(d, &c, "u1");
	OK(ASK(&c, rename, NULL, .mailbox = S("Sent"), .to = S("Gesendet")));
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Gesendet"), 1);
	assert_int_equal(exists(&c, "Sent"), UINT32_MAX);
	/* A mailbox of that name is not the one while another has the use. */
	OK(ASK(&c, create, NULL, .mailbox = S("Sent")));
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Gesendet"), 2);
	OK(ASK(&c, remove, NULL, .mailbox = S("Gesendet")));
	assert_int_equal(send_one(&c, "3@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Sent"), 1);
	OK(ASK(&c, remove, NULL, .mailbox = S("Sent")));
	settings(d, "acme", "mailbox.sent", "Post/Ausgang");
	assert_int_equal(send_one(&c, "4@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Post/Ausgang"), 1);
	assert_int_equal(attributes(&c, "Post/Ausgang", &subscribed), PK_MB_SENT);
	assert_true(subscribed);
	/* A name above it, without a mailbox of its own. */
	settings(d, "acme", "mailbox.sent", "Post");
	OK(ASK(&c, create, NULL, .mailbox = S("Post/Eingang")));
	OK(ASK(&c, remove, NULL, .mailbox = S("Post/Ausgang")));
	assert_int_equal(send_one(&c, "5@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Post"), 1);
	OK(ASK(&c, remove, NULL, .mailbox = S("Post")));
	settings(d, "acme", "mailbox.sent", "-");
	assert_int_equal(send_one(&c, "6@x"), PK_COPIED_NOT);
	OK(ASK(&c, create, NULL, .mailbox = S("Mine"), .attributes = PK_MB_SENT));
	assert_int_equal(send_one(&c, "7@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Mine"), 1);
	client_close(&c);
	healthy(d);
}

/* The client appends what it sent: the one that it wrote stays, with what was done to the other. */
static void the_clients_own_takes_its_place(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct seen seen;
	uint32_t uid;

	user_open(d, &c, "u1");
	assert_int_equal(send_as(&c, U2, "1@x", "secret@example.test"), PK_COPIED);
	flag_it(&c, "Sent", 1, PK_FLAGGED | PK_ANSWERED, "$Later");
	uid = append(&c, "Sent", "1@x");
	assert_int_equal(uid, 2);
	assert_int_equal(exists(&c, "Sent"), 1);
	look(&c, "Sent", uid, &seen);
	assert_string_equal(seen.text, OWN.p);
	assert_int_equal(seen.flags, PK_SEEN | PK_FLAGGED | PK_ANSWERED);
	assert_non_null(strstr(seen.keywords, "$Later "));
	assert_non_null(strstr(seen.keywords, "$Mine "));
	assert_int_equal(vaulted(d), 0);
	healthy(d);
	/* Another of the same id is another message; and so is one that is put elsewhere. */
	append(&c, "Sent", "1@x");
	assert_int_equal(exists(&c, "Sent"), 2);
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	append(&c, "Drafts", "2@x");
	append(&c, "Sent", "");
	assert_int_equal(exists(&c, "Sent"), 4);
	assert_int_equal(exists(&c, "Drafts"), 1);
	/* After a restart as well. */
	client_close(&c);
	drive_close(d);
	drive_open(d);
	user_open(d, &c, "u1");
	append(&c, "Sent", "2@x");
	assert_int_equal(exists(&c, "Sent"), 4);
	client_close(&c);
	healthy(d);
}

/* Of an append of more messages than fit into one request some are staged before it. */
static void stage_own(struct client *c, uint32_t staged, const char *id)
{
	struct buf rows = {0};

	OK(ASK(c, stage, NULL, .staged = staged,
	       .messages = ROW1(&rows, new_message, .body = client_body(c, OWN), .flags = PK_SEEN,
	                        .internaldate = c->drive->now_ms, .message_id = slice_str(id))));
	buf_free(&rows);
}

static enum pk_status append_staged(struct client *c, const char *mailbox, uint32_t staged,
                                    const char *id)
{
	struct buf rows = {0};
	enum pk_status st = ASK(c, append, NULL, .mailbox = slice_str(mailbox), .staged = staged,
	                        .messages = ROW1(&rows, new_message, .body = client_body(c, OWN),
	                                         .flags = PK_SEEN, .message_id = slice_str(id)));

	buf_free(&rows);
	return st;
}

static void of_many_appended_each_takes_its_place(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct seen seen;

	user_open(d, &c, "u1");
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED);
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	flag_it(&c, "Sent", 1, PK_FLAGGED, "$Later");
	stage_own(&c, 0, "1@x");
	stage_own(&c, 1, "3@x");
	limit(d, U1 ":Sent", PK_RES_MESSAGES, 2);
	assert_int_equal(append_staged(&c, "Sent", 2, "2@x"), PK_EQUOTA);
	assert_int_equal(exists(&c, "Sent"), 2);
	limit(d, U1 ":Sent", PK_RES_MESSAGES, 3);
	stage_own(&c, 0, "1@x");
	stage_own(&c, 1, "3@x");
	OK(append_staged(&c, "Sent", 2, "2@x"));
	limit(d, U1 ":Sent", PK_RES_MESSAGES, UINT64_MAX);
	assert_int_equal(exists(&c, "Sent"), 3);
	look(&c, "Sent", 3, &seen);
	assert_string_equal(seen.text, OWN.p);
	assert_int_equal(seen.flags, PK_SEEN | PK_FLAGGED);
	assert_non_null(strstr(seen.keywords, "$Later "));
	/* And they are remembered, so that no copy is made of what is sent afterwards. */
	assert_int_equal(send_one(&c, "3@x"), PK_COPIED_THERE);
	assert_int_equal(send_one(&c, "4@x"), PK_COPIED);
	/* Elsewhere they are messages like others. */
	stage_own(&c, 0, "4@x");
	OK(append_staged(&c, "Archive", 1, ""));
	assert_int_equal(exists(&c, "Sent"), 4);
	client_close(&c);
	healthy(d);
}

static void the_clients_own_comes_first(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct seen seen;

	user_open(d, &c, "u1");
	append(&c, "Sent", "1@x");
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED_THERE);
	assert_int_equal(exists(&c, "Sent"), 1);
	look(&c, "Sent", 1, &seen);
	assert_string_equal(seen.text, OWN.p);
	/* It took it back, and sends after all. */
	append(&c, "Sent", "2@x");
	flag_it(&c, "Sent", 2, PK_DELETED, "$x");
	expunge(&c, "Sent");
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Sent"), 2);
	client_close(&c);
	healthy(d);
}

/* Who sends one message in several goes has it once. */
static void sent_twice_kept_once(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED);
	assert_int_equal(send_as(&c, "u3@example.test", "1@x", ""), PK_COPIED_THERE);
	assert_int_equal(exists(&c, "Sent"), 1);
	append(&c, "Sent", "1@x");
	assert_int_equal(exists(&c, "Sent"), 1);
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED_THERE);
	assert_int_equal(exists(&c, "Sent"), 1);
	client_close(&c);
	healthy(d);
}

/* What the user did to the copy meanwhile stays done. */
static void a_copy_that_is_elsewhere(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct seen seen;

	user_open(d, &c, "u1");
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED);
	move(&c, "Sent", 1, "Archive");
	append(&c, "Sent", "1@x");
	assert_int_equal(exists(&c, "Archive"), 1);
	assert_int_equal(exists(&c, "Sent"), 1);
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED);
	flag_it(&c, "Sent", 3, PK_DELETED, "$x");
	expunge(&c, "Sent");
	append(&c, "Sent", "2@x");
	assert_int_equal(exists(&c, "Sent"), 2);
	/* The mailbox was deleted with it. */
	assert_int_equal(send_one(&c, "3@x"), PK_COPIED);
	OK(ASK(&c, remove, NULL, .mailbox = S("Sent")));
	OK(ASK(&c, create, NULL, .mailbox = S("Sent")));
	append(&c, "Sent", "3@x");
	assert_int_equal(exists(&c, "Sent"), 1);
	/* Of two mailboxes for sent mail the client's may be the other one. */
	OK(ASK(&c, create, NULL, .mailbox = S("Gesendet"), .attributes = PK_MB_SENT));
	assert_int_equal(send_one(&c, "4@x"), PK_COPIED);
	flag_it(&c, "Gesendet", 1, PK_FLAGGED, "$Later");
	assert_int_equal(append(&c, "Sent", "4@x"), 2);
	assert_int_equal(exists(&c, "Gesendet"), 0);
	look(&c, "Sent", 2, &seen);
	assert_int_equal(seen.flags, PK_SEEN | PK_FLAGGED);
	assert_non_null(strstr(seen.keywords, "$Later "));
	client_close(&c);
	healthy(d);
}

/* The message goes out all the same; the reply says that there is no copy. */
static void no_room_for_it(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	limit(d, U1, PK_RES_MESSAGES, 0);
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED_FULL);
	limit(d, U1, PK_RES_MESSAGES, UINT64_MAX);
	limit(d, U1 ":Sent", PK_RES_OCTETS, 10);
	assert_int_equal(send_one(&c, "2@x"), PK_COPIED_FULL);
	limit(d, U1 ":Sent", PK_RES_OCTETS, UINT64_MAX);
	/* Room for one message in the tenant: the recipient's. */
	limit(d, "acme", PK_RES_MESSAGES, 3);
	assert_int_equal(send_one(&c, "3@x"), PK_COPIED_FULL);
	limit(d, "acme", PK_RES_MESSAGES, UINT64_MAX);
	assert_int_equal(exists(&c, "Sent"), 0);
	OK(ASK(&c, remove, NULL, .mailbox = S("Sent")));
	limit(d, U1, PK_RES_MAILBOXES, 1);
	assert_int_equal(send_one(&c, "4@x"), PK_COPIED_FULL);
	limit(d, U1, PK_RES_MAILBOXES, UINT64_MAX);
	assert_int_equal(send_one(&c, "5@x"), PK_COPIED);
	assert_int_equal(exists(&c, "Sent"), 1);
	client_close(&c);
	client_login(d, &c, "u2");
	assert_int_equal(exists(&c, "INBOX"), 5);
	client_close(&c);
	healthy(d);
}

/* The room of the one is room for the other; and who is refused has lost nothing. */
static void room_for_the_clients_own(void **state)
{
	static const char *const limited[] = {U1, U1 ":Sent", "acme/example.test", "acme"};
	struct drive *d = *state;
	struct client c, admin;
	struct pk_user_show_rep shown;
	struct buf one = {0};
	char id[24];

	user_open(d, &c, "u1");
	client_open(d, &admin, DRIVE_ADMIN);
	for (size_t i = 0; i < COUNT(limited); i++) {
		snprintf(id, sizeof(id), "%zu@x", i);
		assert_int_equal(send_one(&c, id), PK_COPIED);
		limit(d, limited[i], PK_RES_MESSAGES, i < 2 ? i + 1 : 2 * i + 2);
		append(&c, "Sent", id);
		assert_int_equal(exists(&c, "Sent"), i + 1);
		assert_int_equal(
			ASK(&c, append, NULL, .mailbox = S("Sent"),
		            .messages = ROW1(&one, new_message, .body = client_body(&c, OWN))),
			PK_EQUOTA);
		limit(d, limited[i], PK_RES_MESSAGES, UINT64_MAX);
	}
	assert_int_equal(send_one(&c, "5@x"), PK_COPIED);
	OK(ASK(&admin, user_show, &shown, .account = S(U1)));
	limit(d, U1, PK_RES_OCTETS, shown.octets + OWN_OCTETS - BODY.n - 1);
	assert_int_equal(ASK(&c, append, NULL, .mailbox = S("Sent"),
	                     .messages = ROW1(&one, new_message, .body = client_body(&c, OWN),
	                                      .message_id = S("5@x"))),
	                 PK_EQUOTA);
	assert_int_equal(exists(&c, "Sent"), 5);
	limit(d, U1, PK_RES_OCTETS, shown.octets + OWN_OCTETS - BODY.n);
	append(&c, "Sent", "5@x");
	assert_int_equal(exists(&c, "Sent"), 5);
	client_close(&admin);
	client_close(&c);
	buf_free(&one);
	healthy(d);
}

/* Both copies are of one account, in one transaction. */
static void mail_to_oneself(void **state)
{
	struct drive *d = *state;
	struct client c;

	user_open(d, &c, "u1");
	assert_int_equal(send_as(&c, U1, "1@x", ""), PK_COPIED);
	assert_int_equal(exists(&c, "INBOX"), 1);
	assert_int_equal(exists(&c, "Sent"), 1);
	OK(ASK(&c, remove, NULL, .mailbox = S("Sent")));
	assert_int_equal(send_as(&c, U1, "2@x", ""), PK_COPIED);
	assert_int_equal(exists(&c, "INBOX"), 2);
	assert_int_equal(exists(&c, "Sent"), 1);
	healthy(d);
	/* Room for the recipient's, which is the sender's too, and no more. */
	limit(d, U1, PK_RES_MESSAGES, 4);
	assert_int_equal(send_as(&c, U1, "3@x", ""), PK_COPIED_FULL);
	limit(d, U1, PK_RES_MESSAGES, UINT64_MAX);
	/* Delivered into the mailbox itself. */
	settings(d, U1, "plus.folder", "on");
	assert_int_equal(send_as(&c, "u1+sent@example.test", "4@x", ""), PK_COPIED_THERE);
	assert_int_equal(exists(&c, "Sent"), 2);
	client_close(&c);
	healthy(d);
}

static void nothing_is_remembered_for_ever(void **state)
{
	struct drive *d = *state;
	struct client c, admin;
	struct buf one = {0};
	char id[24];

	user_open(d, &c, "u1");
	for (int i = 0; i < 10; i++) {
		snprintf(id, sizeof(id), "%d@x", i);
		assert_int_equal(send_one(&c, id), PK_COPIED);
	}
	assert_int_equal(rows(d, KIND_SENT), 10);
	assert_int_equal(rows(d, KIND_SENT_TIME), 10);
	/* One row, however often. */
	append(&c, "Sent", "3@x");
	append(&c, "Sent", "3@x");
	assert_int_equal(rows(d, KIND_SENT), 10);
	assert_int_equal(rows(d, KIND_SENT_TIME), 10);
	healthy(d);
	/* What is imported was sent long ago. */
	OK(ASK(&c, append, NULL, .mailbox = S("Sent"),
	       .messages = ROW1(&one, new_message, .body = client_body(&c, OWN),
	                        .internaldate = d->now_ms - (int64_t)48 * 3600 * 1000,
	                        .message_id = S("old@x"))));
	assert_int_equal(rows(d, KIND_SENT), 10);
	/* But where it takes the place of a copy, whenever it says it was written. */
	OK(ASK(&c, append, NULL, .mailbox = S("Sent"),
	       .messages = ROW1(&one, new_message, .body = client_body(&c, OWN),
	                        .internaldate = d->now_ms - (int64_t)48 * 3600 * 1000,
	                        .message_id = S("5@x"))));
	assert_int_equal(send_one(&c, "5@x"), PK_COPIED_THERE);
	d->now_ms += (int64_t)31 * 24 * 3600 * 1000;
	client_close(&c);
	user_open(d, &c, "u1");
	for (int i = 0; i < 3; i++) {
		snprintf(id, sizeof(id), "new%d@x", i);
		assert_int_equal(send_one(&c, id), PK_COPIED);
	}
	assert_int_equal(rows(d, KIND_SENT), 3);
	assert_int_equal(rows(d, KIND_SENT_TIME), 3);
	healthy(d);
	client_close(&c);
	client_open(d, &admin, DRIVE_ADMIN);
	OK(ASK(&admin, user_delete, NULL, .account = S(U1)));
	client_close(&admin);
	assert_int_equal(rows(d, KIND_SENT) + rows(d, KIND_SENT_TIME), 0);
	healthy(d);
	buf_free(&one);
}

/* One transaction: a recipient who cannot have it keeps the copy from being made, and the hour from
 * being charged. */
static void all_or_none(void **state)
{
	struct drive *d = *state;
	struct client c;
	struct buf senders = {0};

	settings(d, U1, "submit.hour", "1");
	user_open(d, &c, "u1");
	OK(ASK(&c, remove, NULL, .mailbox = S("Sent")));
	OK(ASK(&c, recipient, NULL, .address = S(U2)));
	OK(ASK(&c, recipient, NULL, .address = S("u3@example.test")));
	limit(d, "u3@example.test", PK_RES_MESSAGES, 0);
	assert_int_equal(ASK(&c, submit, NULL, .body = client_body(&c, BODY),
	                     .senders = ROW1(&senders, name, S(U1)), .message_id = S("1@x")),
	                 PK_EQUOTA);
	assert_int_equal(exists(&c, "Sent"), UINT32_MAX);
	assert_int_equal(rows(d, KIND_SENT), 0);
	assert_int_equal(send_one(&c, "1@x"), PK_COPIED);
	client_close(&c);
	client_login(d, &c, "u2");
	assert_int_equal(exists(&c, "INBOX"), 1);
	client_close(&c);
	buf_free(&senders);
	healthy(d);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_sent_is_in_sent),
		CASE(it_can_be_off),
		CASE(which_mailbox_it_is),
		CASE(the_clients_own_takes_its_place),
		CASE(of_many_appended_each_takes_its_place),
		CASE(the_clients_own_comes_first),
		CASE(sent_twice_kept_once),
		CASE(a_copy_that_is_elsewhere),
		CASE(no_room_for_it),
		CASE(room_for_the_clients_own),
		CASE(mail_to_oneself),
		CASE(nothing_is_remembered_for_ever),
		CASE(all_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
