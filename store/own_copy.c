#include "own_copy.h"

#include "mailbox_parts.h"
#include "quota.h"
#include "tenant.h"

#include "base/log.h"

/* The message is delivered into that mailbox already. */
static bool is_goal(const struct delivery *d, uint64_t acct, uint32_t mbox)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->copies[i].goal.acct == acct && d->copies[i].taken &&
		    d->copies[i].mailbox.id == mbox)
			return true;
	return false;
}

/* Loads the mailbox, or what is known of one that is yet to be made. */
static enum pk_status load(struct delivery *d, struct own_copy *o)
{
	struct account *a = &d->own->owner->account;
	enum pk_status st;

	d->own->make = S("");
	if (o->place.mbox) {
		st = mailbox_load(a, o->place.mbox, 0, &d->own->mailbox);
		d->own->loaded = st == PK_OK;
		return st;
	}
	d->own->make = o->place.name;
	d->own->mailbox = (struct mailbox){.account = a, .txn = a->txn};
	d->own->mailbox.row.limit_octets = d->own->mailbox.row.limit_messages = LIMIT_NONE;
	d->own->loaded = true;
	return mailbox_may_create(a, o->place.name, PK_MB_SENT);
}

static enum pk_status take(struct delivery *d, struct txn *t, struct own_copy *o)
{
	enum pk_status st = load(d, o);

	if (st == PK_OK)
		st = delivery_take_copy(d, t, d->own, &o->scope);
	if (st == PK_EQUOTA || st == PK_ELIMIT) {
		o->copied = PK_COPIED_FULL;
		return PK_OK;
	}
	if (st == PK_OK)
		o->copied = PK_COPIED;
	return st;
}

static enum pk_status read_sender(struct delivery *d, struct txn *t, struct own_copy *o,
                                  uint64_t *wanted)
{
	struct user_row user;
	enum pk_status st = user_load(t, d->sender, &user);

	if (st != PK_OK)
		return st;
	snprintf(o->address, sizeof(o->address), "%.*s", (int)user.address.n, user.address.p);
	d->own->address = o->address;
	st = setting_number(t, d->sender, d->sender_domain, "submit.copy", wanted);
	return st == PK_OK ? delivery_load_owner(t, d->own->owner, d->sender_domain) : st;
}

enum pk_status own_copy_check(struct call *c, struct txn *t, struct own_copy *o)
{
	struct delivery *d = c->state;
	uint64_t wanted;
	bool there = false;
	enum pk_status st = read_sender(d, t, o, &wanted);

	o->copied = PK_COPIED_NOT;
	o->scope = 0;
	if (st == PK_OK && wanted)
		st = sent_is_there(&d->own->owner->account, &o->id, &there);
	if (st == PK_OK && wanted && !there)
		st = mailbox_use_find(&d->own->owner->account, PK_MB_SENT, &o->place);
	if (st != PK_OK || !wanted)
		return st;
	if (there || (o->place.mbox && is_goal(d, d->sender, o->place.mbox)))
		o->copied = PK_COPIED_THERE;
	else if (o->place.mbox || o->place.name.n)
		st = take(d, t, o);
	return st;
}

enum pk_status own_copy_note(struct call *c, struct txn *t, struct own_copy *o)
{
	struct delivery *d = c->state;
	struct sent_row row = {.at_ms = t->now_ms,
	                       .mbox = d->own->mailbox.id,
	                       .uid = d->own->uid,
	                       .by = SENT_BY_SUBMIT};

	return o->copied == PK_COPIED ? sent_note(&d->own->owner->account, &o->id, &row) : PK_OK;
}

void own_copy_log(const struct call *c, const struct own_copy *o)
{
	if (o->copied == PK_COPIED_FULL)
		LOG(PK_LOG_WARNING, "no_sent_copy", LOG_NUMBER("session", session_id(c->session)),
		    LOG_CSTR("user", o->address), LOG_TEXT("message_id", o->message_id),
		    LOG_CSTR("full", o->scope ? quota_scope_word(o->scope) : "mailboxes"));
}
