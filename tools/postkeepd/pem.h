#ifndef PEM_H
#define PEM_H

/*
 * Whether a chain and a private key, both PEM text, belong together. NULL: they do; else what is
 * wrong, in words.
 */
const char *pem_check_pair(const char *chain, const char *key);

#endif
