#include "keyfile.h"

#include "disk.h"
#include "format.h"
#include "wrap.h"

#include "base/log.h"

#include <sodium.h>

/*
 * A key file (pk-store(5)): magic "PKEY", format u8, key version u8, 2 zero octets, tenant u32,
 * then the key, wrapped with the first 12 octets as context. The file "operator" is one as well,
 * with the magic "PKOP" and zeros for a key: it tells a wrong operator key when there is no tenant
 * yet.
 */
#define HEAD_OCTETS 12
#define FILE_OCTETS (HEAD_OCTETS + KEY_BYTES + WRAP_OCTETS)
#define FIRST       1  /* version of a tenant's first key */
#define NAME_OCTETS 16 /* "operator" or "%08x.key", and its end */

/* What a file must be: its name, its magic, whose key. */
struct key_file {
	char name[NAME_OCTETS];
	const char *magic;
	uint32_t tenant;
};

static struct key_file of_tenant(uint32_t tenant)
{
	struct key_file file = {.magic = "PKEY", .tenant = tenant};

	snprintf(file.name, sizeof file.name, "%08x.key", tenant);
	return file;
}

static void head_put(unsigned char *p, const struct key_file *file, uint8_t version)
{
	memcpy(p, file->magic, 4);
	p[4] = FORMAT_KEY;
	p[5] = version;
	p[6] = p[7] = 0;
	for (unsigned i = 0; i < 4; i++)
		p[8 + i] = (unsigned char)(file->tenant >> (8 * i));
}

/* Writes NAME whole or not at all: a new file, synced, renamed, and the directory synced. */
static enum pk_status replace(int dir, const char *name, struct slice bytes)
{
	char fresh[NAME_OCTETS + sizeof "..new"];
	enum pk_status st;
	int fd;

	snprintf(fresh, sizeof fresh, ".%s.new", name);
	st = disk_unlink(dir, fresh); /* of a crash */
	if (st == PK_OK || st == PK_ENOTFOUND)
		st = disk_create(dir, fresh, &fd);
	if (st != PK_OK)
		return st;
	st = disk_write(fd, fresh, bytes, 0);
	if (st == PK_OK)
		st = disk_sync(fd, fresh);
	disk_close(fd);
	if (st == PK_OK)
		st = disk_rename(dir, fresh, name);
	if (st == PK_OK)
		st = disk_sync_dir(dir, name);
	return st;
}

static enum pk_status seal(struct key_files *files, const struct key_file *file,
                           const unsigned char key[KEY_BYTES])
{
	unsigned char bytes[FILE_OCTETS];

	head_put(bytes, file, FIRST);
	wrap_seal(files->operator_key, (struct slice){(char *)bytes, HEAD_OCTETS},
	          (struct slice){(const char *)key, KEY_BYTES}, bytes + HEAD_OCTETS);
	return replace(files->dir, file->name, (struct slice){(char *)bytes, sizeof bytes});
}

static enum pk_status refuse(const char *name, const char *why, enum pk_status st)
{
	LOG(PK_LOG_ERROR, "key_file", LOG_CSTR("file", name), LOG_CSTR("reason", why));
	return st;
}

/*
 * Reads and opens a key file. PK_ENOTFOUND; PK_EAUTH: it was sealed under another operator key;
 * PK_ENOTSUP: its format is not opened here.
 */
static enum pk_status unseal(struct key_files *files, const struct key_file *file,
                             unsigned char key[KEY_BYTES], uint8_t *version)
{
	unsigned char bytes[FILE_OCTETS], head[HEAD_OCTETS];
	enum pk_status st;
	int fd;

	st = disk_open(files->dir, file->name, false, &fd);
	if (st != PK_OK)
		return st;
	st = disk_read(fd, file->name, bytes, sizeof bytes, 0);
	disk_close(fd);
	if (st != PK_OK)
		return st;
	if (memcmp(bytes, file->magic, 4) == 0 &&
	    format_check("key", file->name, bytes[4], FORMAT_KEY) != PK_OK)
		return PK_ENOTSUP;
	head_put(head, file, bytes[5]);
	if (memcmp(bytes, head, HEAD_OCTETS) != 0)
		return refuse(file->name, "not such a file", PK_EIO);
	if (!wrap_open(files->operator_key, (struct slice){(char *)head, HEAD_OCTETS},
	               (struct slice){(char *)bytes + HEAD_OCTETS, FILE_OCTETS - HEAD_OCTETS}, key))
		return refuse(file->name, "the operator key is not the one it was sealed with",
		              PK_EAUTH);
	*version = bytes[5];
	return PK_OK;
}

