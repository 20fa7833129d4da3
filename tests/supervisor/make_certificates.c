/*
 * make_certificates FOLDER MARK <names: certificates by the thousand, in a second. Each line of
 * standard input is a name and further DNS names of one certificate, which is written as certbot
 * would: FOLDER/live/NAME/fullchain.pem and privkey.pem. MARK is its subject. FOLDER/ca.pem is whom
 * to trust, made by the first run, with an authority in between that signs.
 */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return fopen(path, mode);
}

static void extend(X509 *cert, X509 *issuer, int kind, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, kind, value);
	must(e && X509_add_ext(cert, e, -1), value);
	X509_EXTENSION_free(e);
}

struct pair {
	X509 *cert;
	EVP_PKEY *key;
};

/* names: for subjectAltName; NULL: an authority. issuer NULL: itself. */
static struct pair issue(const char *subject, const char *names, const struct pair *issuer)
{
	static long serial = 1;
	struct pair new = {X509_new(), EVP_EC_gen("P-256")};
	X509 *cert = new.cert;
	X509_NAME *name = X509_NAME_new();

	must(cert && new.key &&name, "a key");
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1,
	                           0);
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
	X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
	X509_gmtime_adj(X509_getm_notAfter(cert), 86400L * 30);
	X509_set_subject_name(cert, name);
	X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer->cert) : name);
	X509_set_pubkey(cert, new.key);
	extend(cert, issuer ? issuer->cert : cert, NID_basic_constraints,
	       names ? "CA:FALSE" : "critical,CA:TRUE");
	if (names)
		extend(cert, issuer->cert, NID_subject_alt_name, names);
	must(X509_sign(cert, issuer ? issuer->key : new.key, EVP_sha256()), "a signature");
	X509_NAME_free(name);
	return new;
}

static void drop(struct pair *p)
{
	X509_free(p->cert);
	EVP_PKEY_free(p->key);
}

static void write_pair(const char *folder, const char *chain, const char *key, const struct pair *p,
                       const struct pair *above)
{
	FILE *f = open_in(folder, chain, "w");

	must(f && PEM_write_X509(f, p->cert) && (!above || PEM_write_X509(f, above->cert)), chain);
	must(fclose(f) == 0, chain);
	f = key ? open_in(folder, key, "w") : NULL;
	must(!key || (f && PEM_write_PrivateKey(f, p->key, NULL, NULL, 0, NULL, NULL)), "key");
	must(!f || fclose(f) == 0, "key");
}

/* The authority that signs, from an earlier run or new. */
static struct pair authority(const char *folder)
{
	FILE *cert = open_in(folder, "issuer.pem", "r"), *key = open_in(folder, "issuer.key", "r");
	struct pair found = {0}, root;

	if (cert && key) {
		found = (struct pair){PEM_read_X509(cert, NULL, NULL, NULL),
		                      PEM_read_PrivateKey(key, NULL, NULL, NULL)};
		fclose(cert);
		fclose(key);
		return found;
	}
	root = issue("the root of the tests", NULL, NULL);
	found = issue("the issuer of the tests", NULL, &root);
	write_pair(folder, "ca.pem", NULL, &root, NULL);
	write_pair(folder, "issuer.pem", "issuer.key", &found, NULL);
	drop(&root);
	return found;
}

static void make_one(const char *folder, const char *mark, char *line, const struct pair *issuer)
{
	char path[4096], names[4096] = "", *rest = NULL, *first = strtok_r(line, " \n", &rest);
	size_t n = 0;

	for (char *word = first; word; word = strtok_r(NULL, " \n", &rest))
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%sDNS:%s", n ? "," : "", word);
	if (!first)
		return;
	snprintf(path, sizeof(path), "%s/live", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/live/%s", folder, first);
	mkdir(path, 0700);
	struct pair p = issue(mark, names, issuer);

	write_pair(path, "fullchain.pem", "privkey.pem", &p, issuer);
	drop(&p);
}

int main(int argc, char **argv)
{
	struct pair issuer;
	char line[4096];

	must(argc == 3, "usage: make_certificates FOLDER MARK <names");
	issuer = authority(argv[1]);
	while (fgets(line, sizeof(line), stdin))
		make_one(argv[1], argv[2], line, &issuer);
	drop(&issuer);
	return 0;
}
