/* SASLprep, SCRAM-SHA-256 from the server's side, and hashes of other servers. */
/* links: store */
#include "unit.h"

#include "password.h"
#include "saslprep.h"
#include "scram.h"

#include "scram_client.h"

/* RFC 4013 section 3 and the rules it cites. */
static void prepared_strings(void **state)
{
	static const struct {
		struct slice in, out;
		enum pk_status st;
	} cases[] = {
		{S("I\xc2\xadX"),              S("IX"),                      PK_OK    }, /* SOFT HYPHEN goes */
		{S("user"),                    S("user"),                    PK_OK    },
		{S("USER"),                    S("USER"),                    PK_OK    },
		{S("\xc2\xaa"),                S("a"),                       PK_OK    }, /* NFKC */
		{S("\xe2\x85\xa8"),            S("IX"),                      PK_OK    },
		{S("\x07"),                    S(""),                        PK_EINVAL}, /* C.2.1 */
		{S("\xd8\xa7\x31"),            S(""),                        PK_EINVAL}, /* section 6 of RFC 3454 */
		{S("\xd8\xa7\x31\xd8\xa7"),    S("\xd8\xa7\x31\xd8\xa7"),    PK_OK    },
		{S("\xd7\x90x\xd7\x90"),       S(""),                        PK_EINVAL},
		{S("a\xc2\xa0\x62"),           S("a b"),                     PK_OK    }, /* NO-BREAK SPACE */
		{S("a\xe2\x80\x8b\x62"),       S("ab"),                      PK_OK    }, /* ZERO WIDTH SPACE */
		{S("e\xcc\x81"),               S("\xc3\xa9"),                PK_OK    },
		{S("\xee\x80\x80"),            S(""),                        PK_EINVAL}, /* private use */
		{S("\xef\xbf\xbd"),            S(""),                        PK_EINVAL}, /* C.6 */
		{S("\xef\xb7\x90"),            S(""),                        PK_EINVAL}, /* C.4 */
		{S("\xe2\x80\x8e"),            S(""),                        PK_EINVAL}, /* C.8 */
		{S("\xc2\xad"),                S(""),                        PK_EINVAL}, /* nothing is left */
		{S("\xff"),                    S(""),                        PK_EINVAL},
		{S(""),			S(""),                        PK_EINVAL},
		{S("p\xc3\xa4ss w\xc3\xb6rd"), S("p\xc3\xa4ss w\xc3\xb6rd"), PK_OK    },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf b = {0};

		assert_int_equal(saslprep(cases[i].in, &b), cases[i].st);
		if (cases[i].st == PK_OK)
			assert_true(slice_eq(buf_slice(&b), cases[i].out));
		buf_free(&b);
	}
}

static const struct scram_channel no_channel;

