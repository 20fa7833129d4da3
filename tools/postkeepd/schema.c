#include "schema.h"

#include "os/sandbox.h"

#include <postkeep/messages.h>

#include <arpa/inet.h>

static const struct {
	const char *word;
	uint8_t tls;
} tls_words[] = {
	{"none",     PK_TLS_NONE    },
	{"starttls", PK_TLS_START   },
	{"implicit", PK_TLS_IMPLICIT},
};

bool schema_tls(const char *word, uint8_t *tls)
{
	for (size_t i = 0; i < sizeof(tls_words) / sizeof(*tls_words); i++)
		if (strcmp(word, tls_words[i].word) == 0) {
			*tls = tls_words[i].tls;
			return true;
		}
	return false;
}

static int check_tls(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	uint8_t tls;

	if (schema_tls(value, &tls))
		return 0;
	cfg_error(cfg, "tls must be none, starttls or implicit, not '%s'", value);
	return -1;
}

static int check_address(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);
	struct in6_addr any;

	if (strcmp(value, "*") == 0 || inet_pton(AF_INET, value, &any) == 1 ||
	    inet_pton(AF_INET6, value, &any) == 1)
		return 0;
	cfg_error(cfg, "address must be an IPv4 or IPv6 address or *, not '%s'", value);
	return -1;
}

static int check_sandbox(cfg_t *cfg, cfg_opt_t *opt)
{
	enum sandbox_mode mode;

	if (sandbox_mode_of(cfg_opt_getnstr(opt, 0), &mode))
		return 0;
	cfg_error(cfg, "sandbox must be require, best-effort or off, not '%s'",
	          cfg_opt_getnstr(opt, 0));
	return -1;
}

bool schema_mode(const char *text, mode_t *mode)
{
	unsigned long bits = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '7' && bits <= 0777; p++)
		bits = bits * 8 + (unsigned long)(*p - '0');
	*mode = (mode_t)bits;
	return p > text && !*p && bits <= 0777;
}

static int check_mode(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);
	mode_t mode;

	if (schema_mode(value, &mode))
		return 0;
	cfg_error(cfg, "mode must be octal and at most 0777, not '%s'", value);
	return -1;
}

static int check_absolute(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	if (*value == '/')
		return 0;
	cfg_error(cfg, "%s must be an absolute path, not '%s'", cfg_opt_name(opt), value);
	return -1;
}

/* pkstored takes no more. */
static int check_days(cfg_t *cfg, cfg_opt_t *opt)
{
	long days = cfg_opt_getnint(opt, 0);

	if (days >= 1 && days <= 36500)
		return 0;
	cfg_error(cfg, "%s must be 1 to 36500, not %ld", cfg_opt_name(opt), days);
	return -1;
}

