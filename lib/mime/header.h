#ifndef MIME_HEADER_H
#define MIME_HEADER_H

#include <postkeep/buf.h>
#include <postkeep/slice.h>

/*
 * Header fields (RFC 5322 2.2) as they stand in a header block. All slices point into the block.
 *
 *     struct slice rest = block;
 *     struct header_field f;
 *     while (header_next(&rest, &f))
 *             if (slice_ieq(f.name, S("Subject"))) ...
 */
struct header_field {
	struct slice
		raw; /* the whole field: name to the end of its last line, with that line's end */
	struct slice name;  /* without spaces before the colon */
	struct slice value; /* what follows the colon, still folded, without the last line's end */
};

/* Takes the next field off *rest. Lines that are no field (no colon, an empty name, a fold with
 * nothing before it) are skipped. False at the empty line that ends the header, or at the end. */
[[nodiscard]] bool header_next(struct slice *rest, struct header_field *out);

/* Appends the value unfolded (RFC 5322 2.2.3: line ends go, the space after them stays), without
 * white space at both ends. NUL and stray CR become '?': so it is one clean line. */
void header_unfold(struct slice value, struct buf *out);

/* What a value "token; name=value; ..." has (RFC 2045 5.1, RFC 2183). */
struct header_param {
	struct slice name;  /* as it stands; with its * if the value is in RFC 2231's form */
	struct slice value; /* without quotes; with continuations joined */
};

/*
 * Cuts an unfolded structured value. Comments are skipped wherever they may stand.
 *   token   what stands before the first ';' ("text/plain", "attachment"), without comments and
 * spaces params  at most `cap`; returns how many. RFC 2231 continuations are joined as other
 * servers do: name*0="a"; name*1="b" is name=ab; if a piece has the extended form
 * (name*0*=utf-8''a%20), the joined name is "name*" and the value keeps its charset'language' and
 * escapes ('%' in pieces without that form becomes %25). Pieces must start at 0; behind a gap they
 * are left as they stand ("name*3"). Other values are not decoded. Slices point into `value` or
 * into `scratch`, which is cleared first and must then stay alone.
 */
size_t header_params(struct slice value, struct slice *token, struct header_param *params,
                     size_t cap, struct buf *scratch);

/* One of them: its name without a *, and its value decoded to UTF-8, which is appended. */
void header_param_decode(const struct header_param *param, struct slice *name, struct buf *out);

/* The value of the parameter `name`, decoded to UTF-8: RFC 2231 form first, else its plain form
 * with encoded words. False: there is none. */
[[nodiscard]] bool header_param_text(const struct header_param *params, size_t n, struct slice name,
                                     struct buf *out);

/* Takes the next message-id off *rest, without <> and without needless quotes, into out (cleared
 * first). False: no more. */
[[nodiscard]] bool header_message_id(struct slice *rest, struct buf *out);

#endif
