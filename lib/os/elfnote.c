#include "os/elfnote.h"

#include <postkeep/plugin.h>

#include <elf.h>
#include <link.h>

#define OWNER     S("Postkeep\0")
#define NOTE_TYPE 1

/* n octets of the file from `at` on; less than that if it ends before. */
static struct slice cut(struct slice file, uint64_t at, uint64_t n)
{
	return at > file.n ? S("") : slice_head(slice_skip(file, (size_t)at), (size_t)n);
}

static bool get(struct slice file, uint64_t at, void *into, size_t n)
{
	struct slice s = cut(file, at, n);

	if (s.n < n)
		return false;
	memcpy(into, s.p, n);
	return true;
}

static enum pk_status check_head(struct slice file, ElfW(Ehdr) * head)
{
	const uint16_t one = 1;
	unsigned char first;
	unsigned char order, size = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

	memcpy(&first, &one, 1);
	order = first ? ELFDATA2LSB : ELFDATA2MSB;
	if (file.n < EI_NIDENT || memcmp(file.p, ELFMAG, SELFMAG) != 0)
		return PK_EINVAL;
	if ((unsigned char)file.p[EI_CLASS] != size || (unsigned char)file.p[EI_DATA] != order)
		return PK_ENOTSUP;
	if (!get(file, 0, head, sizeof(*head)) || head->e_shentsize < sizeof(ElfW(Shdr)))
		return PK_EINVAL;
	return PK_OK;
}

static struct slice take(struct slice *s, size_t n)
{
	struct slice head = slice_head(*s, n);

	*s = slice_skip(*s, (n + 3) & ~(size_t)3);
	return head;
}

static bool take_text(struct slice *s, struct slice *text)
{
	*text = *s;
	if (!slice_has(*s, '\0'))
		return false;
	*text = slice_cut(s, '\0');
	return true;
}

static bool read_note(struct slice desc, struct elfnote *note)
{
	return get(desc, 0, &note->major, 2) && get(desc, 2, &note->minor, 2) &&
	       (desc = slice_skip(desc, 4), take_text(&desc, &note->name)) &&
	       take_text(&desc, &note->version);
}

/* A section of notes: each a head of three numbers, the owner and the descriptor, padded to 4. */
static bool search(struct slice notes, struct elfnote *note)
{
	ElfW(Nhdr) head;

	while (get(notes, 0, &head, sizeof(head))) {
		struct slice owner, desc;

		notes = slice_skip(notes, sizeof(head));
		owner = take(&notes, head.n_namesz);
		desc = take(&notes, head.n_descsz);
		if (slice_eq(owner, OWNER) && head.n_type == NOTE_TYPE)
			return desc.n == head.n_descsz && read_note(desc, note);
	}
	return false;
}

enum pk_status elfnote_find(struct slice file, struct elfnote *note)
{
	ElfW(Ehdr) head;
	ElfW(Shdr) section;
	enum pk_status st = check_head(file, &head);

	if (st != PK_OK)
		return st;
	for (unsigned i = 0; i < head.e_shnum; i++) {
		if (!get(file, head.e_shoff + (uint64_t)i * head.e_shentsize, &section,
		         sizeof(section)))
			return PK_EINVAL;
		if (section.sh_type == SHT_NOTE &&
		    search(cut(file, section.sh_offset, section.sh_size), note))
			return PK_OK;
	}
	return PK_ENOTFOUND;
}

static const char *reason(enum pk_status st)
{
	return st == PK_ENOTFOUND ? "it is no plugin: there is no note of Postkeep in it"
	       : st == PK_ENOTSUP ? "it was built for another machine"
	                          : "it is no ELF file, or damaged";
}

enum pk_status elfnote_check(struct slice file, struct elfnote *note, char *why, size_t size)
{
	enum pk_status st;

	*note = (struct elfnote){0};
	st = elfnote_find(file, note);
	if (st != PK_OK) {
		snprintf(why, size, "%s", reason(st));
		return st;
	}
	if (note->major == PK_ABI_MAJOR && note->minor <= PK_ABI_MINOR)
		return PK_OK;
	snprintf(why, size, "it was built for ABI %u.%u, this program has %u.%u", note->major,
	         note->minor, PK_ABI_MAJOR, PK_ABI_MINOR);
	return PK_ENOTSUP;
}
