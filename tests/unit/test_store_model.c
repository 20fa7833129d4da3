/* Random requests of several sessions against a plain model: MODEL_STEPS, _SEED, _THREADS. */
/* links: store */
#include "unit.h"

#include "mail_model.h"
#include "store_drive.h"

#define SESSIONS 4

/* A session and what its client has been told about the mailbox it has open. */
struct reader {
	struct client client;
	uint32_t handle; /* 0: none */
	uint64_t id;
	uint64_t modseq;
	struct seen {
		uint64_t flags; /* system */
		unsigned keywords;
	} * seen; /* by uid */
	bool *has;
	uint32_t cap;
};

static struct drive drive;
static struct model model;
static struct reader readers[SESSIONS];
static struct client admin;
static struct buf rows, body;
static uint64_t random_state;
static unsigned contents;

static uint32_t below(uint32_t n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((random_state >> 33) % n);
}

static const char *const names[] = {"INBOX", "Junk", "Trash", "a", "a/b", "a/b/c", "x", "x/y"};

static const char *some_name(void)
{
	return names[below(COUNT(names))];
}

static struct model_mailbox *open_mailbox(struct reader *r)
{
	return r->handle ? model_by_id(&model, r->id) : NULL;
}

static bool gone(struct reader *r)
{
	return r->handle && !model_by_id(&model, r->id);
}

/* What the reader is told. */

static void see(struct reader *r, uint32_t uid, uint64_t flags, unsigned keywords)
{
	if (uid >= r->cap) {
		uint32_t cap = uid * 2;

		r->seen = realloc(r->seen, cap * sizeof(*r->seen));
		r->has = realloc(r->has, cap * sizeof(*r->has));
		memset(r->has + r->cap, 0, (cap - r->cap) * sizeof(*r->has));
		r->cap = cap;
	}
	r->has[uid] = true;
	r->seen[uid] = (struct seen){flags, keywords};
}

static void unsee(struct reader *r, uint32_t first, uint32_t last)
{
	for (uint32_t uid = first; uid <= last && uid < r->cap; uid++)
		r->has[uid] = false;
}

static unsigned pool_bit(struct slice name)
{
	for (unsigned i = 0; i < MODEL_KEYWORDS; i++)
		if (slice_eq(slice_str(model_keywords[i]), name))
			return 1u << i;
	return 0;
}

/* Which of the pool a keyword bit of a mailbox is. */
static unsigned to_pool(const unsigned by_bit[64], uint64_t flags)
{
	unsigned keywords = 0;

	for (unsigned bit = PK_FIRST_KEYWORD; bit < 64; bit++)
		if (flags >> bit & 1) {
			assert_true(by_bit[bit] != 0);
			keywords |= by_bit[bit];
		}
	return keywords;
}

static void view_is(struct reader *r, struct model_mailbox *b)
{
	uint32_t known = 0;

	for (uint32_t uid = 0; uid < r->cap; uid++)
		known += r->has[uid];
	assert_int_equal(known, b->n);
	for (unsigned i = 0; i < b->n; i++) {
		struct model_message *m = &b->messages[i];

		assert_true(m->uid < r->cap && r->has[m->uid]);
		assert_int_equal(r->seen[m->uid].flags, m->flags);
		assert_int_equal(r->seen[m->uid].keywords, m->keywords);
	}
}

static void ask_changes(struct reader *r)
{
	struct model_mailbox *b = open_mailbox(r);
	struct pk_changes_rep rep;
	unsigned by_bit[64] = {0};
	enum pk_status st = ASK(&r->client, changes, &rep, .handle = r->handle, .since = r->modseq);

	if (!b) {
		assert_int_equal(st, PK_ESTALE);
		return;
	}
	assert_int_equal(st, PK_OK);
	assert_int_equal(rep.uidnext, b->uidnext);
	assert_true(rep.modseq >= r->modseq);
	if (rep.resync)
		unsee(r, 0, UINT32_MAX);
	EACH_ROW(&r->client, changes, vanished, range, v)
	unsee(r, v.first, v.last);
	EACH_ROW(&r->client, changes, keywords, keyword, k)
	by_bit[k.bit] = pool_bit(k.name);
	EACH_ROW(&r->client, changes, flags, flag, f)
	see(r, f.uid, f.flags & PK_SYSTEM_FLAGS, to_pool(by_bit, f.flags));
	r->modseq = rep.modseq;
	view_is(r, b);
}

