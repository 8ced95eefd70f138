/* align_correlate.c: see align_correlate.h. A line of steps that is long enough for every recording at every
 * place holds the mean; a recording's step i lies at line step origin - found + i. */
#include "experiment/align_correlate.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <string.h>

enum { ROUNDS = 20 };

typedef struct correlation {
    const sx_levels *levels;
    size_t count;
    long *found, *next;
    double *line;
    long length, origin; /* of the line; where the common place lies */
    long reach;          /* how far a recording may move in one round */
} correlation;

/* Sum of the levels of all recordings as they lie. */
static void fill_line(correlation *c) {
    memset(c->line, 0, (size_t)c->length * sizeof *c->line);
    for (size_t n = 0; n < c->count; n++) {
        const sx_levels *levels = &c->levels[n];
        double *at = c->line + (c->origin - c->found[n]);
        for (size_t i = 0; i < levels->count; i++)
            at[i] += (double)levels->values[i];
    }
}

static double product(const correlation *c, const sx_levels *levels, long place) {
    long first = c->origin - place;
    double sum = 0;
    for (size_t i = 0; i < levels->count; i++) {
        long at = first + (long)i;
        if (at >= 0 && at < c->length) sum += (double)levels->values[i] * c->line[at];
    }
    return sum;
}

static void fit_task(void *context, size_t n, int worker) {
    (void)worker;
    correlation *c = context;
    const sx_levels *levels = &c->levels[n];
    long now = c->found[n], best_place = now;
    double best = product(c, levels, now);
    for (long move = 1; move <= c->reach; move++) {
        for (int side = -1; side <= 1; side += 2) {
            long place = now + side * move;
            if (place < 0 || place > (long)levels->count) continue;
            double fit = product(c, levels, place);
            if (fit <= best * (1 + 1e-9)) continue;
            best = fit;
            best_place = place;
        }
    }
    c->next[n] = best_place;
}

static void run_rounds(correlation *c, sx_pool *pool) {
    for (int round = 0; round < ROUNDS; round++) {
        fill_line(c);
        sx_pool_run(pool, c->count, fit_task, c);
        bool moved = memcmp(c->found, c->next, c->count * sizeof *c->found) != 0;
        memcpy(c->found, c->next, c->count * sizeof *c->found);
        if (!moved) return;
    }
}

sx_status sx_correlate(const sx_levels *levels, size_t count, const long *start, sx_pool *pool, long *found,
                       sx_error *err) {
    size_t longest = 1;
    for (size_t n = 0; n < count; n++)
        longest = levels[n].count > longest ? levels[n].count : longest;
    correlation c = {.levels = levels, .count = count, .reach = (long)longest};
    /* Places lie within a recording, so it reaches at most its length to both sides of the origin. */
    c.length = 2 * (long)longest + 2;
    c.origin = (long)longest + 1;
    c.line = sx_alloc((size_t)c.length, sizeof *c.line);
    c.found = sx_alloc(count, sizeof *c.found);
    c.next = sx_alloc(count, sizeof *c.next);
    sx_status status = SX_OK;
    if (!c.line || !c.found || !c.next) {
        status = sx_fail_memory(err, (size_t)c.length * sizeof *c.line + 2 * count * sizeof *c.found);
    } else {
        for (size_t n = 0; n < count; n++) {
            long most = (long)levels[n].count;
            c.found[n] = start[n] < 0 ? 0 : start[n] > most ? most : start[n];
        }
        run_rounds(&c, pool);
        memcpy(found, c.found, count * sizeof *found);
    }
    sx_free(c.next);
    sx_free(c.found);
    sx_free(c.line);
    return status;
}
