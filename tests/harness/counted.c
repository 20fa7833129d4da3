#include "counted.h"

#include <string.h>

const char *counted_exists(struct counted *k, uint32_t n)
{
	if (n < k->n)
		return "fewer messages exist and none was expunged";
	if (n > COUNTED_MAX)
		return "too many messages";
	memset(&k->uids[k->n], 0, (n - k->n) * sizeof(*k->uids));
	memset(&k->note[k->n], 0, (n - k->n) * sizeof(*k->note));
	k->n = n;
	return NULL;
}

const char *counted_uid(struct counted *k, uint32_t number, uint32_t uid)
{
	if (number < 1 || number > k->n)
		return "a message number that is not there";
	if (!uid)
		return NULL;
	if (k->uids[number - 1] && k->uids[number - 1] != uid)
		return "a number has another UID than before";
	k->uids[number - 1] = uid;
	for (uint32_t i = number - 1; i > 0; i--) {
		if (k->uids[i - 1] >= uid)
			return "UIDs that do not ascend";
		if (k->uids[i - 1])
			break;
	}
	return NULL;
}

const char *counted_remove(struct counted *k, uint32_t number, uint32_t *uid)
{
	if (number < 1 || number > k->n)
		return "a message is expunged that is not there";
	*uid = k->uids[number - 1];
	memmove(&k->uids[number - 1], &k->uids[number], (k->n - number) * sizeof(*k->uids));
	memmove(&k->note[number - 1], &k->note[number], (k->n - number) * sizeof(*k->note));
	k->n--;
	return NULL;
}

uint32_t counted_number(const struct counted *k, uint32_t uid)
{
	uint32_t maybe = 0;

	for (uint32_t i = 0; i < k->n; i++) {
		if (k->uids[i] == uid)
			return i + 1;
		if (!k->uids[i] && !maybe)
			maybe = i + 1;
		if (k->uids[i] > uid)
			break;
		if (k->uids[i])
			maybe = 0;
	}
	return maybe;
}
