/* Several IMAP sessions do things at random, leave, come back: MODEL_STEPS, _SEED, _TRACE. */
/* links: imap harness host store */
#include "unit.h"

#include "drive_parts.h"
#include "imap_client.h"

#include <inttypes.h>
#include <time.h>

/*
 * Two mailboxes over the real store. Clients of all kinds (imap_client.h) work in them, lose their
 * connection in the middle of it, and resynchronise: RFC 3501 7.4.1, RFC 7162 section 6. After a
 * poll and after coming back, what a client knows is what the mailbox has.
 */
#define CLIENTS 6
#define MANY    40 /* messages of a mailbox: then fewer come */

static struct imap_client clients[CLIENTS], truth;
static struct drive *drive;
static uint64_t random_state;

static uint32_t below(uint32_t n)
{
	return (uint32_t)(drive_random(&random_state) % n);
}

/* What the server has, as one who was never there before sees it. */
static struct cache *look(int box)
{
	struct cache *k = &truth.cache[box];

	*k = (struct cache){0};
	client_select(&truth, "EXAMINE", box, "");
	client_list_new(&truth);
	k->highest = truth.selected_modseq;
	client_agrees(&truth);
	return k;
}

static void is_the_truth(struct imap_client *c)
{
	struct cache *k = &c->cache[c->box], *t = look(c->box);

	for (unsigned i = 0; i < k->n || i < t->n; i++) {
		struct cached a = i < k->n ? k->of[i] : (struct cached){0};
		struct cached b = i < t->n ? t->of[i] : (struct cached){0};

		if (a.uid != b.uid || a.flags != b.flags || (a.modseq && a.modseq != b.modseq))
			client_fails(c,
			             "the cache has UID %u, flags %x, modseq %" PRIu64
			             "; the mailbox has UID %u, flags %x, modseq %" PRIu64,
			             a.uid, a.flags, a.modseq, b.uid, b.flags, b.modseq);
	}
	if (c->kind != CLIENT_PLAIN && k->highest > t->highest)
		client_fails(c, "HIGHESTMODSEQ %" PRIu64 " of %" PRIu64, k->highest, t->highest);
}

/* Coming back. */

/* All that it has in its cache is below or at this UID. */
static uint32_t known_to(const struct cache *k)
{
	uint32_t last = k->n ? k->of[k->n - 1].uid : 0;

	return last > k->listed_to ? last : k->listed_to;
}

/* " (numbers uids)" of some messages that it has listed. */
static void match_data(const struct cache *k, struct buf *b)
{
	struct buf uids = {0};
	unsigned step = 1 + below(5);

	for (unsigned i = below(step); i < k->n && k->of[i].uid <= k->listed_to; i += step) {
		buf_printf(b, "%s%u", uids.n ? "," : " (", i + 1);
		buf_printf(&uids, "%s%u", uids.n ? "," : " ", k->of[i].uid);
	}
	buf_put(b, buf_slice(&uids));
	buf_put(b, uids.n ? S(")") : S(""));
	buf_free(&uids);
}

static void select_with_qresync(struct imap_client *c, int box)
{
	struct cache *k = &c->cache[box];
	struct buf b = {0};

	buf_printf(&b, " (QRESYNC (%u %" PRIu64, k->uidvalidity, k->highest);
	if (known_to(k) && below(2))
		buf_printf(&b, " 1:%u", known_to(k));
	if (below(2))
		match_data(k, &b);
	buf_put(&b, S("))"));
	buf_byte(&b, '\0');
	client_select(c, below(8) ? "SELECT" : "EXAMINE", box, b.p);
	buf_free(&b);
	k->highest = c->code;
}

/* Drops of the cache what SEARCH does not find. */
static void drop_unfound(struct imap_client *c, struct cache *k, uint32_t last)
{
	unsigned at = 0;

	for (unsigned i = 0; i < k->n;) {
		uint32_t uid = k->of[i].uid;

		while (at < c->found_n && c->found[at] < uid)
			at++;
		if (uid > last || (at < c->found_n && c->found[at] == uid))
			i++;
		else
			cache_drop(k, uid, uid);
	}
}

static void select_without(struct imap_client *c, int box)
{
	struct cache *k = &c->cache[box];
	uint32_t last = known_to(k);

	client_select(c, "SELECT", box, c->kind == CLIENT_PLAIN ? "" : " (CONDSTORE)");
	if (!k->uidvalidity || !last)
		return;
	client_do(c, "UID FETCH 1:%u (FLAGS) (CHANGEDSINCE %" PRIu64 "%s)", last, k->highest,
	          c->kind == CLIENT_QRESYNC ? " VANISHED" : "");
	if (c->kind == CLIENT_QRESYNC)
		return;
	client_do(c, "UID SEARCH UID 1:%u", last);
	drop_unfound(c, k, last);
}

