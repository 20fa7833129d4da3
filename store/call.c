#include "call.h"

#include "admin_log.h"
#include "measure.h"

#include "ipc/frame.h"

#include <stdarg.h>

#define ERROR_BYTES 352 /* an encoded error with the longest words of a call */

void call_free(struct call *c)
{
	admin_log(c);
	if (c->cleanup)
		c->cleanup(c);
	buf_wipe(&c->in); /* it may have held a password */
	if (c->secret)
		buf_wipe(&c->out);
	buf_free(&c->out);
	buf_free(&c->rows);
	arena_free(&c->arena);
	free(c);
}

void call_hold(struct call *c, size_t octets)
{
	struct peer *p = c->session->peer;

	p->replies += octets - c->held;
	c->held = octets;
	if (p->held && p->readable)
		p->readable(p);
}

/* Who has a wide window takes octets fast, so it does not wait for long. */
void call_rest(struct call *c)
{
	if (c->session->window > PK_CREDIT)
		return;
	if (c->waits)
		buf_free(&c->out);
	if (c->again && c->rest)
		c->rest(c);
}

/* The call has something to send, or nothing more to do. */
static void made_ready(struct call *c)
{
	c->ready = true;
	c->finished = !c->again;
	call_hold(c, c->out.n);
	if (c != c->session->first) /* others are sent before it */
		call_rest(c);
	measure_answer(c);
	session_pump(c->session);
}

/* Into memory that is there already: a failure may be that memory ran out. */
static struct slice error_payload(const struct call *c, struct buf *room)
{
	struct pk_error e = {.code = (uint16_t)c->status,
	                     .retry_s = c->retry_s,
	                     .lasting = c->lasting,
	                     .worded = c->worded};

	e.text = slice_str(*c->error ? c->error : pk_status_words(c->status));
	pk_put_error(room, &e);
	return buf_slice(room);
}

size_t call_send(struct call *c)
{
	struct session *s = c->session;
	struct frame f = {.op = c->op, .flags = FRAME_REPLY, .session = s->number, .tag = c->tag};
	char bytes[ERROR_BYTES];
	struct buf room = {.p = bytes, .cap = sizeof(bytes)};

	if (c->status == PK_OK && (c->out.failed || c->rows.failed))
		c->status = PK_ENOMEM;
	if (c->status == PK_OK && c->out.n > PK_FRAME_MAX)
		c->status = PK_ETOOBIG;
	if (c->status != PK_OK) {
		c->again = false;
		c->finished = true;
	}
	f.status = (uint16_t)c->status;
	f.flags |= (c->again ? FRAME_MORE : 0) | (s->acct ? FRAME_BOUND : 0);
	f.payload = c->status == PK_OK ? buf_slice(&c->out) : error_payload(c, &room);
	frame_put(&s->peer->out, &f);
	s->peer->secret |= c->secret;
	buf_clear(&c->out);
	call_hold(c, 0);
	if (s->peer->readable)
		s->peer->readable(s->peer);
	return f.payload.n;
}

void call_done(struct call *c, enum pk_status st)
{
	c->status = st;
	c->again = false;
	made_ready(c);
}

void call_fail(struct call *c, enum pk_status st, const char *words, ...)
{
	va_list args;

	va_start(args, words);
	vsnprintf(c->error, sizeof(c->error), words, args);
	va_end(args);
	call_done(c, st);
}

enum pk_status call_error(struct call *c, enum pk_status st, const char *words, ...)
{
	va_list args;

	va_start(args, words);
	vsnprintf(c->error, sizeof(c->error), words, args);
	va_end(args);
	return st;
}

static struct call *of_job(struct job *j)
{
	return (struct call *)(void *)((char *)j - offsetof(struct call, job));
}

static struct call *of_write(struct write *w)
{
	return (struct call *)(void *)w;
}

/* A step that ended: its frame, or the end. */
static void stepped(struct call *c)
{
	if (c->status != PK_OK)
		c->again = false;
	made_ready(c);
}

static void run_step(struct call *c)
{
	struct txn t;

	c->again = false;
	c->status = txn_begin_read(c->volume, &t);
	if (c->status == PK_OK) {
		t.now_ms = c->write.now_ms;
		c->status = c->step(c, &t);
		if (t.failed != PK_OK)
			c->status = t.failed;
	}
	txn_end_read(&t);
}

static void read_run(struct job *j)
{
	run_step(of_job(j));
}

static void read_done(struct job *j)
{
	stepped(of_job(j));
}

/* Half of what may be on its way: while one frame is, the next is made. */
static size_t room(const struct call *c)
{
	int64_t half = c->session->window / 2;

	if (half < (int64_t)CALL_ROWS_OCTETS)
		return CALL_ROWS_OCTETS;
	return half < (int64_t)CALL_ROWS_MOST ? (size_t)half : CALL_ROWS_MOST;
}

static void submit(struct call *c, struct pool *pool)
{
	c->room = room(c);
	call_hold(c, c->room);
	if (pool_submit(pool, &c->job) != PK_OK)
		call_fail(c, PK_EUNAVAILABLE, "the server is busy");
}

void call_read(struct call *c, struct volume *v,
               enum pk_status (*step)(struct call *, struct txn *))
{
	c->volume = v;
	c->step = step;
	c->is_write = false; /* what was written before is committed */
	c->job = (struct job){.run = read_run, .done = read_done};
	submit(c, c->server->reads);
}

void call_point(struct call *c, struct volume *v,
                enum pk_status (*step)(struct call *, struct txn *))
{
	c->volume = v;
	c->step = step;
	c->job = (struct job){.run = read_run, .done = read_done};
	run_step(c);
	stepped(c);
}

static void work_run(struct job *j)
{
	struct call *c = of_job(j);

	c->run(c);
}

static void work_done(struct job *j)
{
	struct call *c = of_job(j);

	c->then(c);
}

void call_work(struct call *c, void (*run)(struct call *), void (*then)(struct call *))
{
	c->run = run;
	c->then = then;
	c->job = (struct job){.run = work_run, .done = work_done};
	submit(c, c->server->work);
}

static enum pk_status write_apply(struct write *w, struct txn *t)
{
	struct call *c = of_write(w);

	buf_clear(&c->out);
	buf_clear(&c->rows);
	c->again = false;
	c->counted = 0;
	*c->error = '\0';
	c->retry_s = 0;
	c->lasting = c->worded = false;
	return c->step(c, t);
}

static void written(struct write *w)
{
	struct call *c = of_write(w);

	c->status = w->status;
	if (c->status == PK_OK && c->counted)
		metrics_add(c->session->peer->metrics, c->counts, c->counted);
	if (c->then)
		c->then(c);
	else
		stepped(c);
}

static void submit_write(struct call *c)
{
	c->is_write = true;
	c->write.apply = write_apply;
	c->write.done = written;
	c->write.tenant = c->session->body_tenant;
	c->write.now_ms = server_now(c->server);
	writer_submit(c->volume->writer, &c->write);
}

void call_write(struct call *c, struct volume *v,
                enum pk_status (*apply)(struct call *, struct txn *))
{
	call_write_then(c, v, apply, NULL);
}

void call_write_then(struct call *c, struct volume *v,
                     enum pk_status (*apply)(struct call *, struct txn *),
                     void (*then)(struct call *))
{
	c->volume = v;
	c->step = apply;
	c->then = then;
	if (v->options.read_only)
		call_fail(c, PK_EUNAVAILABLE, "the volume is open for reading only");
	else
		submit_write(c);
}

void call_continue(struct call *c)
{
	if (c->is_write)
		submit_write(c);
	else
		submit(c, c->server->reads);
}
