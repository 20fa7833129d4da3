#include "section.h"

/* Part numbers: RFC 3501 6.4.5, "Every message has at least one part number". */

/* The n-th child of a multipart. */
static bool child(const struct summary *sum, const struct summary_part *of, uint32_t n,
                  struct summary_part *out)
{
	uint32_t i = of->first_child;

	while (i != SUMMARY_NONE && summary_part(sum, i, out)) {
		if (!--n)
			return true;
		i = out->next_sibling;
	}
	return false;
}

/* Part n of a message whose root is *at: a part of its multipart, or its only one. */
static bool of_message(const struct summary *sum, uint32_t n, struct summary_part *at)
{
	struct summary_part root = *at;

	if (root.kind == MIME_MULTIPART)
		return child(sum, &root, n, at);
	return n == 1;
}

static bool descend(const struct summary *sum, const struct section *sec, struct summary_part *at)
{
	if (!of_message(sum, sec->path[0], at))
		return false;
	for (uint32_t i = 1; i < sec->depth; i++) {
		struct summary_part in = *at;

		if (in.kind == MIME_LEAF)
			return false;
		if (in.kind == MIME_MULTIPART) {
			if (!child(sum, &in, sec->path[i], at))
				return false;
		} else if (!summary_part(sum, in.first_child, at) ||
		           !of_message(sum, sec->path[i], at)) {
			return false;
		}
	}
	return true;
}

/* What the store put before a message begins its header. */
static struct span header_of(const struct summary_part *part, uint64_t prefix)
{
	if (part->parent == SUMMARY_NONE)
		return (struct span){.at = 0, .octets = prefix + part->header_octets};
	return (struct span){.at = prefix + part->header_offset, .octets = part->header_octets};
}

static struct span body_of(const struct summary_part *part, uint64_t prefix)
{
	return (struct span){.at = prefix + part->body_offset, .octets = part->body_octets};
}

struct span section_find(const struct section *sec, const struct summary *sum, uint64_t prefix,
                         uint64_t octets)
{
	static const struct span none = {.nil = true};
	struct summary_part part, inner;

	if (!sec->depth && sec->what == SECTION_ALL)
		return (struct span){.at = 0, .octets = octets};
	if (!sum || !summary_part(sum, 0, &part))
		return none;
	if (!sec->depth)
		return sec->what == SECTION_TEXT ? body_of(&part, prefix)
		                                 : header_of(&part, prefix);
	if (!descend(sum, sec, &part))
		return none;
	if (sec->what == SECTION_ALL)
		return body_of(&part, prefix);
	if (sec->what == SECTION_MIME)
		return header_of(&part, prefix);
	/* HEADER and TEXT are those of a message in the part, and of nothing else. */
	if (part.kind != MIME_MESSAGE || !summary_part(sum, part.first_child, &inner))
		return none;
	return sec->what == SECTION_TEXT ? body_of(&inner, prefix) : header_of(&inner, prefix);
}

struct decoded section_decoded(const struct section *sec, const struct summary *sum,
                               const struct span *span)
{
	struct decoded d = {.encoding = MIME_IDENTITY, .octets = span->octets};
	struct summary_part part;

	if (!sec->depth || !sum || !summary_part(sum, 0, &part) || !descend(sum, sec, &part) ||
	    part.kind != MIME_LEAF)
		return d;
	d.encoding = mime_encoding(part.encoding);
	d.unknown = d.encoding == MIME_UNKNOWN || part.damaged;
	if (d.encoding != MIME_IDENTITY)
		d.octets = part.decoded_octets;
	return d;
}
