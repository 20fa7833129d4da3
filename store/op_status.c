#include "auth.h"
#include "record.h"
#include "trace.h"

#include <lmdb.h>
#include <stdarg.h>
#include <sys/statvfs.h>

/* How the store does, as names and values; and a volume written again after its disk failed. */

static void put(struct buf *rows, const char *name, struct slice value)
{
	pk_put_setting_row(rows, &(struct pk_setting){slice_str(name), value});
}

[[gnu::format(printf, 3, 4)]] static void put_value(struct buf *rows, const char *name,
                                                    const char *format, ...)
{
	char text[64];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put(rows, name, slice_str(text));
}

static void put_number(struct buf *rows, const char *name, uint64_t value)
{
	put_value(rows, name, "%llu", (unsigned long long)value);
}

static void put_volume_number(struct buf *rows, const struct volume *v, const char *name,
                              uint64_t value)
{
	char full[64];

	snprintf(full, sizeof(full), "volume.%02u.%s", v->number, name);
	put_number(rows, full, value);
}

/* Bodies and what they take on disk: one body may be in many mailboxes. */
struct disk_use {
	uint64_t bodies, octets, dead_octets;
};

static enum pk_status add_segments(struct txn *t, struct disk_use *use)
{
	struct segment_row row;
	struct cursor c = {0};
	enum pk_status st = cursor_open(t, TREE_SEG, &c);

	if (st == PK_OK)
		st = cursor_seek(&c, S(""));
	for (; st == PK_OK; st = cursor_next(&c)) {
		if (segment_decode(c.value, &row) != PK_OK)
			continue; /* verify's to tell */
		use->octets += row.octets;
		use->dead_octets += row.dead_octets;
	}
	cursor_close(&c);
	return st == PK_ENOTFOUND ? PK_OK : st;
}

static void put_disk_use(struct buf *rows, struct volume *v)
{
	struct disk_use use = {0};
	MDB_stat stat;
	struct txn t;
	enum pk_status st = txn_begin_read(v, &t);

	if (st == PK_OK)
		st = add_segments(&t, &use);
	if (st == PK_OK && mdb_stat(t.mdb, v->dbi[TREE_BLOB], &stat) == 0)
		use.bodies = stat.ms_entries;
	txn_end_read(&t);
	if (st != PK_OK)
		return;
	put_volume_number(rows, v, "bodies", use.bodies);
	put_volume_number(rows, v, "segments_octets", use.octets);
	put_volume_number(rows, v, "segments_dead_octets", use.dead_octets);
}

static void put_volume(struct buf *rows, struct volume *v)
{
	struct writer_counts counts = writer_counts(v->writer);
	struct statvfs fs = {0};
	MDB_envinfo info = {0};
	MDB_stat stat = {0};

	/* Neither fails for an open environment and a directory that was there. */
	if (mdb_env_info(v->env, &info) == 0 && mdb_env_stat(v->env, &stat) == 0)
		put_volume_number(rows, v, "map_used",
		                  (uint64_t)(info.me_last_pgno + 1) * stat.ms_psize);
	put_volume_number(rows, v, "map_octets", v->options.map_octets);
	put_volume_number(rows, v, "readers_used", info.me_numreaders);
	put_volume_number(rows, v, "readers", info.me_maxreaders);
	put_volume_number(rows, v, "epoch", v->epoch);
	put_volume_number(rows, v, "read_only", v->options.read_only);
	put_volume_number(rows, v, "writes", counts.writes);
	put_volume_number(rows, v, "batches", counts.batches);
	put_volume_number(rows, v, "reruns", counts.reruns);
	if (statvfs(v->path, &fs) == 0)
		put_volume_number(rows, v, "disk_free", (uint64_t)fs.f_bavail * fs.f_frsize);
	put_volume_number(rows, v, "disk_short", volume_short_of_disk(v));
	put_disk_use(rows, v);
}

void op_status_show(struct call *c, const struct pk_status_show_req *q)
{
	struct server *s = c->server;
	struct auth_counts auth = auth_counts(s);
	uint64_t links = 0;

	(void)q;
	for (const struct peer *p = s->peers; p; p = p->next)
		links++;
	put(&c->rows, "version", S(PK_VERSION));
	put_number(&c->rows, "uptime_s", (uint64_t)(server_mono(s) - s->started_ms) / 1000);
	put_number(&c->rows, "links", links);
	put_number(&c->rows, "sessions", s->sessions);
	put_number(&c->rows, "logins", auth.logins);
	put_number(&c->rows, "login_failures", auth.failures);
	put_number(&c->rows, "password_hashes", auth.hashes);
	put_number(&c->rows, "trace_dropped", trace_dropped(s));
	put_number(&c->rows, "volumes", s->volume_count);
	for (size_t i = 0; i < s->volume_count; i++)
		put_volume(&c->rows, s->volumes[i]);
	pk_put_status_show_rep(&c->out, &(struct pk_status_show_rep){.values = PK_ROWS(&c->rows)});
	call_done(c, PK_OK);
}

void op_volume_resume(struct call *c, const struct pk_volume_resume_req *q)
{
	struct server *s = c->server;
	struct volume *v = NULL;
	uint64_t number;

	if (slice_number(q->volume, UINT16_MAX, &number))
		v = server_volume(s, (uint16_t)number);
	if (!v) {
		call_fail(c, PK_ENOTFOUND, "there is no such volume");
	} else if (!v->options.read_only) {
		call_fail(c, PK_EINVAL, "the volume is being written");
	} else if (!s->options.resume) {
		call_done(c, PK_ENOTSUP);
	} else {
		s->options.resume(s->options.arg, v->number);
		call_done(c, PK_OK);
	}
}