static void come_back(struct imap_client *c, int box)
{
	struct cache *k = &c->cache[box];

	if (c->kind == CLIENT_PLAIN)
		*k = (struct cache){0};
	if (c->kind == CLIENT_QRESYNC && k->uidvalidity && below(4))
		select_with_qresync(c, box);
	else
		select_without(c, box);
	client_list_new(c);
	k->highest = c->code ? c->code : c->selected_modseq;
	c->synced = true;
	client_agrees(c);
	is_the_truth(c);
}

static void leave(struct imap_client *c)
{
	drive_run(drive);
	client_break(c, below(3) ? below(10) : UINT32_MAX);
}

/* Commands, queued. */

static uint64_t some_before(uint64_t modseq, uint32_t most)
{
	uint32_t less = below(most);

	return modseq > less ? modseq - less : modseq;
}

/* A message number, an UID, or a range; mostly of what is there, often what others work on too. */
static const char *some_set(struct imap_client *c, bool uid)
{
	static char text[64];
	uint32_t most = uid ? c->cache[c->box].listed_to : c->messages.n;
	uint32_t first = 1 + below(below(2) && most > 4 ? 4 : most);
	uint32_t last = first + (below(3) ? 0 : below(6));

	if (last > most)
		last = most;
	snprintf(text, sizeof(text), "%u:%u", first, last);
	if (first == last && below(2))
		snprintf(text, sizeof(text), "%u", first);
	return text;
}

static bool has_messages(const struct imap_client *c)
{
	return c->messages.n && c->cache[c->box].listed_to;
}

/* A client without modseqs hears nothing of a silent change: it does it itself. */
static void change_unheard(struct imap_client *c, bool uid, const char *set)
{
	unsigned first, last;

	if (sscanf(set, "%u:%u", &first, &last) == 1)
		last = first;
	for (uint32_t i = 0; i < c->messages.n; i++) {
		uint32_t at = uid ? c->messages.uids[i] : i + 1;
		struct cached *m = at >= first && at <= last
		                           ? cache_find(&c->cache[c->box], c->messages.uids[i])
		                           : NULL;

		if (m && c->store.how == '+')
			m->flags |= c->store.flags;
		else if (m && c->store.how == '-')
			m->flags &= ~c->store.flags;
		else if (m)
			m->flags = c->store.flags;
	}
}

static void do_store(struct imap_client *c)
{
	struct cache *k = &c->cache[c->box];
	bool uid = below(2);
	char flags[200] = "", since[60] = "";
	const char *set;

	if (!has_messages(c))
		return;
	set = some_set(c, uid);
	c->store = (struct client_store){"+-\0"[below(3)], below(2), 1u << below(CLIENT_FLAGS)};
	for (unsigned i = 0; i < CLIENT_FLAGS; i++)
		if (c->store.flags >> i & 1)
			snprintf(flags, sizeof(flags), "%s", client_flag[i]);
	if (c->kind != CLIENT_PLAIN && below(2))
		snprintf(since, sizeof(since), " (UNCHANGEDSINCE %" PRIu64 ")",
		         below(10) ? some_before(k->highest, 3) : 0);
	if (c->kind == CLIENT_PLAIN && c->store.silent)
		change_unheard(c, uid, set);
	client_queue(c, "%sSTORE %s%s %.*sFLAGS%s (%s)", uid ? "UID " : "", set, since,
	             c->store.how ? 1 : 0, &c->store.how, c->store.silent ? ".SILENT" : "", flags);
}

static void do_append(struct imap_client *c)
{
	if (c->messages.n > MANY && below(10))
		return;
	client_queue(c, "APPEND %s (%s) {3+}\r\na\r\n", client_box((int)below(CLIENT_BOXES)),
	             below(3) ? "" : client_flag[below(CLIENT_FLAGS)]);
}

static void do_expunge(struct imap_client *c)
{
	if (below(2) && has_messages(c))
		client_queue(c, "UID EXPUNGE %s", some_set(c, true));
	else
		client_queue(c, "EXPUNGE");
}

static void do_copy(struct imap_client *c)
{
	bool uid = below(2), move = c->messages.n > MANY || below(2);

	if (has_messages(c))
		client_queue(c, "%s%s %s %s", uid ? "UID " : "", move ? "MOVE" : "COPY",
		             some_set(c, uid), client_box((int)below(CLIENT_BOXES)));
}

static void do_fetch(struct imap_client *c)
{
	static const char *const items[] = {
		"FLAGS",       "(UID)", "BODY[TEXT]", "BODY.PEEK[]<5.9>", "(UID BODY[]<5.9>)",
		"(UID MODSEQ)"};
	bool uid = below(2);

	if (has_messages(c))
		client_queue(
			c, "%sFETCH %s %s", uid ? "UID " : "", some_set(c, uid),
			items[below(c->kind == CLIENT_PLAIN ? COUNT(items) - 1 : COUNT(items))]);
}

static void do_changes(struct imap_client *c)
{
	struct cache *k = &c->cache[c->box];

	if (c->kind == CLIENT_PLAIN || !has_messages(c))
		return;
	client_queue(c, "UID FETCH 1:%u (FLAGS%s) (CHANGEDSINCE %" PRIu64 "%s)", k->listed_to, "",
	             some_before(k->highest, 5), c->kind == CLIENT_QRESYNC ? " VANISHED" : "");
}

