#include "clock.h"

#include "server.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdlib.h>

#define SAVE_MS ((int64_t)60 * 1000)

/* One line, always as long as the last, so that a torn write leaves a number of either. */
static void save(struct server *s, int64_t now_ms)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%020" PRId64 "\n", now_ms);

	if (pwrite(s->lock_fd, line, (size_t)n, 0) == n)
		s->clock.saved_ms = now_ms;
}

static int64_t load(const struct server *s)
{
	char line[32] = "";
	ssize_t n = pread(s->lock_fd, line, sizeof(line) - 1, 0);

	return n > 0 ? strtoll(line, NULL, 10) : 0;
}

static void doubt(struct server *s, int64_t skew_ms, const char *where)
{
	struct clock_guard *g = &s->clock;

	g->skew_ms += skew_ms;
	g->believe_ms = g->mono_ms + CLOCK_DOUBT_MS;
	LOG(PK_LOG_WARNING, "clock_jump", LOG_CSTR("seen", where),
	    LOG_NUMBER("by_s", skew_ms / 1000), LOG_NUMBER("off_s", g->skew_ms / 1000),
	    LOG_NUMBER("sweeps_wait_s", CLOCK_DOUBT_MS / 1000));
}

static void believe(struct server *s, const char *why)
{
	LOG(PK_LOG_INFO, "clock_believed", LOG_CSTR("reason", why));
	s->clock.skew_ms = s->clock.believe_ms = 0;
}

void clock_start(struct server *s)
{
	struct clock_guard *g = &s->clock;

	g->wall_ms = server_now(s);
	g->mono_ms = server_mono(s);
	g->saved_ms = load(s);
	/* A clock that went back destroys nothing: what it will meet is due later. */
	if (g->saved_ms > 0 && g->wall_ms - g->saved_ms > CLOCK_ABSENT_MS)
		doubt(s, g->wall_ms - g->saved_ms, "start");
	else
		save(s, g->wall_ms);
}

bool clock_believed(struct server *s)
{
	struct clock_guard *g = &s->clock;
	int64_t wall = server_now(s), mono = server_mono(s);
	int64_t jump = (wall - g->wall_ms) - (mono - g->mono_ms);

	g->wall_ms = wall;
	g->mono_ms = mono;
	if (llabs(jump) > CLOCK_JUMP_MS)
		doubt(s, jump, "tick");
	if (g->believe_ms && llabs(g->skew_ms) <= CLOCK_JUMP_MS)
		believe(s, "it is back");
	else if (g->believe_ms && mono >= g->believe_ms)
		believe(s, "it was steady");
	if (!g->believe_ms && llabs(wall - g->saved_ms) >= SAVE_MS)
		save(s, wall);
	return !g->believe_ms;
}
