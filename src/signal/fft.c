/* fft.c: see fft.h.
 *
 * A real transform of size 2h is a complex one of size h over pairs of neighbours, and one more pass that
 * takes the pairs apart. The complex one is decimated in frequency, in place (W. M. Gentleman and G. Sande,
 * "Fast Fourier transforms: for fun and profit", AFIPS 1966): a pass of radix r at span n leaves the bins
 * with k mod r = j in run j of its block, so bin k ends where its digits, lowest first, say. */
#include "fft.h"

#include "base/error.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>

enum { MAX_PASSES = 32 };

static const double two_pi = 6.283185307179586476925287;

struct sx_fft {
    sx_fft_plan plan;
    sx_fft_pass passes[MAX_PASSES];
    double *turns; /* those of all passes, then of the last */
    float *float_turns;
    uint32_t *order;
};

bool sx_fft_size_is_possible(size_t size) {
    if (size < 2 || size % 2 != 0) return false;
    while (size % 2 == 0)
        size /= 2;
    while (size % 3 == 0)
        size /= 3;
    while (size % 5 == 0)
        size /= 5;
    return size == 1;
}

/* Eights as far as no single factor of 2 is left over: 16 is 4 times 4. */
static size_t next_radix(size_t n) {
    if (n % 8 == 0 && n % 32 != 16) return 8;
    if (n % 4 == 0) return 4;
    if (n % 2 == 0) return 2;
    return n % 3 == 0 ? 3 : 5;
}

static size_t turn_doubles(const sx_fft_pass *pass) {
    return 2 * (pass->radix - 1) * (pass->span / pass->radix);
}

/* Fills the passes; returns how many doubles their turns need together. */
static size_t plan_passes(sx_fft *fft) {
    size_t doubles = 0, count = 0;
    for (size_t n = fft->plan.half; n > 1; n /= fft->passes[count++].radix) {
        assert(count < MAX_PASSES);
        fft->passes[count] = (sx_fft_pass){.radix = next_radix(n), .span = n};
        doubles += turn_doubles(&fft->passes[count]);
    }
    fft->plan.passes = fft->passes;
    fft->plan.pass_count = count;
    return doubles;
}

static void put_turn(double *place, size_t k, size_t size) {
    double angle = two_pi * (double)k / (double)size;
    place[0] = cos(angle);
    place[1] = -sin(angle);
}

/* The place of a turn among the floats is that among the doubles. */
static double *fill_pass(const sx_fft *fft, sx_fft_pass *pass, double *turns) {
    size_t others = pass->radix - 1;
    for (size_t k = 0; k < pass->span / pass->radix; k++) {
        for (size_t j = 1; j <= others; j++)
            put_turn(turns + 2 * (k * others + j - 1), k * j, pass->span);
    }
    pass->turns = turns;
    pass->float_turns = fft->float_turns + (turns - fft->turns);
    return turns + turn_doubles(pass);
}

static void fill_turns(sx_fft *fft, size_t doubles) {
    double *place = fft->turns;
    for (size_t i = 0; i < fft->plan.pass_count; i++)
        place = fill_pass(fft, &fft->passes[i], place);
    for (size_t k = 0; k <= fft->plan.half / 2; k++)
        put_turn(place + 2 * k, k, 2 * fft->plan.half);
    fft->plan.turns = place;
    fft->plan.float_turns = fft->float_turns + (place - fft->turns);
    for (size_t i = 0; i < doubles; i++)
        fft->float_turns[i] = (float)fft->turns[i];
}

static void fill_order(sx_fft *fft) {
    for (size_t k = 0; k < fft->plan.half; k++) {
        size_t place = 0, rest = k;
        for (size_t i = 0; i < fft->plan.pass_count; i++) {
            const sx_fft_pass *pass = &fft->passes[i];
            place += rest % pass->radix * (pass->span / pass->radix);
            rest /= pass->radix;
        }
        fft->order[k] = (uint32_t)place;
    }
    fft->plan.order = fft->order;
}

sx_status sx_fft_create(size_t size, sx_fft **out, sx_error *err) {
    assert(sx_fft_size_is_possible(size));
    sx_fft *fft = sx_alloc(1, sizeof *fft);
    if (fft == NULL) return sx_fail_memory(err, sizeof *fft);
    fft->plan.half = size / 2;
    size_t doubles = plan_passes(fft) + 2 * (fft->plan.half / 2 + 1);
    fft->turns = sx_alloc(doubles, sizeof *fft->turns);
    fft->float_turns = sx_alloc(doubles, sizeof *fft->float_turns);
    fft->order = sx_alloc(fft->plan.half, sizeof *fft->order);
    if (fft->turns == NULL || fft->float_turns == NULL || fft->order == NULL) {
        sx_fft_free(fft);
        return sx_fail_memory(err, doubles * sizeof(double));
    }
    fill_turns(fft, doubles);
    fill_order(fft);
    *out = fft;
    return SX_OK;
}

void sx_fft_free(sx_fft *fft) {
    if (fft == NULL) return;
    sx_free(fft->turns);
    sx_free(fft->float_turns);
    sx_free(fft->order);
    sx_free(fft);
}

const sx_fft_plan *sx_fft_plan_of(const sx_fft *fft) { return &fft->plan; }
