#include "measure.h"

#include "record.h"

#include <lmdb.h>
#include <sys/statvfs.h>

/* What a volume holds and has room for. */

static void look_at_environment(const struct volume *v)
{
	MDB_envinfo info;
	MDB_stat stat;

	if (mdb_env_info(v->env, &info) || mdb_env_stat(v->env, &stat))
		return;
	metrics_set(v->metrics, METRIC_lmdb_map_bytes, info.me_mapsize);
	metrics_set(v->metrics, METRIC_lmdb_used_bytes, (info.me_last_pgno + 1) * stat.ms_psize);
	metrics_set(v->metrics, METRIC_lmdb_readers, info.me_numreaders);
	metrics_set(v->metrics, METRIC_lmdb_readers_max, info.me_maxreaders);
}

static void look_at_disk(const struct volume *v)
{
	struct statvfs fs;

	if (statvfs(v->path, &fs))
		return;
	metrics_set(v->metrics, METRIC_volume_size_bytes, (uint64_t)fs.f_blocks * fs.f_frsize);
	metrics_set(v->metrics, METRIC_volume_available_bytes, (uint64_t)fs.f_bavail * fs.f_frsize);
}

void measure_volume(struct server *s, struct volume *v)
{
	(void)s;
	if (!v->metrics)
		return;
	look_at_environment(v);
	look_at_disk(v);
}

struct look {
	struct job job; /* first */
	struct volume *volume;
};

static void add_row(struct slice value, struct segment_row *sum, uint64_t *count)
{
	struct segment_row row;

	if (segment_decode(value, &row) != PK_OK || row.state == SEG_DEAD)
		return;
	++*count;
	sum->octets += row.octets;
	sum->dead_octets += row.dead_octets;
}

static void look_run(struct job *j)
{
	const struct volume *v = ((struct look *)(void *)j)->volume;
	struct segment_row sum = {0};
	struct cursor at;
	struct txn t;
	uint64_t count = 0;
	enum pk_status st = txn_begin_read(((struct look *)(void *)j)->volume, &t);

	if (st == PK_OK && cursor_open(&t, TREE_SEG, &at) == PK_OK) {
		for (st = cursor_seek(&at, S("")); st == PK_OK; st = cursor_next(&at))
			add_row(at.value, &sum, &count);
		cursor_close(&at);
	}
	txn_end_read(&t);
	if (st != PK_ENOTFOUND)
		return;
	metrics_set(v->metrics, METRIC_segments, count);
	metrics_set(v->metrics, METRIC_segment_bytes, sum.octets);
	metrics_set(v->metrics, METRIC_segment_dead_bytes, sum.dead_octets);
}

static void look_done(struct job *j)
{
	free(j);
}

void measure_segments(struct server *s, struct volume *v)
{
	struct look *l = v->metrics ? calloc(1, sizeof(*l)) : NULL;

	if (!l)
		return;
	*l = (struct look){
		.job = {.run = look_run, .done = look_done},
                  .volume = v
        };
	if (pool_submit(s->reads, &l->job) != PK_OK)
		free(l);
}
