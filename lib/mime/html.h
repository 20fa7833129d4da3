#ifndef MIME_HTML_H
#define MIME_HTML_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * What a reader sees of HTML: the text without tags, comments, styles and scripts, in the way that
 * browsers take broken HTML (WHATWG HTML 13.2.5). A tag that parts words becomes a space. It comes
 * in pieces of any size, with the same result. Octets above 127 are text: so any charset will do
 * that has ASCII in it.
 *
 * plain: the text is UTF-8: character references are decoded, white space in a row becomes one
 * space. body_only: also without head and title. Zeroed memory, with these two set, is ready.
 */
#define HTML_NAME_MAX 10 /* octets of a tag's name, or a reference, that can mean something */

struct html_reader {
	bool plain, body_only;
	uint8_t state; /* private from here */
	uint8_t dashes;
	uint8_t name_n; /* octets of `name`; one more: it is longer */
	uint8_t matched;
	uint8_t skipping;
	bool closing, raw, space;
	char name[HTML_NAME_MAX];
};

void html_feed(struct html_reader *r, struct slice in, struct buf *out);
void html_end(struct html_reader *r, struct buf *out); /* what was not complete is text */

/* The character that "&name;" stands for, also "&#8217;"; 0: none. */
uint32_t html_reference(struct slice name);

#endif
