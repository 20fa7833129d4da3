#include "search_run.h"

/*
 * The last stage: a batch of rows with their summaries; of those that are still open the text that
 * can decide, with one request for all of them.
 */
#define LATE_ROWS    32     /* in a batch */
#define TURN_OCTETS  32768u /* looked at in one turn, for few needles */
#define NEEDLES_TURN 8      /* so many more halve it */

struct search_job {
	size_t row;     /* where in `ready` */
	uint32_t piece; /* its first; the next job's first is its end */
};

static const struct search_job *job_at(const struct search_late *l, size_t i)
{
	return (const struct search_job *)(const void *)l->jobs.p + i;
}

static size_t jobs(const struct search_late *l)
{
	return l->jobs.n / sizeof(struct search_job);
}

static bool out_of_memory(const struct search_late *l)
{
	return l->rows.failed || l->ready.failed || l->jobs.failed || l->pieces.failed ||
	       l->octets.failed || text_search_failed(&l->text);
}

static uint64_t body_octets(const struct pk_message *row)
{
	return row->octets > row->prefix.n ? row->octets - row->prefix.n : 0;
}

/* ---- text ---- */

static bool job_message(const struct search_late *l, struct pk_message *row, struct summary *sum)
{
	struct pk_rows rows = {slice_skip(buf_slice(&l->ready), job_at(l, l->job)->row)};

	return pk_next_message(&rows, row) &&
	       summary_open(row->summary, body_octets(row), sum) == PK_OK;
}

static bool job_begin(struct search_run *q)
{
	struct search_late *l = &q->l;
	struct pk_message row;
	struct summary sum;
	struct search_message m = {.view = q->s->view, .row = &row, .sum = &sum};

	if (!job_message(l, &row, &sum))
		return false;
	text_search_begin(&l->text, &q->program, &m, &q->scratch);
	l->begun = true;
	l->decided = false;
	return true;
}

static enum search_truth job_truth(struct search_run *q, const struct pk_message *row,
                                   const struct summary *sum)
{
	struct search_message m = {.view = q->s->view, .row = row, .sum = sum};

	m.needles = text_search_needles(&q->l.text);
	return search_match(&q->program, &m, &q->scratch);
}

/* Something was found: does the rest still matter? */
static void job_look(struct search_run *q)
{
	struct search_late *l = &q->l;
	struct pk_message row;
	struct summary sum;

	if (!l->text.news)
		return;
	l->text.news = false;
	l->decided = !job_message(l, &row, &sum) || job_truth(q, &row, &sum) != SEARCH_MAYBE;
}

/* The message at hand is through. False: as found says. */
static bool job_end(struct search_run *q)
{
	struct search_late *l = &q->l;
	struct pk_message row;
	struct summary sum;
	bool good = true;

	if (!l->seen)
		q->unread = unread_why(q->unread, PK_EUNAVAILABLE);
	if (l->begun && job_message(l, &row, &sum)) {
		text_search_end(&l->text);
		if (job_truth(q, &row, &sum) == SEARCH_YES)
			good = q->found(q->s, &row, &sum);
	}
	l->begun = l->seen = false;
	l->job++;
	return good;
}

/* A chunk that has no octets, but why. What is gone has no text. */
static void job_unread(struct search_run *q, uint16_t status)
{
	if (status != PK_EEXPUNGED && status != PK_ENOTFOUND)
		q->unread = unread_why(q->unread, (enum pk_status)status);
	q->l.begun = false;
}

/* The next chunk: of which message it is. False: as found says. */
static bool chunk_begin(struct search_run *q)
{
	struct search_late *l = &q->l;

	while (l->job + 1 < jobs(l) && job_at(l, l->job + 1)->piece <= l->chunk.piece)
		if (!job_end(q))
			return false;
	l->seen = true;
	if (l->chunk.status != PK_OK)
		job_unread(q, l->chunk.status);
	else if (l->chunk.piece == job_at(l, l->job)->piece && !l->begun && !job_begin(q))
		job_unread(q, PK_EIO);
	return true;
}

