#ifndef MIME_SUMMARY_WORDS_H
#define MIME_SUMMARY_WORDS_H

/*
 * The fixed text that summaries refer to for what is frequent in mail: part of summary format 1
 * (summary.h). A change here is another format.
 */
#define SUMMARY_WORDS 2128

extern const char summary_words[];

#endif
