/* What each profile of the sandbox lets a process do, tried in a process of its own each. */
/* links: */
#include "unit.h"

#include "sandbox_attempts.h"
#include "scratch.h"

enum fate { WORKS, DENIED, KILLED, ODD };

static const char *const fates[] = {"works", "is denied", "is killed", "does something else"};

/* What the table says. */
static enum fate foretold(const struct sandbox_profile *p, const struct attempt *a)
{
	if (a->kind & p->fatal)
		return KILLED;
	if (p->rest_allowed)
		return WORKS;
	return a->asks == ASKS_KIND && a->kind & p->allowed ? WORKS : DENIED;
}

/* In the child: what it runs, and 0 or errno. */
struct act {
	int (*run)(const void *arg);
	const void *arg;
	enum sandbox_role role;
	const char *folder;
};

static enum fate fate_of(const struct act *act, int *error)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		alarm(20);
		if (sandbox_enter(act->role, SANDBOX_REQUIRE, act->folder) != PK_OK)
			_exit(255);
		_exit(act->run(act->arg) & 0x7f);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	*error = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : ODD;
	return !*error ? WORKS : *error == EPERM || *error == EACCES ? DENIED : ODD;
}

struct world {
	struct scratch scratch;
	struct surroundings s;
};

struct both {
	const struct attempt *attempt;
	const struct surroundings *s;
};

static int run_attempt(const void *arg)
{
	const struct both *b = arg;

	return b->attempt->run(b->s);
}

static void write_file(const char *folder, const char *name)
{
	char path[600];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
}

/* Files, sockets and a neighbour, all as a child would find them. */
static void surround(struct world *w)
{
	struct surroundings *s = &w->s;
	char target[400];
	int client;

	scratch_make(&w->scratch);
	snprintf(s->inside, sizeof(s->inside), "%s/inside", w->scratch.path);
	snprintf(s->outside, sizeof(s->outside), "%s/outside", w->scratch.path);
	snprintf(s->up, sizeof(s->up), "%s/../outside/climbed", s->inside);
	snprintf(s->link, sizeof(s->link), "%s/link", s->inside);
	s->admin = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(s->admin.sun_path, sizeof(s->admin.sun_path), "%.90s/admin", w->scratch.path);
	assert_int_equal(mkdir(s->inside, 0700) | mkdir(s->outside, 0700), 0);
	write_file(s->inside, "kept");
	write_file(s->outside, "secret");
	snprintf(target, sizeof(target), "%s/secret", s->outside);
	assert_int_equal(symlink(target, s->link), 0);
	s->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	s->loose = socket(AF_UNIX, SOCK_STREAM, 0);
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&s->admin, sizeof(s->admin)), 0);
	assert_int_equal(listen(s->listener, 64), 0);
	assert_int_equal(connect(client, (struct sockaddr *)&s->admin, sizeof(s->admin)), 0);
	close(client);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s->pair), 0);
	s->neighbour = fork();
	if (s->neighbour == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
}

static void leave(struct world *w)
{
	kill(w->s.neighbour, SIGKILL);
	waitpid(w->s.neighbour, NULL, 0);
	close(w->s.listener);
	close(w->s.loose);
	close(w->s.pair[0]);
	close(w->s.pair[1]);
	scratch_remove(&w->scratch);
}

/* One attempt in fresh surroundings; says what is not as foretold. */
static int try_attempt(enum sandbox_role role, const struct attempt *a)
{
	const struct sandbox_profile *p = &sandbox_profiles[role];
	struct world w;
	struct both both = {a, &w.s};
	enum fate wanted = foretold(p, a), got;
	int error;

	surround(&w);
	got = fate_of(&(struct act){run_attempt, &both, role, w.s.inside}, &error);
	leave(&w);
	if (got == wanted)
		return 0;
	print_error("%s: '%s' %s, not %s (%s)\n", p->name, a->name, fates[got], fates[wanted],
	            strerror(error));
	return 1;
}

static void try_all(enum sandbox_role role)
{
	int wrong = 0;

	for (size_t i = 0; i < COUNT(attempts); i++)
		wrong += try_attempt(role, &attempts[i]);
	assert_int_equal(wrong, 0);
}

static void the_store_has_its_folder(void **state)
{
	(void)state;
	try_all(SANDBOX_STORE);
}

static void a_host_has_its_sockets(void **state)
{
	(void)state;
	try_all(SANDBOX_HOST);
}

static void the_supervisor_starts_programs(void **state)
{
	(void)state;
	try_all(SANDBOX_SUPERVISOR);
}

static int call_number(const void *arg)
{
	const struct sandbox_call *c = arg;

	return result(syscall(c->number, -1L, -1L, -1L, -1L, -1L, -1L));
}

/* Every call that the table names without a condition and does not allow. */
static void every_row_holds(void **state)
{
	int wrong = 0, tried = 0, error;

	(void)state;
	for (int role = 0; role < SANDBOX_ROLES; role++)
		for (size_t i = 0; i < sandbox_call_count; i++) {
			const struct sandbox_profile *p = &sandbox_profiles[role];
			const struct sandbox_call *c = &sandbox_calls[i];
			enum fate wanted = c->kind & p->fatal ? KILLED : DENIED, got;

			if (c->when != WHEN_ANY || p->rest_allowed > !!(c->kind & p->fatal) ||
			    c->kind & p->allowed)
				continue;
			got = fate_of(
				&(struct act){call_number, c, (enum sandbox_role)role, "/tmp"},
				&error);
			tried++;
			if (got != wanted)
				print_error("%s: call %d %s\n", p->name, c->number, fates[got]);
			wrong += got != wanted;
		}
	assert_int_equal(wrong, 0);
	assert_true(tried > 150);
}

static bool is_named(int number)
{
	for (size_t i = 0; i < sandbox_call_count; i++)
		if (sandbox_calls[i].number == number)
			return true;
	/* uretprobe and uprobe: the kernel's own, which seccomp never sees. */
	return number == SYS_clone3 || number == 335 || number == 336;
}

/* How many of the calls that no row names are not refused. Without a filter none is made. */
static int call_the_rest(const void *arg)
{
	int wrong = 0;

	(void)arg;
	if (prctl(PR_GET_SECCOMP) != -1 || errno != EPERM)
		return 100;
	for (int i = 0; i < 470; i++)
		if (!is_named(i) &&
		    (syscall(i, -1L, -1L, -1L, -1L, -1L, -1L) != -1 || errno != EPERM))
			wrong++;
	return wrong;
}

static void what_is_not_named_fails(void **state)
{
	int error;

	(void)state;
	for (int role = SANDBOX_STORE; role <= SANDBOX_HOST; role++)
		assert_int_equal(
			fate_of(&(struct act){call_the_rest, NULL, (enum sandbox_role)role, "/tmp"},
		                &error),
			WORKS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_store_has_its_folder),
		cmocka_unit_test(a_host_has_its_sockets),
		cmocka_unit_test(the_supervisor_starts_programs),
		cmocka_unit_test(every_row_holds),
		cmocka_unit_test(what_is_not_named_fails),
	};

	return cmocka_run_group_tests_name("test_sandbox", tests, NULL, NULL);
}
