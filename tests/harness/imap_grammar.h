#ifndef IMAP_GRAMMAR_H
#define IMAP_GRAMMAR_H

#include <postkeep/slice.h>

/*
 * The grammar of what an IMAP server says, of RFC 3501 and RFC 9051 section 9 and of the extensions
 * that this one has, read strictly: nothing that a client would have to forgive. Where the RFCs let
 * a server choose, its choice counts: controls and eight bits come in literals only (eight bits in
 * quoted strings too, for who has turned them on), BODY has no extension data and BODYSTRUCTURE all
 * of it. The one thing that is let pass: a NUL in a literal, since a message may hold one.
 */
enum imap_said {
	SAID_NOTHING,  /* what came is not a whole response yet */
	SAID_CONTINUE, /* "+ " */
	SAID_TAGGED,
	SAID_STATUS, /* untagged OK, NO, BAD, BYE */
	SAID_DATA,
	SAID_NUMBER, /* data with a number before its word */
	SAID_WRONG,
};

struct imap_response {
	enum imap_said kind;
	struct slice tag;
	struct slice word; /* "OK", "EXISTS", "FETCH" */
	uint32_t number;
	struct slice rest; /* behind the word and a space, without the line's end */
	const char *why;   /* of SAID_WRONG */
	struct slice text; /* all of it, with the line's end */
	size_t octets;     /* of it, literals not counted */
};

/* Takes the first response off *in. utf8: quoted strings may hold eight bits. */
struct imap_response imap_response(struct slice *in, bool utf8);
/* It says that eight bits are on from here: RFC 6855 section 3, RFC 9051 6.3.1. */
bool imap_turns_on_utf8(const struct imap_response *r);

/*
 * The tokens, for who looks into the rest of a response: each takes its piece off the front of
 * g->in, or keeps why it cannot (the first one stays) and returns false.
 */
struct grammar {
	struct slice in;
	bool utf8;
	const char *why;
};

bool grammar_fail(struct grammar *g, const char *why); /* false */
bool grammar_peek(const struct grammar *g, char c);
bool grammar_word(struct grammar *g, const char *word); /* true if it was there; never fails */
bool grammar_char(struct grammar *g, char c);
bool grammar_space(struct grammar *g);
bool grammar_end(struct grammar *g);
bool grammar_number(struct grammar *g, uint64_t *out); /* 63 bits */
bool grammar_positive(struct grammar *g, uint32_t *out);
bool grammar_set(struct grammar *g); /* without "*" */
bool grammar_range(struct grammar *g, uint32_t *first, uint32_t *last);
bool grammar_atom(struct grammar *g, struct slice *out);
bool grammar_tag(struct grammar *g, struct slice *out);
bool grammar_string(struct grammar *g); /* quoted or literal */
bool grammar_nstring(struct grammar *g);
bool grammar_astring(struct grammar *g);
bool grammar_octets(struct grammar *g);   /* nstring or literal8: RFC 3516 4.2 */
bool grammar_flags(struct grammar *g);    /* "(" flags ")", with "\*" too */
bool grammar_objectid(struct grammar *g); /* RFC 8474 section 7 */
/* "(" item *(SP item) ")", at least so many of them. */
bool grammar_list(struct grammar *g, bool (*item)(struct grammar *), unsigned least);
bool grammar_spaced(struct grammar *g, bool (*item)(struct grammar *)); /* *(SP item) */
bool grammar_words(struct grammar *g);                                  /* *(SP atom) */
bool grammar_nothing(struct grammar *g);

/* Behind a space. */
bool grammar_sp_number(struct grammar *g);
bool grammar_sp_positive(struct grammar *g);
bool grammar_sp_modseq(struct grammar *g); /* 63 bits, not 0: RFC 7162 section 7 */
bool grammar_sp_flags(struct grammar *g);
bool grammar_sp_set(struct grammar *g);

bool grammar_text(struct grammar *g);        /* to the end */
bool grammar_status_text(struct grammar *g); /* "[" code "]" text: imap_grammar_status.c */
/* imap_grammar_fetch.c: "(" items ")" of a FETCH response. */
bool grammar_fetch(struct grammar *g);

#endif
