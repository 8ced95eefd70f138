/* run.c: the stages joined: frames and window, FFT, power, bands, compression, for SX_FRAMES frames at a time
 * in float; then those that are too quiet somewhere for that (weakness.c) once more in double. See
 * sonaxis/frontend.h.
 *
 * Whether a frame is done again depends on nothing but its own samples, so neighbours do not show. */
#include "compress.h"
#include "pcen.h"
#include "plan.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum { ALIGNMENT = 64 };

/* A group of frames on its way through the stages, and what PCEN remembers between frames. */
typedef struct workspace {
    void *points; /* SX_FRAMES lanes of floats, or SX_EXACT lanes of doubles: as many bytes */
    double *averages;
    float *bins, *values, *rows;
} workspace;

typedef struct clip {
    const sx_frontend *frontend;
    sx_samples samples;
    size_t stride;
    float *out;
    workspace space;
    size_t weak[SX_FRAMES], weak_count; /* frames that wait for double */
} clip;

/* Every part begins where a vector may. */
static size_t rounded_up(size_t bytes) { return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

/* Returns how many bytes the parts take. place NULL: only measures. */
static size_t lay_out(const sx_frontend *frontend, unsigned char *place, workspace *space) {
    size_t size = (size_t)frontend->options.fft_size, bands = frontend->bands.count;
    size_t points = rounded_up(size * SX_FRAMES * sizeof(float)),
           averages = rounded_up(bands * sizeof(double));
    size_t bins = rounded_up((size / 2 + SX_RUN) * SX_FRAMES * sizeof(float));
    size_t values = rounded_up(bands * SX_FRAMES * sizeof(float));
    size_t rows = rounded_up(frontend->framing.length * SX_FRAMES * sizeof(float));
    if (place != NULL) {
        void *parts[] = {place, place + points, place + points + averages, place + points + averages + bins,
                         place + points + averages + bins + values};
        *space = (workspace){parts[0], parts[1], parts[2], parts[3], parts[4]};
    }
    return points + averages + bins + values + rows;
}

/* The same for every length: groups pass one at a time. */
size_t sx_frontend_scratch_floats(const sx_frontend *frontend, size_t sample_count) {
    (void)sample_count;
    return (ALIGNMENT + lay_out(frontend, NULL, NULL)) / sizeof(float);
}

static workspace lay_out_in(const sx_frontend *frontend, float *scratch) {
    workspace space = {0};
    uintptr_t skip = (ALIGNMENT - (uintptr_t)scratch % ALIGNMENT) % ALIGNMENT;
    lay_out(frontend, (unsigned char *)scratch + skip, &space);
    return space;
}

/* --- bins to values --------------------------------------------------------------------------------- */

static void sum_bands(const clip *c) {
    const sx_bands *bands = &c->frontend->bands;
    c->frontend->kernels->bands(bands->count, bands->bands, bands->weights, c->space.bins, c->space.values);
}

static void compress(const clip *c) {
    sx_compress_run(&c->frontend->options, c->frontend->kernels, c->space.values, c->frontend->bands.count);
}

/* Value (band, lane) of the group lies at values[band * SX_FRAMES + lane]. */
static void put_frame(const clip *c, size_t lane, size_t frame) {
    size_t bands = c->frontend->bands.count;
    float *out = c->out + frame * bands * c->stride;
    for (size_t band = 0; band < bands; band++)
        out[band * c->stride] = c->space.values[band * SX_FRAMES + lane];
}

/* --- in float --------------------------------------------------------------------------------------- */

/* Leaves the group's values compressed; bit l of the result: frame l is weak. */
static unsigned run_group(const clip *c, size_t frame) {
    const sx_frontend *frontend = c->frontend;
    const sx_spectrum_kernels *kernels = frontend->kernels;
    const sx_fft_plan *plan = sx_fft_plan_of(frontend->fft);
    float *points = c->space.points, totals[SX_FRAMES];
    size_t length = frontend->framing.length;
    sx_frame_group group = sx_frame_group_at(&frontend->framing, &c->samples, frame, c->space.rows);
    kernels->load(group.first, group.stride, length, frontend->float_window, points);
    if (length % 2 != 0) memset(points + length * SX_FRAMES, 0, SX_FRAMES * sizeof *points);
    kernels->spectrum(plan, points, (length + 1) / 2, frontend->options.power, c->space.bins, totals);
    sum_bands(c);
    unsigned weak = sx_weakness_find(frontend, totals, c->space.values);
    compress(c);
    return weak;
}

static void hand_out(const clip *c, size_t frame, size_t lanes) {
    size_t bands = c->frontend->bands.count;
    if (c->stride == 1 && lanes == SX_FRAMES) {
        c->frontend->kernels->transpose(bands, c->space.values, c->out + frame * bands);
        return;
    }
    for (size_t lane = 0; lane < lanes; lane++)
        put_frame(c, lane, frame + lane);
}

/* --- in double -------------------------------------------------------------------------------------- */

/* SX_EXACT of the weak frames, or those that are left, to their half of the bins. */
static void run_half(const clip *c, size_t first) {
    const sx_frontend *frontend = c->frontend;
    const sx_exact_kernels *kernels = frontend->kernels->exact;
    const sx_fft_plan *plan = sx_fft_plan_of(frontend->fft);
    size_t size = (size_t)frontend->options.fft_size, length = frontend->framing.length;
    double *points = c->space.points;
    for (size_t i = 0; i < SX_EXACT; i++) {
        float *row = c->space.rows + i * length;
        if (first + i < c->weak_count)
            sx_frame_copy(&frontend->framing, &c->samples, c->weak[first + i], row);
        else
            memset(row, 0, length * sizeof *row);
    }
    kernels->load(c->space.rows, length, length, frontend->window, points);
    memset(points + length * SX_EXACT, 0, (size - length) * SX_EXACT * sizeof *points);
    kernels->transform(plan, points);
    kernels->power(plan, points, frontend->options.power, c->space.bins + first);
}

static void run_weak(clip *c) {
    if (c->weak_count == 0) return;
    if (c->weak_count <= SX_EXACT) {
        size_t bins = (size_t)c->frontend->options.fft_size / 2 + 1;
        memset(c->space.bins, 0, bins * SX_FRAMES * sizeof *c->space.bins); /* the other half */
    }
    for (size_t first = 0; first < c->weak_count; first += SX_EXACT)
        run_half(c, first);
    sum_bands(c);
    compress(c);
    for (size_t i = 0; i < c->weak_count; i++)
        put_frame(c, i, c->weak[i]);
    c->weak_count = 0;
}

static void remember_weak(clip *c, unsigned weak, size_t frame, size_t lanes) {
    for (size_t lane = 0; lane < lanes; lane++) {
        if (!(weak >> lane & 1)) continue;
        c->weak[c->weak_count++] = frame + lane;
        if (c->weak_count == SX_FRAMES) run_weak(c);
    }
}

/* ---------------------------------------------------------------------------------------------------- */

static void run(const sx_frontend *frontend, sx_samples samples, float *scratch, float *out, size_t stride) {
    assert(frontend != NULL && scratch != NULL && out != NULL && stride > 0);
    const sx_frontend_options *options = &frontend->options;
    size_t frames = sx_frontend_frame_count(frontend, samples.count), bands = frontend->bands.count;
    clip c = {.frontend = frontend, .samples = samples, .stride = stride, .out = out};
    c.space = lay_out_in(frontend, scratch);
    size_t bins = (size_t)options->fft_size / 2 + 1;
    memset(c.space.bins + bins * SX_FRAMES, 0, (SX_RUN - 1) * SX_FRAMES * sizeof *c.space.bins);
    for (size_t frame = 0; frame < frames; frame += SX_FRAMES) {
        size_t left = frames - frame, lanes = left < SX_FRAMES ? left : SX_FRAMES;
        unsigned weak = run_group(&c, frame);
        hand_out(&c, frame, lanes);
        remember_weak(&c, weak, frame, lanes);
    }
    run_weak(&c);
    sx_compress_raise(options, out, frames * bands, stride);
    if (options->compression == SX_COMPRESS_PCEN)
        sx_pcen_run(options, out, frames, bands, stride, c.space.averages);
}

void sx_frontend_run(const sx_frontend *frontend, const float *samples, size_t sample_count, float *scratch,
                     float *out, size_t stride) {
    run(frontend, (sx_samples){.floats = samples, .count = sample_count}, scratch, out, stride);
}

void sx_frontend_run_int16(const sx_frontend *frontend, const int16_t *samples, size_t sample_count,
                           float *scratch, float *out, size_t stride) {
    run(frontend, (sx_samples){.ints = samples, .count = sample_count}, scratch, out, stride);
}
