#include "span.h"

#include <postkeep/slice.h>

bool span_seconds(const char *text, uint64_t *seconds)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {
		{'s', 1    },
                {'m', 60   },
                {'h', 3600 },
                {'d', 86400}
        };
	struct slice s = slice_str(text);
	uint64_t n;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (s.n > 1 && s.p[s.n - 1] == units[i].unit &&
		    slice_number(slice_head(s, s.n - 1), 365000, &n)) {
			*seconds = n * units[i].seconds;
			return true;
		}
	return false;
}