/* Requests. Each says whether the model expects it to work, and does the same to the model. */

static void do_open(struct reader *r)
{
	const char *name = some_name();
	struct model_mailbox *b = model_find(&model, name);
	struct pk_open_rep rep;
	unsigned by_bit[64] = {0};
	enum pk_status st;

	if (r->handle)
		OK(ASK(&r->client, close, NULL, .handle = r->handle));
	r->handle = 0;
	st = ASK(&r->client, open, &rep, .mailbox = slice_str(name), .mode = PK_OPEN_WRITE);
	assert_int_equal(st, b ? PK_OK : PK_ENOTFOUND);
	if (!b)
		return;
	r->handle = rep.handle;
	r->id = rep.id;
	r->modseq = rep.modseq;
	assert_true(rep.id == b->id && rep.exists == b->n && rep.uidnext == b->uidnext);
	assert_int_equal(rep.uidvalidity, b->uidvalidity);
	unsee(r, 0, UINT32_MAX);
	EACH_ROW(&r->client, open, keywords, keyword, k)
	by_bit[k.bit] = pool_bit(k.name);
	OK(ASK(&r->client, flags, NULL, .handle = r->handle,
	       .uids = ROW1(&rows, range, 1, UINT32_MAX)));
	EACH_ROW(&r->client, flags, flags, flag, f)
	see(r, f.uid, f.flags & PK_SYSTEM_FLAGS, to_pool(by_bit, f.flags));
	view_is(r, b);
	OK(ASK(&r->client, watch, NULL, .handle = r->handle, .on = 1));
}

static struct slice keyword_names(unsigned keywords)
{
	static char text[128];

	*text = '\0';
	for (unsigned i = 0; i < MODEL_KEYWORDS; i++)
		if (keywords >> i & 1)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ",
			         model_keywords[i]);
	return slice_str(text);
}

static void do_append(struct reader *r)
{
	const char *name = some_name();
	struct model_mailbox *b = model_find(&model, name);
	struct model_message m = {.flags = below(PK_SYSTEM_FLAGS + 1),
	                          .keywords = below(4) ? 0 : below(1 << MODEL_KEYWORDS)};
	unsigned n = 1 + below(5);
	struct buf list = {0};
	enum pk_status st;

	if (b && b->n + n > MODEL_MESSAGES / 2)
		return;
	for (unsigned i = 0; i < n; i++) {
		buf_clear(&body);
		buf_printf(&body, "content %u\r\n", contents + i);
		pk_put_new_message_row(
			&list,
			&(struct pk_new_message){.body = client_body(&r->client, buf_slice(&body)),
		                                 .flags = m.flags,
		                                 .keywords = keyword_names(m.keywords)});
	}
	st = ASK(&r->client, append, NULL, .mailbox = slice_str(name), .messages = PK_ROWS(&list));
	buf_free(&list);
	assert_int_equal(st, b ? PK_OK : PK_ENOTFOUND);
	for (unsigned i = 0; b && i < n; i++) {
		m.content = contents + i;
		model_add(b, m);
		model.delivered++;
	}
	contents += n;
}

/* Some UIDs of the mailbox, most of them present. */
static struct pk_rows some_uids(struct model_mailbox *b, uint32_t *first, uint32_t *last)
{
	*first = 1 + below(b->uidnext);
	*last = *first + below(below(3) ? 5 : 100);
	return ROW1(&rows, range, *first, *last);
}

