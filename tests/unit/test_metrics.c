/* Pages that are counted in (os/metrics.h), their text, and the one request (RFC 9112). */
/* links: metrics */
#include "unit.h"

#include "os/metrics_parts.h"
#include "os/metrics_set.h"
#include "os/shared.h"
#include "request.h"
#include "text.h"

#include <postkeep/messages.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A set with pages as a supervisor would have handed them out. */
struct world {
	struct metrics_set set;
	struct metrics *pages[8];
	int fds[8];
	size_t n;
};

static struct metrics *give(struct world *w, enum metrics_kind kind, const char *name)
{
	struct control c = {.fd = -1};
	struct buf b = {0};
	int pair[2];

	w->pages[w->n] = metrics_make(&w->fds[w->n]);
	assert_non_null(w->pages[w->n]);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	pk_put_ctl_metrics(&b, &(struct pk_ctl_metrics){(uint8_t)kind, slice_str(name)});
	assert_int_equal(control_send(pair[0], CONTROL_METRICS, buf_slice(&b), w->fds[w->n]),
	                 PK_OK);
	assert_int_equal(control_receive(pair[1], &b, &c), PK_OK);
	assert_int_equal(c.kind, CONTROL_METRICS);
	assert_true(metrics_set_take(&w->set, &c));
	buf_free(&b);
	close(pair[0]);
	close(pair[1]);
	return w->pages[w->n++];
}

static void leave(struct world *w)
{
	metrics_set_free(&w->set);
	for (size_t i = 0; i < w->n; i++) {
		metrics_unmap(w->pages[i]);
		close(w->fds[i]);
	}
}

/* Every metric has cells of its own: what is counted in one is seen in no other. */
static void cells_are_apart(void **state)
{
	struct metrics *m;
	int fd;

	(void)state;
	m = metrics_make(&fd);
	assert_non_null(m);
	for (enum metric id = 0; id < METRICS; id++)
		for (unsigned s = 0; s < metric_series(id); s++)
			if (metric_forms[id].buckets)
				metrics_observe(m, id, s, 1);
			else
				metrics_add_at(m, id, s, 1);
	for (enum metric id = 0; id < METRICS; id++)
		for (unsigned s = 0; s < metric_series(id); s++)
			for (unsigned c = 0; c < metric_width(id); c++)
				assert_int_equal(metrics_cell(m, id, s, c),
				                 c == 0 || c + 1 == metric_width(id));
	metrics_rest(m);
	for (enum metric id = 0; id < METRICS; id++)
		assert_int_equal(metrics_cell(m, id, metric_series(id) - 1, 0),
		                 metric_forms[id].type != METRIC_GAUGE);
	metrics_unmap(m);
	close(fd);
}

static void nobody_cuts_a_page(void **state)
{
	struct metrics *m, *reader;
	int fd, only;

	(void)state;
	m = metrics_make(&fd);
	assert_non_null(m);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 1 << 20), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	only = shared_reader(fd);
	assert_true(only >= 0);
	assert_null(metrics_map(only, true));
	assert_int_equal(write(only, "x", 1), -1);
	reader = metrics_map(only, false);
	assert_non_null(reader);
	metrics_add(m, METRIC_received_bytes_total, 7);
	assert_int_equal(metrics_cell(reader, METRIC_received_bytes_total, 0, 0), 7);
	metrics_unmap(reader);
	metrics_unmap(m);
	close(only);
	close(fd);
}

/* Of another release, or nothing of the kind. */
static void other_pages_are_refused(void **state)
{
	struct metrics *m;
	int fd, other = memfd_create("other", MFD_CLOEXEC);
	uint64_t layout;

	(void)state;
	m = metrics_make(&fd);
	assert_non_null(m);
	assert_null(metrics_map(other, true));
	assert_int_equal(ftruncate(other, lseek(fd, 0, SEEK_END)), 0);
	assert_null(metrics_map(other, true));
	assert_int_equal(pread(fd, &layout, sizeof(layout), 0), sizeof(layout));
	assert_int_equal(pwrite(other, &layout, sizeof(layout), 0), sizeof(layout));
	metrics_unmap(m);
	m = metrics_map(other, true);
	assert_non_null(m);
	metrics_unmap(m);
	close(other);
	close(fd);
}

