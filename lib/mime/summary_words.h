#ifndef MIME_SUMMARY_WORDS_H
#define MIME_SUMMARY_WORDS_H

#include <postkeep/slice.h>

/*
 * The fixed text that summaries refer to for what is frequent in mail: part of summary format 1
 * (summary.h). A change here is another format.
 */
#define SUMMARY_WORDS 2128

extern const char summary_words[];

/* Where that word is, if it is one of them. */
[[nodiscard]] bool summary_word(struct slice word, size_t *at);

#endif