static void set_checks(cfg_t *cfg)
{
	static const struct {
		const char *option;
		cfg_validate_callback_t check;
	} checks[] = {
		{"data",                       check_absolute     },
		{"run",			check_absolute     },
		{"operator_key",               check_absolute     },
		{"admin_socket",               check_absolute     },
		{"programs",                   check_absolute     },
		{"plugins",                    check_absolute     },
		{"drain_seconds",              conf_check_positive},
		{"sessions_per_link",          conf_check_positive},
		{"tls_dir",                    check_absolute     },
		{"trace_days",                 check_days         },
		{"sandbox",                    check_sandbox      },
		{"certificate|chain",          check_absolute     },
		{"certificate|key",            check_absolute     },
		{"service|plugin",             conf_check_text    },
		{"service|hosts",              conf_check_positive},
		{"service|listener|address",   check_address      },
		{"service|listener|port",      conf_check_port    },
		{"service|listener|path",      check_absolute     },
		{"service|listener|mode",      check_mode         },
		{"service|listener|client_ca", check_absolute     },
		{"service|listener|group",     conf_check_text    },
		{"service|listener|tls",       check_tls          },
		{"metrics|address",            check_address      },
		{"metrics|port",               conf_check_port    },
		{"metrics|path",               check_absolute     },
		{"metrics|mode",               check_mode         },
		{"metrics|group",              conf_check_text    },
		{"service|metrics|address",    check_address      },
		{"service|metrics|port",       conf_check_port    },
		{"service|metrics|path",       check_absolute     },
		{"service|metrics|mode",       check_mode         },
		{"service|metrics|group",      conf_check_text    },
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		cfg_set_validate_func(cfg, checks[i].option, checks[i].check);
}

cfg_t *schema_read(const char *file, struct conf_errors *errors)
{
	const cfg_flag_t many = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES;
	cfg_opt_t options[] = {CFG_END()};
	cfg_opt_t listener[] = {CFG_STR("address", "*", CFGF_NONE),
	                        CFG_INT("port", 0, CFGF_NODEFAULT),
	                        CFG_STR("path", NULL, CFGF_NODEFAULT),
	                        CFG_STR("mode", "0660", CFGF_NONE),
	                        CFG_STR("group", NULL, CFGF_NODEFAULT),
	                        CFG_STR("tls", "none", CFGF_NONE),
	                        CFG_STR("client_ca", NULL, CFGF_NODEFAULT),
	                        CFG_SEC("options", options, CFGF_KEYSTRVAL),
	                        CFG_END()};
	cfg_opt_t metrics[] = {CFG_STR("address", "127.0.0.1", CFGF_NONE),
	                       CFG_INT("port", 0, CFGF_NODEFAULT),
	                       CFG_STR("path", NULL, CFGF_NODEFAULT),
	                       CFG_STR("mode", "0660", CFGF_NONE),
	                       CFG_STR("group", NULL, CFGF_NODEFAULT),
	                       CFG_STR("user", NULL, CFGF_NODEFAULT),
	                       CFG_END()};
	cfg_opt_t service[] = {CFG_STR("plugin", NULL, CFGF_NODEFAULT),
	                       CFG_INT("hosts", 0, CFGF_NODEFAULT),
	                       CFG_SEC("listener", listener, many),
	                       CFG_SEC("metrics", metrics, CFGF_NODEFAULT), CFG_END()};
	cfg_opt_t certificate[] = {CFG_STR("chain", NULL, CFGF_NODEFAULT),
	                           CFG_STR("key", NULL, CFGF_NODEFAULT), CFG_END()};
	cfg_opt_t top[] = {CFG_STR("data", "/var/lib/postkeep", CFGF_NONE),
	                   CFG_STR("run", "/run/postkeep", CFGF_NONE),
	                   CFG_STR("operator_key", "/etc/postkeep/operator.key", CFGF_NONE),
	                   CFG_STR("admin_socket", NULL, CFGF_NODEFAULT),
	                   CFG_STR("default_domain", "", CFGF_NONE),
	                   CFG_STR("log", "stderr", CFGF_NONE),
	                   CFG_STR("programs", NULL, CFGF_NODEFAULT),
	                   CFG_STR("plugins", NULL, CFGF_NODEFAULT),
	                   CFG_INT("drain_seconds", 5, CFGF_NONE),
	                   CFG_INT("sessions_per_link", 65536, CFGF_NONE),
	                   CFG_STR("tls_dir", NULL, CFGF_NODEFAULT),
	                   CFG_STR("sandbox", "require", CFGF_NONE),
	                   CFG_STR("admin_readers", "postkeep-view", CFGF_NONE),
	                   CFG_STR("store_user", NULL, CFGF_NODEFAULT),
	                   CFG_STR("front_user", NULL, CFGF_NODEFAULT),
	                   CFG_INT("trace_days", 7, CFGF_NONE),
	                   CFG_SEC("certificate", certificate, many),
	                   CFG_SEC("service", service, many),
	                   CFG_SEC("metrics", metrics, CFGF_NODEFAULT),
	                   CFG_END()};

	return conf_read(&(struct conf_grammar){top, set_checks}, file, errors);
}