static void do_store(struct reader *r)
{
	struct model_mailbox *b = open_mailbox(r);
	uint8_t mode = (uint8_t)below(3);
	uint64_t flags = below(PK_SYSTEM_FLAGS + 1);
	unsigned keywords = below(3) ? 0 : 1u << below(MODEL_KEYWORDS);
	struct buf list = {0};
	uint32_t first, last;
	struct pk_rows uids;

	if (!b)
		return;
	uids = some_uids(b, &first, &last);
	for (unsigned i = 0; i < MODEL_KEYWORDS; i++)
		if (keywords >> i & 1)
			pk_put_name_row(&list, &(struct pk_name){slice_str(model_keywords[i])});
	OK(ASK(&r->client, store, NULL, .handle = r->handle, .uids = uids, .mode = mode,
	       .flags = flags, .keywords = PK_ROWS(&list)));
	buf_free(&list);
	for (unsigned i = 0; i < b->n; i++) {
		struct model_message *m = &b->messages[i];

		if (m->uid < first || m->uid > last)
			continue;
		m->flags = mode == PK_STORE_SET   ? flags
		           : mode == PK_STORE_ADD ? m->flags | flags
		                                  : m->flags & ~flags;
		m->keywords = mode == PK_STORE_SET   ? keywords
		              : mode == PK_STORE_ADD ? m->keywords | keywords
		                                     : m->keywords & ~keywords;
	}
}

static void do_expunge(struct reader *r)
{
	struct model_mailbox *b = open_mailbox(r);
	uint32_t first = 1, last = UINT32_MAX, told = 0, expected = 0;
	bool some = below(2), drop = !below(4);
	struct pk_rows uids = {0};
	struct pk_drop_messages_rep rep;

	if (!b)
		return;
	if (some || drop)
		uids = some_uids(b, &first, &last);
	if (drop)
		OK(ASK(&r->client, drop_messages, &rep, .handle = r->handle, .uids = uids));
	else
		OK(ASK(&r->client, expunge, NULL, .handle = r->handle, .uids = uids));
	for (unsigned i = b->n; i-- > 0;) {
		struct model_message *m = &b->messages[i];

		if (m->uid < first || m->uid > last || !(drop || m->flags & PK_DELETED))
			continue;
		model_expunge(&model, b, m);
		expected++;
	}
	if (drop) {
		assert_int_equal(rep.removed, expected);
		return;
	}
	EACH_ROW(&r->client, expunge, vanished, range, v)
	told += v.last - v.first + 1;
	assert_int_equal(told, expected);
}

static void do_copy(struct reader *r)
{
	struct model_mailbox *b = open_mailbox(r), *to;
	const char *name = some_name();
	struct model_message taken[MODEL_MESSAGES];
	uint32_t first, last, n = 0, made = 0;
	bool move = below(2);
	struct pk_rows uids;
	enum pk_status st;

	if (!b)
		return;
	to = model_find(&model, name);
	uids = some_uids(b, &first, &last);
	for (unsigned i = 0; i < b->n; i++)
		if (b->messages[i].uid >= first && b->messages[i].uid <= last)
			taken[n++] = b->messages[i];
	if (to && to->n + n > MODEL_MESSAGES - 10)
		return;
	st = ASK(&r->client, copy, NULL, .handle = r->handle, .uids = uids,
	         .mailbox = slice_str(name), .move = move);
	assert_int_equal(st, to ? PK_OK : PK_ENOTFOUND);
	if (!to)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (move)
			model_take_out(b, model_message(b, taken[i].uid));
		model_add(to, taken[i]);
	}
	model.delivered += move ? 0 : n;
	EACH_ROW(&r->client, copy, to, range, v)
	made += v.last - v.first + 1;
	assert_int_equal(made, n);
}

static void do_create(struct reader *r)
{
	const char *name = some_name();
	struct pk_create_rep rep;
	enum pk_status st = ASK(&r->client, create, &rep, .mailbox = slice_str(name));

	assert_int_equal(st, model_find(&model, name) ? PK_EEXISTS : PK_OK);
	if (st == PK_OK)
		assert_non_null(model_create(&model, name, rep.id, rep.uidvalidity));
}

