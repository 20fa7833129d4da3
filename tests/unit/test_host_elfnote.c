/* The note that names a plugin and its ABI, read from files that may be anything. */
#include "unit.h"

#include <postkeep/plugin.h>

#include "os/elfnote.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

PK_PLUGIN_NOTE("toy", "1.2");

struct image {
	ElfW(Ehdr) head;
	ElfW(Shdr) section[2];
	struct pk_plugin_note note;
};

static struct image image(void)
{
	struct image i = {
		.head = {.e_shoff = offsetof(struct image, section),
	                 .e_shentsize = sizeof(ElfW(Shdr)),
	                 .e_shnum = 2                            },
		.section[1] = {.sh_type = SHT_NOTE,
                         .sh_offset = offsetof(struct image,         note),
                         .sh_size = sizeof(struct pk_plugin_note)},
		.note = pk_plugin_note
        };

	memcpy(i.head.e_ident, ELFMAG, SELFMAG);
	i.head.e_ident[EI_CLASS] = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
	i.head.e_ident[EI_DATA] =
		__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
	return i;
}

static struct slice octets(const struct image *i)
{
	return (struct slice){(const char *)i, sizeof(*i)};
}

static void note_of_a_plugin(void **state)
{
	struct image i = image();
	struct elfnote n;

	(void)state;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_OK);
	assert_int_equal(n.major, PK_ABI_MAJOR);
	assert_int_equal(n.minor, PK_ABI_MINOR);
	assert_true(slice_eq(n.name, S("toy")));
	assert_true(slice_eq(n.version, S("1.2")));
}

/* Of another major number, or of a minor that this host does not have yet. */
static void abis(void **state)
{
	static const struct {
		int major, minor; /* beside its own */
		bool refused;
	} cases[] = {
		{0,  0,  false},
                {0,  -1, false},
                {0,  1,  true },
		{0,  77, true },
                {1,  0,  true },
                {-1, 0,  true },
	};
	char why[100], wanted[100];

	(void)state;
	for (size_t k = 0; k < COUNT(cases); k++) {
		struct image i = image();
		struct elfnote n;

		i.note.major = (uint16_t)(i.note.major + cases[k].major);
		i.note.minor = (uint16_t)(i.note.minor + cases[k].minor);
		assert_int_equal(elfnote_check(octets(&i), &n, why, sizeof(why)),
		                 cases[k].refused ? PK_ENOTSUP : PK_OK);
		assert_true(slice_eq(n.name, S("toy")));
		if (!cases[k].refused)
			continue;
		snprintf(wanted, sizeof(wanted),
		         "it was built for ABI %d.%d, this program has %d.%d", i.note.major,
		         i.note.minor, PK_ABI_MAJOR, PK_ABI_MINOR);
		assert_string_equal(why, wanted);
	}
}

/* The compiler puts the note of this very program where it is found. */
static void note_of_this_program(void **state)
{
	static char file[8 << 20];
	struct slice all = {file, 0};
	struct elfnote n;
	FILE *f = fopen("/proc/self/exe", "r");

	(void)state;
	assert_non_null(f);
	all.n = fread(file, 1, sizeof(file), f);
	fclose(f);
	assert_int_equal(elfnote_find(all, &n), PK_OK);
	assert_true(slice_eq(n.name, S("toy")));
}

static void damaged_files(void **state)
{
	struct image i = image();
	struct elfnote n;

	(void)state;
	for (size_t k = 0; k < offsetof(struct image, section) + sizeof(i.section); k++)
		assert_int_equal(elfnote_find(slice_head(octets(&i), k), &n), PK_EINVAL);
	for (size_t k = offsetof(struct image, note);
	     k < offsetof(struct image, note) + sizeof(pk_plugin_note); k++)
		assert_int_equal(elfnote_find(slice_head(octets(&i), k), &n), PK_ENOTFOUND);
	i.section[1].sh_offset = (ElfW(Off))UINT64_MAX - 2;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_ENOTFOUND);
	i = image();
	i.head.e_shoff = (ElfW(Off))UINT64_MAX - 2;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_EINVAL);
	i = image();
	i.note.desc_bytes = UINT32_MAX;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_ENOTFOUND);
	i = image();
	i.note.type = 2;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_ENOTFOUND);
	i = image();
	i.head.e_ident[EI_CLASS] ^= 3;
	assert_int_equal(elfnote_find(octets(&i), &n), PK_ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(note_of_a_plugin),
		cmocka_unit_test(abis),
		cmocka_unit_test(note_of_this_program),
		cmocka_unit_test(damaged_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
