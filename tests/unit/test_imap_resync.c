/* Resynchronising large IMAP mailboxes: RFC 7162 3.2.5, 3.2.6, 3.2.10. */
/* links: imap harness host store */
#include "unit.h"

#include "imap_client.h"
#include "session.h"

#include <inttypes.h>

#define MESSAGES 1300 /* more than the store remembers expunges one by one */

struct world {
	struct drive *d;
	struct imap_client here, away; /* both QRESYNC; heap: they are large */
};

static struct world *begin(uint64_t seed, unsigned messages)
{
	struct world *w = calloc(1, sizeof(*w));
	struct buf many = {0};

	w->d = client_drive(pk_plugin_entry(service_host()), seed);
	w->here = w->away = (struct imap_client){.d = w->d, .kind = CLIENT_QRESYNC};
	client_connect(&w->here);
	for (unsigned i = 0; i < messages; i++)
		buf_printf(&many, "x APPEND INBOX {3+}\r\na\r\n\r\n");
	drive_send(w->here.c, buf_slice(&many));
	buf_free(&many);
	buf_clear(drive_got(w->here.c));
	return w;
}

static void end(struct world *w)
{
	client_break(&w->here, 0);
	client_break(&w->away, 0);
	drive_close(w->d);
	free(w);
}

/* Knows all messages, and nothing that happens from now on. */
static void learn_all(struct imap_client *c)
{
	client_connect(c);
	client_select(c, "SELECT", 0, "");
	client_list_new(c);
	c->cache[0].highest = c->selected_modseq;
	client_agrees(c);
}

static bool is_kept(uint32_t uid)
{
	return uid % 10 == 0;
}

/* Each with a modseq of its own. */
static void expunge_most(struct imap_client *c)
{
	for (uint32_t uid = 1; uid <= MESSAGES; uid++) {
		if (is_kept(uid))
			continue;
		client_do(c, "UID STORE %u +FLAGS.SILENT (\\Deleted)", uid);
		client_do(c, "UID EXPUNGE %u", uid);
		assert_int_equal(c->vanished, 1);
	}
}

static void has_what_is_kept(const struct cache *k)
{
	assert_int_equal(k->n, MESSAGES / 10);
	for (unsigned i = 0; i < k->n; i++)
		assert_true(is_kept(k->of[i].uid));
}

static const char *parameter(const struct cache *k, uint64_t modseq, const char *rest)
{
	static char text[200];

	snprintf(text, sizeof(text), " (QRESYNC (%u %" PRIu64 "%s))", k->uidvalidity, modseq, rest);
	return text;
}

/* Where the store does not remember what went, all that is not there is gone; flags are told only
 * if they changed. */
static void expunges_that_nobody_remembers(void **state)
{
	struct world *w = begin(0, MESSAGES);
	struct cache *k = &w->away.cache[0], old;
	struct imap_client *idle = calloc(1, sizeof(*idle));

	(void)state;
	*idle = (struct imap_client){.d = w->d, .kind = CLIENT_QRESYNC};
	learn_all(&w->away);
	client_break(&w->away, 0);
	learn_all(idle);
	learn_all(&w->here);
	drive_hold_bells(w->d);
	expunge_most(&w->here);
	client_do(&w->here, "UID STORE 20 +FLAGS (\\Flagged)");

	client_connect(&w->away);
	old = *k;
	client_select(&w->away, "SELECT", 0, parameter(k, k->highest, ""));
	has_what_is_kept(k);
	client_agrees(&w->away);
	assert_true(w->away.said == w->away.selected_modseq); /* of 20 */
	assert_int_equal(cache_find(k, 20)->flags, 1 << FLAG_FLAGGED);
	assert_int_equal(cache_find(k, 30)->modseq, cache_find(&old, 30)->modseq);

	/* Only of what it asks about. */
	*k = old;
	client_select(&w->away, "SELECT", 0, parameter(k, k->highest, " 1:100"));
	assert_int_equal(k->n, MESSAGES - 90);

	/* By UID FETCH: the same, and nothing of the others. */
	*k = old;
	client_select(&w->away, "SELECT", 0, "");
	client_do(&w->away, "UID FETCH 1:* (FLAGS) (CHANGEDSINCE %" PRIu64 " VANISHED)",
	          old.highest);
	assert_int_equal(cache_find(k, 20)->flags, 1 << FLAG_FLAGGED);
	has_what_is_kept(k);

	/* A session that was there all the time. */
	client_do(idle, "NOOP");
	assert_int_equal(idle->vanished, MESSAGES - MESSAGES / 10);
	has_what_is_kept(&idle->cache[0]);
	client_agrees(idle);
	assert_int_equal(cache_find(&idle->cache[0], 20)->flags, 1 << FLAG_FLAGGED);
	assert_true(idle->said == w->away.selected_modseq);
	client_break(idle, 0);
	free(idle);
	end(w);
}

