#include "html_names.h"

#include <stdlib.h>

/* Names and what they mean; each table is in the order of the octets of its names. */
struct named {
	struct slice name;
	uint32_t value;
};

/* Tags that are not as the others are. */
static const struct named tags[] = {
	{S("a"),       HTML_INSIDE_WORDS},
	{S("abbr"),    HTML_INSIDE_WORDS},
	{S("acronym"), HTML_INSIDE_WORDS},
	{S("b"),       HTML_INSIDE_WORDS},
	{S("bdo"),     HTML_INSIDE_WORDS},
	{S("big"),     HTML_INSIDE_WORDS},
	{S("body"),    HTML_BODY        },
	{S("cite"),    HTML_INSIDE_WORDS},
	{S("code"),    HTML_INSIDE_WORDS},
	{S("del"),     HTML_INSIDE_WORDS},
	{S("dfn"),     HTML_INSIDE_WORDS},
	{S("em"),      HTML_INSIDE_WORDS},
	{S("font"),    HTML_INSIDE_WORDS},
	{S("head"),    HTML_HEAD        },
	{S("i"),       HTML_INSIDE_WORDS},
	{S("ins"),     HTML_INSIDE_WORDS},
	{S("kbd"),     HTML_INSIDE_WORDS},
	{S("mark"),    HTML_INSIDE_WORDS},
	{S("nobr"),    HTML_INSIDE_WORDS},
	{S("o:p"),     HTML_INSIDE_WORDS},
	{S("q"),       HTML_INSIDE_WORDS},
	{S("s"),       HTML_INSIDE_WORDS},
	{S("samp"),    HTML_INSIDE_WORDS},
	{S("script"),  HTML_RAW         },
	{S("small"),   HTML_INSIDE_WORDS},
	{S("span"),    HTML_INSIDE_WORDS},
	{S("strike"),  HTML_INSIDE_WORDS},
	{S("strong"),  HTML_INSIDE_WORDS},
	{S("style"),   HTML_RAW         },
	{S("sub"),     HTML_INSIDE_WORDS},
	{S("sup"),     HTML_INSIDE_WORDS},
	{S("title"),   HTML_TITLE       },
	{S("tt"),      HTML_INSIDE_WORDS},
	{S("u"),       HTML_INSIDE_WORDS},
	{S("var"),     HTML_INSIDE_WORDS},
	{S("wbr"),     HTML_INSIDE_WORDS},
};