static size_t turn_octets(const struct search_run *q)
{
	return TURN_OCTETS / (1 + q->program.needles / NEEDLES_TURN);
}

/* A turn's worth of the reply at hand. False: as found says. */
static bool read_turn(struct search_run *q)
{
	struct search_late *l = &q->l;
	size_t budget = turn_octets(q);

	while (budget) {
		struct slice octets = slice_head(l->chunk.bytes, budget);

		if (l->begun && !l->decided && octets.n) {
			text_search_feed(&l->text, l->chunk.offset, octets);
			job_look(q);
			budget -= octets.n;
		} else {
			octets = l->chunk.bytes;
		}
		l->chunk.offset += octets.n;
		l->chunk.bytes = slice_skip(l->chunk.bytes, octets.n);
		if (l->chunk.bytes.n)
			continue;
		if (!pk_next_chunk(&l->chunks, &l->chunk)) {
			buf_clear(&l->octets);
			return true;
		}
		if (!chunk_begin(q))
			return false;
	}
	return true;
}

/* All replies are through. */
static bool read_end(struct search_run *q)
{
	struct search_late *l = &q->l;
	bool good = true;

	while (good && l->job < jobs(l))
		good = job_end(q);
	buf_clear(&l->jobs);
	buf_clear(&l->ready);
	buf_clear(&l->pieces);
	l->job = l->piece_n = 0;
	l->reading = false;
	q->calls--;
	return good;
}

static bool ask_text(struct search_run *q)
{
	q->calls++;
	q->l.reading = true;
	return CALL_STORE(q->s, read, SEARCH_TAG_READ, .handle = q->s->view->handle,
	                  .pieces = PK_ROWS(&q->l.pieces));
}

/* ---- rows ---- */

/* The text of this message decides. */
static void add_job(struct search_run *q, const struct search_message *m)
{
	struct search_late *l = &q->l;
	struct search_job job = {.row = l->ready.n, .piece = l->piece_n};
	struct pk_message row = *m->row;
	uint32_t pieces;

	text_search_begin(&l->text, &q->program, m, &q->scratch);
	pieces = text_search_pieces(&l->text, row.uid, &l->pieces);
	if (!pieces) /* it has none */
		return;
	row.summary = m->sum->bytes;
	pk_put_message_row(&l->ready, &row);
	buf_put(&l->jobs, (struct slice){(const char *)&job, sizeof(job)});
	l->piece_n += pieces;
}

/* One row with its summary, or without if there is none to be had. False: as found says. */
static bool take_late(struct search_run *q, const struct pk_message *row, const struct summary *sum)
{
	struct search_message m = {.view = q->s->view, .row = row, .sum = sum};
	enum search_truth t = search_match(&q->program, &m, &q->scratch);

	if (t == SEARCH_YES)
		return q->found(q->s, row, sum);
	if (t == SEARCH_MAYBE && sum)
		add_job(q, &m);
	else if (t == SEARCH_MAYBE && q->supply.status != PK_EEXPUNGED)
		q->unread = unread_why(q->unread, q->supply.status);
	return true;
}

enum prepared { PREPARED, PREPARE_WAIT, PREPARE_FAIL };

/* Goes through the rows of the batch; waits where a summary has to be supplied. */
static enum prepared prepare(struct search_run *q)
{
	struct search_late *l = &q->l;