static void *count_many(void *arg)
{
	for (int i = 0; i < 100000; i++)
		metrics_add(arg, METRIC_received_bytes_total, 3);
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	pthread_t threads[4];
	struct metrics *m;
	int fd;

	(void)state;
	m = metrics_make(&fd);
	assert_non_null(m);
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count_many, m), 0);
	for (size_t i = 0; i < COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(metrics_cell(m, METRIC_received_bytes_total, 0, 0), 1200000);
	metrics_unmap(m);
	close(fd);
}

static void words_have_places(void **state)
{
	(void)state;
	assert_int_equal(metrics_word(LABEL_mechanism, S("PLAIN")), 0);
	assert_int_equal(metrics_word(LABEL_mechanism, S("scram-sha-256")), 2);
	assert_int_equal(metrics_word(LABEL_mechanism, S("scram-sha-25")), 5);
	assert_int_equal(metrics_word(LABEL_mechanism, S("")), 5);
	assert_int_equal(metrics_pair(METRIC_logins_total, S("LOGIN"), S("busy")), 31);
	metrics_add(NULL, METRIC_received_bytes_total, 1); /* nobody counts */
	metrics_observe(NULL, METRIC_commit_seconds, 0, 1);
	assert_int_equal(metrics_clock(NULL), 0);
}

static bool says(const struct buf *b, const char *line)
{
	return memmem(b->p, b->n, line, strlen(line));
}

/* The text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
static void text_of_pages(void **state)
{
	struct world w = {0};
	struct buf b = {0};
	struct metrics *one = give(&w, METRICS_HOST, "imap"), *two = give(&w, METRICS_HOST, "imap"),
		       *odd = give(&w, METRICS_HOST, "a\"b\\c\nd"),
		       *volume = give(&w, METRICS_VOLUME, "01");

	(void)state;
	metrics_add(one, METRIC_received_bytes_total, 5);
	metrics_add(two, METRIC_received_bytes_total, 6);
	metrics_add(odd, METRIC_received_bytes_total, 7);
	metrics_add_at(one, METRIC_connections, 1, 1);
	metrics_add_at(two, METRIC_connections, 1, (uint64_t)-3);
	metrics_observe(volume, METRIC_commit_seconds, 0, 250000);
	metrics_observe(volume, METRIC_commit_seconds, 0, 250001);
	metrics_observe(volume, METRIC_commit_seconds, 0, 60000000000);
	metrics_text(&w.set, &b);
	assert_true(says(&b,
	                 "# TYPE postkeep_received_bytes_total counter\n"
	                 "postkeep_received_bytes_total{service=\"imap\"} 11\n"
	                 "postkeep_received_bytes_total{service=\"a\\\"b\\\\c\\nd\"} 7\n# HELP"));
	assert_true(says(&b, "postkeep_connections{service=\"imap\",tls=\"yes\"} -2\n"));
	assert_true(says(&b, "_bucket{volume=\"01\",le=\"0.0001\"} 0\n"));
	assert_true(says(&b, "_bucket{volume=\"01\",le=\"0.00025\"} 1\n"));
	assert_true(says(&b, "_bucket{volume=\"01\",le=\"0.0005\"} 2\n"));
	assert_true(says(&b, "_bucket{volume=\"01\",le=\"10\"} 2\n"));
	assert_true(says(&b, "_bucket{volume=\"01\",le=\"+Inf\"} 3\n"
	                     "postkeep_commit_seconds_sum{volume=\"01\"} 60.000500001\n"
	                     "postkeep_commit_seconds_count{volume=\"01\"} 3\n"));
	assert_true(says(&b, "postkeep_build_info{version=\""));
	assert_false(says(&b, "postkeep_process_up")); /* nobody has such a page */
	assert_int_equal(b.p[b.n - 1], '\n');
	buf_free(&b);
	leave(&w);
}

/* What a page is not for is not believed of it: a host cannot tell how the store is. */
static void pages_tell_their_own(void **state)
{
	struct world w = {0};
	struct buf b = {0};
	struct metrics *host = give(&w, METRICS_HOST, "imap"), *store = give(&w, METRICS_STORE, "");

	(void)state;
	metrics_add(host, METRIC_password_cache_hits_total, 1000);
	metrics_add(host, METRIC_logins_total, 1000);
	metrics_add(store, METRIC_password_cache_hits_total, 2);
	metrics_text(&w.set, &b);
	assert_true(says(&b, "\npostkeep_password_cache_hits_total 2\n"));
	assert_false(says(&b, "1000"));
	buf_free(&b);
	leave(&w);
}

