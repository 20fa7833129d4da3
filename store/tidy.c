#include "tidy.h"

#define PAUSE_MS ((int64_t)10 * 1000)      /* between two runs that free something: 64 MiB each */
#define LOOK_MS  ((int64_t)10 * 60 * 1000) /* between two looks that find nothing */

struct tidy {
	struct server *server;
	struct volume *volume;
	struct compaction *compaction;
	void (*done)(void *, enum pk_status, uint64_t freed);
	void *arg;
	struct tidy *next;
};

static void unlink_tidy(struct tidy *t)
{
	struct tidy **at = &t->server->tidies;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

static void compacted(void *arg, enum pk_status st, uint64_t freed)
{
	struct tidy *t = arg;

	unlink_tidy(t);
	if (freed) {
		metrics_add(t->volume->metrics, METRIC_compactions_total, 1);
		metrics_add(t->volume->metrics, METRIC_compaction_freed_bytes_total, freed);
	}
	t->done(t->arg, st, freed);
	free(t);
}

static bool runs(const struct server *s, const struct volume *v)
{
	const struct tidy *t = s->tidies;

	while (t && t->volume != v)
		t = t->next;
	return t;
}

enum pk_status tidy_start(struct server *s, struct volume *v,
                          void (*done)(void *, enum pk_status, uint64_t freed), void *arg)
{
	struct tidy *t;

	if (s->stopping)
		return PK_EUNAVAILABLE;
	if (runs(s, v))
		return PK_EBUSY;
	t = calloc(1, sizeof(*t));
	if (!t)
		return PK_ENOMEM;
	*t = (struct tidy){.server = s, .volume = v, .done = done, .arg = arg, .next = s->tidies};
	t->compaction = compaction_start(v, s->work, compacted, t);
	if (!t->compaction) {
		free(t);
		return PK_EUNAVAILABLE;
	}
	s->tidies = t;
	return PK_OK;
}

/* What comes of a look: soon again where there was something to free. */
static void looked(void *arg, enum pk_status st, uint64_t freed)
{
	struct server *s = arg;

	if (st == PK_OK && freed)
		s->tidy_ms = server_mono(s) + PAUSE_MS;
}

void tidy_tick(struct server *s)
{
	int64_t now = server_mono(s);

	if (now < s->tidy_ms)
		return;
	s->tidy_ms = now + LOOK_MS;
	for (size_t i = 0; i < s->volume_count; i++)
		if (!s->volumes[i]->options.read_only &&
		    tidy_start(s, s->volumes[i], looked, s) != PK_OK)
			s->tidy_ms = now + PAUSE_MS;
}

void tidy_stop(struct server *s)
{
	s->stopping = true;
	for (struct tidy *t = s->tidies; t; t = t->next)
		compaction_stop(t->compaction);
	while (s->tidies)
		if (!loop_turn(s->loop))
			usleep(1000);
}