static bool has_children(const char *name)
{
	size_t n = strlen(name);

	for (unsigned i = 0; i < MODEL_MAILBOXES; i++)
		if (model.mailboxes[i].exists && !strncmp(model.mailboxes[i].name, name, n) &&
		    model.mailboxes[i].name[n] == '/')
			return true;
	return false;
}

static void do_remove(struct reader *r)
{
	const char *name = some_name();
	struct model_mailbox *b = model_find(&model, name);
	enum pk_status st = ASK(&r->client, remove, NULL, .mailbox = slice_str(name));

	if (!strcmp(name, "INBOX")) {
		assert_int_equal(st, PK_EPERM);
	} else if (!b) {
		assert_int_equal(st, has_children(name) ? PK_EEXISTS : PK_ENOTFOUND);
	} else {
		assert_int_equal(st, PK_OK);
		while (b->n)
			model_expunge(&model, b, b->messages);
		b->exists = false;
	}
}

static void rename_all(const char *from, const char *to)
{
	size_t n = strlen(from);

	for (unsigned i = 0; i < MODEL_MAILBOXES; i++) {
		struct model_mailbox *b = &model.mailboxes[i];
		char now[64];

		if (!b->exists || strncmp(b->name, from, n) || (b->name[n] && b->name[n] != '/'))
			continue;
		snprintf(now, sizeof(now), "%s%s", to, b->name + n);
		snprintf(b->name, sizeof(b->name), "%s", now);
	}
}

static void do_rename(struct reader *r)
{
	const char *from = some_name(), *to = some_name();
	bool is = model_find(&model, from) || has_children(from);
	bool taken = model_find(&model, to) || has_children(to);
	size_t n = strlen(from);
	enum pk_status st;

	if (!strcmp(from, "INBOX"))
		return; /* test_mailbox_tree has it */
	st = ASK(&r->client, rename, NULL, .mailbox = slice_str(from), .to = slice_str(to));
	if (taken)
		assert_int_equal(st, PK_EEXISTS);
	else if (!is)
		assert_int_equal(st, PK_ENOTFOUND);
	else if (!strncmp(to, from, n) && to[n] == '/')
		assert_int_equal(st, PK_EINVAL);
	else {
		assert_int_equal(st, PK_OK);
		rename_all(from, to);
	}
}

static void do_read(struct reader *r)
{
	struct model_mailbox *b = open_mailbox(r);
	struct model_message *m = b && b->n ? &b->messages[below(b->n)] : NULL;

	if (!m)
		return;
	OK(ASK(&r->client, read, NULL, .handle = r->handle,
	       .pieces = ROW1(&rows, piece, m->uid, 0, 1000)));
	buf_clear(&body);
	buf_printf(&body, "content %u\r\n", m->content);
	EACH_ROW(&r->client, read, chunks, chunk, k)
	assert_true(k.status == PK_OK && slice_eq(k.bytes, buf_slice(&body)));
}

static void do_stale(struct reader *r)
{
	if (!gone(r))
		return;
	assert_int_equal(ASK(&r->client, expunge, NULL, .handle = r->handle), PK_ESTALE);
	assert_int_equal(
		ASK(&r->client, store, NULL, .handle = r->handle, .uids = ROW1(&rows, range, 1, 9)),
		PK_ESTALE);
}

static void log_in(void)
{
	for (unsigned i = 0; i < SESSIONS; i++) {
		struct reader *r = &readers[i];

		client_login(&drive, &r->client, "u1");
		r->handle = 0;
	}
	client_open(&drive, &admin, DRIVE_ADMIN);
}

static void log_out(void)
{
	for (unsigned i = 0; i < SESSIONS; i++)
		client_close(&readers[i].client);
	client_close(&admin);
}

/* What is older than its days leaves the vault. */
static void do_wait(struct reader *r)
{
	(void)r;
	if (below(10))
		return;
	log_out(); /* no login lasts that long */
	drive.now_ms += 15 * 86400000ll;
	server_tick(&drive.server);
	while (drive.server.volumes[0]->sweeping)
		drive_turn(&drive);
	log_in();
	model.destroyed += model.vaulted;
	model.vaulted = 0;
}

