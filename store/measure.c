#include "measure.h"

#include "login.h"

#define SEGMENTS_MS 30000 /* between two looks at all segments */

struct metrics *measure_service(const struct server *s, const char *service)
{
	static const enum metrics_kind of_services[] = {METRICS_LOGIN, METRICS_MAIL,
	                                                METRICS_SUBMIT};
	struct metrics *m = NULL;

	for (size_t i = 0; !m && i < sizeof(of_services) / sizeof(*of_services); i++)
		m = metrics_set_find(s->options.metrics, of_services[i], service);
	return m;
}

/* As the values of LABEL(request). */
enum kind { KIND_OTHER, KIND_LOGIN, KIND_READ, KIND_WRITE, KIND_RECIPIENT, KIND_DELIVER };

static const uint8_t kinds[PK_OP_MAX] = {
	[PK_OP_auth] = KIND_LOGIN,          [PK_OP_list] = KIND_READ,
	[PK_OP_status] = KIND_READ,         [PK_OP_open] = KIND_READ,
	[PK_OP_counts] = KIND_READ,         [PK_OP_flags] = KIND_READ,
	[PK_OP_messages] = KIND_READ,       [PK_OP_read] = KIND_READ,
	[PK_OP_changes] = KIND_READ,        [PK_OP_quota] = KIND_READ,
	[PK_OP_room] = KIND_READ,           [PK_OP_create] = KIND_WRITE,
	[PK_OP_remove] = KIND_WRITE,        [PK_OP_rename] = KIND_WRITE,
	[PK_OP_subscribe] = KIND_WRITE,     [PK_OP_store] = KIND_WRITE,
	[PK_OP_expunge] = KIND_WRITE,       [PK_OP_copy] = KIND_WRITE,
	[PK_OP_append] = KIND_WRITE,        [PK_OP_drop_messages] = KIND_WRITE,
	[PK_OP_recipient] = KIND_RECIPIENT, [PK_OP_deliver] = KIND_DELIVER,
	[PK_OP_submit] = KIND_DELIVER,
};

void measure_answer(struct call *c)
{
	struct metrics *m = c->session->peer->metrics;

	if (!c->began_ns)
		return;
	metrics_observe(m, METRIC_request_seconds, c->op < PK_OP_MAX ? kinds[c->op] : KIND_OTHER,
	                (uint64_t)(metrics_clock(m) - c->began_ns));
	c->began_ns = 0;
}

void measure_login(const struct call *c, const char *result)
{
	struct metrics *m = c->session->peer->metrics;
	const struct pk_auth_req *q = c->q;

	if (m && c->op == PK_OP_auth)
		metrics_add_at(m, METRIC_logins_total,
		               metrics_pair(METRIC_logins_total, q->mechanism, slice_str(result)),
		               1);
}

void measure_backoff(const struct call *c, bool refused)
{
	metrics_add_at(c->session->peer->metrics, METRIC_login_backoffs_total,
	               metrics_word(LABEL_backoff, refused ? S("refused") : S("delayed")), 1);
}

static struct slice verdict_of(enum pk_status st)
{
	static const struct {
		enum pk_status status;
		struct slice word;
	} words[] = {
		{PK_OK,         S("ok")       },
                {PK_ENOTFOUND,  S("unknown")  },
		{PK_EPERM,      S("denied")   },
                {PK_ESUSPENDED, S("suspended")},
		{PK_EQUOTA,     S("quota")    },
                {PK_ETOOBIG,    S("too-big")  },
		{PK_ELIMIT,     S("limit")    },
                {PK_EFULL,      S("full")     },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].status == st)
			return words[i].word;
	return S("other");
}

void measure_verdict(const struct call *c, enum metric id, enum pk_status st)
{
	struct metrics *m = c->session->peer->metrics;

	if (m && c->finished)
		metrics_add_at(m, id, metrics_word(LABEL_verdict, verdict_of(st)), 1);
}

static void put_pool(struct metrics *m, const char *name, struct pool_load load)
{
	unsigned at = metrics_word(LABEL_pool, slice_str(name));

	metrics_set_at(m, METRIC_pool_threads, at, load.threads);
	metrics_set_at(m, METRIC_pool_busy_threads, at, load.busy);
	metrics_set_at(m, METRIC_pool_queue_length, at, load.waiting);
}

static void put_logins(struct metrics *m, const struct auth_queue *q)
{
	struct pool_load load = {.threads = q->slots, .busy = q->running};

	for (unsigned lane = 0; lane <= AUTH_SUSPECT; lane++) {
		metrics_set_at(m, METRIC_password_queue_length, lane, q->lanes[lane].n);
		load.waiting += q->lanes[lane].n;
	}
	put_pool(m, "login", load);
}

void measure_tick(struct server *s)
{
	int64_t now = server_mono(s);
	bool segments = now >= s->segments_ms || s->segments_ms - now > SEGMENTS_MS;

	if (!s->metrics)
		return;
	put_pool(s->metrics, "work", pool_load(s->work));
	put_pool(s->metrics, "read", pool_load(s->reads));
	put_logins(s->metrics, &s->auths->queue);
	if (segments)
		s->segments_ms = now + SEGMENTS_MS;
	for (size_t i = 0; i < s->volume_count; i++) {
		measure_volume(s, s->volumes[i]);
		if (segments)
			measure_segments(s, s->volumes[i]);
	}
}
