/* What another release made is refused by the number of its format, and left as it was. */
/* links: store */
#include "unit.h"
#include "scratch.h"

#include "format.h"
#include "server.h"
#include "tenant_record.h"
#include "volume.h"

#include "mime/scan.h"
#include "mime/summary.h"

#include <fcntl.h>
#include <lmdb.h>
#include <zlib.h>

static const unsigned others[] = {0, 2, 3, 200};

static void which_are_opened(void **state)
{
	static const struct {
		uint64_t found, own;
		const char *why;
	} cases[] = {
		{1,          1, NULL							 },
		{0,          1, "format 0 is unknown to this program, which opens 1"         },
		{2,          1, "format 2 is newer than this program, which opens 1"         },
		{UINT32_MAX, 1, "format 4294967295 is newer than this program, which opens 1"},
		{2,          2, NULL							 },
		{1,          2, NULL							 },
		{0,          2, "format 0 is unknown to this program, which opens 1 and 2"   },
		{3,          2, "format 3 is newer than this program, which opens 1 and 2"   },
		{6,          7, NULL							 },
		{5,          7, "format 5 is too old for this program, which opens 6 and 7"  },
		{8,          7, "format 8 is newer than this program, which opens 6 and 7"   },
	};
	char words[FORMAT_WORDS];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = format_fault(cases[i].found, cases[i].own, words);

		assert_true(!why == !cases[i].why);
		if (why)
			assert_string_equal(why, cases[i].why);
	}
}

/* What the log says while something runs. */
struct said {
	int file, before;
	char text[8000];
};

static void listen_on(struct said *s)
{
	s->file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	s->before = dup(STDERR_FILENO);
	assert_true(s->file >= 0 && s->before >= 0);
	dup2(s->file, STDERR_FILENO);
}

static void listen_off(struct said *s)
{
	ssize_t n;

	dup2(s->before, STDERR_FILENO);
	n = pread(s->file, s->text, sizeof(s->text) - 1, 0);
	s->text[n > 0 ? n : 0] = 0;
	close(s->file);
	close(s->before);
}

static void sentence(unsigned found, char out[FORMAT_WORDS + 16])
{
	char words[FORMAT_WORDS];

	snprintf(out, FORMAT_WORDS + 16, "reason=\"%s\"", format_fault(found, 1, words));
}

/* ---- a data directory ---- */

static enum pk_status start(struct scratch *dir)
{
	struct server_options o = {
		.data = dir->path,
		.volumes = 2,
		.volume = {.map_octets = 64 << 20, .reserve_octets = 1},
	};
	struct server s;
	enum pk_status st;

	st = server_open(&s, &o);
	if (st != PK_OK)
		return st;
	st = keyring_create(s.keys, 5);
	assert_true(st == PK_OK || st == PK_EEXISTS);
	server_close(&s);
	return PK_OK;
}

/* All names and octets below it, but for what LMDB keeps of its readers. */
static uint64_t sum;

static int add_file(const char *path, const struct stat *sb, int type, struct FTW *ftw)
{
	const char *name = path + ftw->base;
	FILE *f;
	int c;

	for (const char *p = path; *p; p++)
		sum = (sum ^ (unsigned char)*p) * 1099511628211u;
	if (type != FTW_F || !strcmp(name, "lock.mdb") || !(f = fopen(path, "r")))
		return 0;
	sum ^= (uint64_t)sb->st_mtim.tv_nsec;
	while ((c = getc(f)) != EOF)
		sum = (sum ^ (unsigned)c) * 1099511628211u;
	fclose(f);
	return 0;
}

static uint64_t state_of(const struct scratch *dir)
{
	uint64_t all = 0;
	static const char *const folders[] = {"keys", "directory", "volumes/01", "volumes/02",
	                                      "volumes/01/segments"};

	for (size_t i = 0; i < COUNT(folders); i++) {
		char path[400];

		sum = 0;
		snprintf(path, sizeof(path), "%s/%s", dir->path, folders[i]);
		assert_int_equal(nftw(path, add_file, 16, FTW_PHYS), 0);
		all = all * 31 + sum;
	}
	return all;
}

/* Puts a format into the first octets of a row. */
static void set_row(const char *path, const char *tree, struct slice key, unsigned format)
{
	char value[64];
	MDB_val k = {key.n, (void *)(uintptr_t)key.p}, v;
	MDB_env *env;
	MDB_txn *t;
	MDB_dbi dbi;

	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_set_maxdbs(env, 1), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &t), 0);
	assert_int_equal(mdb_dbi_open(t, tree, 0, &dbi), 0);
	assert_int_equal(mdb_get(t, dbi, &k, &v), 0);
	assert_true(v.mv_size <= sizeof(value));
	memcpy(value, v.mv_data, v.mv_size);
	value[0] = (char)format;
	value[1] = (char)(format >> 8);
	v.mv_data = value;
	assert_int_equal(mdb_put(t, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(t), 0);
	mdb_env_close(env);
}

