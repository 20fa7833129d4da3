#include <postkeep/status.h>

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

const char *pk_status_name(enum pk_status st)
{
	static const char *const names[] = {
#define X(name, number, words) [number] = #name,
		PK_STATUS_LIST(X)
#undef X
	};

	return (size_t)st < COUNT(names) && names[st] ? names[st] : "UNKNOWN";
}

const char *pk_status_words(enum pk_status st)
{
	static const char *const text[] = {
#define X(name, number, words) [number] = words,
		PK_STATUS_LIST(X)
#undef X
	};

	return (size_t)st < COUNT(text) && text[st] ? text[st] : "unknown failure";
}