/* RFC 7162 3.2.5.2: pairs that agree say that the client knows what went below. */
static void pairs_that_agree(void **state)
{
	static const struct {
		const char *data;
		uint32_t from; /* the first UID that is told as gone */
	} cases[] = {
		{"",			     1 },
		{" (1 10)",                      11},
		{" (2 20)",                      21},
		{" (1,3 10,30)",                 31},
		{" (1:5 10,20,30,40,50)",        51},
		{" (1:5 10,20,30,41,51)",        31},
		{" (1,2,100 10,20,1500)",        21},
		{" (1 1)",                       1 },
		{" (1:4294967295 1:4294967295)", 1 },
		{" 15:4000000000 (1 10)",        15},
		{" 1:4294967295",                1 },
		{" (1,130 10,1300)",             0 }, /* all is known */
	};
	struct world *w = begin(0, MESSAGES);
	struct cache *k = &w->away.cache[0], old;

	(void)state;
	learn_all(&w->away);
	old = *k;
	learn_all(&w->here);
	expunge_most(&w->here);
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned kept = 0;

		*k = old;
		client_select(&w->away, "SELECT", 0, parameter(k, k->highest, cases[i].data));
		while (kept < k->n && k->of[kept].uid == kept + 1)
			kept++;
		assert_int_equal(kept, cases[i].from ? cases[i].from - 1 : MESSAGES);
	}
	end(w);
}

/* Many ranges: in lines of a length that clients can bear, whoever reads slowly. */
static void long_sets_come_in_lines(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct world *w = begin(seed, MESSAGES);
		struct cache *k = &w->away.cache[0];
		struct buf b = {0};

		learn_all(&w->away);
		client_break(&w->away, 0);
		learn_all(&w->here);
		for (unsigned uid = 1; uid <= MESSAGES; uid += 2)
			buf_printf(&b, "%s%u", b.n ? "," : "", uid);
		buf_byte(&b, '\0');
		client_do(&w->here, "UID STORE %s +FLAGS.SILENT (\\Deleted)", b.p);
		client_queue(&w->here, "EXPUNGE");
		drive_run(w->d);
		for (struct slice got = buf_slice(drive_got(w->here.c)); got.n;)
			assert_true(slice_cut(&got, '\n').n < 8192);
		client_hear(&w->here);
		assert_int_equal(w->here.vanished, MESSAGES / 2);
		client_agrees(&w->here);

		client_connect(&w->away);
		client_select(&w->away, "SELECT", 0, parameter(k, k->highest, ""));
		assert_int_equal(k->n, MESSAGES / 2);
		client_agrees(&w->away);
		buf_free(&b);
		end(w);
	}
}

/* What the client could not be told, it must not take for told. */
static void resync_that_fails(void **state)
{
	struct world *w = begin(0, 5);
	struct cache *k = &w->away.cache[0];

	(void)state;
	learn_all(&w->away);
	client_break(&w->away, 0);
	learn_all(&w->here);
	client_do(&w->here, "STORE 1:2 +FLAGS.SILENT (\\Deleted)");
	client_do(&w->here, "EXPUNGE");

	client_connect(&w->away);
	w->away.box = 0;
	w->away.messages.n = 0;
	drive_inject_at(w->d, PK_OP_changes, PK_EUNAVAILABLE);
	client_do(&w->away, "SELECT INBOX%s", parameter(k, k->highest, ""));
	assert_true(slice_starts(slice_str(w->away.words), S("NO [UNAVAILABLE]")));
	assert_int_equal(k->n, 5);
	buf_clear(drive_got(w->away.c));
	drive_send(w->away.c, S("y FETCH 1 FLAGS\r\n"));
	assert_true(
		slice_eq(buf_slice(drive_got(w->away.c)), S("y BAD No mailbox is selected\r\n")));
	buf_clear(drive_got(w->away.c));

	client_select(&w->away, "SELECT", 0, "");
	drive_inject_at(w->d, PK_OP_changes, PK_EUNAVAILABLE);
	client_do(&w->away, "UID FETCH 1:5 (FLAGS) (CHANGEDSINCE %" PRIu64 " VANISHED)",
	          k->highest);
	assert_true(slice_starts(slice_str(w->away.words), S("NO [UNAVAILABLE]")));
	assert_int_equal(k->n, 5);
	drive_inject_at(w->d, PK_OP_flags, PK_EUNAVAILABLE);
	client_do(&w->away, "UID FETCH 1:5 (INTERNALDATE) (CHANGEDSINCE 1)");
	assert_true(slice_starts(slice_str(w->away.words), S("NO [UNAVAILABLE]")));
	client_do(&w->away, "UID FETCH 1:5 (FLAGS) (CHANGEDSINCE %" PRIu64 " VANISHED)",
	          k->highest);
	assert_int_equal(k->n, 3);
	client_agrees(&w->away);
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expunges_that_nobody_remembers),
		cmocka_unit_test(pairs_that_agree),
		cmocka_unit_test(long_sets_come_in_lines),
		cmocka_unit_test(resync_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