static void set_volume(const char *path, unsigned format)
{
	set_row(path, "tenant", S("\0\0\0\0\0"), format);
}

static void set_directory(const char *path, unsigned format)
{
	set_row(path, NULL, S("f"), format);
}

static void set_file(const char *path, unsigned format)
{
	int fd = open(path, O_WRONLY);
	unsigned char octet = (unsigned char)format;

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &octet, 1, 4), 1);
	close(fd);
}

/* A file of bodies that no row names: a start that goes on removes it. */
static void add_segment(const char *path)
{
	unsigned char head[SEGMENT_HEAD_OCTETS];
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	segment_head_put(head, (uint64_t)1 << 32 | 77);
	assert_int_equal(write(fd, head, sizeof(head)), sizeof(head));
	close(fd);
}

static const struct {
	const char *file, *kind;
	void (*set)(const char *path, unsigned format);
} kinds[] = {
	{"keys/operator",                         "key",       set_file     },
	{"keys/00000005.key",                     "key",       set_file     },
	{"directory",			     "directory", set_directory},
	{"volumes/01",			    "volume",    set_volume   },
	{"volumes/02",			    "volume",    set_volume   },
	{"volumes/01/segments/00000001-0000004d", "segment",   set_file     },
};

static void one_is_refused(struct scratch *dir, size_t kind, unsigned format)
{
	struct said said;
	char path[400], why[FORMAT_WORDS + 16], of[40];
	uint64_t before;

	snprintf(path, sizeof(path), "%s/%s", dir->path, kinds[kind].file);
	kinds[kind].set(path, format);
	before = state_of(dir);
	listen_on(&said);
	assert_int_equal(start(dir), PK_ENOTSUP);
	listen_off(&said);
	assert_true(before == state_of(dir));
	sentence(format, why);
	snprintf(of, sizeof(of), "event=format kind=%s ", kinds[kind].kind);
	assert_non_null(strstr(said.text, why));
	assert_non_null(strstr(said.text, of));
	kinds[kind].set(path, 1);
}

static void a_directory_is_refused_and_left_alone(void **state)
{
	struct scratch dir;

	(void)state;
	scratch_make(&dir);
	assert_int_equal(start(&dir), PK_OK);
	for (size_t k = 0; k < COUNT(kinds); k++)
		for (size_t i = 0; i < COUNT(others); i++) {
			char path[400];

			snprintf(path, sizeof(path), "%s/volumes/01/segments/00000001-0000004d",
			         dir.path);
			add_segment(path);
			one_is_refused(&dir, k, others[i]);
		}
	assert_int_equal(start(&dir), PK_OK);
	scratch_remove(&dir);
}

/* An environment with rows but without a word about its format. */
static void before_the_first(void **state)
{
	struct scratch dir;
	char path[400];
	MDB_val k =
			{
				1, (char[]){'n'}
        },
		v = {5, (char[5]){0, 9}};
	MDB_env *env;
	MDB_txn *t;
	MDB_dbi dbi;
	struct said said;

	(void)state;
	scratch_make(&dir);
	snprintf(path, sizeof(path), "%s/directory", dir.path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mdb_env_create(&env), 0);
	assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
	assert_int_equal(mdb_txn_begin(env, NULL, 0, &t), 0);
	assert_int_equal(mdb_dbi_open(t, NULL, 0, &dbi), 0);
	assert_int_equal(mdb_put(t, dbi, &k, &v, 0), 0);
	assert_int_equal(mdb_txn_commit(t), 0);
	mdb_env_close(env);
	listen_on(&said);
	assert_int_equal(start(&dir), PK_ENOTSUP);
	listen_off(&said);
	assert_non_null(strstr(said.text, "format 0 is unknown to this program"));
	scratch_remove(&dir);
}

/* ---- rows, records, summaries ---- */

#define ROW(name, type)                                            \
	static enum pk_status take_##name(struct slice in)         \
	{                                                          \
		struct type row;                                   \
                                                                   \
		return name##_decode(in, &row);                    \
	}                                                          \
	static void make_##name(struct buf *b)                     \
	{                                                          \
		name##_encode(b, &(struct type){.TEXT_OF_##name}); \
	}
#define TEXT_OF_account        octets = 1
#define TEXT_OF_name           mbox = 1
#define TEXT_OF_mailbox        exists = 1
#define TEXT_OF_message        blob = 1
#define TEXT_OF_docid          mbox = 1
#define TEXT_OF_keyword        name = S("k")
#define TEXT_OF_vault_counters octets = 1
#define TEXT_OF_vault          uid = 1
#define TEXT_OF_blob           octets = 1
#define TEXT_OF_segment        state = 1
#define TEXT_OF_dedup          blob = 1
#define TEXT_OF_page           modseq = 1
#define TEXT_OF_tenant         state = 1
#define TEXT_OF_domain         state = 1
#define TEXT_OF_user           state = 1
#define TEXT_OF_credential     kind = 1
ROW(account, account_row)
ROW(name, name_row)
ROW(mailbox, mailbox_row)
ROW(message, message_row)
ROW(docid, docid_row)
ROW(keyword, keyword_row)
ROW(vault_counters, vault_counters)
ROW(vault, vault_row)
ROW(blob, blob_row)
ROW(segment, segment_row)
ROW(dedup, dedup_row)
ROW(page, flag_page)
ROW(tenant, tenant_row)
ROW(domain, domain_row)
ROW(user, user_row)
ROW(credential, credential_row)