static void do_search(struct imap_client *c)
{
	static const char *const searches[] = {"SEARCH UNSEEN", "UID SEARCH ALL", "UID SEARCH 1:*",
	                                       "SEARCH NOT DELETED"};

	client_queue(c, "%s", searches[below(COUNT(searches))]);
}

static void do_noop(struct imap_client *c)
{
	client_queue(c, below(4) ? "NOOP" : "STATUS other (MESSAGES)");
}

static void do_idle(struct imap_client *c)
{
	client_queue(c, "IDLE");
}

static const struct {
	void (*queue)(struct imap_client *c);
	unsigned weight;
} actions[] = {
	{do_store,   24},
        {do_append,  10},
        {do_expunge, 6 },
        {do_copy,    8 },
        {do_fetch,   8 },
	{do_changes, 5 },
        {do_search,  4 },
        {do_noop,    8 },
        {do_idle,    4 },
};

static void queue_something(struct imap_client *c)
{
	unsigned all = 0, at;

	if (c->idle) {
		if (!below(3))
			client_queue(c, "DONE");
		return;
	}
	for (size_t i = 0; i < COUNT(actions); i++)
		all += actions[i].weight;
	at = below(all);
	for (size_t i = 0; i < COUNT(actions); i++) {
		if (at < actions[i].weight) {
			c->store = (struct client_store){0};
			actions[i].queue(c);
			return;
		}
		at -= actions[i].weight;
	}
}

/* RFC 3501 6.4.8, 6.4.6: what may not be refused is done; the rest is told in NO. */
static void was_answered(struct imap_client *c)
{
	if (c->status == 'N' && !strstr(c->words, "[EXPUNGEISSUED]") &&
	    !strstr(c->words, "[MODIFIED ") && !strstr(c->words, "[NOPERM]"))
		client_fails(c, "%s", c->words);
}

static void hear_all(void)
{
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct imap_client *c = &clients[i];

		if (!c->c)
			continue;
		client_hear(c);
		was_answered(c);
	}
}

/* Everything that is known after a poll is the truth. */
static void polled(struct imap_client *c)
{
	if (c->idle)
		client_do(c, "DONE");
	c->store = (struct client_store){0};
	client_do(c, "NOOP");
	client_list_new(c);
	client_agrees(c);
	is_the_truth(c);
}

static void step(void)
{
	unsigned some = 1 + below(3);

	for (unsigned i = 0; i < some; i++) {
		struct imap_client *c = &clients[below(CLIENTS)];

		if (!c->c) {
			client_connect(c);
			come_back(c, (int)below(CLIENT_BOXES));
		} else if (!c->pending || c->idle) {
			queue_something(c);
		}
	}
	if (!below(8)) {
		leave(&clients[below(CLIENTS)]);
		return;
	}
	if (!below(4)) /* the news are late: whoever does not ask hears nothing */
		drive_hold_bells(drive);
	drive_run(drive);
	hear_all();
	if (!below(10)) {
		struct imap_client *c = &clients[below(CLIENTS)];

		if (c->c && below(2))
			polled(c);
		else if (c->c && !c->idle)
			come_back(c, !c->box);
	}
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	uint64_t v;

	return getenv(name) && slice_number(slice_str(getenv(name)), INT64_MAX, &v) ? v : otherwise;
}

static void begin(uint64_t schedule)
{
	drive = client_drive(pk_plugin_entry(service_host()), schedule);
	truth = (struct imap_client){.d = drive, .kind = CLIENT_CONDSTORE, .number = 99};
	client_connect(&truth);
	client_do(&truth, "CREATE other");
	for (unsigned i = 0; i < CLIENTS; i++) {
		clients[i] = (struct imap_client){.d = drive, .number = i, .kind = CLIENT_QRESYNC};
		clients[i].trace = getenv("MODEL_TRACE");
	}
	clients[0].kind = CLIENT_PLAIN;
	clients[1].kind = CLIENT_CONDSTORE;
}

static void end(void)
{
	for (unsigned i = 0; i < CLIENTS; i++)
		client_break(&clients[i], 0);
	client_break(&truth, 0);
	drive_close(drive);
}

static void caches_are_the_truth(void **state)
{
	uint64_t seed = from_environment("MODEL_SEED", getenv("SOAK") ? (uint64_t)time(NULL) : 1);
	uint64_t steps = from_environment("MODEL_STEPS", getenv("SOAK") ? 200000 : 10000);

	(void)state;
	print_message("MODEL_SEED=%" PRIu64 " MODEL_STEPS=%" PRIu64 "\n", seed, steps);
	/* Once as fast as all goes, once with everything in pieces and replies that wait. */
	for (unsigned schedule = 0; schedule < 2; schedule++) {
		random_state = seed;
		begin(schedule ? seed : 0);
		for (uint64_t i = 0; i < steps / 2; i++)
			step();
		hear_all();
		for (unsigned i = 0; i < CLIENTS; i++)
			if (clients[i].c)
				polled(&clients[i]);
		end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(caches_are_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
