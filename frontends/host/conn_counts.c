#include "conn_parts.h"

/* What is counted of connections (pk-metrics(5)). */

static struct metrics *page(const struct conn *c)
{
	return c->front->service.metrics;
}

static void count_open(const struct conn *c, int64_t by)
{
	metrics_add_at(page(c), METRIC_connections, c->secure, (uint64_t)by);
}

static void count_handshake(const struct conn *c, struct slice result)
{
	metrics_add_at(page(c), METRIC_tls_handshakes_total, metrics_word(LABEL_handshake, result),
	               1);
}

void conn_counts_begin(const struct conn *c)
{
	metrics_add(page(c), METRIC_connections_accepted_total, 1);
	count_open(c, 1);
}

void conn_counts_secure(struct conn *c)
{
	count_handshake(c, S("ok"));
	count_open(c, -1);
	c->secure = true;
	count_open(c, 1);
}

void conn_counts_insecure(const struct conn *c)
{
	count_handshake(c, S("failed"));
}

void conn_counts_octets(struct conn *c)
{
	const struct stream *s = &c->stream;

	metrics_add(page(c), METRIC_received_bytes_total, s->in - c->told_in);
	metrics_add(page(c), METRIC_sent_bytes_total, s->out - c->told_out);
	c->told_in = s->in;
	c->told_out = s->out;
}

void conn_counts_end(struct conn *c)
{
	conn_counts_octets(c);
	count_open(c, -1);
}