	while (l->rows_at < l->rows.n) {
		struct pk_rows rows = {slice_skip(buf_slice(&l->rows), l->rows_at)};
		struct pk_message row;
		struct summary sum;
		enum pk_status st;

		if (!pk_next_message(&rows, &row))
			return PREPARE_FAIL;
		st = supply_open(&q->supply, &row, &sum);
		if (st == PK_ENOTFOUND) {
			q->calls++;
			return supply_start(&q->supply, q->s, &row, SEARCH_TAG_SUPPLY)
			               ? PREPARE_WAIT
			               : PREPARE_FAIL;
		}
		l->rows_at = l->rows.n - rows.raw.n;
		if (!take_late(q, &row, st == PK_OK ? &sum : NULL))
			return PREPARE_FAIL;
	}
	return PREPARED;
}

/* What a row must have for all that may still be asked of it. */
static uint32_t late_want(const struct search_run *q)
{
	return q->program.want | q->also | SEARCH_SUMMARY;
}

static bool ask_batch(struct search_run *q)
{
	buf_clear(&q->l.rows);
	q->l.rows_at = 0;
	return search_ask_rows(q, &q->l.cut, LATE_ROWS, late_want(q));
}

static enum pk_status keep_rows(struct search_late *l, const struct pk_in *in)
{
	struct pk_messages_rep m;
	struct pk_message row;
	enum pk_status st = pk_get_messages_rep(in->bytes, &m);

	while (st == PK_OK && pk_next_message(&m.messages, &row))
		pk_put_message_row(&l->rows, &row);
	return st;
}

static enum pk_status keep_octets(struct search_late *l, const struct pk_in *in)
{
	struct pk_read_rep r;
	enum pk_status st;

	buf_clear(&l->octets);
	buf_put(&l->octets, in->bytes);
	st = pk_get_read_rep(buf_slice(&l->octets), &r);
	l->chunks = r.chunks;
	l->chunk = (struct pk_chunk){0};
	l->more = in->flags & PK_MORE;
	return st;
}

uint32_t search_late_reply(struct search_run *q, const struct pk_in *in)
{
	enum pk_status st = reply_status(in);
	uint32_t tag = imap_tag(in);

	if (tag == SEARCH_TAG_SUPPLY) { /* its failures are its own */
		supply_take(&q->supply, in);
		st = PK_OK;
	} else if (st == PK_OK) {
		st = tag == SEARCH_TAG_READ ? keep_octets(&q->l, in) : keep_rows(&q->l, in);
	}
	if (st != PK_OK)
		return imap_no(q->s, st);
	if (tag != SEARCH_TAG_READ && in->flags & PK_MORE)
		return PK_REPLY;
	q->calls -= tag != SEARCH_TAG_READ;
	return search_late_pump(q);
}

/* Octets at hand are looked at. True: go on; else *wants. */
static bool pump_text(struct search_run *q, uint32_t *wants)
{
	struct search_late *l = &q->l;

	if (!read_turn(q)) {
		*wants = search_refuse(q->s, q);
		return false;
	}
	*wants = l->octets.n ? PK_AGAIN : PK_REPLY;
	if (l->octets.n || l->more)
		return false;
	if (read_end(q))
		return true;
	*wants = search_refuse(q->s, q);
	return false;
}

uint32_t search_late_pump(struct search_run *q)
{
	struct search_late *l = &q->l;
	uint32_t wants;

	if (l->octets.n && !pump_text(q, &wants))
		return wants;
	while (!q->calls) {
		switch (prepare(q)) {
		case PREPARED: break;
		case PREPARE_WAIT: return PK_REPLY;
		case PREPARE_FAIL: return search_refuse(q->s, q);
		}
		if (out_of_memory(l))
			return imap_no(q->s, PK_ENOMEM);
		if (!jobs(l) && !uid_cut_more(&l->cut))
			return 0;
		if (!(jobs(l) ? ask_text(q) : ask_batch(q)))
			return imap_no(q->s, PK_ENOMEM);
	}
	return PK_REPLY;
}

void search_late_free(struct search_late *l)
{
	text_search_free(&l->text);
	buf_free(&l->rows);
	buf_free(&l->ready);
	buf_free(&l->jobs);
	buf_free(&l->pieces);
	buf_free(&l->octets);
}