/* Character references: RFC 1866 9.7.2, HTML 4.01 24. */
static const struct named references[] = {
	{S("AElig"),    0xC6  },
        {S("Aacute"),   0xC1  },
        {S("Acirc"),    0xC2  },
	{S("Agrave"),   0xC0  },
        {S("Alpha"),    0x391 },
        {S("Aring"),    0xC5  },
	{S("Atilde"),   0xC3  },
        {S("Auml"),     0xC4  },
        {S("Beta"),     0x392 },
	{S("Ccedil"),   0xC7  },
        {S("Chi"),      0x3A7 },
        {S("Dagger"),   0x2021},
	{S("Delta"),    0x394 },
        {S("ETH"),      0xD0  },
        {S("Eacute"),   0xC9  },
	{S("Ecirc"),    0xCA  },
        {S("Egrave"),   0xC8  },
        {S("Epsilon"),  0x395 },
	{S("Eta"),      0x397 },
        {S("Euml"),     0xCB  },
        {S("Gamma"),    0x393 },
	{S("Iacute"),   0xCD  },
        {S("Icirc"),    0xCE  },
        {S("Igrave"),   0xCC  },
	{S("Iota"),     0x399 },
        {S("Iuml"),     0xCF  },
        {S("Kappa"),    0x39A },
	{S("Lambda"),   0x39B },
        {S("Mu"),       0x39C },
        {S("Ntilde"),   0xD1  },
	{S("Nu"),       0x39D },
        {S("OElig"),    0x152 },
        {S("Oacute"),   0xD3  },
	{S("Ocirc"),    0xD4  },
        {S("Ograve"),   0xD2  },
        {S("Omega"),    0x3A9 },
	{S("Omicron"),  0x39F },
        {S("Oslash"),   0xD8  },
        {S("Otilde"),   0xD5  },
	{S("Ouml"),     0xD6  },
        {S("Phi"),      0x3A6 },
        {S("Pi"),       0x3A0 },
	{S("Prime"),    0x2033},
        {S("Psi"),      0x3A8 },
        {S("Rho"),      0x3A1 },
	{S("Scaron"),   0x160 },
        {S("Sigma"),    0x3A3 },
        {S("THORN"),    0xDE  },
	{S("Tau"),      0x3A4 },
        {S("Theta"),    0x398 },
        {S("Uacute"),   0xDA  },
	{S("Ucirc"),    0xDB  },
        {S("Ugrave"),   0xD9  },
        {S("Upsilon"),  0x3A5 },
	{S("Uuml"),     0xDC  },
        {S("Xi"),       0x39E },
        {S("Yacute"),   0xDD  },
	{S("Yuml"),     0x178 },
        {S("Zeta"),     0x396 },
        {S("aacute"),   0xE1  },
	{S("acirc"),    0xE2  },
        {S("acute"),    0xB4  },
        {S("aelig"),    0xE6  },
	{S("agrave"),   0xE0  },
        {S("alefsym"),  0x2135},
        {S("alpha"),    0x3B1 },
	{S("amp"),      0x26  },
        {S("and"),      0x2227},
        {S("ang"),      0x2220},
	{S("aring"),    0xE5  },
        {S("asymp"),    0x2248},
        {S("atilde"),   0xE3  },
	{S("auml"),     0xE4  },
        {S("bdquo"),    0x201E},
        {S("beta"),     0x3B2 },
	{S("brvbar"),   0xA6  },
        {S("bull"),     0x2022},
        {S("cap"),      0x2229},
	{S("ccedil"),   0xE7  },
        {S("cedil"),    0xB8  },
        {S("cent"),     0xA2  },
	{S("chi"),      0x3C7 },
        {S("circ"),     0x2C6 },
        {S("clubs"),    0x2663},
	{S("cong"),     0x2245},
        {S("copy"),     0xA9  },
        {S("crarr"),    0x21B5},
	{S("cup"),      0x222A},
        {S("curren"),   0xA4  },
        {S("dArr"),     0x21D3},
	{S("dagger"),   0x2020},
        {S("darr"),     0x2193},
        {S("deg"),      0xB0  },
	{S("delta"),    0x3B4 },
        {S("diams"),    0x2666},
        {S("divide"),   0xF7  },
	{S("eacute"),   0xE9  },
        {S("ecirc"),    0xEA  },
        {S("egrave"),   0xE8  },
	{S("empty"),    0x2205},
        {S("emsp"),     0x2003},
        {S("ensp"),     0x2002},
	{S("epsilon"),  0x3B5 },
        {S("equiv"),    0x2261},
        {S("eta"),      0x3B7 },
	{S("eth"),      0xF0  },
        {S("euml"),     0xEB  },
        {S("euro"),     0x20AC},
	{S("exist"),    0x2203},
        {S("fnof"),     0x192 },
        {S("forall"),   0x2200},
	{S("frac12"),   0xBD  },
        {S("frac14"),   0xBC  },
        {S("frac34"),   0xBE  },
	{S("frasl"),    0x2044},
        {S("gamma"),    0x3B3 },
        {S("ge"),       0x2265},
	{S("gt"),       0x3E  },
        {S("hArr"),     0x21D4},
        {S("harr"),     0x2194},
	{S("hearts"),   0x2665},
        {S("hellip"),   0x2026},
        {S("iacute"),   0xED  },
	{S("icirc"),    0xEE  },
        {S("iexcl"),    0xA1  },
        {S("igrave"),   0xEC  },
	{S("image"),    0x2111},
        {S("infin"),    0x221E},
        {S("int"),      0x222B},
	{S("iota"),     0x3B9 },
        {S("iquest"),   0xBF  },
        {S("isin"),     0x2208},
	{S("iuml"),     0xEF  },
        {S("kappa"),    0x3BA },
        {S("lArr"),     0x21D0},
	{S("lambda"),   0x3BB },
        {S("lang"),     0x2329},
        {S("laquo"),    0xAB  },
	{S("larr"),     0x2190},
        {S("lceil"),    0x2308},
        {S("ldquo"),    0x201C},
	{S("le"),       0x2264},
        {S("lfloor"),   0x230A},
        {S("lowast"),   0x2217},
	{S("loz"),      0x25CA},
        {S("lrm"),      0x200E},
        {S("lsaquo"),   0x2039},
	{S("lsquo"),    0x2018},
        {S("lt"),       0x3C  },
        {S("macr"),     0xAF  },
	{S("mdash"),    0x2014},
        {S("micro"),    0xB5  },
        {S("middot"),   0xB7  },
	{S("minus"),    0x2212},
        {S("mu"),       0x3BC },
        {S("nabla"),    0x2207},
	{S("nbsp"),     0xA0  },
        {S("ndash"),    0x2013},
        {S("ne"),       0x2260},
	{S("ni"),       0x220B},
        {S("not"),      0xAC  },
        {S("notin"),    0x2209},
	{S("nsub"),     0x2284},
        {S("ntilde"),   0xF1  },
        {S("nu"),       0x3BD },
	{S("oacute"),   0xF3  },
        {S("ocirc"),    0xF4  },
        {S("oelig"),    0x153 },
	{S("ograve"),   0xF2  },
        {S("oline"),    0x203E},
        {S("omega"),    0x3C9 },
	{S("omicron"),  0x3BF },
        {S("oplus"),    0x2295},
        {S("or"),       0x2228},
	{S("ordf"),     0xAA  },
        {S("ordm"),     0xBA  },
        {S("oslash"),   0xF8  },
	{S("otilde"),   0xF5  },
        {S("otimes"),   0x2297},
        {S("ouml"),     0xF6  },
	{S("para"),     0xB6  },
        {S("part"),     0x2202},
        {S("permil"),   0x2030},
	{S("perp"),     0x22A5},
        {S("phi"),      0x3C6 },
        {S("pi"),       0x3C0 },
	{S("piv"),      0x3D6 },
        {S("plusmn"),   0xB1  },
        {S("pound"),    0xA3  },
	{S("prime"),    0x2032},
        {S("prod"),     0x220F},
        {S("prop"),     0x221D},
	{S("psi"),      0x3C8 },
        {S("quot"),     0x22  },
        {S("rArr"),     0x21D2},
	{S("radic"),    0x221A},
        {S("rang"),     0x232A},
        {S("raquo"),    0xBB  },
	{S("rarr"),     0x2192},
        {S("rceil"),    0x2309},
        {S("rdquo"),    0x201D},
	{S("real"),     0x211C},
        {S("reg"),      0xAE  },
        {S("rfloor"),   0x230B},
	{S("rho"),      0x3C1 },
        {S("rlm"),      0x200F},
        {S("rsaquo"),   0x203A},
	{S("rsquo"),    0x2019},
        {S("sbquo"),    0x201A},
        {S("scaron"),   0x161 },
	{S("sdot"),     0x22C5},
        {S("sect"),     0xA7  },
        {S("shy"),      0xAD  },
	{S("sigma"),    0x3C3 },
        {S("sigmaf"),   0x3C2 },
        {S("sim"),      0x223C},
	{S("spades"),   0x2660},
        {S("sub"),      0x2282},
        {S("sube"),     0x2286},
	{S("sum"),      0x2211},
        {S("sup"),      0x2283},
        {S("sup1"),     0xB9  },
	{S("sup2"),     0xB2  },
        {S("sup3"),     0xB3  },
        {S("supe"),     0x2287},
	{S("szlig"),    0xDF  },
        {S("tau"),      0x3C4 },
        {S("there4"),   0x2234},
	{S("theta"),    0x3B8 },
        {S("thetasym"), 0x3D1 },
        {S("thinsp"),   0x2009},
	{S("thorn"),    0xFE  },
        {S("tilde"),    0x2DC },
        {S("times"),    0xD7  },
	{S("trade"),    0x2122},
        {S("uArr"),     0x21D1},
        {S("uacute"),   0xFA  },
	{S("uarr"),     0x2191},
        {S("ucirc"),    0xFB  },
        {S("ugrave"),   0xF9  },
	{S("uml"),      0xA8  },
        {S("upsih"),    0x3D2 },
        {S("upsilon"),  0x3C5 },
	{S("uuml"),     0xFC  },
        {S("weierp"),   0x2118},
        {S("xi"),       0x3BE },
	{S("yacute"),   0xFD  },
        {S("yen"),      0xA5  },
        {S("yuml"),     0xFF  },
	{S("zeta"),     0x3B6 },
        {S("zwj"),      0x200D},
        {S("zwnj"),     0x200C},
};

