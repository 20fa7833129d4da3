/* FETCH of whole messages against what was put in: gaps, what others expunge, partials. */
/* links: imap harness host store */
#include "imap_talk.h"

#define MOST   400
#define ROUNDS 60

struct world {
	struct talk t;
	struct drive_client *other;
	struct buf body[MOST + 1]; /* by UID */
	bool gone[MOST + 1], told[MOST + 1];
	uint64_t random;
};

static uint32_t pick(struct world *w, uint32_t n)
{
	w->random = w->random * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(w->random >> 33) % n;
}

/* Mostly small, some of more than a frame. */
static void make_body(struct world *w, struct buf *b)
{
	static const uint32_t sizes[] = {1, 2, 300, 3000, 3000, 9000, 70000, 300000};
	uint32_t n = 1 + pick(w, sizes[pick(w, COUNT(sizes))]);

	while (b->n < n)
		buf_byte(b, (char)('a' + pick(w, 26)));
}

static void fill(struct world *w)
{
	struct buf line = {0};

	for (uint32_t uid = 1; uid <= MOST; uid++) {
		make_body(w, &w->body[uid]);
		w->told[uid] = true;
		buf_printf(&line, "ap APPEND INBOX {%zu+}\r\n", w->body[uid].n);
		buf_put(&line, buf_slice(&w->body[uid]));
		buf_put(&line, S("\r\n"));
		if (uid % 40 == 0 || uid == MOST) {
			drive_send(w->t.c, buf_slice(&line));
			buf_clear(&line);
		}
	}
	buf_free(&line);
}

static void other_says(struct world *w, struct slice line)
{
	buf_clear(drive_got(w->other));
	drive_send(w->other, line);
	assert_true(has(buf_slice(drive_got(w->other)), " OK "));
}

static void other_expunges(struct world *w, uint32_t n)
{
	struct buf line = {0};

	buf_put(&line, S("a UID STORE 4000"));
	while (n--) {
		uint32_t uid = 1 + pick(w, MOST);

		w->gone[uid] = true;
		buf_printf(&line, ",%u", uid);
	}
	buf_put(&line, S(" +FLAGS.SILENT \\Deleted\r\nb EXPUNGE\r\n"));
	other_says(w, buf_slice(&line));
	buf_free(&line);
}

/* The command, and what has to come for it; missing: some of it is gone. */
struct asked {
	struct buf command, answer;
	bool uid, missing;
	uint32_t first, last, step; /* of the set */
	uint64_t from, octets;      /* UINT64_MAX: all of it */
};

static void want_octets(struct asked *a, struct slice body)
{
	struct slice part = slice_head(slice_skip(body, a->from), a->octets);

	if (part.n)
		buf_printf(&a->answer, "{%zu}\r\n", part.n);
	else
		buf_put(&a->answer, S("\"\""));
	buf_put(&a->answer, part);
}

static void want_message(struct world *w, struct asked *a, uint32_t number, uint32_t uid)
{
	buf_printf(&a->answer, "* %u FETCH (UID %u BODY[]", number, uid);
	if (a->octets != UINT64_MAX)
		buf_printf(&a->answer, "<%u>", (unsigned)a->from);
	buf_put(&a->answer, S(" "));
	want_octets(a, buf_slice(&w->body[uid]));
	buf_printf(&a->answer, " RFC822.SIZE %zu)\r\n", w->body[uid].n);
}

static bool is_asked(const struct asked *a, uint32_t at)
{
	return at >= a->first && at <= a->last && (at - a->first) % a->step == 0;
}

static void want(struct world *w, struct asked *a)
{
	uint32_t number = 0;

	for (uint32_t uid = 1; uid <= MOST; uid++) {
		number += w->told[uid];
		if (!w->told[uid] || !is_asked(a, a->uid ? uid : number))
			continue;
		if (w->gone[uid])
			a->missing = true;
		else
			want_message(w, a, number, uid);
	}
}

static void choose(struct world *w, struct asked *a)
{
	static const uint64_t froms[] = {0, 0, 1, 5000, 69999, 1000000};
	static const uint64_t lengths[] = {1, 2048, 65536, 400000};
	uint32_t most = 0;

	a->uid = pick(w, 2);
	for (uint32_t uid = 1; uid <= MOST; uid++)
		most += a->uid || w->told[uid];
	a->first = 1 + pick(w, most);
	a->last = a->first + pick(w, most - a->first + 1);
	a->step = 1 + pick(w, 3);
	a->octets = UINT64_MAX;
	if (pick(w, 2))
		return;
	a->from = froms[pick(w, COUNT(froms))];
	a->octets = lengths[pick(w, COUNT(lengths))];
}

static void put_command(struct asked *a)
{
	buf_printf(&a->command, "f %sFETCH ", a->uid ? "UID " : "");
	for (uint32_t i = a->first; i <= a->last; i += a->step)
		buf_printf(&a->command, "%s%u", i == a->first ? "" : ",", i);
	buf_put(&a->command, S(" (UID BODY.PEEK[]"));
	if (a->octets != UINT64_MAX)
		buf_printf(&a->command, "<%u.%u>", (unsigned)a->from, (unsigned)a->octets);
	buf_put(&a->command, S(" RFC822.SIZE)\r\n"));
}

static void note_expunge(struct world *w, uint32_t number)
{
	for (uint32_t uid = 1; uid <= MOST; uid++) {
		if (!w->told[uid] || --number)
			continue;
		assert_true(w->gone[uid]);
		w->told[uid] = false;
		return;
	}
	fail();
}

/* What stands behind the answers. */
static void check_end(struct world *w, const struct asked *a, struct slice rest)
{
	while (slice_starts(rest, S("* "))) {
		struct slice line = slice_cut(&rest, '\n');

		if (has(line, " EXPUNGE\r"))
			note_expunge(w, (uint32_t)strtoul(line.p + 2, NULL, 10));
		else
			assert_true(has(line, " RECENT\r") || has(line, " EXISTS\r"));
	}
	if (a->missing && !a->uid)
		assert_true(slice_starts(rest, S("f NO [EXPUNGEISSUED] ")));
	else
		assert_true(slice_starts(rest, S("f OK ")));
}

static void fetch_once(struct world *w)
{
	struct asked a = {0};
	struct slice got;

	if (!pick(w, 4))
		other_expunges(w, 1 + pick(w, 8));
	choose(w, &a);
	want(w, &a);
	put_command(&a);
	buf_clear(drive_got(w->t.c));
	drive_send(w->t.c, buf_slice(&a.command));
	got = buf_slice(drive_got(w->t.c));
	assert_true(slice_starts(got, buf_slice(&a.answer)));
	check_end(w, &a, slice_skip(got, a.answer.n));
	buf_free(&a.command);
	buf_free(&a.answer);
}

static void any_set_and_partial(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 3; seed++) {
		struct world *w = calloc(1, sizeof(*w));

		w->random = seed;
		talk_open(&w->t, seed);
		log_in(&w->t);
		fill(w);
		w->other = drive_connect(w->t.d);
		other_says(w, S("a LOGIN jane@example.test secret\r\nb SELECT INBOX\r\n"));
		other_expunges(w, MOST / 4);
		for (uint32_t uid = 1; uid <= MOST; uid++)
			w->told[uid] = !w->gone[uid];
		assert_true(has(say(&w->t, "a SELECT INBOX"), "a OK "));
		for (int i = 0; i < ROUNDS; i++)
			fetch_once(w);
		talk_close(&w->t);
		for (uint32_t uid = 1; uid <= MOST; uid++)
			buf_free(&w->body[uid]);
		free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_set_and_partial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
