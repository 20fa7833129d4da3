#ifndef MIME_HTML_NAMES_H
#define MIME_HTML_NAMES_H

#include "html.h"

/* What a tag is to the reader. */
enum html_tag {
	HTML_PARTS_WORDS,
	HTML_INSIDE_WORDS,
	HTML_RAW, /* nothing in it is a tag, and nothing is shown */
	HTML_HEAD,
	HTML_TITLE,
	HTML_BODY,
};

/* name: in small letters */
uint32_t html_tag(struct slice name);

#endif
