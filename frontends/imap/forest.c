#include "forest.h"

#include <stdlib.h>

bool forest_begin(struct forest *f, uint32_t n)
{
	forest_free(f);
	f->up = calloc(n + 1UL, sizeof(*f->up));
	f->left = calloc(n + 1UL, sizeof(*f->left));
	f->right = calloc(n + 1UL, sizeof(*f->right));
	return f->up && f->left && f->right;
}

void forest_free(struct forest *f)
{
	free(f->up);
	free(f->left);
	free(f->right);
	*f = (struct forest){0};
}

/* From here on nodes count from 1. */

static bool is_top(const struct forest *f, uint32_t v)
{
	uint32_t u = f->up[v];

	return !u || (f->left[u] != v && f->right[u] != v);
}

static void hang(uint32_t *place, uint32_t v, struct forest *f, uint32_t under)
{
	*place = v;
	if (v)
		f->up[v] = under;
}

/* v changes places with what is above it in its splay tree. */
static void rotate(struct forest *f, uint32_t v)
{
	uint32_t u = f->up[v], g = f->up[u];
	bool top = is_top(f, u), from_left = f->left[u] == v;

	if (from_left) {
		hang(&f->left[u], f->right[v], f, u);
		hang(&f->right[v], u, f, v);
	} else {
		hang(&f->right[u], f->left[v], f, u);
		hang(&f->left[v], u, f, v);
	}
	f->up[v] = g;
	if (!top && f->left[g] == u)
		f->left[g] = v;
	else if (!top)
		f->right[g] = v;
}

static void splay(struct forest *f, uint32_t v)
{
	while (!is_top(f, v)) {
		uint32_t u = f->up[v], g = f->up[u];

		if (!is_top(f, u))
			rotate(f, (f->left[g] == u) == (f->left[u] == v) ? u : v);
		rotate(f, v);
	}
}

/* The path from the root to v becomes one splay tree with v on top, nothing below v in it. */
static void expose(struct forest *f, uint32_t v)
{
	uint32_t below = 0;

	for (uint32_t u = v; u; u = f->up[u]) {
		splay(f, u);
		f->right[u] = below;
		below = u;
	}
	splay(f, v);
}

uint32_t forest_root(struct forest *f, uint32_t node)
{
	uint32_t v = node + 1;

	expose(f, v);
	while (f->left[v])
		v = f->left[v];
	splay(f, v);
	return v - 1;
}

void forest_link(struct forest *f, uint32_t root, uint32_t parent)
{
	expose(f, parent + 1);
	expose(f, root + 1);
	f->up[root + 1] = parent + 1;
}

void forest_cut(struct forest *f, uint32_t node)
{
	uint32_t v = node + 1;

	expose(f, v);
	f->up[f->left[v]] = 0;
	f->left[v] = 0;
}