static const struct {
	const char *octets;
	unsigned code; /* 0: it is not whole */
	bool head;
} requests[] = {
	{"GET /metrics HTTP/1.0\r\n\r\n",                       200, false},
	{"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",            200, false},
	{"GET /metrics HTTP/1.1\r\nA: b\r\nhOsT:\r\n\r\nmore",  200, false},
	{"\r\n\nGET /metrics?x HTTP/1.0\n\n",                   200, false},
	{"HEAD /metrics HTTP/1.0\r\n\r\n",                      200, true },
	{"GET HTTP://h:1/metrics?q HTTP/1.0\r\n\r\n",           200, false},
	{"GET http://metrics HTTP/1.0\r\n\r\n",                 404, false},
	{"GET / HTTP/1.0\r\n\r\n",                              404, false},
	{"GET /metricsx HTTP/1.0\r\n\r\n",                      404, false},
	{"GET /../metrics HTTP/1.0\r\n\r\n",                    404, false},
	{"PUT /metrics HTTP/1.0\r\n\r\n",                       405, false},
	{"head /metrics HTTP/1.0\r\n\r\n",                      405, false},
	{"GET /metrics HTTP/1.1\r\n\r\n",                       400, false},
	{"GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, false},
	{"GET /metrics HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, false},
	{"GET /metrics HTTP/1.0\r\nA b: c\r\n\r\n",             400, false},
	{"GET /metrics HTTP/1.0\r\nA: b\r\n folded\r\n\r\n",    400, false},
	{"GET /metrics HTTP/1.0\r\nA: b\001\r\n\r\n",           400, false},
	{"GET /metrics HTTP/1.0\r\n: b\r\n\r\n",                400, false},
	{"GET  /metrics HTTP/1.0\r\n\r\n",                      400, false},
	{"GET /metrics  HTTP/1.0\r\n\r\n",                      400, false},
	{"GET /metrics HTTP/1.0 \r\n\r\n",                      505, false},
	{"GET /metrics\r\n\r\n",                                400, false},
	{"GET\r\n\r\n",					 400, false},
	{"\026\003\001\n\n",				    400, false},
	{"GET /metrics HTTP/1.2\r\n\r\n",                       505, false},
	{"GET /metrics HTTP/2.0\r\n\r\n",                       505, false},
	{"",						    0,   false},
	{"\r\n",						0,   false},
	{"GET /metrics HTTP/1.0",                               0,   false},
	{"GET /metrics HTTP/1.0\r\n",                           0,   false},
	{"GET /metrics HTTP/1.0\r\nA: b\r\n",                   0,   false},
};

static void the_one_request(void **state)
{
	struct request r;

	(void)state;
	for (size_t i = 0; i < COUNT(requests); i++) {
		bool whole = request_parse(slice_str(requests[i].octets), &r);

		if (whole != (requests[i].code != 0) ||
		    (whole && (r.code != requests[i].code || r.head != requests[i].head)))
			fail_msg("%s: %d %u", requests[i].octets, whole, r.code);
	}
}

/* However it is cut, a head is whole with its last octet, and not before. */
static void a_request_in_pieces(void **state)
{
	static const char whole[] = "GET /metrics HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
	struct request r;

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++)
		assert_false(request_parse((struct slice){whole, n}, &r));
	assert_true(request_parse((struct slice){whole, sizeof(whole) - 1}, &r));
	assert_int_equal(r.code, 200);
}

static void a_request_without_end(void **state)
{
	static char octets[REQUEST_MOST + 10];
	static const char *const kinds[] = {"GET /", "GET /metrics HTTP/1.0\r\nA: ", "\r\n", ""};
	struct request r;

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		memset(octets, 'a', sizeof(octets));
		memcpy(octets, kinds[i], strlen(kinds[i]));
		assert_false(request_parse((struct slice){octets, REQUEST_MOST - 1}, &r));
		assert_true(request_parse((struct slice){octets, sizeof(octets)}, &r));
		assert_int_equal(r.code, 431);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_apart),         cmocka_unit_test(nobody_cuts_a_page),
		cmocka_unit_test(other_pages_are_refused), cmocka_unit_test(threads_lose_nothing),
		cmocka_unit_test(words_have_places),       cmocka_unit_test(text_of_pages),
		cmocka_unit_test(pages_tell_their_own),    cmocka_unit_test(the_one_request),
		cmocka_unit_test(a_request_in_pieces),     cmocka_unit_test(a_request_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