/* The exchange of RFC 7677 section 3, with the nonce it shows. */
static void the_example(void **state)
{
	struct scram s = {.keys = {.iterations = 4096}};
	struct buf salt = {0}, words = {0};

	(void)state;
	assert_int_equal(scram_first(&s, S("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), &no_channel),
	                 PK_OK);
	assert_true(slice_eq(buf_slice(&s.name), S("user")));
	assert_true(base64_decode(S("W22ZaJ0SNY7soEsUEjb6gQ=="), &salt));
	memcpy(s.keys.salt, salt.p, salt.n);
	s.keys.salt_octets = salt.n;
	assert_int_equal(scram_derive(S("pencil"), &s.keys), PK_OK);
	buf_put(&s.nonce, S("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"));
	buf_put(&s.auth, S(",r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	                   "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
	assert_int_equal(
		scram_final(&s,
	                    S("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	                      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="),
	                    &words),
		PK_OK);
	assert_true(
		slice_eq(buf_slice(&words), S("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")));
	buf_free(&salt);
	buf_free(&words);
	scram_free(&s);
}

static void first_messages(void **state)
{
	static const struct scram_channel channel = {S("0123456789abcdef0123456789abcdef"),
	                                             S("end")};
	static const struct {
		struct slice message;
		bool plus, channel;
		enum pk_status st;
	} cases[] = {
		{S("n,,n=user,r=abc"),                      false, false, PK_OK    },
		{S("n,,n=user,r=abc"),                      false, true,  PK_OK    },
		{S("n,a=user,n=user,r=abc"),                false, false, PK_OK    },
		{S("n,,n=us=2Cer=3D,r=abc"),                false, false, PK_OK    },
		{S("n,,n=user,r=abc,x=later"),              false, false, PK_OK    },
		{S("y,,n=user,r=abc"),                      false, false, PK_OK    },
		{S("y,,n=user,r=abc"),                      false, true,  PK_EPROTO}, /* stripped */
		{S("p=tls-exporter,,n=user,r=abc"),         true,  true,  PK_OK    },
		{S("p=tls-server-end-point,,n=user,r=abc"), true,  true,  PK_OK    },
		{S("p=tls-unique,,n=user,r=abc"),           true,  true,  PK_EPROTO},
		{S("p=tls-exporter,,n=user,r=abc"),         true,  false, PK_EPROTO},
		{S("p=tls-exporter,,n=user,r=abc"),         false, true,  PK_EPROTO},
		{S("n,,n=user,r=abc"),                      true,  true,  PK_EPROTO},
		{S("y,,n=user,r=abc"),                      true,  true,  PK_EPROTO},
		{S("n,,m=must,n=user,r=abc"),               false, false, PK_EPROTO},
		{S("n,,n=,r=abc"),                          false, false, PK_EPROTO},
		{S("n,,n=us=er,r=abc"),                     false, false, PK_EPROTO},
		{S("n,,n=us=2cer,r=abc"),                   false, false, PK_EPROTO},
		{S("n,,n=us\0er,r=abc"),                    false, false, PK_EPROTO},
		{S("n,,n=user="),                           false, false, PK_EPROTO},
		{S("n,,n=user,r="),                         false, false, PK_EPROTO},
		{S("n,,n=user,r=a\x07"),                    false, false, PK_EPROTO},
		{S("n,,n=user"),                            false, false, PK_EPROTO},
		{S("n,,r=abc,n=user"),                      false, false, PK_EPROTO},
		{S("n,user,n=user,r=abc"),                  false, false, PK_EPROTO},
		{S("n,"),				   false, false, PK_EPROTO},
		{S("F,n,,n=user,r=abc"),                    false, false, PK_EPROTO},
		{S("x"),				    false, false, PK_EPROTO},
		{S(""),				     false, false, PK_EPROTO},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scram s = {.plus = cases[i].plus};

		assert_int_equal(scram_first(&s, cases[i].message,
		                             cases[i].channel ? &channel : &no_channel),
		                 cases[i].st);
		scram_free(&s);
	}
}

static void last_messages(void **state)
{
	static const struct scram_channel channel = {S("0123456789abcdef0123456789abcdef"),
	                                             S("end")};
	static const struct {
		struct slice password, binding, nonce; /* nonce empty: the right one */
		enum pk_status st;
	} cases[] = {
		{S("pencil"), S("p=tls-exporter,,0123456789abcdef0123456789abcdef"), S(""),    PK_OK   },
		{S("Pencil"), S("p=tls-exporter,,0123456789abcdef0123456789abcdef"), S(""),
	         PK_EAUTH									      },
 /* Somebody in the middle has another channel, or a client without one is passed on.
  */
		{S("pencil"), S("p=tls-exporter,,0123456789abcdef0123456789abcdeX"), S(""),
	         PK_EAUTH									      },
		{S("pencil"), S("p=tls-server-end-point,,end"),                      S(""),    PK_EAUTH},
		{S("pencil"), S("n,,"),					      S(""),    PK_EAUTH},
		{S("pencil"), S("p=tls-exporter,,0123456789abcdef0123456789abcdef"), S("abc"),
	         PK_EAUTH									      },
	};
	unsigned char random[SCRAM_RANDOM] = {1, 2, 3};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scram s = {
			.plus = true, .keys = {.iterations = 4096, .salt_octets = 16}
                };
		struct buf challenge = {0}, message = {0}, words = {0};

		assert_int_equal(scram_derive(S("pencil"), &s.keys), PK_OK);
		assert_int_equal(scram_first(&s, S("p=tls-exporter,,n=user,r=abc"), &channel),
		                 PK_OK);
		assert_int_equal(scram_challenge(&s, random, &challenge), PK_OK);
		assert_true(slice_starts(buf_slice(&challenge), S("r=abcAQID")));
		scram_answer(&s.keys, buf_slice(&s.auth), cases[i].password, cases[i].binding,
		             cases[i].nonce.n ? cases[i].nonce : buf_slice(&s.nonce), &message);
		assert_int_equal(scram_final(&s, buf_slice(&message), &words), cases[i].st);
		assert_int_equal(words.n > 0, cases[i].st == PK_OK);
		buf_free(&challenge);
		buf_free(&message);
		buf_free(&words);
		scram_free(&s);
	}
}

static void broken_last_messages(void **state)
{
	static const struct slice cases[] = {
		S(""),
		S("c=biws"),
		S("c=biws,r=abc"),
		S("c=biws,r=abc,p="),
		S("r=abc,p=AA=="),
		S("c=,r=abc,p=AA=="),
		S("c=biws,p=AA==,r=abc"),
		S("p=AA=="),
		S("c=b!,r=abc,p=AA=="),
		S("c=biws,r=abc,p=AA=="),
		S("c=biws,r=abc,p=A"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scram s = {0};
		struct buf words = {0};

		assert_int_equal(scram_first(&s, S("n,,n=user,r=abc"), &no_channel), PK_OK);
		assert_int_equal(scram_final(&s, cases[i], &words), PK_EPROTO);
		assert_int_equal(words.n, 0);
		buf_free(&words);
		scram_free(&s);
	}
}

/* As `doveadm pw -s SCHEME` makes them for "secret"; crypt(3) and Argon2 as others do. */
static void hashes_of_other_servers(void **state)
{
	static const struct {
		const char *hash;
		enum pk_status st;
		bool fits;
	} cases[] = {
		{"{SSHA}QrSzmH5h9KmcOYQShxFr0Kpv0UssRg8S",                                        PK_OK,      true },
		{"{ssha}QrSzmH5h9KmcOYQShxFr0Kpv0UssRg8S",                                        PK_OK,      true },
		{"{SSHA256}WLwlr4GX5YeNDeAqLIpn/BtAzv+5CJWW3kPwtoa4Yk0nfGvv",                     PK_OK,      true },
		{"{SSHA512}e3bMjutuGxDwyhJzy8L/QFMlTeaoctnQCrqywPpGqsbhrO/"
	         "AkSOUm6DmOOa+yx51klCdQGkzyMDMEakWGEeTCueQNnc=",                PK_OK,      true },
		{"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",                                             PK_OK,      true },
		{"{SHA1}5en6G6MezRroT3XKqkdPOmY/BfQ=",                                            PK_OK,      true },
		{"{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",                          PK_OK,      true },
		{"{SHA512}"
	         "vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayr"
	         "W/isg==",	                                              PK_OK,      true },
		{"{PBKDF2}$1$gJ0gxTXhTkOyrBfJ$5000$8e125afa050a28edb77e127d6e8b2b08535f9abc",     PK_OK,
	         true											      },
		{"{SHA512-CRYPT}$6$LhF5W4PnlQLY5hkH$42mcAx5ySxd3CYoTZQ1ljQWGxsLyPWke0BviuW/"
	         "iiQ0RGSuAcKN.k6KglgFH.ORluSqv.dMEgEwNGpeogpPXe.",              PK_OK,      true },
		{"{SHA256-CRYPT}$5$wF8S5hQgBFYr.vvI$04jMKUZZAX0c/YP6ozmHVAHh57ZDNhkGHBqFkA62E/D",
	         PK_OK,										       true },
		{"{BLF-CRYPT}$2y$05$q1fABlSNxbtX9Ji/ufJx4uBCEYjC8CR4hbRiuznbVpRx9Hk2xm27m",       PK_OK,
	         true											      },
		{"{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$ooKlKDGo9wS4VrxuNqjlZQ$TpZ8Eb7LqSdmVH+"
	         "Oa4qEVTFlJlTP0ok4u8KZWL3dizk",	                         PK_OK,      true },
		{"{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$q983x4COpyJD0PWotlioyQ$nWo8OEjZzwYF+"
	         "Hoss9Njk8s1lTtIIhvj1AFK7iLCfe4",	                       PK_OK,      true },
		{"{CRAM-MD5}0123",								PK_ENOTSUP, false},
		{"{SSHA}",									PK_EINVAL,  false},
		{"{SSHA}c2hvcnQ=",								PK_EINVAL,  false},
		{"{SHA256}5en6G6MezRroT3XKqkdPOmY/BfQ=",                                          PK_EINVAL,  false},
		{"{PBKDF2}$1$salt$0$00",							  PK_EINVAL,  false},
		{"{PBKDF2}$1$salt$99999999$0000000000000000000000000000000000000000",             PK_EINVAL,
	         false											     },
		{"$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$AAAA",                             PK_EINVAL,  false},
		{"$2y$31$saltsaltsaltsaltsaltsO",                                                 PK_EINVAL,  false},
		{"secret",									PK_EINVAL,  false},
		{"",									      PK_EINVAL,  false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf keep = {0};

		assert_int_equal(password_accept(slice_str(cases[i].hash), &keep), cases[i].st);
		if (cases[i].st == PK_OK) {
			assert_int_equal(password_fits(buf_slice(&keep), S("secret")),
			                 cases[i].fits);
			assert_false(password_fits(buf_slice(&keep), S("Secret")));
			assert_false(password_is_current(buf_slice(&keep)));
		}
		buf_free(&keep);
	}
}

static void our_own_hash(void **state)
{
	struct buf hash = {0}, keep = {0};

	(void)state;
	assert_int_equal(password_hash(S("secret"), &hash), PK_OK);
	assert_true(password_is_current(buf_slice(&hash)));
	assert_int_equal(password_accept(buf_slice(&hash), &keep), PK_OK);
	assert_true(password_fits(buf_slice(&keep), S("secret")));
	assert_false(password_fits(buf_slice(&keep), S("secre")));
	assert_false(password_fits(S(""), S("secret")));
	assert_int_equal(password_hash(S(""), &hash), PK_EINVAL);
	buf_free(&hash);
	buf_free(&keep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prepared_strings),     cmocka_unit_test(the_example),
		cmocka_unit_test(first_messages),       cmocka_unit_test(last_messages),
		cmocka_unit_test(broken_last_messages), cmocka_unit_test(hashes_of_other_servers),
		cmocka_unit_test(our_own_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
