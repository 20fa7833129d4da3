#include "addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <uthash.h>

struct address {
	unsigned char key[16];
	int64_t connections;
	UT_hash_handle hh;
};

static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static void make_key(const struct sockaddr_storage *from, unsigned char key[16])
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

	memset(key, 0, 16);
	if (from->ss_family == AF_INET) {
		memcpy(key, mapped, 12);
		memcpy(key + 12, &four->sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		bool is_four = !memcmp(&six->sin6_addr, mapped, 12);

		memcpy(key, &six->sin6_addr, is_four ? 16 : 8);
	}
}

struct address *addresses_enter(struct addresses *all, const struct sockaddr_storage *from,
                                int64_t most)
{
	unsigned char key[16];
	struct address *a;

	make_key(from, key);
	HASH_FIND(hh, all->table, key, sizeof(key), a);
	if (a && most && a->connections >= most)
		return NULL;
	if (!a) {
		a = calloc(1, sizeof(*a));
		if (!a)
			return NULL;
		memcpy(a->key, key, sizeof(key));
		HASH_ADD(hh, all->table, key, sizeof(a->key), a);
	}
	a->connections++;
	return a;
}

void addresses_leave(struct addresses *all, struct address *a)
{
	if (!a || --a->connections)
		return;
	HASH_DEL(all->table, a);
	free(a);
}

void address_text(const struct sockaddr_storage *from, char *text, size_t size, uint16_t *port)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

	*port = 0;
	snprintf(text, size, from->ss_family == AF_UNSPEC ? "-" : "unix");
	if (from->ss_family == AF_INET) {
		*port = ntohs(four->sin_port);
		inet_ntop(AF_INET, &four->sin_addr, text, (socklen_t)size);
	} else if (from->ss_family == AF_INET6) {
		const unsigned char *raw = six->sin6_addr.s6_addr;

		*port = ntohs(six->sin6_port);
		if (!memcmp(raw, mapped, sizeof(mapped)))
			inet_ntop(AF_INET, raw + 12, text, (socklen_t)size);
		else
			inet_ntop(AF_INET6, raw, text, (socklen_t)size);
	}
}
