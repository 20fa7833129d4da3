/* transcript SERVICE PLUGIN.so FILE...: plays each file in several schedules (transcript.h). Prints
 * `ok FILE` or `not ok FILE: why`. */
#include "transcript.h"

#include "session.h"

#include <dlfcn.h>

static const struct {
	const char *name;
	size_t piece;
	uint64_t seed;
} schedules[] = {
	{"whole",          0,  0},
        {"pieces of 1",    1,  0},
        {"pieces of 7",    7,  0},
	{"random order 1", 0,  1},
        {"random order 2", 0,  2},
        {"random order 3", 20, 3},
};

static bool play(const char *file, const char *service, const struct pk_plugin *plugin)
{
	for (size_t i = 0; i < sizeof(schedules) / sizeof(*schedules); i++) {
		struct transcript_play how = {.plugin = plugin,
		                              .service = service,
		                              .seed = schedules[i].seed,
		                              .piece = schedules[i].piece};
		char *why = transcript_play(file, &how);

		if (why) {
			printf("not ok %s: %s: %s\n", file, schedules[i].name, why);
			free(why);
			return false;
		}
	}
	printf("ok %s\n", file);
	return true;
}

int main(int argc, char **argv)
{
	const struct pk_plugin *(*entry)(const struct pk_host *);
	void *handle = argc > 3 ? dlopen(argv[2], RTLD_NOW | RTLD_LOCAL) : NULL;
	bool good = true;

	if (!handle) {
		fprintf(stderr, "usage: transcript SERVICE PLUGIN.so FILE...\n%s\n",
		        argc > 3 ? dlerror() : "");
		return 64;
	}
	*(void **)&entry = dlsym(handle, "pk_plugin_entry");
	if (!entry || !entry(service_host())) {
		fprintf(stderr, "transcript: %s is no plugin\n", argv[2]);
		return 64;
	}
	for (int i = 3; i < argc; i++) {
		good &= play(argv[i], argv[1], entry(service_host()));
		fflush(stdout);
	}
	return !good;
}