static bool is_tenants(const char *name, struct key_file *file)
{
	*file = of_tenant((uint32_t)strtoul(name, NULL, 16));
	return strcmp(name, file->name) == 0;
}

/* The first key file of the directory, to try the operator key on where there is no check file. */
struct sample {
	bool found;
	struct key_file file;
};

static void take_sample(void *arg, const char *name)
{
	struct sample *s = arg;
	struct key_file file;

	if (s->found || !is_tenants(name, &file))
		return;
	*s = (struct sample){true, file};
}

static const struct key_file check = {"operator", "PKOP", 0};

static enum pk_status check_head(const char *name, const unsigned char *head)
{
	struct key_file file;

	if (strcmp(name, check.name) == 0)
		file = check;
	else if (!is_tenants(name, &file))
		return PK_OK;
	if (memcmp(head, file.magic, 4) != 0)
		return PK_OK;
	return format_check("key", name, head[4], FORMAT_KEY);
}

enum pk_status key_files_check(const char *dir)
{
	return format_each_head(dir, HEAD_OCTETS, check_head);
}

static enum pk_status check_operator(struct key_files *files)
{
	static const unsigned char zeros[KEY_BYTES];
	unsigned char key[KEY_BYTES];
	struct sample sample = {0};
	enum pk_status st;
	uint8_t version;

	st = unseal(files, &check, key, &version);
	if (st != PK_ENOTFOUND)
		return st;
	st = disk_list(files->dir, take_sample, &sample);
	if (st == PK_OK && sample.found) {
		st = unseal(files, &sample.file, key, &version);
		sodium_memzero(key, sizeof key);
	}
	return st == PK_OK ? seal(files, &check, zeros) : st;
}

enum pk_status key_files_open(struct key_files *files, const char *dir)
{
	enum pk_status st = disk_open_dir(DISK_CWD, dir, true, &files->dir);

	return st == PK_OK ? check_operator(files) : st;
}

void key_files_close(struct key_files *files)
{
	disk_close(files->dir);
	files->dir = -1;
}

enum pk_status key_file_write(struct key_files *files, uint32_t tenant,
                              const unsigned char key[KEY_BYTES], uint8_t *version)
{
	struct key_file file = of_tenant(tenant);

	*version = FIRST;
	return seal(files, &file, key);
}

enum pk_status key_file_read(struct key_files *files, uint32_t tenant, unsigned char key[KEY_BYTES],
                             uint8_t *version)
{
	struct key_file file = of_tenant(tenant);
	enum pk_status st = unseal(files, &file, key, version);

	/* After the start it is a broken file. */
	return st == PK_EAUTH || st == PK_ENOTSUP ? PK_EIO : st;
}

enum pk_status key_file_destroy(struct key_files *files, uint32_t tenant)
{
	static const char zeros[FILE_OCTETS];
	struct key_file file = of_tenant(tenant);
	enum pk_status st;
	int fd;

	st = disk_open(files->dir, file.name, true, &fd);
	if (st != PK_OK)
		return st;
	st = disk_write(fd, file.name, (struct slice){zeros, sizeof zeros}, 0);
	if (st == PK_OK)
		st = disk_sync(fd, file.name);
	disk_close(fd);
	if (st == PK_OK)
		st = disk_unlink(files->dir, file.name);
	if (st == PK_OK)
		st = disk_sync_dir(files->dir, file.name);
	return st;
}