static enum pk_status take_expunged(struct slice in)
{
	struct uid_range ranges[EXPUNGED_RANGES];
	size_t n;

	return expunged_decode(in, ranges, &n);
}
static void make_expunged(struct buf *b)
{
	expunged_encode(b, &(struct uid_range){1, 2}, 1);
}
static enum pk_status take_id(struct slice in)
{
	uint32_t id;

	return id_decode(in, &id);
}
static void make_id(struct buf *b)
{
	id_encode(b, 7);
}
static enum pk_status take_text(struct slice in)
{
	struct slice text;

	return text_decode(in, &text);
}
static void make_text(struct buf *b)
{
	text_encode(b, S("x"));
}

static const struct {
	void (*make)(struct buf *);
	enum pk_status (*take)(struct slice);
} rows[] = {
	{make_account,        take_account       },
	{make_name,           take_name          },
	{make_mailbox,        take_mailbox       },
	{make_message,        take_message       },
	{make_docid,          take_docid         },
	{make_keyword,        take_keyword       },
	{make_vault_counters, take_vault_counters},
	{make_vault,          take_vault         },
	{make_blob,           take_blob          },
	{make_segment,        take_segment       },
	{make_dedup,          take_dedup         },
	{make_page,           take_page          },
	{make_tenant,         take_tenant        },
	{make_domain,         take_domain        },
	{make_user,           take_user          },
	{make_credential,     take_credential    },
	{make_expunged,       take_expunged      },
	{make_id,             take_id            },
	{make_text,           take_text          },
};

static void rows_are_refused(void **state)
{
	struct said said;

	(void)state;
	listen_on(&said);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf row = {0};

		rows[i].make(&row);
		assert_int_equal(row.p[0], FORMAT_ROW);
		assert_int_equal(rows[i].take(buf_slice(&row)), PK_OK);
		for (size_t k = 0; k < COUNT(others); k++) {
			row.p[0] = (char)others[k];
			assert_int_equal(rows[i].take(buf_slice(&row)), PK_EIO);
		}
		buf_free(&row);
	}
	listen_off(&said);
	for (size_t k = 0; k < COUNT(others); k++) { /* each is told, and once */
		char why[FORMAT_WORDS + 16], *at;

		sentence(others[k], why);
		at = strstr(said.text, why);
		assert_non_null(at);
		assert_null(strstr(at + 1, why));
	}
}

static void records_are_refused(void **state)
{
	unsigned char bytes[RECORD_HEAD_OCTETS];
	struct record_head head = {.tenant = 1, .blob = 2}, got;

	(void)state;
	record_head_put(bytes, &head);
	assert_int_equal(bytes[4], FORMAT_SEGMENT);
	assert_int_equal(record_head_get(bytes, &got), PK_OK);
	for (size_t k = 0; k < COUNT(others); k++) {
		uint32_t crc;

		bytes[4] = (unsigned char)others[k];
		crc = (uint32_t)crc32(0, bytes, RECORD_HEAD_OCTETS - 4);
		for (unsigned i = 0; i < 4; i++)
			bytes[72 + i] = (unsigned char)(crc >> (8 * i));
		assert_int_equal(record_head_get(bytes, &got), PK_ENOTSUP);
		assert_int_equal(got.format, others[k]);
	}
}

static void summaries_are_refused(void **state)
{
	struct slice message = S("Subject: x\r\n\r\ny\r\n");
	struct mime_scan *scan = mime_scan_new();
	struct buf bytes = {0};
	struct summary s;

	(void)state;
	mime_scan_feed(scan, message);
	assert_int_equal(mime_scan_end(scan, &bytes), PK_OK);
	mime_scan_free(scan);
	assert_int_equal(bytes.p[0], FORMAT_SUMMARY);
	assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_OK);
	for (size_t k = 0; k < COUNT(others); k++) {
		bytes.p[0] = (char)others[k];
		assert_int_equal(summary_open(buf_slice(&bytes), message.n, &s), PK_ENOTSUP);
	}
	buf_free(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(which_are_opened),
		cmocka_unit_test(a_directory_is_refused_and_left_alone),
		cmocka_unit_test(before_the_first),
		cmocka_unit_test(rows_are_refused),
		cmocka_unit_test(records_are_refused),
		cmocka_unit_test(summaries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
