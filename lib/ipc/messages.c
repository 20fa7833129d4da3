#include <postkeep/messages.h>

#include "ipc/wire.h"

/*
 * Encoders. A message may have no field at all, so the parameters may go unused. Fields behind
 * SINCE are always written; an older reader ignores them.
 */
#define U8(f)         wire_put(b, m->f, 1);
#define U16(f)        wire_put(b, m->f, 2);
#define U32(f)        wire_put(b, m->f, 4);
#define U64(f)        wire_put(b, m->f, 8);
#define I64(f)        wire_put(b, (uint64_t)m->f, 8);
#define STR(f)        wire_put_str(b, m->f);
#define HANDLE(f)     U32(f)
#define BODY(f)       U16(f)
#define ACCOUNT(f)    STR(f)
#define TENANT(f)     STR(f)
#define ROWS(f, name) wire_put_str(b, m->f.raw);
#define SINCE(n)
#define PUT(name, fields)                                            \
	void pk_put_##name(struct buf *b, const struct pk_##name *m) \
	{                                                            \
		(void)b, (void)m;                                    \
		fields                                               \
	}
#define REC(name, fields)                                                  \
	PUT(name, fields)                                                  \
	void pk_put_##name##_row(struct buf *b, const struct pk_##name *m) \
	{                                                                  \
		size_t begin = wire_row_begin(b);                          \
                                                                           \
		pk_put_##name(b, m);                                       \
		wire_row_end(b, begin);                                    \
	}
#define CALL(number, name, roles, request, reply) PUT(name##_req, request) PUT(name##_rep, reply)
#define EVENT(number, name, roles, fields)        PUT(name##_event, fields)
#define NOTE(number, name, roles, fields)         PUT(name##_note, fields)
#include <postkeep/messages.def>

/* Decoders. SINCE: whoever is older ends here. */
#define U8(f)         m->f = (uint8_t)wire_get(&w, 1);
#define U16(f)        m->f = (uint16_t)wire_get(&w, 2);
#define U32(f)        m->f = (uint32_t)wire_get(&w, 4);
#define U64(f)        m->f = wire_get(&w, 8);
#define I64(f)        m->f = (int64_t)wire_get(&w, 8);
#define STR(f)        m->f = wire_get_str(&w);
#define HANDLE(f)     U32(f)
#define BODY(f)       U16(f)
#define ACCOUNT(f)    STR(f)
#define TENANT(f)     STR(f)
#define ROWS(f, name) m->f.raw = wire_get_str(&w);
#define SINCE(n)            \
	if (!wire_more(&w)) \
		return wire_end(&w);
#define GET(name, fields)                                                  \
	enum pk_status pk_get_##name(struct slice in, struct pk_##name *m) \
	{                                                                  \
		struct wire w = {.in = in};                                \
                                                                           \
		*m = (struct pk_##name){};                                 \
		fields return wire_end(&w);                                \
	}
#define REC(name, fields)                                              \
	GET(name, fields)                                              \
	bool pk_next_##name(struct pk_rows *rows, struct pk_##name *m) \
	{                                                              \
		struct wire w = {.in = rows->raw};                     \
		struct slice row = wire_get_str(&w);                   \
                                                                       \
		if (!rows->raw.n)                                      \
			return false;                                  \
		rows->raw = w.in;                                      \
		if (w.bad || pk_get_##name(row, m) != PK_OK) {         \
			rows->raw.n = 0;                               \
			return false;                                  \
		}                                                      \
		return true;                                           \
	}
#define CALL(number, name, roles, request, reply) GET(name##_req, request) GET(name##_rep, reply)
#define EVENT(number, name, roles, fields)        GET(name##_event, fields)
#define NOTE(number, name, roles, fields)         GET(name##_note, fields)
#include <postkeep/messages.def>

const char *pk_op_name(unsigned op)
{
	static const char *const names[PK_OP_MAX] = {
#define CALL(number, name, roles, request, reply) [number] = #name,
#define EVENT(number, name, roles, fields)        [number] = #name,
#define NOTE(number, name, roles, fields)         [number] = #name,
#include <postkeep/messages.def>
	};

	return op < PK_OP_MAX && names[op] ? names[op] : "?";
}