static void do_restart(struct reader *r)
{
	(void)r;
	if (below(20))
		return;
	log_out();
	drive_close(&drive);
	drive_open(&drive);
	log_in();
}

static void check_all(void)
{
	unsigned kept = 0, found = 0;

	for (unsigned i = 0; i < MODEL_MAILBOXES; i++) {
		struct model_mailbox *b = &model.mailboxes[i];
		struct pk_status_rep rep;
		unsigned unseen = 0, deleted = 0;

		if (!b->exists)
			continue;
		for (unsigned k = 0; k < b->n; k++) {
			unseen += !(b->messages[k].flags & PK_SEEN);
			deleted += !!(b->messages[k].flags & PK_DELETED);
		}
		OK(ASK(&readers[0].client, status, &rep, .mailbox = slice_str(b->name)));
		assert_true(rep.exists == b->n && rep.unseen == unseen && rep.deleted == deleted);
		assert_true(rep.uidnext == b->uidnext && rep.id == b->id);
	}
	OK(ASK(&admin, vault_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&admin, vault_list, messages, vaulted, v)
	kept += v.vid > 0;
	assert_int_equal(kept, model.vaulted);
	assert_int_equal(model_count(&model) + model.vaulted + model.destroyed, model.delivered);
	OK(ASK(&admin, verify, NULL, .tenant = S("acme"), .bodies = !below(10)));
	EACH_ROW(&admin, verify, findings, finding, f)
	{
		found++;
		print_error("%.*s: %.*s\n", (int)f.where.n, f.where.p, (int)f.what.n, f.what.p);
	}
	assert_int_equal(found, 0);
}

static void learn_first_mailboxes(void)
{
	OK(ASK(&admin, mailbox_list, NULL, .account = S("u1@example.test")));
	EACH_ROW(&admin, mailbox_list, mailboxes, count, m)
	{
		char name[64];

		snprintf(name, sizeof(name), "%.*s", (int)m.name.n, m.name.p);
		assert_non_null(model_create(&model, name, m.id, m.uidvalidity));
	}
}

static const struct {
	void (*run)(struct reader *);
	unsigned weight;
} actions[] = {
	{do_append,   20},
        {do_store,    20},
        {do_expunge,  8 },
        {do_copy,     10},
        {do_open,     8 },
	{ask_changes, 20},
        {do_create,   4 },
        {do_remove,   2 },
        {do_rename,   3 },
        {do_read,     4 },
	{do_stale,    1 },
        {do_wait,     1 },
        {do_restart,  1 },
};

static void step(void)
{
	struct reader *r = &readers[below(SESSIONS)];
	unsigned all = 0, at;

	for (size_t i = 0; i < COUNT(actions); i++)
		all += actions[i].weight;
	at = below(all);
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (at < actions[i].weight) {
			if (actions[i].run != ask_changes || r->handle)
				actions[i].run(r);
			return;
		}
		at -= actions[i].weight;
	}
}

static unsigned from_environment(const char *name, unsigned otherwise)
{
	uint64_t v;

	return getenv(name) && slice_number(slice_str(getenv(name)), UINT32_MAX, &v) ? (unsigned)v
	                                                                             : otherwise;
}

static void store_behaves_as_the_model(void **state)
{
	unsigned steps = from_environment("MODEL_STEPS", getenv("SOAK") ? 200000 : 3000);
	unsigned seed = from_environment("MODEL_SEED", 1);

	(void)state;
	random_state = seed;
	drive.threads = from_environment("MODEL_THREADS", 0);
	drive_make(&drive, 1);
	log_in();
	learn_first_mailboxes();
	for (unsigned i = 0; i < steps; i++) {
		step();
		if (i % 100 == 99)
			check_all();
	}
	check_all();
	log_out();
	for (unsigned i = 0; i < SESSIONS; i++) {
		free(readers[i].seen);
		free(readers[i].has);
	}
	buf_free(&rows);
	buf_free(&body);
	drive_remove(&drive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(store_behaves_as_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
