#include "search_run.h"
#include "sort.h"
#include "thread_say.h"

/* THREAD: RFC 5256. */

#define TURN_STEPS 2048

static const struct {
	struct slice name;
	enum thread_algorithm algorithm;
} algorithms[] = {
	{S("ORDEREDSUBJECT"), THREAD_ORDEREDSUBJECT},
	{S("REFERENCES"),     THREAD_REFERENCES    },
};

struct thread {
	struct search_run run; /* first */
	struct threads threads;
	struct thread_say say;
	bool begun; /* the response has */
};

static void free_thread(void *own)
{
	struct thread *q = own;

	search_run_free(&q->run);
	thread_free(&q->threads);
}

static bool on_found(struct imap *s, const struct pk_message *row, const struct summary *sum)
{
	struct thread *q = s->cmd->own;
	struct thread_facts facts = {.uid = row->uid, .sent_ms = sent_ms(row, sum)};

	if (sum) {
		facts.subject = sum->base_subject;
		facts.reply_or_forward = sum->reply_or_forward;
		facts.id = sum->message_id;
		facts.references = sum->references;
		facts.in_reply_to = sum->in_reply_to;
	}
	q->run.status = thread_add(&q->threads, &facts);
	return q->run.status == PK_OK;
}

/* RFC 5256 section 5: there is no space behind THREAD if nothing was found. */
static uint32_t say(struct imap *s, struct thread *q)
{
	if (!q->begun) {
		q->begun = true;
		q->say = (struct thread_say){.threads = &q->threads, .at = q->threads.roots};
		put(s, q->threads.n ? S("* THREAD ") : S("* THREAD"));
	}
	if (!thread_say(s, &q->say, TURN_STEPS))
		return PK_AGAIN;
	put(s, S("\r\n"));
	return imap_done(s);
}

static uint32_t on_again(struct imap *s, struct pk_in *in)
{
	struct thread *q = s->cmd->own;

	if (in->kind != PK_IN_AGAIN)
		return s->io->want;
	switch (thread_turn(&q->threads, TURN_STEPS)) {
	case THREAD_AGAIN: return PK_AGAIN;
	case THREAD_MEMORY: return imap_no(s, PK_ENOMEM);
	case THREAD_DONE: break;
	}
	return say(s, q);
}

static uint32_t all_found(struct imap *s)
{
	struct thread *q = s->cmd->own;

	if (!thread_begin(&q->threads))
		return imap_no(s, PK_ENOMEM);
	s->then = on_again;
	return PK_AGAIN;
}

static bool parse_algorithm(struct parser *p, enum thread_algorithm *out)
{
	struct slice name;

	if (!parse_atom(p, &name))
		return false;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
		if (slice_ieq(name, algorithms[i].name)) {
			*out = algorithms[i].algorithm;
			return true;
		}
	return parse_fail(p, S("Unknown threading algorithm"));
}

uint32_t cmd_thread(struct imap *s, struct parser *p)
{
	struct thread *q = imap_alloc(s, sizeof(*q));
	enum search_parsed parsed = SEARCH_BAD;

	if (!q)
		return imap_no(s, PK_ENOMEM);
	s->cmd->own = q;
	s->cmd->clean = free_thread;
	q->run.found = on_found;
	q->run.done = all_found;
	q->run.also = SEARCH_SUMMARY | PK_WANT_DATES;
	s->io->host->random(s->io, q->threads.ids.key, sizeof(q->threads.ids.key));
	s->io->host->random(s->io, q->threads.subjects.key, sizeof(q->threads.subjects.key));
	if (parse_space(p) && parse_algorithm(p, &q->threads.algorithm) && parse_space(p))
		parsed = search_charset_keys(s, p, &q->run.program);
	if (parsed != SEARCH_PARSED)
		return search_refuse_args(s, parsed, p);
	return search_start(s, &q->run);
}