/* What Windows calls these, and so everybody (WHATWG HTML 13.2.5.80). */
static const uint16_t western[32] = {
	0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
	0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178,
};

/* "#8217" or "#x2019" */
static uint32_t by_number(struct slice digits)
{
	uint32_t c = 0, base = 10;

	if (slice_istarts(digits, S("x"))) {
		base = 16;
		digits = slice_skip(digits, 1);
	}
	for (size_t i = 0; i < digits.n; i++) {
		char d = (char)(digits.p[i] | 0x20);
		uint32_t v = d >= 'a' ? (uint32_t)(d - 'a') + 10
		                      : (uint32_t)(unsigned char)digits.p[i] - '0';

		if (v >= base || c > 0x10FFFF)
			return 0;
		c = c * base + v;
	}
	if (c >= 0x80 && c < 0xA0)
		return western[c - 0x80];
	return c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) ? 0 : c;
}

static int compare(const void *key, const void *row)
{
	const struct slice *name = key;
	const struct named *e = row;
	size_t n = name->n < e->name.n ? name->n : e->name.n;
	int c = n ? memcmp(name->p, e->name.p, n) : 0;

	return c ? c : (name->n > e->name.n) - (name->n < e->name.n);
}

static uint32_t find(const struct named *table, size_t octets, struct slice name)
{
	const struct named *e =
		bsearch(&name, table, octets / sizeof(*table), sizeof(*table), compare);

	return e ? e->value : 0;
}

uint32_t html_tag(struct slice name)
{
	return find(tags, sizeof(tags), name);
}

uint32_t html_reference(struct slice name)
{
	if (slice_starts(name, S("#")))
		return by_number(slice_skip(name, 1));
	return find(references, sizeof(references), name);
}
